// A small neural network for the growth of series that begin with a launch, beside the growth regression.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "essor/forecast/detail/growth_columns.hpp"

namespace essor::detail {

/// The network: two layers of silu units, then location, log scale, skewness and log tail of each of the steps.
///
/// It sees what the regression sees, but as a whole: at which growth, level and unrest together histories go on quietly
/// is no sum of what each says. It is fitted for all numbers of points at once.
/// @par Source S. Elfwing, E. Uchibe and K. Doya (2018), Sigmoid-weighted linear units for neural network function
/// approximation in reinforcement learning, Neural Networks 107, 3-11, doi:10.1016/j.neunet.2017.12.012.
struct GrowthNetwork {
  using Table = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  Eigen::VectorXd centres;  ///< of the inputs
  Eigen::VectorXd scales;   ///< of the inputs
  Table first;              ///< weights, inputs x units; the last row is what is added
  Table second;
  Table last;

  /// How many steps ahead it sees.
  Eigen::Index steps() const { return last.cols() / static_cast<Eigen::Index>(growth_part_count); }
};

/// What the network is fitted on.
struct NetworkRows {
  GrowthNetwork::Table inputs;   ///< not standardised yet
  GrowthNetwork::Table targets;  ///< growth to each of the steps; NaN where past the end
  Eigen::VectorXd weight;
  std::vector<int> part;  ///< the part each is held back with
};

/// How many inputs there are with so many labels.
Eigen::Index network_inputs(int labels);

/// Writes the inputs of a history.
/// @param level the last logarithm, in deviations from the mean of its label
/// @param label from 0; -1: none
void write_inputs(const GrowthFeatures& features, double level, int label, int labels, double* row);

/// Fits a network by stochastic gradient descent, the same each time.
/// @param rows at least one outside the part that is not seen, of a weight above 0
/// @param without the part that is not seen; -1: none
/// @param start which random weights it starts from
GrowthNetwork fit_network(const NetworkRows& rows, int without, int start);

/// The predictors: steps x (location, log scale, skewness, log tail).
Eigen::Array<double, Eigen::Dynamic, growth_part_count> predict_network(const GrowthNetwork& network,
                                                                        const Eigen::VectorXd& inputs);

}  // namespace essor::detail

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/growth_network_inl.hpp"
#endif
