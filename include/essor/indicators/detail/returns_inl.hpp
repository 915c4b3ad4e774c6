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
  double first_vintage = std::numeric_limits<double>::quiet_NaN();  ///< growth of impact as first published
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
  if (zx == 0) return {};
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

ESSOR_INLINE PanelDesign panel_design(const std::vector<PanelRow>& rows) {
  std::vector<std::int32_t> times;
  for (const PanelRow& row : rows) times.push_back(row.time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  PanelDesign design;
  design.columns = 1 + std::max<std::size_t>(times.size(), 1);
  design.x.assign(rows.size() * design.columns, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i - 1].series != rows[i].series) design.starts.push_back(i);
    double* x = &design.x[i * design.columns];
    x[0] = rows[i].log_impact;
    x[1] = -rows[i].log_past;
    const auto at = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), rows[i].time) - times.begin());
    if (at > 0) x[1 + at] = 1;
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

/// Growth of impact between two windows from the first vintages of the measurements behind them; NaN when they are the last.
ESSOR_INLINE double first_vintage_growth(const Portfolio& portfolio, const WindowFigures& now, const WindowFigures& before) {
  const auto measurements = portfolio.measurements();
  bool revised = false;
  const auto first = [&](const WindowFigures& w) {
    double total = 0;
    for (const std::uint32_t row : w.measurement_rows) {
      const std::uint32_t earliest = portfolio.first_vintage(row);
      revised |= earliest != row;
      total += measurements[earliest].value.value;
    }
    return total;
  };
  const double growth = std::log(first(now)) - std::log(first(before));
  return revised ? growth : std::log(now.impact.value) - std::log(before.impact.value);
}

}  // namespace detail

ESSOR_INLINE PanelReturns returns(const View& view, std::optional<std::string_view> product, std::optional<std::string_view> metric, int months) {
  const Portfolio& portfolio = view.portfolio();
  const std::uint32_t only = product ? portfolio.product_index(*product) : 0;
  if (product && metric) portfolio.metric_index(only, *metric);
  check_at_least("returns", "months", months, 1);
  PanelReturns result;
  std::vector<detail::GrowthPair> pairs;
  std::vector<detail::PanelRow> panel;
  bool vintages = false;
  const auto measurements = portfolio.measurements();
  detail::WindowFinder finder(view, months);
  std::size_t visible = 0, series = 0;
  bool found = !metric;
  for (std::uint32_t m = 0; m < portfolio.metrics().size(); ++m) visible += view.measurements_of(m).size();
  vintages = visible < measurements.size();
  for (std::uint32_t owner = 0; owner < portfolio.products().size(); ++owner) {
    if (product && owner != only) continue;
    for (const std::uint32_t m : portfolio.metrics_of(owner)) {
      const Metric& described = portfolio.metrics()[m];
      if (metric && described.id != *metric) continue;
      found = true;
      if (described.kind == Kind::rate || described.level == Level::activity || described.direction == Direction::decrease) continue;
      const auto& windows = finder.find(m);
      const std::size_t pairs_before = pairs.size();
      double past = 0;
      const std::size_t first_row = panel.size();
      for (std::size_t i = windows.size(); i-- > 0;) {
        const WindowFigures& now = windows[i];
        if (!(now.cost.value > 0 && now.impact.value > 0)) continue;
        const bool comparable = i + 1 < windows.size() && detail::comparable(now, windows[i + 1]) && windows[i + 1].cost.value > 0 && windows[i + 1].impact.value > 0;
        if (comparable) {
          detail::GrowthPair pair{std::log(now.cost.value) - std::log(windows[i + 1].cost.value), std::log(now.impact.value) - std::log(windows[i + 1].impact.value), std::numeric_limits<double>::quiet_NaN(), series};
          if (vintages) pair.first_vintage = detail::first_vintage_growth(portfolio, now, windows[i + 1]);
          pairs.push_back(pair);
        }
        if (past > 0) panel.push_back({std::log(now.cost.value), std::log(now.impact.value), std::log(past), now.window.last, series});
        past += now.impact.value;
        result.tied |= now.tied;
      }
      if (panel.size() == first_row + 1) panel.pop_back();  // a single window says nothing within its series
      result.series += pairs.size() > pairs_before;
      ++series;
    }
  }
  if (!found) throw_argument_error("returns", "metric", "'" + std::string(*metric) + "'", "is not a metric of any product of the portfolio");
  const auto cost = [](const detail::GrowthPair& p) { return p.cost; };
  const auto impact = [](const detail::GrowthPair& p) { return p.impact; };
  result.pairs = pairs.size();
  result.windows = panel.size();
  result.cost_on_impact = detail::clustered_slope(pairs, impact, cost, impact);
  result.impact_on_cost = detail::clustered_slope(pairs, cost, impact, cost);
  result.impact_on_cost_reversed = 1 / result.impact_on_cost.value;
  detail::fit_panel(panel, result);
  for (const double r : {1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5})
    result.reliability.push_back({r, (result.cost_on_impact.value - (1 - r)) / r, result.cost_on_impact.value / r});
  std::erase_if(pairs, [](const detail::GrowthPair& p) { return !std::isfinite(p.first_vintage); });
  result.instrumented_pairs = pairs.size();
  if (vintages) result.instrumented = detail::clustered_slope(pairs, impact, cost, [](const detail::GrowthPair& p) { return p.first_vintage; });
  return result;
}

}  // namespace essor
