// What the forecasts of the area share: the log scale of a history, Student's t with 4 degrees, the grid of spreads.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "essor/error/check.hpp"
#include "essor/forecast/priors.hpp"

namespace essor::detail {

/// @throw ArgumentError naming the first value that is NaN, infinite or negative, by its index.
inline void check_history(std::string_view function, std::span<const double> history) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i] >= 0.0 && std::isfinite(history[i])) continue;
    throw_argument_error(function, "history[" + std::to_string(i) + "]", history[i], "must be finite and >= 0");
  }
}

/// What is added to the values before their logarithm: 0; with a zero among them half the smallest positive; 1 if all
/// are zero.
inline double log_shift(std::span<const double> history) {
  double smallest = HUGE_VAL;
  bool has_zero = false;
  for (const double value : history) {
    has_zero = has_zero || value == 0.0;
    if (value > 0.0) smallest = std::min(smallest, value);
  }
  if (!has_zero) return 0.0;
  // Half of the least positive double would be 0.
  return smallest < HUGE_VAL ? std::max(0.5 * smallest, std::numeric_limits<double>::min()) : 1.0;
}

/// The history on the log scale.
inline std::vector<double> log_values(std::span<const double> history, double shift) {
  std::vector<double> logs;
  logs.reserve(history.size());
  for (const double value : history) logs.push_back(std::log(value + shift));
  return logs;
}

/// Scales of the innovations at equal distances of their logarithm, with their prior weights.
struct SpreadGrid {
  static constexpr std::size_t size = 16;
  std::array<double, size> log_spread;
  std::array<double, size> prior;  ///< sums to 1
  double step;
};

/// The prior within 2.5 standard deviations; further up if the history moves by more than that, so that no jump is
/// impossible.
inline SpreadGrid spread_grid(const ClassPrior& prior, double largest_move) {
  const double low = prior.spread_mean - 2.5 * prior.spread_sd;
  const double high =
      std::max(prior.spread_mean + 2.5 * prior.spread_sd, largest_move > 0.0 ? std::log(largest_move) : low);
  SpreadGrid grid{};
  grid.step = (high - low) / static_cast<double>(SpreadGrid::size);
  double sum = 0.0;
  for (std::size_t k = 0; k < SpreadGrid::size; ++k) {
    grid.log_spread[k] = low + (static_cast<double>(k) + 0.5) * grid.step;
    const double z = (grid.log_spread[k] - prior.spread_mean) / prior.spread_sd;
    grid.prior[k] = std::exp(-0.5 * z * z);
    sum += grid.prior[k];
  }
  for (double& weight : grid.prior) weight /= sum;
  return grid;
}

/// The spread of the innovation that follows `earlier` values, relative to the one that follows the first.
inline double spread_ratio(const ClassPrior& prior, std::size_t earlier) {
  return prior.ageing == 0.0 ? 1.0 : std::pow(static_cast<double>(earlier), -prior.ageing);
}

/// The largest absolute move from one value to the next, in units of the spread at the start.
inline double largest_move(std::span<const double> logs, const ClassPrior& prior) {
  double largest = 0.0;
  for (std::size_t t = 1; t < logs.size(); ++t) {
    largest = std::max(largest, std::abs(logs[t] - logs[t - 1]) / spread_ratio(prior, t));
  }
  return largest;
}

/// Log likelihood of innovations under t_4 scaled by each spread of a grid, up to a constant:
/// \f[ -n \ln\sigma_k - \tfrac52 \sum_t \ln(1 + e_t^2 / (4 \sigma_k^2)) \f]
class SpreadLikelihood {
 public:
  explicit SpreadLikelihood(const SpreadGrid& grid) : grid_(grid) {
    for (std::size_t k = 0; k < SpreadGrid::size; ++k) precision_[k] = 0.25 * std::exp(-2.0 * grid.log_spread[k]);
  }

  /// @param squares squares of the innovations
  std::array<double, SpreadGrid::size> operator()(std::span<const double> squares) const {
    // A logarithm for 8 factors at a time: each factor is at least 1, and 8 of them stay far below the largest double.
    constexpr std::size_t block = 8;
    std::array<double, SpreadGrid::size> total{};
    std::array<double, SpreadGrid::size> factor;
    for (std::size_t start = 0; start < squares.size(); start += block) {
      factor.fill(1.0);
      const std::size_t end = std::min(start + block, squares.size());
      for (std::size_t t = start; t < end; ++t) {
        for (std::size_t k = 0; k < SpreadGrid::size; ++k) factor[k] *= 1.0 + squares[t] * precision_[k];
      }
      for (std::size_t k = 0; k < SpreadGrid::size; ++k) total[k] -= 2.5 * std::log(factor[k]);
    }
    for (std::size_t k = 0; k < SpreadGrid::size; ++k) {
      total[k] -= static_cast<double>(squares.size()) * grid_.log_spread[k];
    }
    return total;
  }

 private:
  SpreadGrid grid_;
  std::array<double, SpreadGrid::size> precision_{};
};

}  // namespace essor::detail
