// A portfolio: validated records of products, and what was known of them on a day.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "essor/config.hpp"
#include "essor/model/records.hpp"
#include "essor/model/table.hpp"

namespace essor {

class View;

/// Validated records. A value: cheap to copy, never changed after it was made.
///
/// Tables and columns (capitals are required, every other column may be absent):
/// products PRODUCT name mission url demo_url go_live phase priority;
/// costs PRODUCT START END AMOUNT (or low, high) currency price_year activity resource funder status perimeter basis
/// known_on source; metrics PRODUCT METRIC unit level kind direction value_per_unit ratio_applies agreed_by agreed_on;
/// measurements PRODUCT METRIC START END VALUE (or low, high, or numerator, denominator) scope status correction
/// known_on source; targets PRODUCT METRIC START END VALUE set_on; decisions PRODUCT DATE DECISION amount funder
/// conditions; published PRODUCT METRIC START END QUANTITY VALUE (or low, high) source known_on. Column names are read
/// in any case; other columns are kept as labels and come back from tables().
class Portfolio {
 public:
  Portfolio();

  /// @throw RecordError naming table, row and column, the value and the rule. Nothing is kept of a portfolio that
  /// fails. `notes` are those of whoever made the tables; they come first in notes().
  static Portfolio from_tables(Tables tables, std::vector<std::string> notes = {});

  /// The tables as they were given, labels included: from_tables(tables()) is the same portfolio.
  const Tables& tables() const noexcept;

  std::span<const Product> products() const noexcept;
  std::span<const Metric> metrics() const noexcept;
  std::span<const CostEntry> costs() const noexcept;
  std::span<const Measurement> measurements() const noexcept;
  std::span<const Target> targets() const noexcept;
  std::span<const Decision> decisions() const noexcept;
  std::span<const Published> published() const noexcept;

  /// Each default that was taken and each reading that was made, in words.
  std::span<const std::string> notes() const noexcept;

  std::string_view text(TextId id) const noexcept;

  /// @throw ArgumentError naming the product and those there are.
  std::uint32_t product_index(std::string_view id) const;
  /// @throw ArgumentError naming the metric and those the product has.
  std::uint32_t metric_index(std::uint32_t product, std::string_view id) const;
  /// Metrics of a product, as a range of indices into metrics() in the order of metrics_by_product().
  std::span<const std::uint32_t> metrics_of(std::uint32_t product) const noexcept;

  /// The row of measurements() that first said what a row says: same metric, period and scope, the earliest known_on.
  std::uint32_t first_vintage(std::uint32_t measurement) const noexcept;

  /// "costs row 3": how evidence names a row of a table.
  std::string row_name(std::string_view table, std::size_t row) const;

  /// What was known at the end of a day; without a day, everything.
  View as_of(std::optional<Date> day = std::nullopt) const;

 private:
  friend class View;
  struct Data;
  std::shared_ptr<const Data> data_;
};

/// What was known on a day: of each thing the latest vintage known by then.
class View {
 public:
  const Portfolio& portfolio() const noexcept { return portfolio_; }
  std::optional<Date> day() const noexcept { return day_; }
  /// First month that lies after the day: windows end at or before its start.
  std::int32_t month_limit() const noexcept { return month_limit_; }

  /// Rows of Portfolio::costs(), by product and period.
  std::span<const std::uint32_t> costs_of(std::uint32_t product) const noexcept;
  /// Rows of Portfolio::measurements(), by metric and period.
  std::span<const std::uint32_t> measurements_of(std::uint32_t metric) const noexcept;

 private:
  friend class Portfolio;
  View(Portfolio portfolio, std::optional<Date> day);

  Portfolio portfolio_;
  std::optional<Date> day_;
  std::int32_t month_limit_ = 0;
  std::vector<std::uint32_t> cost_rows_, cost_offsets_, measurement_rows_, measurement_offsets_;
};

/// How a table of five columns is read.
struct FiveColumns {
  std::string metric = "impact";
  std::string unit;  ///< empty: the metric's name
  std::string kind = "flow";
  std::string currency = "EUR";
};

/// The front door: a table with the columns PRODUCT, PERIOD (or START, END), COST, VALUE and, optionally, metric.
/// Headers in any case, in English or French. The same cost on several metrics of one product and period counts once.
/// @throw RecordError naming the cell and what to write there.
Portfolio from_five_columns(const Table& table, const FiveColumns& options = {});

/// Whether a metric's name is one of the measures of output (features, lines of code, commits ...) that are never
/// counted as impact.
bool is_output_measure(std::string_view metric) noexcept;

/// Reads `1200000`, `1 200 000`, `1.2e6`. @throw RecordError that says how to write anything else.
double parse_number(std::string_view text, std::string_view place);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/model/detail/portfolio_inl.hpp"
#endif
