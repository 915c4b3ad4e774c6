// The forecast of one history: draws of its next values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "essor/forecast/priors.hpp"

namespace essor {

/// An expert's 90 % interval for the first value to come: a log-normal whose 5 % and 95 % quantiles are low and high.
struct ExpertInterval {
  double low;
  double high;
};

/// What to forecast, and from which prior.
struct ForecastOptions {
  int horizon;                                ///< steps to come, >= 1
  int season = 1;                             ///< periods of a season; 1: none
  Reference reference = Reference::general;   ///< class whose prior is taken
  std::optional<ExpertInterval> expert = {};  ///< needed where there is no history
  int draws = 2000;                           ///< >= 1
  std::uint64_t seed = 0;
};

/// One model considered, what it weighs, and why it weighs nothing if it does.
struct ModelUse {
  std::string name;
  double weight;       ///< in [0, 1]; of the trend and the expert: their shares of the first step, which sum to 1;
                       ///< of the seasonal factors: the share kept of their estimate
  double prior_share;  ///< in [0, 1]: 1 where all comes from the prior, NaN for a model that was left out
  std::string reason;
};

/// How a forecast was made.
struct ForecastSummary {
  std::vector<ModelUse> models;
  std::vector<std::string> notes;  ///< each rule applied that the reader must know of
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
  /// @throw ArgumentError if there is no such step, or p is not in [0, 1].
  double quantile(int step, double p) const;
  /// P(value of the step >= target), the share of draws.
  /// @throw ArgumentError if there is no such step, or the target is NaN.
  double probability(double target, int step = -1) const;

 private:
  int horizon_;
  int draw_count_;
  std::vector<double> draws_;
  ForecastSummary summary_;
};

/// Forecasts a history of any length by a damped local trend on the log scale, with a prior from a reference class.
///
/// With y_t the logarithm of the value (less its seasonal factor), started at l_1 = y_1,
/// \f[ b_t = g + \phi (b_{t-1} - g), \quad y_t = l_{t-1} + b_t + \sigma_t \epsilon_t, \quad \epsilon_t \sim t_4, \f]
/// \f[ l_t = l_{t-1} + b_t + \alpha \sigma_t \epsilon_t, \qquad b_t \leftarrow b_t + \beta \sigma_t \epsilon_t, \qquad
/// \sigma_t = \sigma (t - 1)^{-\kappa}. \f]
///
/// | symbol | meaning | prior, by class |
/// |---|---|---|
/// | alpha, beta, phi | smoothing of level and trend, damping | weights on a grid of 48 combinations |
/// | b_1 | log growth per period at the start | normal |
/// | sigma | scale of the first innovation | log-normal, cut at 2.5 sd below; above there or at the largest jump |
/// | g | log growth in the long run | fixed |
/// | kappa | how fast innovations shrink with age | fixed; 0 unless the class starts at a launch |
///
/// All of them are integrated over by quadrature, each point weighted by prior times one-step likelihood; each draw
/// takes one point and simulates its path. After exponentiation the innovations have no finite mean: read quantiles.
///
/// - No history: the first value is the expert's, trend and spread are the class's.
/// - Zeros: the logarithm is taken of value + shift, half the smallest positive value (1 if all are zero); a draw below
///   0 becomes 0. The notes say so.
/// - Season: with two full seasons, factors by classical decomposition of the logarithms, shrunk to none by the share
///   of their variance that noise explains (by a half with fewer than three seasons). Otherwise none, and said.
/// - An expert beside a history: one more, independent observation of the first step, combined by Bayes' rule; the
///   innovation of that step is then taken as normal with the same variance.
/// - A draw beyond the largest double becomes the largest double; the notes say how many.
///
/// Draw d depends on (seed, series_index, d) alone, not on the number of draws. The weights take O(history) and each
/// draw O(horizon).
/// @throw ArgumentError if horizon, season or draws is below 1; a value of the history is NaN, infinite or negative
/// (its index is named); the expert's interval is not 0 < low < high, finite; or there is neither history nor interval.
/// @par Source E. S. Gardner and E. McKenzie (1985), Forecasting trends in time series, Management Science 31(10),
/// 1237-1246, doi:10.1287/mnsc.31.10.1237; R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder (2008), Forecasting
/// with Exponential Smoothing, Springer, doi:10.1007/978-3-540-71918-2, for the innovations form.
ForecastResult forecast(std::span<const double> history, const ForecastOptions& options,
                        std::uint32_t series_index = 0);

/// As `forecast`, with the draws written where the caller wants them: draws x horizon, column-major.
/// @throw ArgumentError as `forecast`, and if the size of `draws` is not options.draws * options.horizon.
ForecastSummary forecast_into(std::span<const double> history, const ForecastOptions& options,
                              std::uint32_t series_index, std::span<double> draws);

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
