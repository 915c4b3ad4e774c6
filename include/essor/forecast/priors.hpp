// Reference classes: what comparable histories say before a product has one of its own.
#pragma once

#include <string_view>

#include "essor/error/check.hpp"

namespace essor {

/// The classes of histories whose prior is shipped.
enum class Reference { general, digital_adoption, public_service_volume };

/// Periods of a season of one year, for periods of so many months; 1 where there is none.
constexpr int season_of_months(int months) { return months == 6 || months == 3 || months == 1 ? 12 / months : 1; }

/// The class of a service whose periods have so many months: that of services is one of half-years.
constexpr Reference reference_of_months(int months) {
  return months == 6 ? Reference::public_service_volume : Reference::general;
}

/// What a class says of the spread of a random walk on the logarithm of the values.
struct ClassPrior {
  std::string_view name;
  double ageing;       ///< the steps' scale falls with age^-ageing, age in periods
  double spread_mean;  ///< mean of the log of the steps' scale
  double spread_sd;    ///< standard deviation of that log
};

// The constants are printed by src/tools/fit_forecast_priors.py from the evaluation data (ESSOR_EVALUATION_DATA). Each
// is fitted on one half of the series, by country, service or series, at most 20 points of each: the first ones where
// series begin at a launch, else the last.

/// Yearly series of the M1 and M3 competitions and of the tourism competition: 323 series of m3_yearly, m1_yearly,
/// tourism_yearly.
inline constexpr ClassPrior general_prior = {
    .name = "general",
    .ageing = 0.000,
    .spread_mean = -2.579,
    .spread_sd = 0.890,
};

/// Broadband, mobile and internet use by country, yearly from their launch: 134 series of digital_full.
inline constexpr ClassPrior digital_adoption_prior = {
    .name = "digital_adoption",
    .ageing = 0.750,
    .spread_mean = -0.354,
    .spread_sd = 0.484,
};

/// Transactions of services of the British government by half-year, 2012-2017: 206 series of
/// uk_panel_halfyear.
inline constexpr ClassPrior public_service_volume_prior = {
    .name = "public_service_volume",
    .ageing = 0.000,
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
