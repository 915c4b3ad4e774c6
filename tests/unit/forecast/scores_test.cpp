#include "essor/forecast/scores.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "essor/numerics/normal.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"
#include "unit/forecast/message.hpp"

namespace {

using doctest::Approx;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// The draws and weights of the tests of scoringRules' crps_sample as kept in frazane/scoringrules, tests/test_crps.py.
const std::vector<double> draws = {1.7812118, 0.5863797, 0.7038174,  -0.7743998, -0.2751647,
                                   1.1863249, 1.2990966, -0.3242982, -0.5968781, 0.9064937};
constexpr double observed = -0.6042506;
const std::vector<double> history = {12, 19, 35, 51, 78, 119, 158, 207};
const std::vector<double> came = {239, 262, 290};
const std::vector<double> expected = {250, 280, 300};

std::vector<double> normal_draws(std::size_t count, double mean, double sd) {
  essor::Philox generator(7);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(mean + sd * essor::normal_rng(generator));
  return values;
}

}  // namespace

TEST_CASE("CRPS of distributions: published values") {
  // frazane/scoringrules, tests/test_crps.py (Apache-2.0): values of the R package scoringRules.
  CHECK(essor::crps_student_t(11.1, 5.2, 13.8, 2.3) == Approx(1.658226).epsilon(1e-6));
  CHECK(essor::crps_student_t(0.7, 4, 0, 1) == Approx(0.4387929).epsilon(1e-6));
  CHECK(essor::crps_logistic(17.1, 13.8, 3.3) == Approx(2.067527).epsilon(1e-6));
  CHECK(essor::crps_logistic(3.1, 4, 0.5) == Approx(0.5529776).epsilon(1e-6));
  CHECK(essor::crps_gamma(0.2, 1.1, 0.7) == Approx(0.6343718).epsilon(1e-6));
  CHECK(essor::crps_exponential(3.0, 0.7) == Approx(1.20701837).epsilon(1e-8));
  CHECK(essor::crps_laplace(-3.0, 0, 1) == Approx(2.29978707).epsilon(1e-8));
  CHECK(essor::crps_beta(0.3, 0.7, 1.1) == Approx(0.0850102437).epsilon(1e-8));
  CHECK(essor::crps_poisson(1.0, 3) == Approx(1.143447).epsilon(1e-6));
  CHECK(essor::crps_poisson(1.5, 2.3) == Approx(0.5001159).epsilon(1e-6));
  CHECK(essor::crps_poisson(-1.0, 1.5) == Approx(1.840259).epsilon(1e-6));
  CHECK(essor::crps_negative_binomial(2, 7, 0.8) == Approx(0.3834322).epsilon(1e-6));
  CHECK(essor::crps_negative_binomial(1.5, 2, 0.5) == Approx(0.462963).epsilon(1e-6));
  CHECK(essor::crps_negative_binomial(-1, 17, 0.1) == Approx(132.0942).epsilon(1e-6));
  CHECK(essor::crps_negative_binomial(2.3, 11, 11 / (11 + 7.3)) == Approx(3.149218).epsilon(1e-6));
  CHECK(essor::crps_binomial(8, 10, 0.9) == Approx(0.6685115).epsilon(1e-6));
}

TEST_CASE("CRPS of distributions: values by numerical integration") {
  CHECK(essor::crps_normal(0, 0, 1) == Approx(0.233694977).epsilon(1e-8));
  CHECK(essor::crps_normal(2.9, 1.3, 0.7) == Approx(1.21041208).epsilon(1e-8));
  CHECK(essor::crps_normal(-9.5, -2, 3) == Approx(5.81945607).epsilon(1e-8));
  CHECK(essor::crps_lognormal(2, 0, 1) == Approx(0.562821752).epsilon(1e-8));
  CHECK(essor::crps_lognormal(180, 5, 0.25) == Approx(18.2996318).epsilon(1e-8));
  CHECK(essor::crps_poisson(131, 120) == Approx(6.70968454).epsilon(1e-8));
}

TEST_CASE("CRPS of distributions: limits and kin") {
  CHECK(essor::crps_student_t(0.3, 1e7, 0, 1) == Approx(essor::crps_normal(0.3, 0, 1)).epsilon(1e-6));
  CHECK(essor::crps_gamma(1.7, 1, 0.6) == Approx(essor::crps_exponential(1.7, 0.6)).epsilon(1e-12));
  CHECK(essor::crps_gamma(-1, 2, 0.5) == Approx(essor::crps_gamma(0, 2, 0.5) + 1));
  CHECK(essor::crps_exponential(-2, 0.5) == Approx(2 + 1.0));
  CHECK(essor::crps_lognormal(-1, 0, 0.5) == Approx(essor::crps_lognormal(0, 0, 0.5) + 1));
  CHECK(essor::crps_lognormal(7, std::log(7), 1e-9) == Approx(0).epsilon(1e-6));
  // F is the uniform distribution: y^2 - y + 1/3.
  CHECK(essor::crps_beta(0.2, 1, 1) == Approx(0.04 - 0.2 + 1.0 / 3).epsilon(1e-12));
  CHECK(essor::crps_beta(2, 2, 3) == Approx(essor::crps_beta(1, 2, 3) + 1).epsilon(1e-12));
  CHECK(essor::crps_normal(1e9 + 1, 1e9, 2) == Approx(essor::crps_normal(1, 0, 2)).epsilon(1e-6));
  // Far from the distribution the score is the distance from the mean, less half the mean gap.
  CHECK(essor::crps_poisson(1e6, 3) == Approx(1e6 - 3 - 0.5 * 1.9).epsilon(1e-6));
  CHECK(essor::crps_poisson(1e6 + 300, 1e6) == Approx(essor::crps_normal(1e6 + 300, 1e6, 1e3)).epsilon(1e-3));
  CHECK(essor::crps_negative_binomial(3, 5, 1) == 3);
  CHECK(essor::crps_binomial(3, 10, 0) == 3);
  CHECK(essor::crps_binomial(3, 10, 1) == 7);
  CHECK(essor::crps_binomial(2, 0, 0.5) == Approx(2));
  // A binomial of one trial with y = 1: (1 - p)^2.
  CHECK(essor::crps_binomial(1, 1, 0.3) == Approx(0.49).epsilon(1e-12));
}

TEST_CASE("the truth scores best on average") {
  // E CRPS(N(m, s), Y) and E log score, Y standard normal, by the midpoint rule over its quantiles.
  const auto mean_score = [](auto score) {
    double total = 0.0;
    for (int i = 0; i < 2000; ++i) total += score(essor::normal_quantile((i + 0.5) / 2000)) / 2000;
    return total;
  };
  const double crps = mean_score([](double y) { return essor::crps_normal(y, 0, 1); });
  const double log_score = mean_score([](double y) { return essor::log_score_normal(y, 0, 1); });
  CHECK(crps == Approx(1 / std::sqrt(3.14159265358979)).epsilon(1e-3));
  for (const auto& [mean, sd] : std::vector<std::array<double, 2>>{{0.2, 1}, {-0.2, 1}, {0, 0.8}, {0, 1.2}}) {
    CHECK(mean_score([&](double y) { return essor::crps_normal(y, mean, sd); }) > crps);
    CHECK(mean_score([&](double y) { return essor::log_score_normal(y, mean, sd); }) > log_score);
  }
}

TEST_CASE("log scores are minus the log density") {
  CHECK(essor::log_score_normal(1, 1, 2) == Approx(std::log(2 * std::sqrt(2 * 3.141592653589793))));
  CHECK(essor::log_score_normal(3, 1, 2) == Approx(-std::log(essor::normal_pdf(1) / 2)));
  CHECK(essor::log_score_student_t(0, 1, 0, 1) == Approx(std::log(3.141592653589793)));  // Cauchy
  CHECK(essor::log_score_student_t(4, 3, 1, 2) ==
        Approx(std::log(2) + essor::log_score_student_t(1.5, 3, 0, 1)).epsilon(1e-12));
  CHECK(essor::log_score_lognormal(1, 0, 1) == Approx(essor::log_score_normal(0, 0, 1)));
  CHECK(essor::log_score_lognormal(0, 0, 1) == std::numeric_limits<double>::infinity());
}

TEST_CASE("scores of draws: published values") {
  CHECK(essor::crps_draws(observed, draws) == Approx(0.6126602).epsilon(1e-6));
  CHECK(essor::fair_crps_draws(observed, draws) == Approx(0.559895929).epsilon(1e-8));
  const std::vector<double> weights = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  CHECK(essor::crps_weighted_draws(observed, draws, weights) == Approx(0.4923673).epsilon(1e-6));
  const std::vector<double> equal(10, 0.1);
  CHECK(essor::crps_weighted_draws(observed, draws, equal) == Approx(essor::crps_draws(observed, draws)));
  for (const double y : {-5.0, 0.5863797, 5.0}) {
    CHECK(essor::crps_weighted_draws(y, draws, equal) == Approx(essor::crps_draws(y, draws)).epsilon(1e-12));
  }
}

TEST_CASE("scores of draws go to those of the distribution") {
  const std::vector<double> many = normal_draws(20000, 3, 2);
  const double crps = essor::crps_normal(4, 3, 2);
  CHECK(essor::crps_draws(4, many) == Approx(crps).epsilon(0.02));
  CHECK(essor::fair_crps_draws(4, many) == Approx(crps).epsilon(0.02));
  CHECK(essor::log_score_draws(4, many) == Approx(essor::log_score_normal(4, 3, 2)).epsilon(0.02));
  CHECK(essor::pit_draws(4, many, 0.5) == Approx(essor::normal_cdf(0.5)).epsilon(0.02));
  // E|X - X'| = 2 sd / sqrt(pi); E|X - y| = CRPS + half of it.
  const double gap = 2 * 2 / std::sqrt(3.14159265358979);
  CHECK(essor::scrps_draws(4, many) == Approx(-(crps + 0.5 * gap) / gap - 0.5 * std::log(gap)).epsilon(0.02));
}

TEST_CASE("scores of draws: laws and limits") {
  CHECK(essor::crps_draws(3, std::vector<double>{5}) == 2);
  CHECK(essor::crps_draws(3, std::vector<double>(4, 3.0)) == 0);
  // Homogeneous of degree 1, and unmoved by a shift even where the level is large against the spread.
  std::vector<double> moved;
  for (const double draw : draws) moved.push_back(1e7 + 3 * draw);
  CHECK(essor::crps_draws(1e7 + 3 * observed, moved) == Approx(3 * essor::crps_draws(observed, draws)).epsilon(1e-7));
  // The scaled CRPS falls by half the logarithm of the unit.
  CHECK(essor::scrps_draws(1e7 + 3 * observed, moved) ==
        Approx(essor::scrps_draws(observed, draws) - 0.5 * std::log(3)).epsilon(1e-7));
  const std::vector<double> huge = {1e307, -1e307};
  CHECK(essor::crps_draws(0, huge) == Approx(5e306));
  // The shares add up with ties, whatever part of them is taken.
  const std::vector<double> counts = {0, 1, 1, 2};
  CHECK(essor::pit_draws(1, counts, 0) == 0.25);
  CHECK(essor::pit_draws(1, counts, 0.5) == 0.5);
  CHECK(essor::pit_draws(1, counts, 1) == 0.75);
  CHECK(essor::pit_draws(3, counts, 0.3) == 1);
}

TEST_CASE("quantiles and intervals: known values") {
  // frazane/scoringrules, tests/test_quantile.py and tests/test_interval.py (Apache-2.0).
  CHECK(essor::pinball(0.3, 0.5, 0.2) == Approx(0.16));
  CHECK(essor::pinball(0.3, 0.1, 0.2) == Approx(0.04));
  CHECK(essor::interval_score(0.1, 0, 0.4, 0.5) == Approx(0.4));
  CHECK(essor::interval_score(7.5, 2, 6, 0.05) == Approx(64));
  CHECK(essor::interval_score(0.5, 2, 6, 0.05) == Approx(64));
  CHECK(essor::coverage(std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, 0, 4, 0},
                        std::vector<double>{2, 2, 5, 3}) == 0.5);
}

TEST_CASE("twice the mean pinball loss goes to the CRPS") {
  std::vector<double> p;
  std::vector<double> q;
  for (int i = 0; i < 4000; ++i) {
    p.push_back((i + 0.5) / 4000);
    q.push_back(3 + 2 * essor::normal_quantile(p.back()));
  }
  CHECK(essor::crps_quantiles(4, q, p) == Approx(essor::crps_normal(4, 3, 2)).epsilon(1e-3));
  // One quantile, the median: the absolute error.
  CHECK(essor::crps_quantiles(4, std::vector<double>{1}, std::vector<double>{0.5}) == 3);
  // The interval score is the two pinball losses of its ends, times 2 / alpha.
  CHECK(essor::interval_score(7, 2, 6, 0.2) ==
        Approx(2 / 0.2 * (essor::pinball(7, 2, 0.1) + essor::pinball(7, 6, 0.9))));
}

TEST_CASE("point scores on the scale of the series: worked by hand") {
  // Mean of the 7 moves is (207 - 12) / 7; of the 4 over four steps (66 + 100 + 123 + 156) / 4.
  CHECK(essor::mase_scale(history) == Approx(195.0 / 7));
  CHECK(essor::mase_scale(history, 4) == Approx(111.25));
  CHECK(essor::mase(came, expected, history) == Approx(13 * 7 / 195.0));
  CHECK(essor::mase(came, expected, history, 4) == Approx(13 / 111.25));
  const std::vector<double> low = {220, 225, 230};
  const std::vector<double> high = {270, 310, 350};
  CHECK(essor::msis(came, low, high, history) == Approx(85 * 7 / 195.0));
  CHECK(essor::msis(came, low, high, history, 0.05, 4) == Approx(85 / 111.25));
  CHECK(essor::smape(came, expected) == Approx((2200.0 / 489 + 3600.0 / 542 + 2000.0 / 590) / 3));
  CHECK(essor::smape(std::vector<double>{0, 5}, std::vector<double>{0, -5}) == 100);
  std::vector<double> quantiles;
  std::vector<double> p;
  for (int i = 1; i <= 9; ++i) p.push_back(i / 10.0);
  for (const double f : expected) {
    for (const double q : p) quantiles.push_back(f * (0.8 + 0.4 * q));
  }
  CHECK(essor::weighted_quantile_loss(came, quantiles, p) == Approx(0.0449782273).epsilon(1e-8));
}

TEST_CASE("MASE does not know the unit") {
  std::vector<double> in_thousands;
  for (const double value : history) in_thousands.push_back(value / 1000);
  CHECK(essor::mase(std::vector<double>{0.239, 0.262, 0.29}, std::vector<double>{0.25, 0.28, 0.3}, in_thousands) ==
        Approx(essor::mase(came, expected, history)));
}

TEST_CASE("a mean of clusters") {
  // Clusters of one: the usual standard error of a mean, sd / sqrt(n).
  const auto plain = essor::clustered_mean(std::vector<double>{1, 0, 0, 1, 1}, std::vector<double>(5, 1.0));
  CHECK(plain.value == Approx(0.6));
  CHECK(plain.standard_error == Approx(std::sqrt(0.3 / 5)));
  // Each value repeated four times says nothing new.
  const auto repeated = essor::clustered_mean(std::vector<double>{4, 0, 0, 4, 4}, std::vector<double>(5, 4.0));
  CHECK(repeated.value == plain.value);
  CHECK(repeated.standard_error == Approx(plain.standard_error));
  CHECK(std::isnan(essor::clustered_mean(std::vector<double>{2}, std::vector<double>{4}).standard_error));
  const auto with_empty = essor::clustered_mean(std::vector<double>{1, 0, 0}, std::vector<double>{1, 1, 0});
  CHECK(with_empty.standard_error == Approx(0.5));
}

TEST_CASE("wrong arguments are named") {
  using essor::crps_draws;
  CHECK(message([] { essor::crps_normal(not_a_number, 0, 1); }) == "crps_normal: y: nan: must be finite");
  CHECK(message([] { essor::crps_normal(0, 0, 0); }) == "crps_normal: sd: 0: must be finite and > 0");
  CHECK(message([] { essor::crps_student_t(0, 1, 0, 1); }).find("degrees: 1: must be finite and > 1") !=
        std::string::npos);
  CHECK(message([] { essor::crps_negative_binomial(0, 1, 0); }).find("probability") != std::string::npos);
  CHECK(message([] { essor::crps_binomial(0, -1, 0.5); }).find("trials") != std::string::npos);
  for (const double mean : {1e14, 1e18, 1e300}) {
    CHECK(message([&] { essor::crps_poisson(0, mean); }).find("take the distribution as continuous") !=
          std::string::npos);
  }
  CHECK(message([] { crps_draws(0, std::vector<double>{}); }).find("number of draws: 0") != std::string::npos);
  CHECK(message([] { crps_draws(0, std::vector<double>{1, not_a_number}); }) ==
        "crps_draws: draws[1]: nan: must be finite");
  CHECK(message([] { essor::fair_crps_draws(0, std::vector<double>{1}); }).find("must be >= 2") != std::string::npos);
  CHECK(message([] {
          essor::crps_weighted_draws(0, std::vector<double>{1, 2}, std::vector<double>{1, -1});
        }).find("weights[1]: -1") != std::string::npos);
  CHECK(message([] {
          essor::crps_weighted_draws(0, std::vector<double>{1, 2}, std::vector<double>{0, 0});
        }).find("sum of weights") != std::string::npos);
  CHECK(message([] { essor::scrps_draws(0, std::vector<double>{1, 1}); }).find("all equal") != std::string::npos);
  CHECK(message([] { essor::log_score_draws(0, std::vector<double>{1, 1, 1, 1, 2}); }).find("half of them equal") !=
        std::string::npos);
  CHECK(message([] { essor::pit_draws(0, std::vector<double>{1}, 2); }).find("v: 2") != std::string::npos);
  CHECK(message([] { essor::pinball(0, 1, 1.5); }).find("p: 1.5: must be in [0, 1]") != std::string::npos);
  CHECK(message([] { essor::interval_score(0, 2, 1, 0.1); }).find("low: 2: must be <= high") != std::string::npos);
  CHECK(message([] { essor::coverage(came, expected, came); }).find("low[0]: 250: must be <= high") !=
        std::string::npos);
  CHECK(message([] { essor::mase_scale(history, 8); }).find("number of values of history: 8: must be >= 9") !=
        std::string::npos);
  CHECK(message([] { essor::mase(came, expected, std::vector<double>(5, 2.0)); }).find("history: constant") !=
        std::string::npos);
  CHECK(message([] { essor::smape(came, history); }).find("must have as many values as y, 3") != std::string::npos);
  CHECK(message([] {
          essor::weighted_quantile_loss(std::vector<double>{0}, std::vector<double>{1}, std::vector<double>{0.5});
        }).find("all 0") != std::string::npos);
  CHECK(message([] { essor::clustered_mean(std::vector<double>{1}, std::vector<double>{0}); }).find("sum of counts") !=
        std::string::npos);
}
