// The facts of one product that the dossier's answers are written from.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "essor/committee/dossier.hpp"
#include "essor/committee/track_record.hpp"
#include "essor/committee/wording.hpp"
#include "essor/forecast/forecast.hpp"
#include "essor/forecast/funding_history.hpp"
#include "essor/forecast/funding_response.hpp"
#include "essor/forecast/naive.hpp"
#include "essor/indicators/contradictions.hpp"
#include "essor/indicators/differences.hpp"
#include "essor/indicators/series.hpp"
#include "essor/indicators/windows.hpp"
#include "essor/model/portfolio.hpp"

namespace essor::detail {

/// The longest period of 12, 6, 3 and 1 months for which a list is not empty; 12 when all are.
template <class Make>
auto longest(Make make) {
  auto found = make(12);
  int months = 12;
  for (const int shorter : {6, 3, 1}) {
    if (!found.empty()) break;
    if (auto other = make(shorter); !other.empty()) {
      found = std::move(other);
      months = shorter;
    }
  }
  return std::pair(std::move(found), months);
}

/// How well a level speaks of impact.
constexpr int rank_of(Level level) noexcept {
  switch (level) {
    case Level::impactful:
      return 5;
    case Level::efficient:
      return 4;
    case Level::useful:
      return 3;
    case Level::used:
      return 2;
    case Level::usable:
      return 1;
    case Level::activity:
      break;
  }
  return 0;
}

/// Draws of the main metric by step, kept only where they agree with what is already known of a step ("more than 4
/// million").
struct Outlook {
  std::vector<std::vector<double>> steps;  ///< sorted
  std::vector<std::string> notes;
  bool bounded = false;  ///< some draws were left out

  int horizon() const noexcept { return static_cast<int>(steps.size()); }
  const std::vector<double>& at(int step) const { return steps[static_cast<std::size_t>(step - 1)]; }
  double quantile(int step, double p) const { return draw_quantiles(at(step), std::array{p}).front(); }
  double probability(double target, int step) const { return reach_probability(at(step), target); }
};

/// The period that a recorded figure speaks of: a cumulative count stands at the end of its last month.
constexpr Period figure_period(const Period& period, Kind kind) noexcept {
  return kind == Kind::cumulative ? Period{period.last - 1, period.last} : period;
}

/// What the dossier knows before it writes a word.
struct Facts {
  const View& view;
  const Portfolio& portfolio;
  const DossierOptions& options;
  std::uint32_t product;
  std::optional<std::uint32_t> metric = std::nullopt;  ///< main metric
  std::vector<WindowFigures> windows = {};             ///< of the main metric, latest first
  int months = 12;                                     ///< of a window
  std::vector<SeriesPoint> series = {};                ///< of the main metric, earliest first
  std::optional<std::uint32_t> latest = std::nullopt;  ///< row of the latest measurement of the main metric
  int step = 12;                                       ///< months of a point of the series
  std::string currency = "EUR";
  std::optional<Outlook> forecast = std::nullopt;                  ///< with today's funding going on
  std::optional<FundingForecast> funding_forecast = std::nullopt;  ///< where costs and figures share their periods
  int forecast_step = 1;                                           ///< step of the next period to fund
  std::vector<PastTarget> past = {};                               ///< targets whose outcome and ambition are known
  std::vector<Contradiction> contradictions = {};

  const Product& described() const { return portfolio.products()[product]; }
  const Metric& main() const { return portfolio.metrics()[*metric]; }
  bool french() const { return options.language == Language::french; }
  /// A text that labels a metric beyond the columns of the model; empty where there is none.
  std::string label_of(std::uint32_t which, std::string_view column_name) const {
    const Table* table = find_table(portfolio.tables(), "metrics");
    const Column* column = table == nullptr ? nullptr : table->find(column_name);
    const auto* text = column == nullptr ? nullptr : std::get_if<TextColumn>(&column->cells);
    const std::int32_t code = text == nullptr ? -1 : text->codes[which];
    return code < 0 ? std::string() : text->texts[static_cast<std::size_t>(code)];
  }
  /// The metric by its label name_fr or name_en, else by its identifier.
  std::string name_of(std::uint32_t which) const {
    std::string name = label_of(which, french() ? "name_fr" : "name_en");
    return name.empty() ? portfolio.metrics()[which].id : name;
  }
  /// Its unit by the label unit_fr or unit_en, else as it was recorded.
  std::string unit_of(std::uint32_t which) const {
    std::string unit = label_of(which, french() ? "unit_fr" : "unit_en");
    return unit.empty() ? portfolio.metrics()[which].unit : unit;
  }
  std::string name() const { return name_of(*metric); }
  std::string unit() const { return unit_of(*metric); }
  /// The phase, unless it is the end of the product and that was decided after the day of the view.
  std::optional<Phase> phase() const {
    const std::optional<Phase> phase = described().phase;
    if (!view.day() || (phase != Phase::abandoned && phase != Phase::transferred)) return phase;
    for (const Decision& d : portfolio.decisions())
      if (d.product == product && (d.decision == DecisionKind::stop || d.decision == DecisionKind::transfer) &&
          d.date > *view.day())
        return std::nullopt;
    return phase;
  }
  std::string say(std::string_view fr, std::string_view en) const { return std::string(french() ? fr : en); }
  /// Money was spent, and no metric has measured any use yet.
  bool unused() const {
    if (view.costs_of(product).empty()) return false;
    for (const std::uint32_t each : portfolio.metrics_of(product))
      for (const std::uint32_t row : view.measurements_of(each))
        if (const Measurement& m = portfolio.measurements()[row];
            portfolio.metrics()[each].level != Level::activity && m.informs() && m.value.high > 0)
          return false;
    return true;
  }
  bool has_pair() const { return !windows.empty() && windows[0].follows; }
};

ESSOR_INLINE std::string cost_row(std::uint32_t row) { return "costs row " + std::to_string(row); }
ESSOR_INLINE std::string measurement_row(std::uint32_t row) { return "measurements row " + std::to_string(row); }

ESSOR_INLINE void choose_main_metric(Facts& facts) {
  std::size_t most = 0;
  int best = -1;
  for (const std::uint32_t metric : facts.portfolio.metrics_of(facts.product)) {
    const Metric& described = facts.portfolio.metrics()[metric];
    if (described.level == Level::activity) continue;
    auto [windows, months] = longest([&](int n) { return windows_of(facts.view, metric, n); });
    const int rank = rank_of(described.level) - (described.kind == Kind::rate ? 10 : 0) +
                     (described.direction == Direction::decrease ? -1 : 0);
    const bool better = !facts.metric || (windows.empty() ? 0 : 1) > (most > 0 ? 1 : 0) ||
                        ((windows.empty() == (most == 0)) && (rank > best || (rank == best && windows.size() > most)));
    if (!better) continue;
    facts.metric = metric;
    most = windows.size();
    best = rank;
    facts.windows = std::move(windows);
    facts.months = months;
  }
}

/// The latest measurement of a metric that informs: the one whose period ends last.
ESSOR_INLINE std::optional<std::uint32_t> latest_measurement(const View& view, std::uint32_t metric) {
  std::optional<std::uint32_t> latest;
  const auto measurements = view.portfolio().measurements();
  for (const std::uint32_t row : view.measurements_of(metric))
    if (measurements[row].informs() && measurements[row].period.last <= view.month_limit() &&
        (!latest || measurements[row].period.last >= measurements[*latest].period.last))
      latest = row;
  return latest;
}

/// The series of a metric in the longest period, of those offered, that reaches its latest measurement; empty when none
/// does.
ESSOR_INLINE std::pair<std::vector<SeriesPoint>, int> series_to_latest(const View& view, std::uint32_t metric,
                                                                       std::initializer_list<int> lengths) {
  const auto latest = latest_measurement(view, metric);
  for (const int months : lengths) {
    auto series = series_of(view, metric, months);
    if (!series.empty() && latest && series.back().period.last == view.portfolio().measurements()[*latest].period.last)
      return {std::move(series), months};
  }
  return {{}, 12};
}

/// The series of the main metric in half-years where two are known, else in the longest period that the record tiles.
ESSOR_INLINE void choose_series(Facts& facts) {
  if (!facts.metric) return;
  facts.latest = latest_measurement(facts.view, *facts.metric);
  std::tie(facts.series, facts.step) = series_to_latest(facts.view, *facts.metric, {6});
  if (facts.series.size() < 2)
    std::tie(facts.series, facts.step) = series_to_latest(facts.view, *facts.metric, {12, 6, 3, 1});
}

/// The sorted draws of each step, of the paths that agree with the bounds known of the first steps; all paths where
/// fewer than 100 agree.
ESSOR_INLINE Outlook outlook_of(const ForecastResult& forecast, std::span<const SeriesPoint> known) {
  Outlook outlook;
  std::vector<std::size_t> paths;
  for (std::size_t path = 0; path < static_cast<std::size_t>(forecast.draw_count()); ++path) {
    bool agrees = true;
    for (std::size_t step = 0; step < known.size(); ++step) {
      const double x = forecast.step_draws(static_cast<int>(step) + 1)[path];
      agrees &= x >= known[step].value.low && x <= known[step].value.high;
    }
    if (agrees) paths.push_back(path);
  }
  outlook.bounded = paths.size() >= 100 && !known.empty();
  for (int step = 1; step <= forecast.horizon(); ++step) {
    const auto draws = forecast.step_draws(step);
    std::vector<double> kept;
    if (outlook.bounded)
      for (const std::size_t path : paths) kept.push_back(draws[path]);
    else
      kept.assign(draws.begin(), draws.end());
    std::sort(kept.begin(), kept.end());
    outlook.steps.push_back(std::move(kept));
  }
  return outlook;
}

/// The history of funding and impact up to a period; nothing where costs and figures do not share their periods.
ESSOR_INLINE std::optional<FundingHistory> funding_of(const Facts& facts, const Period& last) {
  const auto windows = windows_of(facts.view, *facts.metric, facts.step);
  const bool funded = std::any_of(windows.begin(), windows.end(), [](const WindowFigures& w) {
    return w.cost.is_point() && w.cost.value > 0 && w.impact.is_point();
  });
  if (!funded) return std::nullopt;
  RecordedFunding recorded = recorded_funding(facts.view, *facts.metric, facts.step);
  const std::vector<double>& amounts = recorded.history.funding;
  const bool positive = std::any_of(amounts.begin(), amounts.end(), [](double x) { return x > 0; });
  if (recorded.last != last || !positive) return std::nullopt;
  return std::move(recorded.history);
}

/// What a forecast does with zeros, in the language of the dossier.
ESSOR_INLINE std::vector<std::string> notes_on_zeros(const Facts& facts, std::span<const double> history) {
  std::vector<std::string> notes;
  const auto zero = [](double value) { return value == 0.0; };
  if (std::none_of(history.begin(), history.end(), zero)) return notes;
  notes.push_back(facts.say("L'historique contient des zéros : la prévision compte à partir d'un peu plus que zéro.",
                            "The history has zeros: the forecast counts from a little above zero."));
  if (history.back() == 0.0 && !std::all_of(history.begin(), history.end(), zero)) {
    notes.push_back(facts.say("La dernière valeur est zéro : si la mesure manque, mieux vaut la retirer.",
                              "The last value is zero: if it is a gap and not a count, leave it out."));
  }
  return notes;
}

/// Forecasts the main metric beyond its last figure; what is known of it by bounds only is forecast, too, within its
/// bounds.
ESSOR_INLINE void run_forecast(Facts& facts) {
  // The latest run of exact figures; what follows it is known by bounds only.
  std::size_t last = facts.series.size();
  while (last > 0 && !facts.series[last - 1].value.is_point()) --last;
  std::size_t first = last;
  while (first > 0 && facts.series[first - 1].value.is_point()) --first;
  std::vector<double> history;
  for (std::size_t i = first; i < last; ++i) history.push_back(facts.series[i].value.value);
  const bool ended = facts.described().phase == Phase::abandoned;
  if (history.empty() || facts.main().kind == Kind::rate || ended) return;
  facts.forecast_step = static_cast<int>(facts.series.size() - last) + 1;
  const int horizon = facts.forecast_step + (facts.step >= 12 ? 1 : 2);
  const auto known = std::span(facts.series).subspan(last);
  if (const auto funding = funding_of(facts, facts.series[last - 1].period)) {
    facts.funding_forecast =
        forecast_funding(*funding, {.horizon = horizon, .draws = 4000, .seed = facts.options.seed});
    facts.forecast = outlook_of(facts.funding_forecast->given(facts.funding_forecast->latest_funding()), known);
  } else {
    const ForecastResult forecast = essor::forecast(history, {.horizon = horizon,
                                                              .season = season_of_months(facts.step),
                                                              .reference = reference_of_months(facts.step),
                                                              .draws = 4000,
                                                              .seed = facts.options.seed});
    facts.forecast = outlook_of(forecast, known);
  }
  facts.forecast->notes = notes_on_zeros(facts, history);  // those of the forecast are in one language
  if (facts.forecast_step > 1)
    facts.forecast->notes.push_back(
        facts.forecast->bounded
            ? facts.say("La prévision ne garde que les tirages qui respectent les bornes publiées.",
                        "The forecast keeps only the draws that agree with the published bounds.")
            : facts.say("Trop peu de tirages respectent les bornes publiées : la prévision n'en tient pas compte.",
                        "Too few draws agree with the published bounds: the forecast leaves them aside."));
}

/// What is known of a target's outcome: its own period's figure; else a zero over a longer period; else, for a stock, a
/// later figure that still misses it. A figure known before the period was over is a plan, not an outcome.
ESSOR_INLINE std::optional<Bounds> outcome_of(const View& view, const Target& target) {
  const auto measurements = view.portfolio().measurements();
  const Metric& metric = view.portfolio().metrics()[target.metric];
  const auto over = [&](std::uint32_t row) {
    return measurements[row].known_on >= measurements[row].period.end() - std::chrono::days{1};
  };
  if (const auto point = figure_over(view, target.metric, target.period)) {
    if (!std::all_of(point->rows.begin(), point->rows.end(), over)) return std::nullopt;
    return point->value;
  }
  for (const std::uint32_t row : view.measurements_of(target.metric)) {
    const Measurement& m = measurements[row];
    if (!m.informs() || !over(row)) continue;
    if (m.period.contains(target.period) && m.value.high == 0) return m.value;
    if (metric.kind == Kind::stock && m.period.first >= target.period.last && metric.direction == Direction::increase &&
        m.value.high < target.value)
      return m.value;
  }
  return std::nullopt;
}

/// What a target promised, what happened, and how easy it was on the day it was set.
ESSOR_INLINE std::vector<TargetLine> target_lines(Facts& facts) {
  std::vector<TargetLine> lines;
  const auto targets = facts.portfolio.targets();
  for (std::uint32_t row = 0; row < targets.size(); ++row) {
    const Target& target = targets[row];
    const Metric& metric = facts.portfolio.metrics()[target.metric];
    if (metric.product != facts.product || (facts.view.day() && target.set_on > *facts.view.day())) continue;
    TargetLine line{facts.name_of(target.metric),
                    facts.unit_of(target.metric),
                    target.period,
                    target.value,
                    {},
                    std::nullopt,
                    unknown,
                    target.set_on,
                    "targets row " + std::to_string(row)};
    if (const auto outcome = outcome_of(facts.view, target)) {
      line.reached = *outcome;
      const bool up = metric.direction == Direction::increase;
      if (up ? line.reached.low >= target.value : line.reached.high <= target.value)
        line.met = true;
      else if (up ? line.reached.high < target.value : line.reached.low > target.value)
        line.met = false;
    }
    const View then = facts.portfolio.as_of(target.set_on);
    std::vector<double> history;
    std::int32_t known_to = 0;
    for (const SeriesPoint& point : series_of(then, target.metric, target.period.months())) {
      if (!point.value.is_point() || point.period.last > target.period.first) break;
      history.push_back(point.value.value);
      known_to = point.period.last;
    }
    if (!history.empty()) {
      const int step = std::max(1, (target.period.last - known_to) / target.period.months());
      line.naive_probability =
          naive_reach_probability(history, target.value, step, metric.direction == Direction::increase);
    }
    if (line.met && !std::isnan(line.naive_probability)) facts.past.push_back({line.naive_probability, *line.met});
    lines.push_back(std::move(line));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const TargetLine& a, const TargetLine& b) { return a.period.last > b.period.last; });
  return lines;
}

ESSOR_INLINE double population_of(const Portfolio& portfolio, std::uint32_t metric) {
  const Table* table = find_table(portfolio.tables(), "metrics");
  const Column* column = table == nullptr ? nullptr : table->find("population");
  const auto* numbers = column == nullptr ? nullptr : std::get_if<NumberColumn>(&column->cells);
  return numbers != nullptr && (numbers->present.empty() || numbers->present[metric]) ? numbers->values[metric]
                                                                                      : unknown;
}

ESSOR_INLINE std::vector<MatrixLine> matrix_lines(const Facts& facts) {
  std::vector<MatrixLine> lines;
  for (const std::uint32_t metric : facts.portfolio.metrics_of(facts.product)) {
    const Metric& described = facts.portfolio.metrics()[metric];
    if (described.level == Level::activity) continue;
    MatrixLine line{described.level,
                    facts.name_of(metric),
                    facts.unit_of(metric),
                    described.kind,
                    {},
                    {},
                    unknown,
                    unknown,
                    MeasurementStatus::measured,
                    {},
                    unknown,
                    population_of(facts.portfolio, metric),
                    described.agreed_by,
                    described.agreed_on,
                    ""};
    const auto [series, step] = series_to_latest(facts.view, metric, {12, 6, 3, 1});
    const auto latest = latest_measurement(facts.view, metric);
    if (!series.empty() && described.kind != Kind::cumulative) {
      const SeriesPoint& now = series.back();
      line.period = now.period;
      line.now = now.value;
      line.status = now.status;
      line.evidence = measurement_row(now.rows.back());
      if (series.size() > 1 && series[series.size() - 2].value.is_point())
        line.before = series[series.size() - 2].value.value;
    } else if (latest) {
      const Measurement& now = facts.portfolio.measurements()[*latest];
      line.period = figure_period(now.period, described.kind);
      line.now = now.value;
      line.status = now.status;
      line.evidence = measurement_row(*latest);
      for (const std::uint32_t row : facts.view.measurements_of(metric))
        if (const Measurement& m = facts.portfolio.measurements()[row];
            m.informs() && m.period.last <= now.period.first && described.kind != Kind::flow)
          line.before = m.value.value;
    }
    if (line.now.is_point() && line.before > 0) line.change = line.now.value / line.before - 1;
    const auto [windows, months] = longest([&](int n) { return windows_of(facts.view, metric, n); });
    if (!windows.empty()) {
      line.unit_cost = windows[0].unit_cost;
      if (windows[0].follows) line.unit_cost_before = windows[1].unit_cost.value;
    }
    lines.push_back(std::move(line));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const MatrixLine& a, const MatrixLine& b) { return a.level < b.level; });
  return lines;
}

/// The budget of the last 12 months that costs speak of, by activity.
ESSOR_INLINE std::vector<BudgetLine> budget_lines(const Facts& facts, std::vector<std::string>& notes) {
  const auto costs = facts.portfolio.costs();
  const auto rows = facts.view.costs_of(facts.product);
  std::int32_t last = std::numeric_limits<std::int32_t>::min();
  for (const std::uint32_t row : rows) last = std::max(last, costs[row].period.last);
  const Table* table = find_table(facts.portfolio.tables(), "costs");
  const Column* printed = table == nullptr ? nullptr : table->find("printed_line_total");
  std::vector<BudgetLine> lines;
  std::vector<double> printed_totals, rounding;
  double total = 0;
  int statuses = 0;
  for (const std::uint32_t row : rows) {
    const CostEntry& c = costs[row];
    if (c.period.first < last - 12) continue;
    const bool stated = c.activity != Activity::other;
    const std::string name = stated ? std::string(word(c.activity)) : "";
    auto at = std::find_if(lines.begin(), lines.end(), [&](const BudgetLine& l) { return l.activity == name; });
    if (at == lines.end()) {
      lines.push_back({name, group_of(c.activity), 0, 0, 0, unknown});
      printed_totals.push_back(unknown);
      rounding.push_back(0);
      at = lines.end() - 1;
    }
    const double amount = c.amount.is_point() ? c.amount.value : c.amount.low;
    (c.status == CostStatus::paid        ? at->paid
     : c.status == CostStatus::committed ? at->committed
                                         : at->planned) += amount;
    statuses |= 1 << static_cast<int>(c.status);
    const auto index = static_cast<std::size_t>(at - lines.begin());
    if (const auto* numbers = printed == nullptr ? nullptr : std::get_if<NumberColumn>(&printed->cells);
        numbers != nullptr && (numbers->present.empty() || numbers->present[row])) {
      printed_totals[index] = numbers->values[row];
      rounding[index] += 500;
    }
    total += stated ? amount : 0;
  }
  for (BudgetLine& line : lines)
    if (!line.activity.empty() && total > 0) line.share = (line.paid + line.committed + line.planned) / total;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double sum = lines[i].paid + lines[i].planned + lines[i].committed;
    if (std::isnan(printed_totals[i]) || sum == printed_totals[i]) continue;
    const Language language = facts.options.language;
    const bool tolerated = std::abs(sum - printed_totals[i]) <= rounding[i] + 500;
    notes.push_back(
        activity_label(lines[i].activity, language) + facts.say(" : les montants font ", ": the amounts sum to ") +
        money_text(sum, facts.currency, language) + facts.say(", le total imprimé est ", ", the printed total is ") +
        money_text(printed_totals[i], facts.currency, language) +
        (tolerated ? facts.say(" (écart d'arrondi, toléré)", " (rounding, tolerated)")
                   : facts.say(" (écart plus grand que l'arrondi)", " (more than rounding)")));
  }
  if ((statuses & (statuses - 1)) != 0)
    notes.push_back(facts.say("Les montants payés, engagés et prévus ne s'additionnent jamais entre eux.",
                              "Paid, committed and planned amounts are never added to each other."));
  return lines;
}

ESSOR_INLINE std::vector<FunderLine> funder_lines(const Facts& facts) {
  std::vector<FunderLine> lines;
  if (facts.windows.empty()) return lines;
  const WindowFigures& now = facts.windows[0];
  for (const std::uint32_t row : now.cost_rows) {
    const CostEntry& c = facts.portfolio.costs()[row];
    const std::string name(facts.portfolio.text(c.funder));
    if (name.empty()) continue;
    auto at = std::find_if(lines.begin(), lines.end(), [&](const FunderLine& l) { return l.funder == name; });
    if (at == lines.end()) at = lines.insert(lines.end(), {name, 0, unknown, {}});
    at->cost += c.amount.value;
  }
  for (FunderLine& line : lines) {
    line.share = line.cost / now.cost.value;
    for (const std::uint32_t row : facts.view.measurements_of(now.metric)) {
      const Measurement& m = facts.portfolio.measurements()[row];
      if (m.scope == 0 || facts.portfolio.text(m.scope) != line.funder || !m.informs() ||
          !now.window.contains(m.period))
        continue;
      if (!line.impact_in_scope.known()) line.impact_in_scope = {0, 0, 0};
      line.impact_in_scope = {line.impact_in_scope.value + m.value.value, line.impact_in_scope.low + m.value.low,
                              line.impact_in_scope.high + m.value.high};
    }
  }
  return lines;
}

/// How the announced total moved: every vintage of a total planned over more than 18 months.
ESSOR_INLINE std::vector<EstimateLine> estimate_lines(const Facts& facts) {
  std::vector<std::uint32_t> rows;
  const auto costs = facts.portfolio.costs();
  for (std::uint32_t row = 0; row < costs.size(); ++row)
    if (costs[row].product == facts.product && costs[row].status == CostStatus::planned &&
        costs[row].period.months() > 18 && costs[row].amount.is_point() &&
        (!facts.view.day() || costs[row].known_on <= *facts.view.day()))
      rows.push_back(row);
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return costs[a].known_on < costs[b].known_on; });
  std::vector<EstimateLine> lines;
  for (const std::uint32_t row : rows) {
    EstimateLine line{costs[row].known_on,
                      costs[row].amount.value,
                      costs[row].amount.value / costs[rows.front()].amount.value - 1,
                      unknown,
                      "",
                      cost_row(row)};
    if (facts.metric) {
      const View then = facts.portfolio.as_of(line.known_on);
      const auto known = then.measurements_of(*facts.metric);
      line.unit = facts.unit();
      for (const std::uint32_t m : known)
        if (const Measurement& measured = facts.portfolio.measurements()[m];
            measured.informs() && measured.value.value > 0) {
          line.per_unit = line.total / measured.value.value;  // the last one is the latest
          line.evidence = cost_row(row) + ", " + measurement_row(m);
        }
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace essor::detail
