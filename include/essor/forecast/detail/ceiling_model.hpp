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
  double log_evidence;
  std::vector<CeilingPoint> points;
};

/// The posterior of a curve, summed over a lattice as in `curve_posterior`.
/// \f[ x_{t+1} = F(x_t) + \sigma \varepsilon, \qquad x = \ln\frac{y}{K - y}, \qquad \varepsilon \sim N(0, 1) \f]
/// with F one step along the curve. Priors are those of `default_curve_priors`; that of the ceiling is cut off below
/// the largest value.
/// @param values at least one, positive, all below the ceiling if it is known
CeilingPosterior ceiling_posterior(Curve curve, std::span<const double> values, const CeilingPrior& prior);

/// What the curves say together.
struct CeilingForecast {
  std::array<double, ceiling_curves.size()> weights{};  ///< of the curves among themselves, by evidence; sum to 1
  double log_evidence = 0.0;  ///< ln p(values after the first | first), the curves equally likely beforehand
  PredictiveTable table = {};
  Eigen::MatrixXd correlation = {};
  std::vector<SaturationPath> paths = {};
};

/// The values to come by all curves, each counting by its evidence.
/// @param values as in `ceiling_posterior`
CeilingForecast forecast_below_ceiling(std::span<const double> values, const CeilingPrior& prior, int horizon);

/// The quantiles of a step, given that the value is not above the ceiling: those of a truncated distribution, and where
/// the ceiling is not known their average over ceilings above `largest`, each counting by its prior times the
/// probability that it leaves the value. Nothing changes where the ceiling is far.
void keep_below_ceiling(double* nodes, const CeilingPrior& prior, double largest);

}  // namespace essor::detail

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/ceiling_model_inl.hpp"
#endif
