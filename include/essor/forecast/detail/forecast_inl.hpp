#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <exception>
#include <limits>
#include <mutex>
#include <numbers>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/forecast/detail/ceiling_model.hpp"
#include "essor/forecast/detail/growth_model.hpp"
#include "essor/forecast/detail/log_scale.hpp"
#include "essor/forecast/detail/pool_model.hpp"
#include "essor/forecast/detail/steady_share.hpp"
#include "essor/forecast/forecast.hpp"
#include "essor/forecast/reference_class.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quantile.hpp"
#include "essor/random/philox.hpp"

namespace essor {
namespace detail {

/// What the random numbers of a forecast are for: part of their key.
inline constexpr std::uint16_t purpose_forecast_path = 64;
inline constexpr double normal_95 = 1.6448536269514722;

/// The expert's interval on the log scale of the history: a normal.
struct ExpertNormal {
  double mean;
  double sd;
};

/// The share of the growth curves before the history was seen. Chosen among 1/2, 1/5 and 1/10 on the series of
/// tests/benchmark/ceiling_scores.py, with `curves_likelihood_power`: the one that did no harm beside a class of the
/// same kind of series, and nearly as much good as any beside another.
inline constexpr double curves_prior_share = 0.1;

/// Quantiles of the steps to come and the correlation of their normal scores.
struct JointForecast {
  PredictiveTable table;
  Eigen::MatrixXd correlation;
};

/// Beside a ceiling, values are below this; a class that reaches beyond the largest double is held to it.
inline constexpr double most_below_ceiling = 1e300;

/// No ceiling is known: it is only asked when the history saturates.
constexpr bool only_asked(const Ceiling& ceiling) {
  return ceiling.low == 0.0 && ceiling.high == std::numeric_limits<double>::infinity();
}

ESSOR_INLINE void check_ceiling(std::span<const double> history, const ForecastOptions& options) {
  constexpr std::string_view function = "forecast";
  if (!options.ceiling) return;
  const auto largest = std::max_element(history.begin(), history.end());
  const std::string place = "history[" + std::to_string(largest - history.begin()) + "]";
  if (largest != history.end() && *largest > most_below_ceiling) {
    throw_argument_error(function, place, *largest, "must be below 1e300 beside a ceiling: use another unit");
  }
  const Ceiling& ceiling = *options.ceiling;
  if (only_asked(ceiling)) return;
  check_positive(function, "ceiling low", ceiling.low);
  check_positive(function, "ceiling high", ceiling.high);
  if (ceiling.low > ceiling.high) {
    throw_argument_error(function, "ceiling", number_text(ceiling.low) + ", " + number_text(ceiling.high),
                         "low must not be above high");
  }
  if (largest != history.end() && *largest > ceiling.high) {
    throw_argument_error(function, "ceiling", ceiling.high,
                         "is below " + place + " = " + number_text(*largest) + ": no value exceeds its ceiling");
  }
  if (options.expert && options.expert->low >= ceiling.high) {
    throw_argument_error(function, "ceiling", ceiling.high,
                         "must be above the low of the expert's interval, " + number_text(options.expert->low));
  }
}

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
  check_ceiling(history, options);
}

ESSOR_INLINE ExpertNormal expert_normal(const ExpertInterval& expert, double shift) {
  const double low = std::log(expert.low + shift);
  const double high = std::log(expert.high + shift);
  return {.mean = 0.5 * (low + high), .sd = (high - low) / (2.0 * normal_95)};
}

/// Median and standard deviation of a step on the log scale, from its quantiles at the scores -1, 0 and 1.
struct LogNormalStep {
  double mean;
  double sd;
};

ESSOR_INLINE LogNormalStep log_normal_step(const double* nodes) {
  const auto log_at = [nodes](double score) {
    return std::log(std::max(value_at_score(nodes, score), std::numeric_limits<double>::min()));
  };
  return {log_at(0.0), 0.5 * (log_at(1.0) - log_at(-1.0))};
}

/// Without history: the expert's first value, and growth from wherever it falls: the mean over first values at the
/// normal scores of the table, each with the density of its score.
ESSOR_INLINE JointForecast forecast_from_expert(const SeasonModel& model, const ExpertNormal& expert, int label,
                                                int horizon) {
  JointForecast joint{PredictiveTable(horizon, score_count), Eigen::MatrixXd::Identity(horizon, horizon)};
  for (int node = 0; node < score_count; ++node) {
    joint.table(0, node) = std::exp(expert.mean + expert.sd * score_at(node));
  }
  if (horizon == 1) return joint;
  std::vector<std::vector<std::pair<double, double>>> samples(static_cast<std::size_t>(horizon - 1));
  PredictiveTable middle;
  for (int place = 0; place < score_count; ++place) {
    const double first =
        std::clamp(joint.table(0, place), std::numeric_limits<double>::min(), std::numeric_limits<double>::max());
    const PredictiveTable table = forecast_growth(model.growth_of(label), std::array{first}, label, horizon - 1);
    const double density = normal_pdf(score_at(place));
    for (int h = 0; h + 1 < horizon; ++h) {
      for (int node = 0; node < score_count; ++node) {
        samples[static_cast<std::size_t>(h)].emplace_back(table(h, node), density * normal_pdf(score_at(node)));
      }
    }
    if (place == score_count / 2) middle = table;
  }
  const Eigen::MatrixXd steps = correlation_of(model, horizon - 1);
  Eigen::VectorXd total(horizon);
  Eigen::VectorXd own = Eigen::VectorXd::Zero(horizon);
  total[0] = expert.sd;
  for (Eigen::Index h = 1; h < horizon; ++h) {
    joint.table.row(h) = weighted_nodes(samples[static_cast<std::size_t>(h - 1)]);
    own[h] = log_normal_step(&middle(h - 1, 0)).sd;
    total[h] = std::sqrt(expert.sd * expert.sd + own[h] * own[h]);
  }
  for (Eigen::Index i = 0; i < horizon; ++i) {
    for (Eigen::Index j = 0; j < horizon; ++j) {
      const double together = i > 0 && j > 0 ? steps(i - 1, j - 1) * own[i] * own[j] : 0.0;
      if (i != j) joint.correlation(i, j) = (expert.sd * expert.sd + together) / (total[i] * total[j]);
    }
  }
  return joint;
}

/// The expert's word on the first step, on logarithms: both means count by their precision, and where they are further
/// apart than chance has it, what remains of their distance widens the step. The other steps follow by regression on
/// it.
ESSOR_INLINE double hear_expert(JointForecast& joint, const ExpertNormal& expert, double shift,
                                std::vector<std::string>& notes) {
  const PredictiveTable shifted = joint.table + shift;
  const LogNormalStep first = log_normal_step(&shifted(0, 0));
  const double variance = first.sd * first.sd;
  const double told = expert.sd * expert.sd;
  const double share = variance / (variance + told);
  const double distance = expert.mean - first.mean;
  const double by_chance = variance + told;
  if (std::abs(distance) > 2.5 * std::sqrt(by_chance)) {
    notes.push_back(
        "the expert's interval and the history disagree: the middle of the interval lies more than 2.5 "
        "standard deviations from what the history forecasts for the first step");
  }
  if (!(variance > 0.0)) return 0.0;
  const double apart = share * (1.0 - share) * std::max(distance * distance - by_chance, 0.0);
  const double left = (1.0 - share) + apart / variance;  // of the variance of the first step
  const Eigen::VectorXd towards = joint.correlation.col(0);
  joint.correlation -= (1.0 - left) * towards * towards.transpose();
  const Eigen::VectorXd sd = joint.correlation.diagonal().cwiseMax(1e-12).cwiseSqrt();
  joint.correlation.array() /= (sd * sd.transpose()).array();
  for (Eigen::Index h = 0; h < joint.table.rows(); ++h) {
    const double slope = towards[h] * log_normal_step(&shifted(h, 0)).sd / first.sd;
    const double median = shifted(h, score_count / 2);
    const double moved = std::exp(slope * share * distance);
    const bool positive = shifted(h, 0) > 0.0;
    for (int node = 0; node < score_count; ++node) {
      const double value = shifted(h, node);
      const double stretched = positive ? median * std::pow(value / median, sd[h]) : median + sd[h] * (value - median);
      joint.table(h, node) = moved * stretched - shift;
    }
  }
  return share;
}

/// Overlap of what the class says of the last step given the last value alone, and given the whole history.
ESSOR_INLINE double prior_overlap(const double* prior, const double* posterior) {
  const LogNormalStep a = log_normal_step(prior);
  const LogNormalStep b = log_normal_step(posterior);
  if (!(a.sd > 0.0 && b.sd > 0.0)) return a.mean == b.mean && a.sd == b.sd ? 1.0 : 0.0;
  constexpr int cells = 200;
  const double low = std::min(a.mean - 5.0 * a.sd, b.mean - 5.0 * b.sd);
  const double width = (std::max(a.mean + 5.0 * a.sd, b.mean + 5.0 * b.sd) - low) / cells;
  double overlap = 0.0;
  for (int i = 0; i < cells; ++i) {
    const double x = low + (i + 0.5) * width;
    overlap += width * std::min(normal_pdf((x - a.mean) / a.sd) / a.sd, normal_pdf((x - b.mean) / b.sd) / b.sd);
  }
  return std::min(overlap, 1.0);
}

ESSOR_INLINE void describe_pool(const PoolForecast& pool, double share, int season, std::vector<ModelUse>& models) {
  const std::vector<PoolMember>& members = pool_members(season > 1);
  const double members_share = pool.weights.sum();
  const double overlap = pool.weights.cwiseMin(pool.prior_weights).sum() / members_share;
  models.push_back({"pool: regression on past changes", share * pool.regression, 1.0, "learnt on the panel"});
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t k = 0; k < members.size(); ++k) order.emplace_back(-pool.weights[static_cast<Eigen::Index>(k)], k);
  std::sort(order.begin(), order.end());
  double rest = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double weight = -order[i].first * share;
    if (i < 8) {
      models.push_back({"pool: " + members[order[i].second].name(), weight, overlap, ""});
    } else {
      rest += weight;
    }
  }
  models.push_back({"pool: " + std::to_string(order.size() - 8) + " other models", rest, overlap,
                    "each weighs less than those named"});
}

ESSOR_INLINE std::string fitted_on(const ReferenceClass& reference, const SeasonModel& model, int label) {
  return "class " + reference.name + ", " + std::to_string(model.series) + " series" +
         (label < 0 && model.unlabelled.fitted() ? ", whatever their label" : "");
}

/// The season that is taken: none where the class has no seasonal models, the class's own where it has no others.
ESSOR_INLINE int season_taken(const SeasonModel& model, int season) {
  if (model.season == 1) return 1;
  return season > 1 ? season : model.season;
}

/// The pool's forecast of values above 0. Where squares of the values would leave the range of a double, it sees them
/// in a unit that is a power of two: the digits stay. What is below the smallest number in that unit becomes that
/// number.
ESSOR_INLINE PoolForecast forecast_pool_in_range(const PoolModel& model, std::span<const double> values, int season,
                                                 int steps) {
  const double largest = *std::max_element(values.begin(), values.end());
  const double unit = largest > 1e100 || largest < 1e-100 ? std::exp2(std::ilogb(largest)) : 1.0;
  std::vector<double> within(values.begin(), values.end());
  for (double& value : within) value = std::max(value / unit, std::numeric_limits<double>::min());
  PoolForecast pool = forecast_pool(model, view_history(within, season, steps), steps);
  pool.table *= unit;
  return pool;
}

/// The regression and the networks of a growth model, with the share that both have.
ESSOR_INLINE void describe_growth(const GrowthModel& growth, std::size_t points, double share, double prior_share,
                                  const std::string& reason, std::vector<ModelUse>& models) {
  const double of_networks = share_of_networks(growth, points);
  models.push_back({"growth regression", share * (1.0 - of_networks), prior_share, reason});
  if (of_networks > 0.0) models.push_back({"growth networks", share * of_networks, prior_share, reason});
}

/// Averages what the class's two forecasts with one season say of a history (values above 0, shifted).
ESSOR_INLINE JointForecast forecast_with(std::span<const double> values, const ReferenceClass& reference,
                                         const SeasonModel& model, int label, const ForecastOptions& options,
                                         ForecastSummary& summary) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n = values.size();
  const int season = season_taken(model, options.season);
  const double share = pool_share_at(model, n, season);
  JointForecast joint;
  joint.correlation = correlation_of(model, options.horizon);
  PredictiveTable last_alone;
  if (share < 1.0) {
    const GrowthModel& growth = model.growth_of(label);
    const double level = std::log(values.back());
    if (comparable_level(growth, level, label) != level) {
      summary.notes.push_back("the last value is far from all of the class " + reference.name +
                              ", as if of another unit: nothing is learnt from its level");
    }
    last_alone = forecast_growth(growth, values.last(1), label, options.horizon);
    joint.table = n == 1 ? last_alone : forecast_growth(growth, values, label, options.horizon);
    const Eigen::Index end = options.horizon - 1;
    std::string reason = fitted_on(reference, model, label);
    if (n == 1) reason = "one value: growth and spread are those of the " + reason;
    describe_growth(growth, n, 1.0 - share, prior_overlap(&last_alone(end, 0), &joint.table(end, 0)), reason,
                    summary.models);
  } else {
    summary.models.push_back({"growth regression", 0.0, missing, "the pool takes histories of this length alone"});
    joint.table = PredictiveTable::Zero(options.horizon, score_count);
  }
  if (share > 0.0) {
    const PoolForecast pool = forecast_pool_in_range(model.pool, values, season, options.horizon);
    combine(joint.table, pool.table, share, share_between(model.width, effective_length(n, season)));
    describe_pool(pool, share, season, summary.models);
    if (season > 1) {
      summary.models.push_back({"seasonal factors", pool.season_share, 1.0 - pool.season_share,
                                n < 2 * static_cast<std::size_t>(season)
                                    ? "needs two full seasons; there are " + std::to_string(n) + " values"
                                : pool.season_share == 0.0 ? "no larger than noise would make them"
                                                           : ""});
    }
  } else {
    const std::string needs = std::to_string(pool_least_values(season));
    summary.models.push_back({"pool", 0.0, missing,
                              !model.pool.fitted() ? "the panel of the class was too short for it"
                              : n >= pool_least_values(season)
                                  ? "it scored no better on the series held back"
                                  : "needs " + needs + " values; there are " + std::to_string(n)});
    if (season > 1) {
      summary.models.push_back(
          {"seasonal factors", 0.0, missing, "needs two full seasons; there are " + std::to_string(n) + " values"});
    }
  }
  if (season == 1) {
    summary.models.push_back({"seasonal factors", 0.0, missing,
                              options.season == 1 ? "no season asked for" : "the class has no seasonal models"});
  }
  return joint;
}

/// With a season, and as far as the history is steady, what the class says of it without one.
ESSOR_INLINE JointForecast forecast_history(std::span<const double> values, const ReferenceClass& reference,
                                            const SeasonModel& model, int label, const ForecastOptions& options,
                                            ForecastSummary& summary) {
  JointForecast joint = forecast_with(values, reference, model, label, options, summary);
  const SeasonModel& plain = reference.model_for(1);
  if (plain.season > 1) return joint;
  const double share = model.steady * steady_share(values, season_taken(model, options.season));
  if (share == 0.0) return joint;
  ForecastSummary aside;
  const JointForecast steady = forecast_with(values, reference, plain, label, options, aside);
  joint.table = (1.0 - share) * joint.table + share * steady.table;
  joint.correlation = (1.0 - share) * joint.correlation + share * steady.correlation;
  double prior_share = 0.0;
  for (const ModelUse& use : aside.models) {
    if (use.weight > 0.0) prior_share += use.weight * use.prior_share;
  }
  for (ModelUse& use : summary.models) {
    if (use.name != "seasonal factors") use.weight *= 1.0 - share;
  }
  summary.models.push_back({"without a season", share, prior_share,
                            fitted_on(reference, plain, label) + "; the history hardly leaves a steady change"});
  return joint;
}

/// The ceiling before the history was seen, on its shifted scale. Only asked for: as in `default_curve_priors`.
ESSOR_INLINE CeilingPrior ceiling_prior(const Ceiling& ceiling, double shift, double largest) {
  if (only_asked(ceiling)) return {.median = 2.0 * largest, .log_sd = 1.0};
  if (ceiling.low == ceiling.high) return {.median = ceiling.high + shift, .log_sd = 0.0};
  const ExpertNormal normal = expert_normal({ceiling.low, ceiling.high}, shift);
  return {.median = std::exp(normal.mean), .log_sd = normal.sd};
}

ESSOR_INLINE PredictiveTable finite_table(const PredictiveTable& table) {
  // As `bound_table`: what is no number comes of numbers beyond the largest.
  return table.unaryExpr([](double value) {
    return value < most_below_ceiling ? std::max(value, -most_below_ceiling) : most_below_ceiling;
  });
}

/// Keeps all steps below the ceiling.
/// @param last the last value; none: the expert's interval is truncated
ESSOR_INLINE void bound_table(PredictiveTable& table, const CeilingPrior& prior, double largest,
                              std::optional<double> last, std::vector<std::string>& notes) {
  constexpr int rare = score_count - 5;  // the score 2.5: what lies above is rarer than one in 160
  const bool above = (table.col(rare) > prior.median).any();
  for (Eigen::Index h = 0; h < table.rows(); ++h) {
    if (last) {
      slow_below_ceiling(&table(h, 0), prior, largest, *last);
    } else {
      truncate_at_ceiling(&table(h, 0), prior);
    }
  }
  if (above) {
    notes.push_back(last ? "the class reaches above the ceiling: its growth slows where it nears it"
                         : "the interval reaches above the ceiling: what lies there is left out, the rest counts more");
  }
}

/// ln of the density of a value, from the quantiles of its distribution. Tails beyond the nodes are not learnt: so that
/// no single value decides, one part in a hundred is Cauchy's distribution of the logarithm about the median; and no
/// density is that of a distribution narrower than rounding.
ESSOR_INLINE double log_density_at(const double* nodes, double value) {
  const double score = score_of_value(nodes, value);
  const double slope = (value_at_score(nodes, score + 0.01) - value_at_score(nodes, score - 0.01)) / 0.02;
  const double median = std::max(nodes[score_count / 2], std::numeric_limits<double>::min());
  const double distance = std::log(value) - std::log(median);
  const double wide = 1.0 / (std::numbers::pi * (1.0 + distance * distance));
  return std::log(0.99 * normal_pdf(score) / std::max(slope / value, 1e-9) + 0.01 * wide) - std::log(value);
}

/// Which curves joined, with what share of the first step.
ESSOR_INLINE void describe_curves(const CeilingForecast& curves, double share, const std::string& reason,
                                  std::vector<ModelUse>& models) {
  double overlap = 0.0;
  for (const double weight : curves.weights) overlap += std::min(weight, 1.0 / ceiling_curves.size());
  for (std::size_t k = 0; k < ceiling_curves.size(); ++k) {
    models.push_back({"curve: " + std::string(curve_name(ceiling_curves[k])), share * curves.weights[k], overlap,
                      k == 0 ? reason : ""});
  }
  const double missing = std::numeric_limits<double>::quiet_NaN();
  models.push_back({"curve: richards", 0.0, missing, "lies between logistic and gompertz"});
  models.push_back({"curves: linear, exponential", 0.0, missing, "have no ceiling"});
}

/// What the reader must know of the ceiling and of the share of the curves.
ESSOR_INLINE std::string curves_reason(const Ceiling& ceiling, double log_ratio) {
  const std::string taken = only_asked(ceiling) ? "ceiling unknown: twice the largest value, within a factor of e"
                            : ceiling.low == ceiling.high ? "ceiling known"
                                                          : "ceiling from an expert, " + number_text(ceiling.low) +
                                                                " to " + number_text(ceiling.high);
  const auto percent = static_cast<int>(std::lround(100.0 * curves_prior_share));
  return taken + "; the curves share " + std::to_string(percent) +
         " % before evidence, which multiplies their odds by e^" +
         number_text(std::round(10.0 * log_ratio) / 10.0 + 0.0);
}

/// Is more than half of all movement growth? A single value does not say.
ESSOR_INLINE bool mostly_grows(std::span<const double> values) {
  double movement = 0.0;
  for (std::size_t t = 1; t < values.size(); ++t) movement += std::abs(values[t] - values[t - 1]);
  return values.size() == 1 || values.back() - values.front() > 0.5 * movement;
}

/// The most that curves see of a history. Values at a known ceiling have no log odds: they are seen below it by half of
/// the least distance that the others keep, half a percent at most.
ESSOR_INLINE double most_seen(std::span<const double> values, double largest, const CeilingPrior& prior) {
  if (!prior.known() || largest < prior.median) return largest;
  double distance = 0.01 * prior.median;
  for (const double value : values) {
    if (value < prior.median) distance = std::min(distance, prior.median - value);
  }
  return prior.median - 0.5 * distance;
}

/// The growth curves beside the class.
/// @param class_table what the class says one step after the first so many values
template <class ClassTable>
void join_curves(JointForecast& joint, std::span<const double> values, const Ceiling& ceiling, double shift,
                 const ClassTable& class_table, ForecastSummary& summary) {
  const double largest = *std::max_element(values.begin(), values.end());
  const CeilingPrior prior = ceiling_prior(ceiling, shift, largest);
  const bool bounded = !only_asked(ceiling);
  joint.table = finite_table(joint.table);
  if (bounded) bound_table(joint.table, prior, largest, values.back(), summary.notes);
  if (only_asked(ceiling) && !mostly_grows(values)) {
    summary.models.push_back({"growth curves", 0.0, std::numeric_limits<double>::quiet_NaN(),
                              "the history moves more than it grows: it says nothing of a ceiling"});
    return;
  }
  const double most = most_seen(values, largest, prior);
  std::vector<double> below(values.begin(), values.end());
  for (double& value : below) value = std::min(value, most);
  CeilingForecast curves = forecast_below_ceiling(below, prior, static_cast<int>(joint.table.rows()));
  double log_ratio = curves.log_evidence;
  for (std::size_t t = 1; t < values.size(); ++t) {
    PredictiveTable table = finite_table(class_table(values.first(t)));
    if (bounded) slow_below_ceiling(&table(0, 0), prior, largest, values[t - 1]);
    log_ratio -= curves_likelihood_power * log_density_at(&table(0, 0), values[t]);
  }
  const double share = 1.0 / (1.0 + (1.0 / curves_prior_share - 1.0) * std::exp(-log_ratio));
  joint.table = (1.0 - share) * joint.table + share * curves.table;
  if (most < largest) {
    summary.notes.push_back("the history has reached its ceiling: curves see such values as " +
                            number_text(most - shift) + ", and what is forecast above that is the ceiling");
    joint.table = (joint.table >= most).select(prior.median, joint.table);
  }
  joint.correlation = (1.0 - share) * joint.correlation + share * curves.correlation;
  for (ModelUse& use : summary.models) {
    if (use.name != "seasonal factors") use.weight *= 1.0 - share;
  }
  describe_curves(curves, share, curves_reason(ceiling, log_ratio), summary.models);
  summary.paths = std::move(curves.paths);
}

/// What the reader must know of the class used.
ESSOR_INLINE void note_class(const ReferenceClass& reference, const SeasonModel& model, const ForecastOptions& options,
                             bool pooled, std::vector<std::string>& notes) {
  if (model.season != options.season && (pooled || model.season == 1 || options.season == 1)) {
    notes.push_back("the class " + reference.name + " knows no season of " + std::to_string(options.season) +
                    " periods: its models of a season of " + std::to_string(model.season) + " are taken");
  }
  if (!options.label.empty() && !reference.labels.empty() && reference.label_index(options.label) < 0) {
    notes.push_back("the class " + reference.name + " knows no label " + options.label +
                    ": it says what its labels have in common");
  }
  if (options.horizon > model.steps) {
    notes.push_back("the class " + reference.name + " was fitted " + std::to_string(model.steps) +
                    " steps ahead: beyond them the models go on as they are");
  }
}

/// Within the bounds of what can be: not below 0, not beyond the largest double.
ESSOR_INLINE void bound_table(PredictiveTable& table, double shift, std::vector<std::string>& notes) {
  constexpr double largest = std::numeric_limits<double>::max();
  table -= shift;
  std::size_t below = 0;
  std::size_t beyond = 0;
  for (Eigen::Index h = 0; h < table.rows(); ++h) {
    for (int node = 0; node < score_count; ++node) {
      double& value = table(h, node);
      if (value < 0.0) {
        value = 0.0;
        below += node >= 4 ? 1U : 0U;  // the score -2.5: what lies below is rarer than one in 160
      }
      if (!(value < 0.999999 * largest)) {  // the exponential of the largest logarithm, but for rounding
        value = largest;
        ++beyond;
      }
    }
  }
  if (shift > 0.0) {
    notes.push_back("the history has zeros: models see value + " + number_text(shift) +
                    ", and values below 0 become 0");
  } else if (below > 0) {
    notes.push_back("the lower tail reaches below 0: values below 0 become 0");
  }
  if (beyond > 0) {
    notes.push_back(std::to_string(beyond) + " quantiles beyond the largest number are set to it, " +
                    number_text(largest));
  }
}

/// Draws are made so many at a time: what they need stays in the cache.
inline constexpr std::size_t draw_block = 128;
using DrawBits = std::array<std::uint32_t, draw_block>;
using DrawNumbers = Eigen::Array<double, draw_block, 1>;
using DrawNoise = Eigen::Array<double, draw_block, Eigen::Dynamic>;

/// The quantile of the normal for numbers of 32 random bits: linear between 4096 points, exact in the outer 64ths.
class NormalTable {
 public:
  NormalTable() {
    for (std::size_t i = 1; i < size; ++i) values_[i] = normal_quantile(static_cast<double>(i) / size);
    values_[0] = values_[1];
    values_[size] = values_[size - 1];
  }

  DrawNumbers operator()(const DrawBits& bits) const {
    DrawNumbers numbers;
    // The outer 64ths wait for a loop of their own: as a branch of this one they would be foreseen by nothing.
    std::array<std::size_t, draw_block> outer;
    std::size_t found = 0;
    for (std::size_t d = 0; d < draw_block; ++d) {
      const std::uint32_t cell = bits[d] >> within;
      const std::uint32_t place = bits[d] % (1U << within);
      const double share = (static_cast<std::int32_t>(place) + 0.5) / (1U << within);
      numbers[static_cast<Eigen::Index>(d)] = values_[cell] + share * (values_[cell + 1] - values_[cell]);
      outer[found] = d;
      found += cell < size / 64 || cell >= size - size / 64 ? 1U : 0U;
    }
    for (std::size_t i = 0; i < found; ++i) {
      numbers[static_cast<Eigen::Index>(outer[i])] = normal_quantile((bits[outer[i]] + 0.5) * 0x1p-32);
    }
    return numbers;
  }

 private:
  static constexpr std::size_t size = 4096;
  static constexpr std::uint32_t within = 20;  ///< bits that tell the place between two points
  std::array<double, size + 1> values_{};
};

/// Beyond the outer nodes a line may leave what can be.
ESSOR_INLINE double bounded_value(double value) { return std::clamp(value, 0.0, std::numeric_limits<double>::max()); }

/// Standard normal numbers of a block of draws, one column for each step.
ESSOR_INLINE void draw_noise(std::uint64_t seed, std::uint32_t series, std::size_t first, DrawNoise& noise) {
  static const NormalTable normal;
  std::array<DrawBits, 4> bits;
  for (Eigen::Index h = 0; h < noise.cols(); h += 4) {
    for (std::size_t d = 0; d < draw_block; ++d) {
      const Philox stream(
          seed, {.path = static_cast<std::uint32_t>(first + d), .product = series, .purpose = purpose_forecast_path});
      const std::array<std::uint32_t, 4> four = stream.block(static_cast<std::uint32_t>(h / 4));
      for (std::size_t i = 0; i < 4; ++i) bits[i][d] = four[i];
    }
    for (Eigen::Index i = 0; i < std::min<Eigen::Index>(4, noise.cols() - h); ++i) {
      noise.col(h + i) = normal(bits[static_cast<std::size_t>(i)]);
    }
  }
}

/// Draws of all steps: correlated normal scores, each turned into a value by the quantiles of its step.
ESSOR_INLINE void draw_paths(const JointForecast& joint, const ForecastOptions& options, std::uint32_t series,
                             double ceiling, std::span<double> draws) {
  const auto rows = static_cast<std::size_t>(options.draws);
  Eigen::MatrixXd correlation = joint.correlation;
  correlation.diagonal().array() += 1e-9;
  const Eigen::MatrixXd factor = correlation.llt().matrixL();
  DrawNoise noise(draw_block, options.horizon);
  DrawNumbers scores;
  for (std::size_t first = 0; first < rows; first += draw_block) {
    draw_noise(options.seed, series, first, noise);
    const std::size_t count = std::min(draw_block, rows - first);
    for (Eigen::Index h = 0; h < noise.cols(); ++h) {
      scores = factor(h, 0) * noise.col(0);
      for (Eigen::Index i = 1; i <= h; ++i) scores += factor(h, i) * noise.col(i);
      const double* const nodes = &joint.table(h, 0);
      double* const values = draws.data() + static_cast<std::size_t>(h) * rows + first;
      for (std::size_t d = 0; d < count; ++d) {
        values[d] = std::min(bounded_value(value_at_score(nodes, scores[static_cast<Eigen::Index>(d)])), ceiling);
      }
    }
  }
}

ESSOR_INLINE void check_saturation(std::span<const SaturationPath> paths) {
  if (!paths.empty()) return;
  throw_argument_error(
      "saturation", "ceiling", "no curve",
      "forecast with a ceiling (a number, an expert's interval, or, of a history that grows, only asked for), and "
      "at least one value");
}

}  // namespace detail

ESSOR_INLINE ForecastSummary forecast_into(std::span<const double> history, const ForecastOptions& options,
                                           std::uint32_t series_index, std::span<double> draws) {
  detail::check_forecast(history, options);
  check_same_size("forecast", "draws", draws.size(), "draws x horizon",
                  static_cast<std::size_t>(options.draws) * static_cast<std::size_t>(options.horizon));
  const ReferenceClass& reference =
      options.own_class != nullptr ? *options.own_class : shipped_class(options.reference);
  const SeasonModel& model = reference.model_for(options.season);
  const int label = reference.label_index(options.label);
  ForecastSummary summary;
  if (options.expert && !history.empty() && *std::max_element(history.begin(), history.end()) == 0.0) {
    summary.notes.push_back(
        "the history is nothing but zeros, which have no unit: the expert's interval is taken alone");
    history = {};
  }
  const double shift = detail::log_shift(history);
  detail::JointForecast joint;
  double expert_share = 0.0;
  if (history.empty()) {
    joint = detail::forecast_from_expert(model, detail::expert_normal(*options.expert, 0.0), label, options.horizon);
    expert_share = 1.0;
    detail::describe_growth(
        model.growth_of(label), 1, 1.0, 1.0,
        "no history: it takes over from the second step; " + detail::fitted_on(reference, model, label),
        summary.models);
    if (options.ceiling && !detail::only_asked(*options.ceiling)) {
      detail::bound_table(joint.table, detail::ceiling_prior(*options.ceiling, 0.0, 0.0), 0.0, {}, summary.notes);
    }
  } else {
    std::vector<double> values(history.begin(), history.end());
    for (double& value : values) value += shift;
    joint = detail::forecast_history(values, reference, model, label, options, summary);
    if (options.ceiling) {
      const auto class_table = [&](std::span<const double> known) {
        ForecastOptions one_step = options;
        one_step.horizon = 1;
        ForecastSummary unread;
        return detail::forecast_history(known, reference, model, label, one_step, unread).table;
      };
      detail::join_curves(joint, values, *options.ceiling, shift, class_table, summary);
    }
    joint.table -= shift;
    if (options.expert) {
      expert_share = detail::hear_expert(joint, detail::expert_normal(*options.expert, shift), shift, summary.notes);
    }
    joint.table += shift;
  }
  for (ModelUse& use : summary.models) {
    if (use.name != "seasonal factors") use.weight *= 1.0 - expert_share;
  }
  const double missing = std::numeric_limits<double>::quiet_NaN();
  summary.models.push_back(options.expert ? ModelUse{"expert interval", expert_share, 1.0, ""}
                                          : ModelUse{"expert interval", 0.0, missing, "none given"});
  const bool pooled = detail::pool_share_at(model, history.size(), detail::season_taken(model, options.season)) > 0.0;
  detail::note_class(reference, model, options, pooled, summary.notes);
  if (options.season > 1 && !history.empty() && history.size() <= static_cast<std::size_t>(options.season)) {
    summary.notes.push_back("no value a season of " + std::to_string(options.season) +
                            " periods before another is known: what repeats is the class's guess");
  }
  if (!history.empty() && history.back() == 0.0 && *std::max_element(history.begin(), history.end()) > 0.0) {
    summary.notes.push_back("the last value is 0: if it is a gap and not a count, leave it out");
  }
  detail::bound_table(joint.table, shift, summary.notes);
  if (options.ceiling && options.ceiling->low == options.ceiling->high) {
    summary.ceiling = options.ceiling->high;
    joint.table = joint.table.min(summary.ceiling);  // an expert may have moved them beyond
  }
  detail::draw_paths(joint, options, series_index, summary.ceiling, draws);
  summary.nodes.assign(joint.table.data(), joint.table.data() + joint.table.size());
  return summary;
}

ESSOR_INLINE std::vector<ForecastSummary> forecast_batch(std::span<const std::span<const double>> histories,
                                                         std::span<const ForecastOptions> options,
                                                         std::span<double> draws, std::uint32_t first_index,
                                                         int threads) {
  check_same_size("forecast", "options", options.size(), "histories", histories.size());
  check_at_least("forecast", "threads", threads, 0);
  std::vector<std::size_t> start(histories.size() + 1, 0);
  for (std::size_t i = 0; i < histories.size(); ++i) {
    detail::check_forecast(histories[i], options[i]);
    start[i + 1] = start[i] + static_cast<std::size_t>(options[i].draws) * static_cast<std::size_t>(options[i].horizon);
  }
  check_same_size("forecast", "draws", draws.size(), "draws x horizon of all series", start.back());
  std::vector<ForecastSummary> summaries(histories.size());
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < histories.size(); i = next++) {
        summaries[i] = forecast_into(histories[i], options[i], first_index + static_cast<std::uint32_t>(i),
                                     draws.subspan(start[i], start[i + 1] - start[i]));
      }
    } catch (...) {
      const std::scoped_lock lock(failing);
      failure = std::current_exception();
    }
  };
  const std::size_t wanted =
      threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : static_cast<std::size_t>(threads);
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(wanted, histories.size()); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
  return summaries;
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

ESSOR_INLINE int ForecastResult::place_of(int step) const {
  const int place = step < 0 ? horizon_ + step : step - 1;
  if (step == 0 || place < 0 || place >= horizon_) {
    throw_argument_error(
        "forecast", "step", std::to_string(step),
        "must be from 1 to " + std::to_string(horizon_) + ", or from -" + std::to_string(horizon_) + " to -1");
  }
  return place;
}

ESSOR_INLINE std::span<const double> ForecastResult::step_draws(int step) const {
  const auto count = static_cast<std::size_t>(draw_count_);
  return std::span<const double>(draws_).subspan(static_cast<std::size_t>(place_of(step)) * count, count);
}

ESSOR_INLINE double ForecastResult::quantile(int step, double p) const {
  const auto place = static_cast<std::size_t>(place_of(step));
  const std::span<const double> nodes = summary_.nodes;
  if (nodes.empty()) return draw_quantiles(step_draws(step), std::array{p}).front();
  return node_quantiles(nodes.subspan(place * detail::score_count, detail::score_count), std::array{p},
                        summary_.ceiling)
      .front();
}

ESSOR_INLINE double ForecastResult::probability(double target, int step) const {
  return reach_probability(step_draws(step), target);
}

ESSOR_INLINE double ForecastResult::saturation(double p, double share) const {
  detail::check_saturation(summary_.paths);
  return saturation_steps(summary_.paths, p, share);
}

ESSOR_INLINE double ForecastResult::saturation_probability(double steps, double share) const {
  detail::check_saturation(summary_.paths);
  return essor::saturation_probability(summary_.paths, steps, share);
}

ESSOR_INLINE std::vector<double> node_quantiles(std::span<const double> nodes, std::span<const double> probabilities,
                                                double ceiling) {
  if (nodes.size() % detail::score_count != 0) {
    throw_argument_error("quantiles", "nodes", std::to_string(nodes.size()), "must be 29 for each step");
  }
  std::vector<double> scores;
  for (const double p : probabilities) {
    check_probability("quantiles", "q", p);
    scores.push_back(p <= 0.0 ? -8.0 : p >= 1.0 ? 8.0 : normal_quantile(p));
  }
  std::vector<double> result;
  result.reserve(nodes.size() / detail::score_count * scores.size());
  for (std::size_t step = 0; step < nodes.size(); step += detail::score_count) {
    for (const double score : scores) {
      result.push_back(std::min(detail::bounded_value(detail::value_at_score(nodes.data() + step, score)), ceiling));
    }
  }
  return result;
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
