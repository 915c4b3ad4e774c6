#pragma once

#include <cmath>

#include "essor/numerics/gamma.hpp"
#include "essor/random/samplers.hpp"

namespace essor::detail {

/// A Poisson draw of mean >= 0: by inversion up to a mean of 10, by Hormann's transformed rejection above.
/// @par Source W. Hormann (1993), The transformed rejection method for generating Poisson random variables, Insurance:
/// Mathematics and Economics 12(1), 39-45, doi:10.1016/0167-6687(93)90997-4.
template <BitGenerator Generator>
double poisson_rng(Generator& generator, double mean) {
  if (!(mean > 0.0)) return 0.0;
  if (mean < 10.0) {
    double left = uniform_rng(generator);
    double mass = std::exp(-mean);
    double count = 0.0;
    while (left > mass && mass > 0.0) {
      left -= mass;
      count += 1.0;
      mass *= mean / count;
    }
    return count;
  }
  const double log_mean = std::log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  while (true) {
    const double u = uniform_rng(generator) - 0.5;
    const double v = uniform_rng(generator);
    const double rest = 0.5 - std::abs(u);
    const double count = std::floor((2.0 * a / rest + b) * u + mean + 0.43);
    if (rest >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2.0)) return count;
    if (count < 0.0 || (rest < 0.013 && v > rest)) continue;
    if (std::log(v * inverse_alpha / (a / (rest * rest) + b)) <= count * log_mean - mean - log_gamma(count + 1.0)) {
      return count;
    }
  }
}

/// A negative-binomial draw of variance mean + dispersion mean^2: Poisson of a gamma mean.
template <BitGenerator Generator>
double negative_binomial_rng(Generator& generator, double mean, double dispersion) {
  if (!(mean > 0.0)) return 0.0;
  const double size = 1.0 / dispersion;
  return poisson_rng(generator, mean * std::exp(log_gamma_rng(generator, size) - std::log(size)));
}

}  // namespace essor::detail
