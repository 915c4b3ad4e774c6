// A growth curve fitted to a history, with its standard errors and what the residuals say.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "essor/forecast/curve_noise.hpp"
#include "essor/forecast/curves.hpp"

namespace essor {

/// Which curve, seen how.
struct CurveModel {
  Curve curve = Curve::logistic;
  CurveKind kind = CurveKind::level;
  CurveNoise noise = CurveNoise::lognormal;
};

/// What the residuals of a fit say.
struct CurveDiagnostics {
  double rss;             ///< sum of squared residuals: of logarithms for lognormal noise, else of the observations
  double r2;              ///< 1 - rss / sum of squares about the mean on that scale; NaN if all are equal
  double log_likelihood;  ///< at the maximum, spread included; +inf for a perfect fit
  double aicc;            ///< Akaike's criterion, corrected for short histories; NaN where n <= parameters + 1
  double durbin_watson;   ///< of the standardised residuals: 2 without autocorrelation, below 2 if positive; NaN if all
                          ///< are 0
  double autocorrelation;  ///< at lag 1, of the same
  int iterations;          ///< of the start that gave the fit
  int starts;              ///< how many were tried
  std::string reason;      ///< how the solver knows that it is a minimum
};

/// A curve at some time, with the standard error that comes from its parameters.
struct CurveEstimate {
  double time;
  double value;
  double standard_error;
};

/// A fitted curve.
struct CurveFit {
  CurveModel model;
  std::vector<double> times;
  std::vector<double> observations;     ///< the independent ones: increments if the values were cumulative
  std::vector<double> means;            ///< of the observations, by the curve
  std::vector<double> parameters;       ///< in the order of `curve_parameters`
  std::vector<double> standard_errors;  ///< of the parameters
  std::vector<double> covariance;       ///< of the parameters, row by row
  double spread;                        ///< sigma or dispersion; 0 for Poisson
  double last_value;                    ///< the last value given
  CurveDiagnostics diagnostics;

  /// The values to come, `steps` of them, as far apart as the times were on average. Levels and flows are the curve's;
  /// a cumulative history goes on from its last value by the increments of the curve.
  /// @throw ArgumentError if steps < 1.
  std::vector<CurveEstimate> predict(int steps) const;
  /// When the curve reaches a share of its ceiling; `time` and `value` are both that time.
  /// @throw ArgumentError if the curve has no ceiling or the share is not in (0, 1).
  CurveEstimate saturation(double share = 0.9) const;
};

/// The observations that are independent of each other: the values, or their increments if they are cumulative (the
/// first value is the first increment).
/// @throw ArgumentError, naming the index: a value is NaN, infinite or above 1e150 in magnitude; not positive where
/// noise is lognormal; not a whole number >= 0 below 2^53 where noise is a count's. Of cumulative values the last two
/// hold for each increment. Also if there are no values, or the largest is neither 0 nor above 1e-150 in magnitude.
std::vector<double> independent_observations(CurveKind kind, CurveNoise noise, std::span<const double> values);

/// Fits a curve by maximum likelihood, which for `normal` and `lognormal` noise is least squares of the values or of
/// their logarithms.
///
/// Starts: the shape parameters run over a fixed grid (rates 0.7 to 48 per span of the times, inflections from a span
/// before the first time to a span after the last; Bass: p and q over 6 x 7 values, Richards also over 6 shapes), the
/// multiplier follows in closed form for each; the best start of each rate (of each shape for Richards), at most 6 of
/// them, go to `least_squares` on the logarithms of positive parameters. The best result is the fit, if it converged.
/// The spread of student_t and negative_binomial noise is then found by a search of its profile likelihood.
///
/// Standard errors: inverse Fisher information at the fit; sigma^2 = rss / (n - parameters) for lognormal and normal
/// noise, the maximum-likelihood spread else.
///
/// A fit that fails is an error that says why:
/// - too few values: one more than parameters is the least (two more for student_t);
/// - flows of a line: they do not depend on its origin;
/// - no growth: a curve with a ceiling, and no value above another of the observed levels, or all zeros;
/// - no ceiling identified: the best fit lets the ceiling run away, or its standard error exceeds 1 in logarithms (a
///   factor of 5 either way in a 90 % interval). A posterior, which brings in a prior, is then the honest answer;
/// - not identified: another parameter runs away, which is named (the rate of a curve that is a jump; the inflection of
///   one that was over before the first time; the shape of Richards; p or q of Bass; the growth of falling flows, which
///   no exponential has);
/// - else: the solver did not converge, with its reason.
///
/// @param times ascending; empty: 1, 2, ... For Bass they count from the launch.
/// @throw ArgumentError as above and as `independent_observations`; if times are not finite and ascending, or not as
/// many as the values.
/// @par Source V. Srinivasan and C. H. Mason (1986), Nonlinear least squares estimation of new product diffusion
/// models, Marketing Science 5(2), 169-178, doi:10.1287/mksc.5.2.169, for Bass on flows; C. M. Hurvich and C.-L. Tsai
/// (1989), Biometrika 76(2), 297-307, for AICc; J. Durbin and G. S. Watson (1950), Biometrika 37, 409-428.
CurveFit fit_curve(std::span<const double> values, const CurveModel& model, std::span<const double> times = {});

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/curve_fit_inl.hpp"
#endif
