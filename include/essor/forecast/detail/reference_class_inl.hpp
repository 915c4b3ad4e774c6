#pragma once

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <future>
#include <string>
#include <utility>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/detail/growth_model.hpp"
#include "essor/forecast/detail/log_scale.hpp"
#include "essor/forecast/detail/pool.hpp"
#include "essor/forecast/detail/pool_model.hpp"
#include "essor/forecast/detail/shipped_classes.hpp"
#include "essor/forecast/reference_class.hpp"
#include "essor/numerics/normal.hpp"

namespace essor {

ESSOR_INLINE int ReferenceClass::label_index(std::string_view label) const {
  const auto found = std::find(labels.begin(), labels.end(), label);
  return found == labels.end() ? -1 : static_cast<int>(found - labels.begin());
}

ESSOR_INLINE const SeasonModel& ReferenceClass::model_for(int season) const {
  const SeasonModel* best = &models.front();
  const auto distance = [season](const SeasonModel& model) {
    return std::abs(std::log(static_cast<double>(model.season) / season)) +
           ((model.season > 1) == (season > 1) ? 0.0 : 10.0);
  };
  for (const SeasonModel& model : models) {
    if (distance(model) < distance(*best)) best = &model;
  }
  return *best;
}

namespace detail {

/// Parts of the panel that are held back in turn; most series taken; most origins of a series.
inline constexpr int held_back_parts = 4;
inline constexpr std::size_t most_series = 800;
inline constexpr std::size_t most_origins = 10;
/// How fast an older origin of the pool counts less, per period or per season. Chosen on yearly and quarterly
/// competition series, by tests/benchmark/forecast_scores.py.
inline constexpr double pool_recency = 1.2;
/// Added to a CRPS in units of the row before its logarithm is taken.
inline constexpr double least_crps = 0.01;
/// Weight of a shortened history beside the whole, with a season and without.
inline constexpr double seasonal_shortened_weight = 0.15;
inline constexpr double yearly_shortened_weight = 0.5;

ESSOR_INLINE double share_between(const Shares& shares, double length) {
  std::size_t left = 0;
  while (left + 2 < share_lengths.size() && length > share_lengths[left + 1]) ++left;
  const double low = std::log(share_lengths[left]);
  const double share = std::clamp((std::log(length) - low) / (std::log(share_lengths[left + 1]) - low), 0.0, 1.0);
  return (1.0 - share) * shares[left] + share * shares[left + 1];
}

ESSOR_INLINE double pool_share_at(const SeasonModel& model, std::size_t values, int season) {
  const std::size_t least = pool_least_values(season);
  if (!model.pool.fitted() || values < least) return 0.0;
  const double share = share_between(model.pool_weight, effective_length(values, season));
  return values == least ? 0.7 * share : share;
}

ESSOR_INLINE void combine(PredictiveTable& table, const PredictiveTable& pool, double share, double width) {
  constexpr int middle = score_count / 2;
  table = (1.0 - share) * table + share * pool;
  for (Eigen::Index h = 0; h < table.rows(); ++h) {
    const double median = table(h, middle);
    table.row(h) = median + width * (table.row(h) - median);
  }
}

/// Continuous ranked probability score by quantiles at 5, 10, ..., 95 %.
inline double table_crps(const double* nodes, double value) {
  static const std::array<double, 19> scores = [] {
    std::array<double, 19> at{};
    for (std::size_t i = 0; i < at.size(); ++i) at[i] = normal_quantile(0.05 * static_cast<double>(i + 1));
    return at;
  }();
  double sum = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double p = 0.05 * static_cast<double>(i + 1);
    const double distance = value - value_at_score(nodes, scores[i]);
    sum += std::max(p * distance, (p - 1.0) * distance);
  }
  return 2.0 * sum / 19.0;
}

/// A row of the pool, with its place in the panel.
struct OriginRow {
  std::size_t series;
  std::size_t first;  ///< of the history
  std::size_t last;   ///< one past the history
};

/// The rows of the pool and where they come from.
struct PanelRows {
  std::vector<PoolRow> rows;
  std::vector<OriginRow> origins;
  int series = 0;
};

ESSOR_INLINE double change_scale(std::span<const double> values, std::size_t season) {
  double sum = 0.0;
  for (std::size_t t = season; t < values.size(); ++t) sum += std::abs(values[t] - values[t - season]);
  return sum / static_cast<double>(values.size() - season);
}

ESSOR_INLINE PanelRows panel_rows(const std::vector<std::vector<double>>& panel, std::span<const int> parts,
                                  double launched, int season, int steps) {
  PanelRows result;
  const std::size_t least = pool_least_values(season);
  const auto ahead = static_cast<std::size_t>(steps);
  const std::size_t stride = season > 1 ? 2 : 1;
  const auto m = static_cast<std::size_t>(season);
  const double shortened_weight = season > 1 ? seasonal_shortened_weight : yearly_shortened_weight;
  const std::vector<std::size_t> windows =
      season > 1 ? std::vector{least, 2 * m + 1, 3 * m + 1} : std::vector<std::size_t>{3, 5, 8};
  for (std::size_t i = 0; i < panel.size(); ++i) {
    const std::span<const double> values = panel[i];
    if (values.size() < least + ahead) continue;
    const std::size_t begin = result.rows.size();
    double total = 0.0;
    const std::size_t last = values.size() - ahead;
    // From a launch every age teaches its own; otherwise the last origins teach most.
    const std::size_t count = std::min(most_origins, (last - least) / stride + 1);
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t origin =
          launched > 0.5 && count > 1 ? last - k * (last - least) / (count - 1) : last - k * stride;
      const double scale = change_scale(values.first(origin), static_cast<std::size_t>(season));
      if (!(scale > 0.0)) continue;
      const double age = static_cast<double>(last - origin) / season;
      std::vector<std::size_t> lengths{origin};
      for (const std::size_t window : windows) {
        if (launched < 0.5 && window < origin) lengths.push_back(window);
      }
      for (const std::size_t length : lengths) {
        PoolRow row{
            .view = view_history(values.subspan(origin - length, length), season, steps),
            .target = Eigen::Map<const Eigen::VectorXd>(values.data() + origin, steps),
            .scale = scale,
            .weight = std::exp(-pool_recency * (1.0 - launched) * age) * (length == origin ? 1.0 : shortened_weight),
            .fold = parts[i]};
        total += row.weight;
        result.rows.push_back(std::move(row));
        result.origins.push_back({i, origin - length, origin});
      }
    }
    for (std::size_t j = begin; j < result.rows.size(); ++j) result.rows[j].weight /= total;
    if (result.rows.size() > begin) ++result.series;
  }
  return result;
}

/// How much a row counts for the share at one of the lengths: near it in the logarithm.
inline double share_kernel(const PoolRow& row, int season, std::size_t anchor) {
  const double length = effective_length(static_cast<std::size_t>(row.view.count), season);
  const double low = share_lengths.front();
  const double high = share_lengths.back();
  const double distance = std::log(std::clamp(length, low, high)) - std::log(share_lengths[anchor]);
  return row.weight * std::exp(-0.5 * distance * distance / 0.09);
}

/// The share of the pool that scores best on the series held back, at each of the lengths.
ESSOR_INLINE void fit_shares(SeasonModel& model, const PanelRows& panel, const std::vector<PredictiveTable>& pool,
                             const std::vector<PredictiveTable>& growth, const SeasonModel* prior) {
  constexpr int shares = 11;
  Eigen::Matrix<double, std::tuple_size_v<Shares>, shares> loss;
  loss.setZero();
  for (std::size_t a = 0; a < share_lengths.size() && prior != nullptr; ++a) {
    for (int k = 0; k < shares; ++k) {
      const double apart = 0.1 * k - prior->pool_weight[a];
      loss(static_cast<Eigen::Index>(a), k) = prior_series * share_curvature * apart * apart;
    }
  }
  PredictiveTable table;
  for (std::size_t i = 0; i < panel.rows.size(); ++i) {
    const PoolRow& row = panel.rows[i];
    for (int k = 0; k < shares; ++k) {
      table = growth[i];
      combine(table, pool[i], 0.1 * k, 1.0);
      double score = 0.0;
      for (Eigen::Index h = 0; h < model.steps; ++h) score += table_crps(&table(h, 0), row.target[h]);
      const double log_score = std::log(score / model.steps / row.scale + least_crps);
      for (std::size_t a = 0; a < share_lengths.size(); ++a) {
        loss(static_cast<Eigen::Index>(a), k) += share_kernel(row, model.season, a) * log_score;
      }
    }
  }
  for (std::size_t a = 0; a < share_lengths.size(); ++a) {
    Eigen::Index best = 0;
    loss.row(static_cast<Eigen::Index>(a)).minCoeff(&best);
    model.pool_weight[a] = 0.1 * static_cast<double>(best);
  }
}

/// The width at which the two together are calibrated, at one of the lengths: the mean over 50, 80 and 95 % of the
/// point that so many |scores| stay below, against that of a normal.
ESSOR_INLINE double fit_width(std::vector<std::pair<double, double>>& distances) {
  std::sort(distances.begin(), distances.end());
  double total = 0.0;
  for (const auto& [distance, weight] : distances) total += weight;
  constexpr std::array<std::pair<double, double>, 3> points = {
      {{0.5, 0.6744897501960817}, {0.8, 1.2815515655446004}, {0.95, 1.9599639845400545}}};
  std::size_t place = 0;
  double below = 0.0;
  double ratio = 0.0;
  for (const auto& [p, normal] : points) {
    while (place + 1 < distances.size() && below + distances[place].second < p * total) {
      below += distances[place++].second;
    }
    ratio += distances[place].first / normal / 3.0;
  }
  return std::clamp(ratio, 0.5, 2.0);
}

ESSOR_INLINE void fit_widths(SeasonModel& model, const PanelRows& panel, const std::vector<PredictiveTable>& pool,
                             const std::vector<PredictiveTable>& growth, const SeasonModel* prior) {
  std::array<std::vector<std::pair<double, double>>, std::tuple_size_v<Shares>> distances;
  for (std::size_t i = 0; i < panel.rows.size(); ++i) {
    const PoolRow& row = panel.rows[i];
    PredictiveTable table = growth[i];
    combine(table, pool[i],
            share_between(model.pool_weight, effective_length(static_cast<std::size_t>(row.view.count), model.season)),
            1.0);
    for (Eigen::Index h = 0; h < model.steps; ++h) {
      const double distance = std::abs(score_of_value(&table(h, 0), row.target[h]));
      for (std::size_t a = 0; a < share_lengths.size(); ++a)
        distances[a].emplace_back(distance, share_kernel(row, model.season, a));
    }
  }
  // Growth alone is taken as it is: the regression has its own recalibration.
  for (std::size_t a = 0; a < share_lengths.size(); ++a) {
    model.width[a] = model.pool_weight[a] > 0.0 ? fit_width(distances[a]) : 1.0;
    if (prior == nullptr) continue;
    double weight = 0.0;
    for (const auto& each : distances[a]) weight += each.second / model.steps;
    const double share = prior_series / (prior_series + weight);
    model.width[a] = (1.0 - share) * model.width[a] + share * prior->width[a];
  }
}

/// Without any origin long enough: steps as correlated as those of a random walk.
ESSOR_INLINE Eigen::MatrixXd walk_correlation(int steps) {
  Eigen::MatrixXd correlation(steps, steps);
  for (Eigen::Index i = 0; i < steps; ++i) {
    for (Eigen::Index j = 0; j < steps; ++j) {
      const auto [low, high] = std::minmax(i, j);
      correlation(i, j) = std::sqrt(static_cast<double>(low + 1) / static_cast<double>(high + 1));
    }
  }
  return correlation;
}

ESSOR_INLINE Eigen::MatrixXd correlation_of(const SeasonModel& model, int horizon) {
  Eigen::MatrixXd correlation(horizon, horizon);
  const Eigen::Index last = model.steps - 1;
  for (Eigen::Index i = 0; i < horizon; ++i) {
    for (Eigen::Index j = 0; j < horizon; ++j) {
      const double low = static_cast<double>(std::max(std::min(i, j), last) + 1);
      const double high = static_cast<double>(std::max(std::max(i, j), last) + 1);
      correlation(i, j) = model.correlation(std::min(i, last), std::min(j, last)) * std::sqrt(low / high);
    }
  }
  return correlation;
}

/// Correlation of the normal scores of the steps, and what the forecasts held back score.
/// @return of each row the logarithm of the CRPS in units of the row, times its weight
ESSOR_INLINE Eigen::VectorXd fit_dependence(SeasonModel& model, const PanelRows& panel,
                                            const std::vector<PredictiveTable>& pool,
                                            const std::vector<PredictiveTable>& growth, const SeasonModel* prior) {
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(model.steps, model.steps);
  double total = 0.0;
  Eigen::VectorXd losses(std::ssize(panel.rows));
  HeldBackScore score;
  Eigen::VectorXd z(model.steps);
  for (std::size_t i = 0; i < panel.rows.size(); ++i) {
    PredictiveTable table = growth[i];
    const PoolRow& row = panel.rows[i];
    const double length = effective_length(static_cast<std::size_t>(row.view.count), model.season);
    combine(table, pool[i], share_between(model.pool_weight, length), share_between(model.width, length));
    double crps = 0.0;
    for (Eigen::Index h = 0; h < model.steps; ++h) {
      const double each = row.weight / model.steps;
      z[h] = std::clamp(score_of_value(&table(h, 0), row.target[h]), -3.0, 3.0);
      crps += table_crps(&table(h, 0), row.target[h]) / row.scale / model.steps;
      score.coverage50 += std::abs(z[h]) <= 0.6744897501960817 ? each : 0.0;
      score.coverage80 += std::abs(z[h]) <= 1.2815515655446004 ? each : 0.0;
      score.coverage95 += std::abs(z[h]) <= 1.9599639845400545 ? each : 0.0;
    }
    score.crps += row.weight * crps;
    losses[static_cast<Eigen::Index>(i)] = row.weight * std::log(crps + least_crps);
    products += row.weight * z * z.transpose();
    total += row.weight;
  }
  if (prior != nullptr) products += prior_series * correlation_of(*prior, model.steps);
  products.diagonal().array() += 1e-3 * total;
  const Eigen::VectorXd root = products.diagonal().cwiseSqrt();
  model.correlation = products.array() / (root * root.transpose()).array();
  score.crps /= total;
  score.coverage50 /= total;
  score.coverage80 /= total;
  score.coverage95 /= total;
  model.held_back = score;
  return losses;
}

ESSOR_INLINE void check_panel(std::span<const PanelSeries> panel, const ReferenceOptions& options) {
  constexpr std::string_view function = "ReferenceClass.fit";
  check_at_least(function, "horizon", options.horizon, 1);
  check_at_least(function, "season", options.season, 1);
  std::size_t usable = 0;
  for (std::size_t i = 0; i < panel.size(); ++i) {
    const std::vector<double>& values = panel[i].values;
    for (std::size_t t = 0; t < values.size(); ++t) {
      // Squares of values, and of their inverses, must stay within the range of a double.
      const bool in_range = values[t] == 0.0 || (values[t] >= 1e-140 && values[t] <= 1e140);
      if (in_range) continue;
      const char* const rule = values[t] >= 0.0 && std::isfinite(values[t]) ? "must be 0, or from 1e-140 to 1e140"
                                                                            : "must be finite and >= 0";
      throw_argument_error(function, "series " + std::to_string(i) + ", value " + std::to_string(t), values[t], rule);
    }
    usable += values.size() > 1 && !panel[i].borrowed ? 1U : 0U;
  }
  if (usable < 3) {
    throw_argument_error(function, "panel", std::to_string(usable) + " series with two values or more",
                         "needs at least 3");
  }
}

/// The series of a panel that are taken: the class's own, then the borrowed ones.
struct TakenPanel {
  std::vector<std::vector<double>> values;  ///< shifted above 0
  std::vector<int> labels;
  std::vector<int> part;  ///< the part each is held back with
  std::size_t own = 0;
  int parts = 0;
};

ESSOR_INLINE void take_series(const PanelSeries& series, TakenPanel& taken, std::vector<std::string>& groups,
                              ReferenceClass& reference) {
  int label = -1;
  if (!series.label.empty() && !series.borrowed) {
    label = reference.label_index(series.label);
    if (label < 0) {
      label = static_cast<int>(reference.labels.size());
      reference.labels.push_back(series.label);
    }
  }
  const double shift = log_shift(series.values);
  taken.values.push_back(series.values);
  for (double& value : taken.values.back()) value += shift;
  taken.labels.push_back(label);
  auto group = std::find(groups.begin(), groups.end(), series.group);
  if (series.group.empty() || group == groups.end()) group = groups.insert(groups.end(), series.group);
  taken.part.push_back(static_cast<int>(group - groups.begin()));
}

ESSOR_INLINE TakenPanel take_panel(std::span<const PanelSeries> panel, ReferenceClass& reference) {
  TakenPanel taken;
  std::vector<std::string> groups;  // those seen, in order
  for (const bool borrowed : {false, true}) {
    std::vector<const PanelSeries*> usable;
    for (const PanelSeries& series : panel) {
      if (series.borrowed == borrowed && series.values.size() > 1) usable.push_back(&series);
    }
    const std::size_t stride = (usable.size() + most_series - 1) / most_series;
    if (stride > 1) {
      reference.notes.push_back("of " + std::to_string(usable.size()) + (borrowed ? " borrowed" : "") +
                                " series every " + std::to_string(stride) + " was taken");
    }
    for (std::size_t i = 0; i < usable.size(); i += stride) take_series(*usable[i], taken, groups, reference);
    if (!borrowed) taken.own = taken.values.size();
  }
  taken.parts = static_cast<int>(std::clamp<std::size_t>(groups.size(), 2, held_back_parts));
  for (int& one : taken.part) one %= taken.parts;
  return taken;
}

/// Are the series of a panel of the kind of those of a class: have they labels, which it knows, and nearly all of them
/// levels such as it has seen, or a deviation beyond?
ESSOR_INLINE bool same_kind(const ReferenceClass& reference, const GrowthModel& growth,
                            std::span<const PanelSeries> panel) {
  int labelled = 0;
  int within = 0;
  for (const PanelSeries& series : panel) {
    if (series.borrowed || series.values.size() < 2 || series.label.empty()) continue;
    const int label = reference.label_index(series.label);
    if (label < 0) return false;
    const auto levels = growth.levels.row(label + 1);
    const double z = (std::log(series.values.back() + log_shift(series.values)) - levels[0]) / levels[1];
    ++labelled;
    within += z >= levels[5] - 1.0 && z <= levels[6] + 1.0 ? 1 : 0;
  }
  return growth.labels > 1 && labelled > 0 && 10 * within >= 9 * labelled;
}

/// The pool of all series; shares, width and correlation of the class's own.
/// @return of each of its own series, the mean logarithm of the CRPS of what was held back, in units of the row
ESSOR_INLINE std::vector<double> fit_pool_beside(SeasonModel& model, const TakenPanel& taken, bool plain,
                                                 const GrowthFolds& folds, PanelRows& rows, const SeasonModel* prior) {
  std::vector<PredictiveTable> pool;
  if (prior != nullptr && !prior->pool.fitted()) prior = nullptr;
  const PoolModel expected = prior != nullptr ? pool_for(prior->pool, model.steps) : PoolModel{};
  model.pool = fit_pool(rows.rows, model.season, model.steps, rows.series, taken.parts, plain, &pool,
                        prior != nullptr ? &expected : nullptr);
  const auto own = static_cast<std::size_t>(model.origins);
  rows.rows.resize(own);
  pool.resize(own);
  std::vector<PredictiveTable> growth;
  for (std::size_t i = 0; i < own; ++i) {
    const OriginRow& at = rows.origins[i];
    const std::span<const double> history =
        std::span<const double>(taken.values[at.series]).first(at.last).subspan(at.first);
    growth.push_back(folds.table(history, taken.labels[at.series], model.steps, rows.rows[i].fold));
  }
  fit_shares(model, rows, pool, growth, prior);
  fit_widths(model, rows, pool, growth, prior);
  const Eigen::VectorXd of_rows = fit_dependence(model, rows, pool, growth, prior);
  std::vector<double> losses;
  for (std::size_t i = 0; i < own; ++i) {
    if (i == 0 || rows.origins[i].series != rows.origins[i - 1].series) losses.push_back(0.0);
    losses.back() += of_rows[static_cast<Eigen::Index>(i)];
  }
  return losses;
}

}  // namespace detail

ESSOR_INLINE std::vector<const ReferenceClass*> shipped_classes() {
  return {&shipped_class(Reference::general), &shipped_class(Reference::digital_adoption),
          &shipped_class(Reference::public_service_volume)};
}

namespace detail {

/// How a class forecasts the series of a panel as it is: the sum of the logarithms of the CRPS, over three origins of
/// each.
ESSOR_INLINE double score_unchanged(const ReferenceClass& reference, const SeasonModel& model,
                                    std::span<const PanelSeries> panel, int steps) {
  double loss = 0.0;
  for (const PanelSeries& series : panel) {
    if (series.borrowed || series.values.size() < 2) continue;
    const double shift = log_shift(series.values);
    std::vector<double> values = series.values;
    for (double& value : values) value += shift;
    const int label = reference.label_index(series.label);
    for (std::size_t quarter = 1; quarter < 4; ++quarter) {
      const std::size_t origin = std::max<std::size_t>(values.size() * quarter / 4, 1);
      const std::span<const double> history = std::span<const double>(values).first(origin);
      const int ahead = static_cast<int>(std::min(values.size() - origin, static_cast<std::size_t>(steps)));
      PredictiveTable table = forecast_growth(model.growth_of(label), history, label, ahead);
      const double share = pool_share_at(model, origin, model.season);
      if (share > 0.0) {
        const PoolForecast pool = forecast_pool(model.pool, view_history(history, model.season, ahead), ahead);
        combine(table, pool.table, share, share_between(model.width, effective_length(origin, model.season)));
      }
      double crps = 1e-6 * history.back();  // of a forecast without error
      for (int h = 0; h < ahead; ++h) crps += table_crps(&table(h, 0), values[origin + static_cast<std::size_t>(h)]);
      loss += std::log(crps);
    }
  }
  return loss;
}

/// A class with a model of the season; null: none.
struct Prior {
  const ReferenceClass* reference = nullptr;
  const SeasonModel* model = nullptr;
};

/// The prior that forecasts the panel best as it is.
ESSOR_INLINE Prior closest_prior(std::span<const PanelSeries> panel, const ReferenceOptions& options) {
  Prior closest;
  double least = HUGE_VAL;
  for (const ReferenceClass* const reference : options.priors) {
    if (reference == nullptr) throw ArgumentError("ReferenceClass.fit: priors", "null", "must be classes");
    const SeasonModel& model = reference->model_for(options.season);
    if (model.season != options.season) continue;
    const double loss = score_unchanged(*reference, model, panel, options.horizon);
    if (!(loss < least)) continue;
    closest = {reference, &model};
    least = loss;
  }
  return closest;
}

/// A class, and the losses of its forecasts of series held back; empty: there were none.
struct FittedClass {
  ReferenceClass made;
  std::vector<double> losses = {};
};

ESSOR_INLINE FittedClass fit_from(const Prior& prior, std::span<const PanelSeries> panel,
                                  const ReferenceOptions& options) {
  FittedClass result{.made = {.name = options.name, .source = options.source, .labels = {}, .models = {}}};
  ReferenceClass& made = result.made;
  const bool alike = prior.reference != nullptr && !options.any_unit && prior.model->growth.knows_levels() &&
                     same_kind(*prior.reference, prior.model->growth, panel);
  if (alike) made.labels = prior.reference->labels;
  const TakenPanel taken = take_panel(panel, made);
  SeasonModel model;
  model.season = options.season;
  model.steps = options.horizon;
  model.months = options.months;
  model.series = static_cast<int>(taken.own);
  // A class that serves other kinds of series knows of theirs only what is steady over years.
  model.steady = options.any_unit ? 1.0 : prior_series / (prior_series + static_cast<double>(taken.own));
  // With a season the growth regression serves short histories.
  const std::size_t most =
      options.season > 1 ? static_cast<std::size_t>(2 * options.season + 1 + options.horizon) : std::size_t{1} << 30U;
  std::vector<GrowthSeries> grown;
  for (std::size_t i = 0; i < taken.own; ++i) {
    const std::span<const double> values = taken.values[i];
    grown.push_back({values.first(std::min(values.size(), most)), taken.labels[i], taken.part[i]});
  }
  const GrowthModel* const unlabelled = prior.model != nullptr ? &prior.model->growth_of(-1) : nullptr;
  GrowthFolds folds;
  model.growth = fit_growth(grown, options.horizon, taken.parts, &folds,
                            {options.any_unit, alike ? &prior.model->growth : unlabelled, alike, options.season > 1});
  if (made.labels.size() > 1) {
    std::vector<GrowthSeries> without = grown;
    for (GrowthSeries& series : without) series.label = -1;
    model.unlabelled = fit_growth(without, options.horizon, taken.parts, nullptr, {true, unlabelled, false});
  }

  const double launched = options.season == 1 ? launched_share(grown) : 0.0;
  PanelRows rows = panel_rows(taken.values, taken.part, launched, options.season, options.horizon);
  model.origins = static_cast<int>(std::count_if(rows.origins.begin(), rows.origins.end(),
                                                 [&](const auto& origin) { return origin.series < taken.own; }));
  model.correlation =
      prior.model != nullptr ? correlation_of(*prior.model, options.horizon) : walk_correlation(options.horizon);
  if (rows.series >= 3 && model.origins > 0) {
    result.losses = fit_pool_beside(model, taken, options.any_unit, folds, rows, prior.model);
    if (taken.own < taken.values.size()) {
      made.notes.push_back(std::to_string(taken.values.size() - taken.own) +
                           " borrowed series taught the pool of models alone");
    }
  } else {
    std::string note = rows.series < 3 ? "fewer than 3 series have " : "no series of its own has ";
    note += std::to_string(pool_least_values(options.season)) + " values and " + std::to_string(options.horizon) +
            " after them: the pool of models was not fitted";
    const bool plain = prior.model != nullptr && prior.model->pool.plain_share == 1.0;
    if (prior.model != nullptr && prior.model->pool.fitted() && (plain || !options.any_unit)) {
      model.pool = pool_for(prior.model->pool, options.horizon);
      model.pool_weight = prior.model->pool_weight;
      model.width = prior.model->width;
      note += " but taken from " + prior.reference->name;
    }
    made.notes.push_back(std::move(note));
  }
  made.models.push_back(std::move(model));
  return result;
}

/// The mean change of the losses of the series, and its standard error; that of fewer than eight says nothing, and is
/// infinite.
struct LossChange {
  double mean = 0.0;
  double error = HUGE_VAL;
};

ESSOR_INLINE LossChange change_of_loss(const std::vector<double>& from, const std::vector<double>& to) {
  const auto count = static_cast<double>(from.size());
  if (from.size() < 8) return {};
  LossChange change{0.0, 0.0};
  for (std::size_t i = 0; i < from.size(); ++i) change.mean += (to[i] - from[i]) / count;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double apart = to[i] - from[i] - change.mean;
    change.error += apart * apart / (count * (count - 1.0));
  }
  change.error = std::sqrt(change.error);
  return change;
}

/// Gives a class with a season the model without one that the prior has, else the first class that has one: what is
/// steady over years is learnt from years.
ESSOR_INLINE void add_model_without_season(ReferenceClass& made, const Prior& prior, const ReferenceOptions& options) {
  if (options.season == 1) return;
  std::vector<const ReferenceClass*> known = options.priors;
  if (prior.reference != nullptr) known.insert(known.begin(), prior.reference);
  const auto has_one = [](const ReferenceClass* reference) { return reference->model_for(1).season == 1; };
  const auto found = std::find_if(known.begin(), known.end(), has_one);
  if (found == known.end()) return;
  SeasonModel model = (*found)->model_for(1);
  model.growth = model.growth_of(-1);
  model.unlabelled = {};
  made.models.push_back(std::move(model));
  made.notes.push_back("histories that hardly leave a steady change are forecast without a season, as by " +
                       (*found)->name);
}

}  // namespace detail

ESSOR_INLINE ReferenceClass fit_reference_class(std::span<const PanelSeries> panel, const ReferenceOptions& options) {
  detail::check_panel(panel, options);
  const detail::Prior prior = detail::closest_prior(panel, options);
  if (prior.reference == nullptr) {
    ReferenceClass made = detail::fit_from({}, panel, options).made;
    if (!options.priors.empty()) {
      made.notes.push_back("no prior knows the season " + std::to_string(options.season) + ": starts from nothing");
    }
    detail::add_model_without_season(made, prior, options);
    return made;
  }
  // The two know nothing of each other: a second thread takes one of them.
  auto from_prior = std::async([&] { return detail::fit_from(prior, panel, options); });
  detail::FittedClass without = detail::fit_from({}, panel, options);
  detail::FittedClass with = from_prior.get();
  const detail::LossChange change = detail::change_of_loss(without.losses, with.losses);
  // Series held back are few where the prior helps most: it goes only where it certainly does not help. One that loses
  // much by a few series' chance was still the better start for others.
  const bool kept = change.mean <= 2.0 * change.error;
  ReferenceClass made = std::move(kept ? with.made : without.made);
  std::string note = (kept ? "starts from " : "does not start from ") + prior.reference->name;
  if (std::isinf(change.error)) {
    note += ", unjudged: fewer than 8 series could be held back";
  } else {
    const long percent = std::lround(100.0 * std::abs(std::expm1(change.mean)));
    note += ": with it the CRPS of series held back is " + (percent > 0 ? std::to_string(percent) : "less than 1") +
            (change.mean <= 0.0 ? " % lower"
             : kept             ? " % higher, which may be chance"
                                : " % higher");
  }
  made.notes.push_back(std::move(note));
  detail::add_model_without_season(made, prior, options);
  return made;
}

namespace detail {

/// Writes matrices row by row.
ESSOR_INLINE void write_matrix(std::vector<double>& numbers, const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) numbers.push_back(matrix(i, j));
  }
}

/// Reads numbers in order, and counts them.
struct NumberReader {
  std::span<const double> numbers;

  std::span<const double> take(std::size_t count) {
    if (count > numbers.size()) {
      throw_argument_error("ReferenceClass", "numbers", std::to_string(numbers.size()) + " left",
                           "must be " + std::to_string(count) + " or more");
    }
    const std::span<const double> taken = numbers.first(count);
    numbers = numbers.subspan(count);
    return taken;
  }
  double number() { return take(1)[0]; }
  int whole(int most) {
    const double value = number();
    if (!(value >= 0.0 && value <= most && value == std::floor(value))) {
      throw_argument_error("ReferenceClass", "numbers", value,
                           "must be a whole number from 0 to " + std::to_string(most));
    }
    return static_cast<int>(value);
  }
  Eigen::MatrixXd matrix(Eigen::Index rows, Eigen::Index columns) {
    const std::span<const double> taken = take(static_cast<std::size_t>(rows * columns));
    return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(taken.data(), rows,
                                                                                                    columns);
  }
};

}  // namespace detail

ESSOR_INLINE std::vector<double> numbers_of(const SeasonModel& model) {
  const HeldBackScore& score = model.held_back;
  std::vector<double> numbers = {static_cast<double>(model.season),
                                 static_cast<double>(model.steps),
                                 static_cast<double>(model.months),
                                 static_cast<double>(model.series),
                                 static_cast<double>(model.origins),
                                 score.crps,
                                 score.coverage50,
                                 score.coverage80,
                                 score.coverage95,
                                 model.pool.fitted() ? 1.0 : 0.0};
  numbers.insert(numbers.end(), model.pool_weight.begin(), model.pool_weight.end());
  numbers.insert(numbers.end(), model.width.begin(), model.width.end());
  numbers.push_back(model.steady);
  detail::write_matrix(numbers, model.correlation);
  if (model.pool.fitted()) {
    numbers.push_back(model.pool.plain_share);
    if (model.pool.plain_share < 1.0) {
      numbers.push_back(model.pool.evidence);
      detail::write_matrix(numbers, model.pool.weights);
      detail::write_matrix(numbers, model.pool.regression);
    }
    detail::write_matrix(numbers, model.pool.spread);
    detail::write_matrix(numbers, model.pool.shape.matrix());
  }
  for (const detail::GrowthModel* each : {&model.growth, &model.unlabelled}) {
    const std::vector<double> growth = detail::to_numbers(*each);
    numbers.push_back(static_cast<double>(growth.size()));
    numbers.insert(numbers.end(), growth.begin(), growth.end());
  }
  return numbers;
}

namespace detail {

/// What a forecast divides by, or takes the root of, must allow it.
ESSOR_INLINE void check_model(const SeasonModel& model) {
  const auto fail = [](const char* part, const char* rule) { throw ArgumentError("ReferenceClass", part, rule); };
  if (!model.growth.fitted()) fail("growth regression", "must be fitted");
  for (const double share : model.pool_weight) {
    if (!(share >= 0.0 && share <= 1.0)) fail("pool_weight", "must be in [0, 1]");
  }
  if (!(model.steady >= 0.0 && model.steady <= 1.0)) fail("steady", "must be in [0, 1]");
  if (!(model.pool.plain_share >= 0.0 && model.pool.plain_share <= 1.0)) fail("plain_share", "must be in [0, 1]");
  for (const double width : model.width) {
    if (!(width > 0.0)) fail("width", "must be > 0");
  }
  if (model.pool.fitted() && !(model.pool.spread.row(2).array() > 0.0).all()) fail("spread", "scales must be > 0");
  Eigen::MatrixXd jittered = model.correlation;
  jittered.diagonal().array() += 1e-9;
  const bool symmetric = model.correlation.isApprox(model.correlation.transpose(), 1e-6);
  const bool unit = (model.correlation.diagonal().array() - 1.0).abs().maxCoeff() < 1e-6;
  if (!symmetric || !unit || jittered.llt().info() != Eigen::Success) {
    fail("correlation", "must be a correlation matrix");
  }
}

}  // namespace detail

ESSOR_INLINE SeasonModel model_from_numbers(std::span<const double> numbers) {
  constexpr int most = 1 << 20;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    check_finite("ReferenceClass", "numbers[" + std::to_string(i) + "]", numbers[i]);
  }
  detail::NumberReader reader{numbers};
  SeasonModel model;
  model.season = std::max(reader.whole(most), 1);
  model.steps = std::max(reader.whole(4096), 1);
  model.months = reader.whole(most);
  model.series = reader.whole(1 << 30);
  model.origins = reader.whole(1 << 30);
  model.held_back = {reader.number(), reader.number(), reader.number(), reader.number()};
  const bool pool = reader.whole(1) == 1;
  for (double& share : model.pool_weight) share = reader.number();
  for (double& width : model.width) width = reader.number();
  model.steady = reader.number();
  model.correlation = reader.matrix(model.steps, model.steps);
  if (pool) {
    model.pool.season = model.season;
    model.pool.steps = model.steps;
    model.pool.plain_share = reader.number();
    if (model.pool.plain_share < 1.0) {
      model.pool.evidence = reader.number();
      model.pool.weights = reader.matrix(1 + detail::pool_gates, detail::member_traits);
      model.pool.regression = reader.matrix(model.steps, detail::regression_columns + detail::regression_step_columns);
    }
    model.pool.spread = reader.matrix(3, detail::spread_columns);
    model.pool.shape = reader.matrix(model.steps, detail::score_count).array();
  }
  for (detail::GrowthModel* each : {&model.growth, &model.unlabelled}) {
    *each = detail::growth_from_numbers(reader.take(static_cast<std::size_t>(reader.whole(1 << 30))));
  }
  if (!reader.numbers.empty()) {
    throw_argument_error("ReferenceClass", "numbers", std::to_string(reader.numbers.size()) + " left",
                         "must end with the growth regressions");
  }
  detail::check_model(model);
  return model;
}

ESSOR_INLINE const ReferenceClass& shipped_class(Reference reference) {
  static const std::array<ReferenceClass, 3> classes = [] {
    std::array<ReferenceClass, 3> made;
    for (const detail::ShippedModel& shipped : detail::shipped_models()) {
      ReferenceClass& one = made[static_cast<std::size_t>(shipped.reference)];
      one.name = class_prior(shipped.reference).name;
      one.source = shipped.source;
      if (one.labels.empty()) one.labels.assign(shipped.labels.begin(), shipped.labels.end());
      one.models.push_back(model_from_numbers(std::vector<double>(shipped.numbers.begin(), shipped.numbers.end())));
    }
    return made;
  }();
  return classes[static_cast<std::size_t>(reference)];
}

}  // namespace essor
