#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/baselines.hpp"
#include "essor/numerics/normal.hpp"

namespace essor {
namespace detail::baselines {

/// Level and residuals of simple exponential smoothing.
struct Smoothing {
  double alpha;
  double level;    ///< after the last value
  double squares;  ///< sum of squares of the residuals of one step
};

/// The first level that makes the sum of squares least is that of a regression: e_t = r_t - (1 - alpha)^(t-1) l_0, with
/// r_t the residual that starts from 0.
ESSOR_INLINE Smoothing smooth(std::span<const double> values, double alpha) {
  double from_zero = 0.0;
  double weight = 1.0;
  double cross = 0.0;
  double weights = 0.0;
  for (const double value : values) {
    cross += weight * (value - from_zero);
    weights += weight * weight;
    from_zero += alpha * (value - from_zero);
    weight *= 1.0 - alpha;
  }
  Smoothing result{.alpha = alpha, .level = cross / weights, .squares = 0.0};
  for (const double value : values) {
    const double error = value - result.level;
    result.squares += error * error;
    result.level += alpha * error;
  }
  return result;
}

/// The smoothing with the least squares: the best of a grid, then golden sections between its neighbours.
ESSOR_INLINE Smoothing best_smoothing(std::span<const double> values) {
  constexpr double least = 1e-4;
  constexpr double most = 0.9999;
  constexpr int cells = 40;
  constexpr double ratio = 0.6180339887498949;  // (sqrt 5 - 1) / 2
  const auto at = [&](int cell) { return least + (most - least) * cell / cells; };
  int best_cell = 0;
  Smoothing best = smooth(values, least);
  for (int cell = 1; cell <= cells; ++cell) {
    const Smoothing candidate = smooth(values, at(cell));
    if (candidate.squares < best.squares) {
      best = candidate;
      best_cell = cell;
    }
  }
  double low = at(std::max(best_cell - 1, 0));
  double high = at(std::min(best_cell + 1, cells));
  Smoothing left = smooth(values, high - ratio * (high - low));
  Smoothing right = smooth(values, low + ratio * (high - low));
  while (high - low > 1e-8) {
    if (left.squares <= right.squares) {
      high = right.alpha;
      right = left;
      left = smooth(values, high - ratio * (high - low));
    } else {
      low = left.alpha;
      left = right;
      right = smooth(values, low + ratio * (high - low));
    }
  }
  for (const Smoothing& candidate : {left, right}) {
    if (candidate.squares < best.squares) best = candidate;
  }
  return best;
}

/// Slope of the least-squares line on time, per step.
ESSOR_INLINE double slope(std::span<const double> values) {
  const double middle = 0.5 * (static_cast<double>(values.size()) - 1.0);
  double cross = 0.0;
  double squares = 0.0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double time = static_cast<double>(t) - middle;
    cross += time * values[t];
    squares += time * time;
  }
  return cross / squares;
}

ESSOR_INLINE bool is_seasonal(std::span<const double> values, std::size_t season) {
  constexpr double normal_95 = 1.6448536269514722;
  const auto n = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / n;
  const auto covariance = [&](std::size_t lag) {
    double total = 0.0;
    for (std::size_t t = lag; t < values.size(); ++t) total += (values[t] - mean) * (values[t - lag] - mean);
    return total;
  };
  const double variance = covariance(0);
  if (!(variance > 0.0)) return false;
  double squares = 0.0;
  for (std::size_t lag = 1; lag < season; ++lag) {
    const double correlation = covariance(lag) / variance;
    squares += correlation * correlation;
  }
  return std::abs(covariance(season) / variance) > normal_95 * std::sqrt((1.0 + 2.0 * squares) / n);
}

/// Factors of the places of a season, position 0 that of the first value, with mean 1: means of the ratios to the
/// centred moving average. Empty if a moving average or a factor is not above 0.
ESSOR_INLINE std::vector<double> season_factors(std::span<const double> values, std::size_t season) {
  const std::size_t half = season / 2;
  std::vector<double> factors(season, 0.0);
  std::vector<double> counts(season, 0.0);
  for (std::size_t t = half; t + half < values.size(); ++t) {
    double average = 0.0;
    for (std::size_t i = t - half; i <= t + half; ++i) {
      const bool end = season % 2 == 0 && (i == t - half || i == t + half);
      average += (end ? 0.5 : 1.0) * values[i] / static_cast<double>(season);
    }
    if (!(average > 0.0)) return {};
    factors[t % season] += values[t] / average;
    counts[t % season] += 1.0;
  }
  double mean = 0.0;
  for (std::size_t j = 0; j < season; ++j) {
    factors[j] /= counts[j];
    mean += factors[j] / static_cast<double>(season);
  }
  for (double& factor : factors) {
    factor /= mean;
    if (!(factor > 1e-10)) return {};
  }
  return factors;
}

ESSOR_INLINE NormalForecast naive(std::span<const double> history, std::size_t horizon, std::size_t season) {
  const std::size_t n = history.size();
  double variance = 0.0;
  for (std::size_t t = season; t < n; ++t) {
    const double error = history[t] - history[t - season];
    variance += error * error / static_cast<double>(n - season);
  }
  NormalForecast result;
  for (std::size_t step = 0; step < horizon; ++step) {
    const std::size_t seasons = step / season + 1;
    result.mean.push_back(history[n - season + step % season]);
    result.standard_error.push_back(std::sqrt(variance * static_cast<double>(seasons)));
  }
  return result;
}

ESSOR_INLINE NormalForecast drift(std::span<const double> history, std::size_t horizon) {
  const auto moves = static_cast<double>(history.size() - 1);
  const double growth = (history.back() - history.front()) / moves;
  double variance = 0.0;
  for (std::size_t t = 1; t < history.size(); ++t) {
    const double error = history[t] - history[t - 1] - growth;
    variance += error * error / (moves - 1.0);
  }
  NormalForecast result;
  for (std::size_t step = 1; step <= horizon; ++step) {
    const auto h = static_cast<double>(step);
    result.mean.push_back(history.back() + growth * h);
    result.standard_error.push_back(std::sqrt(variance * (h + h * h / moves)));
  }
  return result;
}

ESSOR_INLINE NormalForecast theta(std::span<const double> history, std::size_t horizon, std::size_t season) {
  std::vector<double> values(history.begin(), history.end());
  std::vector<double> factors;
  if (season > 1 && values.size() > 2 * season && is_seasonal(values, season)) factors = season_factors(values, season);
  const auto factor = [&](std::size_t t) { return factors.empty() ? 1.0 : factors[t % season]; };
  for (std::size_t t = 0; t < values.size(); ++t) values[t] /= factor(t);
  const Smoothing smoothing = best_smoothing(values);
  const auto n = static_cast<double>(values.size());
  const double half_slope = 0.5 * slope(values);
  const double lag = (1.0 - std::pow(1.0 - smoothing.alpha, n)) / smoothing.alpha;
  const double variance = smoothing.squares / (n - 2.0);
  NormalForecast result;
  for (std::size_t step = 0; step < horizon; ++step) {
    const auto ahead = static_cast<double>(step);
    result.mean.push_back((smoothing.level + half_slope * (ahead + lag)) * factor(values.size() + step));
    result.standard_error.push_back(std::sqrt(variance * (1.0 + ahead * smoothing.alpha * smoothing.alpha)));
  }
  return result;
}

ESSOR_INLINE NormalForecast of(Baseline baseline, std::span<const double> history, std::size_t horizon,
                               std::size_t season) {
  switch (baseline) {
    case Baseline::naive:
      return naive(history, horizon, 1);
    case Baseline::drift:
      return drift(history, horizon);
    case Baseline::seasonal_naive:
      return naive(history, horizon, season);
    case Baseline::theta:
      break;
  }
  return theta(history, horizon, season);
}

}  // namespace detail::baselines

ESSOR_INLINE std::string_view baseline_name(Baseline baseline) {
  switch (baseline) {
    case Baseline::naive:
      return "naive";
    case Baseline::drift:
      return "drift";
    case Baseline::seasonal_naive:
      return "seasonal_naive";
    case Baseline::theta:
      break;
  }
  return "theta";
}

ESSOR_INLINE Baseline baseline_from_name(std::string_view name) {
  for (const Baseline baseline : {Baseline::naive, Baseline::drift, Baseline::seasonal_naive, Baseline::theta}) {
    if (baseline_name(baseline) == name) return baseline;
  }
  throw_argument_error("forecast_baseline", "baseline", name, "must be naive, drift, seasonal_naive or theta");
}

ESSOR_INLINE int baseline_least_values(Baseline baseline, int season) {
  check_at_least("forecast_baseline", "season", season, 1);
  if (baseline == Baseline::naive) return 2;
  return baseline == Baseline::seasonal_naive ? season + 1 : 3;
}

ESSOR_INLINE double NormalForecast::quantile(int step, double p) const {
  check_open_probability("quantile", "p", p);
  check_in_range("quantile", "step", step, 1.0, static_cast<double>(mean.size()));
  const auto place = static_cast<std::size_t>(step - 1);
  return mean[place] + standard_error[place] * normal_quantile(p);
}

ESSOR_INLINE NormalForecast forecast_baseline(Baseline baseline, std::span<const double> history, int horizon,
                                              int season) {
  constexpr std::string_view function = "forecast_baseline";
  check_at_least(function, "horizon", horizon, 1);
  check_at_least(function, "number of values of history", static_cast<long long>(history.size()),
                 baseline_least_values(baseline, season));
  double largest = 0.0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    check_finite(function, "history[" + std::to_string(i) + "]", history[i]);
    largest = std::max(largest, std::abs(history[i]));
  }
  // In units of a power of two, so that squares neither overflow nor vanish; it changes no digit otherwise.
  int exponent = 0;
  std::frexp(largest, &exponent);
  std::vector<double> values(history.begin(), history.end());
  for (double& value : values) value = std::ldexp(value, -exponent);
  NormalForecast result =
      detail::baselines::of(baseline, values, static_cast<std::size_t>(horizon), static_cast<std::size_t>(season));
  for (double& mean : result.mean) mean = std::ldexp(mean, exponent);
  for (double& error : result.standard_error) error = std::ldexp(error, exponent);
  return result;
}

}  // namespace essor
