// The damped local trend on the log scale, integrated over its parameters by quadrature.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "essor/forecast/detail/log_scale.hpp"
#include "essor/forecast/priors.hpp"

namespace essor::detail {

/// One combination of smoothings and damping run over a history. The trend b at the first value is unknown, and
/// everything is linear in it: innovation = free - slope * b, level = free + slope * b, trend likewise. The innovations
/// are kept in units of the spread at the start: multiplied by age^ageing.
struct TrendRun {
  double alpha, beta, phi;
  double prior_weight;
  std::vector<double> innovation_free, innovation_slope;
  double level_free, level_slope = 0.0;
  double trend_free = 0.0, trend_slope = 1.0;
  double start_centre, start_step;  ///< quadrature points of b: centre + i * step
};

/// A point of the quadrature, as a draw needs it.
struct TrendState {
  double alpha, beta, phi, drift;
  double level, trend, spread;

  /// The mean of the next value.
  double ahead() const { return level + drift + phi * (trend - drift); }
  /// Takes the next innovation in, and returns the next value.
  double advance(double innovation) {
    trend = drift + phi * (trend - drift);
    const double mean = level + trend;
    level = mean + alpha * innovation;
    trend += beta * innovation;
    return mean + innovation;
  }
};

/// The posterior over all combinations, trends at the start and spreads.
class DampedTrend {
 public:
  static constexpr std::size_t runs = level_smoothings.size() * trend_smoothings.size() * trend_dampings.size();
  static constexpr std::size_t starts = 5;
  static constexpr std::size_t spreads = SpreadGrid::size;
  static constexpr std::size_t cells = runs * starts * spreads;

  /// @param logs at least one value
  DampedTrend(std::span<const double> logs, const ClassPrior& prior);

  /// The cell whose share of the posterior holds u, 0 <= u < 1.
  std::size_t cell_at(double u) const;
  /// A point of a cell; `within_start` and `within_spread` in (-1/2, 1/2) say where between the neighbouring cells it
  /// lies. Its spread is that of the start.
  TrendState state(std::size_t cell, double within_start = 0.0, double within_spread = 0.0) const;
  /// The spread of step 0, 1... to come, relative to that of the start.
  double spread_ahead(std::size_t step) const { return spread_ratio(prior_, values_ + step); }
  double weight(std::size_t cell) const { return weights_[cell]; }
  /// The variance of the next innovation at a point: that of Student's t with 4 degrees is 2.
  double innovation_variance(const TrendState& state) const {
    const double spread = state.spread * spread_ahead(0);
    return 2.0 * spread * spread;
  }
  /// Mean and variance of the next value.
  std::pair<double, double> next() const;
  /// Multiplies the posterior by a likelihood, given by its logarithm for each cell.
  void reweight(std::span<const double> log_likelihood);
  /// How much of the posterior is the prior: the overlap of the two densities, averaged over structure, trend and
  /// spread.
  double prior_share() const;

 private:
  double start_of(std::size_t cell) const;
  void normalise(std::span<const double> log_weights);
  double trend_overlap() const;

  ClassPrior prior_;
  std::size_t values_;
  SpreadGrid grid_;
  std::vector<TrendRun> runs_;
  std::vector<double> weights_;
  std::vector<double> cumulative_;
};

}  // namespace essor::detail

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/damped_trend_inl.hpp"
#endif
