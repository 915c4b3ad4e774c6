#pragma once

#include <cmath>

#include "essor/numerics/gamma.hpp"

namespace essor::detail {

/// ln Gamma(y + k) - ln Gamma(k) - y ln k with k = 1 / dispersion, without the cancellation of its terms.
inline double log_rising(double y, double dispersion) {
  if (y <= 64.0) {
    double sum = 0.0;
    for (int i = 1; i < static_cast<int>(y); ++i) sum += std::log1p(i * dispersion);
    return sum;
  }
  const double size = 1.0 / dispersion;
  if (size < 50.0) return log_gamma(y + size) - log_gamma(size) - y * std::log(size);
  // Stirling's series of both.
  const auto rest = [](double x) { return (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * x * x)) / (x * x)) / x; };
  return (size + y - 0.5) * std::log1p(y * dispersion) - y + rest(size + y) - rest(size);
}

}  // namespace essor::detail
