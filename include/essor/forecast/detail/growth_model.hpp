// What a class of growing series teaches about the growth of another of which little is known yet.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "essor/forecast/detail/growth_coefficients.hpp"
#include "essor/forecast/detail/predictive.hpp"

namespace essor::detail {

/// A series of the class, from its first value on.
struct GrowthSeries {
  std::span<const double> values;  ///< not negative
  int label;                       ///< its kind, from 0; -1: none
  int part = -1;                   ///< the part it is held back with; -1: its place among the series, modulo the parts
};

/// The model fitted without each of the parts.
struct GrowthFolds {
  std::vector<GrowthModel> parts;

  /// The forecast by the model that has not seen the part `fold`.
  PredictiveTable table(std::span<const double> history, int label, int steps, int fold) const;
};

/// Fits the model. Centres, scales and levels are those of the whole class, also in the models of the parts; what it
/// has in common with a prior is standardised as there.
///
/// Beyond the sixth, only some steps are fitted, and none that fewer than a third of the series reach: the model says
/// which. Likewise the anchors end where fewer than a fifth of the series reach. Both go as far as the prior's,
/// whatever the series reach. Networks join where a panel begins with a launch and has a hundred series or more of
/// seven values, and those of a prior of the same kind that has learnt the same steps; with `any_unit` or a season
/// none.
/// @param steps how far ahead
/// @param folds how many parts are held back in turn; the shape is that of the errors made on the part held back
/// @param held_back unless null, takes the models fitted without each of the parts
/// @throw ArgumentError unless steps >= 1, folds >= 2 and some series has two values
GrowthModel fit_growth(std::span<const GrowthSeries> panel, int steps, int folds, GrowthFolds* held_back,
                       const GrowthOptions& options = {});

/// Quantiles of the values to come, steps x nodes: of the regression, averaged with those of the networks.
///
/// A label that the class does not have is none: the class as a whole, without the deviations of the labels. Zeros are
/// shifted by half the smallest positive value of the history, and no quantile is below 0. The logarithm grows or falls
/// by 9 at most. Of a history longer than twice the last anchor, the last values are seen. Quantiles of steps between
/// those fitted are interpolated. Beyond them, the median goes on by its last increment, damped by 0.9 a step, and the
/// spread grows with the root of the step. A level that is not comparable with those of the class is taken as their
/// mean.
/// @param model fitted
/// @param history at least one value, not negative
PredictiveTable forecast_growth(const GrowthModel& model, std::span<const double> history, int label, int steps);

/// The share of the networks in the forecast of a history of so many values; 0: the model has none.
double share_of_networks(const GrowthModel& model, std::size_t points);

/// Does a panel begin with a launch, and grow fastest then? 1 if so, 0 if not.
double launched_share(std::span<const GrowthSeries> panel);

/// The level of a history; where it lies a deviation beyond all of the class, and 3.5 from their mean, it is of another
/// unit and says nothing: then the mean of the class.
double comparable_level(const GrowthModel& model, double level, int label);

/// All numbers of a model in a row, and the model again.
std::vector<double> to_numbers(const GrowthModel& model);
/// @throw ArgumentError if these are not the numbers of a model
GrowthModel growth_from_numbers(std::span<const double> numbers);

}  // namespace essor::detail

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/growth_model_inl.hpp"
#endif
