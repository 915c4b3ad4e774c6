// Returns of a panel: does cost grow more slowly than impact across products? A description, not a cause.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "essor/config.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

/// A coefficient with its standard error (clustered by product and metric); NaN where it cannot be estimated.
struct Coefficient {
  double value = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
};

/// What the scale would be if only `reliability` of the variance of growth of volume were real.
struct ReliabilityRow {
  double reliability = 1;
  double scale_if_tied = std::numeric_limits<double>::quiet_NaN();  ///< cost computed from volume: (b - (1 - r)) / r
  double scale_if_independent = std::numeric_limits<double>::quiet_NaN();  ///< cost measured by itself: b / r
};

/// Estimates of a panel of windows.
struct PanelReturns {
  std::size_t series = 0;   ///< products and metrics with at least one pair of adjacent windows
  std::size_t pairs = 0;    ///< pairs of adjacent windows
  std::size_t windows = 0;  ///< windows in the panel regression
  Coefficient scale;  ///< b of ln C_it = a_i + g_t + b ln I_it - l ln(sum of past I_i) + e; increasing returns: b < 1
  Coefficient learning;        ///< l of the same; learning: l > 0
  Coefficient cost_on_impact;  ///< slope of g_C on g_I, first differences
  Coefficient impact_on_cost;  ///< slope of g_I on g_C
  double impact_on_cost_reversed =
      std::numeric_limits<double>::quiet_NaN();  ///< 1 / impact_on_cost: the other direction of the same line
  Coefficient instrumented;  ///< slope of g_C on g_I with g_I of the first vintage as instrument for that of the last
  std::size_t instrumented_pairs = 0;
  std::vector<ReliabilityRow> reliability;  ///< of cost_on_impact
  bool tied = false;                        ///< some cost was computed as unit cost x volume
};

/// Panel estimates over windows of 12 months of one product or all, one metric or all (rates, metrics whose good
/// direction is down and those at level activity are left out). Least squares; a_i and g_t are removed exactly, with an
/// own a_i after each change of perimeter or price year. Neither direction of the first differences bounds the truth
/// when cost and volume share an error: read both with the table of reliabilities.
/// @throw ArgumentError when the product, or the metric of the product, is not in the portfolio.
PanelReturns returns(const View& view, std::optional<std::string_view> product = std::nullopt,
                     std::optional<std::string_view> metric = std::nullopt, int months = 12);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/indicators/detail/returns_inl.hpp"
#endif
