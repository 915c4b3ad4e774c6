// Seasonal factors on the log scale, shrunk towards none.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "essor/config.hpp"

namespace essor::detail {

/// Factors of the positions of a season, added on the log scale; position 0 is that of the first value.
struct SeasonalFactors {
  std::vector<double> factor;  ///< sums to 0; empty without a season
  double share = 0.0;          ///< what is kept of the estimate, in [0, 1]
  double error = 0.0;          ///< standard error of a factor

  double at(std::size_t period) const { return factor.empty() ? 0.0 : factor[period % factor.size()]; }
};

/// Deviations from the moving average over one season, centred (an even season weighs its two ends by a half).
/// The first and last season / 2 values have none.
ESSOR_INLINE std::vector<double> seasonal_deviations(std::span<const double> logs, std::size_t season) {
  const std::size_t half = season / 2;
  const bool even = season % 2 == 0;
  std::vector<double> deviations;
  for (std::size_t t = half; t + half < logs.size(); ++t) {
    double sum = 0.0;
    for (std::size_t i = t - half; i <= t + half; ++i) {
      const bool end = i == t - half || i == t + half;
      sum += even && end ? 0.5 * logs[i] : logs[i];
    }
    deviations.push_back(logs[t] - sum / static_cast<double>(season));
  }
  return deviations;
}

/// Classical decomposition; none with fewer than two full seasons.
ESSOR_INLINE SeasonalFactors estimate_seasonal_factors(std::span<const double> logs, std::size_t season) {
  if (season < 2 || logs.size() < 2 * season) return {};
  const std::vector<double> deviations = seasonal_deviations(logs, season);
  std::vector<double> factor(season, 0.0);
  std::vector<double> count(season, 0.0);
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    factor[(i + season / 2) % season] += deviations[i];
    count[(i + season / 2) % season] += 1.0;
  }
  double centre = 0.0;
  for (std::size_t j = 0; j < season; ++j) {
    factor[j] /= count[j];
    centre += factor[j] / static_cast<double>(season);
  }
  double between = 0.0;
  for (double& f : factor) {
    f -= centre;
    between += f * f / static_cast<double>(season - 1);
  }
  double within = 0.0;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    const double rest = deviations[i] - centre - factor[(i + season / 2) % season];
    within += rest * rest;
  }
  const double seasons = static_cast<double>(deviations.size()) / static_cast<double>(season);
  SeasonalFactors result{.factor = factor, .share = 0.5, .error = std::sqrt(0.25 * between)};
  if (logs.size() >= 3 * season) {
    const double noise = within / (static_cast<double>(deviations.size() - season) * seasons);
    result.share = between > noise ? 1.0 - noise / between : 0.0;
    result.error = std::sqrt(result.share * noise);
  }
  for (double& f : result.factor) f *= result.share;
  return result;
}

}  // namespace essor::detail
