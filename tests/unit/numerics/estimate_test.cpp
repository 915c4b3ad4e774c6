#include "essor/numerics/estimate.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "essor/error/errors.hpp"
#include "essor/numerics/moments.hpp"
#include "essor/random.hpp"

namespace {

using namespace essor;

TEST_CASE("moments: known values, and merging is the whole") {
  Moments whole;
  Moments first;
  Moments second;
  const double data[] = {2, 4, 4, 4, 5, 5, 7, 9};
  for (int i = 0; i < 8; ++i) {
    whole.add(data[i]);
    (i < 3 ? first : second).add(data[i]);
  }
  CHECK(whole.mean() == 5.0);
  CHECK(whole.variance() == doctest::Approx(32.0 / 7.0).epsilon(1e-15));
  first.merge(second);
  CHECK(first.count() == 8);
  CHECK(first.mean() == doctest::Approx(5.0).epsilon(1e-15));
  CHECK(first.variance() == doctest::Approx(32.0 / 7.0).epsilon(1e-15));
  Moments none;
  CHECK(std::isnan(none.mean()));
  CHECK(std::isnan(none.variance()));
  none.merge(whole);
  CHECK(none.mean() == whole.mean());
  whole.merge(Moments{});
  CHECK(whole.count() == 8);
}

TEST_CASE("moments keep their digits far from zero") {
  Moments moments;
  for (const double value : {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}) moments.add(value);
  CHECK(moments.variance() == doctest::Approx(30.0).epsilon(1e-12));
}

TEST_CASE("an exact estimate has no standard error") {
  const Estimate estimate = Estimate::exact(3.5, 10);
  CHECK(estimate.value() == 3.5);
  CHECK(estimate.standard_error() == 0.0);
  CHECK(estimate.draws().size() == 10);
  CHECK(estimate.quantile(0.99) == 3.5);
  CHECK(Estimate::mean_of(Eigen::ArrayXd::Constant(1000, 0.1)).standard_error() == 0.0);
  CHECK(Estimate::mean_of(Eigen::ArrayXd::Constant(1000, 0.1)).value() == 0.1);
}

TEST_CASE("the mean of draws") {
  const Estimate estimate = Estimate::mean_of(Eigen::ArrayXd{{1.0, 2.0, 3.0, 4.0}});
  CHECK(estimate.value() == 2.5);
  CHECK(estimate.standard_error() == doctest::Approx(std::sqrt(5.0 / 3.0 / 4.0)).epsilon(1e-15));
  CHECK(estimate.interval(0.5).low == 1.75);
  CHECK(estimate.interval(0.5).high == 3.25);
}

TEST_CASE("a ratio of expectations is no average of ratios") {
  const Eigen::ArrayXd cost{{10.0, 10.0}};
  const Eigen::ArrayXd persons{{1.0, 4.0}};
  const Estimate ratio = ratio_of_expectations(cost, persons);
  CHECK(ratio.value() == 4.0);
  CHECK(ratio.draws().mean() == 6.25);
  // residuals 10 - 4 y = 6, -6: sd = sqrt(72), over sqrt(2) * 2.5
  CHECK(ratio.standard_error() == doctest::Approx(std::sqrt(72.0) / std::sqrt(2.0) / 2.5).epsilon(1e-15));
}

TEST_CASE("the standard error of a ratio is what repetition shows") {
  Moments values;
  double errors = 0.0;
  constexpr int repetitions = 400;
  for (std::uint32_t repetition = 0; repetition < repetitions; ++repetition) {
    Philox generator(7, {.path = repetition});
    Eigen::ArrayXd x(200);
    Eigen::ArrayXd y(200);
    for (Eigen::Index i = 0; i < 200; ++i) {
      y[i] = gamma_rng(generator, 9.0);
      x[i] = 2.0 * y[i] + normal_rng(generator);
    }
    const Estimate ratio = ratio_of_expectations(x, y);
    values.add(ratio.value());
    errors += ratio.standard_error() / repetitions;
  }
  CHECK(errors == doctest::Approx(values.standard_deviation()).epsilon(0.12));
  CHECK(std::abs(values.mean() - 2.0) < 5.0 * values.standard_error());
}

TEST_CASE("a denominator of zero is infinite, or not a number, never hidden") {
  const Eigen::ArrayXd one = Eigen::ArrayXd::Ones(3);
  const Eigen::ArrayXd zero = Eigen::ArrayXd::Zero(3);
  CHECK(std::isinf(ratio_of_expectations(one, zero).value()));
  CHECK(std::isnan(ratio_of_expectations(one, zero).standard_error()));
  CHECK(std::isnan(ratio_of_expectations(zero, zero).value()));
  const Estimate some = ratio_of_expectations(one, Eigen::ArrayXd{{0.0, 1.0, 2.0}});
  CHECK(some.value() == 1.0);
  CHECK(std::isinf(some.draws()[0]));
  CHECK(some.quantile(0.25) == 0.75);
}

TEST_CASE("shares carry the binomial standard error") {
  CHECK(share_of(25, 100).value == 0.25);
  CHECK(share_of(25, 100).standard_error == doctest::Approx(0.04330127018922193).epsilon(1e-15));
  CHECK(share_of(5, 5).standard_error == 0.0);
}

TEST_CASE("wrong arguments") {
  CHECK_THROWS_AS(Estimate::mean_of(Eigen::ArrayXd(0)), ArgumentError);
  CHECK_THROWS_AS(Estimate(1.0, -1.0, Eigen::ArrayXd::Ones(1)), ArgumentError);
  CHECK_THROWS_AS(Estimate::exact(1.0).quantile(1.5), ArgumentError);
  CHECK_THROWS_AS(Estimate::exact(1.0).interval(-0.1), ArgumentError);
  CHECK_THROWS_AS(ratio_of_expectations(Eigen::ArrayXd::Ones(2), Eigen::ArrayXd::Ones(3)), ArgumentError);
  CHECK_THROWS_AS(ratio_of_expectations(Eigen::ArrayXd(0), Eigen::ArrayXd(0)), ArgumentError);
  CHECK_THROWS_AS(share_of(0, 0), ArgumentError);
  CHECK_THROWS_AS(share_of(3, 2), ArgumentError);
}

}  // namespace
