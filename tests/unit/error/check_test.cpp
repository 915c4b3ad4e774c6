#include "essor/error/check.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "essor/error/number_text.hpp"

namespace {

using namespace essor;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST_CASE("the message names the function, the parameter, the value and the rule") {
  try {
    check_positive("forecast_cost", "horizon", -3.0);
    FAIL("no error");
  } catch (const ArgumentError& error) {
    CHECK(error.place() == "forecast_cost: horizon");
    CHECK(error.value() == "-3");
    CHECK(error.rule() == "must be finite and > 0");
    CHECK(std::string(error.what()) == "forecast_cost: horizon: -3: must be finite and > 0");
  }
}

TEST_CASE("what each check refuses") {
  CHECK_THROWS_AS(check_finite("f", "x", nan), ArgumentError);
  CHECK_THROWS_AS(check_finite("f", "x", -infinity), ArgumentError);
  for (const double bad : {0.0, -1.0, nan, infinity}) CHECK_THROWS_AS(check_positive("f", "x", bad), ArgumentError);
  for (const double bad : {-1e-300, nan, infinity}) CHECK_THROWS_AS(check_non_negative("f", "x", bad), ArgumentError);
  for (const double bad : {-0.1, 1.1, nan}) CHECK_THROWS_AS(check_probability("f", "x", bad), ArgumentError);
  for (const double bad : {0.0, 1.0, nan}) CHECK_THROWS_AS(check_open_probability("f", "x", bad), ArgumentError);
  CHECK_THROWS_WITH_AS(check_in_range("f", "x", 3, 0, 2), "f: x: 3: must be in [0, 2]", ArgumentError);
  CHECK_THROWS_WITH_AS(check_at_least("f", "n", 0, 1), "f: n: 0: must be >= 1", ArgumentError);
  CHECK_THROWS_WITH_AS(check_not_empty("f", "xs", 0), "f: xs: 0 values: must not be empty", ArgumentError);
  CHECK_THROWS_WITH_AS(check_same_size("f", "xs", 2, "ys", 3), "f: xs: 2 values: must have as many values as ys, 3",
                       ArgumentError);
}

TEST_CASE("what each check lets pass") {
  check_finite("f", "x", -1e308);
  check_positive("f", "x", 5e-324);
  check_non_negative("f", "x", 0.0);
  check_probability("f", "x", 0.0);
  check_probability("f", "x", 1.0);
  check_open_probability("f", "x", 0.5);
  check_in_range("f", "x", 2.0, 0.0, 2.0);
  check_at_least("f", "n", 1, 1);
  check_not_empty("f", "xs", 1);
  check_same_size("f", "xs", 2, "ys", 2);
}

TEST_CASE("numbers are written as people write them and read back the same") {
  CHECK(number_text(1'200'000.0) == "1200000");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(-3.0) == "-3");
  CHECK(number_text(0.0) == "0");
  CHECK(number_text(1e300) == "1e+300");
  CHECK(number_text(1e-7) == "1e-07");
  CHECK(number_text(nan) == "nan");
  CHECK(number_text(-infinity) == "-inf");
  for (const double value : {1.0 / 3.0, 123456789.123456789, 2.2250738585072014e-308, -1.2345678901234567e-5}) {
    CHECK(std::stod(number_text(value)) == value);
  }
}

}  // namespace
