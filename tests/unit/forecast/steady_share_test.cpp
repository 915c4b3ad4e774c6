#include "essor/forecast/detail/steady_share.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

using essor::detail::steadiness;
using essor::detail::steady_share;

namespace {

/// A growth a step, beside it a wave of so much over twelve steps.
std::vector<double> months(int count, double growth, double wave) {
  std::vector<double> values;
  for (int t = 0; t < count; ++t) values.push_back(std::exp(growth * t + wave * std::sin(t * std::numbers::pi / 6)));
  return values;
}

}  // namespace

TEST_CASE("steadiness is the mean change over the mean change of the changes, below 4") {
  const std::vector<double> values = {1, 3, 4, 8};  // changes 2, 1, 4; of these 1, 3
  CHECK(steadiness(values) == doctest::Approx((7.0 / 3) / std::hypot(2.0, 0.25 * 7 / 3)));
  CHECK(steadiness(std::vector<double>{5, 6, 7, 8}) == 4.0);
  CHECK(steadiness(std::vector<double>{8, 7, 6, 5}) == 4.0);
  CHECK(steadiness(std::vector<double>{1, 2, 3, 1}) == 0.0);
  CHECK(steadiness(std::vector<double>{2, 2, 2}) == 0.0);
}

TEST_CASE("what changes steadily is forecast without a season, on either scale and in any unit") {
  for (const double growth : {-0.2, -0.03, 0.03, 0.2}) {
    CAPTURE(growth);
    CHECK(steady_share(months(12, growth, 0.0), 12) > 0.99);
    CHECK(steady_share(months(60, growth, 0.0), 12) > 0.99);
  }
  CHECK(steady_share(std::vector<double>{100, 120, 140, 160, 180, 200, 220, 240}, 12) > 0.95);
  const std::vector<double> uneven = {100, 121, 138, 162, 181, 199};
  std::vector<double> large = uneven;
  for (double& value : large) value *= 1e305;
  CHECK(steady_share(large, 12) == doctest::Approx(steady_share(uneven, 12)).epsilon(1e-9));
  CHECK(steady_share(uneven, 12) > 0.8);
}

TEST_CASE("a season, few values or no season asked for leave the season to the class") {
  CHECK(steady_share(months(24, 0.0, 0.3), 12) == 0.0);
  CHECK(steady_share(months(36, 0.01, 0.3), 12) == 0.0);
  CHECK(steady_share(months(12, 0.1, 0.0), 1) == 0.0);
  CHECK(steady_share(std::vector<double>{1, 2}, 12) == 0.0);
  CHECK(steady_share(std::vector<double>{1, 2, 3}, 52) == 0.0);
  CHECK(steady_share(std::vector<double>(12, 7.0), 12) == 0.0);
}

TEST_CASE("the more values are as steady, the larger the share; the longer the season, the smaller") {
  double before = 0.0;
  for (int count = 4; count < 14; ++count) {
    const double share = steady_share(months(count, 0.1, 0.0), 12);
    CHECK(share > before);
    before = share;
  }
  CHECK(steady_share(months(6, 0.1, 0.0), 12) < steady_share(months(6, 0.1, 0.0), 4));
  CHECK(steady_share(months(6, 0.1, 0.0), 52) < 0.1);
}
