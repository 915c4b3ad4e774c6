#pragma once

#include <cmath>
#include <limits>

#include "essor/config.hpp"
#include "essor/numerics/detail/stirling.hpp"
#include "essor/numerics/gamma.hpp"

namespace essor {

namespace detail {

/// x^a e^-x / Gamma(a), without cancellation for large a.
ESSOR_INLINE double gamma_prefix(double a, double x) {
  return std::exp(-deviance_term(a, x) - stirling_error(a) - half_log_two_pi + 0.5 * std::log(a));
}

/// P(a, x) / prefix, by the series in rising powers of x.
ESSOR_INLINE double gamma_lower_series(double a, double x) {
  double term = 1.0 / a;
  double sum = term;
  for (double n = a + 1.0; term > sum * 1e-17; n += 1.0) {
    term *= x / n;
    sum += term;
  }
  return sum;
}

/// (1 - P(a, x)) / prefix, by the continued fraction (modified Lentz).
ESSOR_INLINE double gamma_upper_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  double b = x + 1.0 - a;
  double c = 1.0 / tiny;
  double d = 1.0 / (std::abs(b) < tiny ? tiny : b);
  double h = d;
  for (int i = 1; i < 100'000; ++i) {
    const double an = -i * (i - a);
    b += 2.0;
    d = an * d + b;
    c = b + an / c;
    d = 1.0 / (std::abs(d) < tiny ? tiny : d);
    if (std::abs(c) < tiny) c = tiny;
    const double factor = c * d;
    h *= factor;
    if (std::abs(factor - 1.0) < 1e-16) break;
  }
  return h;
}

}  // namespace detail

ESSOR_INLINE double log_gamma(double x) {
  if (!(x >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0.0 || std::isinf(x)) return std::numeric_limits<double>::infinity();
  double shift = 1.0;
  while (x < 10.0) shift *= x++;
  return (x - 0.5) * std::log(x) - x + detail::half_log_two_pi + detail::stirling_series(x) - std::log(shift);
}

ESSOR_INLINE double gamma_cdf(double x, double shape) {
  if (!(shape > 0.0) || std::isnan(x)) return std::numeric_limits<double>::quiet_NaN();
  if (x <= 0.0) return 0.0;
  if (std::isinf(x)) return 1.0;
  const double prefix = detail::gamma_prefix(shape, x);
  if (x < shape + 1.0) return prefix * detail::gamma_lower_series(shape, x);
  return 1.0 - prefix * detail::gamma_upper_fraction(shape, x);
}

}  // namespace essor
