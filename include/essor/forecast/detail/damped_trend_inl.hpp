#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "essor/config.hpp"
#include "essor/forecast/detail/damped_trend.hpp"

namespace essor::detail {

ESSOR_INLINE TrendRun run_trend(std::span<const double> logs, const ClassPrior& prior, std::size_t i, std::size_t j,
                                std::size_t k) {
  TrendRun run{.alpha = level_smoothings[i],
               .beta = trend_smoothings[j],
               .phi = trend_dampings[k],
               .prior_weight = prior.level_weights[i] * prior.trend_weights[j] * prior.damping_weights[k],
               .innovation_free = {},
               .innovation_slope = {},
               .level_free = logs[0],
               .start_centre = prior.trend_mean,
               .start_step = prior.trend_sd};
  run.innovation_free.reserve(logs.size() - 1);
  run.innovation_slope.reserve(logs.size() - 1);
  for (std::size_t t = 1; t < logs.size(); ++t) {
    run.trend_free = prior.drift + run.phi * (run.trend_free - prior.drift);
    run.trend_slope *= run.phi;
    const double free = logs[t] - run.level_free - run.trend_free;
    const double slope = run.level_slope + run.trend_slope;
    const double aged = spread_ratio(prior, t);
    run.innovation_free.push_back(free / aged);
    run.innovation_slope.push_back(slope / aged);
    run.level_free += run.trend_free + run.alpha * free;
    run.level_slope = slope - run.alpha * slope;
    run.trend_free += run.beta * free;
    run.trend_slope -= run.beta * slope;
  }
  return run;
}

/// Centres the quadrature of the trend at the start on its mode, by reweighted least squares with the class prior.
ESSOR_INLINE void centre_start(TrendRun& run, const ClassPrior& prior) {
  const double prior_precision = 1.0 / (prior.trend_sd * prior.trend_sd);
  const double prior_variance = std::exp(2.0 * prior.spread_mean);
  const std::size_t n = run.innovation_free.size();
  double variance = prior_variance;
  double precision = prior_precision;
  for (int pass = 0; pass < 4; ++pass) {
    precision = prior_precision;
    double pull = prior_precision * prior.trend_mean;
    double squares = prior_variance;
    for (std::size_t t = 0; t < n; ++t) {
      const double innovation = run.innovation_free[t] - run.innovation_slope[t] * run.start_centre;
      const double weight = 5.0 / (4.0 + innovation * innovation / variance);
      precision += weight * run.innovation_slope[t] * run.innovation_slope[t] / variance;
      pull += weight * run.innovation_slope[t] * run.innovation_free[t] / variance;
      squares += weight * innovation * innovation;
    }
    run.start_centre = pull / precision;
    variance = squares / static_cast<double>(n + 1);
  }
  run.start_step = 1.1 / std::sqrt(precision);
}

ESSOR_INLINE DampedTrend::DampedTrend(std::span<const double> logs, const ClassPrior& prior)
    : prior_(prior), values_(logs.size()), grid_(spread_grid(prior, largest_move(logs, prior))) {
  const SpreadLikelihood likelihood(grid_);
  std::array<double, spreads> log_prior_spread;
  for (std::size_t k = 0; k < spreads; ++k) log_prior_spread[k] = std::log(grid_.prior[k]);
  std::vector<double> squares(logs.size() - 1);
  std::vector<double> log_weights;
  log_weights.reserve(cells);
  runs_.reserve(runs);
  for (std::size_t i = 0; i < level_smoothings.size(); ++i) {
    for (std::size_t j = 0; j < trend_smoothings.size(); ++j) {
      for (std::size_t k = 0; k < trend_dampings.size(); ++k) {
        runs_.push_back(run_trend(logs, prior, i, j, k));
        centre_start(runs_.back(), prior);
        const TrendRun& run = runs_.back();
        for (std::size_t b = 0; b < starts; ++b) {
          const double start = start_of((runs_.size() - 1) * starts * spreads + b * spreads);
          const double z = (start - prior.trend_mean) / prior.trend_sd;
          const double base = std::log(run.prior_weight * run.start_step) - 0.5 * z * z;
          for (std::size_t t = 0; t < squares.size(); ++t) {
            const double innovation = run.innovation_free[t] - run.innovation_slope[t] * start;
            squares[t] = innovation * innovation;
          }
          const auto log_likelihood = likelihood(squares);
          for (std::size_t s = 0; s < spreads; ++s) {
            log_weights.push_back(base + log_prior_spread[s] + log_likelihood[s]);
          }
        }
      }
    }
  }
  normalise(log_weights);
}

ESSOR_INLINE void DampedTrend::normalise(std::span<const double> log_weights) {
  const double top = *std::max_element(log_weights.begin(), log_weights.end());
  weights_.resize(cells);
  cumulative_.resize(cells);
  double sum = 0.0;
  for (std::size_t c = 0; c < cells; ++c) {
    const double below = log_weights[c] - top;
    weights_[c] =
        below > -40.0 ? std::exp(below) : 0.0;  // e^-40 of the best cell is below the resolution of a uniform draw
    sum += weights_[c];
    cumulative_[c] = sum;
  }
  for (std::size_t c = 0; c < cells; ++c) {
    weights_[c] /= sum;
    cumulative_[c] /= sum;
  }
}

ESSOR_INLINE void DampedTrend::reweight(std::span<const double> log_likelihood) {
  std::vector<double> log_weights(cells);
  for (std::size_t c = 0; c < cells; ++c) log_weights[c] = std::log(weights_[c]) + log_likelihood[c];
  normalise(log_weights);
}

ESSOR_INLINE double DampedTrend::start_of(std::size_t cell) const {
  const TrendRun& run = runs_[cell / (starts * spreads)];
  const double place = static_cast<double>(cell / spreads % starts) - 0.5 * static_cast<double>(starts - 1);
  return run.start_centre + place * run.start_step;
}

ESSOR_INLINE std::size_t DampedTrend::cell_at(double u) const {
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), u);
  // Rounding may leave the last sum a little below 1.
  return std::min(static_cast<std::size_t>(found - cumulative_.begin()), cells - 1);
}

ESSOR_INLINE TrendState DampedTrend::state(std::size_t cell, double within_start, double within_spread) const {
  const TrendRun& run = runs_[cell / (starts * spreads)];
  const double start = start_of(cell) + within_start * run.start_step;
  return {.alpha = run.alpha,
          .beta = run.beta,
          .phi = run.phi,
          .drift = prior_.drift,
          .level = run.level_free + run.level_slope * start,
          .trend = run.trend_free + run.trend_slope * start,
          .spread = std::exp(grid_.log_spread[cell % spreads] + within_spread * grid_.step)};
}

ESSOR_INLINE std::pair<double, double> DampedTrend::next() const {
  double mean = 0.0;
  double square = 0.0;
  double noise = 0.0;
  const double origin = runs_.front().level_free;  // squares are taken around it: exact for large levels
  for (std::size_t c = 0; c < cells; ++c) {
    if (weights_[c] == 0.0) continue;
    const TrendState point = state(c);
    const double ahead = point.ahead() - origin;
    mean += weights_[c] * ahead;
    square += weights_[c] * ahead * ahead;
    noise += weights_[c] * innovation_variance(point);
  }
  return {origin + mean, std::max(square - mean * mean, 0.0) + noise};
}

ESSOR_INLINE double DampedTrend::prior_share() const {
  std::array<double, spreads> spread_mass{};
  std::array<double, runs> run_mass{};
  for (std::size_t c = 0; c < cells; ++c) {
    spread_mass[c % spreads] += weights_[c];
    run_mass[c / (starts * spreads)] += weights_[c];
  }
  double spread_overlap = 0.0;
  for (std::size_t k = 0; k < spreads; ++k) spread_overlap += std::min(spread_mass[k], grid_.prior[k]);
  double structure_overlap = 0.0;
  double prior_sum = 0.0;
  for (const TrendRun& run : runs_) prior_sum += run.prior_weight;
  for (std::size_t r = 0; r < runs; ++r) {
    structure_overlap += std::min(run_mass[r], runs_[r].prior_weight / prior_sum);
  }
  return (spread_overlap + structure_overlap + trend_overlap()) / 3.0;
}

/// The overlap of the trend at the start, prior and posterior both taken as normal.
ESSOR_INLINE double DampedTrend::trend_overlap() const {
  double mean = 0.0;
  double square = 0.0;
  for (std::size_t c = 0; c < cells; ++c) {
    const double z = (start_of(c) - prior_.trend_mean) / prior_.trend_sd;
    mean += weights_[c] * z;
    square += weights_[c] * z * z;
  }
  const double sd = std::sqrt(std::max(square - mean * mean, std::numeric_limits<double>::min()));
  constexpr int points = 400;  // midpoint rule over the prior's +-6 standard deviations
  constexpr double width = 12.0 / points;
  double overlap = 0.0;
  for (int i = 0; i < points; ++i) {
    const double z = -6.0 + (i + 0.5) * width;
    const double y = (z - mean) / sd;
    overlap += std::min(std::exp(-0.5 * z * z), std::exp(-0.5 * y * y) / sd);
  }
  return overlap * width * 0.3989422804014327;  // 1 / sqrt(2 pi)
}

}  // namespace essor::detail
