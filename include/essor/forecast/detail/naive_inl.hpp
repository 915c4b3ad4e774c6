#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "essor/config.hpp"
#include "essor/forecast/detail/log_scale.hpp"
#include "essor/forecast/naive.hpp"
#include "essor/numerics/student_t.hpp"

namespace essor {

ESSOR_INLINE double naive_reach_probability(std::span<const double> history, double target, int step, bool increase,
                                            Reference reference) {
  constexpr std::string_view function = "naive_reach_probability";
  check_not_empty(function, "history", history.size());
  detail::check_history(function, history);
  check_non_negative(function, "target", target);
  check_at_least(function, "step", step, 1);

  const double shift = detail::log_shift(history);
  const std::vector<double> logs = detail::log_values(history, shift);
  const ClassPrior& prior = class_prior(reference);
  const detail::SpreadGrid grid = detail::spread_grid(prior, detail::largest_move(logs, prior));
  std::vector<double> squares;
  squares.reserve(logs.size());
  for (std::size_t t = 1; t < logs.size(); ++t) {
    const double move = (logs[t] - logs[t - 1]) / detail::spread_ratio(prior, t);
    squares.push_back(move * move);
  }
  double variance_ahead = 0.0;
  for (std::size_t s = 0; s < static_cast<std::size_t>(step); ++s) {
    const double ratio = detail::spread_ratio(prior, logs.size() + s);
    variance_ahead += ratio * ratio;
  }
  const auto log_likelihood = detail::SpreadLikelihood(grid)(squares);
  const double top = *std::max_element(log_likelihood.begin(), log_likelihood.end());

  // ln 0 = -inf: a target of 0 is always reached from above and never from below.
  const double ahead = logs.back() - std::log(target + shift);
  double mass = 0.0;
  double reached = 0.0;
  for (std::size_t k = 0; k < detail::SpreadGrid::size; ++k) {
    const double weight = grid.prior[k] * std::exp(log_likelihood[k] - top);
    const double z = ahead / (std::exp(grid.log_spread[k]) * std::sqrt(variance_ahead));
    mass += weight;
    reached += weight * student_t_cdf(increase ? z : -z, 4.0);
  }
  return reached / mass;
}

}  // namespace essor
