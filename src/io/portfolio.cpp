#include <utility>

#include "detail/text.hpp"
#include "essor/error/errors.hpp"
#include "essor/io/csv.hpp"
#include "essor/io/files.hpp"
#include "essor/io/json.hpp"

namespace essor {
namespace {

/// The first character that is neither a byte-order mark nor white space, or NUL.
char first_character(std::string_view text) {
  if (text.starts_with(detail::byte_order_mark)) text.remove_prefix(detail::byte_order_mark.size());
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : text[at];
}

}  // namespace

Portfolio portfolio_from_json(std::string_view text, std::string_view source) {
  return Portfolio::from_tables(tables_from_json(text, source));
}

std::string portfolio_to_json(const Portfolio& portfolio) { return tables_to_json(portfolio.tables()); }

Portfolio read_portfolio(const std::string& path, const FiveColumns& options) {
  const std::string text = read_text(path);
  const char first = first_character(text);
  if (first == '{' || first == '[') return portfolio_from_json(text, path);
  if (first == '\0')
    throw FormatError(path, "", "the file is empty: a portfolio is a JSON document or a CSV of five columns");
  return from_five_columns(table_from_csv(text, path, "table"), options);
}

}  // namespace essor
