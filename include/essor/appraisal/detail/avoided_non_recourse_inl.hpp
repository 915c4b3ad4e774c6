#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "essor/appraisal/avoided_non_recourse.hpp"
#include "essor/config.hpp"
#include "essor/error/check.hpp"

namespace essor {

namespace detail {

inline constexpr std::string_view non_recourse_name = "avoided_non_recourse";

/// Which random stream each factor draws from.
enum class NonRecoursePurpose : std::uint16_t {
  eligible_non_recipients = 601,
  reach,
  conversion,
  take_up_without,
  persistence,
  newly_eligible,
  attribution,
  cost
};

/// The one of the three that was given.
ESSOR_INLINE std::pair<std::string_view, Factor> take_up_factor(const NonRecourse& options) {
  std::optional<std::pair<std::string_view, Factor>> found;
  std::string given;
  const auto look_at = [&](std::string_view name, const std::optional<Factor>& factor) {
    if (!factor) return;
    given += (found ? " and " : "") + std::string(name);
    if (!found) found.emplace(name, *factor);
  };
  look_at("take_up_without", options.take_up_without);
  look_at("deadweight", options.deadweight);
  look_at("control", options.control);
  if (!found) {
    throw_argument_error(non_recourse_name, "take_up_without", "not given",
                         "give one of take_up_without, deadweight and control; 0 if nobody would take up alone");
  }
  if (given != found->first) {
    throw_argument_error(non_recourse_name, given, "given together",
                         "give one of take_up_without, deadweight and control: they are the same share");
  }
  return *found;
}

ESSOR_INLINE void check_per_period(std::string_view name, const PerPeriod& list, int periods) {
  if (list.is_list()) {
    check_same_size(non_recourse_name, name, list.factors().size(), "there are periods",
                    static_cast<std::size_t>(periods));
  }
  for (const Factor& factor : list.factors()) factor.check(non_recourse_name, name, FactorDomain::quantity);
}

ESSOR_INLINE void check_non_recourse(const NonRecourse& options) {
  constexpr auto share = FactorDomain::share;
  options.eligible_non_recipients.check(non_recourse_name, "eligible_non_recipients", FactorDomain::quantity);
  options.reach.check(non_recourse_name, "reach", share);
  options.conversion.check(non_recourse_name, "conversion", share);
  const auto [name, take_up] = take_up_factor(options);
  take_up.check(non_recourse_name, name, share);
  options.persistence.check(non_recourse_name, "persistence", share);
  options.attribution.check(non_recourse_name, "attribution", share);
  check_positive(non_recourse_name, "months", options.months_per_period.value());
  check_in_range(non_recourse_name, "periods", options.periods, 1, 1200);
  check_in_range(non_recourse_name, "draws", static_cast<double>(options.draws), 1, 1e8);
  check_per_period("newly_eligible", options.newly_eligible, options.periods);
  if (options.cost) check_per_period("cost", *options.cost, options.periods);
  const double rate = options.discount_rate.per_year;
  if (!(rate > -1.0 && std::isfinite(rate))) {
    throw_argument_error(non_recourse_name, "discount_rate", rate, "must be finite and > -1, per year");
  }
}

ESSOR_INLINE bool all_fixed(const PerPeriod& list) {
  for (const Factor& factor : list.factors()) {
    if (!factor.is_fixed()) return false;
  }
  return true;
}

ESSOR_INLINE bool all_fixed(const NonRecourse& options) {
  return options.eligible_non_recipients.is_fixed() && options.reach.is_fixed() && options.conversion.is_fixed() &&
         take_up_factor(options).second.is_fixed() && options.persistence.is_fixed() &&
         options.attribution.is_fixed() && all_fixed(options.newly_eligible) &&
         (!options.cost || all_fixed(*options.cost));
}

/// Draws of the factors: `count` of them, which is 1 when nothing is random.
class NonRecourseSampler {
 public:
  NonRecourseSampler(const NonRecourse& options, Eigen::Index count) : options_(options), count_(count) {}

  Eigen::ArrayXd operator()(const Factor& factor, FactorDomain domain, NonRecoursePurpose purpose,
                            int period = 0) const {
    return factor.sample(domain, count_, options_.seed, static_cast<std::uint16_t>(period),
                         static_cast<std::uint16_t>(purpose));
  }

  /// The draws for one period of a factor per period: those of period 0 for all when it is no list.
  Eigen::ArrayXd operator()(const PerPeriod& list, NonRecoursePurpose purpose, int period) const {
    const int index = list.is_list() ? period : 0;
    return (*this)(list.factors()[static_cast<std::size_t>(index)], FactorDomain::quantity, purpose, index);
  }

 private:
  const NonRecourse& options_;
  Eigen::Index count_;
};

/// Results from one draw that stands for all of them are exact, and spread over the draws asked for.
class NonRecourseEstimates {
 public:
  NonRecourseEstimates(bool exact, Eigen::Index draws) : exact_(exact), draws_(draws) {}

  Estimate mean(Eigen::ArrayXd values) const {
    return exact_ ? Estimate::exact(values[0], draws_) : Estimate::mean_of(std::move(values));
  }

  Estimate ratio(const Eigen::ArrayXd& numerator, const Eigen::ArrayXd& denominator) const {
    if (!exact_) return ratio_of_expectations(numerator, denominator);
    return ratio_of_expectations(Eigen::ArrayXd::Constant(draws_, numerator[0]),
                                 Eigen::ArrayXd::Constant(draws_, denominator[0]));
  }

 private:
  bool exact_;
  Eigen::Index draws_;
};

/// Present value of the cost, draw by draw, cash at mid-period.
ESSOR_INLINE Eigen::ArrayXd present_cost(const NonRecourse& options, const PerPeriod& cost,
                                         const NonRecourseSampler& sample, Eigen::Index count) {
  Eigen::ArrayXd total = Eigen::ArrayXd::Zero(count);
  for (int period = 0; period < options.periods; ++period) {
    const double factor = options.discount_rate.discount_factor(options.months_per_period * (period + 0.5));
    total += factor * sample(cost, NonRecoursePurpose::cost, period);
  }
  return total;
}

}  // namespace detail

ESSOR_INLINE AvoidedNonRecourse avoided_non_recourse(const NonRecourse& options) {
  using Purpose = detail::NonRecoursePurpose;
  using Eigen::ArrayXd;
  detail::check_non_recourse(options);

  const bool exact = detail::all_fixed(options);
  const Eigen::Index count = exact ? 1 : options.draws;
  const detail::NonRecourseSampler sample(options, count);
  const detail::NonRecourseEstimates estimate(exact, options.draws);
  constexpr auto share = FactorDomain::share;
  const ArrayXd not_alone = 1.0 - sample(detail::take_up_factor(options).second, share, Purpose::take_up_without);
  const ArrayXd reached_and_paid =
      sample(options.reach, share, Purpose::reach) * sample(options.conversion, share, Purpose::conversion);
  const ArrayXd persistence = sample(options.persistence, share, Purpose::persistence);
  const ArrayXd attribution = sample(options.attribution, share, Purpose::attribution);
  const double months_per_period = options.months_per_period.value();

  ArrayXd non_recipients =
      sample(options.eligible_non_recipients, FactorDomain::quantity, Purpose::eligible_non_recipients);
  ArrayXd receiving = ArrayXd::Zero(count);
  ArrayXd all_avoided = ArrayXd::Zero(count);
  ArrayXd all_months = ArrayXd::Zero(count);
  std::vector<NonRecoursePeriod> by_period;
  by_period.reserve(static_cast<std::size_t>(options.periods));
  for (int period = 0; period < options.periods; ++period) {
    const ArrayXd avoided = not_alone * reached_and_paid * non_recipients;
    const ArrayXd person_months = (receiving + 0.5 * avoided) * months_per_period;
    const ArrayXd before = non_recipients;
    non_recipients = persistence * non_recipients * not_alone * (1.0 - reached_and_paid) +
                     sample(options.newly_eligible, Purpose::newly_eligible, period);
    receiving = persistence * (not_alone * receiving + avoided);
    all_avoided += avoided;
    all_months += person_months;
    by_period.push_back({estimate.mean(before), estimate.mean(attribution * avoided),
                         estimate.mean(attribution * receiving), estimate.mean(attribution * person_months)});
  }
  all_avoided *= attribution;
  all_months *= attribution;

  AvoidedNonRecourse result{.newly_avoided = estimate.mean(all_avoided),
                            .receiving = estimate.mean(attribution * receiving),
                            .person_months = estimate.mean(all_months),
                            .by_period = std::move(by_period),
                            .present_cost = std::nullopt,
                            .cost_per_avoided = std::nullopt,
                            .cost_per_person_month = std::nullopt};
  if (options.cost) {
    const ArrayXd cost = detail::present_cost(options, *options.cost, sample, count);
    result.present_cost = estimate.mean(cost);
    result.cost_per_avoided = estimate.ratio(cost, all_avoided);
    result.cost_per_person_month = estimate.ratio(cost, all_months);
  }
  return result;
}

ESSOR_INLINE std::vector<Share> AvoidedNonRecourse::acceptability(std::span<const double> values) const {
  if (!present_cost) throw_argument_error("acceptability", "cost", "not given", "needs the cost of the product");
  check_not_empty("acceptability", "values", values.size());
  std::vector<Share> shares;
  shares.reserve(values.size());
  for (const double value : values) {
    check_non_negative("acceptability", "values", value);
    const Eigen::Index count = (present_cost->draws() <= value * newly_avoided.draws()).count();
    shares.push_back(share_of(count, newly_avoided.draws().size()));
  }
  return shares;
}

}  // namespace essor
