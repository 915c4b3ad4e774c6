// What a naive forecast gives to a target: the measure of its ambition.
#pragma once

#include <span>

#include "essor/forecast/priors.hpp"

namespace essor {

/// The probability that a forecast without a trend gives to reaching a target `step` periods after the last value.
///
/// A random walk on the log scale, its spread averaged over the class prior and the likelihood of the history's own
/// steps:
/// \f[ P = \sum_k w_k \, T_4\!\left(\frac{\ln y_n - \ln y^*}{\sigma_k \sqrt{h}}\right), \qquad
///     w_k \propto p(\sigma_k) \prod_t t_4(\Delta \ln y_t / \sigma_k) / \sigma_k \f]
/// (1 - P for a target to fall to). The sum of h innovations is taken as one innovation sqrt(h) times as wide; where
/// the spread of the class falls with age, it does so here, as in `forecast`. A zero in the history shifts the
/// logarithm as in `forecast`.
/// @param increase true: the target is reached at or above it; false: at or below it.
/// @throw ArgumentError if the history is empty; a value of it, or the target, is NaN, infinite or negative; or step
/// < 1.
double naive_reach_probability(std::span<const double> history, double target, int step, bool increase,
                               Reference reference = Reference::general);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/naive_inl.hpp"
#endif
