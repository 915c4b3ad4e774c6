// Reference classes: what a panel of comparable histories teaches a forecast.
#pragma once

#include <Eigen/Core>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "essor/forecast/detail/growth_model.hpp"
#include "essor/forecast/detail/pool_model.hpp"
#include "essor/forecast/priors.hpp"

namespace essor {

/// One history of a panel.
struct PanelSeries {
  std::vector<double> values;  ///< oldest first, 0 or from 1e-140 to 1e140
  std::string label = {};      ///< its sub-class; empty: none
  std::string group = {};      ///< series of a group are held back together; empty: each by itself
  bool borrowed = false;       ///< of another panel: teaches the pool of models alone
};

/// What the forecasts scored on the series they had not seen, before they were taken into the class.
struct HeldBackScore {
  double crps = 0.0;        ///< mean continuous ranked probability score, in units of the mean absolute change
  double coverage50 = 0.0;  ///< share of values inside the central 50 % interval
  double coverage80 = 0.0;
  double coverage95 = 0.0;
};

/// Lengths of history for which the shares of the models are learnt, in values, or with a season in halves of it;
/// between them they go with the logarithm.
inline constexpr std::array<int, 5> share_lengths = {3, 5, 8, 14, 24};
using Shares = std::array<double, share_lengths.size()>;

/// What a panel teaches about histories of one season.
struct SeasonModel {
  int season = 1;                         ///< periods of a season; 1: none
  int steps = 0;                          ///< how far ahead it was fitted
  int months = 0;                         ///< length of a period of the panel; 0: not known
  int series = 0;                         ///< how many series taught it
  int origins = 0;                        ///< how many forecasts were compared with what came after
  Shares pool_weight{};                   ///< share of the pool beside the growth regression
  Shares width{1.0, 1.0, 1.0, 1.0, 1.0};  ///< by which the spread of the two together is multiplied
  double steady = 1.0;                    ///< with a season: how far steady histories are left to the class's model
                                          ///< without one, in [0, 1]
  Eigen::MatrixXd correlation;            ///< steps x steps: of the normal scores of the steps of one history
  detail::PoolModel pool;                 ///< not fitted where the panel has no history long enough
  detail::GrowthModel growth;             ///< for histories from one value on
  detail::GrowthModel unlabelled;         ///< where the panel has labels: learnt without them and the level
  HeldBackScore held_back = {};           ///< on the origins

  /// The growth regression of a label; of those without one, where the panel has labels.
  const detail::GrowthModel& growth_of(int label) const {
    return label < 0 && unlabelled.fitted() ? unlabelled : growth;
  }
};

/// A reference class: a value that a panel makes and that forecasts take.
struct ReferenceClass {
  std::string name;                 ///< how results call it
  std::string source;               ///< which data, fitted by what
  std::vector<std::string> labels;  ///< the sub-classes it knows
  std::vector<SeasonModel> models;  ///< one for each season, the one fitted first; never empty
  std::vector<std::string> notes = {};

  /// The place of a sub-class among the labels; -1: not one of them.
  int label_index(std::string_view label) const;
  /// The model of a season, or the nearest that has one too.
  const SeasonModel& model_for(int season) const;
};

/// A class that is shipped, made once and kept; and all of them.
const ReferenceClass& shipped_class(Reference reference);
std::vector<const ReferenceClass*> shipped_classes();

/// Options of `fit_reference_class`.
struct ReferenceOptions {
  int horizon;               ///< steps ahead, >= 1
  int season = 1;            ///< periods of a season; 1: none
  int months = 0;            ///< length of a period; 0: not known
  bool any_unit = false;     ///< it serves histories of other units and kinds: nothing is learnt from the level, and
                             ///< the location of the pool is what needs no panel
  std::string name = "own";  ///< how results call it
  std::string source = {};
  /// Classes it may start from; empty: from nothing.
  std::vector<const ReferenceClass*> priors = shipped_classes();
};

/// Fits a reference class to a panel by rolling origins.
///
/// Every series is cut at ten origins or fewer (with a season, every second of the last twenty), and, unless series
/// begin with a launch, shortened besides to the last 3, 5 and 8 values (with a season, to a season and one value, two
/// and one, three and one); what came after is compared with
/// what two forecasters say who know the other series only:
///
/// - the pool: exponential smoothing with damped trend on values and logarithms, smoothing with drift, and where there
///   is a season seasonal naive forecasts, weighed by
///   \f$ w_k \propto \exp(\theta' x_k + \eta \sqrt{(n-1)/10}\, \ell_k) \f$ with traits \f$ x_k \f$ of the members
///   and log likelihoods \f$ \ell_k \f$ per value; beside it a regression of the change ahead on past changes and, as
///   far as it does better on what is held back, or alone with `any_unit`, level, drift and damped trends weighed by
///   likelihood; a log-linear spread times pooled quantiles;
/// - the growth regression: location, spread, skewness and tail of log growth by ridge regression on past growth, level
///   and label, smoothed over the number of values; where the panel begins with a launch (half of its series or more
///   grow fastest at first) and has 100 series or more of 7 values, two small neural networks join it, and those of a
///   prior that knows the labels and steps; not with a season or `any_unit`, nor where all are of one `group`.
///
/// Their shares, the width of both together and the correlation between steps come from forecasts of series held back
/// (4 parts).
///
/// Few series teach little. Of the priors that know the season, the one that forecasts the panel best as it is, is
/// where the fit starts: the ridge then holds the coefficients to the prior's, and shares, width, correlation and the
/// shape of the pool's errors count it as 32 series. It is left where it loses: where series held back are forecast
/// worse than from nothing by more than two standard errors. Fewer than 8 such series are no judges,
/// then it is kept. The notes say which it was and what it brought; if it has seen series of the panel, they flatter
/// it. Where the prior knows all labels of the panel and has seen such levels, the series are taken to be of the same
/// kind: its deviations and levels are where they start too. With a season, the prior's model without one joins the
/// class, else the first that one of the priors has: histories that hardly leave a steady change (see `forecast`) are
/// left to it with a share of 32 / (32 + series), or 1 with `any_unit`.
///
/// Recent origins weigh more, each older period e^-1.2 times less. Panels of more than 800 series (own, or
/// borrowed) are thinned evenly, and the notes say so.
/// @throw ArgumentError if the horizon or the season is below 1; fewer than 3 series have a value after their first; a
/// value is NaN, infinite, negative, or neither 0 nor from 1e-140 to 1e140 (series and index are named).
/// @par Source weights learnt on a panel: P. Montero-Manso, G. Athanasopoulos, R. J. Hyndman and T. S. Talagala (2020),
/// FFORMA, International Journal of Forecasting 36(1), 86-92, doi:10.1016/j.ijforecast.2019.02.011; the growth
/// regression's distribution: M. C. Jones and A. Pewsey (2009), Biometrika 96(4), 761-780, doi:10.1093/biomet/asp053.
ReferenceClass fit_reference_class(std::span<const PanelSeries> panel, const ReferenceOptions& options);

namespace detail {

/// One of the shares, or between two.
/// @param length effective
double share_between(const Shares& shares, double length);
/// The share of the pool for a history of so many values; at its least length somewhat less, so that no step is sharp.
double pool_share_at(const SeasonModel& model, std::size_t values, int season);
/// The correlation of the class for any horizon: beyond its steps, that of a random walk goes on.
Eigen::MatrixXd correlation_of(const SeasonModel& model, int horizon);
/// The two forecasts as one: the mean of their quantiles, its spread around the median multiplied by the width.
void combine(PredictiveTable& table, const PredictiveTable& pool, double share, double width);

}  // namespace detail

/// The numbers of a model in a fixed order, for storing; and back.
/// @throw ArgumentError if their count is not that of the sizes they state.
std::vector<double> numbers_of(const SeasonModel& model);
SeasonModel model_from_numbers(std::span<const double> numbers);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/reference_class_inl.hpp"
#endif
