// Logits and sums on the log scale.
#pragma once

#include <Eigen/Core>

namespace essor {

/// ln(p / (1 - p)): -inf at 0, +inf at 1, NaN outside [0, 1].
double logit(double p);

/// 1 / (1 + e^-x), without overflow.
double expit(double x);

/// ln(1 + e^x), without overflow.
double log1p_exp(double x);

/// ln(1 - e^x) for x <= 0, accurate at both ends; NaN above 0.
/// @par Source M. Maechler (2012), Accurately computing log(1 - exp(-|a|)).
double log1m_exp(double x);

/// ln(e^a + e^b), without overflow.
double log_sum_exp(double a, double b);

/// ln of the sum of e^x: -inf for an empty list, +inf if one is +inf, NaN if one is NaN.
double log_sum_exp(const Eigen::Ref<const Eigen::ArrayXd>& values);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/logistic_inl.hpp"
#endif
