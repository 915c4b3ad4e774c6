// What fits and posteriors of curves need beside the curves themselves; defined in curves_inl.hpp.
#pragma once

#include <span>
#include <string_view>

#include "essor/forecast/curves.hpp"

namespace essor::detail {

/// Values and gradients, subtracted.
CurveValue minus(const CurveValue& a, const CurveValue& b);

/// Finite and increasing, or an error of `function`.
void check_times(std::string_view function, std::span<const double> times);

/// As `curve_means`, nothing checked.
void curve_means_into(Curve curve, CurveKind kind, std::span<const double> parameters, std::span<const double> times,
                      std::span<CurveValue> means);

/// f(t) alone: `curve_value` without its gradient, for the inner loop of a posterior.
double curve_level(Curve curve, std::span<const double> p, double time);

}  // namespace essor::detail
