#pragma once

#include <cmath>
#include <limits>
#include <utility>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/numerics/estimate.hpp"
#include "essor/numerics/moments.hpp"
#include "essor/numerics/quantile.hpp"

namespace essor {

namespace detail {

/// Mean and spread in the order of the draws. Equal draws have standard error exactly 0, also a single one.
ESSOR_INLINE Moments moments_of(const Eigen::Ref<const Eigen::ArrayXd>& draws) {
  Moments moments;
  for (const double draw : draws) moments.add(draw);
  return moments;
}

ESSOR_INLINE bool all_equal(const Eigen::Ref<const Eigen::ArrayXd>& draws) {
  for (const double draw : draws) {
    if (!(draw == draws[0])) return false;
  }
  return true;
}

}  // namespace detail

ESSOR_INLINE Estimate::Estimate(double value, double standard_error, Eigen::ArrayXd draws)
    : value_(value), standard_error_(standard_error), draws_(std::make_shared<const Eigen::ArrayXd>(std::move(draws))) {
  check_not_empty("Estimate", "draws", static_cast<std::size_t>(draws_->size()));
  if (standard_error < 0.0) throw_argument_error("Estimate", "standard_error", standard_error, "must be >= 0");
}

ESSOR_INLINE Estimate Estimate::exact(double value, Eigen::Index draws) {
  return {value, 0.0, Eigen::ArrayXd::Constant(draws, value)};
}

ESSOR_INLINE Estimate Estimate::mean_of(Eigen::ArrayXd draws) {
  check_not_empty("Estimate::mean_of", "draws", static_cast<std::size_t>(draws.size()));
  if (detail::all_equal(draws)) return exact(draws[0], draws.size());
  const Moments moments = detail::moments_of(draws);
  return {moments.mean(), moments.standard_error(), std::move(draws)};
}

ESSOR_INLINE double Estimate::quantile(double p) const {
  check_probability("Estimate::quantile", "p", p);
  return essor::quantile(*draws_, p);
}

ESSOR_INLINE Interval Estimate::interval(double probability) const {
  check_probability("Estimate::interval", "probability", probability);
  const double tail = 0.5 * (1.0 - probability);
  const Eigen::ArrayXd ordered = sorted(*draws_);
  if (std::isnan(ordered[ordered.size() - 1])) return {ordered[ordered.size() - 1], ordered[ordered.size() - 1]};
  return {quantile_of_sorted(ordered, tail), quantile_of_sorted(ordered, 1.0 - tail)};
}

ESSOR_INLINE Estimate ratio_of_expectations(const Eigen::Ref<const Eigen::ArrayXd>& numerator,
                                            const Eigen::Ref<const Eigen::ArrayXd>& denominator) {
  check_not_empty("ratio_of_expectations", "numerator", static_cast<std::size_t>(numerator.size()));
  check_same_size("ratio_of_expectations", "denominator", static_cast<std::size_t>(denominator.size()), "numerator",
                  static_cast<std::size_t>(numerator.size()));
  Eigen::ArrayXd ratios = numerator / denominator;
  if (detail::all_equal(numerator) && detail::all_equal(denominator)) {
    const double error = denominator[0] == 0.0 ? std::numeric_limits<double>::quiet_NaN() : 0.0;
    const double value = ratios[0];
    return {value, error, std::move(ratios)};
  }
  const double mean_below = detail::moments_of(denominator).mean();
  const double ratio = detail::moments_of(numerator).mean() / mean_below;
  if (!std::isfinite(ratio)) return {ratio, std::numeric_limits<double>::quiet_NaN(), std::move(ratios)};
  const Moments residuals = detail::moments_of(numerator - ratio * denominator);
  return {ratio, residuals.standard_error() / std::abs(mean_below), std::move(ratios)};
}

ESSOR_INLINE Share share_of(Eigen::Index count, Eigen::Index total) {
  check_at_least("share_of", "total", total, 1);
  check_in_range("share_of", "count", static_cast<double>(count), 0.0, static_cast<double>(total));
  const double share = static_cast<double>(count) / static_cast<double>(total);
  return {share, std::sqrt(share * (1.0 - share) / static_cast<double>(total))};
}

}  // namespace essor
