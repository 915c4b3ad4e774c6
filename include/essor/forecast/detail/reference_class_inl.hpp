#pragma once

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/detail/growth_model_inl.hpp"
#include "essor/forecast/detail/log_scale.hpp"
#include "essor/forecast/detail/pool_inl.hpp"
#include "essor/forecast/detail/pool_model_inl.hpp"
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

/// Between which of the lengths a history lies, and how near to the second.
struct SharePlace {
  std::size_t left;
  double share;
};

inline SharePlace share_place(std::size_t values) {
  std::size_t left = 0;
  while (left + 2 < share_values.size() && values > static_cast<std::size_t>(share_values[left + 1])) ++left;
  const double low = std::log(share_values[left]);
  const double place = (std::log(static_cast<double>(std::max<std::size_t>(values, 1))) - low) /
                       (std::log(share_values[left + 1]) - low);
  return {left, std::clamp(place, 0.0, 1.0)};
}

inline double share_between(const std::array<double, 4>& shares, std::size_t values) {
  const auto [left, share] = share_place(values);
  return (1.0 - share) * shares[left] + share * shares[left + 1];
}

/// The share of the pool for a history of so many values; at its least length somewhat less, so that no step is sharp.
inline double pool_share_at(const SeasonModel& model, std::size_t values, int season) {
  if (!model.pool.fitted() || values < pool_least_values(season)) return 0.0;
  const double share = share_between(model.pool_weight, values);
  return season == 1 && values == pool_least_values(season) ? 0.7 * share : share;
}

/// The two forecasts as one: the mean of their quantiles, its spread around the median multiplied by the width.
inline void combine(PredictiveTable& table, const PredictiveTable& pool, double share, double width) {
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
      for (const std::size_t length : {origin, std::size_t{5}, std::size_t{8}}) {
        if (length != origin && (season > 1 || launched > 0.5 || length >= origin)) continue;
        PoolRow row{.view = view_history(values.subspan(origin - length, length), season, steps),
                    .target = Eigen::Map<const Eigen::VectorXd>(values.data() + origin, steps),
                    .scale = scale,
                    .weight = std::exp(-pool_recency * (1.0 - launched) * age),
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
inline double share_kernel(const PoolRow& row, std::size_t anchor) {
  const double low = share_values.front();
  const double high = share_values.back();
  const double distance = std::log(std::clamp(row.view.count, low, high)) - std::log(share_values[anchor]);
  return row.weight * std::exp(-0.5 * distance * distance / 0.09);
}

/// The share of the pool that scores best on the series held back, at each of the lengths.
ESSOR_INLINE void fit_shares(SeasonModel& model, const PanelRows& panel, const std::vector<PredictiveTable>& pool,
                             const std::vector<PredictiveTable>& growth) {
  constexpr int shares = 11;
  Eigen::Matrix<double, 4, shares> loss = Eigen::Matrix<double, 4, shares>::Zero();
  PredictiveTable table;
  for (std::size_t i = 0; i < panel.rows.size(); ++i) {
    const PoolRow& row = panel.rows[i];
    for (int k = 0; k < shares; ++k) {
      table = growth[i];
      combine(table, pool[i], 0.1 * k, 1.0);
      double score = 0.0;
      for (Eigen::Index h = 0; h < model.steps; ++h) score += table_crps(&table(h, 0), row.target[h]);
      const double log_score = std::log(score / model.steps / row.scale + 0.01);
      for (std::size_t a = 0; a < share_values.size(); ++a) {
        loss(static_cast<Eigen::Index>(a), k) += share_kernel(row, a) * log_score;
      }
    }
  }
  for (std::size_t a = 0; a < share_values.size(); ++a) {
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
                             const std::vector<PredictiveTable>& growth) {
  std::array<std::vector<std::pair<double, double>>, 4> distances;
  for (std::size_t i = 0; i < panel.rows.size(); ++i) {
    const PoolRow& row = panel.rows[i];
    PredictiveTable table = growth[i];
    combine(table, pool[i], share_between(model.pool_weight, static_cast<std::size_t>(row.view.count)), 1.0);
    for (Eigen::Index h = 0; h < model.steps; ++h) {
      const double distance = std::abs(score_of_value(&table(h, 0), row.target[h]));
      for (std::size_t a = 0; a < share_values.size(); ++a) distances[a].emplace_back(distance, share_kernel(row, a));
    }
  }
  for (std::size_t a = 0; a < share_values.size(); ++a) model.width[a] = fit_width(distances[a]);
}

/// Correlation of the normal scores of the steps, and what the forecasts held back score.
ESSOR_INLINE void fit_dependence(SeasonModel& model, const PanelRows& panel, const std::vector<PredictiveTable>& pool,
                                 const std::vector<PredictiveTable>& growth) {
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(model.steps, model.steps);
  double total = 0.0;
  HeldBackScore score;
  Eigen::VectorXd z(model.steps);
  for (std::size_t i = 0; i < panel.rows.size(); ++i) {
    PredictiveTable table = growth[i];
    const PoolRow& row = panel.rows[i];
    const auto values = static_cast<std::size_t>(row.view.count);
    combine(table, pool[i], share_between(model.pool_weight, values), share_between(model.width, values));
    for (Eigen::Index h = 0; h < model.steps; ++h) {
      const double each = row.weight / model.steps;
      z[h] = std::clamp(score_of_value(&table(h, 0), row.target[h]), -3.0, 3.0);
      score.crps += each * table_crps(&table(h, 0), row.target[h]) / row.scale;
      score.coverage50 += std::abs(z[h]) <= 0.6744897501960817 ? each : 0.0;
      score.coverage80 += std::abs(z[h]) <= 1.2815515655446004 ? each : 0.0;
      score.coverage95 += std::abs(z[h]) <= 1.9599639845400545 ? each : 0.0;
    }
    products += row.weight * z * z.transpose();
    total += row.weight;
  }
  products.diagonal().array() += 1e-3 * total;
  const Eigen::VectorXd root = products.diagonal().cwiseSqrt();
  model.correlation = products.array() / (root * root.transpose()).array();
  score.crps /= total;
  score.coverage50 /= total;
  score.coverage80 /= total;
  score.coverage95 /= total;
  model.held_back = score;
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

ESSOR_INLINE void check_panel(std::span<const PanelSeries> panel, const ReferenceOptions& options) {
  constexpr std::string_view function = "ReferenceClass.fit";
  check_at_least(function, "horizon", options.horizon, 1);
  check_at_least(function, "season", options.season, 1);
  std::size_t usable = 0;
  for (std::size_t i = 0; i < panel.size(); ++i) {
    const std::vector<double>& values = panel[i].values;
    for (std::size_t t = 0; t < values.size(); ++t) {
      if (values[t] >= 0.0 && std::isfinite(values[t])) continue;
      throw_argument_error(function, "series " + std::to_string(i) + ", value " + std::to_string(t), values[t],
                           "must be finite and >= 0");
    }
    usable += values.size() > 1 ? 1U : 0U;
  }
  if (usable < 3) {
    throw_argument_error(function, "panel", std::to_string(usable) + " series with two values or more",
                         "needs at least 3");
  }
}

}  // namespace detail

ESSOR_INLINE ReferenceClass fit_reference_class(std::span<const PanelSeries> panel, const ReferenceOptions& options) {
  detail::check_panel(panel, options);
  ReferenceClass result{.name = options.name, .source = options.source, .labels = {}, .models = {}};
  std::vector<std::vector<double>> values;
  std::vector<int> labels;
  std::vector<std::string> groups;  // those seen, in order
  std::vector<int> part;
  const std::size_t stride = (panel.size() + detail::most_series - 1) / detail::most_series;
  if (stride > 1) {
    result.notes.push_back("of " + std::to_string(panel.size()) + " series every " + std::to_string(stride) +
                           " was taken");
  }
  for (std::size_t i = 0; i < panel.size(); i += stride) {
    const PanelSeries& series = panel[i];
    if (series.values.size() < 2) continue;
    int label = -1;
    if (!series.label.empty()) {
      label = result.label_index(series.label);
      if (label < 0) {
        label = static_cast<int>(result.labels.size());
        result.labels.push_back(series.label);
      }
    }
    const double shift = detail::log_shift(series.values);
    values.push_back(series.values);
    for (double& value : values.back()) value += shift;
    labels.push_back(label);
    auto group = std::find(groups.begin(), groups.end(), series.group);
    if (series.group.empty() || group == groups.end()) group = groups.insert(groups.end(), series.group);
    part.push_back(static_cast<int>(group - groups.begin()));
  }
  const int parts = static_cast<int>(std::clamp<std::size_t>(groups.size(), 2, detail::held_back_parts));
  for (int& one : part) one %= parts;

  SeasonModel model;
  model.season = options.season;
  model.steps = options.horizon;
  model.months = options.months;
  model.series = static_cast<int>(values.size());
  // With a season the growth regression serves only the histories that the pool cannot take.
  const std::size_t most = options.season > 1
                               ? detail::pool_least_values(options.season) + static_cast<std::size_t>(options.horizon)
                               : std::size_t{1} << 30U;
  std::vector<detail::GrowthSeries> grown;
  for (std::size_t i = 0; i < values.size(); ++i) {
    grown.push_back({std::span<const double>(values[i]).first(std::min(values[i].size(), most)), labels[i], part[i]});
  }
  detail::GrowthFolds folds;
  model.growth = detail::fit_growth(grown, options.horizon, parts, &folds, options.any_unit);
  if (result.labels.size() > 1) {
    std::vector<detail::GrowthSeries> alike = grown;
    for (detail::GrowthSeries& series : alike) series.label = -1;
    model.unlabelled = detail::fit_growth(alike, options.horizon, parts, nullptr, true);
  }

  const double launched = options.season == 1 ? 1.0 - 4.0 * detail::growth_weights(grown).recency : 0.0;
  detail::PanelRows rows = detail::panel_rows(values, part, launched, options.season, options.horizon);
  model.origins = static_cast<int>(rows.rows.size());
  model.correlation = detail::walk_correlation(options.horizon);
  if (rows.series >= 3) {
    std::vector<detail::PredictiveTable> pool;
    model.pool = detail::fit_pool(rows.rows, options.season, options.horizon, rows.series, parts, &pool);
    if (options.season > 1) {
      model.pool_weight.fill(1.0);
      detail::fit_dependence(model, rows, pool, pool);
    } else {
      std::vector<detail::PredictiveTable> growth;
      for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        const detail::OriginRow& at = rows.origins[i];
        const std::span<const double> history =
            std::span<const double>(values[at.series]).first(at.last).subspan(at.first);
        growth.push_back(folds.table(history, labels[at.series], options.horizon, rows.rows[i].fold));
      }
      detail::fit_shares(model, rows, pool, growth);
      detail::fit_widths(model, rows, pool, growth);
      detail::fit_dependence(model, rows, pool, growth);
    }
  } else {
    result.notes.push_back("fewer than 3 series have " + std::to_string(detail::pool_least_values(options.season)) +
                           " values and " + std::to_string(options.horizon) +
                           " after them: the pool of models was not fitted");
  }
  result.models.push_back(std::move(model));
  return result;
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
  detail::write_matrix(numbers, model.correlation);
  if (model.pool.fitted()) {
    numbers.push_back(model.pool.evidence);
    detail::write_matrix(numbers, model.pool.weights);
    detail::write_matrix(numbers, model.pool.regression);
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
  model.correlation = reader.matrix(model.steps, model.steps);
  if (pool) {
    model.pool.season = model.season;
    model.pool.steps = model.steps;
    model.pool.evidence = reader.number();
    model.pool.weights = reader.matrix(1 + detail::pool_gates, detail::member_traits);
    model.pool.regression = reader.matrix(model.steps, detail::regression_columns + detail::regression_step_columns);
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
