#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/scores.hpp"
#include "essor/numerics/beta.hpp"
#include "essor/numerics/gamma.hpp"
#include "essor/numerics/logistic.hpp"
#include "essor/numerics/moments.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quantile.hpp"
#include "essor/numerics/student_t.hpp"

namespace essor {
namespace detail::scoring {

ESSOR_INLINE void check_all_finite(std::string_view function, std::string_view name, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    throw_argument_error(function, std::string(name) + "[" + std::to_string(i) + "]", values[i], "must be finite");
  }
}

ESSOR_INLINE double log_beta_function(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

/// The integral of (F(x) - 1{x >= y})^2 over a distribution of counts from `least` to `most`, by its log probabilities,
/// which rise up to `mode` and fall after it. Counts less likely than e^-80 are left out.
template <class LogProbability>
double crps_of_counts(std::string_view function, double y, double least, double most, double mode,
                      const LogProbability& log_probability) {
  constexpr double negligible = -80.0;
  constexpr double most_counts = 1e7;
  constexpr double largest_count = 1e15;  // beyond, one more may be the same number
  double first = mode;
  for (double step = 1.0; first > least && log_probability(first) > negligible; step *= 2.0) {
    first = std::max(first - step, least);
  }
  double last = mode;
  for (double step = 1.0; last < most && log_probability(last) > negligible; step *= 2.0) {
    last = std::min(last + step, most);
  }
  if (!(last - first <= most_counts && last <= largest_count)) {
    throw_argument_error(function, "range of counts", last - first,
                         "must be at most 1e7, below 1e15: take the distribution as continuous");
  }
  double total = std::max(first - y, 0.0) + std::max(y - (last + 1.0), 0.0);
  double below = 0.0;
  const auto counts = static_cast<std::size_t>(last - first);
  for (std::size_t i = 0; i <= counts; ++i) {
    const double count = first + static_cast<double>(i);
    below = std::min(below + std::exp(log_probability(count)), 1.0);
    const double part_before = std::clamp(y - count, 0.0, 1.0);
    total += part_before * below * below + (1.0 - part_before) * (1.0 - below) * (1.0 - below);
  }
  return total;
}

/// Draws in ascending order as distances from y: large levels with a small spread keep their digits.
ESSOR_INLINE std::vector<double> sorted_distances(std::string_view function, double y, std::span<const double> draws,
                                                  long long least) {
  check_finite(function, "y", y);
  check_at_least(function, "number of draws", static_cast<long long>(draws.size()), least);
  check_all_finite(function, "draws", draws);
  std::vector<double> distances(draws.size());
  for (std::size_t i = 0; i < draws.size(); ++i) distances[i] = draws[i] - y;
  std::sort(distances.begin(), distances.end());
  return distances;
}

ESSOR_INLINE double mean_size(const std::vector<double>& values) {
  const auto m = static_cast<double>(values.size());
  double total = 0.0;
  for (const double value : values) total += std::abs(value) / m;
  return total;
}

/// The sum of |x_i - x_j| over ordered pairs of ascending values, over `pairs`.
ESSOR_INLINE double mean_gap(const std::vector<double>& ascending, double pairs) {
  const auto m = static_cast<double>(ascending.size());
  double total = 0.0;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    total += (2.0 * (2.0 * static_cast<double>(i) + 1.0 - m) / pairs) * ascending[i];
  }
  return total;
}

ESSOR_INLINE void check_pairs(std::string_view function, std::span<const double> y, std::string_view name,
                              std::span<const double> forecast) {
  check_not_empty(function, "y", y.size());
  check_same_size(function, name, forecast.size(), "y", y.size());
  check_all_finite(function, "y", y);
  check_all_finite(function, name, forecast);
}

ESSOR_INLINE double positive_scale(std::string_view function, std::span<const double> history, int season) {
  const double scale = mase_scale(history, season);
  if (!(scale > 0.0)) {
    throw_argument_error(function, "history", "constant", "must change from season to season: it is the scale");
  }
  return scale;
}

}  // namespace detail::scoring

// Of a distribution --------------------------------------------------------------------------------------------------

ESSOR_INLINE double crps_normal(double y, double mean, double sd) {
  check_finite("crps_normal", "y", y);
  check_finite("crps_normal", "mean", mean);
  check_positive("crps_normal", "sd", sd);
  const double z = (y - mean) / sd;
  return sd * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * normal_pdf(z) - std::numbers::inv_sqrtpi);
}

ESSOR_INLINE double crps_student_t(double y, double degrees, double location, double scale) {
  constexpr std::string_view function = "crps_student_t";
  check_finite(function, "y", y);
  check_finite(function, "location", location);
  check_positive(function, "scale", scale);
  if (!(degrees > 1.0 && std::isfinite(degrees))) {
    throw_argument_error(function, "degrees", degrees, "must be finite and > 1: the score is infinite below");
  }
  const double z = (y - location) / scale;
  const double density = std::exp(student_t_log_pdf(z, degrees));
  const double log_ratio = detail::scoring::log_beta_function(0.5, degrees - 0.5) -
                           2.0 * detail::scoring::log_beta_function(0.5, 0.5 * degrees);
  return scale * (z * (2.0 * student_t_cdf(z, degrees) - 1.0) + 2.0 * density * (degrees + z * z) / (degrees - 1.0) -
                  2.0 * std::sqrt(degrees) / (degrees - 1.0) * std::exp(log_ratio));
}

ESSOR_INLINE double crps_logistic(double y, double location, double scale) {
  check_finite("crps_logistic", "y", y);
  check_finite("crps_logistic", "location", location);
  check_positive("crps_logistic", "scale", scale);
  const double z = (y - location) / scale;
  return scale * (z + 2.0 * log1p_exp(-z) - 1.0);
}

ESSOR_INLINE double crps_laplace(double y, double location, double scale) {
  check_finite("crps_laplace", "y", y);
  check_finite("crps_laplace", "location", location);
  check_positive("crps_laplace", "scale", scale);
  const double z = std::abs(y - location) / scale;
  return scale * (z + std::exp(-z) - 0.75);
}

ESSOR_INLINE double crps_lognormal(double y, double log_mean, double log_sd) {
  check_finite("crps_lognormal", "y", y);
  check_finite("crps_lognormal", "log_mean", log_mean);
  check_positive("crps_lognormal", "log_sd", log_sd);
  const double mean = std::exp(log_mean + 0.5 * log_sd * log_sd);
  const double half_gap = normal_cdf(log_sd / std::numbers::sqrt2) - 1.0;
  if (y <= 0.0) return -y - 2.0 * mean * half_gap;
  const double w = (std::log(y) - log_mean) / log_sd;
  return y * (2.0 * normal_cdf(w) - 1.0) - 2.0 * mean * (normal_cdf(w - log_sd) + half_gap);
}

ESSOR_INLINE double crps_gamma(double y, double shape, double rate) {
  check_finite("crps_gamma", "y", y);
  check_positive("crps_gamma", "shape", shape);
  check_positive("crps_gamma", "rate", rate);
  const double below = gamma_cdf(rate * y, shape);
  const double below_next = gamma_cdf(rate * y, shape + 1.0);
  return y * (2.0 * below - 1.0) - shape / rate * (2.0 * below_next - 1.0) -
         std::exp(-detail::scoring::log_beta_function(0.5, shape)) / rate;
}

ESSOR_INLINE double crps_exponential(double y, double rate) {
  check_finite("crps_exponential", "y", y);
  check_positive("crps_exponential", "rate", rate);
  const double below = y > 0.0 ? -std::expm1(-rate * y) : 0.0;
  return std::abs(y) - 2.0 * below / rate + 0.5 / rate;
}

ESSOR_INLINE double crps_beta(double y, double a, double b) {
  check_finite("crps_beta", "y", y);
  check_positive("crps_beta", "a", a);
  check_positive("crps_beta", "b", b);
  const double log_ratio =
      detail::scoring::log_beta_function(2.0 * a, 2.0 * b) - 2.0 * detail::scoring::log_beta_function(a, b);
  return y * (2.0 * beta_cdf(y, a, b) - 1.0) +
         a / (a + b) * (1.0 - 2.0 * beta_cdf(y, a + 1.0, b) - 2.0 / a * std::exp(log_ratio));
}

ESSOR_INLINE double crps_poisson(double y, double mean) {
  check_finite("crps_poisson", "y", y);
  check_positive("crps_poisson", "mean", mean);
  const double log_mean = std::log(mean);
  return detail::scoring::crps_of_counts("crps_poisson", y, 0.0, HUGE_VAL, std::floor(mean), [&](double count) {
    return count * log_mean - mean - log_gamma(count + 1.0);
  });
}

ESSOR_INLINE double crps_negative_binomial(double y, double size, double probability) {
  constexpr std::string_view function = "crps_negative_binomial";
  check_finite(function, "y", y);
  check_positive(function, "size", size);
  if (!(probability > 0.0 && probability <= 1.0)) {
    throw_argument_error(function, "probability", probability, "must be > 0 and <= 1");
  }
  if (probability == 1.0) return std::abs(y);  // no failure, for sure
  const double mode = size > 1.0 ? std::floor((size - 1.0) * (1.0 - probability) / probability) : 0.0;
  const double log_failure = std::log1p(-probability);
  const double constant = size * std::log(probability) - log_gamma(size);
  return detail::scoring::crps_of_counts(function, y, 0.0, HUGE_VAL, mode, [&](double count) {
    return constant + log_gamma(size + count) - log_gamma(count + 1.0) + count * log_failure;
  });
}

ESSOR_INLINE double crps_binomial(double y, int trials, double probability) {
  check_finite("crps_binomial", "y", y);
  check_at_least("crps_binomial", "trials", trials, 0);
  check_probability("crps_binomial", "probability", probability);
  const auto n = static_cast<double>(trials);
  if (probability == 0.0 || probability == 1.0) return std::abs(y - n * probability);
  const double log_success = std::log(probability);
  const double log_failure = std::log1p(-probability);
  const double mode = std::min(std::floor((n + 1.0) * probability), n);
  return detail::scoring::crps_of_counts("crps_binomial", y, 0.0, n, mode, [&](double count) {
    return log_gamma(n + 1.0) - log_gamma(count + 1.0) - log_gamma(n - count + 1.0) + count * log_success +
           (n - count) * log_failure;
  });
}

ESSOR_INLINE double log_score_normal(double y, double mean, double sd) {
  check_finite("log_score_normal", "y", y);
  check_finite("log_score_normal", "mean", mean);
  check_positive("log_score_normal", "sd", sd);
  const double z = (y - mean) / sd;
  return 0.5 * z * z + std::log(sd) + 0.5 * std::log(2.0 * std::numbers::pi);
}

ESSOR_INLINE double log_score_student_t(double y, double degrees, double location, double scale) {
  check_finite("log_score_student_t", "y", y);
  check_positive("log_score_student_t", "degrees", degrees);
  check_finite("log_score_student_t", "location", location);
  check_positive("log_score_student_t", "scale", scale);
  return std::log(scale) - student_t_log_pdf((y - location) / scale, degrees);
}

ESSOR_INLINE double log_score_lognormal(double y, double log_mean, double log_sd) {
  check_finite("log_score_lognormal", "y", y);
  check_finite("log_score_lognormal", "log_mean", log_mean);
  check_positive("log_score_lognormal", "log_sd", log_sd);
  if (y <= 0.0) return std::numeric_limits<double>::infinity();
  return std::log(y) + log_score_normal(std::log(y), log_mean, log_sd);
}

// Of draws -----------------------------------------------------------------------------------------------------------

ESSOR_INLINE double crps_draws(double y, std::span<const double> draws) {
  const std::vector<double> distances = detail::scoring::sorted_distances("crps_draws", y, draws, 1);
  const auto m = static_cast<double>(draws.size());
  return detail::scoring::mean_size(distances) - 0.5 * detail::scoring::mean_gap(distances, m * m);
}

ESSOR_INLINE double fair_crps_draws(double y, std::span<const double> draws) {
  const std::vector<double> distances = detail::scoring::sorted_distances("fair_crps_draws", y, draws, 2);
  const auto m = static_cast<double>(draws.size());
  return detail::scoring::mean_size(distances) - 0.5 * detail::scoring::mean_gap(distances, m * (m - 1.0));
}

ESSOR_INLINE double crps_weighted_draws(double y, std::span<const double> draws, std::span<const double> weights) {
  constexpr std::string_view function = "crps_weighted_draws";
  check_finite(function, "y", y);
  check_not_empty(function, "draws", draws.size());
  check_same_size(function, "weights", weights.size(), "draws", draws.size());
  detail::scoring::check_all_finite(function, "draws", draws);
  double mass = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    check_non_negative(function, "weights[" + std::to_string(i) + "]", weights[i]);
    mass += weights[i];
  }
  check_positive(function, "sum of weights", mass);
  std::vector<std::size_t> order(draws.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return draws[a] < draws[b]; });
  // The integral of (F - 1{x >= y})^2 between neighbours, y among them.
  double total = 0.0;
  double below = 0.0;
  double at = std::min(y, draws[order.front()]);
  bool past = false;
  const auto advance = [&](double to) {
    const double gap = past ? 1.0 - below : below;
    total += gap * gap * (to - at);
    at = to;
  };
  for (const std::size_t i : order) {
    if (!past && draws[i] >= y) {
      advance(y);
      past = true;
    }
    advance(draws[i]);
    below += weights[i] / mass;
  }
  if (!past) advance(y);
  return total;
}

ESSOR_INLINE double scrps_draws(double y, std::span<const double> draws) {
  const std::vector<double> distances = detail::scoring::sorted_distances("scrps_draws", y, draws, 2);
  const auto m = static_cast<double>(draws.size());
  const double gap = detail::scoring::mean_gap(distances, m * (m - 1.0));
  if (!(gap > 0.0)) throw_argument_error("scrps_draws", "draws", "all equal", "must differ: their spread is the scale");
  return -detail::scoring::mean_size(distances) / gap - 0.5 * std::log(gap);
}

ESSOR_INLINE double log_score_draws(double y, std::span<const double> draws) {
  const std::vector<double> distances = detail::scoring::sorted_distances("log_score_draws", y, draws, 2);
  const auto m = static_cast<double>(draws.size());
  const Eigen::Map<const Eigen::ArrayXd> ascending(distances.data(), static_cast<Eigen::Index>(distances.size()));
  Moments moments;
  for (const double distance : distances) moments.add(distance);
  const double middle = quantile_of_sorted(ascending, 0.75) - quantile_of_sorted(ascending, 0.25);
  const double width = 1.06 * std::min(moments.standard_deviation(), middle / 1.34) * std::pow(m, -0.2);
  if (!(width > 0.0)) {
    throw_argument_error("log_score_draws", "draws", "half of them equal", "must spread: a kernel needs a width");
  }
  const Eigen::ArrayXd exponents = -0.5 * (ascending / width).square();
  return std::log(m) + std::log(width) + 0.5 * std::log(2.0 * std::numbers::pi) - log_sum_exp(exponents);
}

ESSOR_INLINE double pit_draws(double y, std::span<const double> draws, double v) {
  constexpr std::string_view function = "pit_draws";
  check_finite(function, "y", y);
  check_not_empty(function, "draws", draws.size());
  detail::scoring::check_all_finite(function, "draws", draws);
  check_probability(function, "v", v);
  double below = 0.0;
  double equal = 0.0;
  for (const double draw : draws) {
    below += draw < y ? 1.0 : 0.0;
    equal += draw == y ? 1.0 : 0.0;
  }
  return (below + v * equal) / static_cast<double>(draws.size());
}

// Of quantiles and intervals -----------------------------------------------------------------------------------------

ESSOR_INLINE double pinball(double y, double quantile, double p) {
  check_finite("pinball", "y", y);
  check_finite("pinball", "quantile", quantile);
  check_probability("pinball", "p", p);
  const double error = y - quantile;
  return error >= 0.0 ? p * error : (p - 1.0) * error;
}

ESSOR_INLINE double crps_quantiles(double y, std::span<const double> quantiles, std::span<const double> probabilities) {
  check_not_empty("crps_quantiles", "quantiles", quantiles.size());
  check_same_size("crps_quantiles", "probabilities", probabilities.size(), "quantiles", quantiles.size());
  double total = 0.0;
  for (std::size_t i = 0; i < quantiles.size(); ++i) total += pinball(y, quantiles[i], probabilities[i]);
  return 2.0 * total / static_cast<double>(quantiles.size());
}

ESSOR_INLINE double interval_score(double y, double low, double high, double alpha) {
  check_finite("interval_score", "y", y);
  check_finite("interval_score", "low", low);
  check_finite("interval_score", "high", high);
  check_open_probability("interval_score", "alpha", alpha);
  if (low > high) throw_argument_error("interval_score", "low", low, "must be <= high");
  return (high - low) + 2.0 / alpha * (std::max(low - y, 0.0) + std::max(y - high, 0.0));
}

ESSOR_INLINE double coverage(std::span<const double> y, std::span<const double> low, std::span<const double> high) {
  check_not_empty("coverage", "y", y.size());
  check_same_size("coverage", "low", low.size(), "y", y.size());
  check_same_size("coverage", "high", high.size(), "y", y.size());
  double inside = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::string index = "[" + std::to_string(i) + "]";
    if (std::isnan(y[i])) throw_argument_error("coverage", "y" + index, y[i], "must be a number");
    if (!(low[i] <= high[i])) throw_argument_error("coverage", "low" + index, low[i], "must be <= high");
    inside += low[i] <= y[i] && y[i] <= high[i] ? 1.0 : 0.0;
  }
  return inside / static_cast<double>(y.size());
}

ESSOR_INLINE double weighted_quantile_loss(std::span<const double> y, std::span<const double> quantiles,
                                           std::span<const double> probabilities) {
  constexpr std::string_view function = "weighted_quantile_loss";
  check_not_empty(function, "y", y.size());
  check_not_empty(function, "probabilities", probabilities.size());
  check_same_size(function, "quantiles", quantiles.size(), "y times probabilities", y.size() * probabilities.size());
  double loss = 0.0;
  double size = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    loss += crps_quantiles(y[i], quantiles.subspan(i * probabilities.size(), probabilities.size()), probabilities);
    size += std::abs(y[i]);
  }
  if (!(size > 0.0)) throw_argument_error(function, "y", "all 0", "one must differ from 0: their sum is the scale");
  return loss / size;
}

// Of points, on the scale of the series ------------------------------------------------------------------------------

ESSOR_INLINE double mase_scale(std::span<const double> history, int season) {
  check_at_least("mase_scale", "season", season, 1);
  check_at_least("mase_scale", "number of values of history", static_cast<long long>(history.size()), season + 1LL);
  detail::scoring::check_all_finite("mase_scale", "history", history);
  const auto lag = static_cast<std::size_t>(season);
  double total = 0.0;
  for (std::size_t t = lag; t < history.size(); ++t) total += std::abs(history[t] - history[t - lag]);
  return total / static_cast<double>(history.size() - lag);
}

ESSOR_INLINE double mase(std::span<const double> y, std::span<const double> forecast, std::span<const double> history,
                         int season) {
  detail::scoring::check_pairs("mase", y, "forecast", forecast);
  const double scale = detail::scoring::positive_scale("mase", history, season);
  double total = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) total += std::abs(y[i] - forecast[i]);
  return total / static_cast<double>(y.size()) / scale;
}

ESSOR_INLINE double msis(std::span<const double> y, std::span<const double> low, std::span<const double> high,
                         std::span<const double> history, double alpha, int season) {
  detail::scoring::check_pairs("msis", y, "low", low);
  detail::scoring::check_pairs("msis", y, "high", high);
  const double scale = detail::scoring::positive_scale("msis", history, season);
  double total = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) total += interval_score(y[i], low[i], high[i], alpha);
  return total / static_cast<double>(y.size()) / scale;
}

ESSOR_INLINE double smape(std::span<const double> y, std::span<const double> forecast) {
  detail::scoring::check_pairs("smape", y, "forecast", forecast);
  double total = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double error = std::abs(y[i] - forecast[i]);
    if (error > 0.0) total += 200.0 * error / (std::abs(y[i]) + std::abs(forecast[i]));
  }
  return total / static_cast<double>(y.size());
}

// Over series --------------------------------------------------------------------------------------------------------

ESSOR_INLINE MeanWithError clustered_mean(std::span<const double> totals, std::span<const double> counts) {
  check_same_size("clustered_mean", "counts", counts.size(), "totals", totals.size());
  detail::scoring::check_all_finite("clustered_mean", "totals", totals);
  double total = 0.0;
  double count = 0.0;
  double clusters = 0.0;
  for (std::size_t c = 0; c < totals.size(); ++c) {
    check_non_negative("clustered_mean", "counts[" + std::to_string(c) + "]", counts[c]);
    total += totals[c];
    count += counts[c];
    clusters += counts[c] > 0.0 ? 1.0 : 0.0;
  }
  check_positive("clustered_mean", "sum of counts", count);
  const double mean = total / count;
  double squares = 0.0;
  for (std::size_t c = 0; c < totals.size(); ++c) {
    const double rest = totals[c] - mean * counts[c];
    squares += rest * rest;
  }
  const double error = clusters > 1.0 ? std::sqrt(clusters / (clusters - 1.0) * squares) / count
                                      : std::numeric_limits<double>::quiet_NaN();
  return {.value = mean, .standard_error = error};
}

}  // namespace essor
