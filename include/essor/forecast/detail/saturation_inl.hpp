#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/detail/ceiling_curves.hpp"
#include "essor/forecast/saturation.hpp"
#include "essor/numerics/normal.hpp"

namespace essor {
namespace detail {

/// Mean and variance of the time at which a path arrives, with its weight.
struct Arrival {
  double weight;
  double mean;  ///< 0 or less: it is there
  double variance;
};

ESSOR_INLINE Arrival arrival_of(const SaturationPath& path, double target) {
  constexpr int parts = 32;
  Arrival arrival{path.weight, curve_steps(path.curve, path.rates, path.log_odds, target), 0.0};
  if (!(arrival.mean > 0.0)) return arrival;
  for (int i = 0; i < parts; ++i) {
    const double x = curve_after(path.curve, path.rates, path.log_odds, arrival.mean * (i + 0.5) / parts);
    const double speed = curve_speed(path.curve, path.rates, x);
    arrival.variance += path.spread * path.spread / (speed * speed) * arrival.mean / parts;
  }
  return arrival;
}

ESSOR_INLINE std::vector<Arrival> arrivals_of(std::span<const SaturationPath> paths, double share) {
  check_not_empty("saturation", "paths", paths.size());
  check_open_probability("saturation", "share", share);
  const double target = std::log(share) - std::log1p(-share);
  std::vector<Arrival> arrivals;
  arrivals.reserve(paths.size());
  for (const SaturationPath& path : paths) arrivals.push_back(arrival_of(path, target));
  return arrivals;
}

/// ln P(Z > z) for z >= 0; beyond 8 by the first terms of its asymptotic series, relative error below 1e-5.
ESSOR_INLINE double log_upper_tail(double z) {
  if (z < 8.0) return std::log(normal_cdf(-z));
  const double square = z * z;
  return -0.5 * square - std::log(z) - 0.91893853320467274178 +
         std::log1p((-1.0 + (3.0 - 15.0 / square) / square) / square);
}

/// The distribution function of an inverse Gaussian of this mean and variance.
ESSOR_INLINE double arrived_by(const Arrival& arrival, double steps) {
  if (!(arrival.mean > 0.0)) return 1.0;
  if (!(steps > 0.0)) return 0.0;
  const double shape = arrival.mean * arrival.mean / arrival.variance;  // lambda / mean; infinite without noise
  if (!std::isfinite(shape)) return steps >= arrival.mean ? 1.0 : 0.0;
  const double ratio = steps / arrival.mean;
  const double root = std::sqrt(shape / ratio);
  return normal_cdf(root * (ratio - 1.0)) + std::exp(2.0 * shape + log_upper_tail(root * (ratio + 1.0)));
}

ESSOR_INLINE double arrived_by(const std::vector<Arrival>& arrivals, double steps) {
  double total = 0.0;
  for (const Arrival& arrival : arrivals) total += arrival.weight * arrived_by(arrival, steps);
  return std::min(total, 1.0);
}

}  // namespace detail

ESSOR_INLINE double saturation_probability(std::span<const SaturationPath> paths, double steps, double share) {
  if (!(steps >= 0.0)) throw_argument_error("saturation", "steps", steps, "must be >= 0");
  return detail::arrived_by(detail::arrivals_of(paths, share), steps);
}

ESSOR_INLINE double saturation_steps(std::span<const SaturationPath> paths, double p, double share) {
  check_open_probability("saturation", "q", p);
  const std::vector<detail::Arrival> arrivals = detail::arrivals_of(paths, share);
  if (detail::arrived_by(arrivals, 0.0) >= p) return 0.0;
  double high = 1.0;
  while (detail::arrived_by(arrivals, high) < p) {
    if (high > 1e12) return std::numeric_limits<double>::infinity();
    high *= 2.0;
  }
  double low = high > 1.0 ? 0.5 * high : 0.0;
  for (int i = 0; i < 60 && high - low > 1e-12 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (detail::arrived_by(arrivals, middle) < p ? low : high) = middle;
  }
  return high;
}

}  // namespace essor
