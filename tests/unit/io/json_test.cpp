#include "essor/io/json.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "bad_input.hpp"
#include "essor/io/files.hpp"

namespace {

using essor_test::BadInput;
using enum essor_test::Raises;

/// A document around one table, `costs`.
std::string costs(const std::string& records) {
  return R"({"format": "essor/portfolio", "version": 1, "costs": )" + records + "}";
}

std::string rewritten(const std::string& text) {
  return essor::tables_to_json(essor::tables_from_json(text, "p.json"));
}

essor::Table one_number(double value) {
  return {"costs", 1, {{"amount", essor::NumberColumn{{value}, {}}}}, essor::PlaceStyle::row, "", {}};
}

}  // namespace

TEST_CASE("tables are read as columns") {
  const auto tables = essor::tables_from_json(
      costs(
          R"([{"product": "a", "amount": 12, "team": "x"}, {"amount": null, "product": "b", "done": true}, {"product": "a"}])"),
      "p.json");
  REQUIRE(tables.size() == 1);
  const essor::Table& table = tables[0];
  CHECK(table.name == "costs");
  CHECK(table.rows == 3);
  CHECK(table.source == "p.json");
  REQUIRE(table.find("product") != nullptr);
  const auto& product = std::get<essor::TextColumn>(table.find("product")->cells);
  CHECK(product.texts == std::vector<std::string>{"a", "b"});
  CHECK(product.codes == std::vector<std::int32_t>{0, 1, 0});
  const auto& amount = std::get<essor::NumberColumn>(table.find("amount")->cells);
  CHECK(amount.values == std::vector<double>{12, 0, 0});
  CHECK(amount.present == std::vector<std::uint8_t>{1, 0, 0});
  CHECK(std::get<essor::BooleanColumn>(table.find("done")->cells).values == std::vector<std::int8_t>{-1, 1, -1});
  CHECK(essor::place_of(table, 1, "amount") == "p.json /costs/1/amount");
}

TEST_CASE("a column without a gap needs no marks") {
  const auto tables = essor::tables_from_json(costs(R"([{"amount": 1}, {"amount": 2.5}])"), "");
  CHECK(std::get<essor::NumberColumn>(tables[0].columns[0].cells).present.empty());
}

TEST_CASE("the canonical document: known columns in the order of the format, labels by name, absent cells left out") {
  const std::string canonical = R"({
  "format": "essor/portfolio",
  "version": 1,
  "products": [],
  "costs": [
    {"product": "a", "amount": 1200000, "known_on": "2022-01-01", "a label": "x", "team": "y"},
    {"product": "é\u0001\"\\", "amount": 0.1},
    {}
  ]
}
)";
  const std::string shuffled =
      "\xEF\xBB\xBF"
      R"({"version": 1, "costs": [
    {"team": "y", "amount": 1.2e6, "known_on": "2022-01-01", "a label": "x", "product": "a", "nothing": null},
    {"amount": 0.1000, "product": "\u00e9\u0001\"\\"}, {}], "targets": null, "products": [], "format": "essor/portfolio"} )";
  CHECK(rewritten(shuffled) == canonical);
  CHECK(rewritten(canonical) == canonical);
}

TEST_CASE("numbers survive to the last bit") {
  for (const double value :
       {0.0, -0.0, 5e-324, 1e-7, 0.1, 1.0 / 3, 9007199254740992.0, 1e21, 1e22, 1.7976931348623157e308, -2.5}) {
    const auto back = essor::tables_from_json(essor::tables_to_json({one_number(value)}), "");
    const double read = std::get<essor::NumberColumn>(back[0].columns[0].cells).values[0];
    CHECK(read == value);
    CHECK(std::signbit(read) == std::signbit(value));
  }
}

TEST_CASE("a document without tables is a document") {
  CHECK(essor::tables_from_json(R"({"format": "essor/portfolio", "version": 1})", "").empty());
}

TEST_CASE("bad documents") {
  const std::string open = R"({"format": "essor/portfolio", "version": 1, )";
  const std::vector<std::string> texts{costs(R"([{"amount": 1, "amount": 2}])"),
                                       costs(R"([{"amount": null, "amount": 2}])"),
                                       costs(R"([{"a/~b": [1]}])"),
                                       costs(R"([{"a": {}}])"),
                                       costs(R"([{"a": [[[[[[[1]]]]]]]}])"),
                                       costs(R"([{"a": 1}, {}, {"a": "x"}])"),
                                       costs(R"([{"a": "x"}, {"a": true}])"),
                                       costs(R"([{"a": false}, {"a": 0.5}])"),
                                       costs(R"([{"a": 1e999}])"),
                                       costs(R"([{"a": -1e999}])"),
                                       costs(R"([{"a": 1e-999}])"),
                                       costs(R"([{"a": 9007199254740993}])"),
                                       costs(R"([{"a": -9007199254740993}])"),
                                       costs(R"([{"a": 123456789012345678901234567890}])"),
                                       costs(R"([{"a": "\u0000"}])"),
                                       costs(R"([{"": 1}])"),
                                       costs(R"([{"a\u0000": 1}])"),
                                       costs(R"([{"a": NaN}])"),
                                       costs(R"([{"a": "\ud800"}])"),
                                       costs("[{\"a\": \"\xE9\"}]"),
                                       costs("[{\"a\": \"\xED\xA0\x80\"}]"),
                                       costs("[{\"a\": \"\xC0\x80\"}]"),
                                       costs("[{\"a\": \"\n\"}]"),
                                       costs("{}"),
                                       costs("3"),
                                       costs("[3]"),
                                       costs("[null]"),
                                       costs("[[]]"),
                                       open + R"("costs": [], "costs": []})",
                                       open + R"("version": 1})",
                                       open + R"("cost": []})",
                                       open + R"("cost": [[[[[[[[1]]]]]]]]})",
                                       open + "}",
                                       open + R"("costs": [{"amount": 1)",
                                       open + R"("costs": [{"product": "a)",
                                       open.substr(0, open.size() - 2) + "} {}"};
  const std::string allowed = "products, costs, metrics, measurements, targets, decisions, published";
  const BadInput bad[] = {
      {texts[0], format, "p.json /costs/0/amount", "\"amount\"", "a key occurs once"},
      {texts[1], format, "p.json /costs/0/amount", "\"amount\"", "a key occurs once"},
      {texts[2], record, "p.json /costs/0/a~1~0b", "a list", "a cell is a text, a number"},
      {texts[3], record, "p.json /costs/0/a", "an object", "a cell is a text, a number"},
      {texts[4], format, "p.json /costs/0/a", "depth 9", "at most 8 deep"},
      {texts[5], record, "p.json /costs/2/a", "\"x\"", "text here, number at /costs/0/a"},
      {texts[6], record, "p.json /costs/1/a", "true", "true or false here, text at /costs/0/a"},
      {texts[7], record, "p.json /costs/1/a", "0.5", "number here, true or false at /costs/0/a"},
      {texts[8], record, "p.json /costs/0/a", "1e999", "finite"},
      {texts[9], record, "p.json /costs/0/a", "-1e999", "finite"},
      {texts[10], record, "p.json /costs/0/a", "1e-999", "too small"},
      {texts[11], record, "p.json /costs/0/a", "9007199254740993", "2^53"},
      {texts[12], record, "p.json /costs/0/a", "-9007199254740993", "2^53"},
      {texts[13], record, "p.json /costs/0/a", "123456789012345678901234567890", "2^53"},
      {texts[14], record, "p.json /costs/0/a", "\"\\x00\"", "NUL"},
      {texts[15], record, "p.json /costs/0/", "\"\"", "has a name"},
      {texts[16], record, std::string_view("p.json /costs/0/a\0", 18), "\"a\\x00\"", "NUL"},
      {texts[17], format, "p.json line 1, column 61", "\"NaN}]}\"", "not JSON: invalid literal"},
      {texts[18], format, "p.json line 1, column 68", "\"\"\\ud800\"\"", "surrogate"},
      {texts[19], format, "p.json line 1, column 62", "byte 0xe9", "UTF-8"},
      {texts[20], format, "p.json line 1, column 62", "byte 0xed", "UTF-8"},
      {texts[21], format, "p.json line 1, column 62", "byte 0xc0", "UTF-8"},
      {texts[22], format, "p.json line 1, column 62", "\"\"<U+000A>\"", "control character"},
      {texts[23], format, "p.json /costs", "an object", "a table is a list of records"},
      {texts[24], format, "p.json /costs", "3", "a table is a list of records"},
      {texts[25], format, "p.json /costs/0", "3", "a record is an object"},
      {texts[26], format, "p.json /costs/0", "null", "a record is an object"},
      {texts[27], format, "p.json /costs/0", "a list", "a record is an object"},
      {texts[28], format, "p.json /costs", "\"costs\"", "a key occurs once"},
      {texts[29], format, "p.json /version", "\"version\"", "a key occurs once"},
      {texts[30], format, "p.json /cost", "\"cost\"", allowed},
      {texts[31], format, "p.json /cost", "depth 9", "at most 8 deep"},
      {texts[32], format, "p.json line 1, column 45", "\"}\"", "not JSON: unexpected '}'"},
      {texts[33], format, "p.json line 1, column 67", "", "truncated"},
      {texts[34], format, "p.json line 1, column 69", "", "truncated"},
      {texts[35], format, "p.json line 1, column 45", "\"{}\"", "expected end of input"},
      {"", format, "p.json line 1, column 1", "", "truncated"},
      {"[]", format, "p.json", "a list", "one JSON object"},
      {"12", format, "p.json", "12", "one JSON object"},
      {"\"x\"", format, "p.json", "\"x\"", "one JSON object"},
      {"[[[[[[[[[[[[[[", format, "p.json", "a list", "one JSON object"},
      {"{}", format, "p.json", "", "\"format\" is missing"},
      {R"({"version": 1})", format, "p.json", "", "\"format\" is missing"},
      {R"({"format": "essor/portfolio"})", format, "p.json", "", "\"version\" is missing"},
      {R"({"format": "essor/scenario"})", format, "p.json /format", "\"essor/scenario\"",
       "the format is \"essor/portfolio\""},
      {R"({"format": 1})", format, "p.json /format", "1", "the format is \"essor/portfolio\""},
      {R"({"format": null})", format, "p.json /format", "null", "the format is \"essor/portfolio\""},
      {R"({"version": 1.0})", format, "p.json /version", "1.0", "a whole number"},
      {R"({"version": "1"})", format, "p.json /version", "\"1\"", "a whole number"},
      {R"({"version": [1]})", format, "p.json /version", "a list", "a whole number"},
      {R"({"version": 0})", format, "p.json /version", "0", "counted from 1"},
      {R"({"version": -1})", format, "p.json /version", "-1", "counted from 1"},
      {R"({"version": 1e999})", format, "p.json line 1, column 17", "1e999", "finite"},
      {R"({"new": {}, "version": 2)", format, "p.json /version", "2", "version 2 is newer than this library reads (1)"},
      {"{\n  'a': 1}", format, "p.json line 2, column 3", "\"'a': 1}\"", "not JSON: invalid literal"},
  };
  essor_test::check_all(bad, [](std::string_view text) { essor::tables_from_json(text, "p.json"); });
}

TEST_CASE("records of ever new columns are refused before they fill the memory") {
  std::string records = "[";
  for (int i = 0; i < 1001; ++i) records += (i > 0 ? ", " : "") + ("{\"k" + std::to_string(i)) + "\": 1}";
  CHECK_THROWS_WITH_AS(essor::tables_from_json(costs(records + "]"), ""), doctest::Contains("at most 1000 columns"),
                       essor::FormatError);
}

TEST_CASE("tables that cannot be written") {
  using essor::ArgumentError, essor::RecordError, essor::tables_to_json;
  const auto table = [](std::vector<essor::Column> columns) {
    return essor::Table{"costs", 1, std::move(columns), essor::PlaceStyle::row, "", {}};
  };
  const essor::Column number{"a", essor::NumberColumn{{1}, {}}};
  CHECK_THROWS_AS(tables_to_json({one_number(std::numeric_limits<double>::quiet_NaN())}), RecordError);
  CHECK_THROWS_AS(tables_to_json({one_number(std::numeric_limits<double>::infinity())}), RecordError);
  CHECK_THROWS_AS(tables_to_json({table({{"a", essor::TextColumn{{"\xFF"}, {0}}}})}), RecordError);
  CHECK_THROWS_AS(tables_to_json({table({{"a", essor::TextColumn{{std::string(1, '\0')}, {0}}}})}), RecordError);
  CHECK_THROWS_AS(tables_to_json({table({{"a", essor::TextColumn{{"x"}, {1}}}})}), ArgumentError);
  CHECK_THROWS_AS(tables_to_json({table({{"a", essor::NumberColumn{{1, 2}, {}}}})}), ArgumentError);
  CHECK_THROWS_AS(tables_to_json({table({{"a", essor::NumberColumn{{1}, {1, 1}}}})}), ArgumentError);
  CHECK_THROWS_AS(tables_to_json({table({number, number})}), ArgumentError);
  CHECK_THROWS_AS(tables_to_json({table({{"", essor::NumberColumn{{1}, {}}}})}), ArgumentError);
  CHECK_THROWS_AS(tables_to_json({table({number}), table({number})}), ArgumentError);
  CHECK_THROWS_AS(tables_to_json({essor::Table{"spending", 0, {}, essor::PlaceStyle::row, "", {}}}), ArgumentError);
}

TEST_CASE("a portfolio goes through its document and comes back the same") {
  const std::string text = R"({"format": "essor/portfolio", "version": 1,
    "products": [{"product": "files", "name": "Démarches", "team": "x"}],
    "metrics": [{"product": "files", "metric": "filed", "unit": "file", "level": "impactful", "kind": "flow", "direction": "increase"}],
    "costs": [{"product": "files", "start": "2021-01-01", "end": "2022-01-01", "amount": 1200000}],
    "measurements": [{"product": "files", "metric": "filed", "start": "2021-01-01", "end": "2022-01-01", "value": 3000000}]})";
  const essor::Portfolio portfolio = essor::portfolio_from_json(text, "p.json");
  const std::string canonical = essor::portfolio_to_json(portfolio);
  CHECK(canonical.find("\"team\": \"x\"") != std::string::npos);
  CHECK(essor::portfolio_to_json(essor::portfolio_from_json(canonical, "")) == canonical);
  CHECK(portfolio.costs().size() == 1);

  const std::string path = (std::filesystem::temp_directory_path() / "essor_json_test.json").string();
  essor::write_text(path, "\n" + canonical);
  CHECK(essor::portfolio_to_json(essor::read_portfolio(path)) == canonical);
  essor::write_text(path, "Product;Period;Cost;Value\nfiles;2021;1 200 000;3000000\nfiles;2020;1200000;1360000\n");
  CHECK(essor::read_portfolio(path).measurements().size() == 2);
  essor::write_text(path, " \n");
  CHECK_THROWS_WITH_AS(essor::read_portfolio(path), doctest::Contains("empty"), essor::FormatError);
  std::remove(path.c_str());
  CHECK_THROWS_WITH_AS(essor::read_portfolio(path), doctest::Contains(path.c_str()), essor::FormatError);
}
