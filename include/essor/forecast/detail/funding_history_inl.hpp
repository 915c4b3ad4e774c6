#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/funding_history.hpp"
#include "essor/indicators/series.hpp"
#include "essor/indicators/windows.hpp"

namespace essor {
namespace detail {

/// The windows of the length asked for, or of the one that gives most.
ESSOR_INLINE std::pair<std::vector<WindowFigures>, int> funding_windows(const View& view, std::uint32_t metric,
                                                                        int months) {
  if (months > 0) return {windows_of(view, metric, months), months};
  std::pair<std::vector<WindowFigures>, int> most{{}, 12};
  for (const int length : {12, 6, 3, 1}) {
    auto windows = windows_of(view, metric, length);
    if (windows.size() > most.first.size()) most = {std::move(windows), length};
  }
  return most;
}

ESSOR_INLINE void check_funded(const View& view, std::uint32_t metric, int months) {
  constexpr std::string_view function = "forecast_given_funding";
  check_at_least(function, "months", months, 0);
  const Portfolio& portfolio = view.portfolio();
  const Metric& described = portfolio.metrics()[metric];
  const std::string& product = portfolio.products()[described.product].id;
  if (described.kind == Kind::rate) {
    throw_argument_error(function, "metric", "'" + described.id + "'",
                         "is a rate; must be a flow, a stock or a cumulative count");
  }
  if (view.costs_of(described.product).empty()) {
    throw_argument_error(function, "product", "'" + product + "'", "has no cost: record what it received");
  }
}

}  // namespace detail

ESSOR_INLINE RecordedFunding recorded_funding(const View& view, std::uint32_t metric, int months) {
  detail::check_funded(view, metric, months);
  const auto [windows, length] = detail::funding_windows(view, metric, months);
  const auto latest = std::find_if(windows.begin(), windows.end(),
                                   [](const WindowFigures& w) { return w.cost.is_point() && w.impact.is_point(); });
  const Portfolio& portfolio = view.portfolio();
  if (latest == windows.end()) {
    const Metric& described = portfolio.metrics()[metric];
    throw_argument_error("forecast_given_funding", "metric", "'" + described.id + "'",
                         "no period of '" + portfolio.products()[described.product].id +
                             "' has both a cost, paid or committed, and a figure that is no mere bound");
  }
  RecordedFunding recorded;
  FundingHistory& history = recorded.history;
  history.months = length;
  history.direction = portfolio.metrics()[metric].direction;
  recorded.last = latest->window;
  recorded.currency = portfolio.text(portfolio.costs()[latest->cost_rows.front()].currency);
  auto window = latest;
  bool comparable = true;
  Period period = latest->window;
  for (;; period = {period.first - length, period.first}) {
    const std::optional<SeriesPoint> point = figure_over(view, metric, period);
    if (!point || !point->value.is_point() || point->value.value < 0.0) break;
    while (window != windows.end() && window->window.last > period.last) ++window;
    const bool found = window != windows.end() && window->window == period;
    comparable =
        comparable && (!found || (window->perimeter == latest->perimeter && window->price_year == latest->price_year));
    const bool known = found && comparable && window->cost.is_point();
    history.impact.push_back(point->value.value);
    history.funding.push_back(known ? window->cost.value : std::numeric_limits<double>::quiet_NaN());
    history.tied = history.tied || (known && window->tied);
  }
  const auto earlier = std::count_if(window, windows.end(), [&](const WindowFigures& w) {
    return w.window.last <= period.first && w.impact.is_point();
  });
  std::reverse(history.impact.begin(), history.impact.end());
  std::reverse(history.funding.begin(), history.funding.end());
  bool bounded = latest != windows.begin();
  while (const auto point = figure_over(view, metric, {recorded.last.last, recorded.last.last + length})) {
    bounded = bounded || !point->value.is_point();
    if (!point->value.is_point() || point->value.value < 0.0) break;
    recorded.last = point->period;  // a figure later than the last cost
    history.impact.push_back(point->value.value);
    history.funding.push_back(std::numeric_limits<double>::quiet_NaN());
  }
  recorded.notes.push_back("a step is " + std::to_string(length) + (length == 1 ? " month" : " months") +
                           "; the last figure is of " + period_text(recorded.last) + ", " +
                           std::to_string(history.impact.size()) +
                           (history.impact.size() == 1 ? " period was read" : " periods were read"));
  if (earlier > 0) {
    recorded.notes.push_back(std::to_string(earlier) +
                             (earlier == 1 ? " earlier period was" : " earlier periods were") +
                             " left out: there is no figure of " + period_text(period) + " that is no mere bound");
  }
  if (bounded) {
    recorded.notes.push_back("later periods are known by bounds only, and were left out");
  }
  if (!comparable) {
    recorded.notes.push_back("costs of another perimeter or price year were left out: they cannot be compared");
  }
  return recorded;
}

}  // namespace essor
