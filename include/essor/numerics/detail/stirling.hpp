// The error of Stirling's formula and the deviance: what densities of the gamma family need to stay accurate for large
// parameters.
#pragma once

#include <cmath>

namespace essor {

double log_gamma(double x);  // not its header, which includes this file when header-only

namespace detail {

inline constexpr double half_log_two_pi = 0.91893853320467274178;

/// ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi)/2] for x >= 10: Stirling's series, its first left-out term below 1e-17.
inline double stirling_series(double x) {
  const double y = 1.0 / (x * x);
  return (1.0 / 12.0 +
          y * (-1.0 / 360.0 +
               y * (1.0 / 1260.0 +
                    y * (-1.0 / 1680.0 +
                         y * (1.0 / 1188.0 + y * (-691.0 / 360360.0 + y * (1.0 / 156.0 - y * 3617.0 / 122400.0))))))) /
         x;
}

/// The error of Stirling's formula, ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi)/2], for any x > 0.
inline double stirling_error(double x) {
  if (x >= 10.0) return stirling_series(x);
  return log_gamma(x) - ((x - 0.5) * std::log(x) - x + half_log_two_pi);
}

/// x ln(x / m) + m - x without cancellation when x is close to m.
/// C. Loader (2000), Fast and accurate computation of binomial probabilities.
inline double deviance_term(double x, double m) {
  if (std::abs(x - m) >= 0.1 * (x + m)) return x * std::log(x / m) + m - x;
  const double v = (x - m) / (x + m);
  double sum = (x - m) * v;
  double power = 2.0 * x * v;
  for (int j = 3; j < 1000; j += 2) {
    power *= v * v;
    const double next = sum + power / j;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

}  // namespace detail

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/gamma.hpp"  // last: it needs what is above, and log_gamma needs a definition
#endif
