// The pool of small models: what each forecasts from a history, and how well it foresaw that history.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace essor::detail {

/// How a member of the pool sees the history.
enum class MemberKind { level, trend, drift, seasonal_naive, unadjusted };

/// One member: exponential smoothing of level and damped trend, on values or on logarithms; drift with smoothing (the
/// Theta method's form); or a seasonal naive forecast with a share of last year's change.
struct PoolMember {
  MemberKind kind;
  bool logarithm;  ///< on the logarithms
  double alpha;    ///< smoothing of the level
  double beta;     ///< smoothing of the trend
  double phi;      ///< damping of the trend
  double share;    ///< of the slope (drift), or of the change over a season (seasonal naive)

  std::string name() const;
};

/// What the prior weights of the members depend on: one row per member.
inline constexpr int member_traits = 16;

/// The members of a history without season, or with one.
const std::vector<PoolMember>& pool_members(bool seasonal);
/// Their traits, members x member_traits.
const Eigen::MatrixXd& pool_traits(bool seasonal);

/// What gates the weights of the members.
inline constexpr int pool_gates = 6;
/// Columns of the regression and of the spread that stay the same for all steps, and that change with the step.
inline constexpr int regression_columns = 33;
inline constexpr int regression_step_columns = 4;
inline constexpr int spread_columns = 13;

/// Everything that a history says to the pool, in units of `scale` above `origin`.
struct PoolView {
  Eigen::MatrixXd forecasts;     ///< members x steps
  Eigen::VectorXd log_error;     ///< of each member: logarithm of the root mean square of its one-step errors,
                                 ///< recent ones weighing more
  Eigen::VectorXd mean_error;    ///< of each member: mean absolute one-step error, in units of the history
  Eigen::VectorXd gates;         ///< pool_gates
  Eigen::VectorXd base;          ///< the last adjusted value with the season of each step
  Eigen::VectorXd columns;       ///< regression_columns
  Eigen::MatrixXd step_columns;  ///< steps x regression_step_columns
  double change = 0.0;           ///< mean absolute change of the adjusted history, recent ones weighing more: the unit
                                 ///< of regression and spread
  double last = 0.0;             ///< last value
  double count = 0.0;            ///< how many values, in the unit of the evidence's power
  double season_share = 0.0;     ///< share kept of the seasonal factors
  double growth = 0.0;           ///< mean growth of the logarithm, a step
  double season_change = 0.0;    ///< mean absolute change over a season, in units of `change`
};

/// The least history that the pool takes: a season and one value, at least 3.
inline std::size_t pool_least_values(int season) {
  return std::max<std::size_t>(3, static_cast<std::size_t>(season) + 1);
}

/// The length of a history in values, or with a season in halves of it: what shares and evidence depend on.
inline double effective_length(std::size_t values, int season) {
  return static_cast<double>(values) * (season > 1 ? 2.0 / season : 1.0);
}

/// @param history positive values, at least pool_least_values(season)
PoolView view_history(std::span<const double> history, int season, int steps);

}  // namespace essor::detail

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/pool_inl.hpp"
#endif
