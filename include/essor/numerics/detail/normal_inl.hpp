#pragma once

#include <cmath>
#include <limits>

#include "essor/config.hpp"
#include "essor/numerics/normal.hpp"

namespace essor {

namespace detail {

// Wichura's three rational approximations: the centre, the shoulders and the far tails.

ESSOR_INLINE double normal_quantile_centre(double q) {
  const double r = 0.180625 - q * q;
  const double numerator = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r +
                                45921.953931549871457) *
                                   r +
                               13731.693765509461125) *
                                  r +
                              1971.5909503065514427) *
                                 r +
                             133.14166789178437745) *
                                r +
                            3.3871328727963666080);
  const double denominator =
      (((((((5226.4952788528545610 * r + 28729.085735721942674) * r + 39307.895800092710610) * r +
           21213.794301586595867) *
              r +
          5394.1960214247511077) *
             r +
         687.18700749205790830) *
            r +
        42.313330701600911252) *
           r +
       1.0);
  return q * numerator / denominator;
}

ESSOR_INLINE double normal_quantile_shoulder(double root) {
  const double r = root - 1.6;
  const double numerator =
      (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 0.241780725177450611770) * r +
           1.27045825245236838258) *
              r +
          3.64784832476320460504) *
             r +
         5.76949722146069140550) *
            r +
        4.63033784615654529590) *
           r +
       1.42343711074968357734);
  const double denominator =
      (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 1.51986665636164571966e-2) * r +
           0.148103976427480074590) *
              r +
          0.689767334985100004550) *
             r +
         1.67638483018380384940) *
            r +
        2.05319162663775882187) *
           r +
       1.0);
  return numerator / denominator;
}

ESSOR_INLINE double normal_quantile_tail(double root) {
  const double r = root - 5.0;
  const double numerator =
      (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r +
           2.65321895265761230930e-2) *
              r +
          0.296560571828504891230) *
             r +
         1.78482653991729133580) *
            r +
        5.46378491116411436990) *
           r +
       6.65790464350110377720);
  const double denominator =
      (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r +
           7.86869131145613259100e-4) *
              r +
          1.48753612908506148525e-2) *
             r +
         0.136929880922735805310) *
            r +
        0.599832206555887937690) *
           r +
       1.0);
  return numerator / denominator;
}

}  // namespace detail

ESSOR_INLINE double normal_pdf(double z) { return 0.39894228040143267794 * std::exp(-0.5 * z * z); }

ESSOR_INLINE double normal_cdf(double z) { return 0.5 * std::erfc(-z * 0.70710678118654752440); }

ESSOR_INLINE double normal_quantile(double p) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!(p >= 0.0 && p <= 1.0)) return std::numeric_limits<double>::quiet_NaN();
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return detail::normal_quantile_centre(q);
  const double tail = q < 0.0 ? p : 1.0 - p;
  if (tail == 0.0) return q < 0.0 ? -infinity : infinity;
  const double root = std::sqrt(-std::log(tail));
  const double size = root <= 5.0 ? detail::normal_quantile_shoulder(root) : detail::normal_quantile_tail(root);
  return q < 0.0 ? -size : size;
}

}  // namespace essor
