// From tables to validated records, and views of them as of a day.
#pragma once

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "essor/error/check.hpp"
#include "essor/model/detail/cells_inl.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

struct Portfolio::Data {
  Tables tables;
  std::vector<Product> products;
  std::vector<Metric> metrics;
  std::vector<CostEntry> costs;
  std::vector<Measurement> measurements;
  std::vector<Target> targets;
  std::vector<Decision> decisions;
  std::vector<Published> published;
  std::vector<std::string> notes;
  std::vector<std::string> texts{""};
  std::unordered_map<std::string, std::uint32_t> product_ids;
  std::vector<std::uint32_t> metrics_by_product, metric_offsets;  ///< CSR: metrics of each product
  std::vector<std::uint32_t> cost_order, measurement_order;       ///< rows by thing, then vintage
};

namespace detail {

inline constexpr std::array table_names{"products", "costs",     "metrics",  "measurements",
                                        "targets",  "decisions", "published"};

/// The identity of a cost: two entries that agree on it are vintages of each other.
ESSOR_INLINE auto thing_of(const CostEntry& c) noexcept {
  return std::tuple(c.product, c.period.first, c.period.last, c.status, c.perimeter, c.activity, c.resource, c.funder);
}
ESSOR_INLINE auto thing_of(const Measurement& m) noexcept {
  return std::tuple(m.metric, m.period.first, m.period.last, m.scope);
}

/// Rows sorted by the thing they are about, then by the day they became known.
template <class Row>
std::vector<std::uint32_t> by_thing(const std::vector<Row>& rows) {
  std::vector<std::uint32_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    const auto thing_a = thing_of(rows[a]), thing_b = thing_of(rows[b]);
    if (thing_a != thing_b) return thing_a < thing_b;
    return rows[a].known_on < rows[b].known_on;
  };
  if (!std::is_sorted(order.begin(), order.end(), before)) std::stable_sort(order.begin(), order.end(), before);
  return order;
}

/// Measures of output: they say how busy a team is, never what changed.
inline constexpr std::array output_measures{"features",
                                            "feature",
                                            "features_delivered",
                                            "lines_of_code",
                                            "loc",
                                            "sloc",
                                            "commits",
                                            "pull_requests",
                                            "merge_requests",
                                            "story_points",
                                            "velocity",
                                            "sprints",
                                            "user_stories",
                                            "function_points",
                                            "tickets_closed",
                                            "fonctionnalites",
                                            "fonctionnalités",
                                            "lignes_de_code",
                                            "points_de_fonction"};

/// Reads the seven tables into records.
class Reading {
  static constexpr double unknown_ = std::numeric_limits<double>::quiet_NaN();
  static constexpr std::uint32_t no_row = ~std::uint32_t{0};

  static void check_table(const Tables& tables, const Table& table) {
    if (std::find(table_names.begin(), table_names.end(), table.name) == table_names.end())
      throw RecordError(
          table_place(table), quoted(table.name),
          "is not a table of a portfolio: products, costs, metrics, measurements, targets, decisions, published");
    if (std::count_if(tables.begin(), tables.end(), [&](const Table& other) { return other.name == table.name; }) > 1)
      throw RecordError(table_place(table), quoted(table.name), "is given twice: each table is given once");
    for (const Column& column : table.columns) {
      const std::size_t size = std::visit(
          [](const auto& cells) {
            if constexpr (requires { cells.codes; })
              return cells.codes.size();
            else
              return cells.values.size();
          },
          column.cells);
      if (size != table.rows)
        throw RecordError(table_place(table) + ", column " + column.name, std::to_string(size) + " cells",
                          "every column must have " + std::to_string(table.rows));
    }
  }

  static std::uint64_t key(std::uint32_t product, std::uint32_t name) noexcept {
    return (static_cast<std::uint64_t>(product) << 32) | name;
  }

  TextId intern(std::string_view text) {
    if (text.empty()) return 0;
    const auto [at, fresh] = text_ids_.try_emplace(std::string(text), static_cast<TextId>(texts_.size()));
    if (fresh) texts_.emplace_back(text);
    return at->second;
  }

  static std::unique_ptr<TextCells> optional_texts(const Table& table, std::string_view name) {
    return std::make_unique<TextCells>(table, name, find_column(table, name));
  }

  /// row -> text id of an optional column.
  auto interned(const Table& table, std::string_view name) {
    std::shared_ptr<TextCells> cells = optional_texts(table, name);
    auto ids = cells->template each_row<TextId>([this](std::string_view text, std::size_t) { return intern(text); });
    return [cells, ids = std::move(ids)](std::size_t row) {
      const auto code = cells->code(row);
      return code < 0 ? TextId{0} : ids[static_cast<std::size_t>(code)];
    };
  }

  /// row -> product, of the required column PRODUCT.
  auto product_indices(const Table& table) {
    auto cells = std::make_shared<TextCells>(table, "product", &required_column(table, "product"));
    auto ids = cells->each_row<std::uint32_t>([&, next = std::uint32_t{0}](std::string_view text,
                                                                           std::size_t row) mutable {
      if (next < products_.size() && products_[next].id == text) return next++;  // tables mostly keep their order
      const auto at = product_ids_.find(std::string(text));
      if (at == product_ids_.end())
        throw RecordError(cells->place(row), quoted(text), "is not a declared product: add it to the table products");
      next = at->second + 1;
      return at->second;
    });
    return
        [cells, ids = std::move(ids)](std::size_t row) { return ids[static_cast<std::size_t>(cells->required(row))]; };
  }

  /// row -> metric, of the required columns PRODUCT and METRIC.
  auto metric_indices(const Table& table) {
    auto product = product_indices(table);
    auto cells = std::make_shared<TextCells>(table, "metric", &required_column(table, "metric"));
    auto names = cells->each_row<TextId>([this](std::string_view text, std::size_t) { return intern(text); });
    return [this, product = std::move(product), cells, names = std::move(names),
            last = std::uint32_t{0}](std::size_t row) mutable {
      const std::uint32_t owner = product(row);
      const std::uint64_t wanted = key(owner, names[static_cast<std::size_t>(cells->required(row))]);
      for (const std::uint32_t guess : {last, last + 1})  // tables mostly keep their order
        if (guess < metric_keys_.size() && metric_keys_[guess] == wanted) return last = guess;
      const auto at = metric_ids_.find(wanted);
      if (at == metric_ids_.end())
        throw RecordError(cells->place(row), quoted(cells->at(row)),
                          "is not a declared metric of '" + products_[owner].id + "': add it to the table metrics");
      return last = at->second;
    };
  }

  /// The column of a figure that may be replaced by bounds.
  static const Column* amount_column(const Table& table, std::string_view name) {
    const Column* column = find_column(table, name);
    return column != nullptr || find_column(table, "low") != nullptr || find_column(table, "high") != nullptr
               ? column
               : &required_column(table, name);
  }

  static std::int32_t year_of(const NumberCells& cells, std::size_t row) {
    if (!cells.has(row)) return 0;
    const double year = cells.at(row);
    if (year != std::floor(year) || year < 1900 || year > 2199)
      throw RecordError(cells.place(row), number_text(year), "must be a year, such as 2021");
    return static_cast<std::int32_t>(year);
  }

  /// What a kind of metric and a status ask of a measurement.
  void check_kind(const Table& table, std::size_t row, Measurement& m) const {
    const auto refuse = [&](std::string_view column, std::string value, std::string rule) {
      throw RecordError(place_of(table, row, column), std::move(value), std::move(rule));
    };
    const Metric& metric = metrics_[m.metric];
    const bool fraction = !std::isnan(m.numerator) || !std::isnan(m.denominator);
    const bool silent = m.status == MeasurementStatus::missing || m.status == MeasurementStatus::suppressed ||
                        m.status == MeasurementStatus::not_requested;
    if (silent && (m.value.known() || fraction))
      refuse("status", std::string(word(m.status)), "a figure with this status cannot have a value");
    if (silent) return;
    if (metric.kind != Kind::rate) {
      if (fraction)
        refuse("numerator", number_text(m.numerator),
               "'" + metric.id + "' is a " + std::string(word(metric.kind)) +
                   ": only a rate has a numerator and a denominator");
      if (!m.value.known())
        refuse("value", "an empty cell",
               "a value, or its low and high, must be given; where none is known, say status missing, suppressed or "
               "not_requested");
      return;
    }
    if (m.value.known())
      refuse("value", number_text(m.value.is_point() ? m.value.value : m.value.low),
             "'" + metric.id + "' is a rate: give its numerator and denominator, not a value");
    if (std::isnan(m.numerator) || std::isnan(m.denominator))
      refuse(std::isnan(m.numerator) ? "numerator" : "denominator", "an empty cell",
             "a rate needs its numerator and its denominator");
    if (m.numerator < 0) refuse("numerator", number_text(m.numerator), "must not be negative");
    if (!(m.denominator > 0)) refuse("denominator", number_text(m.denominator), "must be above 0");
    m.value = Bounds::exactly(m.numerator / m.denominator);
  }

  static Bounds claim(PublishedQuantity quantity, double value, double low, double high, const Table& table,
                      std::size_t row) {
    const double infinity = std::numeric_limits<double>::infinity();
    if (quantity == PublishedQuantity::unit_cost) {
      const Bounds found = figure(value, low, high, table, row, "value");
      if (found.known()) return found;
    }
    if (std::isnan(value) && std::isnan(low) && std::isnan(high))
      throw RecordError(place_of(table, row, "value"), "an empty cell", "a claim needs a value, or its low and high");
    for (const double growth : {value, low, high})
      if (growth <= -1)
        throw RecordError(place_of(table, row, "value"), number_text(growth),
                          "a growth is a fraction above -1 (1.2 is +120 %)");
    if (low > high)
      throw RecordError(place_of(table, row, "low"), number_text(low),
                        "low must not be above high (" + number_text(high) + ")");
    if (std::isnan(low) && std::isnan(high)) return Bounds::exactly(value);
    return {value, std::isnan(low) ? -1.0 : low, std::isnan(high) ? infinity : high};
  }

  static void refuse_same_target(const Table& table, const std::vector<Target>& targets) {
    const auto thing = [&](std::uint32_t row) {
      const Target& t = targets[row];
      return std::tuple(t.metric, t.period.first, t.period.last, t.set_on);
    };
    std::vector<std::uint32_t> order(targets.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return thing(a) < thing(b); });
    for (std::size_t i = 1; i < order.size(); ++i)
      if (thing(order[i - 1]) == thing(order[i]))
        throw RecordError(place_of(table, order[i]), period_text(targets[order[i]].period),
                          "is the same target as " + place_of(table, order[i - 1]) + ": a target is set once on a day");
  }

  void defaulted(const Table& table, std::string_view column, std::size_t count, std::string_view taken) {
    if (count == 0) return;
    const std::string rows = table.rows == 1
                                 ? "its one row"
                                 : (count == table.rows ? "all " + std::to_string(count)
                                                        : std::to_string(count) + " of " + std::to_string(table.rows)) +
                                       " rows";
    notes_.push_back(table.name + ": " + std::string(column) + " not given in " + rows + ": taken as " +
                     std::string(taken));
  }
  void read_inclusive(const Table& table, std::size_t count) {
    if (count > 0)
      notes_.push_back(table.name + ": end is the last day of a month in " + std::to_string(count) +
                       (count == 1 ? " row" : " rows") + ": read as inclusive");
  }

 public:
  Reading(const Tables& tables, std::vector<Product>& products, std::vector<Metric>& metrics,
          std::vector<std::string>& texts, std::vector<std::string>& notes)
      : products_(products), metrics_(metrics), texts_(texts), notes_(notes) {
    for (const Table& table : tables) check_table(tables, table);
  }

  void read_products(const Table& table) {
    const TextCells id(table, "product", &required_column(table, "product"));
    const auto name = optional_texts(table, "name"), mission = optional_texts(table, "mission"),
               url = optional_texts(table, "url"), demo = optional_texts(table, "demo_url"),
               priority = optional_texts(table, "priority");
    const DateCells go_live(table, "go_live");
    const WordCells<Phase> phase(table, "phase", Phase::investigation);
    products_.reserve(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      Product product;
      product.id = id.text(id.required(row));
      product.name = name->code(row) < 0 ? product.id : std::string(name->at(row));
      product.mission = mission->at(row);
      product.url = url->at(row);
      product.demo_url = demo->at(row);
      product.priority = priority->at(row);
      product.go_live = go_live.at(row);
      if (phase.has(row)) product.phase = phase.at(row);
      const auto [at, fresh] = product_ids_.try_emplace(product.id, static_cast<std::uint32_t>(row));
      if (!fresh)
        throw RecordError(id.place(row), quoted(product.id),
                          "is already declared in " + place_of(table, at->second) + ": a product is declared once");
      products_.push_back(std::move(product));
    }
  }

  void read_metrics(const Table& table) {
    const auto product = product_indices(table);
    const TextCells id(table, "metric", &required_column(table, "metric"));
    const auto unit = optional_texts(table, "unit"), agreed_by = optional_texts(table, "agreed_by");
    const WordCells<Level> level(table, "level", Level::impactful);
    const WordCells<Kind> kind(table, "kind", Kind::flow);
    const WordCells<Direction> direction(table, "direction", Direction::increase);
    const NumberCells worth(table, "value_per_unit", find_column(table, "value_per_unit"));
    const BooleanCells ratio(table, "ratio_applies", find_column(table, "ratio_applies"));
    const DateCells agreed_on(table, "agreed_on");
    const auto outputs = id.each_row<char>([](std::string_view text, std::size_t) { return is_output_measure(text); });
    std::size_t levels = 0, kinds = 0, units = 0;
    metrics_.reserve(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      Metric metric;
      metric.product = product(row);
      metric.id = id.text(id.required(row));
      metric.unit = unit->code(row) < 0 ? metric.id : std::string(unit->at(row));
      const bool output = outputs[static_cast<std::size_t>(id.required(row))];
      if (output && level.has(row) && level.at(row) != Level::activity)
        throw RecordError(place_of(table, row, "level"),
                          quoted(metric.id) + " at level " + std::string(word(level.at(row))),
                          "is a measure of output, never counted as impact: record it at level activity");
      metric.level = output ? Level::activity : level.at(row);
      if (output && !level.has(row))
        notes_.push_back(place_of(table, row) + ": '" + metric.id +
                         "' is a measure of output: taken at level activity, never counted as impact");
      metric.kind = kind.at(row);
      metric.direction = direction.at(row);
      metric.value_per_unit = worth.at(row);
      metric.ratio_applies = ratio.at(row).value_or(true);
      metric.agreed_by = agreed_by->at(row);
      metric.agreed_on = agreed_on.at(row);
      levels += !level.has(row) && !output;
      kinds += !kind.has(row);
      units += unit->code(row) < 0;
      const std::uint32_t name = intern(metric.id);
      const auto [at, fresh] = metric_ids_.try_emplace(key(metric.product, name), static_cast<std::uint32_t>(row));
      if (!fresh)
        throw RecordError(
            id.place(row), quoted(metric.id),
            "is already declared in " + place_of(table, at->second) + ": a metric of a product is declared once");
      metric_keys_.push_back(at->first);
      metrics_.push_back(std::move(metric));
    }
    defaulted(table, "level", levels, "impactful");
    defaulted(table, "kind", kinds, "flow");
    defaulted(table, "unit", units, "the metric's name");
  }

  std::vector<CostEntry> read_costs(const Table& table) {
    const auto product = product_indices(table);
    PeriodCells period(table);
    const NumberCells amount(table, "amount", amount_column(table, "amount")),
        low(table, "low", find_column(table, "low")), high(table, "high", find_column(table, "high")),
        price_year(table, "price_year", find_column(table, "price_year"));
    const auto currency = interned(table, "currency"), funder = interned(table, "funder"),
               perimeter = interned(table, "perimeter"), source = interned(table, "source");
    const WordCells<Activity> activity(table, "activity", Activity::other);
    const WordCells<Resource> resource(table, "resource", Resource::other);
    const WordCells<CostStatus> status(table, "status", CostStatus::paid);
    const WordCells<Basis> basis(table, "basis", Basis::measured);
    const DateCells known_on(table, "known_on");
    const TextId euro = intern("EUR");
    std::size_t currencies = 0, statuses = 0, days = 0;
    std::vector<CostEntry> costs(table.rows);
    std::vector<std::uint32_t> first_row(products_.size(), no_row);
    for (std::size_t row = 0; row < table.rows; ++row) {
      CostEntry& cost = costs[row];
      cost.product = product(row);
      cost.period = period.at(row);
      cost.amount = figure(amount.at(row), low.at(row), high.at(row), table, row, "amount");
      if (!cost.amount.known())
        throw RecordError(place_of(table, row, "amount"), "an empty cell",
                          "an amount, or its low and high, must be given");
      cost.price_year = year_of(price_year, row);
      cost.currency = currency(row);
      currencies += cost.currency == 0;
      if (cost.currency == 0) cost.currency = euro;
      cost.funder = funder(row);
      cost.perimeter = perimeter(row);
      cost.source = source(row);
      cost.activity = activity.at(row);
      cost.resource = resource.at(row);
      cost.status = status.at(row);
      statuses += !status.has(row);
      cost.basis = basis.at(row);
      cost.known_on = known_on.at(row).value_or(cost.period.end() - std::chrono::days{1});
      days += !known_on.at(row).has_value();
      std::uint32_t& first = first_row[cost.product];
      if (first == no_row)
        first = static_cast<std::uint32_t>(row);
      else if (costs[first].currency != cost.currency)
        throw RecordError(place_of(table, row, "currency"), texts_[cost.currency],
                          "the costs of '" + products_[cost.product].id + "' are in " + texts_[costs[first].currency] +
                              " in " + place_of(table, first) +
                              ": two currencies are never summed, convert at a stated date first");
    }
    defaulted(table, "currency", currencies, "EUR");
    defaulted(table, "status", statuses, "paid");
    defaulted(table, "known_on", days, "the last day of the period");
    read_inclusive(table, period.inclusive());
    return costs;
  }

  std::vector<Measurement> read_measurements(const Table& table) {
    auto metric = metric_indices(table);
    PeriodCells period(table);
    const NumberCells value(table, "value", find_column(table, "value")), low(table, "low", find_column(table, "low")),
        high(table, "high", find_column(table, "high")), numerator(table, "numerator", find_column(table, "numerator")),
        denominator(table, "denominator", find_column(table, "denominator"));
    const auto scope = interned(table, "scope"), source = interned(table, "source");
    const WordCells<MeasurementStatus> status(table, "status", MeasurementStatus::measured);
    const BooleanCells correction(table, "correction", find_column(table, "correction"));
    const DateCells known_on(table, "known_on");
    std::size_t statuses = 0, days = 0;
    std::vector<Measurement> rows(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      Measurement& m = rows[row];
      m.metric = metric(row);
      m.period = period.at(row);
      m.status = status.at(row);
      statuses += !status.has(row);
      m.value = figure(value.at(row), low.at(row), high.at(row), table, row, "value");
      m.numerator = numerator.at(row);
      m.denominator = denominator.at(row);
      check_kind(table, row, m);
      m.scope = scope(row);
      m.source = source(row);
      m.correction = correction.at(row).value_or(false);
      m.known_on = known_on.at(row).value_or(m.period.end() - std::chrono::days{1});
      days += !known_on.at(row).has_value();
    }
    defaulted(table, "status", statuses, "measured");
    defaulted(table, "known_on", days, "the last day of the period");
    read_inclusive(table, period.inclusive());
    return rows;
  }

  std::vector<Target> read_targets(const Table& table) {
    auto metric = metric_indices(table);
    PeriodCells period(table);
    const NumberCells value(table, "value", &required_column(table, "value"));
    const DateCells set_on(table, "set_on");
    std::size_t days = 0;
    std::vector<Target> targets(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      Target& target = targets[row];
      target.metric = metric(row);
      target.period = period.at(row);
      target.value = figure(value.at(row), unknown_, unknown_, table, row, "value").value;
      if (!value.has(row)) throw RecordError(value.place(row), "an empty cell", "the value of a target must be given");
      target.set_on = set_on.at(row).value_or(target.period.start());
      days += !set_on.at(row).has_value();
    }
    refuse_same_target(table, targets);
    defaulted(table, "set_on", days, "the first day of the period");
    read_inclusive(table, period.inclusive());
    return targets;
  }

  std::vector<Decision> read_decisions(const Table& table) {
    const auto product = product_indices(table);
    required_column(table, "date");
    required_column(table, "decision");
    const DateCells day(table, "date");
    const WordCells<DecisionKind> decision(table, "decision", DecisionKind::continue_);
    const NumberCells amount(table, "amount", find_column(table, "amount"));
    const auto funder = interned(table, "funder"), conditions = interned(table, "conditions");
    std::vector<Decision> decisions(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      if (!day.at(row))
        throw RecordError(place_of(table, row, "date"), "an empty cell", "the day of a decision must be given");
      if (!decision.has(row))
        throw RecordError(place_of(table, row, "decision"), "an empty cell",
                          "must be one of " + word_list<DecisionKind>());
      const double sum = figure(amount.at(row), unknown_, unknown_, table, row, "amount").value;
      decisions[row] = {product(row), *day.at(row), decision.at(row), sum, funder(row), conditions(row)};
    }
    return decisions;
  }

  std::vector<Published> read_published(const Table& table) {
    auto metric = metric_indices(table);
    PeriodCells period(table);
    required_column(table, "quantity");
    const WordCells<PublishedQuantity> quantity(table, "quantity", PublishedQuantity::unit_cost);
    const NumberCells value(table, "value", find_column(table, "value")), low(table, "low", find_column(table, "low")),
        high(table, "high", find_column(table, "high"));
    const auto source = interned(table, "source");
    const DateCells known_on(table, "known_on");
    std::size_t days = 0;
    std::vector<Published> rows(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      Published& p = rows[row];
      if (!quantity.has(row))
        throw RecordError(place_of(table, row, "quantity"), "an empty cell",
                          "must be one of " + word_list<PublishedQuantity>());
      p.metric = metric(row);
      p.period = period.at(row);
      p.quantity = quantity.at(row);
      p.value = claim(p.quantity, value.at(row), low.at(row), high.at(row), table, row);
      p.source = source(row);
      p.known_on = known_on.at(row).value_or(p.period.end() - std::chrono::days{1});
      days += !known_on.at(row).has_value();
    }
    defaulted(table, "known_on", days, "the last day of the period");
    read_inclusive(table, period.inclusive());
    return rows;
  }

  std::unordered_map<std::string, std::uint32_t> take_product_ids() { return std::move(product_ids_); }

 private:
  std::vector<Product>& products_;
  std::vector<Metric>& metrics_;
  std::vector<std::string>& texts_;
  std::vector<std::string>& notes_;
  std::unordered_map<std::string, std::uint32_t> product_ids_;
  std::unordered_map<std::string, TextId> text_ids_;
  std::unordered_map<std::uint64_t, std::uint32_t> metric_ids_;
  std::vector<std::uint64_t> metric_keys_;
};

/// @throw RecordError when two rows say the same thing on the same day.
template <class Row>
void refuse_same_vintage(const Table& table, const std::vector<Row>& rows, const std::vector<std::uint32_t>& order) {
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Row &a = rows[order[i - 1]], &b = rows[order[i]];
    if (a.known_on == b.known_on && thing_of(a) == thing_of(b))
      throw RecordError(place_of(table, std::max(order[i - 1], order[i])),
                        period_text(b.period) + " known on " + date_text(b.known_on),
                        "records the same thing, known on the same day, as " +
                            place_of(table, std::min(order[i - 1], order[i])) + ": a vintage needs its own known_on");
  }
}

/// @throw RecordError when a cumulative count falls and the fall is not declared a correction.
ESSOR_INLINE void refuse_falls(const Table& table, const std::vector<Metric>& metrics,
                               const std::vector<Measurement>& rows, const std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> latest;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Measurement& m = rows[order[i]];
    const bool superseded = i + 1 < order.size() && thing_of(rows[order[i + 1]]) == thing_of(m);
    if (metrics[m.metric].kind == Kind::cumulative && m.informs() && m.value.is_point() && !superseded)
      latest.push_back(order[i]);
  }
  std::stable_sort(latest.begin(), latest.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(rows[a].metric, rows[a].scope, rows[a].period.last) <
           std::tuple(rows[b].metric, rows[b].scope, rows[b].period.last);
  });
  for (std::size_t i = 1; i < latest.size(); ++i) {
    const Measurement &a = rows[latest[i - 1]], &b = rows[latest[i]];
    if (a.metric == b.metric && a.scope == b.scope && b.value.value < a.value.value && !b.correction)
      throw RecordError(place_of(table, latest[i], "value"), number_text(b.value.value),
                        "the cumulative count '" + metrics[b.metric].id + "' falls from " + number_text(a.value.value) +
                            " in " + place_of(table, latest[i - 1]) + ": declare a correction, or mend it");
  }
}

/// CSR lists of the rows of `order` that are visible on the day, the latest vintage of each thing, by owner.
template <class Row, class Owner>
void visible_rows(const std::vector<Row>& rows, const std::vector<std::uint32_t>& order, std::optional<Date> day,
                  std::size_t owners, Owner owner, std::vector<std::uint32_t>& visible,
                  std::vector<std::uint32_t>& offsets) {
  offsets.assign(owners + 1, 0);
  visible.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Row& row = rows[order[i]];
    if (day && row.known_on > *day) continue;
    const bool superseded = i + 1 < order.size() && thing_of(rows[order[i + 1]]) == thing_of(row) &&
                            (!day || rows[order[i + 1]].known_on <= *day);
    if (superseded) continue;
    visible.push_back(order[i]);
    ++offsets[owner(row) + 1];
  }
  for (std::size_t i = 1; i <= owners; ++i) offsets[i] += offsets[i - 1];
}

}  // namespace detail

ESSOR_INLINE Portfolio::Portfolio() : data_(std::make_shared<Data>()) {}

ESSOR_INLINE Portfolio Portfolio::from_tables(Tables tables, std::vector<std::string> notes) {
  auto data = std::make_shared<Data>();
  data->notes = std::move(notes);
  data->tables = std::move(tables);
  detail::Reading reading(data->tables, data->products, data->metrics, data->texts, data->notes);
  const auto with = [&](std::string_view name, auto read) {
    const Table* table = find_table(data->tables, name);
    if (table != nullptr && (table->rows > 0 || !table->columns.empty())) read(*table);
  };
  with("products", [&](const Table& t) { reading.read_products(t); });
  with("metrics", [&](const Table& t) { reading.read_metrics(t); });
  with("costs", [&](const Table& t) {
    data->costs = reading.read_costs(t);
    data->cost_order = detail::by_thing(data->costs);
    detail::refuse_same_vintage(t, data->costs, data->cost_order);
  });
  with("measurements", [&](const Table& t) {
    data->measurements = reading.read_measurements(t);
    data->measurement_order = detail::by_thing(data->measurements);
    detail::refuse_same_vintage(t, data->measurements, data->measurement_order);
    detail::refuse_falls(t, data->metrics, data->measurements, data->measurement_order);
  });
  with("targets", [&](const Table& t) { data->targets = reading.read_targets(t); });
  with("decisions", [&](const Table& t) { data->decisions = reading.read_decisions(t); });
  with("published", [&](const Table& t) { data->published = reading.read_published(t); });

  data->product_ids = reading.take_product_ids();
  data->metric_offsets.assign(data->products.size() + 1, 0);
  for (const Metric& metric : data->metrics) ++data->metric_offsets[metric.product + 1];
  for (std::size_t i = 1; i < data->metric_offsets.size(); ++i) data->metric_offsets[i] += data->metric_offsets[i - 1];
  data->metrics_by_product.resize(data->metrics.size());
  auto next = data->metric_offsets;
  for (std::size_t i = 0; i < data->metrics.size(); ++i)
    data->metrics_by_product[next[data->metrics[i].product]++] = static_cast<std::uint32_t>(i);

  Portfolio portfolio;
  portfolio.data_ = std::move(data);
  return portfolio;
}

ESSOR_INLINE const Tables& Portfolio::tables() const noexcept { return data_->tables; }
ESSOR_INLINE std::span<const Product> Portfolio::products() const noexcept { return data_->products; }
ESSOR_INLINE std::span<const Metric> Portfolio::metrics() const noexcept { return data_->metrics; }
ESSOR_INLINE std::span<const CostEntry> Portfolio::costs() const noexcept { return data_->costs; }
ESSOR_INLINE std::span<const Measurement> Portfolio::measurements() const noexcept { return data_->measurements; }
ESSOR_INLINE std::span<const Target> Portfolio::targets() const noexcept { return data_->targets; }
ESSOR_INLINE std::span<const Decision> Portfolio::decisions() const noexcept { return data_->decisions; }
ESSOR_INLINE std::span<const Published> Portfolio::published() const noexcept { return data_->published; }
ESSOR_INLINE std::span<const std::string> Portfolio::notes() const noexcept { return data_->notes; }
ESSOR_INLINE std::string_view Portfolio::text(TextId id) const noexcept { return data_->texts[id]; }

ESSOR_INLINE std::uint32_t Portfolio::product_index(std::string_view id) const {
  if (const auto at = data_->product_ids.find(std::string(id)); at != data_->product_ids.end()) return at->second;
  std::string there;
  for (std::size_t i = 0; i < data_->products.size() && i < 8; ++i) there += (i ? ", " : "") + data_->products[i].id;
  if (data_->products.size() > 8) there += ", ...";
  throw_argument_error("portfolio", "product", "'" + std::string(id) + "'",
                       "is not in the portfolio, which has " + (there.empty() ? "no product" : there));
}

ESSOR_INLINE std::uint32_t Portfolio::metric_index(std::uint32_t product, std::string_view id) const {
  std::string there;
  for (const std::uint32_t metric : metrics_of(product)) {
    if (data_->metrics[metric].id == id) return metric;
    there += (there.empty() ? "" : ", ") + data_->metrics[metric].id;
  }
  throw_argument_error(
      "portfolio", "metric", "'" + std::string(id) + "'",
      "is not a metric of '" + data_->products[product].id + "', which has " + (there.empty() ? "none" : there));
}

ESSOR_INLINE std::span<const std::uint32_t> Portfolio::metrics_of(std::uint32_t product) const noexcept {
  const auto first = data_->metric_offsets[product], last = data_->metric_offsets[product + 1];
  return std::span(data_->metrics_by_product).subspan(first, last - first);
}

ESSOR_INLINE std::uint32_t Portfolio::first_vintage(std::uint32_t measurement) const noexcept {
  const auto& rows = data_->measurements;
  return *std::lower_bound(data_->measurement_order.begin(), data_->measurement_order.end(), measurement,
                           [&](std::uint32_t row, std::uint32_t wanted) {
                             return detail::thing_of(rows[row]) < detail::thing_of(rows[wanted]);
                           });
}

ESSOR_INLINE std::string Portfolio::row_name(std::string_view table, std::size_t row) const {
  return std::string(table) + " row " + std::to_string(row);
}

ESSOR_INLINE View Portfolio::as_of(std::optional<Date> day) const { return View(*this, day); }

ESSOR_INLINE View::View(Portfolio portfolio, std::optional<Date> day) : portfolio_(std::move(portfolio)), day_(day) {
  const Portfolio::Data& data = *portfolio_.data_;
  month_limit_ = day ? month_of(*day + std::chrono::days{1}) : std::numeric_limits<std::int32_t>::max();
  detail::visible_rows(
      data.costs, data.cost_order, day, data.products.size(), [](const CostEntry& c) { return c.product; }, cost_rows_,
      cost_offsets_);
  detail::visible_rows(
      data.measurements, data.measurement_order, day, data.metrics.size(),
      [](const Measurement& m) { return m.metric; }, measurement_rows_, measurement_offsets_);
}

ESSOR_INLINE std::span<const std::uint32_t> View::costs_of(std::uint32_t product) const noexcept {
  return std::span(cost_rows_).subspan(cost_offsets_[product], cost_offsets_[product + 1] - cost_offsets_[product]);
}
ESSOR_INLINE std::span<const std::uint32_t> View::measurements_of(std::uint32_t metric) const noexcept {
  return std::span(measurement_rows_)
      .subspan(measurement_offsets_[metric], measurement_offsets_[metric + 1] - measurement_offsets_[metric]);
}

ESSOR_INLINE bool is_output_measure(std::string_view metric) noexcept {
  const std::string key = detail::word_key(metric);
  return std::find(detail::output_measures.begin(), detail::output_measures.end(), key) !=
         detail::output_measures.end();
}

namespace detail {

/// A text without its blanks where they separate groups of three digits of the whole part; nothing where they do not.
ESSOR_INLINE std::optional<std::string> without_groups(std::string_view text) {
  std::string plain;
  std::size_t digits = 0;  // since the last blank, or the beginning
  bool grouped = false, whole = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::size_t blank = blank_length(text.substr(i)); blank > 0) {
      if (!whole || digits == 0 || digits > 3 || (grouped && digits != 3)) return std::nullopt;
      grouped = true;
      digits = 0;
      i += blank - 1;
      continue;
    }
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (whole && !digit && text[i] != '-') {
      if (grouped && digits != 3) return std::nullopt;
      whole = false;
    }
    digits += digit;
    plain += text[i];
  }
  if (whole && grouped && digits != 3) return std::nullopt;
  return plain;
}

/// What to write instead of a number with commas.
ESSOR_INLINE std::string comma_rule(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (const std::size_t blank = blank_length(text.substr(i)); blank > 0)
      i += blank - 1;
    else
      plain += text[i];
  std::string without = plain, decimal = plain;
  const std::size_t comma = plain.rfind(','), point = plain.rfind('.');
  without.erase(std::remove(without.begin(), without.end(), ','), without.end());
  if (point != std::string::npos && point < comma) {  // 1.234,56: the points separate thousands
    decimal.erase(std::remove(decimal.begin(), decimal.end(), '.'), decimal.end());
    std::replace(decimal.begin(), decimal.end(), ',', '.');
    return "a comma is no decimal sign here: write " + decimal;
  }
  if (point != std::string::npos) return "commas do not separate thousands here: write " + without;
  std::replace(decimal.begin(), decimal.end(), ',', '.');
  if (plain.size() != text.size()) return "a comma is no decimal sign here: write " + decimal;
  if (std::count(plain.begin(), plain.end(), ',') > 1) return "commas do not separate thousands here: write " + without;
  return "a comma may be a thousands separator or a decimal sign: write " + without + " or " + decimal;
}

}  // namespace detail

ESSOR_INLINE double parse_number(std::string_view text, std::string_view place) {
  const auto refuse = [&](std::string rule) -> double {
    throw RecordError(std::string(place), detail::quoted(text), std::move(rule));
  };
  std::string_view rest = detail::trimmed(text);
  if (rest.starts_with('+')) rest.remove_prefix(1);
  const bool begins = !rest.empty() && std::string_view("-.0123456789").find(rest[0]) != std::string_view::npos;
  bool plain_signs = begins;
  for (std::size_t i = 0; i < rest.size() && plain_signs; ++i) {
    const std::size_t blank = detail::blank_length(rest.substr(i));
    if (blank > 0)
      i += blank - 1;
    else
      plain_signs = std::string_view("-+.,eE0123456789").find(rest[i]) != std::string_view::npos;
  }
  const char* const not_a_number =
      "is not a number: write digits only, such as 1200000, 1 200 000, 0.4 or 1.2e6, without a unit";
  if (!plain_signs) return refuse(not_a_number);
  if (rest.find(',') != std::string_view::npos) return refuse(detail::comma_rule(rest));
  const auto plain = detail::without_groups(rest);
  if (!plain) return refuse("is not a number: blanks separate groups of three digits, as in 1 200 000");
  double value = 0;
  const auto [end, error] = std::from_chars(plain->data(), plain->data() + plain->size(), value);
  if (end != plain->data() + plain->size() || error == std::errc::invalid_argument) return refuse(not_a_number);
  if (error == std::errc::result_out_of_range) return refuse("is too large or too small for a number");
  return value;
}

}  // namespace essor

#include "essor/model/detail/five_columns_inl.hpp"
