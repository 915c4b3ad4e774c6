// Scores of forecasts against what came: how good, how sharp, how honest.
#pragma once

#include <span>

namespace essor {

// Of a distribution --------------------------------------------------------------------------------------------------
//
// The continuous ranked probability score, in the unit of the value, lower is better, 0 for a sure and right forecast:
//
//     CRPS(F, y) = integral of (F(x) - 1{x >= y})^2 dx = E|X - y| - E|X - X'| / 2
//
// It is proper: no forecast scores better on average than the truth. The observation comes first, as in the R package
// scoringRules; each throws an ArgumentError if it is not finite or a parameter is out of its range.
//
// Source: T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, Journal of
// the American Statistical Association 102(477), 359-378, doi:10.1198/016214506000001437; closed forms: A. Jordan,
// F. Krueger and S. Lerch (2019), Evaluating probabilistic forecasts with scoringRules, Journal of Statistical Software
// 90(12), appendix A, doi:10.18637/jss.v090.i12.

/// CRPS of a normal, z = (y - mean) / sd. \f[ \sigma [z (2 \Phi(z) - 1) + 2 \phi(z) - 1 / \sqrt\pi] \f] sd > 0.
double crps_normal(double y, double mean, double sd);
/// CRPS of Student's t, z = (y - location) / scale.
/// \f[ \sigma \Bigl[ z (2 F_\nu(z) - 1) + 2 f_\nu(z) \frac{\nu + z^2}{\nu - 1}
///     - \frac{2 \sqrt\nu}{\nu - 1} \frac{B(1/2, \nu - 1/2)}{B(1/2, \nu/2)^2} \Bigr] \f]
/// degrees > 1 (below, it is infinite), scale > 0.
double crps_student_t(double y, double degrees, double location, double scale);
/// CRPS of a logistic. \f[ s [z - 2 \ln F(z) - 1], \quad F(z) = 1 / (1 + e^{-z}) \f] scale > 0.
double crps_logistic(double y, double location, double scale);
/// CRPS of a Laplace, E|X - location| = scale. \f[ b [|z| + e^{-|z|} - 3/4] \f] scale > 0.
double crps_laplace(double y, double location, double scale);
/// CRPS of a log-normal: ln X is normal.
/// \f[ y (2 \Phi(w) - 1) - 2 e^{\mu + \sigma^2/2} [\Phi(w - \sigma) + \Phi(\sigma / \sqrt2) - 1],
///     \quad w = (\ln y - \mu) / \sigma \f] log_sd > 0.
double crps_lognormal(double y, double log_mean, double log_sd);
/// CRPS of a gamma.
/// \f[ y (2 F_k(y) - 1) - \frac{k}{\beta} (2 F_{k+1}(y) - 1) - \frac{1}{\beta B(1/2, k)} \f] shape, rate > 0.
double crps_gamma(double y, double shape, double rate);
/// CRPS of an exponential. \f[ |y| - 2 F(y) / \lambda + 1 / (2 \lambda) \f] rate > 0.
double crps_exponential(double y, double rate);
/// CRPS of a beta.
/// \f[ y (2 F_{a,b}(y) - 1) + \frac{a}{a+b} \Bigl(1 - 2 F_{a+1,b}(y)
///     - \frac{2 B(2a, 2b)}{a B(a, b)^2} \Bigr) \f] a, b > 0.
double crps_beta(double y, double a, double b);
/// CRPS of a Poisson, summed over its counts: O(standard deviation); y need not be whole. mean > 0. Of this and the
/// next two, the counts that are not negligible must be at most ten million.
double crps_poisson(double y, double mean);
/// CRPS of a negative binomial: failures before `size` successes of the given probability, mean size (1 - p) / p.
/// size > 0 and need not be whole, 0 < probability <= 1.
double crps_negative_binomial(double y, double size, double probability);
/// CRPS of a binomial. trials >= 0.
double crps_binomial(double y, int trials, double probability);

/// The logarithmic score -ln f(y) of a normal: strictly proper, in nats, lower is better.
double log_score_normal(double y, double mean, double sd);
/// The logarithmic score of Student's t.
double log_score_student_t(double y, double degrees, double location, double scale);
/// The logarithmic score of a log-normal; infinite where y <= 0.
double log_score_lognormal(double y, double log_mean, double log_sd);

// Of draws -----------------------------------------------------------------------------------------------------------
//
// Each throws an ArgumentError if there are too few draws, or y or a draw (named by its index) is not finite.

/// CRPS of m draws. \f[ \frac1m \sum_i |x_i - y| - \frac{1}{2 m^2} \sum_{i,j} |x_i - x_j| \f]
/// O(m log m). The draws taken as the distribution itself; as a sample of one, `fair_crps_draws` has no bias.
double crps_draws(double y, std::span<const double> draws);
/// CRPS of m >= 2 draws without the bias of a finite sample: the second sum is divided by 2 m (m - 1).
/// @par Source C. A. T. Ferro (2014), Fair scores for ensemble forecasts, Quarterly Journal of the Royal Meteorological
/// Society 140(683), 1917-1923, doi:10.1002/qj.2270.
double fair_crps_draws(double y, std::span<const double> draws);
/// CRPS of draws that weigh differently; weights are >= 0 and need not sum to 1.
/// @throw ArgumentError also if a weight is negative or not finite, or none is positive.
double crps_weighted_draws(double y, std::span<const double> draws, std::span<const double> weights);
/// The scaled CRPS: higher is better. \f[ - \frac{E|X - y|}{E|X - X'|} - \frac12 \ln E|X - X'| \f]
/// Locally scale invariant: a series in large units does not outweigh the others. With draws, the expectations are
/// means over them and over their pairs i != j.
/// @throw ArgumentError also if all draws are equal.
/// @par Source D. Bolin and J. Wallin (2023), Local scale invariance and robustness of proper scoring rules,
/// Statistical Science 38(1), 140-159, doi:10.1214/22-STS864; sign as in the R package loo.
double scrps_draws(double y, std::span<const double> draws);
/// The logarithmic score of the normal kernel density of draws, -ln((1/m) sum phi((y - x_i) / b) / b), with the rule of
/// thumb b = 1.06 min(sd, IQR / 1.34) m^(-1/5) (Silverman 1986, Density Estimation, equation 3.28).
/// It depends on the kernel in the tails: prefer a closed form or the CRPS.
/// @throw ArgumentError also if the width of the kernel is 0: the half in the middle is one value.
double log_score_draws(double y, std::span<const double> draws);
/// The probability integral transform of draws, uniform on [0, 1] if the forecast is calibrated:
/// the share of draws below y, and the part `v` of those equal to it. \f[ u = F(y^-) + v [F(y) - F(y^-)] \f]
/// With counts, v is drawn uniform on [0, 1]; without ties it changes nothing.
/// @throw ArgumentError also if v is not in [0, 1].
/// @par Source C. Czado, T. Gneiting and L. Held (2009), Predictive model assessment for count data, Biometrics 65(4),
/// 1254-1261, doi:10.1111/j.1541-0420.2009.01191.x.
double pit_draws(double y, std::span<const double> draws, double v);

// Of quantiles and intervals -----------------------------------------------------------------------------------------

/// The pinball loss of a quantile, in the unit of the value. \f[ \max(p (y - q), (p - 1)(y - q)) \f]
/// @throw ArgumentError if a number is not finite or p is not in [0, 1].
double pinball(double y, double quantile, double p);
/// Twice the mean pinball loss: the CRPS, approximated by as many quantiles as are given.
/// \f[ \mathrm{CRPS} = 2 \int_0^1 \mathrm{pinball}_p(y, F^{-1}(p)) \, dp \f]
/// @throw ArgumentError if there is none, the sizes differ, or as `pinball`.
double crps_quantiles(double y, std::span<const double> quantiles, std::span<const double> probabilities);
/// The interval score of a central interval of probability 1 - alpha, in the unit of the value.
/// \f[ (u - l) + \frac2\alpha (l - y)^+ + \frac2\alpha (y - u)^+ \f]
/// @throw ArgumentError if a number is not finite, low > high, or alpha is not in (0, 1).
double interval_score(double y, double low, double high, double alpha);
/// The share of observations inside their intervals, ends included.
/// @throw ArgumentError if there is none, sizes differ, a number is NaN, or low > high.
double coverage(std::span<const double> y, std::span<const double> low, std::span<const double> high);
/// The weighted quantile loss: twice the pinball loss, averaged over probabilities and summed over observations, over
/// the sum of |y|. Quantiles are by observation, then by probability.
/// @throw ArgumentError if the sizes do not fit, all y are 0, or as `pinball`.
double weighted_quantile_loss(std::span<const double> y, std::span<const double> quantiles,
                              std::span<const double> probabilities);

// Of points, on the scale of the series ------------------------------------------------------------------------------

/// The scale of a history: the mean of |y_t - y_(t - season)|, in the unit of the value; 0 if nothing ever changes.
/// @throw ArgumentError if season < 1, the history has no more than `season` values, or one is not finite.
double mase_scale(std::span<const double> history, int season = 1);
/// The mean absolute scaled error: mean |y - forecast| over `mase_scale(history, season)`.
/// @throw ArgumentError if there is no observation, sizes differ, a number is not finite, or the scale is 0.
/// @par Source R. J. Hyndman and A. B. Koehler (2006), Another look at measures of forecast accuracy, International
/// Journal of Forecasting 22(4), 679-688, doi:10.1016/j.ijforecast.2006.03.001.
double mase(std::span<const double> y, std::span<const double> forecast, std::span<const double> history,
            int season = 1);
/// The mean interval score over `mase_scale(history, season)`.
/// @throw ArgumentError as `mase` and `interval_score`.
double msis(std::span<const double> y, std::span<const double> low, std::span<const double> high,
            std::span<const double> history, double alpha = 0.05, int season = 1);
/// The symmetric mean absolute percentage error, in [0, 200]: mean of 200 |y - f| / (|y| + |f|), 0 where both are 0.
/// @throw ArgumentError if there is no observation, sizes differ, or a number is not finite.
double smape(std::span<const double> y, std::span<const double> forecast);

// Over series --------------------------------------------------------------------------------------------------------

/// A mean and its standard error.
struct MeanWithError {
  double value;
  double standard_error;  ///< NaN with a single cluster
};

/// The mean of values that come in clusters, such as the hits of one series, whose errors go together:
/// \f[ \hat p = \frac{\sum_c t_c}{\sum_c n_c}, \qquad \mathrm{se} = \frac{1}{\sum_c n_c}
///     \sqrt{\frac{C}{C - 1} \sum_c (t_c - \hat p \, n_c)^2} \f]
/// @param totals sum of the values of each cluster
/// @param counts how many values each cluster has, >= 0
/// @throw ArgumentError if sizes differ, a number is not finite or a count negative, or all counts are 0.
MeanWithError clustered_mean(std::span<const double> totals, std::span<const double> counts);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/scores_inl.hpp"
#endif
