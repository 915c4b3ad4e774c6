// Published figures that cannot all be true, and what follows when one of them is given up.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "essor/config.hpp"
#include "essor/indicators/window.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

/// What follows when one claim is given up and the others are kept.
struct ClaimReading {
  std::uint32_t dropped = 0;  ///< row of published
  Bounds implied;             ///< what the others imply for the dropped claim
  Period window;              ///< the later window of the pair that the readings compare
  Bounds g_cost, g_impact;  ///< growth on the log scale, bounds (value NaN); the sign of impact changed where its good
                            ///< direction is down
  double p_observed = std::numeric_limits<double>::quiet_NaN();  ///< P(d > 0), at its lowest over the bounds
  std::optional<Trajectory> trajectory;                          ///< the class, where it is the same over the bounds
};

/// One set of claims that contradict each other (or the record).
struct Contradiction {
  std::uint32_t metric = 0;
  std::vector<std::uint32_t> claims;     ///< rows of published
  std::vector<std::uint32_t> cost_rows;  ///< rows of the record that take part
  std::vector<std::uint32_t> measurement_rows;
  std::vector<ClaimReading> readings;  ///< one for each claim given up
};

/// Claims u_t, growth of cost and growth of impact, with the record's own C_t and I_t, are bounds on differences of ln
/// C_t, ln I_t and 0, so a contradiction is a cycle of bounds whose sum is negative. First the claims are held against
/// each other, then against the record. A point is taken as rounded in its last significant digit, and in the second at
/// least (0.4 is 0.395 to 0.405).
std::vector<Contradiction> contradictions(const View& view, std::uint32_t metric);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/indicators/detail/contradictions_inl.hpp"
#endif
