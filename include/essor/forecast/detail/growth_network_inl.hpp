#pragma once

#include "essor/forecast/detail/growth_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "essor/config.hpp"
#include "essor/forecast/detail/growth_loss.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"

namespace essor::detail {

/// How the network is fitted. Chosen on digital services, by classes of other countries.
inline constexpr Eigen::Index network_units = 64;
inline constexpr Eigen::Index network_batch = 256;
/// How often each row is seen.
inline constexpr double network_epochs = 40.0;
inline constexpr double network_rate = 3e-3;
/// The share of units that is left out at each step.
inline constexpr double network_dropout = 0.1;
/// Weight of the logarithm of the CRPS of the value, beside the logarithmic score of its logarithm.
inline constexpr double network_crps_weight = 0.75;
/// What one unit of the last layer's sum changes a predictor by: the learning rates of the parts.
inline constexpr std::array<double, growth_part_count> network_gains{0.3, 1.0, 0.5, 0.3};

ESSOR_INLINE Eigen::Index network_inputs(int labels) {
  return static_cast<Eigen::Index>(growth_feature::count) + 1 + (labels > 1 ? 2 * Eigen::Index{labels} : 0);
}

ESSOR_INLINE void write_inputs(const GrowthFeatures& features, double level, int label, int labels, double* row) {
  row = std::copy(features.begin(), features.end(), row);
  *row++ = soft_bound(level, 4.0);
  if (labels < 2) return;
  for (int one = 0; one < labels; ++one) {
    *row++ = one == label ? 1.0 : 0.0;
    *row++ = one == label ? soft_bound(level, 4.0) : 0.0;
  }
}

/// A layer applied to rows.
inline GrowthNetwork::Table through(const GrowthNetwork::Table& layer, const GrowthNetwork::Table& rows) {
  GrowthNetwork::Table sum = rows * layer.topRows(layer.rows() - 1);
  sum.rowwise() += layer.row(layer.rows() - 1);
  return sum;
}

/// The slope of the loss by the weights of a layer, from that by its sums.
inline GrowthNetwork::Table by_weights(const GrowthNetwork::Table& rows, const GrowthNetwork::Table& slope) {
  GrowthNetwork::Table made(rows.cols() + 1, slope.cols());
  made.topRows(rows.cols()).noalias() = rows.transpose() * slope;
  made.row(rows.cols()) = slope.colwise().sum();
  return made;
}

/// Numbers in the order of a network's tables.
using NetworkArray = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// x / (1 + exp(-x)), and its slope.
struct Silu {
  GrowthNetwork::Table value;
  GrowthNetwork::Table slope;
  explicit Silu(const GrowthNetwork::Table& x) : value(x.rows(), x.cols()), slope(x.rows(), x.cols()) {
    const NetworkArray gate = (1.0 + (-x.array()).max(-300.0).min(300.0).exp()).inverse();
    value = x.array() * gate;
    slope = gate * (1.0 + x.array() * (1.0 - gate));
  }
};

/// The four predictors of a step, from the sums of the last layer: the location is that of the step before and what is
/// added.
inline GrowthPredictors predictors_of(const GrowthNetwork::Table& sums, Eigen::Index step) {
  GrowthPredictors eta(sums.rows(), static_cast<Eigen::Index>(growth_part_count));
  eta.col(0).setZero();
  for (Eigen::Index before = 0; before <= step; ++before) {
    eta.col(0) += network_gains[0] * sums.col(before * eta.cols()).array();
  }
  for (Eigen::Index p = 1; p < eta.cols(); ++p) {
    eta.col(p) = network_gains[static_cast<std::size_t>(p)] * sums.col(step * eta.cols() + p).array();
  }
  return eta;
}

/// The loss's slope by the sums of the last layer, mean over what was seen.
inline GrowthNetwork::Table slope_of_loss(const GrowthNetwork::Table& sums, const GrowthNetwork::Table& targets,
                                          const Eigen::VectorXd& weight) {
  constexpr auto parts = static_cast<Eigen::Index>(growth_part_count);
  GrowthNetwork::Table slopes(sums.rows(), sums.cols());
  double total = 0.0;
  for (Eigen::Index step = 0; step < targets.cols(); ++step) {
    const Eigen::ArrayXd target = targets.col(step).array();
    const Eigen::ArrayXd seen = target.isNaN().select(0.0, weight.array());
    total += seen.sum();
    GrowthPredictors slope(sums.rows(), parts);
    growth_losses(predictors_of(sums, step), target.isNaN().select(0.0, target), network_crps_weight, slope);
    for (Eigen::Index p = 0; p < parts; ++p) {
      slopes.col(step * parts + p) = (seen * slope.col(p) * network_gains[static_cast<std::size_t>(p)]).matrix();
    }
  }
  for (Eigen::Index step = targets.cols() - 1; step-- > 0;) slopes.col(step * parts) += slopes.col((step + 1) * parts);
  return slopes / std::max(total, 1e-300);
}

/// What the weights of the three layers move by.
using GrowthLayers = std::array<GrowthNetwork::Table, 3>;

/// The slope by all weights; units are left out by `generator`.
inline GrowthLayers network_slope(const GrowthNetwork& network, const GrowthNetwork::Table& inputs,
                                  const GrowthNetwork::Table& targets, const Eigen::VectorXd& weight,
                                  Philox& generator) {
  const auto thinned = [&](Silu& layer) {
    const auto least = static_cast<std::uint32_t>(network_dropout * 0x1p32);
    for (double *value = layer.value.data(), *slope = layer.slope.data(), *end = value + layer.value.size();
         value < end; ++value, ++slope) {
      const double kept = generator() >= least ? 1.0 / (1.0 - network_dropout) : 0.0;
      *value *= kept;
      *slope *= kept;
    }
  };
  Silu first(through(network.first, inputs));
  thinned(first);
  Silu second(through(network.second, first.value));
  thinned(second);
  const GrowthNetwork::Table by_last = slope_of_loss(through(network.last, second.value), targets, weight);
  const GrowthNetwork::Table by_second =
      (by_last * network.last.topRows(network_units).transpose()).cwiseProduct(second.slope);
  const GrowthNetwork::Table by_first =
      (by_second * network.second.topRows(network_units).transpose()).cwiseProduct(first.slope);
  return {by_weights(inputs, by_first), by_weights(first.value, by_second), by_weights(second.value, by_last)};
}

/// A layer of random weights, so that sums are about as large as what they are of.
inline GrowthNetwork::Table random_layer(Eigen::Index inputs, Eigen::Index units, double size, Philox& generator) {
  GrowthNetwork::Table layer = GrowthNetwork::Table::Zero(inputs + 1, units);
  const double widest = size * std::sqrt(3.0 / static_cast<double>(inputs));
  for (Eigen::Index i = 0; i < inputs * units; ++i) layer.data()[i] = widest * (2.0 * uniform_rng(generator) - 1.0);
  return layer;
}

/// Random weights, and the mean growth and its mean deviation at each step, whatever the history; of a step that no row
/// reaches, those of the step before.
inline void start_network(GrowthNetwork& network, const NetworkRows& rows, Philox& generator) {
  constexpr auto parts = static_cast<Eigen::Index>(growth_part_count);
  network.first = random_layer(rows.inputs.cols(), network_units, 1.0, generator);
  network.second = random_layer(network_units, network_units, 1.0, generator);
  network.last = random_layer(network_units, parts * rows.targets.cols(), 0.1, generator);
  double before = 0.0;
  double deviation = 1.0;
  for (Eigen::Index step = 0; step < rows.targets.cols(); ++step) {
    const Eigen::ArrayXd target = rows.targets.col(step).array();
    const Eigen::ArrayXd seen = target.isNaN().select(0.0, rows.weight.array());
    const Eigen::ArrayXd known = target.isNaN().select(0.0, target);
    double mean = before;
    if (const double total = seen.sum(); total > 0.0) {
      mean = (seen * known).sum() / total;
      deviation = (seen * (known - mean).abs()).sum() / total + 1e-3;
    }
    network.last(network_units, step * parts) = (mean - before) / network_gains[0];
    network.last(network_units, step * parts + 1) = std::log(deviation) / network_gains[1];
    before = mean;
  }
}

/// Moves weights against their slopes, each by its own measure; slopes count as 1 at most, so that no batch upsets
/// them.
/// @par Source D. P. Kingma and J. Ba (2015), Adam: a method for stochastic optimization, ICLR, arXiv:1412.6980.
class Adam {
 public:
  void move(GrowthNetwork::Table& weights, const GrowthNetwork::Table& slope, double rate, double first_bias,
            double second_bias) {
    if (mean_.size() == 0) {
      mean_ = NetworkArray::Zero(slope.rows(), slope.cols());
      square_ = mean_;
    }
    const NetworkArray bounded = slope.array().max(-1.0).min(1.0);
    mean_ = 0.9 * mean_ + 0.1 * bounded;
    square_ = 0.999 * square_ + 0.001 * bounded.square();
    weights.array() -= rate * (mean_ / first_bias) / ((square_ / second_bias).sqrt() + 1e-8);
  }

 private:
  NetworkArray mean_;
  NetworkArray square_;
};

/// Means and deviations of the inputs. One that hardly varies has taught nothing: its scale makes it 0 always.
inline void fit_inputs(GrowthNetwork& network, const NetworkRows& rows) {
  const double total = rows.weight.sum();
  network.centres = rows.inputs.transpose() * rows.weight / total;
  const GrowthNetwork::Table apart = rows.inputs.rowwise() - network.centres.transpose();
  const Eigen::ArrayXd deviations = (apart.cwiseAbs2().transpose() * rows.weight / total).array().sqrt();
  network.scales = (deviations > 1e-6).select(deviations, 1e9);
}

/// Each input in deviations from its mean, bounded.
inline void standardise_inputs(const GrowthNetwork& network, double* row) {
  for (Eigen::Index j = 0; j < network.centres.size(); ++j) {
    row[j] = soft_bound((row[j] - network.centres[j]) / network.scales[j], 5.0);
  }
}

inline NetworkRows rows_without(const NetworkRows& rows, int part) {
  std::vector<Eigen::Index> kept;
  for (std::size_t i = 0; i < rows.part.size(); ++i) {
    if (rows.part[i] != part) kept.push_back(static_cast<Eigen::Index>(i));
  }
  return {rows.inputs(kept, Eigen::all), rows.targets(kept, Eigen::all), rows.weight(kept), {}};
}

/// Learns from the rows in random batches, ever more slowly.
inline void teach(GrowthNetwork& network, const NetworkRows& rows, Philox& generator) {
  std::array<Adam, 3> adam;
  GrowthNetwork::Table inputs(network_batch, rows.inputs.cols());
  GrowthNetwork::Table targets(network_batch, rows.targets.cols());
  Eigen::VectorXd weight(network_batch);
  const auto count = static_cast<std::uint64_t>(rows.inputs.rows());
  const auto steps = static_cast<int>(network_epochs * static_cast<double>(count) / network_batch) + 1;
  double first_bias = 1.0;
  double second_bias = 1.0;
  for (int step = 0; step < steps; ++step) {
    for (Eigen::Index i = 0; i < network_batch; ++i) {
      const auto row = static_cast<Eigen::Index>((std::uint64_t{generator()} * count) >> 32U);
      inputs.row(i) = rows.inputs.row(row);
      targets.row(i) = rows.targets.row(row);
      weight[i] = rows.weight[row];
    }
    const GrowthLayers slope = network_slope(network, inputs, targets, weight, generator);
    first_bias *= 0.9;
    second_bias *= 0.999;
    const double rate = network_rate * (1.0 - static_cast<double>(step) / steps);
    const std::array layers{&network.first, &network.second, &network.last};
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
      adam[layer].move(*layers[layer], slope[layer], rate, 1.0 - first_bias, 1.0 - second_bias);
    }
  }
}

/// Weights are kept to five decimals, which is finer than they are known: a class is then saved in half the space.
inline void round_weights(GrowthNetwork& network) {
  for (GrowthNetwork::Table* const layer : {&network.first, &network.second, &network.last}) {
    *layer = (layer->array() * 1e5).round() / 1e5;
  }
}

ESSOR_INLINE GrowthNetwork fit_network(const NetworkRows& rows, int without, int start) {
  GrowthNetwork network;
  NetworkRows seen = rows_without(rows, without);
  fit_inputs(network, seen);
  for (Eigen::Index i = 0; i < seen.inputs.rows(); ++i) standardise_inputs(network, &seen.inputs(i, 0));
  Philox generator(static_cast<std::uint64_t>(start));
  start_network(network, seen, generator);
  teach(network, seen, generator);
  round_weights(network);
  return network;
}

ESSOR_INLINE GrowthPredictors predict_network(const GrowthNetwork& network, const Eigen::VectorXd& inputs) {
  GrowthNetwork::Table row = inputs.transpose();
  standardise_inputs(network, row.data());
  const GrowthNetwork::Table sums =
      through(network.last, Silu(through(network.second, Silu(through(network.first, row)).value)).value);
  GrowthPredictors predicted(network.steps(), static_cast<Eigen::Index>(growth_part_count));
  for (Eigen::Index step = 0; step < network.steps(); ++step) predicted.row(step) = predictors_of(sums, step).row(0);
  return predicted;
}

}  // namespace essor::detail
