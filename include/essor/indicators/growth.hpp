// Growth of impact against growth of cost: is it so, is it a habit, and in which class does it fall?
#pragma once

#include <array>
#include <span>

#include "essor/config.hpp"
#include "essor/indicators/constants.hpp"
#include "essor/indicators/trend.hpp"
#include "essor/indicators/window.hpp"

namespace essor {

/// What is known of the logarithm of a figure: a normal error around a point, or around a uniform interval.
struct LogFigure {
  double low = 0;    ///< -inf where open
  double high = 0;   ///< equal to low for a point, +inf where open
  double error = 0;  ///< standard deviation of the normal error
};

/// Growth of cost and of impact between two windows, with what their errors share.
struct LogGrowth {
  LogFigure cost_now, cost_before, impact_now, impact_before;
  bool tied_now = false;  ///< cost was computed as unit cost x volume: the error of the volume cancels
  bool tied_before = false;
  bool decrease = false;  ///< the good direction of the metric is down
};

/// A probability, or a bound of one where a figure is open on one side.
struct BoundedProbability {
  double value = 0;  ///< NaN when bounds point in both directions
  int bound = 0;     ///< 0: the probability; 1: at least; -1: at most
};

/// p_observed = P(d > 0 | measurement error), d = g_I - g_C.
/// \f[ d = \bar d + \sum_j \epsilon_j + \sum_k u_k,\quad \epsilon_j \sim N(0, s_j^2),\; u_k \sim U(-w_k, w_k) \f]
/// where tied errors count once, as the unit cost's.
/// @throw ArgumentError when no figure has an error.
BoundedProbability probability_of_fall(const LogGrowth& growth);

/// d_t ~ mu + sigma t_3, mu ~ N(mean, sd^2), ln sigma ~ N(ln scale, scale_log_sd^2) of the class within two of its
/// standard deviations: the smallest sigma, 0.04 a year, is about the error with which a fall is measured.
/// Gauss-Legendre quadrature in panels fine enough for the record, to 1e-4. Without any d it is the prior.
TrendPosterior trend_posterior(std::span<const double> falls, const TrendClass& reference = public_services);

/// The first class that matches growth of impact and of cost per year, in the order of Trajectory; too early where one
/// is NaN.
Trajectory trajectory_of(double g_impact, double g_cost) noexcept;

/// The probability of a class, to 1e-6, when x ~ N(g_impact, sd_impact^2) and y ~ N(g_cost + tie (x - g_impact),
/// sd_cost^2) are the true growths a year. Over the eight classes of two growths it sums to 1; too_early has the
/// probability 0 (1 where a growth is NaN).
/// @throw ArgumentError unless both standard deviations are > 0.
double trajectory_probability(Trajectory trajectory, double g_impact, double sd_impact, double g_cost, double sd_cost,
                              double tie = 0);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/indicators/detail/growth_inl.hpp"
#endif
