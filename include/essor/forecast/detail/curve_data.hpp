#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "essor/error/check.hpp"
#include "essor/forecast/curve_noise.hpp"
#include "essor/forecast/detail/curve_means.hpp"

namespace essor::detail {

/// Squares of values and of their ratios must be finite.
inline void check_observations(std::span<const double> values) {
  double largest = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string place = "y[" + std::to_string(i) + "]";
    check_finite("fit_curve", place, values[i]);
    if (std::abs(values[i]) > 1e150) {
      throw_argument_error("fit_curve", place, values[i], "must be below 1e150 in magnitude: use another unit");
    }
    largest = std::max(largest, std::abs(values[i]));
  }
  if (largest > 0.0 && largest < 1e-150) {
    throw_argument_error("fit_curve", "y", largest, "the largest value must be above 1e-150: use another unit");
  }
}

/// @param what is put before the rule: what of the value is meant
inline void check_in_domain(const std::string& place, CurveNoise noise, double value, const std::string& what) {
  if (noise == CurveNoise::lognormal && !(value > 0.0)) {
    throw_argument_error("fit_curve", place, value, what + "must be > 0 for lognormal noise; another noise allows it");
  }
  if (counts(noise) && (value < 0.0 || value != std::floor(value) || value > 9007199254740992.0)) {
    throw_argument_error("fit_curve", place, value, what + "must be a whole number >= 0, a count, below 2^53");
  }
}

/// The times, or 1, 2, ... where none are given.
inline std::vector<double> times_or_steps(std::size_t count, std::span<const double> times) {
  std::vector<double> result(times.begin(), times.end());
  if (times.empty()) {
    for (std::size_t i = 0; i < count; ++i) result.push_back(static_cast<double>(i + 1));
    return result;
  }
  check_same_size("fit_curve", "times", times.size(), "y", count);
  check_times("fit_curve", times);
  return result;
}

/// How far apart times are on average; 1 for a single one.
inline double mean_distance(const std::vector<double>& times) {
  if (times.size() < 2) return 1.0;
  return (times.back() - times.front()) / static_cast<double>(times.size() - 1);
}

}  // namespace essor::detail
