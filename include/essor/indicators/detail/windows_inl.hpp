#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/indicators/detail/trend_finder.hpp"
#include "essor/indicators/detail/window_finder.hpp"
#include "essor/indicators/growth.hpp"
#include "essor/indicators/windows.hpp"

namespace essor {

namespace detail {

ESSOR_INLINE LogFigure log_figure(const Bounds& bounds, double error) {
  return {std::log(bounds.low), std::log(bounds.high), error};
}

ESSOR_INLINE LogGrowth log_growth(const WindowFigures& now, const WindowFigures& before, bool decrease) {
  return {log_figure(now.cost, now.cost_error),
          log_figure(before.cost, before.cost_error),
          log_figure(now.impact, now.impact_error),
          log_figure(before.impact, before.impact_error),
          now.tied,
          before.tied,
          decrease};
}

/// Variance on the log scale of a figure known within two sides, both stated.
ESSOR_INLINE double spread(const Bounds& figure) {
  if (figure.is_exact()) return 0;
  const double width = std::log(figure.high) - std::log(figure.low);
  return width * width / 12;
}

/// The class at the growths, and its probability. An interval counts by its variance; a side left open carries no
/// probability.
ESSOR_INLINE void classify_points(WindowFigures& now, const WindowFigures& before, double g_impact, double g_cost,
                                  double per_year, bool decrease) {
  now.trajectory = trajectory_of(g_impact * per_year, g_cost * per_year);
  double var_impact = 0, var_cost = 0, covariance = 0;
  for (const WindowFigures* w : {static_cast<const WindowFigures*>(&now), &before}) {
    const double volume = w->impact_error * w->impact_error;
    var_impact += volume + spread(w->impact);
    var_cost += w->cost_error * w->cost_error + spread(w->cost) + (w->tied ? volume : 0.0);
    covariance += w->tied ? (decrease ? -volume : volume) : 0.0;
  }
  if (!std::isfinite(var_impact) || !std::isfinite(var_cost)) return;
  const double tie = covariance / var_impact;
  const double sd_impact = std::sqrt(var_impact), sd_cost = std::sqrt(var_cost - tie * covariance);
  now.p_trajectory = trajectory_probability(now.trajectory, g_impact * per_year, sd_impact * per_year,
                                            g_cost * per_year, sd_cost * per_year, tie);
}

/// The class of growths known by bounds: that of their middle where both sides are known; else the one that holds over
/// the whole of them (classes are convex, so their corners decide), too early where there is none.
ESSOR_INLINE void classify_bounds(WindowFigures& now, const WindowFigures& before, double per_year, bool decrease) {
  const double sign = decrease ? -1.0 : 1.0;
  const auto corner = [](double a, double b) { return std::clamp(a, -50.0, 50.0) * b; };
  const std::array impact{std::log(now.impact.low) - std::log(before.impact.high),
                          std::log(now.impact.high) - std::log(before.impact.low)};
  const std::array cost{std::log(now.cost.low) - std::log(before.cost.high),
                        std::log(now.cost.high) - std::log(before.cost.low)};
  if (std::isfinite(impact[0] + impact[1] + cost[0] + cost[1])) {
    classify_points(now, before, sign * 0.5 * (impact[0] + impact[1]), 0.5 * (cost[0] + cost[1]), per_year, decrease);
    return;
  }
  const auto at = [&](std::size_t i, std::size_t c) {
    return trajectory_of(corner(impact[i], sign * per_year), corner(cost[c], per_year));
  };
  const bool same = at(0, 0) == at(0, 1) && at(0, 0) == at(1, 0) && at(0, 0) == at(1, 1);
  now.trajectory = same ? at(0, 0) : Trajectory::too_early;
}

ESSOR_INLINE bool some(const WindowFigures& w) noexcept { return w.cost.high > 0 && w.impact.high > 0; }

/// Growths of a window against the one before. From or to nothing there is no rate of growth.
ESSOR_INLINE void grow(WindowFigures& now, const WindowFigures& before, bool decrease) {
  now.follows = true;
  now.g_cost = std::log(now.cost.value / before.cost.value);  // of the ratio, so that 20 is exactly twice 10
  now.g_impact = std::log(now.impact.value / before.impact.value);
  if (decrease) now.g_impact = -now.g_impact;
  for (double* g : {&now.g_cost, &now.g_impact})
    if (!std::isfinite(*g)) *g = std::numeric_limits<double>::quiet_NaN();
}

/// Probabilities and class of a window that follows the one before.
ESSOR_INLINE void judge(WindowFigures& now, const WindowFigures& before, const Metric& metric) {
  if (metric.kind == Kind::rate) return;
  const bool decrease = metric.direction == Direction::decrease;
  if (std::abs(now.g_impact) > 2 * std::hypot(now.impact_error, before.impact_error))
    now.cost_elasticity = now.g_cost / now.g_impact;
  if (!some(now) || !some(before)) return;
  const BoundedProbability p = probability_of_fall(log_growth(now, before, decrease));
  now.p_observed = p.value;
  now.p_bound = p.bound;
  const double per_year = 12.0 / now.window.months();
  if (std::isfinite(now.g_cost) && std::isfinite(now.g_impact))
    classify_points(now, before, now.g_impact, now.g_cost, per_year, decrease);
  else
    classify_bounds(now, before, per_year, decrease);
}

/// Completes the windows of one metric after another, with memory that is reused.
class WindowJudge {
 public:
  explicit WindowJudge(const Portfolio& portfolio) : portfolio_(&portfolio), trends_(public_services) {}

  /// Growths of all windows (latest first); probabilities, trends and classes of the first `count`.
  void complete(std::vector<WindowFigures>& windows, std::size_t count) {
    if (windows.empty()) return;
    const Metric& metric = portfolio_->metrics()[windows.front().metric];
    const auto& go_live = portfolio_->products()[metric.product].go_live;
    falls_.clear();
    for (std::size_t i = windows.size(); i-- > 0;) {
      WindowFigures& w = windows[i];
      if (i + 1 < windows.size() && comparable(w, windows[i + 1]))
        grow(w, windows[i + 1], metric.direction == Direction::decrease);
      if (const double fall = w.g_impact - w.g_cost; std::isfinite(fall) && metric.kind != Kind::rate)
        falls_.push_back(fall * 12.0 / w.window.months());
      w.falls = static_cast<int>(falls_.size());
      if (i >= count) continue;
      if (w.follows) judge(w, windows[i + 1], metric);
      if (!falls_.empty()) {
        const TrendPosterior trend = trends_.find(falls_);
        w.p_trend = trend.probability;
        w.prior_share = trend.sd_ratio;
      }
      const bool dormant = go_live && *go_live >= w.window.end();
      if (!dormant && (w.follows || metric.kind == Kind::rate)) continue;
      w.trajectory = Trajectory::too_early;
      w.p_trajectory = 1;
    }
  }

 private:
  const Portfolio* portfolio_;
  TrendFinder trends_;
  std::vector<double> falls_;
};

}  // namespace detail

ESSOR_INLINE std::vector<WindowFigures> windows_of(const View& view, std::uint32_t metric, int months) {
  check_in_range("windows_of", "months", months, 1, detail::most_months);
  detail::WindowFinder finder(view, months);
  std::vector<WindowFigures> windows = std::move(finder.find(metric));
  detail::WindowJudge(view.portfolio()).complete(windows, windows.size());
  return windows;
}

ESSOR_INLINE std::vector<WindowFigures> indicators(const View& view, const IndicatorOptions& options) {
  check_in_range("indicators", "months", options.months, 1, detail::most_months);
  const Portfolio& portfolio = view.portfolio();
  detail::WindowFinder finder(view, options.months);
  detail::WindowJudge judge(portfolio);
  const std::size_t most = options.history ? std::numeric_limits<std::size_t>::max() : 1;
  std::vector<WindowFigures> rows;
  rows.reserve(portfolio.metrics().size());
  for (std::uint32_t product = 0; product < portfolio.products().size(); ++product)
    for (const std::uint32_t metric : portfolio.metrics_of(product)) {
      if (portfolio.metrics()[metric].level == Level::activity) continue;
      std::vector<WindowFigures>& windows = finder.find(metric, most);
      judge.complete(windows, most);
      for (std::size_t i = 0; i < windows.size() && i < most; ++i) rows.push_back(std::move(windows[i]));
      if (!windows.empty()) continue;
      WindowFigures& none = rows.emplace_back();
      none.product = product;
      none.metric = metric;
      none.p_trajectory = 1;
    }
  return rows;
}

ESSOR_INLINE double probability_of_fall_over(const View& view, const WindowFigures& first, const WindowFigures& last) {
  const auto refuse = [&](std::string_view rule) {
    throw_argument_error("probability_of_fall_over", "first, last",
                         period_text(first.window) + ", " + period_text(last.window), rule);
  };
  if (first.metric != last.metric || first.window.months() < 1 || first.window.months() != last.window.months() ||
      first.window.last > last.window.first)
    refuse("must be two windows of one metric and length, the first before the last");
  bool linked = false;
  for (const WindowFigures& w : windows_of(view, first.metric, first.window.months())) {
    if (w.window == first.window && linked) break;
    if (w.window == last.window) linked = true;
    if (linked && !w.follows)
      refuse("must be linked by adjacent windows of one perimeter and price year: growth is not computed across a gap");
  }
  if (!linked) refuse("must be windows of the view");
  const bool decrease = view.portfolio().metrics()[first.metric].direction == Direction::decrease;
  return probability_of_fall(detail::log_growth(last, first, decrease)).value;
}

ESSOR_INLINE std::string evidence_text(const Portfolio& portfolio, const WindowFigures& w) {
  if (w.window.months() == 0) return "no window in which both cost and impact are known";
  const auto rows = [](std::string_view table, const std::vector<std::uint32_t>& list) {
    std::string text(table);
    text += list.size() == 1 ? " row" : " rows";
    for (const std::uint32_t row : list) text += " " + std::to_string(row);
    return text;
  };
  std::string text = rows("costs", w.cost_rows) + " (" + std::string(word(w.cost_status));
  if (w.perimeter != 0) text += ", " + std::string(portfolio.text(w.perimeter));
  if (w.tied) text += ", unit cost x volume";
  text += "); " + rows("measurements", w.measurement_rows) + "; relative error of cost " + number_text(w.cost_error) +
          ", of impact " + number_text(w.impact_error);
  if (!w.follows) text += "; no adjacent window before";
  if (w.p_bound != 0) text += w.p_bound > 0 ? "; p_observed is at least so much" : "; p_observed is at most so much";
  if (!w.cost.is_point() || !w.impact.is_point())
    text += "; cost in [" + number_text(w.cost.low) + ", " + number_text(w.cost.high) + "], impact in [" +
            number_text(w.impact.low) + ", " + number_text(w.impact.high) + "]";
  if (!std::isnan(w.prior_share))
    text += "; trend of " + std::to_string(w.falls) + (w.falls == 1 ? " pair" : " pairs") + ", prior " +
            public_services.name + " N(" + number_text(public_services.mean) + ", " + number_text(public_services.sd) +
            "^2), posterior sd / prior sd " + number_text(std::round(w.prior_share * 1000) / 1000) +
            (w.prior_share > 0.9 ? ": not identified by this record" : "");
  return text;
}

}  // namespace essor
