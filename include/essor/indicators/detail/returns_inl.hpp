#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "essor/error/check.hpp"
#include "essor/indicators/detail/window_finder.hpp"
#include "essor/indicators/returns.hpp"
#include "essor/indicators/windows.hpp"
#include "essor/numerics/cholesky.hpp"

namespace essor {

namespace detail {

/// One pair of adjacent windows.
struct GrowthPair {
  double cost, impact;
  double first_vintage;  ///< growth of impact as first published; NaN where it is not known
  std::size_t series;
};

/// One window of the panel regression.
struct PanelRow {
  double log_cost, log_impact, log_past;
  std::int32_t time;
  std::size_t series;
};

/// Slope of y on x with an intercept, x instrumented by z (z = x: least squares); standard error clustered by series.
template <class X, class Y, class Z>
Coefficient clustered_slope(const std::vector<GrowthPair>& pairs, X x, Y y, Z z) {
  const auto n = static_cast<double>(pairs.size());
  if (pairs.size() < 3) return {};
  double mean_x = 0, mean_y = 0, mean_z = 0;
  for (const GrowthPair& p : pairs) mean_x += x(p) / n, mean_y += y(p) / n, mean_z += z(p) / n;
  double zx = 0, zy = 0;
  for (const GrowthPair& p : pairs) zx += (z(p) - mean_z) * (x(p) - mean_x), zy += (z(p) - mean_z) * (y(p) - mean_y);
  double zz = 0, xx = 0;
  for (const GrowthPair& p : pairs) zz += z(p) * z(p), xx += x(p) * x(p);
  if (!(std::abs(zx) > 1e-20 * std::sqrt(zz * xx))) return {};  // all growths are one, up to their rounding
  const double slope = zy / zx;
  double meat = 0, score = 0;
  std::size_t clusters = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const GrowthPair& p = pairs[i];
    score += (z(p) - mean_z) * (y(p) - mean_y - slope * (x(p) - mean_x));
    if (i + 1 < pairs.size() && pairs[i + 1].series == p.series) continue;
    meat += score * score;
    score = 0;
    ++clusters;
  }
  if (clusters < 2) return {slope, std::numeric_limits<double>::quiet_NaN()};
  const auto g = static_cast<double>(clusters);
  return {slope, std::sqrt(meat * g / (g - 1) * (n - 1) / (n - 2)) / std::abs(zx)};
}

/// The panel of windows as a regression: ln I, -ln(past), one dummy per time but the first; demeaned within series.
struct PanelDesign {
  std::size_t columns = 0;
  std::vector<double> x;  ///< row-major
  std::vector<double> y;
  std::vector<std::size_t> starts;  ///< first row of each series, then the number of rows

  std::span<const double> row(std::size_t i) const { return std::span(x).subspan(i * columns, columns); }
};

/// The column of the dummy of each time, 0 for the first time of each set of series that share times with each other:
/// its dummy is the sum of the others of the set, once series have been demeaned. British and calendar years make two
/// such sets.
ESSOR_INLINE std::vector<std::size_t> dummy_columns(const std::vector<PanelRow>& rows,
                                                    const std::vector<std::size_t>& time_of) {
  const std::size_t times = time_of.empty() ? 0 : *std::max_element(time_of.begin(), time_of.end()) + 1;
  std::vector<std::size_t> leader(times);  // a time of the same set, at most as late; the first one leads itself
  for (std::size_t t = 0; t < times; ++t) leader[t] = t;
  const auto first_of = [&](std::size_t t) {
    while (leader[t] != t) t = leader[t];
    return t;
  };
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].series != rows[i - 1].series) continue;
    const std::size_t a = first_of(time_of[i - 1]), b = first_of(time_of[i]);
    leader[std::max(a, b)] = std::min(a, b);
  }
  std::vector<std::size_t> columns(times, 0);
  std::size_t next = 2;
  for (std::size_t t = 0; t < times; ++t)
    if (leader[t] != t) columns[t] = next++;
  return columns;
}

ESSOR_INLINE PanelDesign panel_design(const std::vector<PanelRow>& rows) {
  std::vector<std::int32_t> times;
  for (const PanelRow& row : rows) times.push_back(row.time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  std::vector<std::size_t> time_of;
  for (const PanelRow& row : rows)
    time_of.push_back(static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), row.time) - times.begin()));
  const std::vector<std::size_t> dummies = dummy_columns(rows, time_of);
  PanelDesign design;
  design.columns =
      2 + dummies.size() - static_cast<std::size_t>(std::count(dummies.begin(), dummies.end(), std::size_t{0}));
  design.x.assign(rows.size() * design.columns, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i - 1].series != rows[i].series) design.starts.push_back(i);
    double* x = &design.x[i * design.columns];
    x[0] = rows[i].log_impact;
    x[1] = -rows[i].log_past;
    if (const std::size_t column = dummies[time_of[i]]; column > 0) x[column] = 1;
    design.y.push_back(rows[i].log_cost);
  }
  design.starts.push_back(rows.size());
  for (std::size_t s = 0; s + 1 < design.starts.size(); ++s) {
    const std::size_t first = design.starts[s], last = design.starts[s + 1];
    const auto demean = [&](double* values, std::size_t stride) {
      double mean = 0;
      for (std::size_t i = first; i < last; ++i) mean += values[i * stride] / static_cast<double>(last - first);
      for (std::size_t i = first; i < last; ++i) values[i * stride] -= mean;
    };
    for (std::size_t c = 0; c < design.columns; ++c) demean(&design.x[c], design.columns);
    demean(design.y.data(), 1);
  }
  return design;
}

/// Scale and learning by least squares, a_i and g_t removed exactly, standard errors clustered by series.
ESSOR_INLINE void fit_panel(const std::vector<PanelRow>& rows, PanelReturns& result) {
  const PanelDesign design = panel_design(rows);
  const std::size_t n = rows.size(), columns = design.columns, series = design.starts.size() - 1;
  if (n < series + columns + 1 || series < 2) return;
  std::vector<double> gram(columns * columns, 0.0), moments(columns, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const auto x = design.row(i);
    for (std::size_t a = 0; a < columns; ++a) {
      for (std::size_t b = 0; b <= a; ++b) gram[a * columns + b] += x[a] * x[b];
      moments[a] += x[a] * design.y[i];
    }
  }
  const auto factor = Cholesky::of(std::move(gram), columns);
  if (!factor) return;
  const std::vector<double> beta = factor->solve(std::move(moments));
  // Sandwich: the variance of beta_k sums, over series, the squares of the k-th element of (X'X)^-1 X_s' e_s.
  double scale = 0, learning = 0;
  for (std::size_t s = 0; s < series; ++s) {
    std::vector<double> score(columns, 0.0);
    for (std::size_t i = design.starts[s]; i < design.starts[s + 1]; ++i) {
      const auto x = design.row(i);
      double residual = design.y[i];
      for (std::size_t c = 0; c < columns; ++c) residual -= x[c] * beta[c];
      for (std::size_t c = 0; c < columns; ++c) score[c] += x[c] * residual;
    }
    score = factor->solve(std::move(score));
    scale += score[0] * score[0];
    learning += score[1] * score[1];
  }
  const auto g = static_cast<double>(series);
  const double correction = g / (g - 1) * static_cast<double>(n - 1) / static_cast<double>(n - columns);
  result.scale = {beta[0], std::sqrt(correction * scale)};
  result.learning = {beta[1], std::sqrt(correction * learning)};
}

/// Impact of a window from the first vintages of the flows or stocks behind it; NaN where there are none.
ESSOR_INLINE double first_vintage_impact(const Portfolio& portfolio, const WindowFigures& window, bool& revised) {
  const Kind kind = portfolio.metrics()[window.metric].kind;
  if (kind != Kind::flow && kind != Kind::stock) return std::numeric_limits<double>::quiet_NaN();
  double total = 0;
  for (const std::uint32_t row : window.measurement_rows) {
    const std::uint32_t earliest = portfolio.first_vintage(row);
    const Measurement& m = portfolio.measurements()[earliest];
    revised |= earliest != row;
    if (!m.informs()) return std::numeric_limits<double>::quiet_NaN();
    total += m.value.value * (kind == Kind::stock ? m.period.months() : 1);
  }
  return total;
}

/// The pairs and the panel rows of one series after another.
struct ReturnsPanel {
  std::vector<GrowthPair> pairs;
  std::vector<PanelRow> rows;
  std::size_t series = 0;  ///< with at least one pair
  std::size_t metrics = 0;
  std::size_t units = 0;  ///< stretches of one perimeter and price year, each with its own a_i
  bool tied = false;
  bool revised = false;

  /// Windows of one metric, latest first.
  void add(const Portfolio& portfolio, const std::vector<WindowFigures>& windows) {
    const std::size_t pairs_before = pairs.size();
    const auto some = [](const WindowFigures& w) { return w.cost.value > 0 && w.impact.value > 0; };
    std::size_t first_row = rows.size();
    double past = 0;
    for (std::size_t i = windows.size(); i-- > 0;) {
      const WindowFigures& now = windows[i];
      if (i + 1 < windows.size() &&
          (now.perimeter != windows[i + 1].perimeter || now.price_year != windows[i + 1].price_year))
        end_unit(first_row);
      if (!some(now)) continue;
      if (i + 1 < windows.size() && comparable(now, windows[i + 1]) && some(windows[i + 1]))
        add_pair(portfolio, now, windows[i + 1]);
      if (past > 0)
        rows.push_back({std::log(now.cost.value), std::log(now.impact.value), std::log(past), now.window.last, units});
      past += now.impact.value;
      tied |= now.tied;
    }
    end_unit(first_row);
    series += pairs.size() > pairs_before;
    ++metrics;
  }

 private:
  void add_pair(const Portfolio& portfolio, const WindowFigures& now, const WindowFigures& before) {
    const double first =
        std::log(first_vintage_impact(portfolio, now, revised) / first_vintage_impact(portfolio, before, revised));
    pairs.push_back({std::log(now.cost.value / before.cost.value), std::log(now.impact.value / before.impact.value),
                     first, metrics});
  }
  /// A single window says nothing within its series.
  void end_unit(std::size_t& first_row) {
    if (rows.size() == first_row + 1) rows.pop_back();
    first_row = rows.size();
    ++units;
  }
};

}  // namespace detail

ESSOR_INLINE PanelReturns returns(const View& view, std::optional<std::string_view> product,
                                  std::optional<std::string_view> metric, int months) {
  const Portfolio& portfolio = view.portfolio();
  const std::uint32_t only = product ? portfolio.product_index(*product) : 0;
  if (product && metric) portfolio.metric_index(only, *metric);
  check_in_range("returns", "months", months, 1, detail::most_months);
  detail::ReturnsPanel panel;
  detail::WindowFinder finder(view, months);
  bool found = !metric;
  for (std::uint32_t owner = 0; owner < portfolio.products().size(); ++owner) {
    if (product && owner != only) continue;
    for (const std::uint32_t m : portfolio.metrics_of(owner)) {
      const Metric& described = portfolio.metrics()[m];
      if (metric && described.id != *metric) continue;
      found = true;
      if (described.kind == Kind::rate || described.level == Level::activity ||
          described.direction == Direction::decrease)
        continue;
      panel.add(portfolio, finder.find(m));
    }
  }
  if (!found)
    throw_argument_error("returns", "metric", "'" + std::string(*metric) + "'",
                         "is not a metric of any product of the portfolio");
  const auto cost = [](const detail::GrowthPair& p) { return p.cost; };
  const auto impact = [](const detail::GrowthPair& p) { return p.impact; };
  PanelReturns result;
  result.series = panel.series;
  result.pairs = panel.pairs.size();
  result.windows = panel.rows.size();
  result.tied = panel.tied;
  result.cost_on_impact = detail::clustered_slope(panel.pairs, impact, cost, impact);
  result.impact_on_cost = detail::clustered_slope(panel.pairs, cost, impact, cost);
  if (result.impact_on_cost.value != 0) result.impact_on_cost_reversed = 1 / result.impact_on_cost.value;
  detail::fit_panel(panel.rows, result);
  for (const double r : {1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5})
    result.reliability.push_back({r, (result.cost_on_impact.value - (1 - r)) / r, result.cost_on_impact.value / r});
  if (!panel.revised) return result;
  std::erase_if(panel.pairs, [](const detail::GrowthPair& p) { return !std::isfinite(p.first_vintage); });
  result.instrumented_pairs = panel.pairs.size();
  result.instrumented =
      detail::clustered_slope(panel.pairs, impact, cost, [](const detail::GrowthPair& p) { return p.first_vintage; });
  return result;
}

}  // namespace essor
