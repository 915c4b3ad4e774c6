// How observations scatter about a curve.
#pragma once

#include <cstdint>
#include <string_view>

namespace essor {

/// The distribution of an observation y about the mean mu that a curve gives.
///
/// | noise | y | spread |
/// |---|---|---|
/// | lognormal | ln y ~ N(ln mu, sigma^2); mu is the median; y > 0 | sigma, none |
/// | normal | y ~ N(mu, sigma^2): ordinary least squares | sigma, unit of y |
/// | student_t | (y - mu) / sigma ~ t with 4 degrees of freedom: outliers count less | sigma, unit of y |
/// | poisson | counts of variance mu | none |
/// | negative_binomial | counts of variance mu + dispersion mu^2 | dispersion, none |
enum class CurveNoise : std::uint8_t { lognormal, normal, student_t, poisson, negative_binomial };

/// Degrees of freedom of the noise `student_t`: heavy tails whose variance is still finite.
inline constexpr double curve_noise_degrees = 4.0;

/// @throw ArgumentError if no noise has this name.
CurveNoise curve_noise_from_name(std::string_view name);
std::string_view curve_noise_name(CurveNoise noise);

/// Whether a parameter says how wide the noise is: of all but Poisson's.
constexpr bool has_spread(CurveNoise noise) noexcept { return noise != CurveNoise::poisson; }
/// sigma or dispersion; empty for Poisson.
std::string_view spread_name(CurveNoise noise);
constexpr bool counts(CurveNoise noise) noexcept {
  return noise == CurveNoise::poisson || noise == CurveNoise::negative_binomial;
}

/// ln p(y | mu, spread); -inf where the mean is outside the domain of the noise (not positive; for counts, negative or
/// 0 beside y > 0). A dispersion of 0 is Poisson's.
double curve_noise_log_density(CurveNoise noise, double y, double mean, double spread);

/// A residual whose square is the unit deviance, and its derivative by the mean: sums of squares of these residuals are
/// minimal where the likelihood is maximal. Of lognormal and normal it is ln y - ln mu and y - mu, whatever the spread.
/// \f[ r = \mathrm{sign}(y - \mu) \sqrt{2 \ln p(y | \hat\mu = y) - 2 \ln p(y | \mu)} \f]
/// Not finite where the mean is outside the domain.
/// @par Source P. McCullagh and J. A. Nelder (1989), Generalized Linear Models, 2nd edition, Chapman and Hall, section
/// 2.4.3, doi:10.1007/978-1-4899-3242-6.
struct DevianceResidual {
  double value;
  double slope;
};
DevianceResidual deviance_residual(CurveNoise noise, double y, double mean, double spread);

/// What one observation tells about its mean: the Fisher information.
double mean_information(CurveNoise noise, double mean, double spread);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/curve_noise_inl.hpp"
#endif
