// Track record: does the team reach what it promises, beyond what was easy to reach?
#pragma once

#include <vector>

#include "essor/config.hpp"

namespace essor {

/// One target whose outcome is known, with what the naive forecast of the day it was set gave to reaching it.
struct PastTarget {
  double naive_probability = 0.5;
  bool met = false;
};

/// theta of hit_j ~ Bernoulli(logit^-1(logit p_j + theta)): skill beyond easy targets.
struct TrackRecord {
  int targets = 0;
  int met = 0;
  double expected_by_naive = 0;  ///< sum of p_j
  double skill = 0;              ///< E[theta | record]
  double skill_sd = 1;
  double probability_of_skill = 0.5;  ///< P(theta > 0 | record)
};

/// Standard deviation of theta among teams before a record is seen, theta ~ N(0, sd^2): with 1, nine teams in ten are
/// between one fifth and five times the naive odds. A convention of this library.
inline constexpr double skill_prior_sd = 1.0;

/// Posterior of theta by Gauss-Legendre quadrature over eight prior standard deviations either side. Naive
/// probabilities are held within 0.01 and 0.99: no naive forecast from a short history is surer than that.
TrackRecord track_record(const std::vector<PastTarget>& targets);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/committee/detail/track_record_inl.hpp"
#endif
