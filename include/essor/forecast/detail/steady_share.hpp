// How steadily a history changes, and what that says of a season.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace essor::detail {

/// Mean change over mean change of the changes, without sign and below 4; 0: it leads nowhere.
inline double steadiness(std::span<const double> values) {
  double turns = 0.0;
  for (std::size_t i = 2; i < values.size(); ++i) turns += std::abs(values[i] - 2.0 * values[i - 1] + values[i - 2]);
  const double mean = std::abs(values.back() - values.front()) / static_cast<double>(values.size() - 1);
  const double turn = turns / static_cast<double>(values.size() - 2);
  return mean > 0.0 ? mean / std::hypot(turn, 0.25 * mean) : 0.0;
}

/// How much of a forecast is made without a season: almost all where a history of n values, or its logarithms, hardly
/// leave a steady change, almost none where they turn as a season of m periods would let them. With r the steadiness,
///
///     share = x^4 / (1 + x^4),  x = r / max( 0.58 m / (n - 2), 1.75 / sqrt(m) )
///
/// so that few alike may yet be the way from winter to summer. The last four seasons are seen. The numbers were chosen
/// on months, quarters and half-years of the competitions, each forecast by a class of the others with the season, and
/// by a class of years without one (tests/benchmark/forecast_scores.py --sets begun seasons).
/// @param values above 0
inline double steady_share(std::span<const double> values, int season) {
  if (season == 1 || values.size() < 3) return 0.0;
  values = values.last(std::min(values.size(), 4 * static_cast<std::size_t>(season)));
  const double largest = *std::max_element(values.begin(), values.end());
  std::vector<double> within(values.begin(), values.end());
  for (double& value : within) value /= largest;  // sums stay finite
  const double in_values = steadiness(within);
  for (std::size_t i = 0; i < values.size(); ++i) within[i] = std::log(values[i]);
  const double few = 0.58 * season / static_cast<double>(values.size() - 2);
  const double ratio = std::max(in_values, steadiness(within)) / std::max(few, 1.75 / std::sqrt(season));
  const double fourth = ratio * ratio * ratio * ratio;
  constexpr double least = 0.01;  // a second forecast for less would cost more than it brings
  return std::max((fourth / (1.0 + fourth) - least) / (1.0 - least), 0.0);
}

}  // namespace essor::detail
