// Reference classes: what comparable histories say before a product has one of its own.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "essor/error/check.hpp"

namespace essor {

/// The classes of histories whose prior is shipped.
enum class Reference { general, digital_adoption, public_service_volume };

/// Values of the smoothing of the level, of the smoothing of the trend, and of the damping, over which a forecast
/// averages.
inline constexpr std::array<double, 3> level_smoothings = {0.2, 0.6, 1.0};
inline constexpr std::array<double, 4> trend_smoothings = {0.0, 0.1, 0.3, 0.6};
inline constexpr std::array<double, 4> trend_dampings = {0.5, 0.7, 0.85, 0.95};

/// Prior of the damped local trend on the logarithm of the values; all growth is per period of `months`, dimensionless.
struct ClassPrior {
  std::string_view name;
  int months;                                                 ///< length of a period of the series that were fitted
  int series;                                                 ///< how many series were fitted
  std::array<double, level_smoothings.size()> level_weights;  ///< prior weight of each level smoothing
  std::array<double, trend_smoothings.size()> trend_weights;  ///< prior weight of each trend smoothing
  std::array<double, trend_dampings.size()> damping_weights;  ///< prior weight of each damping
  double drift;                                               ///< log growth to which the trend is damped
  double ageing;       ///< the innovations' scale falls with age^-ageing, age in periods
  double trend_mean;   ///< mean of the trend at the first value
  double trend_sd;     ///< standard deviation of the trend at the first value
  double spread_mean;  ///< mean of the log of the innovations' scale
  double spread_sd;    ///< standard deviation of that log
};

// The constants are printed by src/tools/fit_forecast_priors.py from the evaluation data (ESSOR_EVALUATION_DATA). Each
// is fitted on one half of the series, by country, service or series, at most 20 points of each; the other half checks
// it.

/// Yearly series of the M1 and M3 competitions and of the tourism competition: m3_yearly, m1_yearly, tourism_yearly.
inline constexpr ClassPrior general_prior = {
    .name = "general",
    .months = 12,
    .series = 323,
    .level_weights = {0.090, 0.032, 0.878},
    .trend_weights = {0.503, 0.129, 0.108, 0.259},
    .damping_weights = {0.203, 0.133, 0.274, 0.390},
    .drift = 0.020,
    .ageing = 0.000,
    .trend_mean = 0.075,
    .trend_sd = 0.066,
    .spread_mean = -2.579,
    .spread_sd = 0.890,
};

/// Broadband, mobile and internet use by country, yearly from their launch: digital_full.
inline constexpr ClassPrior digital_adoption_prior = {
    .name = "digital_adoption",
    .months = 12,
    .series = 134,
    .level_weights = {0.017, 0.018, 0.965},
    .trend_weights = {0.187, 0.055, 0.210, 0.548},
    .damping_weights = {0.018, 0.492, 0.484, 0.005},
    .drift = 0.040,
    .ageing = 0.750,
    .trend_mean = 1.189,
    .trend_sd = 0.299,
    .spread_mean = -0.354,
    .spread_sd = 0.484,
};

/// Transactions of services of the British government by half-year, 2012-2017: uk_panel_halfyear.
inline constexpr ClassPrior public_service_volume_prior = {
    .name = "public_service_volume",
    .months = 6,
    .series = 206,
    .level_weights = {0.407, 0.160, 0.434},
    .trend_weights = {0.446, 0.242, 0.102, 0.210},
    .damping_weights = {0.463, 0.301, 0.178, 0.057},
    .drift = 0.000,
    .ageing = 0.000,
    .trend_mean = 0.044,
    .trend_sd = 0.093,
    .spread_mean = -1.519,
    .spread_sd = 1.006,
};

/// The prior of a class.
constexpr const ClassPrior& class_prior(Reference reference) {
  switch (reference) {
    case Reference::digital_adoption:
      return digital_adoption_prior;
    case Reference::public_service_volume:
      return public_service_volume_prior;
    case Reference::general:
      break;
  }
  return general_prior;
}

/// The class of a name.
/// @throw ArgumentError if no class has this name.
inline Reference reference_from_name(std::string_view name) {
  for (const Reference reference :
       {Reference::general, Reference::digital_adoption, Reference::public_service_volume}) {
    if (class_prior(reference).name == name) return reference;
  }
  throw_argument_error("forecast", "reference", name, "must be general, digital_adoption or public_service_volume");
}

}  // namespace essor
