// Student's t distribution.
#pragma once

namespace essor {

/// Log density of Student's t with `degrees` of freedom, location 0 and scale 1; NaN unless degrees > 0.
double student_t_log_pdf(double t, double degrees);

/// P(T <= t); relative accuracy holds in both tails. Infinite degrees give the normal; NaN unless degrees > 0.
/// \f[ P(T \le -|t|) = \tfrac12 I_{\nu/(\nu + t^2)}(\nu/2, 1/2) \f]
double student_t_cdf(double t, double degrees);

/// The t with P(T <= t) = p: -inf at 0, +inf at 1, NaN outside [0, 1] or unless degrees > 0.
double student_t_quantile(double p, double degrees);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/student_t_inl.hpp"
#endif
