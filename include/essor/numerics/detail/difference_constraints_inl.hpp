#pragma once

#include <algorithm>

#include "essor/numerics/difference_constraints.hpp"

namespace essor {

namespace detail {

ESSOR_INLINE double shortest_path(std::size_t unknowns, const std::vector<DifferenceBound>& bounds, std::size_t from,
                                  std::size_t to) {
  std::vector<double> reach(unknowns, std::numeric_limits<double>::infinity());
  reach[from] = 0;
  for (std::size_t round = 0; round < unknowns; ++round)
    for (const DifferenceBound& b : bounds) reach[b.to] = std::min(reach[b.to], reach[b.from] + b.bound);
  return reach[to];
}

/// Whether the bounds that last lowered each unknown lead back from one to itself: the unknown, or how many there are.
ESSOR_INLINE std::size_t cycle_through(const std::vector<DifferenceBound>& bounds, const std::vector<std::size_t>& via,
                                       std::size_t start) {
  std::size_t at = start;
  for (std::size_t step = 0; step <= via.size() && via[at] < bounds.size(); ++step) {
    at = bounds[via[at]].from;
    if (at == start) return start;
  }
  return via.size();
}

ESSOR_INLINE std::vector<std::size_t> sources_of_cycle(const std::vector<DifferenceBound>& bounds,
                                                       const std::vector<std::size_t>& via, std::size_t start) {
  std::vector<std::size_t> sources;
  std::size_t at = start;
  do {
    const DifferenceBound& b = bounds[via[at]];
    if (std::find(sources.begin(), sources.end(), b.source) == sources.end()) sources.push_back(b.source);
    at = b.from;
  } while (at != start);
  std::reverse(sources.begin(), sources.end());
  return sources;
}

}  // namespace detail

ESSOR_INLINE std::vector<std::size_t> inconsistent_sources(std::size_t unknowns,
                                                           const std::vector<DifferenceBound>& bounds,
                                                           double tolerance) {
  std::vector<double> reach(unknowns, 0.0);
  std::vector<std::size_t> via(unknowns, bounds.size());
  for (;;) {
    bool changed = false;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      const DifferenceBound& b = bounds[i];
      if (!(reach[b.from] + b.bound < reach[b.to] - tolerance)) continue;
      reach[b.to] = reach[b.from] + b.bound;
      via[b.to] = i;
      changed = true;
      if (const std::size_t start = detail::cycle_through(bounds, via, b.to); start < unknowns)
        return detail::sources_of_cycle(bounds, via, start);
    }
    if (!changed) return {};  // without a cycle each unknown is reached by a simple path, so this ends
  }
}

ESSOR_INLINE DifferenceInterval implied_difference(std::size_t unknowns, const std::vector<DifferenceBound>& bounds,
                                                   std::size_t from, std::size_t to) {
  return {-detail::shortest_path(unknowns, bounds, to, from), detail::shortest_path(unknowns, bounds, from, to)};
}

}  // namespace essor
