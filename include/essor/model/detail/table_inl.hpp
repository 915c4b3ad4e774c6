#pragma once

#include <algorithm>

#include "essor/model/table.hpp"

namespace essor {

ESSOR_INLINE const Column* Table::find(std::string_view column) const noexcept {
  const auto at = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == column; });
  return at == columns.end() ? nullptr : &*at;
}

ESSOR_INLINE const Table* find_table(const Tables& tables, std::string_view name) noexcept {
  const auto at = std::find_if(tables.begin(), tables.end(), [&](const Table& t) { return t.name == name; });
  return at == tables.end() ? nullptr : &*at;
}

ESSOR_INLINE std::string place_of(const Table& table, std::size_t row, std::string_view column) {
  const std::string number = std::to_string(row < table.lines.size() ? table.lines[row] : row);
  const std::string& name = table.called.empty() ? table.name : table.called;
  const std::string of = column.empty() ? "" : ", column " + std::string(column);
  const std::string document = table.source.empty() ? "" : table.source + " ";
  switch (table.style) {
    case PlaceStyle::pointer:
      return document + "/" + name + "/" + number + (column.empty() ? "" : "/" + std::string(column));
    case PlaceStyle::line:
      return (table.source.empty() ? name + " " : document) + "line " + number + of;
    case PlaceStyle::row:
      break;
  }
  return document + name + " row " + number + of;
}

ESSOR_INLINE void push_text(TextColumn& column, std::string_view text) {
  const auto at = std::find(column.texts.begin(), column.texts.end(), text);
  column.codes.push_back(static_cast<std::int32_t>(at - column.texts.begin()));
  if (at == column.texts.end()) column.texts.emplace_back(text);
}

}  // namespace essor
