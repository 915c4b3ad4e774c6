// How far predicted growth is from what came: the loss of the growth models, and its slopes.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstddef>

#include "essor/forecast/detail/growth_columns.hpp"
#include "essor/numerics/normal.hpp"

namespace essor::detail {

/// Weight of the logarithm of the CRPS of the value, beside the logarithmic score of its logarithm: what is bet is the
/// value.
inline constexpr double growth_crps_weight = 1.0;

/// Location, log scale, skewness and log tail, each a column.
using GrowthPredictors = Eigen::Array<double, Eigen::Dynamic, growth_part_count>;

inline Eigen::ArrayXd array_asinh(const Eigen::ArrayXd& x) {
  const Eigen::ArrayXd size = x.abs();
  return x.sign() * (size + (size.square() + 1.0).sqrt()).log();
}

/// The standard score of the logarithmic growth y, clamped to asinh +-30, and what it is made of.
struct GrowthScore {
  Eigen::ArrayXd scale, tail, standard, arc, score;
  GrowthScore(const GrowthPredictors& eta, const Eigen::ArrayXd& y)
      : scale(eta.col(1).max(-9.0).min(4.0).exp()),
        tail(eta.col(3).max(-1.5).min(1.0).exp()),
        standard((y - eta.col(0)) / scale),
        arc(array_asinh(standard)),
        score((tail * arc - eta.col(2)).max(-30.0).min(30.0)) {}
};

/// The CRPS is taken at the probabilities 0.1, 0.2, ..., 0.9.
inline constexpr int crps_levels = 9;

/// Adds the logarithm of the CRPS of exp(y) to each row's loss, and its slopes.
inline void add_log_crps(const GrowthPredictors& eta, const GrowthScore& at, const Eigen::ArrayXd& y,
                         double crps_weight, Eigen::ArrayXd& loss, GrowthPredictors& slope) {
  static const std::array<double, crps_levels> scores = [] {
    std::array<double, crps_levels> made{};
    for (std::size_t k = 0; k < made.size(); ++k)
      made[k] = std::asinh(normal_quantile(0.1 * static_cast<double>(k + 1)));
    return made;
  }();
  const Eigen::ArrayXd value = y.exp();
  Eigen::ArrayXd crps = 0.01 * crps_levels * value.min(1.0);
  GrowthPredictors sums = GrowthPredictors::Zero(y.size(), eta.cols());
  Eigen::ArrayXd turned(y.size()), grown(y.size()), sinh(y.size()), cosh(y.size()), quantile(y.size()), pull(y.size());
  for (std::size_t k = 0; k < scores.size(); ++k) {
    const double level = 0.1 * static_cast<double>(k + 1);
    turned = ((scores[k] + eta.col(2)) / at.tail).max(-4.0).min(4.0);
    grown = turned.exp();
    sinh = 0.5 * (grown - grown.inverse());
    cosh = grown - sinh;
    quantile = (eta.col(0) + at.scale * sinh).max(-8.0).min(8.0);
    grown = quantile.exp();
    pull = (value < grown).select(Eigen::ArrayXd::Constant(y.size(), 1.0 - level), -level);
    crps += pull * (grown - value);
    pull *= (quantile.abs() < 8.0).select(grown, 0.0);
    sums.col(0) += pull;
    sums.col(1) += pull * sinh;
    pull *= (turned.abs() < 4.0).select(cosh, 0.0);
    sums.col(2) += pull;
    sums.col(3) += pull * turned;
  }
  loss += crps_weight * (crps * (2.0 / crps_levels)).log();
  crps = crps_weight * crps.inverse();
  slope.col(0) += crps * sums.col(0);
  slope.col(1) += crps * sums.col(1) * at.scale;
  slope.col(2) += crps * sums.col(2) * at.scale / at.tail;
  slope.col(3) -= crps * sums.col(3) * at.scale;
}

/// The loss of the rows of a block, and its slopes by the four predictors.
inline Eigen::ArrayXd growth_losses(const GrowthPredictors& eta, const Eigen::ArrayXd& y, double crps_weight,
                                    GrowthPredictors& slope) {
  const GrowthScore at(eta, y);
  const Eigen::ArrayXd grown = at.score.exp();
  const Eigen::ArrayXd sinh = 0.5 * (grown - grown.inverse());
  const Eigen::ArrayXd cosh = grown - sinh;
  const Eigen::ArrayXd root = 1.0 + at.standard.square();
  Eigen::ArrayXd loss = at.scale.log() - (at.tail * cosh).log() + 0.5 * root.log() + 0.5 * sinh.square();
  const Eigen::ArrayXd by_score = (at.score.abs() < 30.0).select(sinh * cosh - sinh / cosh, 0.0);
  const Eigen::ArrayXd by_standard = by_score * at.tail / root.sqrt() + at.standard / root;
  slope.col(0) = -by_standard / at.scale;
  slope.col(1) = 1.0 - by_standard * at.standard;
  slope.col(2) = -by_score;
  slope.col(3) = by_score * at.tail * at.arc - 1.0;
  if (crps_weight > 0.0) add_log_crps(eta, at, y, crps_weight, loss, slope);
  slope.col(1) = (eta.col(1) > -9.0 && eta.col(1) < 4.0).select(slope.col(1), 0.0);
  slope.col(3) = (eta.col(3) > -1.5 && eta.col(3) < 1.0).select(slope.col(3), 0.0);
  return loss;
}

}  // namespace essor::detail
