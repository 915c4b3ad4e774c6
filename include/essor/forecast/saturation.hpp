// When a history reaches its ceiling.
#pragma once

#include <array>
#include <span>

#include "essor/forecast/curves.hpp"

namespace essor {

/// One way to a ceiling K: a growth curve that leaves from the last value, and what moves it off its course.
///
/// With x = ln(y / (K - y)), the log odds, the curve says where x goes: x' = g(x). Each step adds a normal of standard
/// deviation `spread` to x, so that y stays between 0 and K.
///
/// | curve | g(x), with a = y/K | rates |
/// |---|---|---|
/// | logistic | r | r |
/// | gompertz | -r ln(a) / (1 - a) | r |
/// | bass | p / a + q | p, q |
struct SaturationPath {
  Curve curve;                  ///< logistic, gompertz or bass
  double weight;                ///< of all paths of a history; they sum to 1
  double log_odds;              ///< of the last value
  std::array<double, 2> rates;  ///< per step
  double spread;                ///< of one step, none
};

/// P(a share of the ceiling is reached within so many steps from the last value), over the paths. The time T of a path
/// has the mean of its curve and the variance of its noise,
/// \f[ E\,T = \int \frac{dx}{g(x)}, \qquad \mathrm{var}\,T = \sigma^2 \int_0^{E\,T} \frac{dt}{g(x_t)^2}, \f]
/// and is inverse Gaussian: exactly so for the logistic curve in continuous time. 0 steps: it has been reached.
/// @throw ArgumentError if there is no path, the share is not in (0, 1), or steps is negative or NaN.
/// @par Source E. Schroedinger (1915) for the first passage of a random walk with drift; R. S. Chhikara and J. L. Folks
/// (1989), The Inverse Gaussian Distribution, Marcel Dekker.
double saturation_probability(std::span<const SaturationPath> paths, double steps, double share = 0.9);

/// The number of steps within which a share of the ceiling is reached with probability p: 0 where the last value is
/// there already; infinite where it is more than 1e12.
/// @throw ArgumentError as `saturation_probability`, and if p is not in (0, 1).
double saturation_steps(std::span<const SaturationPath> paths, double p, double share = 0.9);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/saturation_inl.hpp"
#endif
