#include "essor/numerics/logistic.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

namespace {

using namespace essor;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST_CASE("logit and expit undo each other and know their limits") {
  for (const double p : {1e-12, 0.02, 0.5, 0.9, 1.0 - 1e-9})
    CHECK(expit(logit(p)) == doctest::Approx(p).epsilon(1e-13));
  CHECK(logit(0.5) == 0.0);
  CHECK(logit(0.0) == -infinity);
  CHECK(logit(1.0) == infinity);
  CHECK(std::isnan(logit(1.5)));
  CHECK(expit(-1000.0) == 0.0);
  CHECK(expit(1000.0) == 1.0);
  CHECK(expit(0.0) == 0.5);
}

TEST_CASE("logarithms of one plus or minus an exponential") {
  CHECK(log1p_exp(0.0) == doctest::Approx(std::log(2.0)).epsilon(1e-15));
  CHECK(log1p_exp(800.0) == 800.0);
  CHECK(log1p_exp(-800.0) == 0.0);
  CHECK(log1m_exp(-1e-20) == doctest::Approx(std::log(1e-20)).epsilon(1e-15));
  CHECK(log1m_exp(-50.0) == doctest::Approx(-std::exp(-50.0)).epsilon(1e-15).scale(0));
  CHECK(log1m_exp(0.0) == -infinity);
  CHECK(std::isnan(log1m_exp(1.0)));
}

TEST_CASE("sums on the log scale do not overflow") {
  CHECK(log_sum_exp(1000.0, 1000.0) == doctest::Approx(1000.0 + std::log(2.0)).epsilon(1e-15));
  CHECK(log_sum_exp(-infinity, 3.0) == 3.0);
  CHECK(log_sum_exp(-infinity, -infinity) == -infinity);
  CHECK(log_sum_exp(infinity, 3.0) == infinity);
  CHECK(std::isnan(log_sum_exp(std::nan(""), infinity)));
  const Eigen::ArrayXd values{{-1000.0, -1001.0, -1002.0}};
  CHECK(log_sum_exp(values) ==
        doctest::Approx(-1000.0 + std::log(1.0 + std::exp(-1.0) + std::exp(-2.0))).epsilon(1e-15));
  CHECK(log_sum_exp(Eigen::ArrayXd(0)) == -infinity);
  CHECK(log_sum_exp(Eigen::ArrayXd{{1.0, infinity}}) == infinity);
  CHECK(std::isnan(log_sum_exp(Eigen::ArrayXd{{1.0, std::nan("")}})));
}

}  // namespace
