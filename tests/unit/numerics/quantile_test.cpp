#include "essor/numerics/quantile.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace {

using namespace essor;

TEST_CASE("type 7: known values (R 4: quantile(c(1, 3, 4, 10), ...))") {
  const Eigen::ArrayXd data{{10.0, 1.0, 4.0, 3.0}};
  CHECK(quantile(data, 0.0) == 1.0);
  CHECK(quantile(data, 1.0) == 10.0);
  CHECK(quantile(data, 0.5) == 3.5);
  CHECK(quantile(data, 0.25) == 2.5);
  CHECK(quantile(data, 0.9) == doctest::Approx(8.2).epsilon(1e-15));
}

TEST_CASE("limits") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(std::isnan(quantile(Eigen::ArrayXd(0), 0.5)));
  CHECK(std::isnan(quantile(Eigen::ArrayXd{{1.0}}, 1.5)));
  CHECK(quantile(Eigen::ArrayXd{{7.0}}, 0.3) == 7.0);
  CHECK(std::isnan(quantile(Eigen::ArrayXd{{1.0, std::nan(""), 2.0}}, 0.1)));
  CHECK(quantile(Eigen::ArrayXd{{1.0, infinity, infinity}}, 0.75) == infinity);
  CHECK(quantile(Eigen::ArrayXd{{1.0, infinity, infinity}}, 0.0) == 1.0);
}

TEST_CASE("sorting puts NaN last") {
  const Eigen::ArrayXd ordered = sorted(Eigen::ArrayXd{{std::nan(""), 2.0, std::nan(""), -1.0}});
  CHECK(ordered[0] == -1.0);
  CHECK(ordered[1] == 2.0);
  CHECK(std::isnan(ordered[2]));
  CHECK(std::isnan(ordered[3]));
}

}  // namespace
