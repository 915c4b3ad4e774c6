// Growth curves as laws of motion of the log odds x = ln(y / (K - y)): where they go from any place below the ceiling.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "essor/forecast/curves.hpp"

namespace essor::detail {

/// The curves that know a ceiling and no time: what comes depends on the last value alone. Richards' curve, between the
/// first two, would cost a dimension.
inline constexpr std::array<Curve, 3> ceiling_curves = {Curve::logistic, Curve::gompertz, Curve::bass};

using CurveRates = std::array<double, 2>;

/// ln(1 + e^x) without overflow.
inline double log1p_exp(double x) { return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

/// Where 1 + e^-x is 1 in double precision: from there on Gompertz's curve is the logistic one.
inline constexpr double at_ceiling = 37.0;

/// -ln(y / K), above 0.
inline double log_rest(double log_odds) { return log1p_exp(-log_odds); }

/// The speed g of the log odds.
inline double curve_speed(Curve curve, const CurveRates& rates, double log_odds) {
  switch (curve) {
    case Curve::gompertz: {
      if (log_odds > at_ceiling) return rates[0];
      const double rest = log_rest(log_odds);
      return rates[0] * rest / -std::expm1(-rest);
    }
    case Curve::bass:
      return rates[0] * (1.0 + std::exp(-log_odds)) + rates[1];
    default:
      return rates[0];
  }
}

/// The log odds some steps later. Of Bass the odds o grow as o' = (p + q) o + p.
inline double curve_after(Curve curve, const CurveRates& rates, double log_odds, double steps) {
  switch (curve) {
    case Curve::gompertz: {
      if (log_odds > at_ceiling) return log_odds + rates[0] * steps;
      const double rest = log_rest(log_odds) * std::exp(-rates[0] * steps);
      return -(rest + std::log(-std::expm1(-rest)));
    }
    case Curve::bass: {
      const double both = rates[0] + rates[1];
      const double grown = log_odds + both * steps;
      const double added = std::log(rates[0] / both * std::expm1(both * steps));
      return std::max(grown, added) + std::log1p(std::exp(-std::abs(grown - added)));
    }
    default:
      return log_odds + rates[0] * steps;
  }
}

/// Steps from one place to another: negative if the other lies behind.
inline double curve_steps(Curve curve, const CurveRates& rates, double from, double to) {
  switch (curve) {
    case Curve::gompertz:
      return std::log(log_rest(from) / log_rest(to)) / rates[0];
    case Curve::bass: {
      const double both = rates[0] + rates[1];
      const double log_start = std::log(rates[0] / both);  // the odds grow by (p + q) (o + p / (p + q))
      return (to + log1p_exp(log_start - to) - from - log1p_exp(log_start - from)) / both;
    }
    default:
      return (to - from) / rates[0];
  }
}

}  // namespace essor::detail
