// What a table must be before it is written: its columns have a name each, and as many cells as there are rows.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "essor/error/errors.hpp"
#include "essor/error/number_text.hpp"
#include "essor/model/table.hpp"
#include "text.hpp"

namespace essor::detail {

inline std::size_t cell_count(const Column& column) {
  return std::visit(
      [](const auto& cells) {
        if constexpr (requires { cells.codes; }) {
          return cells.codes.size();
        } else {
          return cells.values.size();
        }
      },
      column.cells);
}

/// Whether a cell has a value; the column must have passed check_table.
inline bool has_cell(const Column& column, std::size_t row) {
  if (const auto* text = std::get_if<TextColumn>(&column.cells)) return text->codes[row] >= 0;
  if (const auto* number = std::get_if<NumberColumn>(&column.cells)) {
    return number->present.empty() || number->present[row] != 0;
  }
  return std::get<BooleanColumn>(column.cells).values[row] >= 0;
}

inline void check_column(const char* function, const Table& table, const Column& column) {
  const auto fail = [&](std::string value, const char* rule) {
    throw ArgumentError(std::string(function) + ": table " + table.name + ", column " + column.name, std::move(value),
                        rule);
  };
  if (column.name.empty()) fail("\"\"", "a column has a name");
  if (table.find(column.name) != &column) fail(shown(column.name), "a table has one column of a name");
  if (cell_count(column) != table.rows) {
    fail(std::to_string(cell_count(column)) + " cells", "every column has as many cells as the table has rows");
  }
  if (const auto* number = std::get_if<NumberColumn>(&column.cells)) {
    if (!number->present.empty() && number->present.size() != table.rows) {
      fail(std::to_string(number->present.size()) + " marks", "present is empty or marks every row");
    }
  }
  if (const auto* text = std::get_if<TextColumn>(&column.cells)) {
    for (const std::int32_t code : text->codes) {
      if (code >= static_cast<std::int64_t>(text->texts.size()))
        fail(std::to_string(code), "a code is the index of a text");
    }
  }
}

/// @throw ArgumentError
inline void check_table(const char* function, const Table& table) {
  for (const Column& column : table.columns) check_column(function, table, column);
}

/// The text of a number in a document. @throw RecordError when it is not finite
inline std::string finite_text(const Table& table, const Column& column, std::size_t row, double value) {
  if (!std::isfinite(value))
    throw RecordError(place_of(table, row, column.name), number_text(value), "numbers are finite");
  return value == 0.0 && std::signbit(value) ? "-0.0" : number_text(value);
}

/// @throw RecordError for a text that cannot stand in a document
inline void check_text(const std::string& place, std::string_view text) {
  if (first_bad_byte(text)) throw RecordError(place, shown(text), "texts are UTF-8");
  if (text.find('\0') != std::string_view::npos) throw RecordError(place, shown(text), "texts hold no NUL character");
}

}  // namespace essor::detail
