#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/forecast/detail/funding_prior.hpp"
#include "essor/forecast/detail/log_scale.hpp"
#include "essor/forecast/funding_response.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"

namespace essor {
namespace detail {

inline constexpr std::size_t elasticity_cells = 25;
inline constexpr double elasticity_step = ElasticityPrior::largest / static_cast<double>(elasticity_cells);
inline constexpr std::size_t carry_over_cells = std::size(carry_overs);
inline constexpr std::size_t saturation_cells = std::size(half_saturations);
inline constexpr std::size_t response_cells = elasticity_cells * carry_over_cells * saturation_cells;
inline constexpr std::size_t response_points = 100;  ///< drawn from the posterior for the forecast, at most
inline constexpr std::size_t draws_of_point = 20;    ///< of the forecast, for each of them, at least
/// What the random numbers of a response are for: part of their key.
inline constexpr std::uint16_t purpose_funding_response = 75;

ESSOR_INLINE void check_funding_history(const FundingHistory& history, const FundingOptions& options) {
  constexpr std::string_view function = "forecast_funding";
  check_at_least(function, "horizon", options.horizon, 1);
  check_at_least(function, "draws", options.draws, 1);
  check_at_least(function, "months", history.months, 1);
  check_not_empty(function, "impact", history.impact.size());
  check_same_size(function, "funding", history.funding.size(), "impact", history.impact.size());
  for (std::size_t t = 0; t < history.impact.size(); ++t) {
    const std::string at = "[" + std::to_string(t) + "]";
    check_non_negative(function, "impact" + at, history.impact[t]);
    if (!std::isnan(history.funding[t])) check_non_negative(function, "funding" + at, history.funding[t]);
  }
  if (std::none_of(history.funding.begin(), history.funding.end(), [](double x) { return x > 0.0; })) {
    throw_argument_error(function, "funding", std::to_string(history.funding.size()) + " periods",
                         "the funding of at least one period must be known and above 0");
  }
}

inline constexpr std::size_t nuisances = 6;
using Nuisances = std::array<double, nuisances>;

/// Cholesky's factor of a symmetric positive definite matrix, in its lower triangle.
struct NuisanceFactor {
  std::array<Nuisances, nuisances> lower;

  explicit NuisanceFactor(const std::array<Nuisances, nuisances>& matrix) : lower(matrix) {
    for (std::size_t i = 0; i < nuisances; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = matrix[i][j];
        for (std::size_t k = 0; k < j; ++k) sum -= lower[i][k] * lower[j][k];
        lower[i][j] = i == j ? std::sqrt(sum) : sum / lower[j][j];
      }
    }
  }
  Nuisances solve(Nuisances x) const {
    for (std::size_t i = 0; i < nuisances; ++i) {
      for (std::size_t k = 0; k < i; ++k) x[i] -= lower[i][k] * x[k];
      x[i] /= lower[i][i];
    }
    for (std::size_t i = nuisances; i-- > 0;) {
      for (std::size_t k = i + 1; k < nuisances; ++k) x[i] -= lower[k][i] * x[k];
      x[i] /= lower[i][i];
    }
    return x;
  }
  double log_root_determinant() const {
    double product = 1.0;
    for (std::size_t i = 0; i < nuisances; ++i) product *= lower[i][i];
    return std::log(product);
  }
};

/// A difference of the record whose funding is known on both sides.
struct FundingPair {
  std::size_t period;  ///< into which it leads
  double growth;       ///< of the logarithm of impact
};

/// The record as the response reads it: differences of logarithms, and funding without a gap.
struct FundingRecord {
  std::vector<double> funding;  ///< filled where it was not known
  std::vector<FundingPair> pairs;
  std::vector<Nuisances> nuisance;  ///< of each pair, in prior standard deviations: growth, its change,
  ///< momentum, feedback, season
  std::size_t filled = 0;  ///< periods whose funding is not known
  double sign = 1.0;
};

ESSOR_INLINE FundingRecord read_record(const FundingHistory& history) {
  FundingRecord record;
  const std::size_t periods = history.impact.size();
  record.sign = history.direction == Direction::decrease ? -1.0 : 1.0;
  const auto first = static_cast<std::size_t>(
      std::find_if(history.funding.begin(), history.funding.end(), [](double x) { return x > 0.0; }) -
      history.funding.begin());
  double sum = 0.0;
  for (std::size_t t = 0; t < periods; ++t) {
    const bool known = t >= first && !std::isnan(history.funding[t]);
    record.filled += known ? 0U : 1U;
    record.funding.push_back(known ? history.funding[t] : t < first ? history.funding[first] : record.funding.back());
    sum += record.funding.back();
  }
  const std::vector<double> logs = log_values(history.impact, log_shift(history.impact));
  // A period without funding stands at a hundredth of the mean, so that its logarithm exists.
  const double floor = 0.01 * sum / static_cast<double>(periods);
  const double feedback = history.tied ? NuisancePrior::feedback_tied : NuisancePrior::feedback;
  for (std::size_t t = first + 1; t < periods; ++t) {
    if (std::isnan(history.funding[t]) || std::isnan(history.funding[t - 1])) continue;
    const double place = periods > 2 ? 2.0 * static_cast<double>(t - 1) / static_cast<double>(periods - 2) - 1.0 : 0.0;
    record.pairs.push_back({t, logs[t] - logs[t - 1]});
    // The first harmonic of the year: for half-years, up and down in turn; nothing for whole years.
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(t) * history.months / 12.0;
    const double season = history.months % 12 == 0 ? 0.0 : NuisancePrior::season;
    record.nuisance.push_back({NuisancePrior::growth, NuisancePrior::change * place,
                               NuisancePrior::momentum * (t > 1 ? logs[t - 1] - logs[t - 2] : 0.0),
                               feedback * std::log((record.funding[t] + floor) / (record.funding[t - 1] + floor)),
                               season * std::cos(angle), season * std::sin(angle)});
  }
  return record;
}

/// A_t of every period.
ESSOR_INLINE std::vector<double> funding_at_work(const std::vector<double>& funding, double carry_over) {
  std::vector<double> at_work{funding.front()};
  for (std::size_t t = 1; t < funding.size(); ++t) {
    at_work.push_back(carry_over * at_work.back() + (1.0 - carry_over) * funding[t]);
  }
  return at_work;
}

/// The likelihood of residual growth, integrated over the nuisances by Laplace's method and over the spread by a grid.
class NuisanceLikelihood {
 public:
  /// @param rows the nuisances of the differences used, in units of their prior standard deviations
  explicit NuisanceLikelihood(std::vector<Nuisances> rows) : rows_(std::move(rows)) {
    for (std::size_t k = 0; k < spreads; ++k) {
      z_[k] = -2.0 + 4.0 * static_cast<double>(k) / static_cast<double>(spreads - 1);
      log_spread_[k] = NuisancePrior::log_spread_mean + NuisancePrior::log_spread_sd * z_[k];
    }
  }

  /// @param residuals growth less what the response explains, of the differences used
  double log_evidence(const std::vector<double>& residuals) const {
    double top = -HUGE_VAL;
    std::array<double, spreads> log_mass;
    Nuisances mode{};
    for (std::size_t k = spreads; k-- > 0;) {  // from the widest, whose mode is nearest to 0
      log_mass[k] = laplace(residuals, log_spread_[k], mode) - 0.5 * z_[k] * z_[k];
      top = std::max(top, log_mass[k]);
    }
    double sum = 0.0;
    for (const double mass : log_mass) sum += std::exp(mass - top);
    return top + std::log(sum);
  }

 private:
  static constexpr std::size_t spreads = 9;
  static constexpr int iterations = 5;

  double error(const std::vector<double>& residuals, std::size_t t, const Nuisances& mode) const {
    double rest = residuals[t];
    for (std::size_t i = 0; i < nuisances; ++i) rest -= rows_[t][i] * mode[i];
    return rest;
  }

  /// The coefficients are in units of their prior standard deviations. @param mode where to begin; becomes the mode
  double laplace(const std::vector<double>& residuals, double log_spread, Nuisances& mode) const {
    const double precision = std::exp(-2.0 * log_spread);
    double log_determinant = 0.0;
    for (int iteration = 0; iteration < iterations; ++iteration) {  // least squares, reweighted: t_4 mixes normals
      std::array<Nuisances, nuisances> information{};
      Nuisances score{};
      for (std::size_t i = 0; i < nuisances; ++i) information[i][i] = 1.0;
      for (std::size_t t = 0; t < rows_.size(); ++t) {
        const Nuisances& x = rows_[t];
        const double e = error(residuals, t, mode);
        const double weight = 5.0 * precision / (4.0 + e * e * precision);
        for (std::size_t i = 0; i < nuisances; ++i) {
          const double weighted = weight * x[i];
          score[i] += weighted * residuals[t];
          for (std::size_t j = 0; j <= i; ++j) information[i][j] += weighted * x[j];
        }
      }
      const NuisanceFactor factor(information);
      mode = factor.solve(score);
      log_determinant = factor.log_root_determinant();
    }
    double log_density = -static_cast<double>(rows_.size()) * log_spread - log_determinant;
    for (const double coefficient : mode) log_density -= 0.5 * coefficient * coefficient;
    for (std::size_t t = 0; t < rows_.size(); ++t) {
      const double e = error(residuals, t, mode);
      log_density -= 2.5 * std::log1p(0.25 * e * e * precision);
    }
    return log_density;
  }

  std::vector<Nuisances> rows_;
  std::array<double, spreads> z_{}, log_spread_{};
};

/// The posterior of the response on its grid: carry-over, then half-saturation, then elasticity.
struct ResponsePosterior {
  std::vector<double> prior, weight;  ///< each sums to 1
  double months;

  double carry_over(std::size_t cell) const {
    const double half_year = carry_overs[cell / (elasticity_cells * saturation_cells)];
    return std::pow(half_year, months / 6.0);
  }
  double half_saturation(std::size_t cell) const {
    return half_saturations[cell / elasticity_cells % saturation_cells].half_saturation;
  }
  /// `within` in (0, 1): where in the cell.
  static double elasticity(std::size_t cell, double within = 0.5) {
    return (static_cast<double>(cell % elasticity_cells) + within) * elasticity_step;
  }
};

ESSOR_INLINE void normalise_weights(std::vector<double>& weights) {
  double sum = 0.0;
  for (const double weight : weights) sum += weight;
  for (double& weight : weights) weight /= sum;
}

ESSOR_INLINE ResponsePosterior response_prior(int months) {
  ResponsePosterior posterior{{}, {}, static_cast<double>(months)};
  for (std::size_t cell = 0; cell < response_cells; ++cell) {
    const double t = (ResponsePosterior::elasticity(cell) - ElasticityPrior::location) / ElasticityPrior::scale;
    posterior.prior.push_back(half_saturations[cell / elasticity_cells % saturation_cells].weight *
                              std::pow(1.0 + 0.5 * t * t, -1.5));
  }
  normalise_weights(posterior.prior);
  posterior.weight = posterior.prior;
  return posterior;
}

/// What funding changes in the logarithm of impact, for each difference of the record and an elasticity of 1.
ESSOR_INLINE std::vector<double> unit_changes(const FundingRecord& record, double carry_over, double half_saturation) {
  const std::vector<double> at_work = funding_at_work(record.funding, carry_over);
  const FundingEffect unit{1.0, carry_over, half_saturation};
  std::vector<double> effect;
  for (const double a : at_work) effect.push_back(record.sign * unit.log_effect(a / at_work.back()));
  std::vector<double> changes;
  for (const FundingPair& pair : record.pairs) changes.push_back(effect[pair.period] - effect[pair.period - 1]);
  return changes;
}

/// Growth less what the response explains: the effect is proportional to the elasticity.
ESSOR_INLINE std::vector<double> residual_growth(const FundingRecord& record, const std::vector<double>& changes,
                                                 double elasticity) {
  std::vector<double> residuals;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    residuals.push_back(record.pairs[i].growth - elasticity * changes[i]);
  }
  return residuals;
}

ESSOR_INLINE ResponsePosterior response_posterior(const FundingHistory& history, const FundingRecord& record) {
  ResponsePosterior posterior = response_prior(history.months);
  const std::vector<double>& funding = record.funding;
  const bool steady = std::all_of(funding.begin(), funding.end(), [&](double x) { return x == funding.front(); });
  const std::vector<double>& impact = history.impact;
  const bool nothing = std::all_of(impact.begin(), impact.end(), [](double y) { return y == 0.0; });
  if (record.pairs.empty() || steady || nothing) return posterior;
  const NuisanceLikelihood likelihood(record.nuisance);
  std::vector<double> log_evidence(response_cells);
  double top = -HUGE_VAL;
  for (std::size_t start = 0; start < response_cells; start += elasticity_cells) {
    const auto changes = unit_changes(record, posterior.carry_over(start), posterior.half_saturation(start));
    for (std::size_t cell = start; cell < start + elasticity_cells; ++cell) {
      log_evidence[cell] =
          likelihood.log_evidence(residual_growth(record, changes, ResponsePosterior::elasticity(cell)));
      top = std::max(top, log_evidence[cell]);
    }
  }
  for (std::size_t cell = 0; cell < response_cells; ++cell) {
    posterior.weight[cell] *= std::exp(log_evidence[cell] - top);
  }
  normalise_weights(posterior.weight);
  return posterior;
}

ESSOR_INLINE std::pair<double, double> elasticity_moments(const std::vector<double>& weights) {
  double first = 0.0, second = 0.0;
  for (std::size_t cell = 0; cell < response_cells; ++cell) {
    const double e = ResponsePosterior::elasticity(cell);
    first += weights[cell] * e;
    second += weights[cell] * e * e;
  }
  return {first, std::sqrt(std::max(0.0, second - first * first))};
}

ESSOR_INLINE ResponseSummary summary_of(const ResponsePosterior& posterior, const FundingRecord& record) {
  const auto [mean, sd] = elasticity_moments(posterior.weight);
  const auto [class_mean, class_sd] = elasticity_moments(posterior.prior);
  ResponseSummary summary{mean, sd, class_mean, class_sd, 0.0, half_saturations[0].half_saturation, 0.0, 0};
  std::array<double, elasticity_cells> before{}, after{};
  std::array<double, saturation_cells> saturation{};
  for (std::size_t cell = 0; cell < response_cells; ++cell) {
    before[cell % elasticity_cells] += posterior.prior[cell];
    after[cell % elasticity_cells] += posterior.weight[cell];
    saturation[cell / elasticity_cells % saturation_cells] += posterior.weight[cell];
    summary.carry_over += posterior.weight[cell] * posterior.carry_over(cell);
  }
  for (std::size_t e = 0; e < elasticity_cells; ++e) summary.prior_share += std::min(before[e], after[e]);
  summary.prior_share = std::min(summary.prior_share, 1.0);
  double below = saturation[0];
  for (std::size_t k = 1; k < saturation_cells && below < 0.5; ++k) {
    summary.half_saturation = half_saturations[k].half_saturation;
    below += saturation[k];
  }
  summary.pairs = static_cast<int>(record.pairs.size());
  return summary;
}

/// Points of the posterior at equal distances of its mass, so that few represent it well.
ESSOR_INLINE std::vector<FundingForecast::Point> response_draws(const ResponsePosterior& posterior,
                                                                const FundingRecord& record, std::size_t count) {
  std::vector<FundingForecast::Point> points;
  std::size_t cell = 0;
  double before = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const double mass = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    while (cell + 1 < response_cells && before + posterior.weight[cell] < mass) before += posterior.weight[cell++];
    const double within =
        posterior.weight[cell] > 0.0 ? std::clamp((mass - before) / posterior.weight[cell], 0.0, 1.0) : 0.5;
    const double carry_over = posterior.carry_over(cell);
    points.push_back({{ResponsePosterior::elasticity(cell, within), carry_over, posterior.half_saturation(cell)},
                      funding_at_work(record.funding, carry_over).back()});
  }
  return points;
}

/// The history as funding kept at that of its end would have given it.
ESSOR_INLINE std::vector<double> history_at_present(const FundingHistory& history, const FundingRecord& record,
                                                    const FundingForecast::Point& point) {
  const std::vector<double> at_work = funding_at_work(record.funding, point.response.carry_over);
  std::vector<double> present;
  for (std::size_t t = 0; t < at_work.size(); ++t) {
    const double effect = record.sign * point.response.log_effect(at_work[t] / at_work.back());
    present.push_back(std::min(history.impact[t] * std::exp(-effect), std::numeric_limits<double>::max()));
  }
  return present;
}

/// The first of the draws of point i, when draws are shared out between points.
constexpr std::size_t first_draw(std::size_t i, std::size_t points, std::size_t draws) { return i * draws / points; }

ESSOR_INLINE std::string short_text(double value) { return number_text(std::round(value * 100.0) / 100.0); }

ESSOR_INLINE std::vector<std::string> funding_notes(const FundingHistory& history, const FundingRecord& record,
                                                    const ResponseSummary& response) {
  std::vector<std::string> notes;
  const std::string found = "elasticity " + short_text(response.elasticity) + " (standard deviation " +
                            short_text(response.elasticity_sd) + "), class " + short_text(response.class_elasticity) +
                            " (" + short_text(response.class_elasticity_sd) + "), prior share " +
                            short_text(response.prior_share);
  // An elasticity is above 0 by assumption: where impact does not rise with funding it piles up there.
  const bool none = response.elasticity < 1.5 * response.elasticity_sd;
  notes.push_back(response.identified()
                      ? (none ? "the record bounds the response to funding but cannot tell it from none: "
                              : "the record identifies the response to funding: ") +
                            found
                      : "the record does not identify the response to funding, so the answer is nearly that of the "
                        "class (British services and French digital products): " +
                            found);
  notes.push_back(
      "assumed: nothing else moves funding first and impact later; growth that lasts, a change of growth and funding "
      "that follows impact are allowed for");
  if (history.tied) {
    notes.push_back("cost was computed from volume: growths of the same period say next to nothing of the response");
  }
  if (record.filled > 0) {
    notes.push_back("the funding of " + std::to_string(record.filled) + " of " + std::to_string(record.funding.size()) +
                    " periods is not known, or comes before the first above 0: it is taken as in the period before, at "
                    "the start as in the first known");
  }
  return notes;
}

}  // namespace detail

ESSOR_INLINE double FundingEffect::log_effect(double relative_funding) const {
  if (elasticity == 0.0) return 0.0;
  return -elasticity * (1.0 + half_saturation) / half_saturation *
         std::log((1.0 + half_saturation / relative_funding) / (1.0 + half_saturation));
}

ESSOR_INLINE FundingForecast::FundingForecast(ForecastResult present, std::vector<Point> points,
                                              ResponseSummary response, Direction direction, double latest_funding)
    : present_(std::move(present)),
      points_(std::move(points)),
      response_(response),
      direction_(direction),
      latest_funding_(latest_funding) {}

ESSOR_INLINE ForecastResult FundingForecast::given(std::span<const double> plan) const {
  const auto steps = static_cast<std::size_t>(horizon());
  const auto rows = static_cast<std::size_t>(present_.draw_count());
  check_same_size("given", "plan", plan.size(), "horizon", steps);
  for (std::size_t step = 0; step < steps; ++step) {
    check_non_negative("given", "plan[" + std::to_string(step) + "]", plan[step]);
  }
  const double sign = direction_ == Direction::decrease ? -1.0 : 1.0;
  std::vector<double> draws = present_.draws();
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const auto& [response, start] = points_[i];
    double relative = 1.0;
    for (std::size_t step = 0; step < steps; ++step) {
      relative = response.carry_over * relative + (1.0 - response.carry_over) * (plan[step] / start);
      const double factor = std::exp(sign * response.log_effect(relative));
      for (std::size_t draw = detail::first_draw(i, points_.size(), rows);
           draw < detail::first_draw(i + 1, points_.size(), rows); ++draw) {
        double& value = draws[step * rows + draw];
        if (value > 0.0) value = std::min(value * factor, std::numeric_limits<double>::max());
      }
    }
  }
  ForecastSummary summary;
  summary.models = present_.models();
  summary.notes = present_.notes();
  return ForecastResult(horizon(), present_.draw_count(), std::move(draws), std::move(summary));
}

ESSOR_INLINE ForecastResult FundingForecast::given(double amount) const {
  return given(std::vector<double>(static_cast<std::size_t>(horizon()), amount));
}

ESSOR_INLINE double FundingForecast::probability(const ForecastResult& result, double target, int step) const {
  if (direction_ == Direction::increase) return result.probability(target, step);
  if (std::isnan(target)) throw_argument_error("probability", "target", target, "must be a number");
  const auto draws = result.step_draws(step);
  const auto reached = std::count_if(draws.begin(), draws.end(), [&](double draw) { return draw <= target; });
  return static_cast<double>(reached) / static_cast<double>(draws.size());
}

ESSOR_INLINE double FundingForecast::realistic(const ForecastResult& result, double confidence, int step) const {
  check_open_probability("realistic_targets", "confidence", confidence);
  return result.quantile(step, direction_ == Direction::increase ? 1.0 - confidence : confidence);
}

ESSOR_INLINE ResponseSummary learn_response(const FundingHistory& history) {
  detail::check_funding_history(history, {});
  const detail::FundingRecord record = detail::read_record(history);
  return detail::summary_of(detail::response_posterior(history, record), record);
}

ESSOR_INLINE std::vector<FundingEffect> draw_responses(const FundingHistory& history, int draws, std::uint64_t seed) {
  detail::check_funding_history(history, {});
  check_at_least("draw_responses", "draws", draws, 1);
  const detail::ResponsePosterior posterior = detail::response_posterior(history, detail::read_record(history));
  std::vector<double> below(posterior.weight.size());
  std::partial_sum(posterior.weight.begin(), posterior.weight.end(), below.begin());
  std::vector<FundingEffect> responses;
  for (int draw = 0; draw < draws; ++draw) {
    Philox generator(seed, {.path = static_cast<std::uint32_t>(draw), .purpose = detail::purpose_funding_response});
    const auto found = std::upper_bound(below.begin(), below.end() - 1, uniform_rng(generator) * below.back());
    const auto cell = static_cast<std::size_t>(found - below.begin());
    responses.push_back({detail::ResponsePosterior::elasticity(cell, uniform_rng(generator)),
                         posterior.carry_over(cell), posterior.half_saturation(cell)});
  }
  return responses;
}

ESSOR_INLINE double response_log_likelihood(const FundingHistory& history, const FundingEffect& response) {
  detail::check_funding_history(history, {});
  const detail::FundingRecord record = detail::read_record(history);
  const auto changes = detail::unit_changes(record, response.carry_over, response.half_saturation);
  return detail::NuisanceLikelihood(record.nuisance)
      .log_evidence(detail::residual_growth(record, changes, response.elasticity));
}

ESSOR_INLINE FundingForecast forecast_funding(const FundingHistory& history, const FundingOptions& options) {
  detail::check_funding_history(history, options);
  const detail::FundingRecord record = detail::read_record(history);
  const detail::ResponsePosterior posterior = detail::response_posterior(history, record);
  const ResponseSummary response = detail::summary_of(posterior, record);
  const auto rows = static_cast<std::size_t>(options.draws);
  const auto steps = static_cast<std::size_t>(options.horizon);
  std::vector<FundingForecast::Point> points = detail::response_draws(
      posterior, record, std::clamp<std::size_t>(rows / detail::draws_of_point, 1, detail::response_points));
  ForecastOptions each{.horizon = options.horizon,
                       .season = season_of_months(history.months),
                       .reference = options.reference.value_or(reference_of_months(history.months)),
                       .seed = options.seed};
  std::vector<double> draws(rows * steps);
  std::vector<double> part;
  ForecastSummary summary;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t first = detail::first_draw(i, points.size(), rows);
    const std::size_t count = detail::first_draw(i + 1, points.size(), rows) - first;
    each.draws = static_cast<int>(count);
    part.resize(count * steps);
    summary = forecast_into(detail::history_at_present(history, record, points[i]), each, static_cast<std::uint32_t>(i),
                            part);
    for (std::size_t step = 0; step < steps; ++step) {
      std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(step * count), count,
                  draws.begin() + static_cast<std::ptrdiff_t>(step * rows + first));
    }
  }
  ForecastSummary said;  // without quantiles: those of the mixture are those of its draws
  said.models = std::move(summary.models);
  said.notes = detail::funding_notes(history, record, response);
  said.notes.insert(said.notes.end(), summary.notes.begin(), summary.notes.end());
  return FundingForecast(ForecastResult(options.horizon, options.draws, std::move(draws), std::move(said)),
                         std::move(points), response, history.direction, record.funding.back());
}

ESSOR_INLINE std::vector<FundingRow> funding_table(const FundingForecast& forecast, std::span<const double> amounts,
                                                   std::span<const double> quantiles, std::optional<double> target) {
  constexpr std::string_view function = "forecast_given_funding";
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  check_not_empty(function, "amounts", amounts.size());
  check_not_empty(function, "quantiles", quantiles.size());
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    check_non_negative(function, "amounts[" + std::to_string(i) + "]", amounts[i]);
  }
  if (target) check_finite(function, "target", *target);
  std::vector<FundingRow> rows;
  for (const double amount : amounts) {
    const ForecastResult result = forecast.given(amount);
    for (int step = 1; step <= result.horizon(); ++step) {
      const double p = target ? forecast.probability(result, *target, step) : missing;
      const double se = std::sqrt(p * (1.0 - p) / static_cast<double>(result.draw_count()));
      const std::vector<double> values = draw_quantiles(result.step_draws(step), quantiles);
      for (std::size_t q = 0; q < quantiles.size(); ++q) {
        rows.push_back({amount, step, quantiles[q], values[q], p, se});
      }
    }
  }
  return rows;
}

ESSOR_INLINE std::vector<RealisticTarget> realistic_targets(const FundingForecast& forecast,
                                                            std::span<const double> amounts, double confidence) {
  constexpr std::string_view function = "realistic_targets";
  check_not_empty(function, "amounts", amounts.size());
  check_open_probability(function, "confidence", confidence);
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    check_non_negative(function, "amounts[" + std::to_string(i) + "]", amounts[i]);
  }
  std::vector<RealisticTarget> targets;
  for (const double amount : amounts) {
    const ForecastResult result = forecast.given(amount);
    for (int step = 1; step <= result.horizon(); ++step) {
      targets.push_back({amount, step, forecast.realistic(result, confidence, step), confidence});
    }
  }
  return targets;
}

}  // namespace essor
