#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/curve_noise.hpp"
#include "essor/forecast/detail/log_rising.hpp"
#include "essor/numerics/gamma.hpp"
#include "essor/numerics/student_t.hpp"

namespace essor {
namespace detail {

/// x ln(x / m) - (x - m) for x >= 0 and m > 0, without cancellation near x = m.
ESSOR_INLINE double divergence(double x, double m) {
  if (x == 0.0) return m;
  const double d = (x - m) / m;
  if (std::abs(d) > 0.05) return x * std::log(x / m) - (x - m);
  // m ((1 + d) ln(1 + d) - d) = m d^2 (1/2 - d/6 + d^2/12 - ...)
  double sum = 0.0;
  for (int k = 13; k >= 0; --k) sum = 1.0 / ((k + 1.0) * (k + 2.0)) - d * sum;
  return m * d * d * sum;
}

/// Half the unit deviance of a count: y ln(y/mu) - (y + k) ln((y + k) / (mu + k)), k = 1 / dispersion.
ESSOR_INLINE double half_count_deviance(double y, double mean, double dispersion) {
  if (dispersion == 0.0) return divergence(y, mean);
  const double size = 1.0 / dispersion;
  return divergence(y, mean) - divergence(y + size, mean + size);
}

ESSOR_INLINE double log_count_density(double y, double mean, double dispersion) {
  if (!(mean >= 0.0) || (mean == 0.0 && y > 0.0)) return -std::numeric_limits<double>::infinity();
  if (mean == 0.0) return 0.0;
  if (dispersion == 0.0) return y * std::log(mean) - mean - log_gamma(y + 1.0);
  const double log_more = std::log1p(mean * dispersion);
  return log_rising(y, dispersion) - log_gamma(y + 1.0) - log_more / dispersion + y * (std::log(mean) - log_more);
}

}  // namespace detail

ESSOR_INLINE std::string_view curve_noise_name(CurveNoise noise) {
  constexpr std::array<std::string_view, 5> names = {"lognormal", "normal", "student_t", "poisson",
                                                     "negative_binomial"};
  return names[static_cast<std::size_t>(noise)];
}

ESSOR_INLINE CurveNoise curve_noise_from_name(std::string_view name) {
  for (const CurveNoise noise : {CurveNoise::lognormal, CurveNoise::normal, CurveNoise::student_t, CurveNoise::poisson,
                                 CurveNoise::negative_binomial}) {
    if (curve_noise_name(noise) == name) return noise;
  }
  throw_argument_error("fit_curve", "noise", name,
                       "must be lognormal, normal, student_t, poisson or negative_binomial");
}

ESSOR_INLINE std::string_view spread_name(CurveNoise noise) {
  if (!has_spread(noise)) return "";
  return noise == CurveNoise::negative_binomial ? "dispersion" : "sigma";
}

ESSOR_INLINE double curve_noise_log_density(CurveNoise noise, double y, double mean, double spread) {
  constexpr double log_root_two_pi = 0.91893853320467274178;
  constexpr double outside = -std::numeric_limits<double>::infinity();
  switch (noise) {
    case CurveNoise::lognormal: {
      if (!(mean > 0.0)) return outside;
      const double z = (std::log(y) - std::log(mean)) / spread;
      return -0.5 * z * z - std::log(spread) - log_root_two_pi - std::log(y);
    }
    case CurveNoise::normal: {
      if (!std::isfinite(mean)) return outside;
      const double z = (y - mean) / spread;
      return -0.5 * z * z - std::log(spread) - log_root_two_pi;
    }
    case CurveNoise::student_t:
      if (!std::isfinite(mean)) return outside;
      return student_t_log_pdf((y - mean) / spread, curve_noise_degrees) - std::log(spread);
    case CurveNoise::poisson:
      return std::isfinite(mean) ? detail::log_count_density(y, mean, 0.0) : outside;
    case CurveNoise::negative_binomial:
      break;
  }
  return std::isfinite(mean) ? detail::log_count_density(y, mean, spread) : outside;
}

ESSOR_INLINE DevianceResidual deviance_residual(CurveNoise noise, double y, double mean, double spread) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (noise == CurveNoise::lognormal) {
    return mean > 0.0 ? DevianceResidual{std::log(y) - std::log(mean), -1.0 / mean} : DevianceResidual{nan, nan};
  }
  if (noise == CurveNoise::normal) return {y - mean, -1.0};
  if (noise == CurveNoise::student_t) {
    // r^2 = (nu + 1) ln(1 + z^2 / nu); its slope is written so that z = 0 is no special case.
    constexpr double nu = curve_noise_degrees;
    const double z = (y - mean) / spread;
    const double x = z * z / nu;
    const double ratio = x < 1e-8 ? 1.0 - 0.5 * x : std::log1p(x) / x;
    const double root = std::sqrt((nu + 1.0) / nu * ratio);
    return {z * root, -(nu + 1.0) / nu / (1.0 + x) / (root * spread)};
  }
  if (!(mean > 0.0)) return {nan, nan};
  const double dispersion = noise == CurveNoise::poisson ? 0.0 : spread;
  const double variance = mean * (1.0 + dispersion * mean);
  const double size = std::sqrt(2.0 * std::max(0.0, detail::half_count_deviance(y, mean, dispersion)));
  if (size < 1e-9) return {(y - mean) / std::sqrt(variance), -1.0 / std::sqrt(variance)};
  const double value = y > mean ? size : -size;
  return {value, -(y - mean) / (variance * value)};
}

ESSOR_INLINE double mean_information(CurveNoise noise, double mean, double spread) {
  switch (noise) {
    case CurveNoise::lognormal:
      return 1.0 / (spread * spread * mean * mean);
    case CurveNoise::normal:
      return 1.0 / (spread * spread);
    case CurveNoise::student_t:
      return (curve_noise_degrees + 1.0) / (curve_noise_degrees + 3.0) / (spread * spread);
    case CurveNoise::poisson:
      return 1.0 / mean;
    case CurveNoise::negative_binomial:
      break;
  }
  return 1.0 / (mean * (1.0 + spread * mean));
}

}  // namespace essor
