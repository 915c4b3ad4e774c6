// Records in, out and in again, by a program that only links essor::io.
#include <essor/essor.hpp>
#include <essor/io.hpp>
#ifdef ESSOR_HAVE_SQLITE
#include <essor/io/ledger.hpp>
#endif

int main() {
  const essor::Portfolio portfolio = essor::portfolio_from_json(R"({"format": "essor/portfolio", "version": 1,
    "products": [{"product": "files"}],
    "costs": [{"product": "files", "start": "2021-01-01", "end": "2022-01-01", "amount": 1200000}]})",
                                                                "a listing");
  const std::string text = essor::portfolio_to_json(portfolio);
  if (essor::portfolio_to_json(essor::portfolio_from_json(text, "its copy")) != text) return 1;
  return portfolio.costs().size() == 1 ? 0 : 1;
}
