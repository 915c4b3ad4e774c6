#include "essor/numerics/cholesky.hpp"

#include <doctest/doctest.h>

using namespace essor;

TEST_CASE("a system with a known solution") {
  // A = [[4, 2, 0], [2, 5, 1], [0, 1, 3]], x = (1, -2, 3): A x = (0, -5, 7).
  const auto factor = Cholesky::of({4, 0, 0, 2, 5, 0, 0, 1, 3}, 3);
  REQUIRE(factor.has_value());
  const auto x = factor->solve({0, -5, 7});
  CHECK(x[0] == doctest::Approx(1).epsilon(1e-14));
  CHECK(x[1] == doctest::Approx(-2).epsilon(1e-14));
  CHECK(x[2] == doctest::Approx(3).epsilon(1e-14));
}

TEST_CASE("a singular matrix has no factor") {
  CHECK(!Cholesky::of({1, 0, 1, 1}, 2).has_value());
  CHECK(!Cholesky::of({0}, 1).has_value());
  CHECK(!Cholesky::of({-1}, 1).has_value());
}
