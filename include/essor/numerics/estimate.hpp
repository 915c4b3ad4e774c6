// A number, how far it may be from the one that endless draws would give, and the draws behind it.
#pragma once

#include <Eigen/Core>
#include <memory>

namespace essor {

/// A closed interval of values.
struct Interval {
  double low;
  double high;
};

/// A figure with its Monte Carlo standard error and its draws.
///
/// The value is what the maker of the estimate says it is: a mean of the draws, or a ratio of expectations, which is
/// not the mean of the draws of the ratio. The standard error is that of the value; the spread of the draws is the
/// uncertainty of the world. A copy shares the draws, which never change.
class Estimate {
 public:
  /// A value known without any sampling: standard error 0, `draws` equal draws.
  static Estimate exact(double value, Eigen::Index draws = 1);
  /// The mean of draws, with standard error sd / sqrt(n).
  /// @throw ArgumentError if there is no draw
  static Estimate mean_of(Eigen::ArrayXd draws);

  /// @throw ArgumentError if there is no draw or the standard error is negative
  Estimate(double value, double standard_error, Eigen::ArrayXd draws);

  double value() const noexcept { return value_; }
  double standard_error() const noexcept { return standard_error_; }
  const Eigen::ArrayXd& draws() const noexcept { return *draws_; }

  /// The p-quantile of the draws (type 7).
  /// @throw ArgumentError if p is not in [0, 1]
  double quantile(double p) const;
  /// The central interval that holds `probability` of the draws.
  /// @throw ArgumentError if the probability is not in [0, 1]
  Interval interval(double probability = 0.9) const;

 private:
  double value_;
  double standard_error_;
  std::shared_ptr<const Eigen::ArrayXd> draws_;
};

/// E[numerator] / E[denominator], never the average of the ratios. The draws are those of the ratio; the standard error
/// is that of the delta method,
/// \f[ \mathrm{se} = \frac{\mathrm{sd}(x - R\,y)}{\sqrt n\,|\bar y|}, \quad R = \bar x / \bar y. \f]
/// An expected denominator of 0 gives an infinite value (NaN when the numerator is 0 too) with standard error NaN; a
/// draw whose denominator is 0 is infinite (NaN).
/// @throw ArgumentError if the lists are empty or differ in size
Estimate ratio_of_expectations(const Eigen::Ref<const Eigen::ArrayXd>& numerator,
                               const Eigen::Ref<const Eigen::ArrayXd>& denominator);

/// The share of draws for which something holds, with the standard error sqrt(p (1 - p) / n).
struct Share {
  double value;
  double standard_error;
};

/// @throw ArgumentError if total < 1 or count is not in [0, total]
Share share_of(Eigen::Index count, Eigen::Index total);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/estimate_inl.hpp"
#endif
