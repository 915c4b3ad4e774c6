// Minimises a smooth function of many parameters.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace essor::detail {

/// The minimum of a smooth function by the limited-memory BFGS method with 12 pairs, the step halved until it descends.
///
/// It stops after `iterations`, when no step descends, or when the value falls by less than 1e-10 of itself.
/// @param function called as function(x, gradient), returns the value and writes the gradient
/// @par Source J. Nocedal and S. J. Wright (2006), Numerical Optimization, 2nd edition, Springer, algorithms 7.4 and
/// 7.5, doi:10.1007/978-0-387-40065-5.
template <class Function>
Eigen::VectorXd minimise(Function&& function, Eigen::VectorXd x, int iterations) {
  constexpr std::size_t memory = 12;
  Eigen::VectorXd gradient(x.size());
  Eigen::VectorXd next_gradient(x.size());
  double value = function(x, gradient);
  std::vector<std::pair<Eigen::VectorXd, Eigen::VectorXd>> pairs;
  std::vector<double> share(memory);
  for (int iteration = 0; iteration < iterations; ++iteration) {
    Eigen::VectorXd direction = -gradient;
    for (std::size_t i = pairs.size(); i-- > 0;) {
      const auto& [step, change] = pairs[i];
      share[i] = step.dot(direction) / step.dot(change);
      direction -= share[i] * change;
    }
    if (!pairs.empty()) {
      const auto& [step, change] = pairs.back();
      direction *= step.dot(change) / change.squaredNorm();
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& [step, change] = pairs[i];
      direction += (share[i] - change.dot(direction) / step.dot(change)) * step;
    }
    double slope = direction.dot(gradient);
    if (!(slope < 0.0)) {
      pairs.clear();
      direction = -gradient;
      slope = -gradient.squaredNorm();
      if (!(slope < 0.0)) break;
    }
    double length = pairs.empty() ? std::min(1.0, 1.0 / gradient.norm()) : 1.0;
    Eigen::VectorXd next = x + length * direction;
    double next_value = function(next, next_gradient);
    for (int halving = 0; halving < 30 && !(next_value <= value + 1e-4 * length * slope); ++halving) {
      length *= 0.5;
      next = x + length * direction;
      next_value = function(next, next_gradient);
    }
    if (!(next_value < value)) break;
    Eigen::VectorXd step = next - x;
    Eigen::VectorXd change = next_gradient - gradient;
    if (step.dot(change) > 1e-12 * step.norm() * change.norm()) {
      if (pairs.size() == memory) pairs.erase(pairs.begin());
      pairs.emplace_back(std::move(step), std::move(change));
    }
    const double fall = value - next_value;
    x = std::move(next);
    gradient.swap(next_gradient);
    value = next_value;
    if (fall <= 1e-10 * (std::abs(value) + 1e-12)) break;
  }
  return x;
}

}  // namespace essor::detail
