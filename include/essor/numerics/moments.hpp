// Mean and variance of a stream of numbers, in one pass; parts that were counted apart merge.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace essor {

/// Count, mean and sum of squared deviations. Merging in a fixed order gives the same bits each time.
/// @par Source B. P. Welford (1962), Technometrics 4(3), 419-420, doi:10.1080/00401706.1962.10490022; T. F. Chan,
/// G. H. Golub, R. J. LeVeque (1983), Algorithms for computing the sample variance, The American Statistician 37(3).
class Moments {
 public:
  void add(double value) noexcept {
    ++count_;
    const double deviation = value - mean_;
    mean_ += deviation / static_cast<double>(count_);
    squares_ += deviation * (value - mean_);
  }

  void merge(const Moments& other) noexcept {
    if (other.count_ == 0) return;
    if (count_ == 0) {
      *this = other;
      return;
    }
    const auto here = static_cast<double>(count_);
    const auto there = static_cast<double>(other.count_);
    const double deviation = other.mean_ - mean_;
    mean_ += deviation * (there / (here + there));
    squares_ += other.squares_ + deviation * deviation * (here * there / (here + there));
    count_ += other.count_;
  }

  std::int64_t count() const noexcept { return count_; }
  /// NaN when nothing was added.
  double mean() const noexcept { return count_ > 0 ? mean_ : std::numeric_limits<double>::quiet_NaN(); }
  /// Sample variance (divisor n - 1); NaN below two values.
  double variance() const noexcept {
    return count_ > 1 ? squares_ / static_cast<double>(count_ - 1) : std::numeric_limits<double>::quiet_NaN();
  }
  double standard_deviation() const noexcept { return std::sqrt(variance()); }
  /// Standard error of the mean of independent values; NaN below two.
  double standard_error() const noexcept { return std::sqrt(variance() / static_cast<double>(count_)); }

 private:
  std::int64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

}  // namespace essor
