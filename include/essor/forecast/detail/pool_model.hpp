// What a panel teaches about the pool: weights of its members, the regression beside them, spread and shape.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "essor/forecast/detail/pool.hpp"
#include "essor/forecast/detail/predictive.hpp"

namespace essor::detail {

/// The pool as a panel has taught it.
struct PoolModel {
  int season = 1;
  int steps = 0;               ///< how far ahead it was fitted; 0: not fitted
  double evidence = 0.0;       ///< logarithm of the power of the likelihood
  double plain_share = 0.0;    ///< share of what needs no panel in the location; 1: nothing else was kept
  Eigen::MatrixXd weights;     ///< (1 + pool_gates) x member_traits: prior logits of the members, and their gates
  Eigen::MatrixXd regression;  ///< steps x (regression_columns + regression_step_columns)
  Eigen::MatrixXd spread;      ///< 3 x spread_columns: coefficients, centres, scales of the columns
  PredictiveTable shape;       ///< steps x nodes: standardised errors

  bool fitted() const { return steps > 0; }
};

/// A history and what came after it.
struct PoolRow {
  PoolView view;
  Eigen::VectorXd target;  ///< the values of the steps
  double scale;            ///< mean absolute change (over a season) of all that was known
  double weight;           ///< of the row; each series sums to 1 / series
  int fold;
};

/// What the pool says of one history.
struct PoolForecast {
  PredictiveTable table;
  Eigen::VectorXd weights;        ///< of the members
  Eigen::VectorXd prior_weights;  ///< what they would be without evidence
  double regression = 0.0;        ///< weight of the regression
  double season_share = 0.0;      ///< kept of the seasonal factors
};

/// @param folds the shape of the errors is that of rows held back from the fit, by this many parts
/// @param plain learn spread and shape alone: the location is what needs no panel, whatever scores best on this one
/// @param prior unless null, of the same season and steps: what is learnt are departures from it
PoolModel fit_pool(std::vector<PoolRow>& rows, int season, int steps, int series, int folds, bool plain,
                   std::vector<PredictiveTable>* held_back, const PoolModel* prior = nullptr);

/// The model for so many steps; those beyond its own are like its last.
PoolModel pool_for(const PoolModel& prior, int steps);

/// Series that a prior is worth beside those of the panel. Chosen as `growth_prior_rows`, like all that follows.
inline constexpr double prior_series = 32.0;
/// The loss of a series where a share departs from the prior's by 1.
inline constexpr double share_curvature = 0.3;

PoolForecast forecast_pool(const PoolModel& model, const PoolView& view, int steps);

/// Share of the pool of models in the location; the rest is the regression.
inline constexpr double pool_share = 0.7;

/// Quantiles at the nodes of a predictive table, of values and their weights; sorts them.
Eigen::Array<double, 1, score_count> weighted_nodes(std::vector<std::pair<double, double>>& sample);

}  // namespace essor::detail

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/pool_model_inl.hpp"
#endif
