// What a class expects of the growth of its series before it has seen them: what another class has learnt.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "essor/forecast/detail/growth_coefficients.hpp"
#include "essor/forecast/detail/growth_columns.hpp"
#include "essor/forecast/detail/predictive.hpp"

namespace essor::detail {

/// Rows that a prior is worth in the ridge, and rows that its scores are worth: of another class, and of one of the
/// same kind, by label and unit; and rows that the scores of the normal distribution are worth without one. Chosen on 4
/// to 248 series of digital services, by the class of other countries, and of M3, by the classes of M1 and tourism
/// (tests/benchmark/forecast_scores.py --sets few).
inline constexpr double growth_prior_rows = 100.0;
inline constexpr double growth_prior_score_rows = 100.0;
inline constexpr double growth_alike_rows = 20000.0;
inline constexpr double growth_alike_score_rows = 2000.0;
inline constexpr double growth_normal_score_rows = 10.0;

/// What is expected at each anchor and step.
struct GrowthPrior {
  GrowthModel::Table coefficients;  ///< (anchors x ahead) x columns
  GrowthModel::Table scores;        ///< (anchors x ahead) x nodes: standard scores of the errors
  double rows = 0.0;                ///< that it is worth; 0: nothing is expected
  double score_rows = growth_normal_score_rows;
};

/// How many columns of a part a class has in common with its prior: of another class not those of the level and of the
/// labels.
inline Eigen::Index common_columns(const GrowthLayout& layout, std::size_t part, const GrowthOptions& options) {
  if (options.same_kind)
    return layout.parts[part].shared + Eigen::Index{options.prior->labels} * layout.parts[part].own;
  return static_cast<Eigen::Index>(1 + growth_parts[part].columns.size() + growth_parts[part].by_points.size());
}

/// The row of a table of the prior at an anchor and a step, interpolated between its steps; beyond its last, the last.
inline Eigen::RowVectorXd row_at(const GrowthModel& prior, const GrowthModel::Table& table, int anchor, int step) {
  const auto place = [](const std::vector<int>& list, int value) {
    const auto found = std::lower_bound(list.begin(), list.end(), value);
    return std::min<Eigen::Index>(found - list.begin(), std::ssize(list) - 1);
  };
  const Eigen::Index right = place(prior.ahead, step);
  const Eigen::Index at = place(prior.anchors, anchor) * std::ssize(prior.ahead) + right;
  const int after = prior.ahead[static_cast<std::size_t>(right)];
  if (step >= after) return table.row(at);
  const int before = prior.ahead[static_cast<std::size_t>(right - 1)];
  const double share = static_cast<double>(step - before) / (after - before);
  return (1.0 - share) * table.row(at - 1) + share * table.row(at);
}

/// The columns that a model has in common with its prior are standardised as there.
inline void take_scales(GrowthModel& model, const GrowthLayout& layout, const GrowthOptions& options) {
  if (options.prior == nullptr) return;
  const GrowthLayout of_prior(options.prior->labels);
  if (options.same_kind) model.levels = options.prior->levels;
  for (std::size_t p = 0; p < growth_part_count; ++p) {
    const Eigen::Index count = common_columns(layout, p, options);
    const int from = of_prior.parts[p].in_coefficients;
    model.centres.segment(layout.parts[p].in_coefficients, count) = options.prior->centres.segment(from, count);
    model.scales.segment(layout.parts[p].in_coefficients, count) = options.prior->scales.segment(from, count);
  }
}

/// What the prior expects of the model.
/// @param model with its anchors and steps
inline GrowthPrior growth_prior(const GrowthModel& model, const GrowthLayout& layout, const GrowthOptions& options) {
  const Eigen::Index cells = std::ssize(model.anchors) * std::ssize(model.ahead);
  GrowthPrior expected{GrowthModel::Table::Zero(cells, layout.columns), GrowthModel::Table(cells, score_count)};
  for (int node = 0; node < score_count; ++node) expected.scores.col(node).setConstant(score_at(node));
  if (options.prior == nullptr) return expected;

  const GrowthModel& prior = *options.prior;
  const GrowthLayout of_prior(prior.labels);
  expected.rows = options.same_kind ? growth_alike_rows : growth_prior_rows;
  expected.score_rows = options.same_kind ? growth_alike_score_rows : growth_prior_score_rows;
  for (Eigen::Index cell = 0; cell < cells; ++cell) {
    const int anchor = model.anchors[static_cast<std::size_t>(cell / std::ssize(model.ahead))];
    const int step = model.ahead[static_cast<std::size_t>(cell % std::ssize(model.ahead))];
    expected.scores.row(cell) = row_at(prior, prior.shape, anchor, step).array().sinh();
    const Eigen::RowVectorXd row = row_at(prior, prior.coefficients, anchor, step);
    // Beyond the last step of the prior growth goes on ever more slowly, and spreads with the root of the step.
    const double beyond = std::sqrt(static_cast<double>(std::max(step, prior.ahead.back())) / prior.ahead.back());
    for (std::size_t p = 0; p < growth_part_count; ++p) {
      const Eigen::Index count = common_columns(layout, p, options);
      expected.coefficients.row(cell).segment(layout.parts[p].in_coefficients, count) =
          (p == 0 ? beyond : 1.0) * row.segment(of_prior.parts[p].in_coefficients, count);
    }
    expected.coefficients(cell, layout.parts[1].in_coefficients) += std::log(beyond);
  }
  return expected;
}

}  // namespace essor::detail
