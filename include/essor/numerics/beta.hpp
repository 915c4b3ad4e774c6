// The beta distribution.
#pragma once

namespace essor {

/// P(X <= x) for X beta distributed: the regularised incomplete beta function.
/// \f[ I_x(a, b) = \frac{1}{B(a, b)} \int_0^x t^{a-1} (1-t)^{b-1} dt \f]
/// 0 at x <= 0, 1 at x >= 1; NaN unless a > 0 and b > 0.
/// @par Source continued fraction, Abramowitz and Stegun (1964), 26.5.8, evaluated by Lentz's method.
double beta_cdf(double x, double a, double b);

/// The x with P(X <= x) = p; NaN outside [0, 1].
double beta_quantile(double p, double a, double b);

namespace detail {
/// I_x(a, b) for 0 <= x <= 1 with y = 1 - x given, so that neither tail loses its digits.
double beta_cdf_both(double x, double y, double a, double b);
}  // namespace detail

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/beta_inl.hpp"
#endif
