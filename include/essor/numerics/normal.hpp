// The standard normal distribution.
#pragma once

namespace essor {

/// Density of the standard normal. \f[ \phi(z) = e^{-z^2/2} / \sqrt{2\pi} \f]
double normal_pdf(double z);

/// P(Z <= z). \f[ \Phi(z) = \tfrac12 \mathrm{erfc}(-z/\sqrt2) \f] Relative accuracy holds in the lower tail; NaN in,
/// NaN out.
double normal_cdf(double z);

/// The z with P(Z <= z) = p: -inf at 0, +inf at 1, NaN outside [0, 1].
/// Relative accuracy about 1e-16.
/// @par Source M. J. Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution, Applied
/// Statistics 37(3), 477-484, doi:10.2307/2347330.
double normal_quantile(double p);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/normal_inl.hpp"
#endif
