#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

#include "essor/numerics/beta.hpp"
#include "essor/numerics/gamma.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quadrature.hpp"
#include "essor/numerics/student_t.hpp"

namespace {

using namespace essor;

constexpr double infinity = std::numeric_limits<double>::infinity();

auto near(double expected, double relative) { return doctest::Approx(expected).epsilon(relative).scale(0); }

TEST_CASE("log of the gamma function: known values (mpmath 1.4, 40 digits)") {
  CHECK(log_gamma(1e-5) == near(11.512919692895826, 1e-14));
  CHECK(log_gamma(0.5) == near(0.57236494292470009, 1e-14));
  CHECK(log_gamma(1.5) == near(-0.12078223763524522, 1e-13));
  CHECK(log_gamma(3.7) == near(1.4280723266653881, 1e-14));
  CHECK(log_gamma(9.99) == near(12.779315214350193, 1e-14));
  CHECK(log_gamma(30.0) == near(71.257038967168009, 1e-15));
  CHECK(log_gamma(1e6) == near(12815504.569147612, 1e-15));
  CHECK(std::abs(log_gamma(1.0)) < 1e-14);
  CHECK(std::abs(log_gamma(2.0)) < 1e-14);
  CHECK(log_gamma(0.0) == infinity);
  CHECK(std::isnan(log_gamma(-1.0)));
}

TEST_CASE("gamma distribution: known values (scipy 1.17)") {
  CHECK(gamma_cdf(0.1, 0.5) == near(0.34527915398142317, 1e-14));
  CHECK(gamma_cdf(2.0, 3.0) == near(0.32332358381693654, 1e-14));
  CHECK(gamma_cdf(30.0, 20.0) == near(0.97812653155860907, 1e-14));
  CHECK(gamma_cdf(1000.0, 1010.0) == near(0.38010487476705734, 1e-12));
  CHECK(gamma_cdf(1e6, 1e6 + 500.0) == near(0.30866954810000247, 1e-10));
  CHECK(gamma_cdf(0.0, 2.0) == 0.0);
  CHECK(gamma_cdf(infinity, 2.0) == 1.0);
  CHECK(std::isnan(gamma_cdf(1.0, 0.0)));
}

TEST_CASE("beta distribution: known values (mpmath 1.4 and scipy 1.17)") {
  CHECK(beta_cdf(0.1, 0.5, 0.5) == near(0.20483276469913346, 1e-14));
  CHECK(beta_cdf(0.3, 2.0, 5.0) == near(0.579825, 1e-14));
  CHECK(beta_cdf(0.03, 3.5, 97.5) == near(0.46202563690125675, 1e-13));
  CHECK(beta_cdf(0.9, 200.0, 20.0) == near(0.3019342557170773, 1e-12));
  CHECK(beta_cdf(0.0301, 30000.0, 970000.0) == near(0.72153801679762797, 1e-10));
  CHECK(beta_cdf(1e-10, 0.5, 3.0) == near(1.8749999998749998e-05, 1e-13));
  CHECK(beta_quantile(0.05, 3.5, 97.5) == near(0.010914577218214939, 1e-12));
  CHECK(beta_quantile(0.99, 20.0, 2.0) == near(0.99277737353663409, 1e-12));
  CHECK(beta_quantile(0.0, 2.0, 2.0) == 0.0);
  CHECK(std::isnan(beta_cdf(0.5, 0.0, 1.0)));
  CHECK(std::isnan(beta_quantile(1.5, 1.0, 1.0)));
}

TEST_CASE("beta distribution: symmetry and the uniform") {
  for (const double x : {0.001, 0.2, 0.5, 0.77, 0.999}) {
    CHECK(beta_cdf(x, 1.0, 1.0) == near(x, 1e-14));
    CHECK(beta_cdf(x, 3.2, 7.1) + beta_cdf(1.0 - x, 7.1, 3.2) == near(1.0, 1e-13));
  }
}

TEST_CASE("Student's t: known values (scipy 1.17)") {
  CHECK(student_t_cdf(-2.0, 1.0) == near(0.14758361765043326, 1e-13));
  CHECK(student_t_cdf(-2.5, 3.5) == near(0.037847321904745011, 1e-13));
  CHECK(student_t_cdf(1.2, 10.0) == near(0.8711018496378472, 1e-13));
  CHECK(student_t_cdf(-30.0, 5.0) == near(3.8593243102480265e-07, 1e-12));
  CHECK(student_t_cdf(0.1, 200.0) == near(0.53977775374783943, 1e-13));
  CHECK(student_t_quantile(0.975, 1.0) == near(12.706204736174694, 1e-11));
  CHECK(student_t_quantile(0.95, 4.0) == near(2.1318467863266495, 1e-12));
  CHECK(student_t_quantile(0.01, 7.0) == near(-2.9979515668685286, 1e-12));
  CHECK(student_t_quantile(1e-6, 3.0) == near(-103.29946778041935, 1e-12));
  CHECK(student_t_log_pdf(0.0, 1.0) == near(-1.1447298858493999, 1e-14));
  CHECK(student_t_log_pdf(1.5, 3.0) == near(-2.1201204254943553, 1e-14));
  CHECK(student_t_log_pdf(-4.0, 4.5) == near(-5.1440162850525395, 1e-14));
  CHECK(student_t_log_pdf(2.0, 1e6) == near(-2.9189367832113389, 1e-10));
}

TEST_CASE("Student's t: symmetric, normal at infinite degrees, limits") {
  for (const double t : {0.1, 1.0, 3.0}) CHECK(student_t_cdf(t, 4.0) + student_t_cdf(-t, 4.0) == near(1.0, 1e-15));
  CHECK(student_t_cdf(0.0, 3.0) == 0.5);
  CHECK(student_t_quantile(0.5, 3.0) == 0.0);
  CHECK(student_t_cdf(-1.3, infinity) == normal_cdf(-1.3));
  CHECK(student_t_quantile(0.1, infinity) == normal_quantile(0.1));
  CHECK(student_t_cdf(-infinity, 3.0) == 0.0);
  CHECK(student_t_quantile(0.0, 3.0) == -infinity);
  CHECK(std::isnan(student_t_quantile(0.2, -1.0)));
  CHECK(student_t_quantile(0.3, 1e9) == near(normal_quantile(0.3), 1e-8));
}

TEST_CASE("a density integrates to its distribution function") {
  const double area =
      integrate([](double t) { return std::exp(student_t_log_pdf(t, 5.0)); }, -1.0, 2.0, gauss_legendre_32);
  CHECK(area == near(student_t_cdf(2.0, 5.0) - student_t_cdf(-1.0, 5.0), 1e-13));
}

TEST_CASE("quadrature is exact for polynomials") {
  CHECK(integrate([](double x) { return std::pow(x, 6); }, 0.0, 2.0, gauss_legendre_16) == near(128.0 / 7.0, 1e-14));
  CHECK(integrate([](double x) { return std::pow(x, 62); }, -1.0, 1.0, gauss_legendre_32) == near(2.0 / 63.0, 1e-13));
  CHECK(normal_expectation([](double) { return 1.0; }, 0.0, 1.0, gauss_hermite_16) == near(1.0, 1e-14));
  CHECK(normal_expectation([](double z) { return std::pow(z, 8); }, 0.0, 1.0, gauss_hermite_16) == near(105.0, 1e-13));
  CHECK(normal_expectation([](double z) { return z * z; }, 3.0, 2.0, gauss_hermite_32) == near(13.0, 1e-14));
  CHECK(normal_expectation([](double z) { return std::exp(z); }, 0.0, 1.0, gauss_hermite_32) ==
        near(std::exp(0.5), 1e-14));
}

}  // namespace
