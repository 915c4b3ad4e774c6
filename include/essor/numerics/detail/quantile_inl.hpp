#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "essor/config.hpp"
#include "essor/numerics/quantile.hpp"

namespace essor {

ESSOR_INLINE double quantile_of_sorted(const Eigen::Ref<const Eigen::ArrayXd>& sorted, double p) {
  const Eigen::Index size = sorted.size();
  if (size == 0 || !(p >= 0.0 && p <= 1.0)) return std::numeric_limits<double>::quiet_NaN();
  const double position = static_cast<double>(size - 1) * p;
  const auto below = static_cast<Eigen::Index>(position);
  const double fraction = position - static_cast<double>(below);
  const double low = sorted[below];
  if (fraction == 0.0 || below + 1 == size) return low;
  const double high = sorted[below + 1];
  return low == high ? low : low + fraction * (high - low);
}

ESSOR_INLINE Eigen::ArrayXd sorted(const Eigen::Ref<const Eigen::ArrayXd>& values) {
  Eigen::ArrayXd ordered = values;
  double* const first = ordered.data();
  // NaN answers false to every comparison, so it is set aside before sorting
  double* const end = std::partition(first, first + ordered.size(), [](double value) { return !std::isnan(value); });
  std::sort(first, end);
  return ordered;
}

ESSOR_INLINE double quantile(const Eigen::Ref<const Eigen::ArrayXd>& values, double p) {
  const Eigen::ArrayXd ordered = sorted(values);
  if (ordered.size() > 0 && std::isnan(ordered[ordered.size() - 1])) return ordered[ordered.size() - 1];
  return quantile_of_sorted(ordered, p);
}

}  // namespace essor
