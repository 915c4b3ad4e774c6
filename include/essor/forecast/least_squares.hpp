// Nonlinear least squares: Levenberg and Marquardt's method with geodesic acceleration, and a verdict.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace essor {

/// What is minimised: writes the residuals at the parameters and, unless `jacobian` is empty, their derivatives, one
/// column of all residuals after the other (d r_i / d parameter_j at i + j * residuals.size()). A residual that is not
/// finite says that the parameters are outside the domain; the solver then takes a shorter step.
using ResidualFunction =
    std::function<void(std::span<const double> parameters, std::span<double> residuals, std::span<double> jacobian)>;

struct LeastSquaresOptions {
  int max_iterations = 5000;
  /// A Gauss-Newton step below this part of each parameter is convergence. Steps are refined beyond it as long as they
  /// still shrink, so it decides the verdict and not the digits.
  double step_tolerance = 1e-8;
};

/// Where the solver stopped, and whether that is a minimum.
struct LeastSquaresResult {
  std::vector<double> parameters;
  std::vector<double> residuals;
  double rss = 0.0;    ///< residual sum of squares
  int iterations = 0;  ///< Jacobians computed
  bool converged = false;
  std::string reason;  ///< what made it stop, in words
  /// (J'J)^-1, row by row; empty where J has not full rank. Times the residual variance it is the covariance of the
  /// parameters.
  std::vector<double> inverse_gram;
};

/// Minimises the sum of squares of the residuals from one start.
///
/// Each step solves
/// \f[ \min_v \|r + J v\|^2 + \lambda \|D v\|^2, \qquad
/// D_j \leftarrow \max(0.9\, D_j, \|J_j\|), \f]
/// by Householder QR of the scaled Jacobian, and is bent along the valley by the second-order correction a of the same
/// system with the directional second derivative in place of r; steps with 2 |a| > 0.75 |v| are shortened. Near a
/// minimum, undamped Gauss-Newton steps go on until they shrink no more: the result is as exact as the residuals are.
///
/// `converged` is true only where the Jacobian has full rank and the last Gauss-Newton step is small beside every
/// parameter (or, for a parameter near 0, beside its standard error): a stop by the iteration limit, on a plateau
/// where a parameter runs away, or at the edge of the domain, is not. One start finds one minimum, which need not be
/// the lowest.
///
/// The same input gives the same bits. O(residuals * parameters^2) for each iteration.
/// @throw ArgumentError if there are no parameters, fewer residuals than parameters, or a start is not finite.
/// @par Source K. Levenberg (1944); D. W. Marquardt (1963); J. J. More (1978), The Levenberg-Marquardt algorithm:
/// implementation and theory, Lecture Notes in Mathematics 630, 105-116, doi:10.1007/BFb0067700, for the scaling;
/// H. B. Nielsen (1999), Damping parameter in Marquardt's method, IMM-REP-1999-05, for lambda; M. K. Transtrum and
/// J. P. Sethna (2012), Improvements to the Levenberg-Marquardt algorithm, arXiv:1201.5885, for the acceleration.
LeastSquaresResult least_squares(const ResidualFunction& function, std::span<const double> start,
                                 std::size_t residual_count, const LeastSquaresOptions& options = {});

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/least_squares_inl.hpp"
#endif
