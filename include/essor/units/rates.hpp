// A discount rate carries its period: a yearly rate cannot be taken for a monthly one.
#pragma once

#include <cmath>

#include "essor/units/quantities.hpp"

namespace essor {

/// A rate per year, compounded; 0.025 is 2.5 % a year. Dimensionless per year.
struct AnnualRate {
  double per_year = 0.0;

  /// What one euro paid after `delay` is worth today.
  /// \f[ (1 + r)^{-\text{delay}/12} \f]
  /// 1 at delay 0 or rate 0; NaN for a rate below -1.
  double discount_factor(Months delay) const noexcept { return std::pow(1.0 + per_year, -delay.value() / 12.0); }

  /// The rate that compounds to the same over a month, dimensionless per month.
  double per_month() const noexcept { return std::expm1(std::log1p(per_year) / 12.0); }
};

}  // namespace essor
