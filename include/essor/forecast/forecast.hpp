// The forecast of one history: draws of its next values.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "essor/forecast/priors.hpp"
#include "essor/forecast/reference_class.hpp"
#include "essor/forecast/saturation.hpp"

namespace essor {

/// An expert's 90 % interval for the first value to come: a log-normal whose 5 % and 95 % quantiles are low and high.
struct ExpertInterval {
  double low;
  double high;
};

/// A level that no value exceeds, such as the eligible population. Known where low = high; else an expert's 90 %
/// interval, of a log-normal; without bounds none is known, and it is only asked when the history saturates.
struct Ceiling {
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();
};

/// What to forecast, and from which prior.
struct ForecastOptions {
  int horizon;                                ///< steps to come, >= 1
  int season = 1;                             ///< periods of a season; 1: none
  Reference reference = Reference::general;   ///< class whose prior is taken
  std::optional<ExpertInterval> expert = {};  ///< needed where there is no history
  std::optional<Ceiling> ceiling = {};        ///< with one, growth curves join the forecast
  int draws = 2000;                           ///< >= 1
  std::uint64_t seed = 0;
  std::string label = {};                     ///< sub-class of the history; unknown to the class: none
  const ReferenceClass* own_class = nullptr;  ///< a class of one's own, in place of the shipped one
};

/// One model considered, what it weighs, and why it weighs nothing if it does.
struct ModelUse {
  std::string name;
  double weight;  ///< in [0, 1]: its share of the first step; they sum to 1 but for the seasonal factors, whose weight
                  ///< is the share kept of their estimate
  double prior_share;  ///< in [0, 1]: 1 where all comes from the prior, NaN for a model that was left out
  std::string reason;
};

/// How a forecast was made.
struct ForecastSummary {
  std::vector<ModelUse> models;
  std::vector<std::string> notes;  ///< each rule applied that the reader must know of
  std::vector<double> nodes;       ///< quantiles at the normal scores -3.5, -3.25, ..., 3.5, step after step
  double ceiling = std::numeric_limits<double>::infinity();  ///< the known ceiling: no quantile or draw is above it
  std::vector<SaturationPath> paths = {};                    ///< to the ceiling; none where no curve joined
};

/// Draws of the values to come, and how they were made.
class ForecastResult {
 public:
  ForecastResult(int horizon, int draw_count, std::vector<double> draws, ForecastSummary summary);

  int horizon() const noexcept { return horizon_; }
  int draw_count() const noexcept { return draw_count_; }
  /// Column-major, draws x horizon: the draws of the first step, then those of the second...
  const std::vector<double>& draws() const noexcept { return draws_; }
  const std::vector<ModelUse>& models() const noexcept { return summary_.models; }
  const std::vector<std::string>& notes() const noexcept { return summary_.notes; }

  /// The draws of a step: 1 is the first step to come, -1 the last, as everywhere below.
  /// @throw ArgumentError if there is no such step.
  std::span<const double> step_draws(int step) const;
  /// The quantile of the predictive distribution itself, without the noise of the draws: linear in the normal score
  /// between the nodes; p = 0 and p = 1 give those at a score of -8 and 8.
  /// @throw ArgumentError if there is no such step, or p is not in [0, 1].
  double quantile(int step, double p) const;
  /// P(value of the step >= target), the share of draws.
  /// @throw ArgumentError if there is no such step, or the target is NaN.
  double probability(double target, int step = -1) const;
  /// The number of steps from the last value within which a share of the ceiling is reached with probability p, by the
  /// growth curves alone: a class knows no ceiling. 0: it has been reached.
  /// @throw ArgumentError if no curve joined: options.ceiling was not given, or only asked for where the history does
  /// not grow, or there is no history; and as `saturation_steps`.
  double saturation(double p, double share = 0.9) const;
  /// P(a share of the ceiling is reached within so many steps): what is missing to 1 is later.
  /// @throw ArgumentError as `saturation`, and as `saturation_probability`.
  double saturation_probability(double steps, double share = 0.9) const;

 private:
  int place_of(int step) const;

  int horizon_;
  int draw_count_;
  std::vector<double> draws_;
  ForecastSummary summary_;
};

/// Forecasts a history of any length from a reference class.
///
/// With n values, two forecasts are averaged, quantile by quantile:
///
/// - the growth regression, from one value on: log growth over h steps has a sinh-arcsinh distribution whose location,
///   spread, skewness and tail are regressions on past growth, level, label and n; in a class of services seen from
///   their launch, small neural networks that see the same join it, from 4 values on, with a share of 80 % from 7
///   to 10;
/// - the pool, from 3 values on (a season and one value, with a season): small models weighed by the class's prior and
///   by how well each foresaw the history, \f$ w_k \propto \exp(\theta' x_k + \eta \sqrt{(n-1)/10}\, \ell_k) \f$,
///   beside a regression on past changes and, as far as it does better on series held back, smoothing with drift; its
///   spread is log-linear in what the history shows, its shape pooled over the panel.
///
/// The shares, the width of both together and the correlation between steps are those that the class learnt on series
/// held back. See ReferenceClass and fit_reference_class.
///
/// With a season of m periods, a history that hardly leaves a steady change is forecast without it, as far as it does,
/// where the class has a model for that: with r the mean change over the mean change of the changes, below 4, of the
/// values or of their logarithms (the larger) over the last four seasons, the share of that forecast is
/// \f$ x^4 / (1 + x^4) \f$, \f$ x = r / \max(0.58\, m / (n - 2), 1.75 / \sqrt{m}) \f$, times what the class leaves to
/// it (SeasonModel::steady).
///
/// - No history: the first value is the expert's, growth and spread from there are the class's.
/// - Zeros: models see value + shift, half the smallest positive value (1 if all are zero); a value below 0 becomes 0.
///   Of nothing but zeros an expert is taken alone. The notes say so.
/// - A class without a model of the season takes that of its nearest season; beyond the steps it was fitted for, the
///   models go on and the spread widens. The notes say so.
/// - An expert beside a history: one more, independent observation of the logarithm of the first step; both means count
///   by their precision. Where they are further apart than chance has it, what remains of their distance widens the
///   step. The other steps follow by regression on the first.
/// - A ceiling: growth curves that leave from the last value (logistic, Gompertz, Bass; noise on the log odds
///   ln(y / (K - y)), so that no value exceeds the ceiling K) are averaged in, quantile by quantile, with the share
///   \f[ \frac{w}{1 - w} = \frac{1}{9} \frac{\int p(y_2 \dots y_n | y_1, \theta)^{1/2} \, p(\theta) \, d\theta}
///                                        {\prod_t p(y_{t+1} | y_1 \dots y_t, \text{class})^{1/2}}, \f]
///   1/10 before the history was seen. The same power of the likelihood makes the posterior of the curves: none of
///   them is true, so each value counts half. The curves share w by evidence. A known ceiling, or an expert's interval
///   of it, also slows the growth of the class where it nears it (truncates, where there is no history). Where it is
///   only asked for, curves join if more than half of all movement is growth. Values at a known ceiling are seen just
///   below it, and what is then forecast above that is the ceiling; the notes say so.
/// - No value is below 0: what of a lower tail lies there becomes 0; the notes say so where it is more than one in 160.
///   By the growth regression no value is more than e^9 times the last or less than e^-9 times it.
/// - A value beyond the largest double becomes the largest double; the notes say how many.
///
/// Draw d depends on (seed, series_index, d) alone, not on the number of draws.
/// @throw ArgumentError if horizon, season or draws is below 1; a value of the history is NaN, infinite or negative
/// (its index is named); the expert's interval is not 0 < low < high, finite; there is neither history nor interval; or
/// the ceiling is not 0 < low <= high, finite (or without both bounds), or is below the largest value, or not above the
/// expert's low; or a value beside a ceiling is above 1e300.
/// @par Source Exponential smoothing: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder (2008), Forecasting with
/// Exponential Smoothing, Springer, doi:10.1007/978-3-540-71918-2. Weights from a panel: P. Montero-Manso,
/// G. Athanasopoulos, R. J. Hyndman and T. S. Talagala (2020), FFORMA: feature-based forecast model averaging,
/// International Journal of Forecasting 36(1), 86-92, doi:10.1016/j.ijforecast.2019.02.011. Sinh-arcsinh: M. C. Jones
/// and A. Pewsey (2009), Sinh-arcsinh distributions, Biometrika 96(4), 761-780, doi:10.1093/biomet/asp053. Weights from
/// one-step-ahead densities: A. P. Dawid (1984), Present position and potential developments: some personal views,
/// statistical theory, the prequential approach, Journal of the Royal Statistical Society A 147(2), 278-292,
/// doi:10.2307/2981683.
ForecastResult forecast(std::span<const double> history, const ForecastOptions& options,
                        std::uint32_t series_index = 0);

/// As `forecast`, with the draws written where the caller wants them: draws x horizon, column-major.
/// @throw ArgumentError as `forecast`, and if the size of `draws` is not options.draws * options.horizon.
ForecastSummary forecast_into(std::span<const double> history, const ForecastOptions& options,
                              std::uint32_t series_index, std::span<double> draws);

/// Quantiles of one or more steps from their nodes (`ForecastSummary::nodes`): steps x probabilities.
/// @param ceiling what lies above becomes this
/// @throw ArgumentError if there are not 29 nodes for each step, or a probability is not in [0, 1].
std::vector<double> node_quantiles(std::span<const double> nodes, std::span<const double> probabilities,
                                   double ceiling = std::numeric_limits<double>::infinity());

/// Many histories: series i has options i and the draws of block i; bits do not depend on the number of threads.
/// @param threads 0: as many as there are processors
/// @throw ArgumentError as `forecast`, for the first series that is wrong, and if sizes differ.
std::vector<ForecastSummary> forecast_batch(std::span<const std::span<const double>> histories,
                                            std::span<const ForecastOptions> options, std::span<double> draws,
                                            std::uint32_t first_index = 0, int threads = 1);

/// Quantiles of draws, one for each probability, linear between order statistics.
/// @throw ArgumentError if there are no draws, or a probability is not in [0, 1].
std::vector<double> draw_quantiles(std::span<const double> draws, std::span<const double> probabilities);

/// The share of draws that reach the target.
/// @throw ArgumentError if there are no draws, or the target is NaN.
double reach_probability(std::span<const double> draws, double target);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/forecast_inl.hpp"
#endif
