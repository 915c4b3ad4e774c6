// What the record of one product and metric says over one window of months, and against the window before.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "essor/model/bounds.hpp"
#include "essor/model/period.hpp"
#include "essor/model/vocabulary.hpp"

namespace essor {

/// Where a product goes in the plane of growth of impact against growth of cost, in the order in which the classes are
/// tried. The classes are this library's own: the founding document pictures them without a definition.
enum class Trajectory : std::uint8_t {
  too_early,
  unicorn,
  declining,
  falling_cost,
  stagnating,
  flat_cost,
  increasing,
  constant,
  decreasing
};

template <>
struct words<Trajectory> {
  static constexpr std::array list{"too early", "unicorn",    "declining", "falling cost", "stagnating",
                                   "flat cost", "increasing", "constant",  "decreasing"};
};

/// One window of one metric of one product.
struct WindowFigures {
  std::uint32_t product = 0;  ///< index into Portfolio::products()
  std::uint32_t metric = 0;   ///< index into Portfolio::metrics()
  Period window;
  Bounds cost;
  Bounds impact;     ///< stock metrics: mean stock x months, so unit-months
  Bounds unit_cost;  ///< not known for rates and for metrics whose good direction is down
  double g_cost = std::numeric_limits<double>::quiet_NaN();  ///< ln C_t - ln C_{t-1}
  double g_impact =
      std::numeric_limits<double>::quiet_NaN();  ///< ln I_t - ln I_{t-1}, sign changed when the good direction is down
  double cost_elasticity = std::numeric_limits<double>::quiet_NaN();
  double p_observed = std::numeric_limits<double>::quiet_NaN();
  double p_trend = std::numeric_limits<double>::quiet_NaN();
  double prior_share =
      std::numeric_limits<double>::quiet_NaN();  ///< posterior sd / prior sd of the trend; above 0.9: not identified
  Trajectory trajectory = Trajectory::too_early;
  double p_trajectory = std::numeric_limits<double>::quiet_NaN();
  double cost_error = 0;    ///< relative standard deviation used for the cost
  double impact_error = 0;  ///< the same for the impact
  bool tied = false;        ///< cost was computed as unit cost x volume: only the unit cost's error counts
  CostStatus cost_status = CostStatus::paid;
  std::uint32_t perimeter = 0;                  ///< text of the perimeter, see Portfolio::text
  std::int32_t price_year = 0;                  ///< 0: prices of the period itself
  int p_bound = 0;                              ///< 1: p_observed is at least so much, -1: at most, 0: so much
  int falls = 0;                                ///< pairs of windows behind p_trend
  bool follows = false;                         ///< the window before is adjacent, and comparable
  std::vector<std::uint32_t> cost_rows;         ///< rows of the costs table that were summed
  std::vector<std::uint32_t> measurement_rows;  ///< rows of the measurements table that were used
};

}  // namespace essor
