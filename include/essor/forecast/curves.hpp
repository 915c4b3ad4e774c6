// Growth and diffusion curves: their values, their gradients, and when they reach a share of their ceiling.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace essor {

/// The curves, t being the time counted from any origin (from the launch for Bass).
///
/// | curve | level f(t) | parameters |
/// |---|---|---|
/// | linear | a + b t | a, b |
/// | exponential | a exp(b t) | a > 0, b |
/// | logistic | K / (1 + exp(-r (t - t0))) | ceiling K > 0, rate r > 0, time of the inflection t0 |
/// | gompertz | K exp(-exp(-r (t - t0))) | as above |
/// | richards | K (1 + nu exp(-r (t - t0)))^(-1/nu) | as above, shape nu > -1: 1 is logistic, 0 Gompertz |
/// | bass | m (1 - E) / (1 + q/p E), E = exp(-(p + q) t); 0 before t = 0 | ceiling m > 0, innovation p > 0, imitation q
/// > 0 |
///
/// Units: a, K and m have that of the values; b of the linear curve values per unit of time; r, p, q and b of the
/// exponential one per unit of time; t0 time; nu none.
/// @par Source P. F. Verhulst (1838) and B. Gompertz (1825) for their curves; F. J. Richards (1959), A flexible growth
/// function for empirical use, Journal of Experimental Botany 10(2), 290-301, doi:10.1093/jxb/10.2.290; F. M. Bass
/// (1969), A new product growth for model consumer durables, Management Science 15(5), 215-227,
/// doi:10.1287/mnsc.15.5.215.
enum class Curve : std::uint8_t { linear, exponential, logistic, gompertz, richards, bass };

/// What is observed of a curve.
///
/// - `level`: f(t), a stock counted anew each time; errors at different times are independent.
/// - `flow`: f(t) - f(t - 1), the increment over the unit of time that ends at t.
/// - `cumulative`: a running total. Its errors add up, so it is differenced first: the independent observations are
///   y_1 with mean f(t_1), and y_i - y_(i-1) with mean f(t_i) - f(t_(i-1)).
enum class CurveKind : std::uint8_t { level, flow, cumulative };

/// The scale on which a parameter is unbounded: the parameter itself, its logarithm, or ln(1 + parameter).
enum class ParameterScale : std::uint8_t { natural, log, log1p };

/// A parameter, and the coordinate in which fits and posteriors move it.
struct CurveParameter {
  std::string_view name;
  std::string_view coordinate;  ///< name of the coordinate: log_K for ln K
  ParameterScale scale;
};

inline constexpr std::size_t most_curve_parameters = 4;

/// A number that depends on the parameters of a curve, with its derivatives in their order.
struct CurveValue {
  double value = 0.0;
  std::array<double, most_curve_parameters> gradient{};
};

/// @throw ArgumentError if no curve has this name.
Curve curve_from_name(std::string_view name);
std::string_view curve_name(Curve curve);
/// @throw ArgumentError unless the name is level, flow or cumulative.
CurveKind curve_kind_from_name(std::string_view name);
std::string_view curve_kind_name(CurveKind kind);

/// The parameters of a curve, in order; the first is the one that multiplies it (of the linear curve, its origin).
std::span<const CurveParameter> curve_parameters(Curve curve);

/// Whether the curve saturates.
constexpr bool has_ceiling(Curve curve) noexcept { return curve != Curve::linear && curve != Curve::exponential; }

/// The parameter of a coordinate, and the derivative of the first by the second.
struct ParameterValue {
  double value;
  double slope;
};
ParameterValue parameter_from_coordinate(ParameterScale scale, double coordinate);
double coordinate_from_parameter(ParameterScale scale, double parameter);

/// f(t) and its gradient by the parameters. Overflow gives infinity; outside its domain (Richards with nu < 0, before
/// its start) a curve is 0. The numbers of parameters are trusted.
CurveValue curve_value(Curve curve, std::span<const double> parameters, double time);

/// df/dt.
double curve_slope(Curve curve, std::span<const double> parameters, double time);

/// The means of the independent observations at ascending times, and their gradients: `CurveKind` says which.
/// @throw ArgumentError if the number of parameters is not the curve's, a parameter is not finite or out of its
/// domain, or times are not finite and ascending.
std::vector<CurveValue> curve_means(Curve curve, CurveKind kind, std::span<const double> parameters,
                                    std::span<const double> times);

/// When the curve reaches a share of its ceiling, with the gradient by the parameters.
/// \f[ f(t^*) = s K, \qquad \partial t^* / \partial\theta = -\frac{\partial (f - s K) / \partial\theta}{f'(t^*)} \f]
/// @throw ArgumentError if the curve has no ceiling, the share is not in (0, 1), or as `curve_means`.
CurveValue saturation_time(Curve curve, std::span<const double> parameters, double share);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/curves_inl.hpp"
#endif
