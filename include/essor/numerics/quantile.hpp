// Quantiles of data.
#pragma once

#include <Eigen/Core>

namespace essor {

/// The p-quantile of ascending data, linear between order statistics (type 7 of Hyndman and Fan, the default of R and
/// NumPy): position (n - 1) p. NaN for no data or p outside [0, 1]; infinite neighbours that are equal stay infinite.
/// @par Source R. J. Hyndman and Y. Fan (1996), Sample quantiles in statistical packages, The American Statistician
/// 50(4), 361-365, doi:10.2307/2684934.
double quantile_of_sorted(const Eigen::Ref<const Eigen::ArrayXd>& sorted, double p);

/// The data in ascending order; NaN last.
Eigen::ArrayXd sorted(const Eigen::Ref<const Eigen::ArrayXd>& values);

/// The p-quantile of data in any order; NaN if one value is NaN.
double quantile(const Eigen::Ref<const Eigen::ArrayXd>& values, double p);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/quantile_inl.hpp"
#endif
