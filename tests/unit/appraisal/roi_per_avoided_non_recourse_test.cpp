#include "essor/appraisal/roi_per_avoided_non_recourse.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "essor/error/errors.hpp"
#include "essor/numerics/moments.hpp"
#include "essor/random.hpp"

namespace {

using namespace essor;
using anr = tags::avoided_non_recourse;

FundingResponse response(Eigen::ArrayXd amounts, Eigen::ArrayXXd avoided) {
  return {TypedArray<EuroUnit>(std::move(amounts)), std::move(avoided)};
}

/// 0, 100, 200, 300 and 400 euros avoid 0, 10, 18, 24 and 28: at 15 euros each the steps bring 150, 120, 90 and 60.
FundingResponse concave() {
  return response({{0.0, 100.0, 200.0, 300.0, 400.0}}, Eigen::ArrayXXd{{0.0, 10.0, 18.0, 24.0, 28.0}});
}

RoiPerAvoidedNonRecourse for_funder(double value, FundingResponse r) {
  return {euros_per<anr>(value), Perspective::funder, std::move(r)};
}

TEST_CASE("return of each amount against the first, by hand") {
  const auto returns = for_funder(15, concave()).roi();
  REQUIRE(returns.size() == 5);
  CHECK(std::isnan(returns[0].value()));
  CHECK(returns[1].value() == doctest::Approx(0.5).epsilon(1e-14));
  CHECK(returns[4].value() == doctest::Approx(0.05).epsilon(1e-13));
  CHECK(returns[4].standard_error() == 0.0);
}

TEST_CASE("the two highest amounts, by hand") {
  const auto roi = for_funder(15, concave());
  const HighestAmount optimum = roi.optimum();
  CHECK(optimum.value() == 200.0);
  CHECK(optimum.standard_error() == 0.0);
  CHECK_FALSE(optimum.at_boundary);
  // from 0: 15 x 28 = 420 still covers 400
  CHECK(roi.break_even(euros(0)).value() == 400.0);
  CHECK(roi.break_even(euros(0)).at_boundary);
  // from 100: the gain 50 + ... is 15 (24 - 10) - 200 = 10 at 300 and 15 (28 - 10) - 300 = -30 at 400: 0 at 325
  CHECK(roi.break_even(euros(100)).value() == doctest::Approx(325.0).epsilon(1e-14));
  CHECK_FALSE(roi.break_even(euros(100)).at_boundary);
  // between two amounts: v(250) = 21; 15 x 3 - 50 = -5 at 300, so today's amount itself
  CHECK(roi.break_even(euros(250)).value() == 250.0);
  CHECK(roi.break_even(euros(400)).value() == 400.0);
  CHECK(roi.break_even(euros(400)).at_boundary);
}

TEST_CASE("a response that is not concave: every segment is searched") {
  // nothing below a threshold, then a jump, then nothing more
  const auto s_shape = response({{0.0, 100.0, 200.0, 300.0, 400.0}}, Eigen::ArrayXXd{{0.0, 1.0, 30.0, 31.0, 31.0}});
  const auto roi = for_funder(10, s_shape);
  CHECK(roi.optimum().value() == 200.0);
  // gain from 0: -90, 100, 10, -90: 0 at 310 although it is negative at first
  CHECK(roi.break_even(euros(0)).value() == doctest::Approx(310.0).epsilon(1e-14));
}

TEST_CASE("equal amounts of net value: the smallest") {
  const auto roi = for_funder(10, response({{0.0, 100.0, 200.0}}, Eigen::ArrayXXd{{0.0, 10.0, 20.0}}));
  CHECK(roi.optimum().value() == 0.0);
  CHECK(roi.optimum().at_boundary);
  CHECK(roi.break_even(euros(0)).value() == 200.0);
}

TEST_CASE("perspectives") {
  const auto value = euros_per<anr>(15);
  const auto benefit = euros_per<anr>(5);
  const RoiPerAvoidedNonRecourse budget(value, Perspective::public_budget, concave(), benefit);
  const RoiPerAvoidedNonRecourse society(value, Perspective::society, concave(), benefit);
  const auto funder = for_funder(15, concave());
  // 100 euros and 10 benefits of 5 euros for 150 euros of value
  CHECK(budget.roi()[1].value() == doctest::Approx(0.0).epsilon(1e-14));
  CHECK(society.roi()[2].value() == funder.roi()[2].value());
  CHECK(society.break_even(euros(100)).value() == funder.break_even(euros(100)).value());
  // the public budget's highest amounts are those of a funder who values one at 15 - 5
  CHECK(budget.break_even(euros(100)).value() == for_funder(10, concave()).break_even(euros(100)).value());
  CHECK(budget.optimum().value() == for_funder(10, concave()).optimum().value());
}

Eigen::ArrayXXd noisy(std::uint32_t repetition, Eigen::Index draws) {
  Eigen::ArrayXXd avoided(draws, 5);
  const Eigen::ArrayXd mean{{0.0, 10.0, 18.0, 24.0, 28.0}};
  for (Eigen::Index i = 0; i < draws; ++i) {
    Philox generator(9, {.path = static_cast<std::uint32_t>(i), .product = repetition});
    for (Eigen::Index k = 0; k < 5; ++k) avoided(i, k) = mean[k] * gamma_rng(generator, 16.0) / 16.0;
  }
  return avoided;
}

TEST_CASE("the standard errors are what repetition shows") {
  Moments values;
  Moments returns;
  double value_error = 0.0;
  double return_error = 0.0;
  constexpr int repetitions = 300;
  for (std::uint32_t repetition = 0; repetition < repetitions; ++repetition) {
    const auto roi = for_funder(15, response(concave().amounts.raw(), noisy(repetition, 2000)));
    const HighestAmount highest = roi.break_even(euros(100));
    const Estimate last = roi.roi()[4];
    values.add(highest.value());
    returns.add(last.value());
    value_error += highest.standard_error() / repetitions;
    return_error += last.standard_error() / repetitions;
  }
  CHECK(value_error == doctest::Approx(values.standard_deviation()).epsilon(0.15));
  CHECK(return_error == doctest::Approx(returns.standard_deviation()).epsilon(0.15));
  CHECK(values.mean() == doctest::Approx(325.0).epsilon(0.01));
}

TEST_CASE("uncertain draws: value of the expected response, draws of each") {
  const auto roi = for_funder(15, response(concave().amounts.raw(), noisy(0, 4000)));
  const HighestAmount optimum = roi.optimum();
  CHECK(optimum.value() == 200.0);
  CHECK(optimum.standard_error() < 30.0);
  CHECK(optimum.draws().size() == 4000);
  CHECK(optimum.quantile(0.05) < optimum.quantile(0.95));
  const HighestAmount highest = roi.break_even(euros(100));
  CHECK(highest.quantile(0.05) < highest.value());
  CHECK(highest.draws().minCoeff() >= 100.0);
  CHECK(highest.draws().maxCoeff() <= 400.0);
}

TEST_CASE("wrong arguments") {
  const Eigen::ArrayXXd row{{0.0, 1.0}};
  CHECK_THROWS_AS(for_funder(-1, concave()), ArgumentError);
  CHECK_THROWS_AS(for_funder(NAN, concave()), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, response({{5.0}}, Eigen::ArrayXXd{{1.0}})), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, response({{5.0, 5.0}}, row)), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, response({{-5.0, 5.0}}, row)), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, response({{0.0, 5.0, 6.0}}, row)), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, response({{0.0, 5.0}}, Eigen::ArrayXXd(0, 2))), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, response({{0.0, 5.0}}, Eigen::ArrayXXd{{0.0, NAN}})), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, response({{0.0, 5.0}}, Eigen::ArrayXXd{{0.0, -1.0}})), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, concave()).break_even(euros(401)), ArgumentError);
  CHECK_THROWS_AS(for_funder(1, concave()).break_even(euros(-1)), ArgumentError);
  const auto value = euros_per<anr>(1);
  CHECK_THROWS_AS(RoiPerAvoidedNonRecourse(value, Perspective::public_budget, concave()), ArgumentError);
  CHECK_THROWS_AS(RoiPerAvoidedNonRecourse(value, Perspective::funder, concave(), value), ArgumentError);
  CHECK_THROWS_AS(RoiPerAvoidedNonRecourse(value, Perspective::society, concave(), euros_per<anr>(-1)), ArgumentError);
}

}  // namespace
