// Avoided non-recourse: persons who receive what they are entitled to thanks to a product, net of those who would have
// anyway, and what each of them cost.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "essor/appraisal/factor.hpp"
#include "essor/numerics/estimate.hpp"
#include "essor/units/quantities.hpp"
#include "essor/units/rates.hpp"

namespace essor {

/// What is known of a benefit, of its eligible non-recipients and of the product that reaches them.
///
/// Shares are per period. Exactly one of take_up_without, deadweight and control says how many would take up by
/// themselves: there is no safe default for it, and 0 must be written to be meant.
struct NonRecourse {
  Factor eligible_non_recipients;                        ///< N at the start, persons
  Factor reach;                                          ///< r, share of the non-recipients whom the product reaches
  Factor conversion;                                     ///< c, share of those reached who end up paid
  std::optional<Factor> take_up_without = std::nullopt;  ///< h0, share who would take up by themselves
  std::optional<Factor> deadweight = std::nullopt;       ///< h0 under its other name
  std::optional<Factor> control = std::nullopt;  ///< h0 estimated elsewhere: Factor::pooled_share or Factor::mean_share
  Factor persistence = 1.0;                      ///< s, share still eligible one period later
  PerPeriod newly_eligible = 0.0;                ///< e, newly eligible non-recipients, persons in the period
  Factor attribution = 1.0;  ///< share left to the product by other interventions outside the counterfactual
  Months months_per_period = months(6);
  int periods = 1;
  std::optional<PerPeriod> cost = std::nullopt;  ///< euros in the period
  AnnualRate discount_rate{};                    ///< of the cost, paid at mid-period
  Eigen::Index draws = 10'000;
  std::uint64_t seed = 0;
};

/// The figures of one period, the product's share of them.
struct NonRecoursePeriod {
  Estimate eligible_non_recipients;  ///< persons, at the start of the period, with the product
  Estimate newly_avoided;            ///< persons, in the period
  Estimate receiving;                ///< persons, at the end of the period
  Estimate person_months;            ///< in the period
};

/// What an avoided non-recourse was worth counting: each figure with its standard error and its draws.
struct AvoidedNonRecourse {
  Estimate newly_avoided;  ///< persons, over all periods
  Estimate receiving;      ///< persons, at the end, thanks to the product
  Estimate person_months;  ///< over all periods
  std::vector<NonRecoursePeriod> by_period;
  std::optional<Estimate> present_cost;           ///< euros
  std::optional<Estimate> cost_per_avoided;       ///< euros per newly avoided: a ratio of expectations
  std::optional<Estimate> cost_per_person_month;  ///< euros per person-month: a ratio of expectations

  /// For each value of one avoided non-recourse: the probability that the product costs no more than it brings,
  /// P(present cost <= value x newly avoided), the share of the draws with its standard error.
  /// @param values euros per avoided non-recourse, each finite and >= 0
  /// @throw ArgumentError if no cost was given, for an empty list or a value out of range
  std::vector<Share> acceptability(std::span<const double> values) const;
};

/// Avoided non-recourse over some periods.
///
/// With the product (1) and without it (0), for each draw of the factors:
/// \f[ N_0' = s N_0 (1-h_0) + e, \qquad N_1' = s N_1 (1-h_0)(1 - r c) + e \f]
/// \f[ v = (1-h_0)\, r c\, N_1 \quad \text{newly avoided in the period} \f]
/// \f[ V' = s\,((1-h_0) V + v), \quad V = N_0 - N_1 \quad \text{receiving thanks to the product} \f]
/// \f[ \text{person-months} = (V + v/2) \times \text{months per period} \f]
/// Attribution scales v, V and the person-months. Costs, not persons, are discounted, from mid-period. A factor is one
/// draw for all periods; a list has a draw for each. When every factor is fixed, the results are exact.
/// @throw ArgumentError for shares outside [0, 1], negative or infinite numbers, periods outside [1, 1200], draws
/// outside [1, 100 000 000], months <= 0, a list whose size is not the number of periods, a rate <= -1, or unless
/// exactly one of take_up_without, deadweight and control is given
AvoidedNonRecourse avoided_non_recourse(const NonRecourse& options);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/appraisal/detail/avoided_non_recourse_inl.hpp"
#endif
