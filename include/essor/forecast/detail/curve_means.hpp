#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "essor/error/check.hpp"
#include "essor/forecast/curves.hpp"

namespace essor::detail {

inline CurveValue minus(const CurveValue& a, const CurveValue& b) {
  CurveValue result{a.value - b.value, {}};
  for (std::size_t j = 0; j < most_curve_parameters; ++j) result.gradient[j] = a.gradient[j] - b.gradient[j];
  return result;
}

inline void check_times(std::string_view function, std::span<const double> times) {
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::string name = "times[" + std::to_string(i) + "]";
    check_finite(function, name, times[i]);
    if (i > 0 && !(times[i] > times[i - 1])) {
      throw_argument_error(function, name, times[i], "must be above the time before it");
    }
  }
}

/// As `curve_means`, nothing checked.
inline void curve_means_into(Curve curve, CurveKind kind, std::span<const double> parameters,
                             std::span<const double> times, std::span<CurveValue> means) {
  CurveValue before;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const CurveValue level = curve_value(curve, parameters, times[i]);
    if (kind == CurveKind::flow) before = curve_value(curve, parameters, times[i] - 1.0);
    means[i] = kind == CurveKind::level ? level : minus(level, before);
    before = level;
  }
}

/// f(t) alone: `curve_value` without its gradient, for the inner loop of a posterior.
inline double curve_level(Curve curve, std::span<const double> p, double time) {
  if (curve == Curve::linear) return p[0] + p[1] * time;
  if (curve == Curve::exponential) return p[0] * std::exp(p[1] * time);
  if (curve == Curve::bass) {
    if (!(time > 0.0)) return 0.0;
    const double decay = std::exp(-(p[1] + p[2]) * time);
    return -p[0] * std::expm1(-(p[1] + p[2]) * time) / (1.0 + p[2] / p[1] * decay);
  }
  const double decay = std::exp(-p[1] * (time - p[2]));
  if (curve == Curve::logistic) return p[0] / (1.0 + decay);
  if (curve == Curve::gompertz) return p[0] * std::exp(-decay);
  const double u = p[3] * decay;
  if (std::abs(u) < 1e-2 || !(u > -1.0)) return curve_value(curve, p, time).value;
  return p[0] * std::exp(-std::log1p(u) / p[3]);
}

}  // namespace essor::detail
