#pragma once

#include <cmath>
#include <limits>

#include "essor/config.hpp"
#include "essor/numerics/beta.hpp"
#include "essor/numerics/detail/root.hpp"
#include "essor/numerics/detail/stirling.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/student_t.hpp"

namespace essor {

ESSOR_INLINE double student_t_log_pdf(double t, double degrees) {
  if (!(degrees > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(degrees)) return -0.5 * t * t - detail::half_log_two_pi;
  const double half = 0.5 * degrees;
  // ln Gamma(half + 1/2) - ln Gamma(half) - ln(half)/2, by the error of Stirling's formula: no cancellation
  const double gamma_ratio =
      detail::stirling_error(half + 0.5) - detail::stirling_error(half) + half * std::log1p(0.5 / half) - 0.5;
  return gamma_ratio - detail::half_log_two_pi - (half + 0.5) * std::log1p(t * t / degrees);
}

ESSOR_INLINE double student_t_cdf(double t, double degrees) {
  if (!(degrees > 0.0) || std::isnan(t)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(degrees)) return normal_cdf(t);
  if (std::isinf(t)) return t < 0.0 ? 0.0 : 1.0;
  const double sum = degrees + t * t;
  const double tail = 0.5 * detail::beta_cdf_both(degrees / sum, t * t / sum, 0.5 * degrees, 0.5);
  return t < 0.0 ? tail : 1.0 - tail;
}

ESSOR_INLINE double student_t_quantile(double p, double degrees) {
  if (!(degrees > 0.0 && p >= 0.0 && p <= 1.0)) return std::numeric_limits<double>::quiet_NaN();
  if (p == 0.0 || p == 1.0 || std::isinf(degrees)) return normal_quantile(p);
  if (p == 0.5) return 0.0;
  const double tail = p < 0.5 ? p : 1.0 - p;
  // the lower tail keeps its digits; a t is never closer to 0 than a normal of the same tail
  const double inner = normal_quantile(tail);
  double outer = 2.0 * inner - 1.0;
  while (student_t_cdf(outer, degrees) > tail && outer > -1e150) outer *= 4.0;
  const double t = detail::rising_root([=](double x) { return student_t_cdf(x, degrees) - tail; }, outer, 0.0);
  return p < 0.5 ? t : -t;
}

}  // namespace essor
