#include "essor/io/csv.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "detail/table_checks.hpp"
#include "detail/text.hpp"
#include "detail/text_builder.hpp"

namespace essor {
namespace {

using detail::shown;

std::string line_place(std::string_view source, std::size_t line) {
  return detail::prefix(source) + "line " + std::to_string(line);
}

std::size_t line_of(std::string_view text, std::size_t byte) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte), '\n'));
}

/// @throw FormatError when the bytes are not UTF-8, with a guess at what they are.
void check_encoding(std::string_view text, std::string_view source) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    throw FormatError(line_place(source, 1), "a UTF-16 byte-order mark",
                      "save the file as UTF-8 (\"CSV UTF-8\" in a spreadsheet)");
  }
  const auto bad = detail::first_bad_byte(text);
  if (!bad) return;
  const auto byte = static_cast<unsigned char>(text[*bad]);
  std::string rule = "the file is not UTF-8: save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)";
  if (byte >= 0xA0) {
    const std::string letter{static_cast<char>(0xC0 | (byte >> 6)), static_cast<char>(0x80 | (byte & 0x3F))};
    rule += "; it looks like Latin-1 or Windows-1252, where this byte is " + letter;
  } else if (byte >= 0x80) {
    rule += "; it may be Windows-1252";
  }
  throw FormatError(line_place(source, line_of(text, *bad)), "byte 0x" + detail::hexadecimal(byte), rule);
}

/// The delimiter that occurs most often in the first line that has content, outside quotes; the comma where none does.
char find_delimiter(std::string_view text) {
  constexpr std::array delimiters{',', ';', '\t'};
  std::array<std::size_t, 3> counts{};
  bool quoted = false;
  bool content = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted && content) break;
    content = content || (c != '\n' && c != '\r');
    const auto at = std::find(delimiters.begin(), delimiters.end(), c);
    if (at != delimiters.end() && !quoted) ++counts[static_cast<std::size_t>(at - delimiters.begin())];
  }
  return delimiters[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// One line of the table: its cells, and where it begins.
struct Line {
  std::size_t number = 1;
  std::vector<std::string> cells;

  bool is_empty() const {
    return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.empty(); });
  }
};

/// Cuts a text into lines and these into cells.
class LineReader {
 public:
  LineReader(std::string_view text, std::string_view source, char delimiter)
      : text_(text), source_(source), delimiter_(delimiter) {}

  /// Reads the next line that has content; false at the end of the text.
  bool next(Line& line) {
    while (at_ < text_.size()) {
      read_line(line);
      if (!line.is_empty()) return true;
    }
    return false;
  }

 private:
  void read_line(Line& line) {
    line.number = line_;
    std::size_t count = 0;
    do {
      if (count == line.cells.size()) line.cells.emplace_back();
      read_cell(line.cells[count++]);
    } while (take(delimiter_));
    line.cells.resize(count);
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    take('\n');
    ++line_;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool at_cell_end() const {
    if (at_ >= text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n') return true;
    return text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n');
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_]) && text_[at_] != delimiter_) ++at_;
  }

  void read_cell(std::string& cell) {
    skip_blanks();
    if (take('"')) return read_quoted(cell);
    const std::size_t begin = at_;
    while (!at_cell_end() && text_[at_] != '"') ++at_;
    if (!at_cell_end()) fail("a cell with a quote in it is quoted whole, and the quote doubled: \"a \"\"b\"\"\"");
    cell = trimmed(text_.substr(begin, at_ - begin));
  }

  void read_quoted(std::string& cell) {
    const std::size_t opened = line_;
    cell.clear();
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) {
        throw FormatError(line_place(source_, opened), shown(text_.substr(at_ - 1)), "the quote is never closed");
      }
      const std::string_view piece = text_.substr(at_, quote - at_);
      line_ += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
      cell += piece;
      at_ = quote + 1;
      if (!take('"')) break;
      cell += '"';
    }
    skip_blanks();
    if (!at_cell_end()) fail("after a closing quote the cell ends");
  }

  [[noreturn]] void fail(const char* rule) const {
    throw FormatError(line_place(source_, line_), shown(text_.substr(at_, 20)), rule);
  }

  std::string_view text_;
  std::string_view source_;
  char delimiter_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

void check_header(const Line& header, std::string_view source) {
  const auto& names = header.cells;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string place = line_place(source, header.number) + ", column " + std::to_string(i + 1);
    if (names[i].empty()) throw FormatError(place, "\"\"", "the first line names every column");
    if (names[i].find('\0') != std::string::npos)
      throw FormatError(place, shown(names[i]), "names hold no NUL character");
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw FormatError(place, shown(names[i]), "a header names each column once");
    }
  }
}

void check_row(const Line& line, const std::vector<std::string>& names, std::string_view source) {
  if (line.cells.size() != names.size()) {
    throw RecordError(line_place(source, line.number), std::to_string(line.cells.size()) + " cells",
                      "the header has " + std::to_string(names.size()) + " columns");
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (line.cells[i].find('\0') == std::string::npos) continue;
    throw RecordError(line_place(source, line.number) + ", column " + names[i], shown(line.cells[i]),
                      "cells hold no NUL character");
  }
}

}  // namespace

Table table_from_csv(std::string_view text, std::string_view source, std::string name) {
  check_encoding(text, source);
  if (text.starts_with(detail::byte_order_mark)) text.remove_prefix(detail::byte_order_mark.size());
  LineReader reader(text, source, find_delimiter(text));
  const std::string document = source.empty() ? name : std::string(source);
  Line line;
  if (!reader.next(line)) throw FormatError(document, "", "the file is empty: its first line names the columns");
  check_header(line, source);
  const std::vector<std::string> names = line.cells;

  Table table;
  table.name = std::move(name);
  table.style = PlaceStyle::line;
  table.source = source;
  std::vector<detail::TextBuilder> columns(names.size());
  while (reader.next(line)) {
    check_row(line, names, source);
    if (line.number > std::numeric_limits<std::uint32_t>::max())
      throw FormatError(document, "", "a file has at most 2^32 lines");
    table.lines.push_back(static_cast<std::uint32_t>(line.number));
    ++table.rows;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (line.cells[i].empty()) {
        columns[i].pad(table.rows);
      } else {
        columns[i].push(line.cells[i]);
      }
    }
  }
  if (table.rows == 0) throw FormatError(document, "", "the file has a header and no row");
  for (std::size_t i = 0; i < names.size(); ++i) table.columns.push_back({names[i], columns[i].take()});
  return table;
}

namespace {

void append_quoted(std::string& out, std::string_view cell) {
  const bool blank_edge = !cell.empty() && (is_blank(cell.front()) || is_blank(cell.back()));
  if (!blank_edge && cell.find_first_of(",;\t\"\r\n") == std::string_view::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_cell(std::string& out, const Table& table, const Column& column, std::size_t row) {
  if (const auto* text = std::get_if<TextColumn>(&column.cells)) {
    const std::string& cell = text->texts[static_cast<std::size_t>(text->codes[row])];
    const std::string place = place_of(table, row, column.name);
    detail::check_text(place, cell);
    if (cell.empty()) throw RecordError(place, "\"\"", "an empty text cannot be told from an absent cell in CSV");
    append_quoted(out, cell);
  } else if (const auto* number = std::get_if<NumberColumn>(&column.cells)) {
    out += detail::finite_text(table, column, row, number->values[row]);
  } else {
    out += std::get<BooleanColumn>(column.cells).values[row] == 1 ? "true" : "false";
  }
}

void append_row(std::string& out, const Table& table, std::size_t row) {
  bool empty = true;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) out += ',';
    if (!detail::has_cell(table.columns[i], row)) continue;
    empty = false;
    append_cell(out, table, table.columns[i], row);
  }
  if (empty) throw RecordError(place_of(table, row), "no cell", "CSV cannot keep a row without any cell");
  out += '\n';
}

}  // namespace

std::string table_to_csv(const Table& table) {
  detail::check_table("table_to_csv", table);
  std::string out;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) out += ',';
    detail::check_text(place_of(table, 0, table.columns[i].name), table.columns[i].name);
    append_quoted(out, table.columns[i].name);
  }
  out += '\n';
  for (std::size_t row = 0; row < table.rows; ++row) append_row(out, table, row);
  return out;
}

}  // namespace essor
