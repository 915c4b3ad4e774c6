// What is known of the response to funding before a record is seen.
#pragma once

namespace essor::detail {

/// Elasticity of impact to funding: Student's t of 2 degrees of freedom, cut to (0, largest). Location and scale are
/// the random-effects summary of three estimates, printed by src/tools/fit_funding_prior.py from uk_cost_panel.csv
/// (British services: 0.285, standard error 0.101, on the cost of the same year; -0.087, 0.089, on that of the year
/// before) and fr_unit_costs.csv (French digital products: 0.874, 0.641); the degrees of freedom are those of three
/// studies.
struct ElasticityPrior {
  static constexpr double location = 0.151;
  static constexpr double scale = 0.310;
  static constexpr double largest = 2.0;
};

/// Share carried over from one half-year to the next, equally likely: from next to nothing to 0.8, since nothing says
/// more of public services. A convention of this library; none is 0, so that a period without funding has an effect
/// that a logarithm can hold.
inline constexpr double carry_overs[] = {0.02, 0.2, 0.4, 0.6, 0.8};

/// Half-saturation, relative to the funding at work at the end of the record: log-normal, median 1, standard deviation
/// 1, by the three points of Gauss-Hermite. A convention of this library: today's funding is about half-way, give or
/// take a factor of e.
struct SaturationPoint {
  double half_saturation, weight;
};
inline constexpr SaturationPoint half_saturations[] = {
    {0.17692, 1.0 / 6.0}, {1.0, 2.0 / 3.0}, {5.65223, 1.0 / 6.0}};  // exp(-sqrt 3), 1, exp(sqrt 3)

/// Standard deviations of the nuisances, conventions of this library, wide for half-yearly and yearly series. Feedback
/// is an exception: the amount of a period is decided before it, so that little of it can follow what happens within.
struct NuisancePrior {
  static constexpr double growth = 0.3;         ///< of the logarithm of impact in a period
  static constexpr double change = 0.3;         ///< of growth, from the middle of the record to its end
  static constexpr double momentum = 0.4;       ///< of growth on the growth before
  static constexpr double feedback = 0.1;       ///< of impact on funding that followed it within the period
  static constexpr double feedback_tied = 1.0;  ///< the same where cost was computed from volume
  static constexpr double season = 0.2;         ///< of each half of the yearly wave in growth
  static constexpr double log_spread_mean = -2.0;
  static constexpr double log_spread_sd = 0.9;
};

}  // namespace essor::detail
