// Records typed into a test: tables of texts, the first row naming the columns, an empty text an absent cell.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "essor/model/portfolio.hpp"

namespace typed_in {

/// A table from "product,start|ds,2021-01-01": rows between bars, cells between commas, the first row naming the
/// columns.
inline std::vector<std::vector<std::string>> cells(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  for (const char c : text) {
    if (c == '|')
      rows.emplace_back(1);
    else if (c == ',')
      rows.back().emplace_back();
    else
      rows.back().back() += c;
  }
  return rows;
}

inline essor::Table table(std::string name, const std::vector<std::vector<std::string>>& rows) {
  essor::Table made{std::move(name), rows.size() - 1, {}, essor::PlaceStyle::row, "", {}};
  for (std::size_t c = 0; c < rows[0].size(); ++c) {
    essor::TextColumn column;
    for (std::size_t r = 1; r < rows.size(); ++r)
      if (c >= rows[r].size() || rows[r][c].empty())
        column.codes.push_back(-1);
      else
        essor::push_text(column, rows[r][c]);
    made.columns.push_back({rows[0][c], std::move(column)});
  }
  return made;
}

inline essor::Table table(std::string name, const std::string& text) { return table(std::move(name), cells(text)); }

/// Tables of one product "ds" with one metric "files": each row is given without those two, and a period as
/// parse_period reads it.
class Record {
 public:
  explicit Record(const std::string& kind = "flow", const std::string& direction = "increase",
                  const std::string& go_live = "", const std::string& phase = "") {
    tables_.push_back(table("products", "product,go_live,phase|ds," + go_live + "," + phase));
    tables_.push_back(table("metrics", "product,metric,kind,direction|ds,files," + kind + "," + direction));
  }
  /// Rows of period and further columns.
  Record& costs(const std::string& rows) { return add("costs", "product", "ds", rows); }
  Record& measured(const std::string& rows) { return add("measurements", "product,metric", "ds,files", rows); }
  Record& published(const std::string& rows) { return add("published", "product,metric", "ds,files", rows); }
  /// A table as it is.
  Record& with(const std::string& name, const std::string& rows) {
    tables_.push_back(table(name, rows));
    return *this;
  }
  essor::Portfolio portfolio() const { return essor::Portfolio::from_tables(tables_); }
  essor::View view() const { return portfolio().as_of(); }
  essor::View view(essor::Date day) const { return portfolio().as_of(day); }

 private:
  Record& add(const std::string& name, const std::string& head, const std::string& owner, const std::string& rows) {
    std::string text;
    for (const std::vector<std::string>& row : cells(rows)) {
      if (text.empty()) {
        text = head + ",start,end";
      } else {
        const essor::Period period = essor::parse_period(row[0], "test").period;
        text += "|" + owner + "," + essor::date_text(period.start()) + "," + essor::date_text(period.end());
      }
      for (std::size_t c = 1; c < row.size(); ++c) text += "," + row[c];
    }
    return with(name, text);
  }

  essor::Tables tables_;
};

}  // namespace typed_in
