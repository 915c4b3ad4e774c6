#include "essor/appraisal/discounting.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "essor/error/errors.hpp"

namespace {

using namespace essor;

TypedArray<EuroUnit> flows(Eigen::ArrayXd values) { return TypedArray<EuroUnit>(std::move(values)); }

TEST_CASE("discount factors of the Green Book at 3.5 % (HM Treasury 2022, table of discount factors)") {
  const AnnualRate rate{0.035};
  const auto worth_of_one = [&](Eigen::Index year) {
    Eigen::ArrayXd values = Eigen::ArrayXd::Zero(year);
    values[year - 1] = 1.0;
    return present_value(flows(values), rate, months(12), CashTiming::end).value();
  };
  CHECK(worth_of_one(1) == doctest::Approx(0.9662).epsilon(5e-5));
  CHECK(worth_of_one(5) == doctest::Approx(0.8420).epsilon(5e-5));
  CHECK(worth_of_one(10) == doctest::Approx(0.7089).epsilon(5e-5));
}

TEST_CASE(
    "net present value: 370 000 today for 420 000 in a year, at 5 % (Brealey, Myers, Principles of Corporate "
    "Finance)") {
  const Money npv = net_present_value(flows({{0.0, 420'000.0}}), flows({{370'000.0, 0.0}}), AnnualRate{0.05},
                                      months(12), CashTiming::start);
  CHECK(npv.value() == doctest::Approx(30'000.0).epsilon(1e-12));
}

TEST_CASE("an annuity has its closed form, at each timing") {
  const AnnualRate rate{0.04};
  const auto ten = flows(Eigen::ArrayXd::Constant(10, 100.0));
  const double at_end = 100.0 * (1.0 - std::pow(1.04, -10)) / 0.04;
  CHECK(present_value(ten, rate, months(12), CashTiming::end).value() == doctest::Approx(at_end).epsilon(1e-13));
  CHECK(present_value(ten, rate, months(12), CashTiming::start).value() ==
        doctest::Approx(at_end * 1.04).epsilon(1e-13));
  CHECK(present_value(ten, rate, months(12)).value() == doctest::Approx(at_end * std::sqrt(1.04)).epsilon(1e-13));
}

TEST_CASE("half-years discount by half a year; no rate, no discount; nothing is worth nothing") {
  const auto two = flows({{100.0, 100.0}});
  CHECK(present_value(two, AnnualRate{0.1}, months(6)).value() ==
        doctest::Approx(100.0 * (std::pow(1.1, -0.25) + std::pow(1.1, -0.75))).epsilon(1e-14));
  CHECK(present_value(two, AnnualRate{}, months(6)) == euros(200));
  CHECK(present_value(flows(Eigen::ArrayXd(0)), AnnualRate{0.1}, months(6)) == euros(0));
}

TEST_CASE("payback: 100 repaid by 30 a year takes 3 years and 4 months") {
  const auto inflows = flows(Eigen::ArrayXd::Constant(6, 30.0));
  CHECK(payback(euros(100), inflows, months(12))->value() == doctest::Approx(40.0).epsilon(1e-14));
  CHECK(*payback(euros(0), inflows, months(12)) == months(0));
  CHECK_FALSE(payback(euros(200), inflows, months(12)).has_value());
  CHECK_FALSE(payback(euros(1), flows(Eigen::ArrayXd(0)), months(12)).has_value());
}

TEST_CASE("discounted payback: the same at 10 % takes into the fifth year") {
  const auto inflows = flows(Eigen::ArrayXd::Constant(6, 30.0));
  double covered = 0.0;
  for (int year = 1; year <= 4; ++year) covered += 30.0 * std::pow(1.1, -year);
  const double expected = 12.0 * (4.0 + (100.0 - covered) / (30.0 * std::pow(1.1, -5)));
  CHECK(discounted_payback(euros(100), inflows, AnnualRate{0.1}, months(12), CashTiming::end)->value() ==
        doctest::Approx(expected).epsilon(1e-13));
  CHECK(discounted_payback(euros(100), inflows, AnnualRate{0.0}, months(12))->value() ==
        doctest::Approx(40.0).epsilon(1e-13));
  CHECK_FALSE(discounted_payback(euros(150), inflows, AnnualRate{0.1}, months(12)).has_value());
}

TEST_CASE("wrong arguments") {
  const auto one = flows({{1.0}});
  CHECK_THROWS_AS(present_value(one, AnnualRate{-1.0}, months(6)), ArgumentError);
  CHECK_THROWS_AS(present_value(one, AnnualRate{std::nan("")}, months(6)), ArgumentError);
  CHECK_THROWS_AS(present_value(one, AnnualRate{0.1}, months(0)), ArgumentError);
  CHECK_THROWS_AS(present_value(flows({{INFINITY}}), AnnualRate{0.1}, months(6)), ArgumentError);
  CHECK_THROWS_AS(net_present_value(one, flows({{1.0, 2.0}}), AnnualRate{0.1}, months(6)), ArgumentError);
  CHECK_THROWS_AS(payback(euros(-1), one, months(6)), ArgumentError);
  CHECK_THROWS_AS(discounted_payback(euros(-1), one, AnnualRate{0.1}, months(6)), ArgumentError);
}

}  // namespace
