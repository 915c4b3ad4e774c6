#include "essor/numerics/normal.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

namespace {

using namespace essor;

struct Known {
  double x;
  double expected;
};

TEST_CASE("distribution function: known values (mpmath 1.4, 40 digits)") {
  for (const auto& [z, expected] : {Known{-10, 7.6198530241605261e-24},
                                    {-3, 0.0013498980316300945},
                                    {-1, 0.15865525393145705},
                                    {0.5, 0.6914624612740131},
                                    {2, 0.97724986805182079}}) {
    CHECK(normal_cdf(z) == doctest::Approx(expected).epsilon(1e-14).scale(0));
  }
  CHECK(normal_cdf(0.0) == 0.5);
  CHECK(normal_pdf(0.0) == doctest::Approx(0.3989422804014327).epsilon(1e-15));
}

TEST_CASE("quantile: known values (mpmath 1.4), and the two check values of Wichura's paper") {
  for (const auto& [p, expected] : {Known{0.025, -1.9599639845400542},
                                    {0.3, -0.52440051270804082},
                                    {0.95, 1.6448536269514723},
                                    {1e-10, -6.3613409024040562},
                                    {1e-300, -37.047096299361199},
                                    {0.25, -0.6744897501960817},
                                    {0.001, -3.090232306167814},
                                    {1e-20, -9.262340089798408}}) {
    CHECK(normal_quantile(p) == doctest::Approx(expected).epsilon(1e-15).scale(0));
  }
}

TEST_CASE("quantile undoes the distribution function, and is odd") {
  for (double z = -8.0; z < 5.0; z += 0.01) {
    CHECK(normal_quantile(normal_cdf(z)) == doctest::Approx(z).epsilon(1e-9));
  }
  for (const double p : {1e-12, 0.01, 0.074, 0.075, 0.4}) {
    CHECK(normal_quantile(1.0 - p) == doctest::Approx(-normal_quantile(p)).epsilon(1e-5));
  }
  CHECK(normal_quantile(0.5) == 0.0);
}

TEST_CASE("limits") {
  CHECK(normal_quantile(0.0) == -std::numeric_limits<double>::infinity());
  CHECK(normal_quantile(1.0) == std::numeric_limits<double>::infinity());
  CHECK(std::isnan(normal_quantile(-0.1)));
  CHECK(std::isnan(normal_quantile(1.1)));
  CHECK(std::isnan(normal_quantile(std::nan(""))));
  CHECK(normal_cdf(-std::numeric_limits<double>::infinity()) == 0.0);
  CHECK(normal_cdf(std::numeric_limits<double>::infinity()) == 1.0);
}

}  // namespace
