// The growth regression: what a class has taught it, and how it is to be fitted.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "essor/forecast/detail/growth_network.hpp"

namespace essor::detail {

/// The deviation of the levels where nothing is learnt from them: against it every level is the mean.
inline constexpr double any_level = 1e30;

/// The growth of the logarithm over the next steps, given the history, as a class has taught it.
///
/// For the step h and a history of n points, the logarithm grows by
/// \f[ \mu + \sigma \sinh\left(\frac{\operatorname{asinh}(s) + \epsilon}{\delta}\right) \f]
/// with s the standard score, as recalibrated on rows held back; location, log scale, skewness and log tail are linear
/// in what the history says. They were fitted at a few numbers of points, the anchors; in between, the quantiles are
/// interpolated.
/// @par Source M. C. Jones and A. Pewsey (2009), Sinh-arcsinh distributions, Biometrika 96(4), 761-780,
/// doi:10.1093/biomet/asp053.
struct GrowthModel {
  using Table = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  int labels = 0;            ///< how many kinds of series
  std::vector<int> anchors;  ///< numbers of points, ascending from 1
  std::vector<int> ahead;    ///< steps fitted, ascending from 1; empty: not fitted
  Table levels;              ///< (all, then each label) x (mean, deviation, quantiles, range) of the last logarithm
  Eigen::VectorXd centres;   ///< of the columns
  Eigen::VectorXd scales;    ///< of the columns
  Table coefficients;        ///< (anchors x ahead) x columns
  Table shape;               ///< (anchors x ahead) x nodes: asinh of the recalibrated score
  std::vector<GrowthNetwork> networks;  ///< of as many steps or more; none: the regression alone

  bool fitted() const { return !ahead.empty(); }
  /// Has it learnt from the level of the series?
  bool knows_levels() const { return fitted() && levels(0, 1) < 0.5 * any_level; }
};

/// How a growth regression is fitted.
struct GrowthOptions {
  bool any_unit = false;               ///< learn nothing from the level of the series
  const GrowthModel* prior = nullptr;  ///< of the same season: what is learnt are departures from it
  bool same_kind = false;              ///< labels and unit are the prior's: it knows their deviations and levels too
  bool seasonal = false;               ///< a season, which could look like a launch: no networks
};

}  // namespace essor::detail
