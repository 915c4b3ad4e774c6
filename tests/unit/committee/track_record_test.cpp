#include "essor/committee/track_record.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace essor;

TEST_CASE("without a record, skill is the prior") {
  const TrackRecord none = track_record({});
  CHECK(none.probability_of_skill == doctest::Approx(0.5));
  CHECK(none.skill == doctest::Approx(0).epsilon(1e-12));
  CHECK(none.skill_sd == doctest::Approx(skill_prior_sd));
}

TEST_CASE("a hit raises skill, the more the less likely it was; a miss lowers it") {
  const auto after = [](double p, bool met) { return track_record({{p, met}}).skill; };
  CHECK(after(0.1, true) > after(0.5, true));
  CHECK(after(0.5, true) > after(0.9, true));
  CHECK(after(0.9, true) > 0);
  CHECK(after(0.9, false) < after(0.5, false));
  CHECK(after(0.5, true) == doctest::Approx(-after(0.5, false)));
}

TEST_CASE("the posterior equals a fine quadrature of its definition") {
  const std::vector<PastTarget> record{{0.3, true}, {0.6, true}, {0.2, false}, {0.8, true}};
  double total = 0, first = 0, above = 0;
  for (int i = -8000; i <= 8000; ++i) {
    const double theta = i / 1000.0;
    double mass = std::exp(-0.5 * theta * theta);
    for (const PastTarget& t : record) {
      const double p = 1 / (1 + std::exp(-(std::log(t.naive_probability / (1 - t.naive_probability)) + theta)));
      mass *= t.met ? p : 1 - p;
    }
    total += mass;
    first += mass * theta;
    above += theta > 0 ? mass : theta == 0 ? 0.5 * mass : 0;
  }
  const TrackRecord found = track_record(record);
  CHECK(found.skill == doctest::Approx(first / total).epsilon(1e-9));
  CHECK(found.probability_of_skill == doctest::Approx(above / total).epsilon(1e-6));
  CHECK(found.expected_by_naive == doctest::Approx(1.9));
  CHECK(found.met == 3);
}
