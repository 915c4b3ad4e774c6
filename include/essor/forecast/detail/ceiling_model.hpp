// What growth curves below a ceiling say of a history: their evidence, the values to come, the ways to the ceiling.
#pragma once

#include <Eigen/Core>
#include <array>
#include <span>
#include <vector>

#include "essor/forecast/detail/ceiling_curves.hpp"
#include "essor/forecast/detail/predictive.hpp"
#include "essor/forecast/saturation.hpp"

namespace essor::detail {

/// The power of the likelihood, in the posterior of the curves and beside the class: half of what it would be if one of
/// the curves were true, which none is. With all of it, ceilings that are only asked for were put too low.
/// @par Source P. Grünwald and T. van Ommen (2017), Inconsistency of Bayesian inference for misspecified linear models,
/// and a proposal for repairing it, Bayesian Analysis 12(4), 1069-1103, doi:10.1214/17-BA1085.
inline constexpr double curves_likelihood_power = 0.5;

/// The ceiling before the history was seen: its logarithm is normal; a standard deviation of 0 says that it is known.
struct CeilingPrior {
  double median;
  double log_sd;

  bool known() const { return log_sd == 0.0; }
};

/// A point of the posterior: rates, spread, ceiling.
struct CeilingPoint {
  CurveRates rates;
  double spread;
  double ceiling;
};

/// The posterior of one curve: its evidence, and points that stand for its posterior, each for the same share of it.
struct CeilingPosterior {
  Curve curve;
  double log_evidence;  ///< logarithm of the integral of prior times powered likelihood
  std::vector<CeilingPoint> points;
};

/// The posterior of a curve, summed over a lattice as in `curve_posterior`: prior times likelihood to the power of
/// `curves_likelihood_power`.
/// \f[ x_{t+1} = F(x_t) + \sigma \varepsilon, \qquad x = \ln\frac{y}{K - y}, \qquad \varepsilon \sim N(0, 1) \f]
/// with F one step along the curve. Priors are those of `default_curve_priors`; that of the ceiling is cut off below
/// the largest value.
/// @param values at least one, positive, all below the ceiling if it is known
CeilingPosterior ceiling_posterior(Curve curve, std::span<const double> values, const CeilingPrior& prior);

/// What the curves say together.
struct CeilingForecast {
  std::array<double, ceiling_curves.size()> weights{};  ///< of the curves among themselves, by evidence; sum to 1
  double log_evidence = 0.0;  ///< of all, equally likely beforehand, for the values after the first given the first
  PredictiveTable table = {};
  Eigen::MatrixXd correlation = {};
  std::vector<SaturationPath> paths = {};
};

/// The values to come by all curves, each counting by its evidence.
/// @param values as in `ceiling_posterior`
CeilingForecast forecast_below_ceiling(std::span<const double> values, const CeilingPrior& prior, int horizon);

/// The quantiles of a value without history, given that it is not above the ceiling: those of a truncated distribution,
/// and where the ceiling is not known their average over its prior, each ceiling counting by the probability that it
/// leaves the value. Nothing changes where the ceiling is far.
void truncate_at_ceiling(double* nodes, const CeilingPrior& prior);

/// The quantiles of a step whose growth g from the last value slows where it nears the room R = K - y_last,
/// g / (1 + (g / R)^4)^(1/4); where the ceiling is not known, averaged over ceilings above `largest`. Growth by a half
/// of the room loses 2 %: a class that knows saturation is hardly changed, one that does not stops below the ceiling.
/// Among powers of 1 to 6, 3 and 4 scored best with both (tests/benchmark/ceiling_scores.py), and better than
/// truncation, which lets a history that has arrived fall again.
void slow_below_ceiling(double* nodes, const CeilingPrior& prior, double largest, double last);

}  // namespace essor::detail

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/ceiling_model_inl.hpp"
#endif
