#pragma once

#include <cmath>
#include <string_view>

#include "essor/appraisal/discounting.hpp"
#include "essor/config.hpp"
#include "essor/error/check.hpp"

namespace essor {

namespace detail {

/// Each flow as it is worth today, euros.
ESSOR_INLINE Eigen::ArrayXd discounted_flows(std::string_view function, const TypedArray<EuroUnit>& flows,
                                             AnnualRate rate, Months period, CashTiming timing) {
  check_positive(function, "period", period.value());
  if (!(rate.per_year > -1.0 && std::isfinite(rate.per_year))) {
    throw_argument_error(function, "rate", rate.per_year, "must be finite and > -1, per year");
  }
  const double shift = timing == CashTiming::start ? 0.0 : timing == CashTiming::middle ? 0.5 : 1.0;
  Eigen::ArrayXd worth(flows.size());
  for (Eigen::Index t = 0; t < flows.size(); ++t) {
    check_finite(function, "flows", flows.raw()[t]);
    worth[t] = flows.raw()[t] * rate.discount_factor(period * (static_cast<double>(t) + shift));
  }
  return worth;
}

ESSOR_INLINE std::optional<Months> covering_time(double outlay_eur, const Eigen::ArrayXd& flows_eur, Months period) {
  if (outlay_eur == 0.0) return months(0.0);
  double covered = 0.0;
  for (Eigen::Index t = 0; t < flows_eur.size(); ++t) {
    if (covered + flows_eur[t] >= outlay_eur) {
      return period * (static_cast<double>(t) + (outlay_eur - covered) / flows_eur[t]);
    }
    covered += flows_eur[t];
  }
  return std::nullopt;
}

}  // namespace detail

ESSOR_INLINE Money present_value(const TypedArray<EuroUnit>& flows, AnnualRate rate, Months period, CashTiming timing) {
  double total_eur = 0.0;
  for (const double worth : detail::discounted_flows("present_value", flows, rate, period, timing)) total_eur += worth;
  return euros(total_eur);
}

ESSOR_INLINE Money net_present_value(const TypedArray<EuroUnit>& benefits, const TypedArray<EuroUnit>& costs,
                                     AnnualRate rate, Months period, CashTiming timing) {
  check_same_size("net_present_value", "costs", static_cast<std::size_t>(costs.size()), "benefits",
                  static_cast<std::size_t>(benefits.size()));
  return present_value(benefits - costs, rate, period, timing);
}

ESSOR_INLINE std::optional<Months> payback(Money outlay, const TypedArray<EuroUnit>& flows, Months period) {
  check_non_negative("payback", "outlay", outlay.value());
  return detail::covering_time(
      outlay.value(), detail::discounted_flows("payback", flows, AnnualRate{}, period, CashTiming::start), period);
}

ESSOR_INLINE std::optional<Months> discounted_payback(Money outlay, const TypedArray<EuroUnit>& flows, AnnualRate rate,
                                                      Months period, CashTiming timing) {
  check_non_negative("discounted_payback", "outlay", outlay.value());
  return detail::covering_time(outlay.value(),
                               detail::discounted_flows("discounted_payback", flows, rate, period, timing), period);
}

}  // namespace essor
