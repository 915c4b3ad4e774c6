#pragma once

#include <cmath>
#include <limits>

#include "essor/config.hpp"
#include "essor/numerics/beta.hpp"
#include "essor/numerics/detail/root.hpp"
#include "essor/numerics/detail/stirling.hpp"

namespace essor {

namespace detail {

/// x^a y^b / B(a, b) with y = 1 - x, by the saddle point, so that large a and b cancel nothing.
ESSOR_INLINE double beta_prefix(double x, double y, double a, double b) {
  const double n = a + b;
  const double exponent =
      stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance_term(a, n * x) - deviance_term(b, n * y);
  return std::exp(exponent - half_log_two_pi) * std::sqrt(a / n * b);
}

/// I_x(a, b) a / prefix, by the continued fraction (modified Lentz); converges fast for x < (a + 1) / (a + b + 2).
ESSOR_INLINE double beta_fraction(double x, double a, double b) {
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double value) { return std::abs(value) < 1e-300 ? 1e-300 : value; };
  double c = 1.0;
  double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double h = d;
  for (int m = 1; m < 1'000'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m));
    d = 1.0 / away_from_zero(1.0 + even * d);
    c = away_from_zero(1.0 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0));
    d = 1.0 / away_from_zero(1.0 + odd * d);
    c = away_from_zero(1.0 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1.0) < 1e-16 || h < tiny) break;
  }
  return h;
}

ESSOR_INLINE double beta_cdf_both(double x, double y, double a, double b) {
  if (x <= 0.0) return 0.0;
  if (y <= 0.0) return 1.0;
  const double prefix = beta_prefix(x, y, a, b);
  if (x < (a + 1.0) / (a + b + 2.0)) return prefix * beta_fraction(x, a, b) / a;
  return 1.0 - prefix * beta_fraction(y, b, a) / b;
}

}  // namespace detail

ESSOR_INLINE double beta_cdf(double x, double a, double b) {
  if (!(a > 0.0 && b > 0.0) || std::isnan(x)) return std::numeric_limits<double>::quiet_NaN();
  return detail::beta_cdf_both(x, 1.0 - x, a, b);
}

ESSOR_INLINE double beta_quantile(double p, double a, double b) {
  if (!(a > 0.0 && b > 0.0 && p >= 0.0 && p <= 1.0)) return std::numeric_limits<double>::quiet_NaN();
  if (p == 0.0 || p == 1.0) return p;
  return detail::rising_root([=](double x) { return beta_cdf(x, a, b) - p; }, 0.0, 1.0);
}

}  // namespace essor
