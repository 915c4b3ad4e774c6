// Systems of bounds on differences of unknowns: are they consistent, and what do they imply?
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "essor/config.hpp"

namespace essor {

/// x[to] - x[from] <= bound, said by `source`.
struct DifferenceBound {
  std::size_t from = 0;
  std::size_t to = 0;
  double bound = 0;
  std::size_t source = 0;
};

/// low <= difference <= high.
struct DifferenceInterval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// The sources of one set of bounds that cannot all hold: a cycle whose bounds sum to less than -tolerance
/// (Bellman-Ford); empty when all can. Each source is named once, in the order of the cycle.
std::vector<std::size_t> inconsistent_sources(std::size_t unknowns, const std::vector<DifferenceBound>& bounds,
                                              double tolerance = 1e-9);

/// What consistent bounds imply for x[to] - x[from]: shortest paths both ways.
DifferenceInterval implied_difference(std::size_t unknowns, const std::vector<DifferenceBound>& bounds,
                                      std::size_t from, std::size_t to);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/difference_constraints_inl.hpp"
#endif
