// Records typed into a test: tables of texts, the first row naming the columns, an empty text an absent cell.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "essor/model/portfolio.hpp"

namespace typed_in {

using Rows = std::vector<std::vector<std::string>>;

inline essor::Table table(std::string name, const Rows& rows) {
  essor::Table made{std::move(name), rows.size() - 1, {}, essor::PlaceStyle::row, "", {}};
  for (std::size_t c = 0; c < rows[0].size(); ++c) {
    essor::TextColumn column;
    for (std::size_t r = 1; r < rows.size(); ++r)
      if (c >= rows[r].size() || rows[r][c].empty()) column.codes.push_back(-1);
      else essor::push_text(column, rows[r][c]);
    made.columns.push_back({rows[0][c], std::move(column)});
  }
  return made;
}

/// Tables of one product "ds" with one metric "files": each row is given without those two, and a period as parse_period reads it.
class Record {
 public:
  explicit Record(std::string kind = "flow", std::string direction = "increase", std::string go_live = "", std::string phase = "") {
    tables_.push_back(table("products", {{"product", "go_live", "phase"}, {"ds", std::move(go_live), std::move(phase)}}));
    tables_.push_back(table("metrics", {{"product", "metric", "kind", "direction"}, {"ds", "files", std::move(kind), std::move(direction)}}));
  }
  /// Rows of period and further columns.
  Record& costs(const Rows& rows) { return add("costs", {"product"}, {"ds"}, rows); }
  Record& measured(const Rows& rows) { return add("measurements", {"product", "metric"}, {"ds", "files"}, rows); }
  Record& published(const Rows& rows) { return add("published", {"product", "metric"}, {"ds", "files"}, rows); }
  essor::Portfolio portfolio() const { return essor::Portfolio::from_tables(tables_); }
  essor::View view() const { return portfolio().as_of(); }
  essor::View view(essor::Date day) const { return portfolio().as_of(day); }

 private:
  Record& add(std::string name, const std::vector<std::string>& head, const std::vector<std::string>& owner, const Rows& rows) {
    Rows all{head};
    for (const char* column : {"start", "end"}) all[0].emplace_back(column);
    all[0].insert(all[0].end(), rows[0].begin() + 1, rows[0].end());
    for (std::size_t r = 1; r < rows.size(); ++r) {
      all.push_back(owner);
      const essor::Period period = essor::parse_period(rows[r][0], "test").period;
      all.back().push_back(essor::date_text(period.start()));
      all.back().push_back(essor::date_text(period.end()));
      all.back().insert(all.back().end(), rows[r].begin() + 1, rows[r].end());
    }
    tables_.push_back(table(std::move(name), all));
    return *this;
  }

  essor::Tables tables_;
};

}  // namespace typed_in
