// Tables: what every source of records (JSON, CSV, data frames) is turned into before it is validated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "essor/config.hpp"

namespace essor {

/// Text cells, each distinct text stored once: cell i is `texts[codes[i]]`, absent when `codes[i] < 0`.
struct TextColumn {
  std::vector<std::string> texts;
  std::vector<std::int32_t> codes;
};

/// Numbers; `present` is empty when every cell is there, else 0 marks an absent one (whose value is then 0).
struct NumberColumn {
  std::vector<double> values;
  std::vector<std::uint8_t> present;
};

/// true 1, false 0, absent -1.
struct BooleanColumn {
  std::vector<std::int8_t> values;
};

struct Column {
  std::string name;
  std::variant<TextColumn, NumberColumn, BooleanColumn> cells;
};

/// How a place inside a table is spelt in an error.
enum class PlaceStyle : std::uint8_t {
  row,      ///< "costs row 3, column amount" (rows counted from 0, as data frames do)
  line,     ///< "spend.csv line 5, column amount"
  pointer,  ///< "portfolio.json /costs/3/amount"
};

/// Columns of equal length under a name ("costs", "measurements", ...).
struct Table {
  std::string name;
  std::size_t rows = 0;
  std::vector<Column> columns;
  PlaceStyle style = PlaceStyle::row;
  std::string source;  ///< file name, empty when there is none
  std::vector<std::uint32_t>
      lines;                ///< the line of the source on which each row begins; with PlaceStyle::row, its row there
  std::string called = {};  ///< the name of the source's own table, where this one was made from it

  const Column* find(std::string_view column) const noexcept;
};

using Tables = std::vector<Table>;

/// The table of that name; nothing when there is none.
const Table* find_table(const Tables& tables, std::string_view name) noexcept;

/// The place of a cell, or of a whole row when `column` is empty, as errors and evidence spell it.
std::string place_of(const Table& table, std::size_t row, std::string_view column = {});

/// Appends one cell to a text column that is being built.
void push_text(TextColumn& column, std::string_view text);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/model/detail/table_inl.hpp"
#endif
