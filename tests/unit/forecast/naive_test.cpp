#include "essor/forecast/naive.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using essor::naive_reach_probability;

TEST_CASE("staying where one is is as likely as not, in either direction") {
  const std::vector<double> history = {80, 100, 90, 120};
  CHECK(naive_reach_probability(history, 120, 1, true) == doctest::Approx(0.5));
  CHECK(naive_reach_probability(history, 120, 4, false) == doctest::Approx(0.5));
}

TEST_CASE("an easier target is likelier, a further step more open") {
  const std::vector<double> history = {80, 100, 90, 120};
  double last = 1.0;
  for (const double target : {60.0, 100.0, 120.0, 130.0, 200.0, 1e6}) {
    const double p = naive_reach_probability(history, target, 1, true);
    CHECK(p < last);
    CHECK(p > 0.0);
    CHECK(p + naive_reach_probability(history, target, 1, false) == doctest::Approx(1.0));
    last = p;
  }
  CHECK(naive_reach_probability(history, 200, 6, true) > naive_reach_probability(history, 200, 1, true));
}

TEST_CASE("a calm history makes the same target more ambitious") {
  const std::vector<double> calm = {100, 101, 100, 99, 100, 100};
  const std::vector<double> wild = {100, 160, 70, 150, 60, 100};
  CHECK(naive_reach_probability(calm, 130, 1, true) < 0.05);
  CHECK(naive_reach_probability(wild, 130, 1, true) > 0.15);
}

TEST_CASE("one value: the spread of the class alone") {
  // Averaged over the class, by the midpoint rule of the same grid written out: T_4 is the distribution function of
  // t_4.
  const auto cdf4 = [](double t) {
    const double r = 1.0 + 0.25 * t * t;
    return 0.5 + 0.375 * t / std::sqrt(r) * (1.0 - t * t / (12.0 * r));
  };
  const essor::ClassPrior& prior = essor::general_prior;
  double mass = 0.0;
  double reached = 0.0;
  for (int i = 0; i < 16; ++i) {
    const double z = -2.5 + (i + 0.5) * 5.0 / 16.0;
    const double sigma = std::exp(prior.spread_mean + z * prior.spread_sd);
    const double weight = std::exp(-0.5 * z * z);
    mass += weight;
    reached += weight * cdf4(-std::log(1.5) / (sigma * std::sqrt(2.0)));
  }
  CHECK(naive_reach_probability(std::vector{10.0}, 15, 2, true) == doctest::Approx(reached / mass).epsilon(1e-9));
}

TEST_CASE("zeros and a target of zero") {
  CHECK(naive_reach_probability(std::vector<double>{5, 3}, 0, 1, true) == 1.0);
  CHECK(naive_reach_probability(std::vector<double>{5, 3}, 0, 1, false) == 0.0);
  const double p = naive_reach_probability(std::vector<double>{4, 0}, 4, 1, true);
  CHECK(p > 0.0);
  CHECK(p < 0.5);
}

TEST_CASE("wrong arguments") {
  CHECK_THROWS_AS(naive_reach_probability({}, 1, 1, true), essor::ArgumentError);
  CHECK_THROWS_AS(naive_reach_probability(std::vector{-1.0}, 1, 1, true), essor::ArgumentError);
  CHECK_THROWS_AS(naive_reach_probability(std::vector{1.0}, -1, 1, true), essor::ArgumentError);
  CHECK_THROWS_AS(naive_reach_probability(std::vector{1.0}, std::nan(""), 1, true), essor::ArgumentError);
  CHECK_THROWS_AS(naive_reach_probability(std::vector{1.0}, 1, 0, true), essor::ArgumentError);
}
