// The front door: from a table of five columns to the tables of a portfolio.
#pragma once

#include <memory>
#include <unordered_map>

#include "essor/error/check.hpp"
#include "essor/model/detail/cells_inl.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

namespace detail {

/// The names a stranger gives to the five columns, besides ours.
inline constexpr std::array<std::array<const char*, 6>, 7> column_names{{
    {"product", "produit", "service", "startup", "", ""},
    {"period", "periode", "période", "year", "annee", "année"},
    {"start", "debut", "début", "period_start", "", ""},
    {"end", "fin", "period_end", "", "", ""},
    {"cost", "cout", "coût", "costs", "depense", "dépense"},
    {"value", "valeur", "", "", "", ""},
    {"metric", "mesure", "indicateur", "", "", ""},
}};

/// The column that plays one of the seven roles; the role's own name wins over its other names.
ESSOR_INLINE const Column* role_column(const Table& table, std::size_t role) {
  for (const char* name : column_names[role])
    if (*name != 0)
      if (const Column* column = find_column(table, name)) return column;
  return nullptr;
}

ESSOR_INLINE const Column& required_role(const Table& table, std::size_t role, std::string_view rule) {
  if (const Column* column = role_column(table, role)) return *column;
  std::string there;
  for (const Column& column : table.columns) there += (there.empty() ? "" : ", ") + column.name;
  throw RecordError(table_place(table), there.empty() ? "no columns" : "columns " + there, std::string(rule));
}

/// The period of each row: its first month, its month after the last, and how it was read.
class WidePeriods {
 public:
  explicit WidePeriods(const Table& table) {
    const Column *start = role_column(table, 2), *end = role_column(table, 3), *period = role_column(table, 1);
    if (period == nullptr && (start == nullptr || end == nullptr))
      required_role(table, 1,
                    "a column period (such as 2021, 2021-H1, 2021-04), or the two columns start and end, are missing");
    if (period != nullptr && !(start != nullptr && end != nullptr)) {
      period_ = std::make_unique<TextCells>(table, period->name, period);
      periods_ = period_->each<ReadPeriod>(
          [](std::string_view text, const std::string& where) { return parse_period(text, where); });
      return;
    }
    start_ = std::make_unique<TextCells>(table, start->name, start);
    end_ = std::make_unique<TextCells>(table, end->name, end);
    first_ = start_->each<std::int32_t>(
        [](std::string_view text, const std::string& where) { return start_month(text, where); });
    last_ =
        end_->each<EndMonth>([](std::string_view text, const std::string& where) { return end_month(text, where); });
  }
  ReadPeriod at(std::size_t row) const {
    if (period_) return periods_[static_cast<std::size_t>(period_->required(row))];
    const std::int32_t first = first_[static_cast<std::size_t>(start_->required(row))];
    const EndMonth last = last_[static_cast<std::size_t>(end_->required(row))];
    return {ordered_period(first, last.month, end_->place(row)),
            last.inclusive ? PeriodReading::inclusive_end : PeriodReading::exact};
  }

 private:
  std::unique_ptr<TextCells> period_, start_, end_;
  std::vector<ReadPeriod> periods_;
  std::vector<std::int32_t> first_;
  std::vector<EndMonth> last_;
};

/// A text column of the months that begin the periods of a table that is being built.
class MonthColumn {
 public:
  void push(std::int32_t month) {
    if (month != last_) {
      const auto [at, fresh] = codes_.try_emplace(month, static_cast<std::int32_t>(column_.texts.size()));
      if (fresh) column_.texts.push_back(date_text(month_start(month)));
      last_ = month;
      code_ = at->second;
    }
    column_.codes.push_back(code_);
  }
  TextColumn take() { return std::move(column_); }

 private:
  TextColumn column_;
  std::unordered_map<std::int32_t, std::int32_t> codes_;
  std::int32_t last_ = std::numeric_limits<std::int32_t>::min();
  std::int32_t code_ = 0;
};

ESSOR_INLINE TextColumn constant_column(std::string_view text, std::size_t rows) {
  return {{std::string(text)}, std::vector<std::int32_t>(rows, 0)};
}

/// The distinct texts of a column in order of first use, and the index of each row's text among them.
struct DistinctTexts {
  std::vector<std::string> texts;
  std::vector<std::int32_t> of_row;
};

ESSOR_INLINE DistinctTexts distinct_texts(const TextCells& cells, std::size_t rows) {
  DistinctTexts found;
  found.of_row.reserve(rows);
  std::vector<std::int32_t> index(cells.distinct(), -1);
  std::unordered_map<std::string, std::int32_t> same;  // "a" and "a " are one text
  for (std::size_t row = 0; row < rows; ++row) {
    std::int32_t& known = index[static_cast<std::size_t>(cells.required(row))];
    if (known < 0) {
      const auto [at, fresh] =
          same.try_emplace(std::string(cells.at(row)), static_cast<std::int32_t>(found.texts.size()));
      if (fresh) found.texts.emplace_back(cells.at(row));
      known = at->second;
    }
    found.of_row.push_back(known);
  }
  return found;
}

/// The names of the columns that play a role.
ESSOR_INLINE std::vector<std::string> role_names(const Table& table) {
  std::vector<std::string> names;
  for (std::size_t role = 0; role < column_names.size(); ++role)
    if (const Column* column = role_column(table, role)) names.push_back(column->name);
  return names;
}

template <class Cells, class Keep>
Cells kept_cells(const Cells& cells, std::size_t rows, Keep keep) {
  Cells kept;
  if constexpr (requires { kept.texts; }) kept.texts = cells.texts;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!keep(row)) continue;
    if constexpr (requires { kept.codes; })
      kept.codes.push_back(cells.codes[row]);
    else
      kept.values.push_back(cells.values[row]);
    if constexpr (requires { kept.present; })
      if (!cells.present.empty()) kept.present.push_back(cells.present[row]);
  }
  return kept;
}

/// Every other column joins the measurements as a label, under its own name; `label_` goes before the name of a column
/// that measurements already give a meaning (known_on and source keep theirs).
template <class Keep>
void copy_labels(const Table& given, const std::vector<std::string>& roles, Keep keep, Table& measurements) {
  static constexpr std::array taken{"product", "metric",    "start",       "end",   "value",  "low",
                                    "high",    "numerator", "denominator", "scope", "status", "correction"};
  for (const Column& column : given.columns) {
    if (std::find(roles.begin(), roles.end(), column.name) != roles.end()) continue;
    const bool collides = std::find(taken.begin(), taken.end(), word_key(column.name)) != taken.end();
    measurements.columns.push_back(
        {(collides ? "label_" : "") + column.name, std::visit(
                                                       [&](const auto& cells) {
                                                         return std::variant<TextColumn, NumberColumn, BooleanColumn>(
                                                             kept_cells(cells, given.rows, keep));
                                                       },
                                                       column.cells)});
  }
}

}  // namespace detail

ESSOR_INLINE Portfolio from_five_columns(const Table& given, const FiveColumns& options) {
  using namespace detail;
  if (given.rows == 0) throw RecordError(table_place(given), "no rows", "a table of records needs at least one row");
  if (!from_word<Kind>(options.kind))
    throw_argument_error("from_table", "kind", quoted(options.kind), "must be one of " + word_list<Kind>());
  if (options.kind == "rate")
    throw_argument_error("from_table", "kind", "rate", "a rate needs a numerator and a denominator: use from_frames");
  const Column& product_column = required_role(given, 0, "the column product is missing");
  const TextCells product_cells(given, product_column.name, &product_column);
  const WidePeriods periods(given);
  const Column& cost_column = required_role(given, 4, "the column cost is missing");
  const NumberCells cost(given, cost_column.name, &cost_column);
  const Column& value_column = required_role(given, 5, "the column value is missing");
  const NumberCells value(given, value_column.name, &value_column);
  const Column* metric_column = role_column(given, 6);

  const DistinctTexts product = distinct_texts(product_cells, given.rows);
  DistinctTexts metric{{options.metric}, std::vector<std::int32_t>(given.rows, 0)};
  if (metric_column != nullptr)
    metric = distinct_texts(TextCells(given, metric_column->name, metric_column), given.rows);
  for (std::size_t row = 0; row < given.rows; ++row)
    if (const std::string& name = metric.texts[static_cast<std::size_t>(metric.of_row[row])]; is_output_measure(name)) {
      throw RecordError(metric_column != nullptr ? place_of(given, row, metric_column->name) : "from_table: metric",
                        quoted(name),
                        "is a measure of output, never counted as impact: give what the product changed for its users "
                        "(output can be recorded with from_frames at level activity)");
    } else if (metric_column == nullptr)
      break;

  Table costs{"costs", 0, {}, given.style, given.source, {}, given.name},
      measurements{"measurements", 0, {}, given.style, given.source, {}, given.name};
  const auto origin = [&](std::size_t row) {
    return given.lines.empty() ? static_cast<std::uint32_t>(row) : given.lines[row];
  };
  TextColumn cost_product{product.texts, {}}, value_product{product.texts, {}}, value_metric{metric.texts, {}};
  MonthColumn cost_start, cost_end, value_start, value_end;
  NumberColumn amounts, values;
  struct FirstCost {
    double amount;
    std::size_t row;
  };
  std::unordered_map<std::uint64_t, FirstCost> first_cost;
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;  // product, metric: in order of first use
  std::unordered_map<std::uint64_t, char> known_pair;
  std::uint64_t last_pair = ~std::uint64_t{0};
  const bool several = metric.texts.size() > 1;
  std::size_t april = 0, inclusive = 0, no_value = 0, no_cost = 0, repeated = 0;
  for (std::size_t row = 0; row < given.rows; ++row) {
    const ReadPeriod read = periods.at(row);
    april += read.reading == PeriodReading::april_year;
    inclusive += read.reading == PeriodReading::inclusive_end;
    const std::int32_t owner = product.of_row[row];
    if (!cost.has(row) && !value.has(row))
      throw RecordError(place_of(given, row), "neither cost nor value", "a row needs a cost, a value or both");
    no_cost += !cost.has(row);
    no_value += !value.has(row);
    if (cost.at(row) < 0)
      throw RecordError(cost.place(row), number_text(cost.at(row)),
                        "a cost is not negative: record a refund by lowering the entry it refunds");
    bool counts = cost.has(row);
    if (counts && several) {
      const auto key = (static_cast<std::uint64_t>(owner) << 32) |
                       (static_cast<std::uint64_t>(static_cast<std::uint16_t>(read.period.first)) << 16) |
                       static_cast<std::uint64_t>(static_cast<std::uint16_t>(read.period.last));
      const auto [at, fresh] = first_cost.try_emplace(key, FirstCost{cost.at(row), row});
      if (!fresh && at->second.amount != cost.at(row))
        throw RecordError(cost.place(row), number_text(cost.at(row)),
                          "differs from " + number_text(at->second.amount) + " in " +
                              place_of(given, at->second.row, cost_column.name) +
                              ": one product and period has one cost, whatever the metric");
      repeated += !fresh;
      counts = fresh;
    }
    if (counts) {
      cost_product.codes.push_back(owner);
      cost_start.push(read.period.first);
      cost_end.push(read.period.last);
      amounts.values.push_back(cost.at(row));
      costs.lines.push_back(origin(row));
      ++costs.rows;
    }
    if (value.has(row)) {
      value_product.codes.push_back(owner);
      value_metric.codes.push_back(metric.of_row[row]);
      value_start.push(read.period.first);
      value_end.push(read.period.last);
      values.values.push_back(value.at(row));
      measurements.lines.push_back(origin(row));
      ++measurements.rows;
    }
    const auto pair = (static_cast<std::uint64_t>(owner) << 32) | static_cast<std::uint64_t>(metric.of_row[row]);
    if (pair != last_pair && known_pair.try_emplace(pair, 0).second) pairs.emplace_back(owner, metric.of_row[row]);
    last_pair = pair;
  }
  Table products{"products", product.texts.size(), {}, PlaceStyle::row, given.source, {}};
  TextColumn product_ids{product.texts, {}};
  for (std::size_t i = 0; i < product.texts.size(); ++i) product_ids.codes.push_back(static_cast<std::int32_t>(i));
  products.columns = {{"product", std::move(product_ids)}};

  Table metrics{"metrics", pairs.size(), {}, PlaceStyle::row, given.source, {}};
  TextColumn metric_product{product.texts, {}}, metric_id{metric.texts, {}};
  for (const auto& [owner, name] : pairs) {
    metric_product.codes.push_back(owner);
    metric_id.codes.push_back(name);
  }
  metrics.columns = {{"product", std::move(metric_product)},
                     {"metric", std::move(metric_id)},
                     {"kind", constant_column(options.kind, pairs.size())}};
  if (!options.unit.empty()) metrics.columns.push_back({"unit", constant_column(options.unit, pairs.size())});
  costs.columns = {{"product", std::move(cost_product)},
                   {"start", cost_start.take()},
                   {"end", cost_end.take()},
                   {"amount", std::move(amounts)},
                   {"currency", constant_column(options.currency, costs.rows)}};
  measurements.columns = {{"product", std::move(value_product)},
                          {"metric", std::move(value_metric)},
                          {"start", value_start.take()},
                          {"end", value_end.take()},
                          {"value", std::move(values)}};
  const auto roles = role_names(given);
  copy_labels(given, roles, [&](std::size_t row) { return value.has(row); }, measurements);

  std::vector<std::string> notes;
  const auto say = [&](std::size_t count, std::string text) {
    if (count > 0) notes.push_back(std::to_string(count) + " of " + std::to_string(given.rows) + " rows " + text);
  };
  if (metric_column == nullptr) notes.push_back("no column metric: every value is taken as '" + options.metric + "'");
  notes.push_back("kind taken as " + options.kind + " and currency as " + options.currency + " for every row");
  say(april, "name a fiscal year: read as British, from April");
  say(inclusive, "end on the last day of a month: read as inclusive");
  say(no_value, "have no value: recorded as a cost only");
  say(no_cost, "have no cost: recorded as a measurement only");
  say(repeated, "repeat the cost of their product and period for another metric: counted once");
  Tables tables;
  for (Table* table : {&products, &costs, &metrics, &measurements}) tables.push_back(std::move(*table));
  return Portfolio::from_tables(std::move(tables), std::move(notes));
}

}  // namespace essor
