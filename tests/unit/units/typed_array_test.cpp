#include "essor/units/typed_array.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

using namespace essor;
using tags::file;

TypedArray<ImpactUnit<file>> some_files() {
  return TypedArray<ImpactUnit<file>>(Eigen::ArrayXd{{800.0, 1000.0, 1200.0}});
}

TEST_CASE("a formula on columns keeps its unit") {
  const auto files = some_files();
  const TypedArray<EuroUnit> net = files * euros_per<file>(2) - euros(500);
  CHECK(net[0] == euros(1100));
  CHECK(net[2] == euros(1900));
  CHECK(mean(net) == euros(1500));
  CHECK(sum(net) == euros(4500));
  CHECK(share_above(net, euros(1500)) == doctest::Approx(1.0 / 3.0));
  const TypedArray<UnitQuotient<EuroUnit, ImpactUnit<file>>> cost = net / files;
  CHECK(cost[1] == euros_per<file>(1.5));
}

TEST_CASE("assignment evaluates into the memory that is there") {
  const auto files = some_files();
  TypedArray<EuroUnit> net = files * euros_per<file>(1);
  const double* const memory = net.raw().data();
  net = files * euros_per<file>(3) + euros(1);
  CHECK(net.raw().data() == memory);
  CHECK(net[0] == euros(2401));
  net = net * 2.0;
  CHECK(net.raw().data() == memory);
  CHECK(net[0] == euros(4802));
}

TEST_CASE("the mean of nothing is not a number") { CHECK(std::isnan(mean(TypedArray<EuroUnit>{}).value())); }

}  // namespace
