#pragma once

#include "essor/forecast/detail/growth_model.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <future>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "essor/config.hpp"
#include "essor/error/errors.hpp"
#include "essor/forecast/detail/growth_columns.hpp"
#include "essor/forecast/detail/growth_loss.hpp"
#include "essor/forecast/detail/growth_network.hpp"
#include "essor/forecast/detail/growth_prior.hpp"
#include "essor/forecast/detail/lbfgs.hpp"
#include "essor/numerics/normal.hpp"

namespace essor::detail {

/// How the model is fitted. Chosen on digital services of many countries and on yearly competition series.
inline constexpr std::array growth_anchors{1, 2, 3, 5, 8, 13, 20, 30};
/// Origins of a series at most.
inline constexpr std::size_t growth_origins = 40;
/// Windows of so many values beside the histories from the start.
inline constexpr std::array growth_windows{3, 5, 8};
/// Width of the kernel around an anchor, in logarithms of the number of values, and the rows that it takes at most:
/// more cost time and teach little.
inline constexpr double growth_band = 0.3;
inline constexpr std::size_t growth_rows = 6000;
/// A class of so many series doubles the ridge; fewer strengthen it by the square.
inline constexpr double growth_ridge_series = 350.0;
/// How far the coefficients of neighbouring steps are held to a line. From 1 to 40 the scores are the same, and all
/// better than those of steps that know nothing of each other; a fan must not zigzag.
inline constexpr double growth_smoothness = 10.0;
/// Where the growths of a step spread by less than this, the ridge of the location is that of the growths in units of
/// it.
inline constexpr double growth_ridge_spread = 0.3;
/// Iterations: by the logarithmic score alone, with the CRPS, and from there without a part of the rows.
inline constexpr int growth_first_iterations = 10;
inline constexpr int growth_iterations = 20;
inline constexpr int growth_held_back_iterations = 8;
/// The share of the errors' own quantiles in the shape; the rest are those of the distribution. All of it covers best;
/// from so many values on, three quarters are sharper and score as well on series held back. Beside networks, which are
/// sharper still, all of it.
inline constexpr double growth_late_trust = 0.75;
inline constexpr int growth_late_points = 5;
/// Networks join where a panel begins with a launch and so many of its series have so many values; so many networks,
/// taught by about so many rows at most, with such a share in the quantiles.
inline constexpr std::ptrdiff_t network_series = 100;
inline constexpr std::size_t network_values = 7;
inline constexpr std::size_t network_rows_seen = 40000;
inline constexpr std::size_t network_count = 2;
inline constexpr double network_share = 0.8;
/// Of so few values the regression says more; from there the share of the networks rises over so many values to the
/// whole, and beyond the last number it falls: the regression knows each number of points by itself.
inline constexpr double network_fewest_points = 3.0;
inline constexpr double network_rise = 3.5;
inline constexpr double network_most_points = 10.0;
/// The logarithm never grows or falls by more.
inline constexpr double growth_limit = 9.0;

/// By how much values are shifted before their logarithm is taken.
ESSOR_INLINE double growth_shift(std::span<const double> values) {
  double least = HUGE_VAL;
  bool zeros = false;
  for (const double value : values) {
    if (value > 0.0) {
      least = std::min(least, value);
    } else {
      zeros = true;
    }
  }
  if (!zeros) return 0.0;
  // Half of the smallest positive number would be 0.
  return least < HUGE_VAL ? std::max(0.5 * least, std::numeric_limits<double>::min()) : 1.0;
}

ESSOR_INLINE std::vector<double> growth_logs(std::span<const double> values, double shift) {
  std::vector<double> logs(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    logs[i] =
        std::log(std::clamp(values[i] + shift, std::numeric_limits<double>::min(), std::numeric_limits<double>::max()));
  }
  return logs;
}

/// A level in deviations from the mean of its label.
ESSOR_INLINE double level_score(const GrowthModel& model, double level, int label) {
  const auto numbers = model.levels.row(label >= 0 && label < model.labels ? label + 1 : 0);
  return (level - numbers[0]) / numbers[1];
}

/// The columns of the parts, not standardised yet: a row of the design.
ESSOR_INLINE void write_columns(const GrowthModel& model, const GrowthFeatures& features, double level, int label,
                                double* row) {
  const bool known = label >= 0 && label < model.labels;
  const double* const levels = model.levels.data() + growth_level_numbers * (known ? label + 1 : 0);
  const double age = features[growth_feature::log_points] - std::log(7.0);
  std::array<double, growth_level_columns> by_level{soft_bound((level - levels[0]) / levels[1], 4.0)};
  for (std::size_t k = 1; k < 4; ++k) by_level[k] = std::max(by_level[0] - levels[k + 1], 0.0);
  by_level[4] = by_level[0] * age;
  for (const GrowthPart& part : growth_parts) {
    *row++ = 1.0;
    for (const growth_feature::Feature column : part.columns) *row++ = features[column];
    for (const growth_feature::Feature column : part.by_points) *row++ = features[column] * age;
    if (part.level) row = std::copy(by_level.begin(), by_level.end(), row);
    if (model.labels < 2) continue;
    const double one = known ? 1.0 : 0.0;
    if (part.level) {
      for (const double each : by_level) *row++ = one * each;
    }
    *row++ = one;
    *row++ = one * age;
    for (const growth_feature::Feature column : part.own) *row++ = one * features[column];
  }
}

ESSOR_INLINE void standardise(const GrowthModel& model, const GrowthLayout& layout, int label, double* row) {
  const int of = label >= 0 && label < model.labels ? label : 0;
  for (const GrowthPlace& part : layout.parts) {
    for (int j = 1; j < part.width(); ++j) {
      const int c = layout.coefficient(part, j, of);
      double& x = row[part.in_row + j];
      x = soft_bound((x - model.centres[c]) / model.scales[c], 5.0);
    }
  }
}

/// A history of the class and what came after it.
struct GrowthRow {
  GrowthFeatures features;
  double level;  ///< the last logarithm
  int label;
  int points;
  int part;
  double weight;
  std::vector<double> target;  ///< growth of the logarithm to each of the steps fitted; NaN where past the end
};

ESSOR_INLINE void add_row(std::vector<GrowthRow>& rows, std::span<const double> logs, std::size_t first,
                          std::size_t last, const std::vector<int>& ahead, int label, int part, double weight) {
  const std::span<const double> history = logs.subspan(first, last - first);
  GrowthRow row{growth_features(history), logs[last - 1], label, static_cast<int>(last - first), part, weight, {}};
  for (const int step : ahead) {
    const std::size_t at = last - 1 + static_cast<std::size_t>(step);
    const bool seen = at < logs.size();
    row.target.push_back(seen ? std::clamp(logs[at] - logs[last - 1], -growth_limit, growth_limit)
                              : std::numeric_limits<double>::quiet_NaN());
  }
  rows.push_back(std::move(row));
}

/// The quantile of an ascending series, linear between its values.
ESSOR_INLINE double ascending_quantile(std::span<const double> values, double probability) {
  const double place = probability * static_cast<double>(values.size() - 1);
  const auto left = static_cast<std::size_t>(place);
  if (left + 1 >= values.size()) return values.back();
  return values[left] + (place - static_cast<double>(left)) * (values[left + 1] - values[left]);
}

/// How the histories of a class are weighed against each other.
struct GrowthWeights {
  double recency;  ///< an origin one period older weighs e^-recency times as much
  double windows;  ///< weight of the windows of so many points, as a share of the histories from the start
};

/// Series that begin with a launch grow fastest at first: then where a history begins matters, and each age teaches its
/// own. Otherwise what is recent teaches most, wherever it begins.
ESSOR_INLINE GrowthWeights growth_weights(std::span<const GrowthSeries> panel) {
  constexpr std::size_t early = 3;
  std::vector<double> ratios;
  for (const GrowthSeries& series : panel) {
    if (series.values.size() < 2 * early + 1) continue;
    const std::vector<double> logs = growth_logs(series.values, growth_shift(series.values));
    const std::span<const double> all = logs;
    ratios.push_back(std::log((mean_change(all.first(early + 1)) + 0.01) / (mean_change(all.subspan(early)) + 0.01)));
  }
  std::sort(ratios.begin(), ratios.end());
  const double ratio = ratios.empty() ? HUGE_VAL : ascending_quantile(ratios, 0.5);
  const double launched = std::clamp((ratio - 0.2) / 0.6, 0.0, 1.0);
  return {0.25 * (1.0 - launched), 1.0 - 0.75 * launched};
}

ESSOR_INLINE double launched_share(std::span<const GrowthSeries> panel) {
  return 1.0 - 4.0 * growth_weights(panel).recency;
}

/// The histories of a series from its start, and every third window of a few points.
ESSOR_INLINE void add_series(std::vector<GrowthRow>& rows, const GrowthSeries& series, const GrowthModel& model,
                             int index, int folds, const GrowthWeights& weights) {
  const std::vector<double> logs = growth_logs(series.values, growth_shift(series.values));
  const int label = series.label >= 0 && series.label < model.labels ? series.label : -1;
  const int part = series.part >= 0 ? series.part : index % folds;
  const std::size_t origins = logs.size() - 1;
  const auto weight_of = [&](std::size_t n) { return std::exp(-weights.recency * static_cast<double>(origins - n)); };
  double mean_weight = 0.0;
  for (std::size_t n = 1; n <= origins; ++n) {
    mean_weight += weight_of(n) / static_cast<double>(origins);
    if (n <= growth_origins) add_row(rows, logs, 0, n, model.ahead, label, part, weight_of(n));
  }
  for (const int points : growth_windows) {
    const auto width = static_cast<std::size_t>(points);
    const std::size_t begin = width + 1 + static_cast<std::size_t>(index) % 3;
    const std::size_t from = rows.size();
    double total = 0.0;
    for (std::size_t n = begin; n <= origins; n += 3) {
      total += weight_of(n);
      add_row(rows, logs, n - width, n, model.ahead, label, part, weight_of(n));
    }
    // The kernel around an anchor takes in about three quarters as many origins as it has points.
    const double weight = 0.75 * points * weights.windows * mean_weight;
    for (std::size_t i = from; i < rows.size(); ++i) rows[i].weight *= weight / total;
  }
}

/// The steps that are fitted and that at least a third of the series reach, or that the prior has learnt.
ESSOR_INLINE std::vector<int> growth_steps(std::span<const GrowthSeries> panel, int steps, const GrowthModel& prior) {
  std::vector<int> ahead;
  const int known = prior.fitted() ? prior.ahead.back() : 1;
  for (int step = 1, gap = 1; step <= steps; step += gap) {
    const auto reaches = [&](const GrowthSeries& series) {
      return series.values.size() > static_cast<std::size_t>(step);
    };
    if (step > known && 3 * std::count_if(panel.begin(), panel.end(), reaches) < std::ssize(panel)) break;
    ahead.push_back(step);
    if (step >= 6) gap = std::max(1, std::min(step / 3, steps - step));
  }
  return ahead;
}

/// The anchors that at least a fifth of the series reach, or that the prior has.
ESSOR_INLINE std::vector<int> choose_anchors(std::span<const GrowthSeries> panel, int steps, const GrowthModel& prior) {
  std::vector<int> anchors;
  const int known = prior.fitted() ? prior.anchors.back() : 1;
  for (const int anchor : growth_anchors) {
    const auto reaches = [&](const GrowthSeries& series) {
      return series.values.size() >= static_cast<std::size_t>(anchor + steps);
    };
    if (anchor > known && 5 * std::count_if(panel.begin(), panel.end(), reaches) < std::ssize(panel)) break;
    anchors.push_back(anchor);
  }
  return anchors;
}

ESSOR_INLINE void fit_levels(GrowthModel& model, std::span<const GrowthRow> rows) {
  model.levels.resize(1 + model.labels, growth_level_numbers);
  for (int label = -1; label < model.labels; ++label) {
    std::vector<double> levels;
    for (const GrowthRow& row : rows) {
      if (label < 0 || row.label == label) levels.push_back(row.level);
    }
    auto numbers = model.levels.row(label + 1);
    if (levels.empty()) {
      numbers = model.levels.row(0).eval();
      continue;
    }
    std::sort(levels.begin(), levels.end());
    const Eigen::Map<const Eigen::ArrayXd> values(levels.data(), std::ssize(levels));
    numbers[0] = values.mean();
    numbers[1] = std::sqrt((values - numbers[0]).square().mean()) + 1e-6;
    for (int k = 0; k < 3; ++k) {
      numbers[2 + k] = (ascending_quantile(levels, 0.2 + 0.3 * k) - numbers[0]) / numbers[1];
    }
    numbers[5] = (levels.front() - numbers[0]) / numbers[1];
    numbers[6] = (levels.back() - numbers[0]) / numbers[1];
  }
}

/// Means and deviations of the columns; those of one label have no mean, so that they are 0 for the others.
ESSOR_INLINE void fit_scales(GrowthModel& model, const GrowthLayout& layout, std::span<const GrowthRow> rows) {
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(layout.columns);
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(layout.columns);
  std::vector<double> x(static_cast<std::size_t>(layout.width));
  double total = 0.0;
  // Twice, so that the squares are those of small numbers.
  for (const bool centred : {false, true}) {
    for (const GrowthRow& row : rows) {
      write_columns(model, row.features, row.level, row.label, x.data());
      if (!centred) total += row.weight;
      for (const GrowthPlace& part : layout.parts) {
        for (int j = 0; j < part.width(); ++j) {
          const int c = layout.coefficient(part, j, std::max(row.label, 0));
          const double value = x[static_cast<std::size_t>(part.in_row + j)];
          if (!centred) {
            sums[c] += row.weight * value;
          } else {
            squares[c] += row.weight * (j < part.shared ? (value - sums[c]) * (value - sums[c]) : value * value);
          }
        }
      }
    }
    if (!centred) sums /= total;
  }
  for (const GrowthPlace& part : layout.parts) {
    // The variance of a column that is 0 for the other labels.
    for (int c = part.in_coefficients + part.shared; c < part.in_coefficients + part.shared + model.labels * part.own;
         ++c) {
      squares[c] -= total * sums[c] * sums[c];
      sums[c] = 0.0;
    }
  }
  model.centres = sums;
  model.scales = (squares.array().max(0.0) / total).sqrt() + 1e-9;
}

/// The ridge of each coefficient, by how many series teach it.
ESSOR_INLINE Eigen::VectorXd growth_penalties(const GrowthModel& model, const GrowthLayout& layout, double series) {
  Eigen::VectorXd penalties(layout.columns);
  for (std::size_t p = 0; p < growth_part_count; ++p) {
    const GrowthPlace& place = layout.parts[p];
    penalties.segment(place.in_coefficients, place.shared + model.labels * place.own)
        .setConstant(growth_parts[p].penalty);
    penalties[place.in_coefficients] = 0.0;
    for (int label = 0; label < model.labels && place.own > 0; ++label) {
      // The intercept of a label may go its own way more easily than its slopes.
      const int first = layout.coefficient(place, place.shared, label);
      const int intercept = first + (growth_parts[p].level ? growth_level_columns : 0);
      for (int c = first; c < first + place.own; ++c) {
        if (c != intercept) penalties[c] *= 2.0;
      }
    }
  }
  const double few = growth_ridge_series / series;
  return (1.0 + few * few) * penalties.array() + 1e-6;
}

/// The rows that matter at an anchor, sorted by label, in blocks of one label.
struct GrowthDesign {
  struct Block {
    Eigen::Index first;
    Eigen::Index count;
    int label;
  };
  GrowthLayout layout;
  GrowthModel::Table x;
  std::vector<const GrowthRow*> rows;
  Eigen::VectorXd kernel;  ///< weights
  std::vector<Block> blocks;
};

ESSOR_INLINE double growth_kernel(int points, int anchor, bool last) {
  const double distance =
      std::log(static_cast<double>(last ? std::min(points, anchor) : points) / anchor) / growth_band;
  return std::exp(-0.5 * distance * distance);
}

ESSOR_INLINE GrowthDesign make_design(const GrowthModel& model, const GrowthLayout& layout,
                                      std::span<const GrowthRow> rows, int anchor) {
  GrowthDesign design{layout, {}, {}, {}, {}};
  const bool last = anchor == model.anchors.back();
  for (const GrowthRow& row : rows) {
    if (growth_kernel(row.points, anchor, last) > 0.03) design.rows.push_back(&row);
  }
  const std::size_t stride = 1 + (std::max<std::size_t>(design.rows.size(), 1) - 1) / growth_rows;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < design.rows.size(); i += stride) design.rows[kept++] = design.rows[i];
  design.rows.resize(kept);
  std::stable_sort(design.rows.begin(), design.rows.end(),
                   [](const GrowthRow* a, const GrowthRow* b) { return a->label < b->label; });
  design.x.resize(std::ssize(design.rows), layout.width);
  design.kernel.resize(std::ssize(design.rows));
  for (Eigen::Index i = 0; i < design.x.rows(); ++i) {
    const GrowthRow& row = *design.rows[static_cast<std::size_t>(i)];
    double* const x = &design.x(i, 0);
    write_columns(model, row.features, row.level, row.label, x);
    standardise(model, layout, row.label, x);
    design.kernel[i] = static_cast<double>(stride) * row.weight * growth_kernel(row.points, anchor, last);
    const int label = std::max(row.label, 0);
    constexpr Eigen::Index most = 128;
    if (design.blocks.empty() || design.blocks.back().label != label || design.blocks.back().count == most) {
      design.blocks.push_back({i, 0, label});
    }
    ++design.blocks.back().count;
  }
  return design;
}

/// The coefficients of a part that a label has, in the order of a row of the design.
ESSOR_INLINE Eigen::VectorXd gather(const GrowthLayout& layout, const GrowthPlace& part, int label,
                                    const Eigen::VectorXd& coefficients) {
  Eigen::VectorXd own(part.width());
  own.head(part.shared) = coefficients.segment(part.in_coefficients, part.shared);
  own.tail(part.own) = coefficients.segment(layout.coefficient(part, part.shared, label), part.own);
  return own;
}

ESSOR_INLINE GrowthPredictors predict_block(const GrowthDesign& design, const GrowthDesign::Block& block,
                                            const Eigen::VectorXd& coefficients) {
  GrowthPredictors predictors(block.count, static_cast<Eigen::Index>(growth_part_count));
  for (std::size_t p = 0; p < growth_part_count; ++p) {
    const GrowthPlace& part = design.layout.parts[p];
    predictors.col(static_cast<Eigen::Index>(p)).matrix().noalias() =
        design.x.block(block.first, part.in_row, block.count, part.width()) *
        gather(design.layout, part, block.label, coefficients);
  }
  return predictors;
}

/// One regression: the growth to one step, at one anchor. Rows of weight 0 are not seen.
struct GrowthTask {
  const GrowthDesign& design;
  Eigen::VectorXd expected;  ///< where the ridge holds the coefficients
  Eigen::VectorXd penalties;
  Eigen::VectorXd target;
  Eigen::VectorXd weight;

  double loss(const Eigen::VectorXd& coefficients, double crps_weight, Eigen::VectorXd& gradient) const {
    const Eigen::VectorXd departure = coefficients - expected;
    gradient = penalties.cwiseProduct(departure);
    double value = 0.5 * gradient.dot(departure);
    for (const GrowthDesign::Block& block : design.blocks) {
      GrowthPredictors slope(block.count, static_cast<Eigen::Index>(growth_part_count));
      const auto w = weight.segment(block.first, block.count);
      const Eigen::ArrayXd losses = growth_losses(predict_block(design, block, coefficients),
                                                  target.segment(block.first, block.count), crps_weight, slope);
      value += w.dot(losses.matrix());
      slope.colwise() *= w.array();
      for (std::size_t p = 0; p < growth_part_count; ++p) {
        const GrowthPlace& part = design.layout.parts[p];
        const Eigen::VectorXd pulled = design.x.block(block.first, part.in_row, block.count, part.width()).transpose() *
                                       slope.col(static_cast<Eigen::Index>(p)).matrix();
        gradient.segment(part.in_coefficients, part.shared) += pulled.head(part.shared);
        gradient.segment(design.layout.coefficient(part, part.shared, block.label), part.own) += pulled.tail(part.own);
      }
    }
    return value;
  }

  /// X'WX of a part with its ridge, by the weights given.
  Eigen::MatrixXd gram(std::size_t p, const Eigen::VectorXd& weights) const {
    const GrowthPlace& part = design.layout.parts[p];
    const Eigen::Index full =
        (p + 1 < growth_part_count ? design.layout.parts[p + 1].in_coefficients : design.layout.columns) -
        part.in_coefficients;
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(full, full);
    Eigen::MatrixXd local;
    for (const GrowthDesign::Block& block : design.blocks) {
      const auto x = design.x.block(block.first, part.in_row, block.count, part.width());
      local.noalias() = x.transpose() * weights.segment(block.first, block.count).asDiagonal() * x;
      const Eigen::Index own = design.layout.coefficient(part, part.shared, block.label) - part.in_coefficients;
      sum.topLeftCorner(part.shared, part.shared) += local.topLeftCorner(part.shared, part.shared);
      sum.block(own, 0, part.own, part.shared) += local.bottomLeftCorner(part.own, part.shared);
      sum.block(0, own, part.shared, part.own) += local.topRightCorner(part.shared, part.own);
      sum.block(own, own, part.own, part.own) += local.bottomRightCorner(part.own, part.own);
    }
    sum.diagonal() += penalties.segment(part.in_coefficients, full);
    return sum;
  }
};

/// The coordinates in which the loss is about equally curved in all directions, part by part: the coefficients times
/// the Cholesky factor of X'WX.
class GrowthCoordinates {
 public:
  /// @param scale of each row, for the weights of the location
  GrowthCoordinates(const GrowthTask& task, const Eigen::VectorXd& scale) : task_(task) {
    for (std::size_t p = 0; p < growth_part_count; ++p) {
      const Eigen::VectorXd weight =
          p == 0 ? Eigen::VectorXd(task.weight.array() / scale.array().square()) : Eigen::VectorXd(1.5 * task.weight);
      factors_[p].compute(task.gram(p, weight));
    }
  }

  Eigen::VectorXd minimum(const Eigen::VectorXd& start, double crps_weight, int iterations) const {
    Eigen::VectorXd slope;
    const auto loss = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      const double value = task_.loss(coefficients(x), crps_weight, slope);
      gradient = map(slope, [](const auto& factor, auto part) { factor.matrixL().solveInPlace(part); });
      return value;
    };
    return coefficients(minimise(
        loss,
        map(start, [](const auto& factor, auto part) { part = (factor.matrixU() * Eigen::VectorXd(part)).eval(); }),
        iterations));
  }

 private:
  template <class Operation>
  Eigen::VectorXd map(Eigen::VectorXd x, Operation&& operation) const {
    Eigen::Index at = 0;
    for (const auto& factor : factors_) {
      operation(factor, x.segment(at, factor.rows()));
      at += factor.rows();
    }
    return x;
  }
  Eigen::VectorXd coefficients(const Eigen::VectorXd& x) const {
    return map(x, [](const auto& factor, auto part) { factor.matrixU().solveInPlace(part); });
  }

  const GrowthTask& task_;
  std::array<Eigen::LLT<Eigen::MatrixXd>, growth_part_count> factors_;
};

/// The scale of each row.
ESSOR_INLINE Eigen::VectorXd growth_scales(const GrowthDesign& design, const Eigen::VectorXd& coefficients) {
  Eigen::VectorXd scale(design.x.rows());
  for (const GrowthDesign::Block& block : design.blocks) {
    scale.segment(block.first, block.count) =
        predict_block(design, block, coefficients).col(1).max(-9.0).min(4.0).exp().matrix();
  }
  return scale;
}

/// Least squares for the location, the same scale for all.
ESSOR_INLINE Eigen::VectorXd growth_start(const GrowthTask& task) {
  const GrowthLayout& layout = task.design.layout;
  const GrowthPlace& part = layout.parts[0];
  const Eigen::MatrixXd gram = task.gram(0, task.weight);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(gram.rows());
  for (const GrowthDesign::Block& block : task.design.blocks) {
    const Eigen::VectorXd weighed =
        task.weight.segment(block.first, block.count).cwiseProduct(task.target.segment(block.first, block.count));
    const Eigen::VectorXd pulled =
        task.design.x.block(block.first, part.in_row, block.count, part.width()).transpose() * weighed;
    right.head(part.shared) += pulled.head(part.shared);
    right.segment(layout.coefficient(part, part.shared, block.label), part.own) += pulled.tail(part.own);
  }
  Eigen::VectorXd start = Eigen::VectorXd::Zero(layout.columns);
  start.head(gram.rows()) = gram.llt().solve(right);
  std::vector<double> errors;
  for (const GrowthDesign::Block& block : task.design.blocks) {
    const GrowthPredictors eta = predict_block(task.design, block, start);
    for (Eigen::Index i = 0; i < block.count; ++i) {
      if (task.weight[block.first + i] > 0.0) errors.push_back(std::abs(task.target[block.first + i] - eta(i, 0)));
    }
  }
  std::sort(errors.begin(), errors.end());
  start[layout.parts[1].in_coefficients] = std::log((errors.empty() ? 0.0 : ascending_quantile(errors, 0.5)) + 1e-3);
  start[layout.parts[3].in_coefficients] = -0.4;
  return start;
}

/// Probabilities at which the held-back scores are compared with those of the normal distribution.
inline constexpr int growth_knots = 23;
ESSOR_INLINE double growth_knot(int knot) {
  if (knot < 2) return knot == 0 ? 0.01 : 0.025;
  if (knot > growth_knots - 3) return knot == growth_knots - 1 ? 0.99 : 0.975;
  return 0.05 * (knot - 1);
}

/// What the standard scores have to be, at the nodes, to be those of the errors: asinh of it.
/// With few rows the expected scores are kept in part.
/// @param scores (score, weight) of rows held back
/// @param most_trust share of their quantiles where there are many
/// @param expected the scores of the nodes
/// @param expected_rows that these are worth
ESSOR_INLINE Eigen::RowVectorXd growth_shape(std::vector<std::pair<double, double>> scores, double most_trust,
                                             const Eigen::RowVectorXd& expected, double expected_rows) {
  Eigen::RowVectorXd shape(score_count);
  std::sort(scores.begin(), scores.end());
  double total = 0.0;
  for (const auto& each : scores) total += each.second;
  const double trust = most_trust * total / (total + expected_rows);
  std::array<double, growth_knots> knots{};
  std::array<double, growth_knots> normal{};
  std::size_t next = 0;
  double before = 0.0;  // share of the weight up to the middle of the score before the next, and of the next
  double reached = scores.empty() ? 0.0 : 0.5 * scores[0].second / total;
  for (std::size_t k = 0; k < knots.size() && !scores.empty(); ++k) {
    const double probability = growth_knot(static_cast<int>(k));
    normal[k] = normal_quantile(probability);
    while (reached < probability && next + 1 < scores.size()) {
      before = reached;
      reached += 0.5 * (scores[next].second + scores[next + 1].second) / total;
      ++next;
    }
    const bool outside = next == 0 || reached < probability;
    const double share = outside ? 1.0 : (probability - before) / (reached - before);
    knots[k] =
        outside ? scores[next].first : scores[next - 1].first + share * (scores[next].first - scores[next - 1].first);
  }
  for (int node = 0; node < score_count; ++node) {
    const double z = score_at(node);
    double score = expected[node];
    if (!scores.empty()) {
      const auto right = std::clamp(std::lower_bound(normal.begin(), normal.end(), z) - normal.begin(),
                                    std::ptrdiff_t{1}, std::ptrdiff_t{growth_knots - 1});
      const auto r = static_cast<std::size_t>(right);
      const double inside = std::clamp(z, normal.front(), normal.back());
      const double slope = (knots[r] - knots[r - 1]) / (normal[r] - normal[r - 1]);
      // Beyond the outermost knots the errors have the distribution's own tails.
      score = trust * (knots[r - 1] + slope * (inside - normal[r - 1]) + (z - inside)) + (1.0 - trust) * expected[node];
    }
    shape[node] = std::asinh(score);
  }
  return shape;
}

/// The rows of a step at an anchor.
ESSOR_INLINE GrowthTask make_task(const GrowthDesign& design, const Eigen::VectorXd& penalties,
                                  const GrowthPrior& prior, Eigen::Index cell, std::size_t step) {
  GrowthTask task{design, prior.coefficients.row(cell), penalties, Eigen::VectorXd::Zero(design.x.rows()),
                  design.kernel};
  std::vector<double> targets;
  for (Eigen::Index i = 0; i < design.x.rows(); ++i) {
    const double target = design.rows[static_cast<std::size_t>(i)]->target[step];
    if (std::isnan(target)) {
      task.weight[i] = 0.0;
    } else {
      task.target[i] = target;
      targets.push_back(target);
    }
  }
  if (targets.empty()) return task;
  std::sort(targets.begin(), targets.end());
  const double spread = 0.5 * (ascending_quantile(targets, 0.84) - ascending_quantile(targets, 0.16)) + 1e-3;
  const double narrower = std::max(growth_ridge_spread / spread, 1.0);
  const int location = design.layout.parts[1].in_coefficients;
  task.penalties.segment(1, location - 1) *= narrower * narrower;
  // What a row says of the location goes with the inverse of its variance; of the logarithm of the scale, it does not.
  task.penalties.head(location).array() += prior.rows / (spread * spread);
  task.penalties.tail(task.penalties.size() - location).array() += prior.rows;
  return task;
}

/// Fits one step at an anchor, with all rows and without each part.
/// @param first the row of coefficients of the anchor's first step
ESSOR_INLINE void fit_cell(GrowthModel& model, std::vector<GrowthModel>& parts, const GrowthDesign& design,
                           const Eigen::VectorXd& penalties, const GrowthPrior& prior, Eigen::Index first,
                           Eigen::Index step) {
  const Eigen::Index cell = first + step;
  GrowthTask task = make_task(design, penalties, prior, cell, static_cast<std::size_t>(step));
  Eigen::VectorXd all = prior.rows > 0.0 ? task.expected : growth_start(task);
  all = GrowthCoordinates(task, growth_scales(design, all)).minimum(all, 0.0, growth_first_iterations);
  all = GrowthCoordinates(task, growth_scales(design, all)).minimum(all, growth_crps_weight, growth_iterations);
  model.coefficients.row(cell) = all.transpose();
  const Eigen::VectorXd scale = growth_scales(design, all);
  const Eigen::VectorXd weight = task.weight;
  for (std::size_t f = 0; f < parts.size(); ++f) {
    for (Eigen::Index i = 0; i < design.x.rows(); ++i) {
      if (design.rows[static_cast<std::size_t>(i)]->part == static_cast<int>(f)) task.weight[i] = 0.0;
    }
    parts[f].coefficients.row(cell) =
        GrowthCoordinates(task, scale).minimum(all, growth_crps_weight, growth_held_back_iterations).transpose();
    task.weight = weight;
  }
}

/// Takes the departures of the coefficients of the steps to smooth ones: (1 + growth_smoothness D'D)^-1, D the change
/// of slope at a step.
ESSOR_INLINE Eigen::MatrixXd step_smoother(const std::vector<int>& ahead) {
  const Eigen::Index steps = std::ssize(ahead);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(steps, steps);
  for (Eigen::Index h = 1; h + 1 < steps; ++h) {
    const double before = ahead[static_cast<std::size_t>(h)] - ahead[static_cast<std::size_t>(h - 1)];
    const double after = ahead[static_cast<std::size_t>(h + 1)] - ahead[static_cast<std::size_t>(h)];
    Eigen::VectorXd bend = Eigen::VectorXd::Zero(steps);
    bend[h - 1] = 1.0 / before;
    bend[h] = -1.0 / before - 1.0 / after;
    bend[h + 1] = 1.0 / after;
    matrix += growth_smoothness * bend * bend.transpose();
  }
  return matrix.llt().solve(Eigen::MatrixXd::Identity(steps, steps));
}

/// The shape of the errors that the models of the parts make on what was held back.
ESSOR_INLINE void fit_growth_shape(GrowthModel& model, std::vector<GrowthModel>& parts, const GrowthDesign& design,
                                   const Eigen::VectorXd& penalties, const GrowthPrior& prior, Eigen::Index first,
                                   Eigen::Index step) {
  const Eigen::Index cell = first + step;
  const GrowthTask task = make_task(design, penalties, prior, cell, static_cast<std::size_t>(step));
  std::vector<std::vector<std::pair<double, double>>> scores(parts.size());
  for (std::size_t f = 0; f < parts.size(); ++f) {
    const Eigen::VectorXd without = parts[f].coefficients.row(cell);
    for (const GrowthDesign::Block& block : design.blocks) {
      const GrowthPredictors eta = predict_block(design, block, without);
      const GrowthScore at(eta, task.target.segment(block.first, block.count));
      for (Eigen::Index i = 0; i < block.count; ++i) {
        const Eigen::Index row = block.first + i;
        if (task.weight[row] > 0.0 && design.rows[static_cast<std::size_t>(row)]->part == static_cast<int>(f)) {
          scores[f].emplace_back(std::sinh(std::clamp(at.score[i], -3.0, 3.0)), task.weight[row]);
        }
      }
    }
  }
  const int anchor = model.anchors[static_cast<std::size_t>(cell) / model.ahead.size()];
  const bool all = anchor < growth_late_points || !model.networks.empty();
  for (std::size_t left_out = 0; left_out <= parts.size(); ++left_out) {
    std::vector<std::pair<double, double>> seen;
    for (std::size_t f = 0; f < parts.size(); ++f) {
      if (f != left_out) seen.insert(seen.end(), scores[f].begin(), scores[f].end());
    }
    (left_out < parts.size() ? parts[left_out] : model).shape.row(cell) =
        growth_shape(std::move(seen), all ? 1.0 : growth_late_trust, prior.scores.row(cell), prior.score_rows);
  }
}

/// What the networks are taught. Shorter histories than they are asked for help: without them, services of six values
/// were forecast worse.
ESSOR_INLINE NetworkRows network_rows(const GrowthModel& model, std::span<const GrowthRow> rows) {
  const std::size_t stride = 1 + (rows.size() - 1) / network_rows_seen;
  const auto count = static_cast<Eigen::Index>((rows.size() + stride - 1) / stride);
  NetworkRows made{GrowthNetwork::Table(count, network_inputs(model.labels)),
                   GrowthNetwork::Table(count, std::ssize(model.ahead)),
                   Eigen::VectorXd(count),
                   {}};
  for (Eigen::Index i = 0; i < count; ++i) {
    const GrowthRow& row = rows[static_cast<std::size_t>(i) * stride];
    write_inputs(row.features, level_score(model, row.level, row.label), row.label, model.labels, &made.inputs(i, 0));
    std::copy(row.target.begin(), row.target.end(), &made.targets(i, 0));
    made.weight[i] = row.weight;
    made.part.push_back(row.part);
  }
  return made;
}

/// Whether a panel can teach networks of its own: it begins with a launch, enough of its series show it, and without
/// each of the parts there are still as many histories from which the last step is known.
ESSOR_INLINE bool teaches_networks(std::size_t parts, std::span<const GrowthRow> rows,
                                   std::span<const GrowthSeries> panel) {
  const auto shows = [](const GrowthSeries& series) { return series.values.size() >= network_values; };
  if (std::count_if(panel.begin(), panel.end(), shows) < network_series || launched_share(panel) < 0.5) return false;
  for (int part = 0; part < static_cast<int>(parts); ++part) {
    const auto teaches = [&](const GrowthRow& row) { return row.part != part && !std::isnan(row.target.back()); };
    if (std::count_if(rows.begin(), rows.end(), teaches) < network_series) return false;
  }
  return true;
}

/// Adds the networks of a prior of the same kind that has learnt the same steps, and where the panel can teach them as
/// many of its own; those of the parts have not seen the part.
ESSOR_INLINE void add_networks(GrowthModel& model, std::vector<GrowthModel>& parts, std::span<const GrowthRow> rows,
                               std::span<const GrowthSeries> panel, const GrowthOptions& options) {
  if (options.any_unit || options.seasonal) return;
  const bool own = teaches_networks(parts.size(), rows, panel);
  if (options.same_kind && options.prior->ahead.size() >= model.ahead.size() &&
      std::equal(model.ahead.begin(), model.ahead.end(), options.prior->ahead.begin())) {
    model.networks = options.prior->networks;
    // Beside those of the panel only the last: those that the prior was taught itself.
    if (own && model.networks.size() > network_count)
      model.networks.erase(model.networks.begin(), model.networks.end() - network_count);
    for (GrowthModel& part : parts) part.networks = model.networks;
  }
  if (!own) return;
  const NetworkRows seen = network_rows(model, rows);
  std::vector<std::future<GrowthNetwork>> taught;
  for (int start = 0; start < static_cast<int>(network_count); ++start) {
    taught.push_back(std::async([&seen, start] { return fit_network(seen, -1, start); }));
  }
  for (int part = 0; part < std::ssize(parts); ++part) {
    taught.push_back(std::async([&seen, part] { return fit_network(seen, part, 0); }));
  }
  for (std::size_t i = 0; i < network_count; ++i) model.networks.push_back(taught[i].get());
  // One of a part weighs as much beside the prior's as those of the whole.
  for (std::size_t part = 0; part < parts.size(); ++part) {
    auto& networks = parts[part].networks;
    networks.insert(networks.end(), networks.empty() ? 1 : network_count, taught[network_count + part].get());
  }
}

ESSOR_INLINE GrowthModel fit_growth(std::span<const GrowthSeries> panel, int steps, int folds, GrowthFolds* held_back,
                                    const GrowthOptions& options) {
  if (steps < 1) throw ArgumentError("ReferenceClass", std::to_string(steps), "steps must be >= 1");
  if (folds < 2) throw ArgumentError("ReferenceClass", std::to_string(folds), "folds must be >= 2");
  std::vector<GrowthSeries> taught;
  GrowthModel model;
  for (const GrowthSeries& series : panel) {
    if (series.values.size() < 2) continue;
    taught.push_back(series);
    model.labels = std::max(model.labels, series.label + 1);
  }
  if (taught.empty()) throw ArgumentError("ReferenceClass", "", "a series must have at least two values");
  if (options.same_kind) model.labels = options.prior->labels;
  const GrowthModel none;
  const GrowthModel& before = options.prior != nullptr ? *options.prior : none;
  model.ahead = growth_steps(taught, steps, before);
  model.anchors = choose_anchors(taught, model.ahead.back(), before);
  const GrowthWeights weights = growth_weights(taught);
  std::vector<GrowthRow> rows;
  for (std::size_t i = 0; i < panel.size(); ++i) {
    if (panel[i].values.size() > 1) add_series(rows, panel[i], model, static_cast<int>(i), folds, weights);
  }
  fit_levels(model, rows);
  if (options.any_unit) model.levels.col(1).setConstant(any_level);
  const GrowthLayout layout(model.labels);
  fit_scales(model, layout, rows);
  take_scales(model, layout, options);
  const GrowthPrior prior = growth_prior(model, layout, options);
  const Eigen::VectorXd penalties = growth_penalties(model, layout, static_cast<double>(taught.size()));
  const Eigen::Index cells = std::ssize(model.anchors) * std::ssize(model.ahead);
  model.coefficients.resize(cells, layout.columns);
  model.shape.resize(cells, score_count);
  std::vector<GrowthModel> parts(static_cast<std::size_t>(folds), model);
  add_networks(model, parts, rows, taught, options);
  const Eigen::MatrixXd smoother = step_smoother(model.ahead);
  const Eigen::Index count = std::ssize(model.ahead);
  for (Eigen::Index first = 0; first < cells; first += count) {
    const int anchor = model.anchors[static_cast<std::size_t>(first / count)];
    const GrowthDesign design = make_design(model, layout, rows, anchor);
    for (Eigen::Index step = 0; step < count; ++step) fit_cell(model, parts, design, penalties, prior, first, step);
    const auto smooth = [&](GrowthModel& each) {
      const auto expected = prior.coefficients.middleRows(first, count);
      auto fitted = each.coefficients.middleRows(first, count);
      fitted = expected + smoother * (fitted - expected).eval();
    };
    smooth(model);
    std::for_each(parts.begin(), parts.end(), smooth);
    for (Eigen::Index step = 0; step < count; ++step)
      fit_growth_shape(model, parts, design, penalties, prior, first, step);
  }
  if (held_back != nullptr) held_back->parts = std::move(parts);
  return model;
}

/// Quantiles of log growth, of its predictors and the asinh of the scores.
ESSOR_INLINE Eigen::Array<double, 1, score_count> growth_quantiles(const std::array<double, growth_part_count>& eta,
                                                                   const Eigen::Array<double, 1, score_count>& shape) {
  const double scale = std::exp(std::clamp(eta[1], -9.0, 4.0));
  const double tail = std::exp(std::clamp(eta[3], -1.5, 1.0));
  const Eigen::Array<double, 1, score_count> turned = ((shape + eta[2]) / tail).max(-6.0).min(6.0).exp();
  return (eta[0] + 0.5 * scale * (turned - turned.inverse())).max(-growth_limit).min(growth_limit);
}

/// The asinh of the scores themselves.
ESSOR_INLINE Eigen::Array<double, 1, score_count> normal_shape() {
  Eigen::Array<double, 1, score_count> shape;
  for (int node = 0; node < score_count; ++node) shape[node] = std::asinh(score_at(node));
  return shape;
}

/// Adds a share of the quantiles of log growth at one anchor.
ESSOR_INLINE void add_quantiles(const GrowthModel& model, const GrowthLayout& layout, int label,
                                const Eigen::VectorXd& x, std::size_t anchor, double share, PredictiveTable& growth) {
  const int of = label >= 0 && label < model.labels ? label : 0;
  for (Eigen::Index step = 0; step < growth.rows(); ++step) {
    const Eigen::Index cell = static_cast<Eigen::Index>(anchor) * growth.rows() + step;
    std::array<double, growth_part_count> eta{};
    for (std::size_t p = 0; p < growth_part_count; ++p) {
      const GrowthPlace& part = layout.parts[p];
      const auto coefficients = model.coefficients.row(cell);
      eta[p] = coefficients.segment(part.in_coefficients, part.shared).dot(x.segment(part.in_row, part.shared)) +
               coefficients.segment(layout.coefficient(part, part.shared, of), part.own)
                   .dot(x.segment(part.in_row + part.shared, part.own));
    }
    growth.row(step) += share * growth_quantiles(eta, model.shape.row(cell).array());
  }
}

ESSOR_INLINE double share_of_networks(const GrowthModel& model, std::size_t points) {
  if (model.networks.empty()) return 0.0;
  const double known = static_cast<double>(points);
  return network_share *
         std::clamp(std::min((known - network_fewest_points) / network_rise, network_most_points / known), 0.0, 1.0);
}

/// Averages with the quantiles of the networks.
ESSOR_INLINE void add_quantiles_of_networks(const GrowthModel& model, const GrowthFeatures& features,
                                            std::size_t points, double level, int label, PredictiveTable& growth) {
  Eigen::VectorXd inputs(network_inputs(model.labels));
  write_inputs(features, level_score(model, level, label), label, model.labels, inputs.data());
  const double share = share_of_networks(model, points);
  const Eigen::Array<double, 1, score_count> shape = normal_shape();
  growth *= 1.0 - share;
  for (const GrowthNetwork& network : model.networks) {
    const GrowthPredictors eta = predict_network(network, inputs);
    for (Eigen::Index step = 0; step < growth.rows(); ++step) {
      growth.row(step) += share / static_cast<double>(model.networks.size()) *
                          growth_quantiles({eta(step, 0), eta(step, 1), eta(step, 2), eta(step, 3)}, shape);
    }
  }
}

/// Quantiles of the growth of the logarithm to a step, from those to the steps fitted.
ESSOR_INLINE Eigen::Array<double, 1, score_count> growth_to(const GrowthModel& model, const PredictiveTable& fitted,
                                                            int step) {
  const auto right = std::lower_bound(model.ahead.begin(), model.ahead.end(), step) - model.ahead.begin();
  const auto at = [&](std::ptrdiff_t i) { return model.ahead[static_cast<std::size_t>(i)]; };
  const std::ptrdiff_t end = fitted.rows() - 1;
  if (right <= end) {
    if (at(right) == step) return fitted.row(right);
    const double share = static_cast<double>(step - at(right - 1)) / (at(right) - at(right - 1));
    return (1.0 - share) * fitted.row(right - 1) + share * fitted.row(right);
  }
  constexpr int middle = score_count / 2;
  constexpr double damping = 0.9;
  const double median = fitted(end, middle);
  const double increment = end > 0 ? (median - fitted(end - 1, middle)) / (at(end) - at(end - 1)) : median;
  const int beyond = step - at(end);
  const double added = increment * damping * (1.0 - std::pow(damping, beyond)) / (1.0 - damping);
  const double spread = std::sqrt(static_cast<double>(step) / at(end));
  return (median + added + spread * (fitted.row(end) - median)).max(-growth_limit).min(growth_limit);
}

ESSOR_INLINE double comparable_level(const GrowthModel& model, double level, int label) {
  const auto numbers = model.levels.row(label >= 0 && label < model.labels ? label + 1 : 0);
  const double z = level_score(model, level, label);
  return z < std::min(numbers[5] - 1.0, -3.5) || z > std::max(numbers[6] + 1.0, 3.5) ? numbers[0] : level;
}

/// Histories of more than twice as many values as the last anchor have hardly taught anything.
ESSOR_INLINE std::span<const double> seen_of(const GrowthModel& model, std::span<const double> history) {
  return last_of(history, 2 * static_cast<std::size_t>(model.anchors.back()));
}

ESSOR_INLINE PredictiveTable forecast_growth(const GrowthModel& model, std::span<const double> history, int label,
                                             int steps) {
  const std::size_t known = history.size();
  history = seen_of(model, history);
  const double shift = growth_shift(history);
  const std::vector<double> logs = growth_logs(history, shift);
  const GrowthLayout layout(model.labels);
  Eigen::VectorXd x(layout.width);
  const GrowthFeatures features = growth_features(logs);
  const double level = comparable_level(model, logs.back(), label);
  write_columns(model, features, level, label, x.data());
  standardise(model, layout, label, x.data());

  const int points =
      static_cast<int>(std::min<std::size_t>(logs.size(), static_cast<std::size_t>(model.anchors.back())));
  const auto right = static_cast<std::size_t>(std::lower_bound(model.anchors.begin(), model.anchors.end(), points) -
                                              model.anchors.begin());
  PredictiveTable fitted = PredictiveTable::Zero(std::ssize(model.ahead), score_count);
  if (model.anchors[right] == points) {
    add_quantiles(model, layout, label, x, right, 1.0, fitted);
  } else {
    const double below = model.anchors[right - 1];
    const double share = std::log(points / below) / std::log(model.anchors[right] / below);
    add_quantiles(model, layout, label, x, right - 1, 1.0 - share, fitted);
    add_quantiles(model, layout, label, x, right, share, fitted);
  }
  if (share_of_networks(model, known) > 0.0) {
    add_quantiles_of_networks(model, features, known, level, label, fitted);
  }
  fitted = fitted.max(-growth_limit).min(growth_limit);
  PredictiveTable table(steps, score_count);
  const double largest = std::log(std::numeric_limits<double>::max());
  for (int step = 1; step <= steps; ++step) {
    const Eigen::Array<double, 1, score_count> growth = growth_to(model, fitted, step);
    // Equal quantiles must not descend by a rounding of their exponentials.
    double above = 0.0;
    for (int node = 0; node < score_count; ++node) {
      above = std::max(above, std::exp(std::min(logs.back() + growth[node], largest)) - shift);
      table(step - 1, node) = above;
    }
  }
  return table;
}

ESSOR_INLINE PredictiveTable GrowthFolds::table(std::span<const double> history, int label, int steps, int fold) const {
  return forecast_growth(parts[static_cast<std::size_t>(fold)], history, label, steps);
}

ESSOR_INLINE std::vector<double> to_numbers(const GrowthModel& model) {
  std::vector<double> numbers{static_cast<double>(model.labels), static_cast<double>(model.anchors.size()),
                              static_cast<double>(model.ahead.size())};
  numbers.insert(numbers.end(), model.anchors.begin(), model.anchors.end());
  numbers.insert(numbers.end(), model.ahead.begin(), model.ahead.end());
  const auto write = [&](const auto& table) {
    numbers.insert(numbers.end(), table.data(), table.data() + table.size());
  };
  write(model.levels);
  write(model.centres);
  write(model.scales);
  write(model.coefficients);
  write(model.shape);
  numbers.push_back(static_cast<double>(model.networks.size()));
  for (const GrowthNetwork& network : model.networks) {
    numbers.push_back(static_cast<double>(network.second.cols()));
    numbers.push_back(static_cast<double>(network.steps()));
    write(network.centres);
    write(network.scales);
    write(network.first);
    write(network.second);
    write(network.last);
  }
  return numbers;
}

ESSOR_INLINE GrowthModel growth_from_numbers(std::span<const double> numbers) {
  std::size_t at = 0;
  const auto fail = [](const std::string& rule) { throw ArgumentError("ReferenceClass", "growth model", rule); };
  const auto whole = [&](double least, double most) {
    if (at >= numbers.size()) fail("too few numbers");
    const double number = numbers[at++];
    if (!(number >= least && number <= most && number == std::floor(number))) fail("a size must be a whole number");
    return static_cast<int>(number);
  };
  GrowthModel model;
  model.labels = whole(0.0, 1000.0);
  const auto ascending = [&](std::vector<int>& list, int count) {
    for (int i = 0; i < count; ++i) list.push_back(whole(i == 0 ? 1.0 : list.back() + 1.0, 1e6));
  };
  const int anchors = whole(0.0, 1000.0);
  const int ahead = whole(0.0, 1000.0);
  ascending(model.anchors, anchors);
  ascending(model.ahead, ahead);
  if (ahead > 0 && (model.anchors[0] != 1 || model.ahead[0] != 1)) fail("anchors and steps must begin at 1");
  if ((anchors == 0) != (ahead == 0)) fail("anchors and steps must go together");
  const bool fitted = model.fitted();
  const Eigen::Index columns = fitted ? GrowthLayout(model.labels).columns : 0;
  const Eigen::Index cells = Eigen::Index{anchors} * ahead;
  const auto read = [&](auto& table, Eigen::Index rows, Eigen::Index width) {
    table.resize(rows, width);
    const auto size = static_cast<std::size_t>(rows * width);
    if (numbers.size() - at < size) fail("too few numbers");
    for (std::size_t i = 0; i < size; ++i) {
      if (!std::isfinite(numbers[at + i])) fail("numbers must be finite");
      table.data()[i] = numbers[at + i];
    }
    at += size;
  };
  read(model.levels, fitted ? 1 + model.labels : 0, fitted ? growth_level_numbers : 0);
  read(model.centres, columns, 1);
  read(model.scales, columns, 1);
  read(model.coefficients, cells, columns);
  read(model.shape, cells, fitted ? score_count : 0);
  model.networks.resize(static_cast<std::size_t>(whole(0.0, 100.0)));
  for (GrowthNetwork& network : model.networks) {
    const Eigen::Index inputs = network_inputs(model.labels);
    const Eigen::Index units = whole(1.0, 1000.0);
    const Eigen::Index steps = whole(std::max(1.0, static_cast<double>(ahead)), 1000.0);
    read(network.centres, inputs, 1);
    read(network.scales, inputs, 1);
    if (!(network.scales.array() > 0.0).all()) fail("scales must be > 0");
    read(network.first, inputs + 1, units);
    read(network.second, units + 1, units);
    read(network.last, units + 1, static_cast<Eigen::Index>(growth_part_count) * steps);
  }
  if (at != numbers.size()) fail("too many numbers");
  if (fitted && !((model.scales.array() > 0.0).all() && (model.levels.col(1).array() > 0.0).all())) {
    fail("scales must be > 0");
  }
  return model;
}

}  // namespace essor::detail
