#pragma once

#include <cmath>
#include <string>

#include "essor/appraisal/factor.hpp"
#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/numerics/logistic.hpp"
#include "essor/numerics/moments.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/random.hpp"

namespace essor {

ESSOR_INLINE Factor Factor::beta(double successes, double trials) {
  check_positive("beta", "trials", trials);
  check_in_range("beta", "successes", successes, 0.0, trials);
  return {Kind::beta, successes + 0.5, trials - successes + 0.5};
}

ESSOR_INLINE Factor Factor::beta_shapes(double first, double second) {
  check_positive("beta_shapes", "first", first);
  check_positive("beta_shapes", "second", second);
  return {Kind::beta, first, second};
}

ESSOR_INLINE Factor Factor::interval90(double low, double high) {
  if (!(low > 0.0 && std::isfinite(low))) {
    throw_argument_error("interval90", "low", low,
                         "must be > 0: an interval is normal on the log scale, or on the logit scale for a share");
  }
  check_finite("interval90", "high", high);
  if (!(high > low)) {
    throw_argument_error("interval90", "high", high,
                         "must be above low, " + number_text(low) + " (a number known without error is fixed)");
  }
  return {Kind::interval90, low, high};
}

ESSOR_INLINE Factor Factor::pooled_share(std::span<const double> successes, std::span<const double> trials) {
  check_not_empty("pooled_share", "successes", successes.size());
  check_same_size("pooled_share", "trials", trials.size(), "successes", successes.size());
  double all_successes = 0.0;
  double all_trials = 0.0;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    check_positive("pooled_share", "trials", trials[i]);
    check_in_range("pooled_share", "successes", successes[i], 0.0, trials[i]);
    all_successes += successes[i];
    all_trials += trials[i];
  }
  return beta(all_successes, all_trials);
}

ESSOR_INLINE Factor Factor::mean_share(std::span<const double> rates) {
  if (rates.size() < 2) {
    throw_argument_error("mean_share", "rates", std::to_string(rates.size()) + " values",
                         "must be two rates at least, since one shows no spread; or give counts");
  }
  Moments moments;
  for (const double rate : rates) {
    check_probability("mean_share", "rates", rate);
    moments.add(rate);
  }
  const double mean = moments.mean();
  const double variance = moments.variance() / static_cast<double>(rates.size());
  if (variance == 0.0) return fixed(mean);
  const double size = mean * (1.0 - mean) / variance - 1.0;  // a + b of the beta with that mean and variance
  if (!(size > 1e-9)) throw_argument_error("mean_share", "rates", mean, "must not be as spread as shares can be");
  return {Kind::beta, mean * size, (1.0 - mean) * size};
}

ESSOR_INLINE void Factor::check(std::string_view function, std::string_view name, FactorDomain domain) const {
  const bool share = domain == FactorDomain::share;
  if (kind_ == Kind::fixed) {
    if (share) {
      check_probability(function, name, first_);
    } else {
      check_non_negative(function, name, first_);
    }
  }
  if (kind_ == Kind::interval90 && share && second_ >= 1.0) {
    throw_argument_error(function, name, second_, "must be below 1, as the high end of an interval for a share");
  }
}

namespace detail {

/// Draws of a normal with the given 5 % and 95 % quantiles.
ESSOR_INLINE double draw_between(Philox& generator, double low, double high) {
  constexpr double z95 = 1.6448536269514722;
  return 0.5 * (low + high) + 0.5 * (high - low) / z95 * normal_rng(generator);
}

}  // namespace detail

ESSOR_INLINE Eigen::ArrayXd Factor::sample(FactorDomain domain, Eigen::Index draws, std::uint64_t seed,
                                           std::uint16_t period, std::uint16_t purpose) const {
  if (kind_ == Kind::fixed) return Eigen::ArrayXd::Constant(draws, first_);
  const bool share = domain == FactorDomain::share;
  Eigen::ArrayXd values(draws);
  for (Eigen::Index i = 0; i < draws; ++i) {
    Philox generator(seed, {.path = static_cast<std::uint32_t>(i), .period = period, .purpose = purpose});
    if (kind_ == Kind::beta) {
      values[i] = beta_rng(generator, first_, second_);
    } else if (share) {
      values[i] = expit(detail::draw_between(generator, logit(first_), logit(second_)));
    } else {
      values[i] = std::exp(detail::draw_between(generator, std::log(first_), std::log(second_)));
    }
  }
  return values;
}

}  // namespace essor
