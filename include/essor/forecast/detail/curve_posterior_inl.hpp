#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/forecast/curve_posterior.hpp"
#include "essor/forecast/detail/count_samplers.hpp"
#include "essor/forecast/detail/curve_data.hpp"
#include "essor/forecast/detail/curve_means.hpp"
#include "essor/forecast/detail/lattice.hpp"
#include "essor/forecast/detail/log_rising.hpp"
#include "essor/numerics/gamma.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"

namespace essor {
namespace detail {

static_assert(curve_noise_degrees == 4.0, "the density below is written for it");

inline constexpr std::string_view curve_posterior_name = "curve_posterior";

/// What the random numbers of a posterior are for: part of their key.
inline constexpr std::uint16_t purpose_curve_start = 72;
inline constexpr std::uint16_t purpose_curve_draw = 73;
inline constexpr std::uint16_t purpose_curve_predict = 74;

/// Prior times likelihood of a curve, on the logarithmic scale.
class CurveDensity {
 public:
  CurveDensity(const CurveModel& model, std::vector<double> times, std::vector<double> observations,
               std::vector<CoordinatePrior> priors)
      : model_(model),
        times_(std::move(times)),
        y_(std::move(observations)),
        priors_(std::move(priors)),
        described_(curve_parameters(model.curve)),
        parameters_(described_.size()),
        means_(times_.size()) {
    for (const double y : y_) {
      log_y_.push_back(y > 0.0 ? std::log(y) : 0.0);
      if (counts(model.noise)) log_factorials_ += log_gamma(y + 1.0);
      if (model.noise == CurveNoise::lognormal) log_jacobian_ -= log_y_.back();
    }
    // The spread goes first: a lattice then meets few values of it, and what depends on it alone is kept.
    if (has_spread(model.noise)) add_free(described_.size());
    for (std::size_t j = 0; j < described_.size(); ++j) add_free(j);
    coordinates_.reserve(priors_.size());
    for (const CoordinatePrior& prior : priors_) coordinates_.push_back(prior.mean);
  }

  /// The coordinates that are not known, in the order of a point.
  const std::vector<std::size_t>& free() const { return free_; }

  double operator()(std::span<const double> point) {
    double log_prior = 0.0;
    for (std::size_t k = 0; k < free_.size(); ++k) {
      const CoordinatePrior& prior = priors_[free_[k]];
      const double z = (point[k] - prior.mean) / prior.sd;
      log_prior -= 0.5 * z * z + std::log(prior.sd) + 0.91893853320467274178;
      coordinates_[free_[k]] = point[k];
    }
    const double found = log_prior + log_likelihood(coordinates_);
    return std::isnan(found) ? -std::numeric_limits<double>::infinity() : found;
  }

  double log_likelihood(std::span<const double> coordinates) {
    set_parameters(coordinates);
    set_means();
    const double log_spread = has_spread(model_.noise) ? coordinates[described_.size()] : 0.0;
    switch (model_.noise) {
      case CurveNoise::lognormal:
      case CurveNoise::normal:
        return normal(log_spread);
      case CurveNoise::student_t:
        return student_t(std::exp(log_spread));
      case CurveNoise::poisson:
        return poisson();
      case CurveNoise::negative_binomial:
        break;
    }
    return negative_binomial(std::exp(log_spread));
  }

  std::span<const double> set_parameters(std::span<const double> coordinates) {
    for (std::size_t j = 0; j < described_.size(); ++j) {
      parameters_[j] = parameter_from_coordinate(described_[j].scale, coordinates[j]).value;
    }
    return parameters_;
  }

 private:
  /// As `curve_means`, without the gradients.
  void set_means() {
    double before = 0.0;
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const double level = curve_level(model_.curve, parameters_, times_[i]);
      if (model_.kind == CurveKind::flow) before = curve_level(model_.curve, parameters_, times_[i] - 1.0);
      means_[i] = model_.kind == CurveKind::level ? level : level - before;
      before = level;
    }
  }

  static constexpr double impossible = -std::numeric_limits<double>::infinity();

  void add_free(std::size_t coordinate) {
    if (priors_[coordinate].sd > 0.0) free_.push_back(coordinate);
  }

  double normal(double log_sigma) const {
    double squares = 0.0;
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const double mean = means_[i];
      if (model_.noise == CurveNoise::lognormal && !(mean > 0.0)) return impossible;
      const double r = model_.noise == CurveNoise::lognormal ? log_y_[i] - std::log(mean) : y_[i] - mean;
      squares += r * r;
    }
    return -0.5 * squares * std::exp(-2.0 * log_sigma) + log_jacobian_ -
           static_cast<double>(y_.size()) * (log_sigma + 0.91893853320467274178);
  }

  /// The density of t with 4 degrees of freedom is 3/8 (1 + z^2 / 4)^(-5/2).
  double student_t(double sigma) const {
    double logs = 0.0;
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const double half = 0.5 * (y_[i] - means_[i]) / sigma;
      logs += std::log1p(half * half);
    }
    return static_cast<double>(y_.size()) * (std::log(0.375) - std::log(sigma)) - 2.5 * logs;
  }

  double poisson() const {
    double sum = -log_factorials_;
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const double mean = means_[i];
      if (!(mean >= 0.0) || (mean == 0.0 && y_[i] > 0.0)) return impossible;
      sum += (y_[i] > 0.0 ? y_[i] * std::log(mean) : 0.0) - mean;
    }
    return sum;
  }

  double negative_binomial(double dispersion) {
    double sum = constant_of(dispersion);
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const double mean = means_[i];
      if (!(mean >= 0.0) || (mean == 0.0 && y_[i] > 0.0)) return impossible;
      if (mean == 0.0) continue;
      const double x = mean * dispersion;
      // -k ln(1 + x) + y ln(x / (1 + x)) + the constant; k (1 + x) -> mu as the dispersion falls to 0.
      const double log_more = std::log1p(x);
      sum += -log_more / dispersion + (y_[i] > 0.0 ? y_[i] * (std::log(mean) - log_more) : 0.0);
    }
    return sum;
  }

  /// What depends on the dispersion alone: the sum of ln Gamma(y + k) - ln Gamma(k) - y ln k - ln y!.
  double constant_of(double dispersion) {
    const auto key = std::bit_cast<std::uint64_t>(dispersion);
    if (const auto found = constants_.find(key); found != constants_.end()) return found->second;
    double sum = -log_factorials_;
    for (const double y : y_) sum += log_rising(y, dispersion);
    if (constants_.size() < 4096) constants_.emplace(key, sum);
    return sum;
  }

  CurveModel model_;
  std::vector<double> times_;
  std::vector<double> y_;
  std::vector<double> log_y_;
  double log_factorials_ = 0.0;
  double log_jacobian_ = 0.0;
  std::vector<CoordinatePrior> priors_;
  std::span<const CurveParameter> described_;
  std::vector<std::size_t> free_;
  std::vector<double> coordinates_;
  std::vector<double> parameters_;
  std::vector<double> means_;
  std::unordered_map<std::uint64_t, double> constants_;
};

ESSOR_INLINE void check_priors(const CurveModel& model, const std::vector<CoordinatePrior>& priors) {
  const std::vector<std::string> names = posterior_coordinates(model);
  check_same_size(curve_posterior_name, "priors", priors.size(), "coordinates", names.size());
  bool unknown = false;
  for (std::size_t j = 0; j < names.size(); ++j) {
    check_finite(curve_posterior_name, "prior mean of " + names[j], priors[j].mean);
    check_non_negative(curve_posterior_name, "prior sd of " + names[j], priors[j].sd);
    unknown = unknown || priors[j].sd > 0.0;
  }
  if (!unknown)
    throw_argument_error(curve_posterior_name, "priors", "all known", "nothing to infer: an sd must be > 0");
}

/// Where modes are sought: the mean of the prior, and draws of it that do not depend on the seed of the caller.
ESSOR_INLINE std::vector<std::vector<double>> prior_starts(const CurveDensity& density,
                                                           const std::vector<CoordinatePrior>& priors) {
  constexpr std::uint32_t count = 400;
  std::vector<std::vector<double>> starts(count);
  for (std::uint32_t k = 0; k < count; ++k) {
    Philox generator(0, {.path = k, .purpose = purpose_curve_start});
    for (const std::size_t j : density.free()) {
      starts[k].push_back(priors[j].mean + (k == 0 ? 0.0 : priors[j].sd * normal_rng(generator)));
    }
  }
  return starts;
}

/// A part of the posterior that a lattice holds: the curve's coordinates at one value of the spread.
struct PosteriorLayer {
  double spread;
  LatticePoints points;
};

/// Points of a lattice from which to seek the modes of a layer: its best, then the best that is no neighbour of those.
ESSOR_INLINE std::vector<std::vector<double>> layer_starts(const LatticePoints& lattice,
                                                           std::vector<std::size_t> of_layer) {
  const auto higher = [&](std::size_t a, std::size_t b) {
    return lattice.log_densities[a] > lattice.log_densities[b] ||
           (lattice.log_densities[a] == lattice.log_densities[b] && a < b);
  };
  std::sort(of_layer.begin(), of_layer.end(), higher);
  std::vector<std::size_t> chosen;
  const auto near = [&](std::size_t a, std::size_t b) {
    int distance = 0;
    for (std::size_t j = 1; j < lattice.dimensions; ++j) {
      distance = std::max(distance, std::abs(lattice.indices[a][j] - lattice.indices[b][j]));
    }
    return distance <= 3;
  };
  std::vector<std::vector<double>> starts;
  std::vector<double> point(lattice.dimensions);
  for (const std::size_t k : of_layer) {
    if (chosen.size() == 3) break;
    if (std::any_of(chosen.begin(), chosen.end(), [&](std::size_t other) { return near(k, other); })) continue;
    chosen.push_back(k);
    lattice.at(lattice.indices[k], point);
    starts.emplace_back(point.begin() + 1, point.end());
  }
  return starts;
}

/// Draws of a posterior. The smaller the spread, the narrower the curve's coordinates: one lattice over all of them
/// finds the integral, but its cells are too wide to draw from where the spread is small. So each value of the spread
/// that the lattice has gets a lattice of its own.
class PosteriorSampler {
 public:
  PosteriorSampler(const LatticePoints& lattice, CurveDensity& density, const std::vector<double>& scales, bool spread)
      : density_(density) {
    if (spread && lattice.dimensions > 1) {
      width_ = lattice.step * lattice.axes.front();
      add_layers(lattice, scales);
    } else {
      layers_.push_back({0.0, lattice});
    }
    weigh();
  }

  /// A cell by its weight, a place in it, and steps of an independence sampler towards the density itself.
  std::vector<double> draw(std::uint64_t seed, std::uint32_t path) {
    constexpr int steps = 24;
    Philox generator(seed, {.path = path, .purpose = purpose_curve_draw});
    Place current = propose(generator);
    for (int k = 0; k < steps; ++k) {
      Place next = propose(generator);
      if (std::log(uniform_rng(generator)) < next.log_ratio - current.log_ratio) current = std::move(next);
    }
    return std::move(current.x);
  }

 private:
  struct Place {
    std::vector<double> x;
    double log_ratio;  ///< density at x over that at the point of its cell
  };

  void add_layers(const LatticePoints& lattice, const std::vector<double>& scales) {
    std::map<std::int16_t, std::vector<std::size_t>> planes;
    for (std::size_t k = 0; k < lattice.indices.size(); ++k) planes[lattice.indices[k][0]].push_back(k);
    std::vector<double> point(lattice.dimensions);
    for (auto& [index, of_layer] : planes) {
      const double spread = lattice.centre.front() + width_ * index;
      LatticeQuadrature quadrature(
          [&](std::span<const double> x) {
            point.front() = spread;
            std::copy(x.begin(), x.end(), point.begin() + 1);
            return density_(point);
          },
          {scales.begin() + 1, scales.end()});
      LatticePoints points = quadrature.sketch(layer_starts(lattice, std::move(of_layer)));
      if (!points.indices.empty()) layers_.push_back({spread, std::move(points)});
    }
  }

  void weigh() {
    double top = -std::numeric_limits<double>::infinity();
    for (const PosteriorLayer& layer : layers_) top = std::max(top, layer.points.log_integral);
    double sum = 0.0;
    for (const PosteriorLayer& layer : layers_) {
      first_.push_back(cumulative_.size());
      const double mass = std::exp(layer.points.log_integral - top);
      for (const double weight : layer.points.weights) cumulative_.push_back(sum += mass * weight);
    }
  }

  Place propose(Philox& generator) {
    const double u = uniform_rng(generator) * cumulative_.back();
    const auto found = std::lower_bound(cumulative_.begin(), cumulative_.end() - 1, u) - cumulative_.begin();
    const auto at = static_cast<std::size_t>(found);
    const auto layer =
        static_cast<std::size_t>(std::upper_bound(first_.begin(), first_.end(), at) - first_.begin()) - 1;
    const LatticePoints& points = layers_[layer].points;
    const std::size_t k = at - first_[layer];
    std::array<double, most_lattice_dimensions> offset{};
    for (std::size_t j = 0; j < points.dimensions; ++j) offset[j] = uniform_rng(generator) - 0.5;
    const std::size_t before = width_ > 0.0 ? 1 : 0;
    Place place{std::vector<double>(before + points.dimensions), 0.0};
    if (before > 0) place.x.front() = layers_[layer].spread + width_ * (uniform_rng(generator) - 0.5);
    points.at(points.indices[k], std::span(place.x).subspan(before), offset);
    place.log_ratio = density_(place.x) - points.log_densities[k];
    return place;
  }

  CurveDensity& density_;
  double width_ = 0.0;  ///< of a layer, in the logarithm of the spread; 0 where there is none
  std::vector<PosteriorLayer> layers_;
  std::vector<std::size_t> first_;  ///< cell of each layer
  std::vector<double> cumulative_;
};

/// All coordinates of a point of the free ones.
ESSOR_INLINE std::vector<double> full_coordinates(const std::vector<CoordinatePrior>& priors,
                                                  const std::vector<std::size_t>& free, std::span<const double> point) {
  std::vector<double> result;
  for (const CoordinatePrior& prior : priors) result.push_back(prior.mean);
  for (std::size_t k = 0; k < free.size(); ++k) result[free[k]] = point[k];
  return result;
}

/// Parameters of the curve, then the spread where there is one.
ESSOR_INLINE std::vector<double> quantities_of(const CurveModel& model, std::span<const double> coordinates) {
  std::vector<double> result;
  const std::span<const CurveParameter> described = curve_parameters(model.curve);
  for (std::size_t j = 0; j < described.size(); ++j) {
    result.push_back(parameter_from_coordinate(described[j].scale, coordinates[j]).value);
  }
  if (has_spread(model.noise)) result.push_back(std::exp(coordinates[described.size()]));
  return result;
}

/// The curve at steps to come, as `CurveFit::predict` has them.
ESSOR_INLINE void curve_ahead(const CurvePosterior& posterior, std::span<const double> parameters,
                              std::span<double> ahead) {
  const double apart = mean_distance(posterior.times);
  const CurveModel& model = posterior.model;
  double before = curve_level(model.curve, parameters, posterior.times.back());
  for (std::size_t s = 0; s < ahead.size(); ++s) {
    const double time = posterior.times.back() + static_cast<double>(s + 1) * apart;
    const double level = curve_level(model.curve, parameters, time);
    if (model.kind == CurveKind::flow) before = curve_level(model.curve, parameters, time - 1.0);
    ahead[s] = model.kind == CurveKind::level ? level : level - before;
    before = level;
  }
}

ESSOR_INLINE double observe(CurveNoise noise, double mean, double spread, Philox& generator) {
  switch (noise) {
    case CurveNoise::lognormal:
      return mean * std::exp(spread * normal_rng(generator));
    case CurveNoise::normal:
      return mean + spread * normal_rng(generator);
    case CurveNoise::student_t:
      return mean + spread * student_t_rng(generator, curve_noise_degrees);
    case CurveNoise::poisson:
      return poisson_rng(generator, mean);
    case CurveNoise::negative_binomial:
      break;
  }
  return negative_binomial_rng(generator, mean, spread);
}

/// Means and standard deviations over the points of the lattice, and the means of the steps to come.
ESSOR_INLINE void weigh_quantities(const LatticePoints& lattice, const std::vector<std::size_t>& free, int steps,
                                   CurvePosterior& posterior) {
  const std::size_t count = posterior.quantities.size();
  std::vector<double> reference;
  std::vector<double> first(count, 0.0);
  std::vector<double> second(count, 0.0);
  std::vector<double> point(lattice.dimensions);
  std::vector<double> ahead(static_cast<std::size_t>(steps));
  posterior.expected.assign(ahead.size(), 0.0);
  for (std::size_t k = 0; k < lattice.indices.size(); ++k) {
    lattice.at(lattice.indices[k], point);
    const std::vector<double> values = quantities_of(posterior.model, full_coordinates(posterior.priors, free, point));
    if (reference.empty()) reference = values;
    for (std::size_t j = 0; j < count; ++j) {
      const double d = values[j] - reference[j];
      first[j] += lattice.weights[k] * d;
      second[j] += lattice.weights[k] * d * d;
    }
    if (steps == 0) continue;
    curve_ahead(posterior, std::span(values).first(curve_parameters(posterior.model.curve).size()), ahead);
    double total = posterior.model.kind == CurveKind::cumulative ? posterior.last_value : 0.0;
    for (std::size_t s = 0; s < ahead.size(); ++s) {
      total = posterior.model.kind == CurveKind::cumulative ? total + ahead[s] : ahead[s];
      posterior.expected[s] += lattice.weights[k] * total;
    }
  }
  for (std::size_t j = 0; j < count; ++j) {
    posterior.quantity_mean.push_back(reference[j] + first[j]);
    posterior.quantity_sd.push_back(std::sqrt(std::max(0.0, second[j] - first[j] * first[j])));
  }
}

}  // namespace detail

ESSOR_INLINE std::vector<std::string> posterior_coordinates(const CurveModel& model) {
  std::vector<std::string> names;
  for (const CurveParameter& parameter : curve_parameters(model.curve)) names.emplace_back(parameter.coordinate);
  if (has_spread(model.noise)) names.push_back("log_" + std::string(spread_name(model.noise)));
  return names;
}

ESSOR_INLINE std::vector<CoordinatePrior> default_curve_priors(std::span<const double> values, const CurveModel& model,
                                                               std::span<const double> times) {
  const std::vector<double> y = independent_observations(model.kind, model.noise, values);
  const std::vector<double> at = detail::times_or_steps(values.size(), times);
  const double h = detail::mean_distance(at);
  double level = 0.0;
  double top = 0.0;        // the largest level
  double total = 0.0;      // of the levels
  double magnitude = 0.0;  // the largest observation, without its sign
  for (const double one : y) {
    level = model.kind == CurveKind::level ? one : level + one;
    top = std::max(top, std::abs(level));
    total += level;
    magnitude = std::max(magnitude, std::abs(one));
  }
  // Where all is 0, one unit is the scale.
  if (top == 0.0) top = magnitude = 1.0;
  const CoordinatePrior ceiling = {std::log(2.0 * top), 1.0};
  const CoordinatePrior rate = {std::log((model.curve == Curve::gompertz ? 0.2 : 0.4) / h), 0.7};
  const CoordinatePrior centre = {at.front() + (0.75 * static_cast<double>(at.size()) - 1.0) * h, 6.0 * h};
  std::vector<CoordinatePrior> priors;
  switch (model.curve) {
    case Curve::linear:
      priors = {{total / static_cast<double>(y.size()), 2.0 * top}, {0.0, top / h}};
      break;
    case Curve::exponential:
      priors = {{std::log(y.front() > 0.0 ? y.front() : top), 2.0}, {0.0, 0.5 / h}};
      break;
    case Curve::logistic:
    case Curve::gompertz:
      priors = {ceiling, rate, centre};
      break;
    case Curve::richards:
      priors = {ceiling, rate, centre, {0.35, 0.5}};
      break;
    case Curve::bass:
      priors = {ceiling, {std::log(0.02 / h), 1.0}, rate};
      break;
  }
  if (model.noise == CurveNoise::lognormal) priors.push_back({std::log(0.1), 1.0});
  if (model.noise == CurveNoise::normal || model.noise == CurveNoise::student_t) {
    priors.push_back({std::log(0.1 * (magnitude > 0.0 ? magnitude : top)), 1.0});
  }
  if (model.noise == CurveNoise::negative_binomial) priors.push_back({std::log(0.05), 1.5});
  return priors;
}

ESSOR_INLINE CurvePosterior curve_posterior(std::span<const double> values, const CurveModel& model,
                                            const CurvePosteriorOptions& options, std::span<const double> times,
                                            int steps) {
  check_at_least(detail::curve_posterior_name, "draws", options.draws, 1);
  check_at_least(detail::curve_posterior_name, "steps", steps, 0);
  std::vector<double> y = independent_observations(model.kind, model.noise, values);
  CurvePosterior posterior{.model = model,
                           .times = detail::times_or_steps(values.size(), times),
                           .last_value = values.back(),
                           .coordinates = posterior_coordinates(model),
                           .priors = options.priors,
                           .draw_count = options.draws};
  if (posterior.priors.empty()) posterior.priors = default_curve_priors(values, model, times);
  detail::check_priors(model, posterior.priors);
  for (const CurveParameter& parameter : curve_parameters(model.curve))
    posterior.quantities.emplace_back(parameter.name);
  if (has_spread(model.noise)) posterior.quantities.emplace_back(spread_name(model.noise));

  detail::CurveDensity density(model, posterior.times, std::move(y), posterior.priors);
  const std::vector<std::size_t>& free = density.free();
  std::vector<double> scales;
  for (const std::size_t j : free) scales.push_back(posterior.priors[j].sd);
  detail::LatticeQuadrature quadrature([&](std::span<const double> x) { return density(x); }, scales);
  const detail::LatticePoints lattice = quadrature.run(detail::prior_starts(density, posterior.priors));
  if (lattice.indices.empty()) {
    throw_argument_error(detail::curve_posterior_name, "priors", "",
                         "no parameters that they allow give these values any probability");
  }
  posterior.log_evidence = lattice.log_integral;
  posterior.log_evidence_error = lattice.log_integral_error;
  posterior.nodes = lattice.indices.size();
  posterior.mean = detail::full_coordinates(posterior.priors, free, lattice.mean);
  posterior.sd.assign(posterior.mean.size(), 0.0);
  for (std::size_t k = 0; k < free.size(); ++k) {
    posterior.sd[free[k]] = std::sqrt(lattice.covariance[k * free.size() + k]);
  }
  detail::weigh_quantities(lattice, free, steps, posterior);

  const bool spread = free.front() == curve_parameters(model.curve).size();
  detail::PosteriorSampler sampler(lattice, density, scales, spread);
  const auto count = static_cast<std::size_t>(options.draws);
  posterior.draws.resize(count * posterior.mean.size());
  for (std::size_t d = 0; d < count; ++d) {
    const std::vector<double> drawn = sampler.draw(options.seed, static_cast<std::uint32_t>(d));
    const std::vector<double> all = detail::full_coordinates(posterior.priors, free, drawn);
    for (std::size_t j = 0; j < all.size(); ++j) posterior.draws[j * count + d] = all[j];
  }
  return posterior;
}

ESSOR_INLINE double curve_log_likelihood(std::span<const double> values, const CurveModel& model,
                                         std::span<const double> coordinates, std::span<const double> times) {
  const std::vector<std::string> names = posterior_coordinates(model);
  check_same_size("curve_log_likelihood", "coordinates", coordinates.size(), "coordinates of the model", names.size());
  detail::CurveDensity density(model, detail::times_or_steps(values.size(), times),
                               independent_observations(model.kind, model.noise, values),
                               std::vector<CoordinatePrior>(names.size(), {0.0, 1.0}));
  return density.log_likelihood(coordinates);
}

ESSOR_INLINE std::vector<double> CurvePosterior::predict(int steps, std::uint64_t seed, bool noise) const {
  check_at_least("CurvePosterior.predict", "steps", steps, 1);
  const auto count = static_cast<std::size_t>(draw_count);
  std::vector<double> ahead(static_cast<std::size_t>(steps));
  std::vector<double> result(count * ahead.size());
  std::vector<double> point(coordinates.size());
  for (std::size_t d = 0; d < count; ++d) {
    for (std::size_t j = 0; j < point.size(); ++j) point[j] = draws[j * count + d];
    const std::vector<double> values = detail::quantities_of(model, point);
    detail::curve_ahead(*this, std::span(values).first(curve_parameters(model.curve).size()), ahead);
    Philox generator(seed, {.path = static_cast<std::uint32_t>(d), .purpose = detail::purpose_curve_predict});
    double total = last_value;
    for (std::size_t s = 0; s < ahead.size(); ++s) {
      const double spread = has_spread(model.noise) ? values.back() : 0.0;
      const double value = noise ? detail::observe(model.noise, ahead[s], spread, generator) : ahead[s];
      total += value;
      result[s * count + d] = model.kind == CurveKind::cumulative ? total : value;
    }
  }
  return result;
}

ESSOR_INLINE std::vector<double> CurvePosterior::quantity_draws() const {
  const auto count = static_cast<std::size_t>(draw_count);
  std::vector<double> result(count * quantities.size());
  std::vector<double> point(coordinates.size());
  for (std::size_t d = 0; d < count; ++d) {
    for (std::size_t j = 0; j < point.size(); ++j) point[j] = draws[j * count + d];
    const std::vector<double> values = detail::quantities_of(model, point);
    for (std::size_t j = 0; j < values.size(); ++j) result[j * count + d] = values[j];
  }
  return result;
}

ESSOR_INLINE std::vector<double> CurvePosterior::saturation(double share) const {
  const auto count = static_cast<std::size_t>(draw_count);
  std::vector<double> result(count);
  std::vector<double> point(coordinates.size());
  for (std::size_t d = 0; d < count; ++d) {
    for (std::size_t j = 0; j < point.size(); ++j) point[j] = draws[j * count + d];
    const std::vector<double> values = detail::quantities_of(model, point);
    result[d] =
        saturation_time(model.curve, std::span(values).first(curve_parameters(model.curve).size()), share).value;
  }
  return result;
}

ESSOR_INLINE std::vector<double> model_weights(std::span<const double> log_evidences,
                                               std::span<const double> prior_weights) {
  constexpr std::string_view name = "model_weights";
  check_not_empty(name, "log_evidences", log_evidences.size());
  if (!prior_weights.empty()) {
    check_same_size(name, "prior_weights", prior_weights.size(), "log_evidences", log_evidences.size());
  }
  double top = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < log_evidences.size(); ++k) {
    if (std::isnan(log_evidences[k])) throw_argument_error(name, "log_evidences", log_evidences[k], "must not be NaN");
    const double prior = prior_weights.empty() ? 1.0 : prior_weights[k];
    check_non_negative(name, "prior_weights", prior);
    if (prior > 0.0) top = std::max(top, log_evidences[k]);
  }
  if (!std::isfinite(top)) {
    throw_argument_error(name, "prior_weights", "", "a model of finite evidence must have a positive weight");
  }
  std::vector<double> weights;
  double total = 0.0;
  for (std::size_t k = 0; k < log_evidences.size(); ++k) {
    weights.push_back((prior_weights.empty() ? 1.0 : prior_weights[k]) * std::exp(log_evidences[k] - top));
    total += weights.back();
  }
  for (double& weight : weights) weight /= total;
  return weights;
}

}  // namespace essor
