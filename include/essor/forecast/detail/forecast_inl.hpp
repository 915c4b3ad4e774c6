#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/forecast/detail/damped_trend.hpp"
#include "essor/forecast/detail/log_scale.hpp"
#include "essor/forecast/detail/seasonal_factors_inl.hpp"
#include "essor/forecast/forecast.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quantile.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"

namespace essor {
namespace detail {

/// What the random numbers of a forecast are for: part of their key.
inline constexpr std::uint16_t purpose_forecast_path = 64;
inline constexpr std::uint16_t purpose_forecast_season = 65;

/// The expert's interval on the log scale of the history: a normal.
struct ExpertNormal {
  double mean;
  double sd;
};

ESSOR_INLINE void check_forecast(std::span<const double> history, const ForecastOptions& options) {
  constexpr std::string_view function = "forecast";
  check_at_least(function, "horizon", options.horizon, 1);
  check_at_least(function, "season", options.season, 1);
  check_at_least(function, "draws", options.draws, 1);
  check_history(function, history);
  if (options.expert) {
    check_positive(function, "expert low", options.expert->low);
    check_positive(function, "expert high", options.expert->high);
    if (!(options.expert->low < options.expert->high)) {
      throw_argument_error(function, "expert",
                           number_text(options.expert->low) + ", " + number_text(options.expert->high),
                           "low must be below high");
    }
  } else if (history.empty()) {
    throw_argument_error(
        function, "history", "0 values",
        "needs an expert's 90 % interval for the first value (expert = low, high) or at least one value");
  }
}

ESSOR_INLINE ExpertNormal expert_normal(const ExpertInterval& expert, double shift, double season) {
  constexpr double normal_95 = 1.6448536269514722;
  const double low = std::log(expert.low + shift);
  const double high = std::log(expert.high + shift);
  return {.mean = 0.5 * (low + high) - season, .sd = (high - low) / (2.0 * normal_95)};
}

ESSOR_INLINE void hear_expert(DampedTrend& model, const ExpertNormal& expert) {
  std::vector<double> log_likelihood(DampedTrend::cells);
  for (std::size_t c = 0; c < DampedTrend::cells; ++c) {
    if (model.weight(c) == 0.0) continue;
    const TrendState state = model.state(c);
    const double variance = model.innovation_variance(state) + expert.sd * expert.sd;
    const double distance = expert.mean - state.ahead();
    log_likelihood[c] = -0.5 * (distance * distance / variance + std::log(variance));
  }
  model.reweight(log_likelihood);
}

/// The model, its seasonal factors and the expert, ready to draw from.
struct PreparedForecast {
  DampedTrend model;
  SeasonalFactors season;
  std::optional<ExpertNormal> expert;
  double shift;
  std::size_t periods;               ///< length of the history
  std::vector<double> spread_ahead;  ///< spread of each step to come, relative to that of the start
};

/// The next value of a path on the log scale, less its seasonal factor; u is uniform on (0, 1).
ESSOR_INLINE double next_value(const PreparedForecast& prepared, TrendState& state, std::size_t step, double u) {
  if (step > 0 || !prepared.expert) {
    return state.advance(state.spread * prepared.spread_ahead[step] * student_t4_quantile(u));
  }
  if (prepared.periods == 0) {
    state.level = prepared.expert->mean + prepared.expert->sd * normal_quantile(u);
    return state.level;
  }
  // What the history says and what the expert says of this step are both normal: so is their product.
  const double own = 1.0 / prepared.model.innovation_variance(state);
  const double told = 1.0 / (prepared.expert->sd * prepared.expert->sd);
  const double mean = (own * state.ahead() + told * prepared.expert->mean) / (own + told);
  return state.advance(mean + normal_quantile(u) / std::sqrt(own + told) - state.ahead());
}

/// Draws one path on the log scale and writes it into its row of `draws`, draws x horizon.
ESSOR_INLINE void draw_path(const PreparedForecast& prepared, const ForecastOptions& options, std::uint32_t series,
                            std::size_t draw, std::span<double> draws) {
  RandomStream stream{.path = static_cast<std::uint32_t>(draw), .product = series, .purpose = purpose_forecast_path};
  Philox generator(options.seed, stream);
  const std::size_t cell = prepared.model.cell_at(uniform_rng(generator));
  const double within_start = uniform_rng(generator) - 0.5;
  const double within_spread = uniform_rng(generator) - 0.5;
  TrendState state = prepared.model.state(cell, within_start, within_spread);
  const std::size_t rows = static_cast<std::size_t>(options.draws);
  const std::size_t steps = static_cast<std::size_t>(options.horizon);
  for (std::size_t step = 0; step < steps; ++step) {
    draws[step * rows + draw] = next_value(prepared, state, step, uniform_rng(generator));
  }
  const std::size_t season = prepared.season.factor.size();
  if (season == 0) return;
  stream.purpose = purpose_forecast_season;
  Philox season_generator(options.seed, stream);
  for (std::size_t first = 0; first < std::min(season, steps);
       ++first) {  // one error for every return of the same position
    const double shift =
        prepared.season.at(prepared.periods + first) + prepared.season.error * normal_rng(season_generator);
    for (std::size_t step = first; step < steps; step += season) draws[step * rows + draw] += shift;
  }
}

/// From the log scale to values; says what had to be bounded.
ESSOR_INLINE void to_values(std::span<double> draws, double shift, std::vector<std::string>& notes) {
  constexpr double largest = std::numeric_limits<double>::max();
  std::size_t beyond = 0;
  for (double& draw : draws) {
    draw = std::exp(draw) - shift;
    if (shift > 0.0) draw = std::max(draw, 0.0);
    if (draw <= largest) continue;
    draw = largest;
    ++beyond;
  }
  if (shift > 0.0) {
    notes.push_back("the history has zeros: the logarithm is taken of value + " + number_text(shift) +
                    ", and draws below 0 become 0");
  }
  if (beyond > 0) {
    notes.push_back(std::to_string(beyond) + " draws beyond the largest number are set to it, " + number_text(largest));
  }
}

ESSOR_INLINE ModelUse season_use(const SeasonalFactors& season, std::size_t periods, int length) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const std::string name = "seasonal factors";
  if (length == 1) return {name, 0.0, missing, "no season asked for"};
  if (season.factor.empty()) {
    return {name, 0.0, missing,
            "needs two full seasons, " + std::to_string(2 * length) + " values; there are " + std::to_string(periods)};
  }
  if (periods < 3 * static_cast<std::size_t>(length)) {
    return {name, season.share, 1.0 - season.share,
            "fewer than three seasons: noise and season cannot be told apart, so half"};
  }
  if (season.share == 0.0) return {name, 0.0, missing, "no larger than noise would make them"};
  return {name, season.share, 1.0 - season.share, ""};
}

/// The models used and left out, and what the expert changes; hears the expert.
ESSOR_INLINE ForecastSummary weigh_models(PreparedForecast& prepared, const ForecastOptions& options) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  ForecastSummary summary;
  const std::string reference = std::string(class_prior(options.reference).name);
  double expert_share = 0.0;
  std::string reason;
  if (prepared.periods == 0) {
    expert_share = 1.0;
    reason = "no history: it takes over from the second step, with trend and spread of the class " + reference;
  } else if (prepared.expert) {
    const auto [mean, variance] = prepared.model.next();
    const double told = prepared.expert->sd * prepared.expert->sd;
    expert_share = variance / (variance + told);
    if (std::abs(prepared.expert->mean - mean) > 2.5 * std::sqrt(variance + told)) {
      summary.notes.push_back(
          "the expert's interval and the history disagree: the middle of the interval lies more than 2.5 "
          "standard deviations from what the history forecasts for the first step");
    }
    hear_expert(prepared.model, *prepared.expert);
  }
  if (prepared.periods == 1) reason = "one value: trend and spread are those of the class " + reference;
  summary.models.push_back({"damped local trend", 1.0 - expert_share, prepared.model.prior_share(), reason});
  summary.models.push_back(prepared.expert ? ModelUse{"expert interval", expert_share, 1.0, ""}
                                           : ModelUse{"expert interval", 0.0, missing, "none given"});
  summary.models.push_back(season_use(prepared.season, prepared.periods, options.season));
  return summary;
}

ESSOR_INLINE PreparedForecast prepare_forecast(std::span<const double> history, const ForecastOptions& options) {
  const double shift = log_shift(history);
  std::vector<double> logs = log_values(history, shift);
  SeasonalFactors season = estimate_seasonal_factors(logs, static_cast<std::size_t>(options.season));
  for (std::size_t t = 0; t < logs.size(); ++t) logs[t] -= season.at(t);
  std::optional<ExpertNormal> expert;
  if (options.expert) expert = expert_normal(*options.expert, shift, season.at(logs.size()));
  if (logs.empty()) logs.push_back(expert->mean);  // each draw replaces this level by its own
  DampedTrend model(logs, class_prior(options.reference));
  std::vector<double> spread_ahead;
  for (std::size_t step = 0; step < static_cast<std::size_t>(options.horizon); ++step) {
    spread_ahead.push_back(model.spread_ahead(history.empty() ? std::max<std::size_t>(step, 1) - 1 : step));
  }
  return {.model = std::move(model),
          .season = std::move(season),
          .expert = expert,
          .shift = shift,
          .periods = history.size(),
          .spread_ahead = std::move(spread_ahead)};
}

}  // namespace detail

ESSOR_INLINE ForecastSummary forecast_into(std::span<const double> history, const ForecastOptions& options,
                                           std::uint32_t series_index, std::span<double> draws) {
  detail::check_forecast(history, options);
  check_same_size("forecast", "draws", draws.size(), "draws x horizon",
                  static_cast<std::size_t>(options.draws) * static_cast<std::size_t>(options.horizon));
  detail::PreparedForecast prepared = detail::prepare_forecast(history, options);
  ForecastSummary summary = detail::weigh_models(prepared, options);
  for (std::size_t draw = 0; draw < static_cast<std::size_t>(options.draws); ++draw) {
    detail::draw_path(prepared, options, series_index, draw, draws);
  }
  detail::to_values(draws, prepared.shift, summary.notes);
  return summary;
}

ESSOR_INLINE ForecastResult forecast(std::span<const double> history, const ForecastOptions& options,
                                     std::uint32_t series_index) {
  detail::check_forecast(history, options);
  std::vector<double> draws(static_cast<std::size_t>(options.draws) * static_cast<std::size_t>(options.horizon));
  ForecastSummary summary = forecast_into(history, options, series_index, draws);
  return ForecastResult(options.horizon, options.draws, std::move(draws), std::move(summary));
}

ESSOR_INLINE ForecastResult::ForecastResult(int horizon, int draw_count, std::vector<double> draws,
                                            ForecastSummary summary)
    : horizon_(horizon), draw_count_(draw_count), draws_(std::move(draws)), summary_(std::move(summary)) {}

ESSOR_INLINE std::span<const double> ForecastResult::step_draws(int step) const {
  const int first = step < 0 ? horizon_ + step : step - 1;
  if (step == 0 || first < 0 || first >= horizon_) {
    throw_argument_error(
        "forecast", "step", std::to_string(step),
        "must be from 1 to " + std::to_string(horizon_) + ", or from -" + std::to_string(horizon_) + " to -1");
  }
  const auto count = static_cast<std::size_t>(draw_count_);
  return std::span<const double>(draws_).subspan(static_cast<std::size_t>(first) * count, count);
}

ESSOR_INLINE double ForecastResult::quantile(int step, double p) const {
  return draw_quantiles(step_draws(step), std::array{p}).front();
}

ESSOR_INLINE double ForecastResult::probability(double target, int step) const {
  return reach_probability(step_draws(step), target);
}

ESSOR_INLINE std::vector<double> draw_quantiles(std::span<const double> draws, std::span<const double> probabilities) {
  check_not_empty("quantiles", "draws", draws.size());
  for (const double p : probabilities) check_probability("quantiles", "q", p);
  const Eigen::ArrayXd ascending = sorted(Eigen::Map<const Eigen::ArrayXd>(draws.data(), std::ssize(draws)));
  std::vector<double> result;
  result.reserve(probabilities.size());
  for (const double p : probabilities) result.push_back(quantile_of_sorted(ascending, p));
  return result;
}

ESSOR_INLINE double reach_probability(std::span<const double> draws, double target) {
  check_not_empty("probability", "draws", draws.size());
  if (std::isnan(target)) throw_argument_error("probability", "target", target, "must be a number");
  std::size_t reached = 0;
  for (const double draw : draws) reached += draw >= target ? 1U : 0U;
  return static_cast<double>(reached) / static_cast<double>(draws.size());
}

}  // namespace essor
