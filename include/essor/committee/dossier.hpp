// The dossier of a committee: a value without a format.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "essor/indicators/differences.hpp"
#include "essor/indicators/window.hpp"
#include "essor/model/bounds.hpp"
#include "essor/model/date.hpp"
#include "essor/model/period.hpp"
#include "essor/model/vocabulary.hpp"

namespace essor {

enum class AnswerStatus : std::uint8_t { answered, missing_record, not_computed };
template <>
struct words<AnswerStatus> {
  static constexpr std::array list{"answered", "missing_record", "not_computed"};
};

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The answer to one of the questions Q1-Q12. `interval` is the 90 % interval; NaN where a figure does not apply.
struct Answer {
  std::string id;        ///< "Q1" ... "Q12"
  std::string question;  ///< in the language of the dossier
  AnswerStatus status = AnswerStatus::not_computed;
  std::string answer;  ///< one to four sentences, in the language of the dossier
  double value = unknown;
  std::string unit;  ///< of value: "EUR/file", "probability", ... ; empty where there is none
  double standard_error = unknown;
  double low = unknown;
  double high = unknown;
  std::vector<std::string> evidence;  ///< ids of the rows used: "costs row 3", see Dossier::evidence
  std::vector<std::string> missing;   ///< which record would answer it
};

/// A line of the impact matrix: what is measured at a level, and what a unit of it costs.
struct MatrixLine {
  Level level = Level::used;
  std::string metric;
  std::string unit;
  Kind kind = Kind::flow;
  Period period;            ///< of `now`
  Bounds now;               ///< latest known figure
  double before = unknown;  ///< the figure one comparable period earlier
  double change = unknown;  ///< now / before - 1
  MeasurementStatus status = MeasurementStatus::measured;
  Bounds unit_cost;  ///< of the latest window; per unit, or per unit-month for stocks
  double unit_cost_before = unknown;
  double population = unknown;
  std::string agreed_by;  ///< who agreed on the metric, empty when nobody has
  std::optional<Date> agreed_on;
  std::string evidence;
};

/// A target: what was promised, what happened.
struct TargetLine {
  std::string metric;
  std::string unit;
  Period period;
  double target = unknown;
  Bounds reached;
  std::optional<bool> met;             ///< nothing when not known yet
  double naive_probability = unknown;  ///< what the naive forecast of the day it was set gave to reaching it
  std::optional<Date> set_on;
  std::string evidence;
};

/// An objective for the next period, from the forecast at the cost of the last one.
struct ObjectiveLine {
  std::string metric;
  std::string unit;
  Period period;
  double median = unknown;
  double low = unknown;        ///< 5 % quantile
  double high = unknown;       ///< 95 % quantile
  double realistic = unknown;  ///< what is reached with probability 0.8
  double unit_cost = unknown;  ///< at the cost of the last period, median
  double target = unknown;     ///< the target set, where there is one
  double p_target = unknown;
};

/// What an amount for the next period would bring.
struct FundingLine {
  double amount = unknown;
  double change = unknown;     ///< against what was spent last, amount / last - 1
  double median = unknown;     ///< of the main metric, in the next period
  double low = unknown;        ///< 5 % quantile
  double high = unknown;       ///< 95 % quantile
  double realistic = unknown;  ///< what is reached with probability 0.8
  double unit_cost = unknown;  ///< at the median
  double goal = unknown;       ///< the target set; where there is none, what is realistic for the amount spent last
  double p_goal = unknown;
  double standard_error = unknown;  ///< Monte Carlo, of p_goal
};

/// A line of the budget, by activity.
struct BudgetLine {
  std::string activity;  ///< word of the activity, empty for entries without one
  ActivityGroup group = ActivityGroup::other;
  double paid = 0;
  double committed = 0;
  double planned = 0;
  double share = unknown;  ///< of the sum of the column that has figures
};

/// One funder's view of the last window.
struct FunderLine {
  std::string funder;
  double cost = unknown;
  double share = unknown;
  Bounds impact_in_scope;  ///< where measurements carry the funder's scope
};

/// Published figures that cannot all be true, and what follows in each reading.
struct ContradictionLine {
  std::string statement;              ///< "0.40 in 2021, ... imply 0.85 to 0.92 in 2020; published: more than 1"
  std::vector<std::string> claims;    ///< ids of the rows
  std::vector<std::string> readings;  ///< one sentence per reading
};

/// A line of the sponsor's grid, with the evidence that helps to fill it (scores are left to the sponsor).
struct GridLine {
  int part = 1;  ///< 1 the last months, 2 the next months, 3 needs
  std::string question;
  std::string evidence;
};

/// A point of the chart of the main metric.
struct ChartPoint {
  Period period;
  Bounds value;
  double cost = unknown;
  double unit_cost = unknown;
};

/// A step of the forecast of the main metric.
struct ForecastPoint {
  Period period;
  double q05 = unknown, q10 = unknown, q50 = unknown, q90 = unknown, q95 = unknown;
};

/// How published spending estimates moved, as each year's committee could have known it.
struct EstimateLine {
  Date known_on;
  double total = unknown;     ///< estimated total cost known on that day
  double overrun = unknown;   ///< against the first estimate, total / first - 1
  double per_unit = unknown;  ///< cost per unit of the main metric where it was known
  std::string unit;
  std::string evidence;
};

/// A row used as evidence.
struct EvidenceLine {
  std::string id;    ///< "costs row 3"
  std::string text;  ///< "1 200 000 EUR, 2021, paid"
  std::string source;
  std::optional<Date> known_on;
};

struct Dossier {
  Language language = Language::french;
  Date date;  ///< what was known on that day, and nothing later
  std::string product, name, mission, url, demo_url, priority, currency, perimeter;
  std::optional<Phase> phase;
  std::optional<Date> go_live;
  std::string funder;    ///< for whom the dossier is drawn up; empty: all funders
  std::string aim;       ///< decision expected from the committee, one sentence
  std::string headline;  ///< one sentence for the first page
  std::string question;  ///< the question to ask, from the trajectory
  std::string main_metric, main_unit;
  std::vector<Answer> answers;         ///< Q1 ... Q12, in order
  std::vector<WindowFigures> windows;  ///< windows of the main metric, latest first
  std::vector<MatrixLine> matrix;
  std::vector<TargetLine> targets;
  std::vector<ObjectiveLine> objectives;
  std::vector<FundingLine> funding;  ///< candidate amounts for the next period, ascending
  std::string funding_basis;         ///< where the effect of the amount comes from, one sentence
  std::vector<BudgetLine> budget;
  std::vector<std::string> budget_notes;  ///< rounding that was tolerated, statuses that were not added
  std::vector<FunderLine> funders;
  std::vector<DifferenceLine> differences;
  std::vector<ContradictionLine> contradictions;
  std::vector<EstimateLine> estimates;
  std::vector<GridLine> grid;
  std::vector<ChartPoint> chart;
  std::vector<ForecastPoint> forecast;
  std::vector<std::string> would_change;  ///< what would change the decision
  std::vector<std::string> notes;         ///< each default taken
  std::vector<EvidenceLine> evidence;
};

/// For which day, for whom and in which language a dossier is drawn up.
struct DossierOptions {
  std::optional<Date> date =
      std::nullopt;         ///< day of the committee: nothing known later is used; none: the whole record
  std::string funder = {};  ///< for whom; empty: all funders
  Language language = Language::french;
  std::uint64_t seed = 0;  ///< of the draws of the forecast
};

}  // namespace essor
