#pragma once

#include <algorithm>

#include "essor/numerics/difference_constraints.hpp"

namespace essor {

namespace detail {

ESSOR_INLINE double shortest_path(std::size_t unknowns, const std::vector<DifferenceBound>& bounds, std::size_t from, std::size_t to) {
  std::vector<double> reach(unknowns, std::numeric_limits<double>::infinity());
  reach[from] = 0;
  for (std::size_t round = 0; round < unknowns; ++round)
    for (const DifferenceBound& b : bounds) reach[b.to] = std::min(reach[b.to], reach[b.from] + b.bound);
  return reach[to];
}

}  // namespace detail

ESSOR_INLINE std::vector<std::size_t> inconsistent_sources(std::size_t unknowns, const std::vector<DifferenceBound>& bounds, double tolerance) {
  std::vector<double> reach(unknowns, 0.0);
  std::vector<std::size_t> via(unknowns, bounds.size());
  std::size_t changed = unknowns;
  for (std::size_t round = 0; round <= unknowns; ++round) {
    changed = unknowns;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      const DifferenceBound& b = bounds[i];
      if (!(reach[b.from] + b.bound < reach[b.to] - tolerance)) continue;
      reach[b.to] = reach[b.from] + b.bound;
      via[b.to] = i;
      changed = b.to;
    }
    if (changed == unknowns) return {};
  }
  for (std::size_t step = 0; step < unknowns; ++step) changed = bounds[via[changed]].from;  // now inside the cycle
  std::vector<std::size_t> sources;
  std::size_t at = changed;
  do {
    const DifferenceBound& b = bounds[via[at]];
    if (std::find(sources.begin(), sources.end(), b.source) == sources.end()) sources.push_back(b.source);
    at = b.from;
  } while (at != changed);
  return sources;
}

ESSOR_INLINE DifferenceInterval implied_difference(std::size_t unknowns, const std::vector<DifferenceBound>& bounds, std::size_t from, std::size_t to) {
  return {-detail::shortest_path(unknowns, bounds, to, from), detail::shortest_path(unknowns, bounds, from, to)};
}

}  // namespace essor
