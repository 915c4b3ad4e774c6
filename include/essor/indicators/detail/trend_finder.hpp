// The posterior of a trend by quadrature; shared by trend_posterior and the indicators.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "essor/indicators/constants.hpp"
#include "essor/indicators/trend.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quadrature.hpp"

namespace essor::detail {

/// Sums over the posterior of a trend, with a common power of two, so that long records neither overflow nor vanish.
struct TrendSums {
  double total = 0, first = 0, second = 0, above = 0;
  int exponent = std::numeric_limits<int>::min();

  void add(double mu, double mass, int power) {
    if (power > exponent) {
      const double shift =
          exponent == std::numeric_limits<int>::min() ? 0.0 : std::ldexp(1.0, std::max(exponent - power, -2000));
      for (double* sum : {&total, &first, &second, &above}) *sum *= shift;
      exponent = power;
    } else if (power < exponent) {
      mass = std::ldexp(mass, std::max(power - exponent, -2000));
    }
    total += mass;
    first += mass * mu;
    second += mass * mu * mu;
    if (mu > 0) above += mass;
  }
};

/// Eight scales sigma with their weights: one panel of Gauss-Legendre over ln sigma.
class ScalePanel {
  static constexpr std::size_t size = gauss_legendre_8.size();

 public:
  ScalePanel(const TrendClass& reference, double from, double to) {
    for (std::size_t k = 0; k < size; ++k) {
      const double z = 0.5 * (from + to) + 0.5 * (to - from) * gauss_legendre_8[k].node;
      const double ratio = std::exp(reference.scale_log_sd * z), sigma = reference.scale * ratio;
      weight_[k] = gauss_legendre_8[k].weight * std::exp(-0.5 * z * z);
      constant_[k] = std::sqrt(ratio);
      slope_[k] = constant_[k] / (3 * sigma * sigma);
    }
  }

  /// Adds prior times the likelihood of a record at mu, integrated over the panel: \f$ \prod_t \sigma^{-1} (1 + (d_t -
  /// \mu)^2 / 3 \sigma^2)^{-2} \f$.
  void add(std::span<const double> falls, double mu, double prior, TrendSums& sums) const {
    std::array<double, size> product;
    product.fill(1.0);
    int exponent = 0;
    for (std::size_t i = 0; i < falls.size(); ++i) {
      const double square = (falls[i] - mu) * (falls[i] - mu);
      for (std::size_t k = 0; k < size; ++k) product[k] *= constant_[k] + slope_[k] * square;
      if (i % 16 != 15 || i + 1 == falls.size()) continue;
      int power = 0;
      std::frexp(*std::min_element(product.begin(), product.end()),
                 &power);  // the smallest product is the largest likelihood
      const double scale = std::ldexp(1.0, -power);
      for (double& p : product) p *= scale;
      exponent += power;
    }
    double likelihood = 0;
    for (std::size_t k = 0; k < size; ++k) likelihood += weight_[k] / (product[k] * product[k]);
    sums.add(mu, prior * likelihood, -2 * exponent);
  }

 private:
  std::array<double, size> weight_{}, constant_{}, slope_{};
};

/// The trends of one record after another, with memory that is reused.
class TrendFinder {
 public:
  explicit TrendFinder(const TrendClass& reference) : reference_(reference), scales_{ScalePanel(reference, -2, 2)} {}

  TrendPosterior find(std::span<const double> falls) {
    const TrendClass& r = reference_;
    if (falls.empty()) return {normal_cdf(r.mean / r.sd), r.mean, r.sd, 1};
    const auto n = static_cast<double>(falls.size());
    // ln sigma is known to about 1 / sqrt(n): longer records need more panels.
    const auto panels = static_cast<std::size_t>(std::max(1.0, std::ceil(0.5 * std::sqrt(n))));
    if (scales_.size() != panels) split(panels);

    sorted_.assign(falls.begin(), falls.end());
    std::sort(sorted_.begin(), sorted_.end());
    const double least = std::min(sorted_.front(), r.mean), most = std::max(sorted_.back(), r.mean);
    const double sigma = r.scale * std::exp(-2 * r.scale_log_sd);  // the smallest
    const double far = std::max(most - r.mean, r.mean - least);
    // Beyond `reach` from the class mean the prior is too small for any likelihood to make up for it (to 1e-8).
    const double reach = r.sd * std::sqrt(37 + 4 * n * std::log1p(far * far / (3 * sigma * sigma)));
    const double low = std::max(r.mean - reach, least - 6 * r.sd), high = std::min(r.mean + reach, most + 6 * r.sd);
    const double width = std::max(sigma, 0.5 * shortest_half()) / std::sqrt(n);
    TrendSums sums;
    if (low < 0) integrate_over(falls, low, std::min(high, 0.0), width, sums);
    if (high > 0) integrate_over(falls, std::max(low, 0.0), high, width, sums);
    const double mean = sums.first / sums.total, sd = std::sqrt(std::max(0.0, sums.second / sums.total - mean * mean));
    return {sums.above / sums.total, mean, sd, sd / r.sd};
  }

 private:
  void split(std::size_t panels) {
    scales_.clear();
    for (std::size_t i = 0; i < panels; ++i)
      scales_.emplace_back(reference_, -2 + 4 * static_cast<double>(i) / static_cast<double>(panels),
                           -2 + 4 * static_cast<double>(i + 1) / static_cast<double>(panels));
  }

  /// The length of the shortest interval that holds half of the record.
  double shortest_half() const {
    const std::size_t half = (sorted_.size() + 1) / 2;
    if (half < 2) return 0;  // two falls are two peaks
    double shortest = sorted_.back() - sorted_.front();
    for (std::size_t i = 0; i + half <= sorted_.size(); ++i)
      shortest = std::min(shortest, sorted_[i + half - 1] - sorted_[i]);
    return shortest;
  }

  void integrate_over(std::span<const double> falls, double low, double high, double width, TrendSums& sums) const {
    const int panels = static_cast<int>(std::ceil((high - low) / std::min(10 * width, 10 * reference_.sd)));
    const double half = 0.5 * (high - low) / panels;
    for (int i = 0; i < panels; ++i)
      for (const QuadraturePoint& point : gauss_legendre_16) {
        const double mu = low + half * (2 * i + 1 + point.node);
        const double z = (mu - reference_.mean) / reference_.sd;
        const double prior = half * point.weight * std::exp(-0.5 * z * z);
        for (const ScalePanel& scales : scales_) scales.add(falls, mu, prior, sums);
      }
  }

  TrendClass reference_;
  std::vector<ScalePanel> scales_;
  std::vector<double> sorted_;
};

}  // namespace essor::detail
