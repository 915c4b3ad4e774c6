#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "essor/config.hpp"
#include "essor/forecast/curve_posterior.hpp"
#include "essor/forecast/detail/ceiling_model.hpp"
#include "essor/forecast/detail/lattice.hpp"
#include "essor/forecast/detail/pool_model.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"

namespace essor::detail {

/// What the random numbers of a ceiling are for: part of their key.
inline constexpr std::uint16_t purpose_ceiling_start = 65;
/// Lattices of twice the step agree on the evidence within this: its error is then about 1 %, and the weights' less.
inline constexpr double ceiling_agreement = 0.1;
/// Points of a posterior that go on to the forecast.
inline constexpr int ceiling_points = 300;

/// P(K <= largest) by the prior.
ESSOR_INLINE double probability_passed(const CeilingPrior& prior, double largest) {
  return normal_cdf((std::log(largest) - std::log(prior.median)) / prior.log_sd);
}

/// The ceiling at a probability, given that it is above the largest value.
ESSOR_INLINE double ceiling_at(const CeilingPrior& prior, double largest, double p) {
  if (prior.known()) return prior.median;
  const double passed = probability_passed(prior, largest);
  return prior.median * std::exp(prior.log_sd * normal_quantile(passed + p * (1.0 - passed)));
}

/// Prior times powered likelihood of one curve. Coordinates: the logarithms of the rates and of the spread; then, where
/// the ceiling is not known, ln(K / largest - 1), in which nothing is cut off.
class CeilingDensity {
 public:
  CeilingDensity(Curve curve, std::span<const double> values, const CeilingPrior& prior)
      : curve_(curve),
        values_(values),
        prior_(prior),
        largest_(*std::max_element(values.begin(), values.end())),
        log_above_(prior.known() ? 0.0 : std::log1p(-probability_passed(prior, largest_))) {
    // Those of default_curve_priors, for steps of length 1.
    const CoordinatePrior rate = {std::log(curve == Curve::gompertz ? 0.2 : 0.4), 0.7};
    if (curve == Curve::bass) normals_.push_back({std::log(0.02), 1.0});
    normals_.push_back(rate);
    normals_.push_back({std::log(0.1), 1.0});
    for (const double value : values) log_values_.push_back(std::log(value));
  }

  std::size_t dimensions() const { return normals_.size() + (prior_.known() ? 0U : 1U); }

  std::vector<double> scales() const {
    std::vector<double> result;
    for (const CoordinatePrior& normal : normals_) result.push_back(normal.sd);
    if (!prior_.known()) result.push_back(std::max(prior_.log_sd, 0.5));
    return result;
  }

  /// Draws of the prior, where modes are sought; they depend on nothing else.
  std::vector<std::vector<double>> starts() const {
    constexpr std::uint32_t count = 200;
    std::vector<std::vector<double>> result(count);
    for (std::uint32_t k = 0; k < count; ++k) {
      Philox generator(0, {.path = k, .purpose = purpose_ceiling_start});
      for (const CoordinatePrior& normal : normals_) {
        result[k].push_back(normal.mean + normal.sd * normal_rng(generator));
      }
      if (!prior_.known()) {
        const double ceiling = ceiling_at(prior_, largest_, uniform_rng(generator));
        result[k].push_back(std::log(std::max(ceiling / largest_ - 1.0, 1e-6)));
      }
    }
    return result;
  }

  CeilingPoint point(std::span<const double> x) const {
    const bool bass = curve_ == Curve::bass;
    return {.rates = {std::exp(x[0]), bass ? std::exp(x[1]) : 0.0},
            .spread = std::exp(x[bass ? 2 : 1]),
            .ceiling = prior_.known() ? prior_.median : largest_ * (1.0 + std::exp(x.back()))};
  }

  double operator()(std::span<const double> x) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < normals_.size(); ++k) {
      const double z = (x[k] - normals_[k].mean) / normals_[k].sd;
      sum -= 0.5 * z * z + std::log(normals_[k].sd) + half_log_two_pi;
    }
    const CeilingPoint at = point(x);
    if (!prior_.known()) {
      const double z = std::log(at.ceiling / prior_.median) / prior_.log_sd;
      // d ln K / d ln(K / L - 1) = (K - L) / K.
      sum += x.back() - log1p_exp(x.back()) - 0.5 * z * z - std::log(prior_.log_sd) - half_log_two_pi - log_above_;
    }
    sum += curves_likelihood_power * log_likelihood(at);
    return std::isfinite(sum) ? sum : -std::numeric_limits<double>::infinity();
  }

 private:
  static constexpr double half_log_two_pi = 0.91893853320467274178;

  /// Of the values after the first, given the one before.
  double log_likelihood(const CeilingPoint& at) const {
    const double log_ceiling = std::log(at.ceiling);
    double sum = 0.0;
    double squares = 0.0;
    double before = 0.0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double log_room = std::log(at.ceiling - values_[i]);
      const double log_odds = log_values_[i] - log_room;
      if (i > 0) {
        const double error = log_odds - curve_after(curve_, at.rates, before, 1.0);
        squares += error * error;
        sum += log_ceiling - log_values_[i] - log_room;  // dx/dy
      }
      before = log_odds;
    }
    const auto steps = static_cast<double>(values_.size() - 1);
    return sum - 0.5 * squares / (at.spread * at.spread) - steps * (std::log(at.spread) + half_log_two_pi);
  }

  Curve curve_;
  std::span<const double> values_;
  CeilingPrior prior_;
  double largest_;
  double log_above_;
  std::vector<CoordinatePrior> normals_;
  std::vector<double> log_values_;
};

ESSOR_INLINE CeilingPosterior ceiling_posterior(Curve curve, std::span<const double> values,
                                                const CeilingPrior& prior) {
  const CeilingDensity density(curve, values, prior);
  LatticeQuadrature quadrature([&](std::span<const double> x) { return density(x); }, density.scales());
  const LatticePoints lattice = quadrature.run(density.starts(), ceiling_agreement);
  constexpr double impossible = -std::numeric_limits<double>::infinity();
  CeilingPosterior posterior{curve, lattice.indices.empty() ? impossible : lattice.log_integral, {}};
  std::vector<double> x(density.dimensions());
  double below = 0.0;
  for (std::size_t k = 0; k < lattice.indices.size(); ++k) {
    below += lattice.weights[k];
    lattice.at(lattice.indices[k], x);
    while (static_cast<int>(posterior.points.size()) < ceiling_points &&
           (static_cast<double>(posterior.points.size()) + 0.5) / ceiling_points < below) {
      posterior.points.push_back(density.point(x));
    }
  }
  return posterior;
}

/// The log odds to come along one point's curve, and the standard deviations and covariances that noise gives them. Its
/// effect is taken to first order: exact for the logistic curve.
struct CeilingCourse {
  std::vector<double> log_odds;
  std::vector<double> variance;
  std::vector<double> speed;

  /// Noise of an earlier step goes on with the ratio of the speeds.
  double covariance(std::size_t early, std::size_t late) const { return variance[early] * speed[late] / speed[early]; }
};

ESSOR_INLINE CeilingCourse course_of(Curve curve, const CeilingPoint& point, double last, int horizon) {
  CeilingCourse course;
  double x = std::log(last) - std::log(point.ceiling - last);
  double speed = curve_speed(curve, point.rates, x);
  double variance = 0.0;
  for (int h = 0; h < horizon; ++h) {
    x = curve_after(curve, point.rates, x, 1.0);
    const double next = curve_speed(curve, point.rates, x);
    const double ratio = next / speed;
    variance = ratio * ratio * variance + point.spread * point.spread;
    speed = next;
    course.log_odds.push_back(x);
    course.variance.push_back(variance);
    course.speed.push_back(speed);
  }
  return course;
}

/// Weighted sums over points: quantiles of each step, and the covariances of the logarithms of the values.
class CeilingSums {
 public:
  CeilingSums(double last, int horizon)
      : last_(last),
        samples_(static_cast<std::size_t>(horizon)),
        mean_(Eigen::VectorXd::Zero(horizon)),
        second_(Eigen::MatrixXd::Zero(horizon, horizon)) {}

  void add(const CeilingCourse& course, double ceiling, double weight) {
    const auto steps = samples_.size();
    Eigen::VectorXd logs(static_cast<Eigen::Index>(steps));
    Eigen::VectorXd slopes(logs.size());  // d ln y / dx = 1 - y / K
    for (std::size_t h = 0; h < steps; ++h) {
      const double x = course.log_odds[h];
      const double sd = std::sqrt(course.variance[h]);
      for (int node = 0; node < score_count; ++node) {
        const double value = ceiling * std::exp(-log_rest(x + sd * score_at(node)));
        samples_[h].emplace_back(value, weight * normal_pdf(score_at(node)));
      }
      const auto row = static_cast<Eigen::Index>(h);
      logs[row] = std::log(ceiling) - std::log(last_) - log_rest(x);
      slopes[row] = std::exp(-log1p_exp(x));
    }
    mean_ += weight * logs;
    second_ += weight * logs * logs.transpose();
    for (Eigen::Index i = 0; i < logs.size(); ++i) {
      for (Eigen::Index j = 0; j < logs.size(); ++j) {
        const auto early = static_cast<std::size_t>(std::min(i, j));
        const auto late = static_cast<std::size_t>(std::max(i, j));
        second_(i, j) += weight * slopes[i] * slopes[j] * course.covariance(early, late);
      }
    }
  }

  PredictiveTable table() {
    PredictiveTable result(static_cast<Eigen::Index>(samples_.size()), score_count);
    for (std::size_t h = 0; h < samples_.size(); ++h) {
      result.row(static_cast<Eigen::Index>(h)) = weighted_nodes(samples_[h]);
    }
    return result;
  }

  Eigen::MatrixXd correlation() const {
    Eigen::MatrixXd result = second_ - mean_ * mean_.transpose();
    const Eigen::VectorXd sd = result.diagonal().cwiseMax(1e-200).cwiseSqrt();
    result.array() /= (sd * sd.transpose()).array();
    result.diagonal().setOnes();
    return result;
  }

 private:
  double last_;
  std::vector<std::vector<std::pair<double, double>>> samples_;
  Eigen::VectorXd mean_;
  Eigen::MatrixXd second_;
};

ESSOR_INLINE CeilingForecast forecast_below_ceiling(std::span<const double> values, const CeilingPrior& prior,
                                                    int horizon) {
  std::vector<CeilingPosterior> posteriors;
  std::vector<double> evidences;
  for (const Curve curve : ceiling_curves) {
    posteriors.push_back(ceiling_posterior(curve, values, prior));
    evidences.push_back(posteriors.back().log_evidence);
  }
  CeilingForecast forecast;
  const std::vector<double> weights = model_weights(evidences);
  std::copy(weights.begin(), weights.end(), forecast.weights.begin());
  const double top = *std::max_element(evidences.begin(), evidences.end());
  double sum = 0.0;
  for (const double evidence : evidences) sum += std::exp(evidence - top);
  forecast.log_evidence = top + std::log(sum / static_cast<double>(evidences.size()));

  const double last = values.back();
  CeilingSums sums(last, horizon);
  for (std::size_t k = 0; k < posteriors.size(); ++k) {
    const double weight = weights[k] / ceiling_points;
    for (const CeilingPoint& point : posteriors[k].points) {
      sums.add(course_of(posteriors[k].curve, point, last, horizon), point.ceiling, weight);
      forecast.paths.push_back({.curve = posteriors[k].curve,
                                .weight = weight,
                                .log_odds = std::log(last) - std::log(point.ceiling - last),
                                .rates = point.rates,
                                .spread = point.spread});
    }
  }
  forecast.table = sums.table();
  forecast.correlation = sums.correlation();
  return forecast;
}

/// The nodes of a step over the ceilings of the prior: as a known ceiling has them, else averaged over some.
/// @param bound the value of a node below a ceiling, and the weight of the ceiling
template <class Bound>
void average_over_ceilings(double* nodes, const CeilingPrior& prior, double largest, Bound&& bound) {
  constexpr int most_ceilings = 15;
  const int count = prior.known() ? 1 : most_ceilings;
  std::array<double, score_count> before;
  std::copy(nodes, nodes + score_count, before.begin());
  std::vector<std::pair<double, double>> samples;
  for (int i = 0; i < count; ++i) {
    const double ceiling = ceiling_at(prior, largest, (i + 0.5) / count);
    for (int node = 0; node < score_count; ++node) {
      const auto [value, weight] = bound(before.data(), node, ceiling);
      if (prior.known()) nodes[node] = value;
      samples.emplace_back(value, weight * normal_pdf(score_at(node)));
    }
  }
  if (prior.known()) return;
  const auto kept = weighted_nodes(samples);
  std::copy(kept.data(), kept.data() + score_count, nodes);
}

ESSOR_INLINE void truncate_at_ceiling(double* nodes, const CeilingPrior& prior) {
  average_over_ceilings(nodes, prior, 0.0, [](const double* before, int node, double ceiling) {
    const double left = normal_cdf(score_of_value(before, ceiling));
    const double score = normal_quantile(left * normal_cdf(score_at(node)));
    return std::pair(std::min(value_at_score(before, score), ceiling), left);
  });
}

ESSOR_INLINE void slow_below_ceiling(double* nodes, const CeilingPrior& prior, double largest, double last) {
  average_over_ceilings(nodes, prior, largest, [last](const double* before, int node, double ceiling) {
    const double growth = before[node] - last;
    const double room = ceiling - last;
    if (growth <= 0.0) return std::pair(before[node], 1.0);
    if (growth > 1e3 * room) return std::pair(ceiling, 1.0);
    return std::pair(last + growth / std::sqrt(std::sqrt(1.0 + std::pow(growth / room, 4.0))), 1.0);
  });
}

}  // namespace essor::detail
