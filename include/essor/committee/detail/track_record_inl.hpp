#pragma once

#include <algorithm>
#include <cmath>

#include "essor/committee/track_record.hpp"
#include "essor/numerics/quadrature.hpp"

namespace essor {

ESSOR_INLINE TrackRecord track_record(const std::vector<PastTarget>& targets) {
  TrackRecord record;
  record.targets = static_cast<int>(targets.size());
  for (const PastTarget& t : targets) {
    record.met += t.met;
    record.expected_by_naive += t.naive_probability;
  }
  double total = 0, first = 0, second = 0, above = 0;
  for (const QuadraturePoint& point : gauss_hermite_32) {
    const double theta = skill_prior_sd * point.node;
    double mass = point.weight;
    for (const PastTarget& t : targets) {
      const double p = std::clamp(t.naive_probability, 0.01, 0.99);
      const double odds = p / (1 - p) * std::exp(theta);
      mass *= (t.met ? odds : 1.0) / (1 + odds);
    }
    total += mass;
    first += mass * theta;
    second += mass * theta * theta;
    if (theta > 0) above += mass;
  }
  record.skill = first / total;
  record.skill_sd = std::sqrt(std::max(0.0, second / total - record.skill * record.skill));
  record.probability_of_skill = above / total;
  return record;
}

}  // namespace essor
