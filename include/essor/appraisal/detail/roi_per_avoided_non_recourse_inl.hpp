#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "essor/appraisal/roi_per_avoided_non_recourse.hpp"
#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/numerics/moments.hpp"
#include "essor/numerics/normal.hpp"

namespace essor {

namespace detail {

inline constexpr std::string_view roi_name = "RoiPerAvoidedNonRecourse";

ESSOR_INLINE void check_amounts(const Eigen::ArrayXd& amounts) {
  check_at_least(roi_name, "amounts", amounts.size(), 2);
  for (Eigen::Index k = 0; k < amounts.size(); ++k) {
    check_non_negative(roi_name, "amounts", amounts[k]);
    if (k > 0 && !(amounts[k] > amounts[k - 1])) {
      throw_argument_error(roi_name, "amounts", amounts[k], "must rise; it comes after " + number_text(amounts[k - 1]));
    }
  }
}

ESSOR_INLINE void check_avoided(const Eigen::ArrayXXd& avoided, Eigen::Index amounts) {
  check_same_size(roi_name, "avoided", static_cast<std::size_t>(avoided.cols()), "amounts",
                  static_cast<std::size_t>(amounts));
  check_not_empty(roi_name, "avoided", static_cast<std::size_t>(avoided.rows()));
  for (Eigen::Index k = 0; k < avoided.cols(); ++k) {
    for (Eigen::Index i = 0; i < avoided.rows(); ++i) check_non_negative(roi_name, "avoided", avoided(i, k));
  }
}

ESSOR_INLINE double benefit_as_cost(Perspective perspective,
                                    const std::optional<UnitCost<tags::avoided_non_recourse>>& benefit) {
  if (!benefit) {
    if (perspective != Perspective::public_budget) return 0.0;
    throw_argument_error(roi_name, "benefit_per_person", "not given",
                         "the public budget pays the benefits: say how much one person is paid");
  }
  check_non_negative(roi_name, "benefit_per_person", benefit->value());
  if (perspective == Perspective::funder) {
    throw_argument_error(roi_name, "benefit_per_person", benefit->value(),
                         "is no cost to the funder: leave it out, or take the perspective of the public budget");
  }
  return perspective == Perspective::public_budget ? benefit->value() : 0.0;
}

/// The columns' means, each summed in the order of the draws.
ESSOR_INLINE Eigen::ArrayXd column_means(const Eigen::ArrayXXd& draws) {
  Eigen::ArrayXd means(draws.cols());
  for (Eigen::Index k = 0; k < draws.cols(); ++k) {
    Moments moments;
    for (Eigen::Index i = 0; i < draws.rows(); ++i) moments.add(draws(i, k));
    means[k] = moments.mean();
  }
  return means;
}

/// The standard error of the mean of draws; 0 for one draw, which stands for an expected value.
ESSOR_INLINE double error_of_mean(const Eigen::ArrayXd& draws) {
  if (draws.size() < 2) return 0.0;
  Moments moments;
  for (const double draw : draws) moments.add(draw);
  return moments.standard_error();
}

/// Where a gain that starts at 0 and is linear between rising amounts is last >= 0, and the segment that starts before
/// it.
struct LastGain {
  double amount;
  Eigen::Index segment;  // the last index when the gain is >= 0 up to the end
};

ESSOR_INLINE LastGain last_gain(const Eigen::ArrayXd& amounts, const Eigen::ArrayXd& gain) {
  Eigen::Index k = amounts.size() - 1;
  while (k > 0 && !(gain[k] >= 0.0)) --k;
  if (k + 1 == amounts.size()) return {amounts[k], k};
  const double share = gain[k] / (gain[k] - gain[k + 1]);
  return {amounts[k] + share * (amounts[k + 1] - amounts[k]), k};
}

/// The response from today's amount on: today's first, then the candidate amounts above it.
ESSOR_INLINE FundingResponse response_from(const FundingResponse& response, double today) {
  const Eigen::ArrayXd& amounts = response.amounts.raw();
  Eigen::Index above = 0;
  while (above < amounts.size() && amounts[above] <= today) ++above;
  const Eigen::Index rest = amounts.size() - above;
  Eigen::ArrayXd from(rest + 1);
  Eigen::ArrayXXd avoided(response.avoided.rows(), rest + 1);
  from[0] = today;
  from.tail(rest) = amounts.tail(rest);
  avoided.rightCols(rest) = response.avoided.rightCols(rest);
  const Eigen::Index left = above - 1;
  avoided.col(0) = response.avoided.col(left);
  if (amounts[left] < today) {
    const double share = (today - amounts[left]) / (amounts[above] - amounts[left]);
    avoided.col(0) += share * (response.avoided.col(above) - response.avoided.col(left));
  }
  return {TypedArray<EuroUnit>(std::move(from)), std::move(avoided)};
}

/// The first index of the greatest element.
ESSOR_INLINE Eigen::Index first_greatest(const Eigen::ArrayXd& values) {
  Eigen::Index best = 0;
  for (Eigen::Index k = 1; k < values.size(); ++k) {
    if (values[k] > values[best]) best = k;
  }
  return best;
}

}  // namespace detail

ESSOR_INLINE RoiPerAvoidedNonRecourse::RoiPerAvoidedNonRecourse(
    UnitCost<tags::avoided_non_recourse> value_per_person, Perspective perspective, FundingResponse response,
    std::optional<UnitCost<tags::avoided_non_recourse>> benefit_per_person)
    : value_eur_(value_per_person.value()),
      cost_per_person_eur_(detail::benefit_as_cost(perspective, benefit_per_person)),
      perspective_(perspective),
      response_(std::move(response)) {
  check_non_negative(detail::roi_name, "value_per_person", value_eur_);
  detail::check_amounts(response_.amounts.raw());
  detail::check_avoided(response_.avoided, response_.amounts.size());
}

ESSOR_INLINE std::vector<Estimate> RoiPerAvoidedNonRecourse::roi() const {
  const Eigen::ArrayXd& amounts = response_.amounts.raw();
  const Eigen::ArrayXXd& avoided = response_.avoided;
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  std::vector<Estimate> returns{{undefined, undefined, Eigen::ArrayXd::Constant(avoided.rows(), undefined)}};
  for (Eigen::Index k = 1; k < amounts.size(); ++k) {
    const Eigen::ArrayXd impact = avoided.col(k) - avoided.col(0);
    const Eigen::ArrayXd cost = (amounts[k] - amounts[0]) + cost_per_person_eur_ * impact;
    returns.push_back(ratio_of_expectations(value_eur_ * impact - cost, cost));
  }
  return returns;
}

ESSOR_INLINE HighestAmount RoiPerAvoidedNonRecourse::break_even(Money amount_today) const {
  const Eigen::ArrayXd& all = response_.amounts.raw();
  const double today = amount_today.value();
  check_in_range("break_even", "amount_today", today, all[0], all[all.size() - 1]);
  const FundingResponse from = detail::response_from(response_, today);
  const Eigen::ArrayXd& amounts = from.amounts.raw();
  const Eigen::ArrayXXd gained = from.avoided.colwise() - from.avoided.col(0);
  const double worth = net_value_per_person();
  const auto gain = [&](const Eigen::ArrayXd& persons) -> Eigen::ArrayXd {
    return worth * persons - (amounts - today);
  };

  Eigen::ArrayXd draws(gained.rows());
  for (Eigen::Index i = 0; i < draws.size(); ++i) {
    draws[i] = detail::last_gain(amounts, gain(gained.row(i).transpose())).amount;
  }
  const Eigen::ArrayXd expected = gain(detail::column_means(gained));
  const auto [amount, k] = detail::last_gain(amounts, expected);
  if (k + 1 == amounts.size()) return {Estimate(amount, 0.0, std::move(draws)), true};

  const double width = amounts[k + 1] - amounts[k];
  const double share = (amount - amounts[k]) / width;
  const Eigen::ArrayXd persons_there = gained.col(k) + share * (gained.col(k + 1) - gained.col(k));
  const double slope = (expected[k + 1] - expected[k]) / width;
  const double error = std::abs(worth) * detail::error_of_mean(persons_there) / std::abs(slope);
  return {Estimate(amount, error, std::move(draws)), false};
}

ESSOR_INLINE HighestAmount RoiPerAvoidedNonRecourse::optimum() const {
  const Eigen::ArrayXd& amounts = response_.amounts.raw();
  const Eigen::ArrayXXd& avoided = response_.avoided;
  const double worth = net_value_per_person();
  const auto net = [&](const Eigen::ArrayXd& persons) -> Eigen::ArrayXd { return worth * persons - amounts; };

  Eigen::ArrayXd draws(avoided.rows());
  for (Eigen::Index i = 0; i < draws.size(); ++i) {
    draws[i] = amounts[detail::first_greatest(net(avoided.row(i).transpose()))];
  }
  const Eigen::ArrayXd expected = net(detail::column_means(avoided));
  const Eigen::Index best = detail::first_greatest(expected);
  double square = 0.0;
  for (Eigen::Index k = 0; k < amounts.size(); ++k) {
    const double error = std::abs(worth) * detail::error_of_mean(avoided.col(best) - avoided.col(k));
    if (k == best || error == 0.0) continue;
    const double distance = amounts[k] - amounts[best];
    square += distance * distance * normal_cdf((expected[k] - expected[best]) / error);
  }
  return {Estimate(amounts[best], std::sqrt(square), std::move(draws)), best == 0 || best + 1 == amounts.size()};
}

}  // namespace essor
