// A stranger's program: the smallest use of Essor that needs types, definitions and an error.
#include <essor/essor.hpp>

int main() {
  if (essor::date_text(essor::date(2021, 1, 1)) != "2021-01-01") return 1;
  try {
    essor::date(2021, 2, 30);
  } catch (const essor::ArgumentError&) {
    return 0;
  }
  return 1;
}
