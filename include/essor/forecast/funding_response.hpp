// How impact responds to funding, learnt from a record, and the forecast of impact for a plan of funding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "essor/forecast/forecast.hpp"
#include "essor/forecast/priors.hpp"
#include "essor/model/vocabulary.hpp"

namespace essor {

/// What a product received and what came of it, in equal periods, earliest first.
struct FundingHistory {
  std::vector<double> funding;                ///< in currency, of each period; NaN where it is not known
  std::vector<double> impact;                 ///< in units of the metric, of each period
  int months = 6;                             ///< length of a period
  Direction direction = Direction::increase;  ///< where impact is good
  bool tied = false;  ///< the cost of a period was computed from its impact, so growths of one period prove nothing
};

/// One way in which impact responds to funding.
///
/// With x_t the funding of a period and l the share that is carried over to the next, the funding at work is
/// \f[ A_t = l A_{t-1} + (1 - l) x_t, \qquad a = A_t / A_n, \f]
/// relative to that of the last period n of the record; the logarithm of impact changes by
/// \f[ r(a) = e \, \frac{1 + k}{k} \ln \frac{a (1 + k)}{a + k}, \f]
/// a Hill curve of half-saturation k raised to the power that makes its elasticity at a = 1 equal to e (with the
/// opposite sign where the good direction is down). All three are without a unit.
struct FundingEffect {
  double elasticity;       ///< e: relative change of impact for a relative change of the funding at work, at a = 1
  double carry_over;       ///< l, of a period
  double half_saturation;  ///< k: the funding at work, relative to the last, at which half of the ceiling is reached

  /// r(a); -infinity at a = 0 if e > 0.
  double log_effect(double relative_funding) const;
};

/// What is known of the response once the record is seen.
struct ResponseSummary {
  double elasticity;           ///< posterior mean
  double elasticity_sd;        ///< posterior standard deviation
  double class_elasticity;     ///< prior mean
  double class_elasticity_sd;  ///< prior standard deviation
  double carry_over;           ///< posterior mean, of a period
  double half_saturation;      ///< posterior median
  double prior_share;          ///< overlap of prior and posterior of the elasticity: 1 where the record says nothing
  int pairs;                   ///< adjacent periods whose funding and impact are both known
  /// Whether at least a fifth of the posterior lies where the prior does not.
  bool identified() const noexcept { return prior_share <= 0.8; }
};

/// What to forecast, and from which prior.
struct FundingOptions {
  int horizon = 1;  ///< periods to come, >= 1
  /// Class of the trend and of the spread; none: public_service_volume for half-years, general for other periods.
  std::optional<Reference> reference = {};
  int draws = 4000;  ///< >= 1
  std::uint64_t seed = 0;
};

/// The forecast of impact for any plan of funding; `forecast_funding` makes it.
class FundingForecast {
 public:
  /// A response drawn from its posterior, with the funding it finds at work at the end of the record.
  struct Point {
    FundingEffect response;
    double at_work;  ///< A_n, in currency per period
  };

  FundingForecast(ForecastResult present, std::vector<Point> points, ResponseSummary response, Direction direction,
                  double latest_funding);

  int horizon() const noexcept { return present_.horizon(); }
  const ResponseSummary& response() const noexcept { return response_; }
  Direction direction() const noexcept { return direction_; }
  /// Funding of the last period in which it is known.
  double latest_funding() const noexcept { return latest_funding_; }
  /// What the reader must know: assumptions, and whether the record identifies the response.
  const std::vector<std::string>& notes() const noexcept { return present_.notes(); }

  /// The draws of impact under a plan: the funding of each period to come. The random numbers are the same for every
  /// plan, so that differences between plans are exact.
  /// @throw ArgumentError if the plan does not have an amount >= 0, finite, for each period of the horizon.
  ForecastResult given(std::span<const double> plan) const;
  /// The draws under one amount for every period.
  ForecastResult given(double amount) const;
  /// P(impact of a step reaches the target): at or above it, or at or below it where the good direction is down.
  double probability(const ForecastResult& result, double target, int step) const;
  /// The target that is reached with a probability of `confidence`.
  double realistic(const ForecastResult& result, double confidence, int step) const;

 private:
  ForecastResult present_;  ///< draws with the funding at work kept at that of the end of the record
  std::vector<Point> points_;
  ResponseSummary response_;
  Direction direction_;
  double latest_funding_;
};

/// Learns the response of impact to funding, and forecasts impact with it.
///
/// **Response.** On the differences of the logarithm of impact, for each (e, l, k) of a grid,
/// \f[ \Delta \ln y_t = g + c\,s_t + m\,\Delta \ln y_{t-1} + f\,\Delta \ln x_t + w_t + r(a_t) - r(a_{t-1}) + \sigma
/// t_4, \f] s_t from -1 to 1 over the record. All that follows the response is a nuisance, there so that what merely
/// goes with funding is not taken for its effect, and integrated over: growth g and its change c (normal, standard
/// deviation 0.3), growth that lasts m (0.4), funding that followed impact within the period f (0.1; 1 where cost was
/// computed from volume), a yearly wave w_t for periods below a year (0.2), by Laplace's method, sigma on a grid
/// (log-normal, median 0.14, 0.9). Funding may follow the impact of periods before.
/// What no record can rule out is a cause that moves funding first and impact later: the notes say so.
///
/// **Prior.** e: Student's t of 2 degrees of freedom at 0.151, scale 0.310, cut to (0, 2); l: 0.02, 0.2, 0.4, 0.6
/// or 0.8 for a half-year; k: log-normal, median 1, 1. Where funding never varied or all impact is 0 the posterior is
/// the prior, prior_share is 1 and the notes say that the answer is the class's.
///
/// **Forecast.** 100 points are drawn from the posterior (fewer for fewer than 2000 draws); for each, `forecast` goes
/// on from the history that funding as at its end would have given, y_t exp(-r(a_t)); a plan multiplies its draws by
/// exp(r(a)).
///
/// Readings: before the first funding known and positive, funding is taken to have been the same; where it is not known
/// later, as in the period before. Zeros of impact are shifted for the response as in `forecast`.
/// @throw ArgumentError if there is no period; the two lists differ in size; no funding is known and positive; a
/// funding is negative or infinite, an impact negative, NaN or infinite (its index is named); or horizon or draws < 1.
/// @par Source Y. Jin, Y. Wang, Y. Sun, D. Chan and J. Koehler (2017), Bayesian Methods for Media Mix Modeling with
/// Carryover and Shape Effects, Google Inc., for carry-over before a Hill curve; J. P. T.
/// Higgins, S. G. Thompson and D. J. Spiegelhalter (2009), A re-evaluation of random-effects meta-analysis, Journal of
/// the Royal Statistical Society A 172(1), 137-159, doi:10.1111/j.1467-985X.2008.00552.x, for a Student t as the
/// prediction from few studies.
FundingForecast forecast_funding(const FundingHistory& history, const FundingOptions& options);

/// The response alone, without a forecast.
/// @throw ArgumentError as `forecast_funding`.
ResponseSummary learn_response(const FundingHistory& history);

/// Independent draws of the response from its posterior: a cell of the grid by its weight, the elasticity anywhere in
/// it. Draw d depends on (seed, d) alone.
/// @throw ArgumentError as `forecast_funding`; if draws < 1.
std::vector<FundingEffect> draw_responses(const FundingHistory& history, int draws, std::uint64_t seed = 0);

/// The log likelihood of a response, all else integrated over, up to a constant of the record: what the posterior
/// weighs by.
/// @throw ArgumentError as `forecast_funding`.
double response_log_likelihood(const FundingHistory& history, const FundingEffect& response);

/// One row of the answer to "which impact for which amount".
struct FundingRow {
  double amount;
  int step;
  double quantile;
  double value;
  double p_target;  ///< NaN without a target
  double se;        ///< Monte Carlo standard error of p_target
};

/// Quantiles and probability of the target for each amount and step, in this order.
/// @throw ArgumentError if there is no amount, or one is negative, NaN or infinite; a probability is not in [0, 1]; or
/// the target is NaN.
std::vector<FundingRow> funding_table(const FundingForecast& forecast, std::span<const double> amounts,
                                      std::span<const double> quantiles, std::optional<double> target = {});

/// The target of each amount and step that is reached with a probability of `confidence`.
struct RealisticTarget {
  double amount;
  int step;
  double target;
  double confidence;
};

/// @throw ArgumentError as `funding_table`, and if the confidence is not strictly between 0 and 1.
std::vector<RealisticTarget> realistic_targets(const FundingForecast& forecast, std::span<const double> amounts,
                                               double confidence = 0.8);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/funding_response_inl.hpp"
#endif
