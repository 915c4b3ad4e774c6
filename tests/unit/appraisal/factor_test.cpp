#include "essor/appraisal/factor.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

#include "essor/error/errors.hpp"
#include "essor/numerics/estimate.hpp"
#include "essor/numerics/quantile.hpp"

namespace {

using namespace essor;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Eigen::ArrayXd draws_of(const Factor& factor, FactorDomain domain) { return factor.sample(domain, 40'000, 3, 0, 1); }

TEST_CASE("counts give the posterior under Jeffreys' prior") {
  const Estimate share = Estimate::mean_of(draws_of(Factor::beta(12, 400), FactorDomain::share));
  CHECK(std::abs(share.value() - 12.5 / 401.0) < 5.0 * share.standard_error());
  // scipy 1.17: beta(12.5, 388.5).ppf([.05, .95])
  CHECK(share.quantile(0.05) == doctest::Approx(0.01836117).epsilon(0.02));
  CHECK(share.quantile(0.95) == doctest::Approx(0.04663438).epsilon(0.02));
}

TEST_CASE("an expert's interval holds 90 % of the draws, 5 % on either side, in the shape of its domain") {
  for (const FactorDomain domain : {FactorDomain::share, FactorDomain::quantity}) {
    const Eigen::ArrayXd draws = draws_of(Factor::interval90(0.1, 0.4), domain);
    CHECK(quantile(draws, 0.05) == doctest::Approx(0.1).epsilon(0.02));
    CHECK(quantile(draws, 0.95) == doctest::Approx(0.4).epsilon(0.02));
    const double logit_middle = 1.0 / (1.0 + std::sqrt(9.0 * 1.5));
    CHECK(quantile(draws, 0.5) == doctest::Approx(domain == FactorDomain::share ? logit_middle : 0.2).epsilon(0.02));
  }
  CHECK(draws_of(Factor::interval90(0.5, 0.999), FactorDomain::share).maxCoeff() < 1.0);
}

TEST_CASE("a draw does not depend on how many are drawn") {
  const Factor factor = Factor::beta(3, 10);
  const Eigen::ArrayXd few = factor.sample(FactorDomain::share, 10, 7, 2, 1);
  const Eigen::ArrayXd many = factor.sample(FactorDomain::share, 100, 7, 2, 1);
  CHECK((few == many.head(10)).all());
  CHECK((few != factor.sample(FactorDomain::share, 10, 8, 2, 1)).all());
  CHECK((few != factor.sample(FactorDomain::share, 10, 7, 3, 1)).all());
  CHECK((few != factor.sample(FactorDomain::share, 10, 7, 2, 2)).all());
}

TEST_CASE("a control group: pooled counts, or the mean of rates with its standard error") {
  const double takers[] = {3, 5};
  const double eligible[] = {100, 200};
  const Factor pooled = Factor::pooled_share(takers, eligible);
  CHECK(pooled.first() == 8.5);
  CHECK(pooled.second() == 292.5);

  const double rates[] = {0.02, 0.03, 0.04};
  const Factor mean = Factor::mean_share(rates);
  const double a = mean.first();
  const double b = mean.second();
  CHECK(a / (a + b) == doctest::Approx(0.03).epsilon(1e-14));
  CHECK(a * b / ((a + b) * (a + b) * (a + b + 1.0)) == doctest::Approx(0.01 * 0.01 / 3.0).epsilon(1e-12));

  const double equal[] = {0.03, 0.03};
  CHECK(Factor::mean_share(equal).is_fixed());
}

TEST_CASE("wrong arguments") {
  CHECK_THROWS_WITH_AS(Factor::beta(11, 10), "beta: successes: 11: must be in [0, 10]", ArgumentError);
  CHECK_THROWS_AS(Factor::beta(-1, 10), ArgumentError);
  CHECK_THROWS_AS(Factor::beta(0, 0), ArgumentError);
  CHECK_THROWS_AS(Factor::beta(nan, 10), ArgumentError);
  CHECK_THROWS_AS(Factor::interval90(0, 1), ArgumentError);
  CHECK_THROWS_AS(Factor::interval90(-1, 1), ArgumentError);
  CHECK_THROWS_AS(Factor::interval90(0.2, 0.2), ArgumentError);
  CHECK_THROWS_AS(Factor::interval90(0.3, 0.2), ArgumentError);
  CHECK_THROWS_AS(Factor::interval90(0.3, infinity), ArgumentError);
  CHECK_THROWS_AS(Factor::interval90(0.1, 1.0).check("f", "x", FactorDomain::share), ArgumentError);
  CHECK_THROWS_AS(Factor(1.5).check("f", "x", FactorDomain::share), ArgumentError);
  CHECK_THROWS_AS(Factor(-1.0).check("f", "x", FactorDomain::quantity), ArgumentError);
  CHECK_THROWS_AS(Factor(nan).check("f", "x", FactorDomain::quantity), ArgumentError);
  CHECK_THROWS_AS(Factor::pooled_share({}, {}), ArgumentError);
  const double one[] = {0.5};
  const double two[] = {0.0, 1.0};
  CHECK_THROWS_AS(Factor::pooled_share(one, two), ArgumentError);
  CHECK_THROWS_AS(Factor::pooled_share(two, two), ArgumentError);  // no trial
  CHECK_THROWS_AS(Factor::mean_share(one), ArgumentError);
  CHECK_THROWS_AS(Factor::mean_share(two), ArgumentError);
  const double outside[] = {0.5, 1.5};
  CHECK_THROWS_AS(Factor::mean_share(outside), ArgumentError);
}

}  // namespace
