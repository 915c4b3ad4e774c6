// The gamma function and the gamma distribution.
#pragma once

namespace essor {

/// ln Gamma(x) for x > 0; +inf at 0 and at infinity, NaN below 0. Absolute error below about 1e-14 up to x = 30,
/// relative beyond. Unlike std::lgamma it writes no global, so threads may call it.
/// @par Source Stirling's series after a shift by the recurrence; Abramowitz and Stegun (1964), 6.1.15 and 6.1.41.
double log_gamma(double x);

/// P(X <= x) for X gamma distributed with the given shape and scale 1.
/// \f[ P(a, x) = \frac{1}{\Gamma(a)} \int_0^x t^{a-1} e^{-t} dt \f]
/// 0 at x <= 0, 1 at infinity; NaN unless shape > 0.
/// @par Source series and continued fraction, Abramowitz and Stegun (1964), 6.5.29 and 6.5.31.
double gamma_cdf(double x, double shape);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/gamma_inl.hpp"
#endif
