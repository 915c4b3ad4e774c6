#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/detail/householder.hpp"
#include "essor/forecast/least_squares.hpp"

namespace essor {
namespace detail {

/// The state of one minimisation.
class LevenbergMarquardt {
 public:
  LevenbergMarquardt(const ResidualFunction& function, std::span<const double> start, std::size_t residual_count,
                     const LeastSquaresOptions& options)
      : function_(function),
        options_(options),
        m_(residual_count),
        p_(start.size()),
        scale_(start.size(), 0.0),
        jacobian_(m_ * p_),
        trial_(m_) {
    result_.parameters.assign(start.begin(), start.end());
    result_.residuals.resize(m_);
  }

  LeastSquaresResult run() {
    if (!linearise()) return stop(false, "the residuals or their derivatives are not finite at the start");
    while (result_.iterations < options_.max_iterations) {
      const HouseholderQr qr = decompose();
      if (near_minimum()) return refine();
      if (!improve(qr)) {
        return no_improvement_is_a_minimum(qr) ? refine() : stop(false, "no step makes the residuals smaller");
      }
      if (!linearise()) return stop(false, "the derivatives are not finite");
    }
    return stop(false, "the limit of iterations is reached");
  }

 private:
  /// The scale of a parameter forgets: columns that were huge at a far start must not hold it back for ever.
  static constexpr double scale_memory = 0.9;

  static bool all_finite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  }

  bool linearise() {
    ++result_.iterations;
    function_(result_.parameters, result_.residuals, jacobian_);
    result_.rss = sum_of_squares(result_.residuals);
    if (!std::isfinite(result_.rss) || !all_finite(jacobian_)) return false;
    for (std::size_t j = 0; j < p_; ++j) {
      scale_[j] = std::max(scale_memory * scale_[j], column_norm(j));
    }
    return true;
  }

  double scale(std::size_t j) const { return scale_[j] > 0.0 ? scale_[j] : 1.0; }

  HouseholderQr decompose() const {
    std::vector<double> scaled = jacobian_;
    for (std::size_t j = 0; j < p_; ++j) {
      for (std::size_t i = 0; i < m_; ++i) scaled[j * m_ + i] /= scale(j);
    }
    return {std::move(scaled), m_, p_};
  }

  HouseholderQr decompose_by_column() const { return by_column(jacobian_, m_, p_); }

  std::vector<double> negative_rotated(const HouseholderQr& qr, std::span<const double> residuals) const {
    std::vector<double> b(residuals.begin(), residuals.end());
    for (double& value : b) value = -value;
    qr.apply_transposed(b);
    return b;
  }

  /// The step v, in the scale of the parameters, with (R'R + lambda) D v = R' b.
  std::vector<double> damped_step(const HouseholderQr& qr, std::span<const double> b, double lambda) const {
    std::vector<double> stacked(2 * p_ * p_, 0.0);
    for (std::size_t j = 0; j < p_; ++j) {
      for (std::size_t i = 0; i <= j; ++i) stacked[j * 2 * p_ + i] = qr.r(i, j);
      stacked[j * 2 * p_ + p_ + j] = std::sqrt(lambda);
    }
    const HouseholderQr damped(std::move(stacked), 2 * p_, p_);
    std::vector<double> right(2 * p_, 0.0);
    std::copy_n(b.begin(), p_, right.begin());
    damped.apply_transposed(right);
    std::vector<double> step = damped.solve(right);
    for (std::size_t j = 0; j < p_; ++j) step[j] /= scale(j);
    return step;
  }

  std::vector<double> moved(std::span<const double> step, double factor) const {
    std::vector<double> to = result_.parameters;
    for (std::size_t j = 0; j < p_; ++j) to[j] += factor * step[j];
    return to;
  }

  double scaled_norm(std::span<const double> step) const {
    double sum = 0.0;
    for (std::size_t j = 0; j < p_; ++j) sum += step[j] * scale(j) * step[j] * scale(j);
    return std::sqrt(sum);
  }

  /// The correction a: the step for r_vv, the second derivative of the residuals along v, by differences.
  std::vector<double> acceleration(const HouseholderQr& qr, std::span<const double> velocity, double lambda) {
    constexpr double h = 0.1;
    function_(moved(velocity, h), trial_, {});
    std::vector<double> second(m_);
    for (std::size_t i = 0; i < m_; ++i) {
      double along = 0.0;
      for (std::size_t j = 0; j < p_; ++j) along += jacobian_[j * m_ + i] * velocity[j];
      second[i] = 2.0 / h * ((trial_[i] - result_.residuals[i]) / h - along);
    }
    if (!all_finite(second)) return {};
    return damped_step(qr, negative_rotated(qr, second), lambda);
  }

  /// The fall of the sum of squares that the linear model promises.
  double promised(std::span<const double> step) const {
    double after = 0.0;
    for (std::size_t i = 0; i < m_; ++i) {
      double residual = result_.residuals[i];
      for (std::size_t j = 0; j < p_; ++j) residual += jacobian_[j * m_ + i] * step[j];
      after += residual * residual;
    }
    return result_.rss - after;
  }

  /// Finds a step that makes the sum of squares smaller, damping more until one does; false when none does.
  bool improve(const HouseholderQr& qr) {
    const std::vector<double> b = negative_rotated(qr, result_.residuals);
    for (; lambda_ < 1e20; lambda_ *= growth_, growth_ *= 2.0) {
      std::vector<double> step = damped_step(qr, b, lambda_);
      if (!all_finite(step)) continue;
      const double promise = promised(step);
      const std::vector<double> bend = acceleration(qr, step, lambda_);
      if (bend.empty() || !all_finite(bend) || 2.0 * scaled_norm(bend) > 0.75 * scaled_norm(step)) continue;
      for (std::size_t j = 0; j < p_; ++j) step[j] += 0.5 * bend[j];
      std::vector<double> to = moved(step, 1.0);
      function_(to, trial_, {});
      const double rss = sum_of_squares(trial_);
      if (!(rss < result_.rss)) continue;
      const double gain = promise > 0.0 ? (result_.rss - rss) / promise : 1.0;
      lambda_ *= std::max(0.1, 1.0 - std::pow(2.0 * std::min(gain, 1.0) - 1.0, 3.0));
      lambda_ = std::max(lambda_, 1e-20);
      growth_ = 2.0;
      result_.parameters = std::move(to);
      return true;
    }
    return false;
  }

  /// The Gauss-Newton step, or nothing where the Jacobian has no full rank to working precision.
  std::vector<double> gauss_newton(const HouseholderQr& columns) const {
    if (columns.singular()) return {};
    std::vector<double> step = columns.solve(negative_rotated(columns, result_.residuals));
    for (std::size_t j = 0; j < p_; ++j) step[j] /= column_norm(j);
    return step;
  }

  double column_norm(std::size_t j) const { return std::sqrt(sum_of_squares({&jacobian_[j * m_], m_})); }

  /// The largest part of a parameter that a step moves. A parameter near 0 is measured by its standard error, or by
  /// what it may move before the largest term of the residuals notices more than rounding.
  double relative_size(std::span<const double> step) const {
    double term = std::sqrt(result_.rss);
    for (std::size_t j = 0; j < p_; ++j) {
      term = std::max(term, 1e-6 * std::abs(result_.parameters[j]) * column_norm(j));
    }
    double largest = 0.0;
    for (std::size_t j = 0; j < p_; ++j) {
      const double least = term / std::sqrt(static_cast<double>(m_)) / column_norm(j);
      largest = std::max(largest, std::abs(step[j]) / std::max(std::abs(result_.parameters[j]), least));
    }
    return largest;
  }

  bool near_minimum() const {
    const std::vector<double> step = gauss_newton(decompose_by_column());
    return !step.empty() && relative_size(step) <= options_.step_tolerance;
  }

  /// Where rounding hides any improvement: the residuals are all but orthogonal to the tangent plane.
  bool no_improvement_is_a_minimum(const HouseholderQr& qr) const {
    const std::vector<double> step = gauss_newton(decompose_by_column());
    if (step.empty()) return false;
    const std::vector<double> b = negative_rotated(qr, result_.residuals);
    return std::sqrt(sum_of_squares({b.data(), p_})) <= 1e-5 * std::sqrt(result_.rss);
  }

  /// Gauss-Newton steps as long as they shrink, be it not each time: from the parameters with the smallest one.
  LeastSquaresResult refine() {
    double smallest = std::numeric_limits<double>::infinity();
    std::vector<double> best = result_.parameters;
    for (int since = 0; since < 15; ++since) {
      const std::vector<double> step = gauss_newton(decompose_by_column());
      if (step.empty()) break;
      const double size = relative_size(step);
      if (!std::isfinite(size)) break;
      if (size < smallest) {
        if (size < 0.9 * smallest) since = 0;
        smallest = size;
        best = result_.parameters;
      }
      if (size == 0.0) break;
      result_.parameters = moved(step, 1.0);
      if (!linearise()) break;
    }
    result_.parameters = std::move(best);
    --result_.iterations;  // the Jacobian computed next was counted
    if (!linearise()) return stop(false, "the derivatives are not finite");
    if (smallest > options_.step_tolerance) return stop(false, "the step does not become small beside the parameters");
    return stop(true, "the Gauss-Newton step is small beside every parameter");
  }

  LeastSquaresResult stop(bool converged, std::string reason) {
    result_.converged = converged;
    result_.reason = std::move(reason);
    if (!all_finite(jacobian_)) return std::move(result_);
    result_.inverse_gram = inverse_gram(jacobian_, m_, p_);
    return std::move(result_);
  }

  const ResidualFunction& function_;
  LeastSquaresOptions options_;
  std::size_t m_;
  std::size_t p_;
  std::vector<double> scale_;
  std::vector<double> jacobian_;
  std::vector<double> trial_;
  LeastSquaresResult result_;
  double lambda_ = 1e-2;
  double growth_ = 2.0;
};

}  // namespace detail

ESSOR_INLINE LeastSquaresResult least_squares(const ResidualFunction& function, std::span<const double> start,
                                              std::size_t residual_count, const LeastSquaresOptions& options) {
  constexpr std::string_view name = "least_squares";
  check_not_empty(name, "start", start.size());
  for (const double value : start) check_finite(name, "start", value);
  check_at_least(name, "residual_count", static_cast<long long>(residual_count), static_cast<long long>(start.size()));
  check_at_least(name, "max_iterations", options.max_iterations, 1);
  check_positive(name, "step_tolerance", options.step_tolerance);
  return detail::LevenbergMarquardt(function, start, residual_count, options).run();
}

}  // namespace essor
