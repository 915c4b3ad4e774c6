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
  const auto posterior = [&](double theta) {
    double mass = std::exp(-0.5 * theta * theta / (skill_prior_sd * skill_prior_sd));
    for (const PastTarget& t : targets) {
      const double p = std::clamp(t.naive_probability, 0.01, 0.99);
      const double odds = p / (1 - p) * std::exp(theta);
      mass *= (t.met ? odds : 1.0) / (1 + odds);
    }
    return mass;
  };
  const double reach = 8 * skill_prior_sd;
  double total = 0, first = 0, second = 0, above = 0;
  for (const double low :
       {-reach, -0.5 * reach, 0.0, 0.5 * reach}) {  // panels that meet at 0, where P(theta > 0) is cut
    const double mass = integrate(posterior, low, low + 0.5 * reach, gauss_legendre_32);
    total += mass;
    first +=
        integrate([&](double theta) { return theta * posterior(theta); }, low, low + 0.5 * reach, gauss_legendre_32);
    second += integrate([&](double theta) { return theta * theta * posterior(theta); }, low, low + 0.5 * reach,
                        gauss_legendre_32);
    if (low >= 0) above += mass;
  }
  record.skill = first / total;
  record.skill_sd = std::sqrt(std::max(0.0, second / total - record.skill * record.skill));
  record.probability_of_skill = above / total;
  return record;
}

}  // namespace essor
