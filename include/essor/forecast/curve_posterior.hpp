// The posterior of a growth curve, with its evidence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "essor/forecast/curve_fit.hpp"

namespace essor {

/// A normal prior of a coordinate: log_K, log_r, t0... A standard deviation of 0 says that the coordinate is known.
struct CoordinatePrior {
  double mean;
  double sd;
};

/// The coordinates of a model: those of the curve in its order, then log_sigma or log_dispersion unless the noise is
/// Poisson's.
std::vector<std::string> posterior_coordinates(const CurveModel& model);

/// Wide priors, in the order of `posterior_coordinates`. They look at the data only for its scale: L, the largest level
/// observed; y_1, the first value; h, the mean distance of the times; n, their number.
///
/// | coordinate | mean, standard deviation |
/// |---|---|
/// | log_K, log_m | ln 2L, 1 |
/// | log_r | ln(0.4 / h) (logistic, Richards), ln(0.2 / h) (Gompertz), 0.7 |
/// | t0 | t_1 + (0.75 n - 1) h, 6 h |
/// | log1p_nu | 0.35, 0.5: between Gompertz (0) and logistic (ln 2) |
/// | log_p, log_q | ln(0.02 / h), 1; ln(0.4 / h), 0.7 |
/// | log_a (exponential), b | ln y_1, 2; 0, 0.5 / h |
/// | a, b (linear) | mean of the levels, 2 max; 0, max / h; max of the levels' magnitudes |
/// | log_sigma of lognormal; of normal, student_t | ln 0.1, 1; ln(0.1 max of the observations' magnitudes), 1 |
/// | log_dispersion | ln 0.05, 1.5 |
///
/// @throw ArgumentError as `fit_curve` for the values and times.
std::vector<CoordinatePrior> default_curve_priors(std::span<const double> values, const CurveModel& model,
                                                  std::span<const double> times = {});

/// What to compute of a posterior.
struct CurvePosteriorOptions {
  std::vector<CoordinatePrior> priors = {};  ///< one for each coordinate; empty: `default_curve_priors`
  int draws = 4000;
  std::uint64_t seed = 0;
};

/// A posterior: moments from quadrature, and draws.
struct CurvePosterior {
  CurveModel model = {};
  std::vector<double> times = {};
  double last_value = 0.0;
  std::vector<std::string> coordinates = {};
  std::vector<CoordinatePrior> priors = {};
  std::vector<double> mean = {};             ///< of each coordinate
  std::vector<double> sd = {};               ///< of each coordinate
  std::vector<std::string> quantities = {};  ///< parameters of the curve, then sigma or dispersion
  std::vector<double> quantity_mean = {};
  std::vector<double> quantity_sd = {};
  double log_evidence = 0.0;        ///< ln of the integral of prior times likelihood
  double log_evidence_error = 0.0;  ///< an upper estimate of its error, from sums over parts of the lattice
  std::size_t nodes = 0;            ///< points of the quadrature
  int draw_count = 0;
  std::vector<double> draws = {};     ///< of the coordinates, draws x coordinates, column-major
  std::vector<double> expected = {};  ///< means of the curve at the steps asked for

  /// The draws as quantities, draws x quantities, column-major.
  std::vector<double> quantity_draws() const;
  /// Draws of values to come, draws x steps, column-major: the curve of each draw with its noise; a cumulative history
  /// goes on from its last value. `noise` false: the curve alone.
  /// @throw ArgumentError if steps < 1.
  std::vector<double> predict(int steps, std::uint64_t seed, bool noise = true) const;
  /// When each draw reaches a share of its ceiling.
  /// @throw ArgumentError if the curve has no ceiling or the share is not in (0, 1).
  std::vector<double> saturation(double share = 0.9) const;
};

/// The posterior of a curve by quadrature over a lattice that is fitted to it (at most 5 dimensions: no Markov chain is
/// needed, and the evidence comes with it).
/// \f[ p(\theta | y) = \frac{p(\theta) \prod_i p(y_i | \mu_i(\theta))}{Z}, \qquad
///     Z = \int p(\theta) \prod_i p(y_i | \mu_i(\theta)) \, d\theta \f]
///
/// Modes are sought from fixed draws of the prior; a lattice on the axes of the posterior's covariance grows from them
/// until the density is below e^-16 of its largest; its step shrinks until lattices of twice the step along any axis
/// agree on Z to 2 % (the error of the full lattice is about the square of that, or less), or a million points are
/// reached. Moments are sums over the points. Draws come from a lattice of its own for each value of the spread, since
/// the smaller the spread, the narrower the rest: a point by weight, a place in its cell, then 24 steps of an
/// independence sampler. That leaves their means a few hundredths of a standard deviation at most from the sums; a
/// tenth or so where `log_evidence_error` is above 0.02, as of a Richards curve on three values.
///
/// Parameters whose curve leaves the domain of the noise (a line below 0 with lognormal noise) are impossible; the
/// prior is not normalised anew for them.
///
/// Draw d depends on (seed, d) alone. The same input gives the same bits.
/// @param steps how many means of the curve to come go to `expected`, as in `CurveFit::predict`
/// @throw ArgumentError as `independent_observations` and `default_curve_priors`; if priors are not one for each
/// coordinate, not finite, or all known; if draws < 1; if no parameters that the prior allows give the values any
/// probability.
/// @par Source the trapezoidal rule on analytic densities: L. N. Trefethen and J. A. C. Weideman (2014), SIAM Review
/// 56(3), 385-458, doi:10.1137/130932132; independence sampler: L. Tierney (1994), Annals of Statistics 22(4),
/// 1701-1728, doi:10.1214/aos/1176325750.
CurvePosterior curve_posterior(std::span<const double> values, const CurveModel& model,
                               const CurvePosteriorOptions& options = {}, std::span<const double> times = {},
                               int steps = 0);

/// The log likelihood of values at coordinates: what the posterior weighs by.
/// @throw ArgumentError as `curve_posterior`, and unless there is a value for each coordinate.
double curve_log_likelihood(std::span<const double> values, const CurveModel& model,
                            std::span<const double> coordinates, std::span<const double> times = {});

/// Posterior weights of several models of the same values: prior weight times evidence, normalised.
/// @param prior_weights empty: equal
/// @throw ArgumentError if there is no model, a weight is negative or not finite, or none is positive; if an evidence
/// is NaN.
std::vector<double> model_weights(std::span<const double> log_evidences, std::span<const double> prior_weights = {});

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/curve_posterior_inl.hpp"
#endif
