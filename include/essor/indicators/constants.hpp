// The constants that the indicators take for granted. Each result names those it used.
#pragma once

#include "essor/model/vocabulary.hpp"

namespace essor {

/// Relative standard deviation of a measured figure: the one for which a normal error exceeds 5 % as often as published
/// volumes were later revised by more than 5 % (168 of 11 940 volumes and 13 of 2 208 unit costs of the UK Transactions
/// Explorer, 2015-2018: 0.0204 and 0.0182). Computed by src/tools/fit_indicator_constants.py.
inline constexpr double error_of_measured = 0.02;
/// Of an estimated figure, or of a cost committed but not yet paid. A convention of this library.
inline constexpr double error_of_estimated = 0.10;
/// Of a plan: the interquartile range of actual over planned staff, on the log scale, divided by that of a standard
/// normal (3 151 rows of Canadian programmes, 2019-2025: 0.129). Computed by src/tools/fit_indicator_constants.py.
inline constexpr double error_of_planned = 0.13;

constexpr double relative_error(MeasurementStatus status) noexcept {
  return status == MeasurementStatus::measured ? error_of_measured : error_of_estimated;
}
constexpr double relative_error(CostStatus status) noexcept {
  switch (status) {
    case CostStatus::paid:
      return error_of_measured;
    case CostStatus::committed:
      return error_of_estimated;
    case CostStatus::planned:
      break;
  }
  return error_of_planned;
}

/// What is known of the yearly fall of unit cost d before a product's own record is seen: mu ~ N(mean, sd^2); d ~ mu +
/// sigma t_3; ln sigma ~ N(ln scale, scale_log_sd^2).
struct TrendClass {
  const char* name;
  double mean;
  double sd;
  double scale;
  double scale_log_sd;
};

/// Public services, from the fiscal years of the UK cost panel (155 pairs of adjacent windows of 57 services,
/// 2011-2017; pairs whose unit cost was carried forward left out). The marginal likelihood of `sd` is highest at 0: in
/// these services the fall of one year says nothing of the next. Taken is the largest sd that the likelihood does not
/// reject (log likelihood -38.69 against -36.83), so that a record that does show a habit can. Computed by
/// src/tools/fit_indicator_constants.py.
inline constexpr TrendClass public_services{"public services (UK, 2011-2017)", 0.0, 0.05, 0.175, 0.75};

/// What separates "more" from "as much" in the classes of trajectories: ln 1.1 a year.
inline constexpr double trajectory_margin = 0.09531017980432486;
/// Growth of impact of a unicorn: ln 2 a year.
inline constexpr double doubling = 0.6931471805599453;

}  // namespace essor
