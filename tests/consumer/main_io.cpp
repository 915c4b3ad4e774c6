// Records out and in again, by a program that only links essor::io.
#include <essor/essor.hpp>
#include <essor/io.hpp>
#ifdef ESSOR_HAVE_SQLITE
#include <essor/io/ledger.hpp>
#endif

int main() {
  const std::string text = essor::portfolio_to_json(essor::Portfolio());
  return essor::portfolio_to_json(essor::portfolio_from_json(text, "memory")) == text ? 0 : 1;
}
