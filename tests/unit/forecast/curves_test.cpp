#include "essor/forecast/curves.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"

using essor::Curve;
using essor::CurveKind;
using essor::CurveValue;

namespace {

const std::vector<std::pair<Curve, std::vector<double>>> examples = {
    {Curve::linear, {3, 2}},
    {Curve::exponential, {3, 0.2}},
    {Curve::logistic, {90, 0.7, 5}},
    {Curve::gompertz, {90, 0.3, 4}},
    {Curve::richards, {90, 0.4, 5, 0.5}},
    {Curve::richards, {90, 0.4, 5, 2.5}},
    {Curve::richards, {90, 0.4, 5, 1e-6}},
    {Curve::richards, {90, 0.4, -3, -0.3}},
    {Curve::bass, {90, 0.02, 0.4}},
};

double numerical(Curve curve, std::vector<double> parameters, std::size_t j, double time) {
  const double h = 1e-6 * std::max(1.0, std::abs(parameters[j]));
  std::vector<double> low = parameters;
  parameters[j] += h;
  low[j] -= h;
  return (curve_value(curve, parameters, time).value - curve_value(curve, low, time).value) / (2.0 * h);
}

}  // namespace

TEST_CASE("gradients and slopes are those of differences") {
  for (const auto& [curve, parameters] : examples) {
    CAPTURE(std::string(curve_name(curve)));
    for (const double time : {0.5, 3.0, 5.0, 12.0}) {
      CAPTURE(time);
      const CurveValue value = curve_value(curve, parameters, time);
      for (std::size_t j = 0; j < parameters.size(); ++j) {
        CAPTURE(j);
        CHECK(value.gradient[j] == doctest::Approx(numerical(curve, parameters, j, time)).epsilon(1e-6));
      }
      const double h = 1e-5;
      const double slope =
          (curve_value(curve, parameters, time + h).value - curve_value(curve, parameters, time - h).value) / (2.0 * h);
      CHECK(essor::curve_slope(curve, parameters, time) == doctest::Approx(slope).epsilon(1e-6));
    }
  }
}

TEST_CASE("known values") {
  // Bass (1969): p = .03, q = .38: F(5) = (1 - e^-2.05) / (1 + 12.6667 e^-2.05).
  CHECK(curve_value(Curve::bass, std::array{1.0, 0.03, 0.38}, 5.0).value ==
        doctest::Approx(0.3311986425).epsilon(1e-9));
  CHECK(curve_value(Curve::bass, std::array{1.0, 0.03, 0.38}, 0.0).value == 0.0);
  CHECK(curve_value(Curve::logistic, std::array{10.0, 0.3, 4.0}, 4.0).value == doctest::Approx(5.0));
  CHECK(curve_value(Curve::gompertz, std::array{10.0, 0.3, 4.0}, 4.0).value == doctest::Approx(10.0 / std::exp(1.0)));
  CHECK(curve_value(Curve::exponential, std::array{2.0, std::log(2.0)}, 3.0).value == doctest::Approx(16.0));
}

TEST_CASE("Richards is the logistic at 1, Gompertz at 0, and passes smoothly through 0") {
  for (const double time : {-20.0, 0.0, 4.0, 30.0}) {
    const CurveValue logistic = curve_value(Curve::logistic, std::array{10.0, 0.3, 4.0}, time);
    const CurveValue one = curve_value(Curve::richards, std::array{10.0, 0.3, 4.0, 1.0}, time);
    const CurveValue gompertz = curve_value(Curve::gompertz, std::array{10.0, 0.3, 4.0}, time);
    const CurveValue zero = curve_value(Curve::richards, std::array{10.0, 0.3, 4.0, 0.0}, time);
    CHECK(one.value == doctest::Approx(logistic.value).epsilon(1e-12));
    CHECK(zero.value == gompertz.value);
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(one.gradient[j] == doctest::Approx(logistic.gradient[j]).epsilon(1e-12));
      CHECK(zero.gradient[j] == gompertz.gradient[j]);
    }
  }
  for (const double nu : {-1e-9, 1e-9, 1e-4, -1e-4}) {
    const CurveValue near = curve_value(Curve::richards, std::array{10.0, 0.3, 4.0, nu}, 2.0);
    const CurveValue zero = curve_value(Curve::richards, std::array{10.0, 0.3, 4.0, 0.0}, 2.0);
    CHECK(near.value - zero.value == doctest::Approx(nu * zero.gradient[3]).epsilon(1e-3));
  }
}

TEST_CASE("curves with a ceiling approach it, and no value is NaN however far") {
  for (const auto& [curve, parameters] : examples) {
    CHECK(has_ceiling(curve) == (curve != Curve::linear && curve != Curve::exponential));
    for (const double time : {-1e300, -1e4, 0.0, 1e4, 1e300}) {
      const CurveValue value = curve_value(curve, parameters, time);
      CHECK_FALSE(std::isnan(value.value));
      if (!has_ceiling(curve)) continue;
      CHECK(value.value >= 0.0);
      CHECK(value.value <= parameters[0]);
      if (std::abs(time) < 1e5) {
        for (const double by : value.gradient) CHECK_FALSE(std::isnan(by));
      }
    }
    if (has_ceiling(curve)) CHECK(curve_value(curve, parameters, 1e4).value == doctest::Approx(parameters[0]));
  }
}

TEST_CASE("level, flow and cumulative") {
  const std::array<double, 3> bass = {90, 0.02, 0.4};
  const std::array<double, 4> times = {1, 2, 3, 5};
  const auto level = essor::curve_means(Curve::bass, CurveKind::level, bass, times);
  const auto flow = essor::curve_means(Curve::bass, CurveKind::flow, bass, times);
  const auto cumulative = essor::curve_means(Curve::bass, CurveKind::cumulative, bass, times);
  double total = 0.0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    total += cumulative[i].value;
    CHECK(total == doctest::Approx(level[i].value).epsilon(1e-12));
  }
  CHECK(flow[1].value == cumulative[1].value);
  CHECK(flow[3].value ==
        doctest::Approx(curve_value(Curve::bass, bass, 5).value - curve_value(Curve::bass, bass, 4).value));
  CHECK(flow[3].gradient[1] ==
        doctest::Approx(curve_value(Curve::bass, bass, 5).gradient[1] - curve_value(Curve::bass, bass, 4).gradient[1]));
}

TEST_CASE("when a share of the ceiling is reached") {
  for (const auto& [curve, parameters] : examples) {
    if (!has_ceiling(curve)) {
      CHECK_THROWS_AS(saturation_time(curve, parameters, 0.9), essor::ArgumentError);
      continue;
    }
    const CurveValue when = saturation_time(curve, parameters, 0.9);
    CHECK(curve_value(curve, parameters, when.value).value == doctest::Approx(0.9 * parameters[0]).epsilon(1e-12));
    CHECK(std::abs(when.gradient[0]) < 1e-12);  // the share does not depend on the ceiling
    for (std::size_t j = 1; j < parameters.size(); ++j) {
      std::vector<double> high = parameters;
      std::vector<double> low = parameters;
      high[j] += 1e-6;
      low[j] -= 1e-6;
      const double by = (saturation_time(curve, high, 0.9).value - saturation_time(curve, low, 0.9).value) / 2e-6;
      CHECK(when.gradient[j] == doctest::Approx(by).epsilon(1e-5));
    }
  }
  // Logistic: 90 % is ln 9 / r after the inflection.
  CHECK(saturation_time(Curve::logistic, std::array{1.0, 0.5, 3.0}, 0.9).value ==
        doctest::Approx(3.0 + std::log(9.0) / 0.5));
}

TEST_CASE("coordinates and back, names and back") {
  for (const auto& [curve, parameters] : examples) {
    CHECK(essor::curve_from_name(curve_name(curve)) == curve);
    const auto described = essor::curve_parameters(curve);
    REQUIRE(described.size() == parameters.size());
    for (std::size_t j = 0; j < parameters.size(); ++j) {
      const double coordinate = essor::coordinate_from_parameter(described[j].scale, parameters[j]);
      const auto back = essor::parameter_from_coordinate(described[j].scale, coordinate);
      CHECK(back.value == doctest::Approx(parameters[j]).epsilon(1e-12));
      const double ahead = essor::parameter_from_coordinate(described[j].scale, coordinate + 1e-6).value;
      CHECK(back.slope == doctest::Approx((ahead - back.value) / 1e-6).epsilon(1e-4));
    }
  }
  for (const CurveKind kind : {CurveKind::level, CurveKind::flow, CurveKind::cumulative}) {
    CHECK(essor::curve_kind_from_name(curve_kind_name(kind)) == kind);
  }
}

TEST_CASE("wrong arguments of curves") {
  const std::array<double, 2> times = {1, 2};
  CHECK_THROWS_AS(essor::curve_from_name("sigmoid"), essor::ArgumentError);
  CHECK_THROWS_AS(essor::curve_kind_from_name("stock"), essor::ArgumentError);
  const auto means = [&](Curve curve, std::vector<double> parameters) {
    return essor::curve_means(curve, CurveKind::level, parameters, times);
  };
  CHECK_THROWS_AS(means(Curve::bass, {1, 0.1}), essor::ArgumentError);
  CHECK_THROWS_AS(means(Curve::bass, {1, 0.0, 0.1}), essor::ArgumentError);
  CHECK_THROWS_AS(means(Curve::richards, {1, 1, 1, -1}), essor::ArgumentError);
  CHECK_THROWS_AS(means(Curve::linear, {1, std::numeric_limits<double>::quiet_NaN()}), essor::ArgumentError);
  CHECK_THROWS_AS(essor::curve_means(Curve::linear, CurveKind::level, std::array{1.0, 1.0}, std::array{2.0, 1.0}),
                  essor::ArgumentError);
  CHECK_THROWS_AS(saturation_time(Curve::logistic, std::array{1.0, 1.0, 1.0}, 1.0), essor::ArgumentError);
}
