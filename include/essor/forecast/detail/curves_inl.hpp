#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/curves.hpp"

namespace essor {
namespace detail {

inline constexpr std::array<CurveParameter, 2> linear_parameters = {
    {{"a", "a", ParameterScale::natural}, {"b", "b", ParameterScale::natural}}};
inline constexpr std::array<CurveParameter, 2> exponential_parameters = {
    {{"a", "log_a", ParameterScale::log}, {"b", "b", ParameterScale::natural}}};
inline constexpr std::array<CurveParameter, 4> sigmoid_parameters = {{{"K", "log_K", ParameterScale::log},
                                                                      {"r", "log_r", ParameterScale::log},
                                                                      {"t0", "t0", ParameterScale::natural},
                                                                      {"nu", "log1p_nu", ParameterScale::log1p}}};
inline constexpr std::array<CurveParameter, 3> bass_parameters = {
    {{"m", "log_m", ParameterScale::log}, {"p", "log_p", ParameterScale::log}, {"q", "log_q", ParameterScale::log}}};

/// ln(1 + u) / u and its derivative, smooth through u = 0.
struct LogRatio {
  double value;
  double slope;
};

ESSOR_INLINE LogRatio log_ratio(double u) {
  if (std::abs(u) < 1e-2) {
    // sum of (-u)^k / (k + 1), to a relative error below 1e-16.
    double value = 0.0;
    double slope = 0.0;
    for (int k = 9; k >= 0; --k) {
      slope = value - u * slope;
      value = 1.0 / (k + 1.0) - u * value;
    }
    return {value, -slope};
  }
  const double value = std::log1p(u) / u;
  return {value, (1.0 / (1.0 + u) - value) / u};
}

/// Richards' curve: ln(f / K) = -e^{-z} ln(1 + u) / u with u = nu e^{-z}, z = r (t - t0); logistic and Gompertz are
/// nu = 1 and 0.
ESSOR_INLINE CurveValue richards_value(double ceiling, double rate, double centre, double nu, double time) {
  const double z = rate * (time - centre);
  const double decay = std::exp(-z);
  const double u = nu * decay;
  if (!(u > -1.0) || std::isinf(decay)) return {};
  const LogRatio ratio = log_ratio(u);
  const double share = std::exp(-decay * ratio.value);
  if (share == 0.0) return {};
  const double value = ceiling * share;
  // d ln(f) / dz = e^{-z} / (1 + u).
  const double by_z = value * decay / (1.0 + u);
  return {value, {share, by_z * (time - centre), -by_z * rate, -value * decay * decay * ratio.slope}};
}

ESSOR_INLINE CurveValue logistic_value(double ceiling, double rate, double centre, double time) {
  const double z = rate * (time - centre);
  const double decay = std::exp(-std::abs(z));
  const double high = 1.0 / (1.0 + decay);  // the share on the side where it is above a half
  const double share = z >= 0.0 ? high : decay * high;
  const double by_z = ceiling * decay * high * high;
  return {ceiling * share, {share, by_z * (time - centre), -by_z * rate, 0.0}};
}

ESSOR_INLINE CurveValue bass_value(double ceiling, double innovation, double imitation, double time) {
  if (!(time > 0.0)) return {};
  const double sum = innovation + imitation;
  const double ratio = imitation / innovation;
  const double decay = std::exp(-sum * time);
  const double rise = -std::expm1(-sum * time);
  const double below = 1.0 + ratio * decay;
  const double share = rise / below;
  // By E = exp(-(p + q) t), which moves by -t E with either rate, and by the ratio q/p.
  const double by_rate = time * decay * (1.0 + ratio) / (below * below);
  const double by_ratio = -rise * decay / (below * below);
  return {
      ceiling * share,
      {share, ceiling * (by_rate - by_ratio * ratio / innovation), ceiling * (by_rate + by_ratio / innovation), 0.0}};
}

ESSOR_INLINE void check_curve_parameters(std::string_view function, Curve curve, std::span<const double> parameters) {
  const std::span<const CurveParameter> expected = curve_parameters(curve);
  check_same_size(function, "parameters", parameters.size(), "parameters of the curve", expected.size());
  for (std::size_t j = 0; j < expected.size(); ++j) {
    check_finite(function, expected[j].name, parameters[j]);
    if (expected[j].scale == ParameterScale::log) check_positive(function, expected[j].name, parameters[j]);
    if (expected[j].scale == ParameterScale::log1p && !(parameters[j] > -1.0)) {
      throw_argument_error(function, expected[j].name, parameters[j], "must be > -1");
    }
  }
}

}  // namespace detail

ESSOR_INLINE Curve curve_from_name(std::string_view name) {
  for (const Curve curve :
       {Curve::linear, Curve::exponential, Curve::logistic, Curve::gompertz, Curve::richards, Curve::bass}) {
    if (curve_name(curve) == name) return curve;
  }
  throw_argument_error("fit_curve", "curve", name, "must be linear, exponential, logistic, gompertz, richards or bass");
}

ESSOR_INLINE std::string_view curve_name(Curve curve) {
  constexpr std::array<std::string_view, 6> names = {"linear",   "exponential", "logistic",
                                                     "gompertz", "richards",    "bass"};
  return names[static_cast<std::size_t>(curve)];
}

ESSOR_INLINE CurveKind curve_kind_from_name(std::string_view name) {
  for (const CurveKind kind : {CurveKind::level, CurveKind::flow, CurveKind::cumulative}) {
    if (curve_kind_name(kind) == name) return kind;
  }
  throw_argument_error("fit_curve", "kind", name, "must be level, flow or cumulative");
}

ESSOR_INLINE std::string_view curve_kind_name(CurveKind kind) {
  constexpr std::array<std::string_view, 3> names = {"level", "flow", "cumulative"};
  return names[static_cast<std::size_t>(kind)];
}

ESSOR_INLINE std::span<const CurveParameter> curve_parameters(Curve curve) {
  switch (curve) {
    case Curve::linear:
      return detail::linear_parameters;
    case Curve::exponential:
      return detail::exponential_parameters;
    case Curve::bass:
      return detail::bass_parameters;
    case Curve::richards:
      return detail::sigmoid_parameters;
    case Curve::logistic:
    case Curve::gompertz:
      break;
  }
  return std::span(detail::sigmoid_parameters).first(3);
}

ESSOR_INLINE ParameterValue parameter_from_coordinate(ParameterScale scale, double coordinate) {
  if (scale == ParameterScale::natural) return {coordinate, 1.0};
  const double value = std::exp(coordinate);
  return scale == ParameterScale::log ? ParameterValue{value, value} : ParameterValue{std::expm1(coordinate), value};
}

ESSOR_INLINE double coordinate_from_parameter(ParameterScale scale, double parameter) {
  if (scale == ParameterScale::natural) return parameter;
  return scale == ParameterScale::log ? std::log(parameter) : std::log1p(parameter);
}

ESSOR_INLINE CurveValue curve_value(Curve curve, std::span<const double> parameters, double time) {
  const std::span<const double> p = parameters;
  switch (curve) {
    case Curve::linear:
      return {p[0] + p[1] * time, {1.0, time, 0.0, 0.0}};
    case Curve::exponential: {
      const double growth = std::exp(p[1] * time);
      return {p[0] * growth, {growth, p[0] * growth * time, 0.0, 0.0}};
    }
    case Curve::logistic:
      return detail::logistic_value(p[0], p[1], p[2], time);
    case Curve::gompertz: {
      CurveValue result = detail::richards_value(p[0], p[1], p[2], 0.0, time);
      result.gradient[3] = 0.0;
      return result;
    }
    case Curve::richards:
      return detail::richards_value(p[0], p[1], p[2], p[3], time);
    case Curve::bass:
      break;
  }
  return detail::bass_value(p[0], p[1], p[2], time);
}

ESSOR_INLINE double curve_slope(Curve curve, std::span<const double> parameters, double time) {
  const std::span<const double> p = parameters;
  if (curve == Curve::linear) return p[1];
  if (curve == Curve::exponential) return p[1] * curve_value(curve, p, time).value;
  if (curve != Curve::bass) return -curve_value(curve, p, time).gradient[2];  // a function of t - t0
  if (time < 0.0) return 0.0;
  const double share = curve_value(curve, p, time).value / p[0];
  return p[0] * (p[1] + p[2] * share) * (1.0 - share);
}

namespace detail {

ESSOR_INLINE CurveValue minus(const CurveValue& a, const CurveValue& b) {
  CurveValue result{a.value - b.value, {}};
  for (std::size_t j = 0; j < most_curve_parameters; ++j) result.gradient[j] = a.gradient[j] - b.gradient[j];
  return result;
}

ESSOR_INLINE void check_times(std::string_view function, std::span<const double> times) {
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::string name = "times[" + std::to_string(i) + "]";
    check_finite(function, name, times[i]);
    if (i > 0 && !(times[i] > times[i - 1])) {
      throw_argument_error(function, name, times[i], "must be above the time before it");
    }
  }
}

ESSOR_INLINE void curve_means_into(Curve curve, CurveKind kind, std::span<const double> parameters,
                                   std::span<const double> times, std::span<CurveValue> means) {
  CurveValue before;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const CurveValue level = curve_value(curve, parameters, times[i]);
    if (kind == CurveKind::flow) before = curve_value(curve, parameters, times[i] - 1.0);
    means[i] = kind == CurveKind::level ? level : minus(level, before);
    before = level;
  }
}

ESSOR_INLINE double curve_level(Curve curve, std::span<const double> p, double time) {
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

}  // namespace detail

ESSOR_INLINE std::vector<CurveValue> curve_means(Curve curve, CurveKind kind, std::span<const double> parameters,
                                                 std::span<const double> times) {
  constexpr std::string_view function = "curve_means";
  detail::check_curve_parameters(function, curve, parameters);
  detail::check_times(function, times);
  std::vector<CurveValue> means(times.size());
  detail::curve_means_into(curve, kind, parameters, times, means);
  return means;
}

ESSOR_INLINE CurveValue saturation_time(Curve curve, std::span<const double> parameters, double share) {
  constexpr std::string_view function = "saturation_time";
  if (!has_ceiling(curve)) throw_argument_error(function, "curve", curve_name(curve), "has no ceiling");
  detail::check_curve_parameters(function, curve, parameters);
  check_open_probability(function, "share", share);
  const std::span<const double> p = parameters;
  CurveValue when;
  if (curve == Curve::bass) {
    const double decay = (1.0 - share) / (1.0 + share * p[2] / p[1]);
    when.value = -std::log(decay) / (p[1] + p[2]);
  } else {
    // e^{-z} where the share is reached: (s^{-nu} - 1) / nu, at nu = 0 its limit -ln s.
    const double nu = curve == Curve::logistic ? 1.0 : curve == Curve::gompertz ? 0.0 : p[3];
    const double log_share = std::log(share);
    const double decay = nu == 0.0 ? -log_share : std::expm1(-nu * log_share) / nu;
    when.value = p[2] - std::log(decay) / p[1];
  }
  const CurveValue reached = curve_value(curve, p, when.value);
  const double slope = curve_slope(curve, p, when.value);
  for (std::size_t j = 0; j < p.size(); ++j) {
    when.gradient[j] = -(reached.gradient[j] - (j == 0 ? share : 0.0)) / slope;
  }
  return when;
}

}  // namespace essor
