// The distribution of the values to come, step by step, at fixed normal scores.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>

namespace essor::detail {

/// Normal scores at which a distribution is held: -3.5, -3.25, ..., 3.5.
inline constexpr int score_count = 29;
inline constexpr double score_first = -3.5;
inline constexpr double score_step = 0.25;

constexpr double score_at(int node) { return score_first + score_step * node; }

/// The value at a normal score, linear between the nodes and beyond the last two.
inline double value_at_score(const double* nodes, double score) {
  const double place = (score - score_first) * (1.0 / score_step);
  const int left = static_cast<int>(std::clamp(place, 0.0, static_cast<double>(score_count - 2)));
  const double share = place - left;
  return nodes[left] + share * (nodes[left + 1] - nodes[left]);
}

/// The normal score of a value: the inverse of `value_at_score` for nodes that ascend; -8 to 8.
inline double score_of_value(const double* nodes, double value) {
  const double* const end = nodes + score_count;
  const double* right = std::lower_bound(nodes, end, value);
  right = std::clamp(right, nodes + 1, end - 1);
  const double width = *right - *(right - 1);
  const double share = width > 0.0 ? (value - *(right - 1)) / width : 0.5;
  return std::clamp(score_at(static_cast<int>(right - 1 - nodes)) + share * score_step, -8.0, 8.0);
}

/// Quantiles of the steps to come: steps x nodes, each row ascending.
using PredictiveTable = Eigen::Array<double, Eigen::Dynamic, score_count, Eigen::RowMajor>;

}  // namespace essor::detail
