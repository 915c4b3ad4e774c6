#pragma once

#include <cmath>
#include <limits>
#include <numbers>

#include "essor/config.hpp"
#include "essor/numerics/logistic.hpp"

namespace essor {

ESSOR_INLINE double logit(double p) { return std::log(p) - std::log1p(-p); }

ESSOR_INLINE double expit(double x) {
  if (x >= 0.0) return 1.0 / (1.0 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1.0 + e);
}

ESSOR_INLINE double log1p_exp(double x) { return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

ESSOR_INLINE double log1m_exp(double x) {
  return x > -std::numbers::ln2 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}

ESSOR_INLINE double log_sum_exp(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  if (a < b) return log_sum_exp(b, a);
  return std::isinf(a) ? a : a + std::log1p(std::exp(b - a));
}

ESSOR_INLINE double log_sum_exp(const Eigen::Ref<const Eigen::ArrayXd>& values) {
  double greatest = -std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (std::isnan(value)) return value;
    if (value > greatest) greatest = value;
  }
  if (std::isinf(greatest)) return greatest;
  double sum = 0.0;
  for (const double value : values) sum += std::exp(value - greatest);
  return greatest + std::log(sum);
}

}  // namespace essor
