#include "essor/io/csv.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "bad_input.hpp"

namespace {

using essor_test::BadInput;
using enum essor_test::Raises;
using Cells = std::vector<std::optional<std::string>>;

essor::Table read(std::string_view text) { return essor::table_from_csv(text, "f.csv", "table"); }

Cells cells_of(const essor::Table& table, std::string_view column) {
  const auto& cells = std::get<essor::TextColumn>(table.find(column)->cells);
  Cells texts;
  for (const std::int32_t code : cells.codes) {
    texts.push_back(code < 0 ? std::nullopt : std::optional(cells.texts[static_cast<std::size_t>(code)]));
  }
  return texts;
}

}  // namespace

TEST_CASE("commas, semicolons and tabs are told apart by the header") {
  for (const char* text : {"a,b\n1;2,3\n", "a;b\n1;2,3\n", "a\tb\n1\t2,3\n",
                           "\xEF\xBB\xBF"
                           "a;b\r\n1;\"2,3\"\r\n",
                           "\"a;;\",b\n1,2\n"}) {
    CAPTURE(text);
    const essor::Table table = read(text);
    CHECK(table.columns.size() == 2);
    CHECK(table.rows == 1);
  }
  CHECK(read("only\n1\n").columns.size() == 1);
}

TEST_CASE("quoted cells, empty cells, and the lines on which rows begin") {
  const essor::Table table =
      read("name, value\n\"a \"\"b\"\"\nsecond line\" , 1 200 000\n\n;,\n , \"\"\n\"  x \",\n c ,\"2\"");
  CHECK(cells_of(table, "name") == Cells{"a \"b\"\nsecond line", ";", "  x ", "c"});
  CHECK(cells_of(table, "value") == Cells{"1 200 000", std::nullopt, std::nullopt, "2"});
  CHECK(table.lines == std::vector<std::uint32_t>{2, 5, 7, 8});
  CHECK(essor::place_of(table, 3, "value") == "f.csv line 8, column value");
}

TEST_CASE("lines that a spreadsheet leaves empty are skipped, a header may come late") {
  const essor::Table table = read("\n\r\na;b\n;\n1;2\n;;\n \n");
  CHECK(table.rows == 1);
  CHECK(table.lines == std::vector<std::uint32_t>{5});
}

TEST_CASE("bad files") {
  const BadInput bad[] = {
      {"", format, "f.csv", "", "the file is empty"},
      {"\n \n", format, "f.csv", "", "the file is empty"},
      {"a,b\n", format, "f.csv", "", "no row"},
      {"a,b\n,\n", format, "f.csv", "", "no row"},
      {"a,,c\n1,2,3\n", format, "f.csv line 1, column 2", "\"\"", "names every column"},
      {"a,b,a\n1,2,3\n", format, "f.csv line 1, column 3", "\"a\"", "each column once"},
      {"a,b\n1,2\n1\n", record, "f.csv line 3", "1 cells", "the header has 2 columns"},
      {"a,b\n1,2,3\n", record, "f.csv line 2", "3 cells", "the header has 2 columns"},
      {"a,b\n1,\"2\n3,4\n", format, "f.csv line 2", "\"\"2\\x0a3,4\\x0a\"", "never closed"},
      {"a,b\n1,\"2\"x\n", format, "f.csv line 2", "\"x\\x0a\"", "after a closing quote"},
      {"a,b\n1,2\"x\n", format, "f.csv line 2", "\"\"x\\x0a\"", "quoted whole"},
      {"a,b\n1,caf\xE9\n", format, "f.csv line 2", "byte 0xe9", "where this byte is é"},
      {"a,b\n1,2 \x80\n", format, "f.csv line 2", "byte 0x80", "Windows-1252"},
      {"\xFF\xFE"
       "a\n",
       format, "f.csv line 1", "a UTF-16 byte-order mark", "save the file as UTF-8"},
      {std::string_view("a\n\0\n", 4), record, "f.csv line 2, column a", "\"\\x00\"", "NUL"},
      {std::string_view("a\0\n1\n", 5), format, "f.csv line 1, column 1", "\"a\\x00\"", "NUL"},
  };
  essor_test::check_all(bad, read);
}

TEST_CASE("a table is written and read back") {
  const essor::Table table{"t",
                           3,
                           {{"name", essor::TextColumn{{"a,b", " \"x\"\n", "é"}, {0, 1, 2}}},
                            {"amount", essor::NumberColumn{{1200000, 0.1, 0}, {1, 1, 0}}},
                            {"done", essor::BooleanColumn{{1, 0, -1}}}},
                           essor::PlaceStyle::row,
                           "",
                           {}};
  const std::string text = essor::table_to_csv(table);
  CHECK(text == "name,amount,done\n\"a,b\",1200000,true\n\" \"\"x\"\"\n\",0.1,false\né,,\n");
  const essor::Table back = read(text);
  CHECK(cells_of(back, "name") == Cells{"a,b", " \"x\"\n", "é"});
  CHECK(cells_of(back, "amount") == Cells{"1200000", "0.1", std::nullopt});
  CHECK(essor::table_to_csv(back) == text);
}

TEST_CASE("what CSV cannot keep is not written") {
  const auto table = [](essor::Column column) {
    return essor::Table{"t", 1, {std::move(column)}, essor::PlaceStyle::row, "", {}};
  };
  using essor::RecordError, essor::table_to_csv;
  CHECK_THROWS_WITH_AS(table_to_csv(table({"a", essor::TextColumn{{}, {-1}}})),
                       "t row 0: no cell: CSV cannot keep a row without any cell", RecordError);
  CHECK_THROWS_AS(table_to_csv(table({"a", essor::TextColumn{{""}, {0}}})), RecordError);
  CHECK_THROWS_AS(table_to_csv(table({"a", essor::NumberColumn{{std::numeric_limits<double>::quiet_NaN()}, {}}})),
                  RecordError);
  CHECK_THROWS_AS(table_to_csv(table({"a", essor::TextColumn{{"\xFF"}, {0}}})), RecordError);
  CHECK_THROWS_AS(table_to_csv(table({"", essor::NumberColumn{{1}, {}}})), essor::ArgumentError);
}
