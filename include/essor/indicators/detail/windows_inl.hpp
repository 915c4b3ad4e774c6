#pragma once

#include <cmath>
#include <tuple>
#include <utility>

#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/indicators/detail/cover_inl.hpp"
#include "essor/indicators/growth.hpp"
#include "essor/indicators/windows.hpp"

namespace essor {

namespace detail {

ESSOR_INLINE LogFigure log_figure(const Bounds& bounds, double error) {
  return {std::log(bounds.low), std::log(bounds.high), error};
}

ESSOR_INLINE LogGrowth log_growth(const WindowFigures& now, const WindowFigures& before, bool decrease) {
  return {log_figure(now.cost, now.cost_error), log_figure(before.cost, before.cost_error), log_figure(now.impact, now.impact_error),
          log_figure(before.impact, before.impact_error), now.tied, before.tied, decrease};
}

ESSOR_INLINE bool comparable(const WindowFigures& now, const WindowFigures& before) noexcept {
  return before.window.last == now.window.first && before.perimeter == now.perimeter && before.price_year == now.price_year;
}

/// Finds the windows of one metric after another, with memory that is reused.
class WindowFinder {
 public:
  WindowFinder(const View& view, int months) : view_(&view), months_(months) {}

  /// The windows of a metric, latest first, without their growths. At most `limit` of them.
  const std::vector<WindowFigures>& find(std::uint32_t metric) {
    windows_.clear();
    const Portfolio& portfolio = view_->portfolio();
    const Metric& described = portfolio.metrics()[metric];
    if (described.product != loaded_) book_.load(*view_, loaded_ = described.product);
    impacts_.load(*view_, metric);
    const auto segments = impacts_.segments();
    if (book_.groups().empty() || segments.empty()) return windows_;
    std::int32_t limit = view_->month_limit();
    for (std::size_t i = segments.size(); i-- > 0;) {
      const std::int32_t last = segments[i].last;
      if (last > limit || (i + 1 < segments.size() && segments[i + 1].last == last && !windows_.empty() && windows_.back().window.last == last)) continue;
      impact_used_.clear();
      if (!tile(segments, last - months_, last, impact_used_)) continue;
      const CostGroup* group = covering(last);
      if (group == nullptr) continue;
      windows_.push_back(figures(metric, described, *group, last));
      limit = last - months_;
    }
    return windows_;
  }

 private:
  /// The group that covers the window ending at `last`: the perimeter of the window found before it where it can.
  const CostGroup* covering(std::int32_t last) {
    const CostGroup* found = nullptr;
    for (const CostGroup& group : book_.groups()) {
      const bool same = windows_.empty() || (group.perimeter == windows_.back().perimeter && group.price_year == windows_.back().price_year);
      if ((found == nullptr || same) && book_.cover(group, last - months_, last, cost_used_)) {
        if (same) return &group;
        found = &group;
      }
    }
    if (found != nullptr) book_.cover(*found, last - months_, last, cost_used_);
    return found;
  }

  WindowFigures figures(std::uint32_t metric, const Metric& described, const CostGroup& group, std::int32_t last) {
    WindowFigures w;
    w.product = described.product;
    w.metric = metric;
    w.window = {last - months_, last};
    const WindowSum cost = sum_of(cost_used_, [&](std::uint32_t i) -> const Segment& { return book_.segment(i); });
    const auto segments = impacts_.segments();
    const WindowSum impact = sum_of(impact_used_, [&](std::uint32_t i) -> const Segment& { return segments[i]; });
    w.cost = cost.sum;
    w.cost_error = cost.error;
    w.tied = cost.tied;
    w.cost_status = group.status;
    w.perimeter = group.perimeter;
    w.price_year = group.price_year;
    w.impact = described.kind == Kind::rate ? Bounds::exactly(impact.sum.value / impact.weight) : impact.sum;
    w.impact_error = impact.error;
    if (described.kind != Kind::rate && described.direction == Direction::increase)
      w.unit_cost = {w.cost.value / w.impact.value, w.cost.low / w.impact.high, w.cost.high / w.impact.low};
    if (w.impact.high == 0) w.unit_cost = {};
    for (auto i = cost_used_.rbegin(); i != cost_used_.rend(); ++i) w.cost_rows.push_back(book_.segment(*i).row);
    for (auto i = impact_used_.rbegin(); i != impact_used_.rend(); ++i) w.measurement_rows.push_back(segments[*i].row);
    return w;
  }

  const View* view_;
  int months_;
  std::uint32_t loaded_ = ~std::uint32_t{0};
  CostBook book_;
  ImpactBook impacts_;
  std::vector<std::uint32_t> cost_used_, impact_used_;
  std::vector<WindowFigures> windows_;
};

/// The class of a window whose growths may be bounds: the one that holds over the whole of them.
ESSOR_INLINE void classify(WindowFigures& now, const WindowFigures& before, double per_year, bool decrease) {
  const bool points = std::isfinite(now.g_cost) && std::isfinite(now.g_impact);
  if (points) {
    now.trajectory = trajectory_of(now.g_impact * per_year, now.g_cost * per_year);
    const double sd_impact = std::hypot(now.impact_error, before.impact_error);
    const bool tied = now.tied && before.tied && !decrease;
    const auto volume = [&](const WindowFigures& w) { return w.tied && !tied ? w.impact_error : 0.0; };
    const double sd_cost = std::hypot(std::hypot(now.cost_error, before.cost_error), std::hypot(volume(now), volume(before)));
    now.p_trajectory = trajectory_probability(now.trajectory, now.g_impact * per_year, sd_impact * per_year, now.g_cost * per_year, sd_cost * per_year, tied);
    return;
  }
  const double sign = decrease ? -1.0 : 1.0;
  const auto corner = [&](double a, double b) { return std::clamp(a, -50.0, 50.0) * b; };
  const double i_low = std::log(now.impact.low) - std::log(before.impact.high), i_high = std::log(now.impact.high) - std::log(before.impact.low);
  const double c_low = std::log(now.cost.low) - std::log(before.cost.high), c_high = std::log(now.cost.high) - std::log(before.cost.low);
  const Trajectory first = trajectory_of(corner(i_low, sign * per_year), corner(c_low, per_year));
  bool same = true;
  for (const double i : {i_low, i_high})
    for (const double c : {c_low, c_high}) same &= !std::isnan(i) && !std::isnan(c) && trajectory_of(corner(i, sign * per_year), corner(c, per_year)) == first;
  now.trajectory = same ? first : Trajectory::too_early;
  now.p_trajectory = std::numeric_limits<double>::quiet_NaN();  // bounds carry no probability
}

/// Growths, probabilities and class of a window against the one before.
ESSOR_INLINE void compare(WindowFigures& now, const WindowFigures& before, const Metric& metric) {
  const bool decrease = metric.direction == Direction::decrease;
  const double per_year = 12.0 / now.window.months();
  now.follows = true;
  now.g_cost = std::log(now.cost.value) - std::log(before.cost.value);
  now.g_impact = std::log(now.impact.value) - std::log(before.impact.value);
  if (decrease) now.g_impact = -now.g_impact;
  for (double* g : {&now.g_cost, &now.g_impact})
    if (!std::isfinite(*g)) *g = std::numeric_limits<double>::quiet_NaN();  // from or to nothing there is no rate of growth
  if (metric.kind == Kind::rate) return;
  if (now.cost.high > 0 && before.cost.high > 0 && now.impact.high > 0 && before.impact.high > 0) {
    const BoundedProbability p = probability_of_fall(log_growth(now, before, decrease));
    now.p_observed = p.value;
    now.p_bound = p.bound;
    classify(now, before, per_year, decrease);
  }
  if (std::abs(now.g_impact) > 2 * std::hypot(now.impact_error, before.impact_error)) now.cost_elasticity = now.g_cost / now.g_impact;
}

/// The trend of all falls up to each window, for the first `count` windows (latest first).
ESSOR_INLINE void add_trends(std::vector<WindowFigures>& windows, std::size_t count, std::vector<double>& falls) {
  falls.clear();
  for (std::size_t i = windows.size(); i-- > 0;) {
    WindowFigures& w = windows[i];
    const double fall = w.g_impact - w.g_cost;
    if (std::isfinite(fall)) falls.push_back(fall * 12.0 / w.window.months());
    w.falls = static_cast<int>(falls.size());
    if (i >= count || falls.empty()) continue;
    const TrendPosterior trend = trend_posterior(falls);
    w.p_trend = trend.probability;
    w.prior_share = trend.sd_ratio;
  }
}

/// Completes the windows of a metric: growths of all, trends of the first `count`, and who is not live yet.
ESSOR_INLINE void complete(std::vector<WindowFigures>& windows, const Portfolio& portfolio, std::size_t count, std::vector<double>& falls) {
  if (windows.empty()) return;
  const Metric& metric = portfolio.metrics()[windows.front().metric];
  const auto& go_live = portfolio.products()[metric.product].go_live;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (i + 1 < windows.size() && comparable(windows[i], windows[i + 1])) compare(windows[i], windows[i + 1], metric);
    const bool dormant = go_live && *go_live >= windows[i].window.end();
    if (dormant || (!windows[i].follows && metric.kind != Kind::rate)) {
      windows[i].trajectory = Trajectory::too_early;
      windows[i].p_trajectory = 1;
    }
  }
  if (metric.kind != Kind::rate) add_trends(windows, count, falls);
}

}  // namespace detail

ESSOR_INLINE std::vector<WindowFigures> windows_of(const View& view, std::uint32_t metric, int months) {
  check_at_least("windows_of", "months", months, 1);
  detail::WindowFinder finder(view, months);
  std::vector<WindowFigures> windows = finder.find(metric);
  std::vector<double> falls;
  detail::complete(windows, view.portfolio(), windows.size(), falls);
  return windows;
}

ESSOR_INLINE std::vector<WindowFigures> indicators(const View& view, const IndicatorOptions& options) {
  check_at_least("indicators", "months", options.months, 1);
  const Portfolio& portfolio = view.portfolio();
  detail::WindowFinder finder(view, options.months);
  std::vector<WindowFigures> rows, windows;
  std::vector<double> falls;
  for (std::uint32_t product = 0; product < portfolio.products().size(); ++product)
    for (const std::uint32_t metric : portfolio.metrics_of(product)) {
      if (portfolio.metrics()[metric].level == Level::activity) continue;
      windows = finder.find(metric);
      detail::complete(windows, portfolio, options.history ? windows.size() : 1, falls);
      if (windows.empty()) {
        WindowFigures none;
        none.product = product;
        none.metric = metric;
        none.p_trajectory = 1;
        windows.push_back(std::move(none));
      }
      const std::size_t kept = options.history ? windows.size() : 1;
      for (std::size_t i = 0; i < kept; ++i) rows.push_back(std::move(windows[i]));
    }
  return rows;
}

ESSOR_INLINE double probability_of_fall_over(const View& view, const WindowFigures& first, const WindowFigures& last) {
  if (first.metric != last.metric || first.perimeter != last.perimeter || first.price_year != last.price_year || first.window.last > last.window.first)
    throw_argument_error("probability_of_fall_over", "first, last", period_text(first.window) + ", " + period_text(last.window),
                         "must be two windows of one metric, perimeter and price year, the first before the last");
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
  text += "); " + rows("measurements", w.measurement_rows) + "; relative error of cost " + number_text(w.cost_error) + ", of impact " + number_text(w.impact_error);
  if (!w.follows) text += "; no adjacent window before";
  if (w.p_bound != 0) text += w.p_bound > 0 ? "; p_observed is at least so much" : "; p_observed is at most so much";
  if (!w.cost.is_point() || !w.impact.is_point())
    text += "; cost in [" + number_text(w.cost.low) + ", " + number_text(w.cost.high) + "], impact in [" + number_text(w.impact.low) + ", " + number_text(w.impact.high) + "]";
  if (!std::isnan(w.prior_share))
    text += "; trend of " + std::to_string(w.falls) + (w.falls == 1 ? " pair" : " pairs") + ", prior " + public_services.name + " N(" + number_text(public_services.mean) + ", " +
            number_text(public_services.sd) + "^2), posterior sd / prior sd " + number_text(std::round(w.prior_share * 1000) / 1000) + (w.prior_share > 0.9 ? ": not identified by this record" : "");
  return text;
}

}  // namespace essor
