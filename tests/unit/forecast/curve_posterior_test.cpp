#include "essor/forecast/curve_posterior.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/forecast/detail/count_samplers.hpp"
#include "essor/random/philox.hpp"

using essor::CoordinatePrior;
using essor::Curve;
using essor::curve_posterior;
using essor::CurveKind;
using essor::CurveModel;
using essor::CurveNoise;
using essor::CurvePosterior;

namespace {

std::vector<std::vector<std::string>> rows_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::stringstream cells(line);
    rows.emplace_back();
    std::string cell;
    while (std::getline(cells, cell, ',')) rows.back().push_back(cell);
  }
  return rows;
}

std::vector<double> column(const std::vector<double>& draws, int count, std::size_t j) {
  const auto first = draws.begin() + static_cast<std::ptrdiff_t>(j) * count;
  return {first, first + count};
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double quantile_of(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

const std::vector<double> counts = {5, 9, 12, 22, 31, 47};

}  // namespace

TEST_CASE("posteriors, evidence and weights against exact ones") {
  const char* folder = std::getenv("ESSOR_EVALUATION_DATA");
  if (folder == nullptr) {
    MESSAGE("skipped: ESSOR_EVALUATION_DATA is not set");
    return;
  }
  const std::string base = std::string(folder) + "/forecast/";
  const auto data = rows_of(base + "exact_data.csv");
  const auto priors = rows_of(base + "exact_priors.csv");
  const auto moments = rows_of(base + "exact_posteriors.csv");
  std::map<std::string, std::vector<std::pair<double, double>>> evidences;  // found, exact weight
  for (const auto& row : rows_of(base + "exact_evidence.csv")) {
    const CurveModel model{essor::curve_from_name(row[2]), CurveKind::level, essor::curve_noise_from_name(row[1])};
    CAPTURE(row[0]);
    CAPTURE(row[2]);
    std::vector<double> y;
    for (const auto& one : data) {
      if (one[0] == row[0]) y.push_back(std::stod(one[2]));
    }
    essor::CurvePosteriorOptions options;
    for (const auto& one : priors) {
      if (one[0] == row[0] && one[1] == row[2]) options.priors.push_back({std::stod(one[4]), std::stod(one[5])});
    }
    if (model.noise == CurveNoise::lognormal) options.priors.push_back({std::log(0.1), 0.0});
    const CurvePosterior posterior = curve_posterior(y, model, options, {}, 4);
    const double error = std::abs(posterior.log_evidence - std::stod(row[3]));
    CHECK(error < 1e-4);
    CHECK(error < posterior.log_evidence_error + 1e-6);
    evidences[row[0]].emplace_back(posterior.log_evidence, std::stod(row[6]));
    for (std::size_t s = 0; s < 4; ++s) {
      CHECK(posterior.expected[s] == doctest::Approx(std::stod(row[7 + s])).epsilon(1e-4));
    }
    std::size_t j = 0;
    for (const auto& one : moments) {
      if (one[0] != row[0] || one[2] != row[2]) continue;
      const double sd = std::stod(one[5]);
      CHECK(std::abs(posterior.mean[j] - std::stod(one[4])) < 1e-3 * sd);
      CHECK(posterior.sd[j] == doctest::Approx(sd).epsilon(1e-3));
      // The exact quantiles are those of a grid, off by up to 0.2 sd in its first coordinate.
      const std::vector<double> draws = column(posterior.draws, posterior.draw_count, j);
      CHECK(std::abs(quantile_of(draws, 0.05) - std::stod(one[6])) < 0.3 * sd);
      CHECK(std::abs(quantile_of(draws, 0.50) - std::stod(one[7])) < 0.15 * sd);
      CHECK(std::abs(quantile_of(draws, 0.95) - std::stod(one[8])) < 0.3 * sd);
      ++j;
    }
  }
  for (const auto& [name, found] : evidences) {
    std::vector<double> logs;
    for (const auto& one : found) logs.push_back(one.first);
    const std::vector<double> weights = essor::model_weights(logs);
    for (std::size_t k = 0; k < found.size(); ++k) CHECK(std::abs(weights[k] - found[k].second) < 1e-4);
  }
}

TEST_CASE("a line with known noise: the conjugate posterior in closed form") {
  // y = a + b t + e, sd 2 known; a ~ N(0, 100), b ~ N(0, 10): a normal with precision P = X'X / 4 + diag(1e-4, 1e-2).
  const std::vector<double> y = {3, 9, 11, 18, 19};
  const CurvePosterior posterior =
      curve_posterior(y, {Curve::linear, CurveKind::level, CurveNoise::normal},
                      {.priors = {{0.0, 100.0}, {0.0, 10.0}, {std::log(2.0), 0.0}}, .draws = 8000});
  double p00 = 1e-4;
  double p01 = 0.0;
  double p11 = 1e-2;
  double b0 = 0.0;
  double b1 = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto t = static_cast<double>(i + 1);
    p00 += 0.25;
    p01 += 0.25 * t;
    p11 += 0.25 * t * t;
    b0 += 0.25 * y[i];
    b1 += 0.25 * y[i] * t;
    yy += 0.25 * y[i] * y[i];
  }
  const double determinant = p00 * p11 - p01 * p01;
  const double a = (p11 * b0 - p01 * b1) / determinant;
  const double b = (p00 * b1 - p01 * b0) / determinant;
  CHECK(posterior.mean[0] == doctest::Approx(a).epsilon(1e-5));
  CHECK(posterior.mean[1] == doctest::Approx(b).epsilon(1e-5));
  CHECK(posterior.sd[0] == doctest::Approx(std::sqrt(p11 / determinant)).epsilon(1e-4));
  CHECK(posterior.sd[1] == doctest::Approx(std::sqrt(p00 / determinant)).epsilon(1e-4));
  CHECK(posterior.sd[2] == 0.0);
  CHECK(posterior.quantity_mean[2] == doctest::Approx(2.0));
  const double log_two_pi = std::log(2.0 * M_PI);
  const double exact = -2.5 * log_two_pi - 5.0 * std::log(2.0) - std::log(1000.0) - 0.5 * std::log(determinant) -
                       0.5 * (yy - a * b0 - b * b1);
  CHECK(posterior.log_evidence == doctest::Approx(exact).epsilon(1e-6));
  const std::vector<double> slopes = column(posterior.draws, 8000, 1);
  CHECK(std::abs(mean_of(slopes) - b) < 4.0 * posterior.sd[1] / std::sqrt(8000.0));
}

TEST_CASE("draws keep to the quadrature where a small spread leaves the curve no room") {
  // Two values and four coordinates: the smaller sigma, the narrower the rest, like a funnel.
  for (const CurveNoise noise : {CurveNoise::normal, CurveNoise::student_t}) {
    const CurvePosterior posterior = curve_posterior(
        std::vector<double>{5, 9}, {Curve::logistic, CurveKind::level, noise}, {.draws = 4000, .seed = 3});
    for (std::size_t j = 0; j < posterior.mean.size(); ++j) {
      CAPTURE(posterior.coordinates[j]);
      const std::vector<double> draws = column(posterior.draws, 4000, j);
      CHECK(std::abs(mean_of(draws) - posterior.mean[j]) < 0.08 * posterior.sd[j]);
    }
  }
}

TEST_CASE("the same seed gives the same bits, and the number of draws changes none") {
  const CurveModel model{Curve::logistic, CurveKind::level, CurveNoise::poisson};
  const CurvePosterior many = curve_posterior(counts, model, {.draws = 300, .seed = 7});
  const CurvePosterior few = curve_posterior(counts, model, {.draws = 40, .seed = 7});
  for (std::size_t j = 0; j < 3; ++j) {
    const std::vector<double> a = column(many.draws, 300, j);
    const std::vector<double> b = column(few.draws, 40, j);
    CHECK(std::equal(b.begin(), b.end(), a.begin()));
  }
  CHECK(many.log_evidence == few.log_evidence);
  CHECK(curve_posterior(counts, model, {.draws = 40, .seed = 8}).draws != few.draws);
  CHECK(many.predict(3, 1) == many.predict(3, 1));
  CHECK(many.predict(3, 1) != many.predict(3, 2));
}

TEST_CASE("one value: the posterior is all but the prior; fifty: it is the likelihood") {
  const CurveModel model{Curve::bass, CurveKind::level, CurveNoise::lognormal};
  const CurvePosterior one = curve_posterior(std::vector<double>{10.0}, model);
  CHECK(one.sd[2] == doctest::Approx(0.7).epsilon(0.15));
  CHECK(one.sd[3] == doctest::Approx(1.0).epsilon(0.15));
  std::vector<double> y;
  std::vector<double> times;
  for (int t = 1; t <= 50; ++t) {
    times.push_back(0.4 * t);
    y.push_back(curve_value(Curve::bass, std::vector<double>{500, 0.03, 0.4}, 0.4 * t).value *
                std::exp(0.05 * std::sin(37.0 * t)));
  }
  const CurvePosterior fifty = curve_posterior(y, model, {}, times);
  const essor::CurveFit fit = essor::fit_curve(y, model, times);
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(std::abs(fifty.quantity_mean[j] - fit.parameters[j]) < 0.3 * fit.standard_errors[j]);
    CHECK(fifty.quantity_sd[j] == doctest::Approx(fit.standard_errors[j]).epsilon(0.1));
  }
  const auto when = fifty.saturation(0.9);
  CHECK(mean_of(when) == doctest::Approx(fit.saturation(0.9).time).epsilon(0.01));
}

TEST_CASE("draws of each noise have its moments, and cumulative ones go on from the last value") {
  for (const CurveNoise noise : {CurveNoise::lognormal, CurveNoise::normal, CurveNoise::student_t, CurveNoise::poisson,
                                 CurveNoise::negative_binomial}) {
    CAPTURE(std::string(curve_noise_name(noise)));
    const CurveModel model{Curve::exponential, CurveKind::level, noise};
    // All but known: the draws scatter by the noise alone, of mean 100 and sd 30 or so.
    std::vector<CoordinatePrior> priors = {{std::log(100.0), 1e-6}, {0.0, 0.0}};
    const double spread = noise == CurveNoise::lognormal ? 0.3 : noise == CurveNoise::negative_binomial ? 0.08 : 20.0;
    if (has_spread(noise)) priors.push_back({std::log(spread), 0.0});
    const CurvePosterior posterior =
        curve_posterior(std::vector<double>{100, 101}, model, {.priors = priors, .draws = 3000});
    const std::vector<double> ahead = posterior.predict(1, 3);
    double squares = 0.0;
    for (const double value : ahead) squares += std::pow(value - mean_of(ahead), 2) / 3000.0;
    const double expected_mean = noise == CurveNoise::lognormal ? 100.0 * std::exp(0.045) : 100.0;
    const double variance = noise == CurveNoise::lognormal   ? std::pow(expected_mean, 2) * std::expm1(0.09)
                            : noise == CurveNoise::student_t ? 800.0
                            : noise == CurveNoise::normal    ? 400.0
                            : noise == CurveNoise::poisson   ? 100.0
                                                             : 900.0;
    CHECK(std::abs(mean_of(ahead) - expected_mean) < 5.0 * std::sqrt(variance / 3000.0));
    CHECK(squares == doctest::Approx(variance).epsilon(noise == CurveNoise::student_t ? 0.4 : 0.15));
  }
  const CurveModel total{Curve::logistic, CurveKind::cumulative, CurveNoise::negative_binomial};
  const CurvePosterior posterior =
      curve_posterior(std::vector<double>{5, 14, 26, 48, 79, 126}, total, {.draws = 200}, {}, 2);
  const std::vector<double> ahead = posterior.predict(2, 0);
  for (std::size_t d = 0; d < 200; ++d) {
    CHECK(ahead[d] >= 126.0);
    CHECK(ahead[200 + d] >= ahead[d]);
    CHECK(ahead[d] == std::floor(ahead[d]));
  }
  CHECK(posterior.expected[0] > 126.0);
  CHECK(posterior.expected[1] > posterior.expected[0]);
}

TEST_CASE("Poisson draws have the distribution") {
  for (const double mean : {0.3, 4.0, 9.99, 10.0, 25.0, 4000.0}) {
    CAPTURE(mean);
    essor::Philox generator(11);
    double sum = 0.0;
    double squares = 0.0;
    constexpr int n = 40000;
    for (int k = 0; k < n; ++k) {
      const double x = essor::detail::poisson_rng(generator, mean);
      sum += x;
      squares += (x - mean) * (x - mean);
    }
    CHECK(std::abs(sum / n - mean) < 5.0 * std::sqrt(mean / n));
    CHECK(squares / n == doctest::Approx(mean).epsilon(0.05));
  }
}

TEST_CASE("ranks of the truth among draws are uniform: a small calibration") {
  // 50 simulations of Poisson counts of a Gompertz curve; tests/benchmark/sbc_curves.py has 500 of every model.
  const CurveModel model{Curve::gompertz, CurveKind::level, CurveNoise::poisson};
  const std::vector<CoordinatePrior> priors = {{std::log(200.0), 0.5}, {std::log(0.4), 0.4}, {4.0, 2.0}};
  constexpr int simulations = 50;
  constexpr int draws = 99;
  std::vector<std::vector<int>> ranks(3);
  for (std::uint32_t s = 0; s < simulations; ++s) {
    essor::Philox generator(123, {.path = s});
    std::vector<double> truth;
    for (const CoordinatePrior& prior : priors) truth.push_back(prior.mean + prior.sd * essor::normal_rng(generator));
    const std::vector<double> parameters = {std::exp(truth[0]), std::exp(truth[1]), truth[2]};
    std::vector<double> y;
    for (int t = 1; t <= 8; ++t) {
      y.push_back(essor::detail::poisson_rng(generator, curve_value(model.curve, parameters, t).value));
    }
    const CurvePosterior posterior = curve_posterior(y, model, {.priors = priors, .draws = draws, .seed = s});
    for (std::size_t j = 0; j < 3; ++j) {
      const std::vector<double> one = column(posterior.draws, draws, j);
      ranks[j].push_back(
          static_cast<int>(std::count_if(one.begin(), one.end(), [&](double x) { return x < truth[j]; })));
    }
  }
  for (const std::vector<int>& one : ranks) {
    // Kolmogorov and Smirnov's distance: above 1.95 / sqrt(n) once in a thousand.
    double distance = 0.0;
    for (int r = 0; r <= draws; ++r) {
      const auto below = std::count_if(one.begin(), one.end(), [&](int rank) { return rank <= r; });
      distance = std::max(distance, std::abs(static_cast<double>(below) / simulations - (r + 1.0) / (draws + 1.0)));
    }
    CHECK(distance < 1.95 / std::sqrt(simulations));
  }
}

TEST_CASE("log likelihood and weights") {
  // Poisson of mean 10 + 0 t at 10: e^-10 10^10 / 10!, twice.
  const double one = 10.0 * std::log(10.0) - 10.0 - std::lgamma(11.0);
  CHECK(essor::curve_log_likelihood(std::vector<double>{10, 10}, {Curve::linear, CurveKind::level, CurveNoise::poisson},
                                    std::vector<double>{10, 0}) == doctest::Approx(2.0 * one));
  // Every noise: the sum of its densities.
  for (const CurveNoise noise : {CurveNoise::lognormal, CurveNoise::normal, CurveNoise::student_t, CurveNoise::poisson,
                                 CurveNoise::negative_binomial}) {
    std::vector<double> coordinates = {3.0, 7.0};
    if (has_spread(noise)) coordinates.push_back(std::log(0.7));
    double sum = 0.0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      sum += curve_noise_log_density(noise, counts[i], 3.0 + 7.0 * static_cast<double>(i + 1), 0.7);
    }
    CHECK(essor::curve_log_likelihood(counts, {Curve::linear, CurveKind::level, noise}, coordinates) ==
          doctest::Approx(sum).epsilon(1e-12));
  }
  const std::vector<double> weights = essor::model_weights(std::vector<double>{-1000.0, -1000.0 + std::log(3.0)});
  CHECK(weights[0] == doctest::Approx(0.25));
  const std::vector<double> tilted =
      essor::model_weights(std::vector<double>{-5.0, -5.0, -5.0}, std::vector<double>{3.0, 1.0, 0.0});
  CHECK(tilted[0] == doctest::Approx(0.75));
  CHECK(tilted[2] == 0.0);
}

TEST_CASE("default priors follow the scale of the data and nothing else") {
  const CurveModel model{Curve::logistic, CurveKind::level, CurveNoise::negative_binomial};
  const auto priors = essor::default_curve_priors(counts, model);
  REQUIRE(priors.size() == 4);
  CHECK(priors[0].mean == doctest::Approx(std::log(94.0)));
  CHECK(priors[2].mean == doctest::Approx(4.5));
  const CurvePosterior plain = curve_posterior(counts, {Curve::logistic, CurveKind::level, CurveNoise::lognormal});
  std::vector<double> thousands;
  for (const double y : counts) thousands.push_back(1000.0 * y);
  const CurvePosterior scaled = curve_posterior(thousands, {Curve::logistic, CurveKind::level, CurveNoise::lognormal});
  CHECK(scaled.mean[0] - plain.mean[0] == doctest::Approx(std::log(1000.0)).epsilon(1e-4));
  CHECK(scaled.mean[1] == doctest::Approx(plain.mean[1]).epsilon(1e-3));
  CHECK(scaled.log_evidence - plain.log_evidence == doctest::Approx(-6.0 * std::log(1000.0)).epsilon(1e-4));
}

TEST_CASE("wrong arguments of posteriors") {
  const CurveModel model{Curve::logistic, CurveKind::level, CurveNoise::poisson};
  using essor::ArgumentError;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(curve_posterior(counts, model, {.draws = 0}), ArgumentError);
  CHECK_THROWS_AS(curve_posterior(counts, model, {.priors = {{0, 1}}}), ArgumentError);
  CHECK_THROWS_AS(curve_posterior(counts, model, {.priors = {{0, 1}, {0, -1}, {0, 1}}}), ArgumentError);
  CHECK_THROWS_AS(curve_posterior(counts, model, {.priors = {{0, 1}, {nan, 1}, {0, 1}}}), ArgumentError);
  CHECK_THROWS_AS(curve_posterior(counts, model, {.priors = {{0, 0}, {0, 0}, {0, 0}}}), ArgumentError);
  CHECK_THROWS_AS(curve_posterior(std::vector<double>{1, nan}, model), ArgumentError);
  CHECK_THROWS_AS(curve_posterior(std::vector<double>{1, 2.5}, model), ArgumentError);
  CHECK_THROWS_AS(curve_posterior(counts, model, {}, {}, -1), ArgumentError);
  // A line that is known to be below 0 gives counts no probability.
  CHECK_THROWS_AS(curve_posterior(counts, {Curve::linear, CurveKind::level, CurveNoise::poisson},
                                  {.priors = {{-1e9, 1.0}, {0.0, 0.0}}}),
                  ArgumentError);
  CHECK_THROWS_AS(curve_posterior(counts, model, {.draws = 5}).predict(0, 1), ArgumentError);
  CHECK_THROWS_AS(
      curve_posterior(counts, {Curve::exponential, CurveKind::level, CurveNoise::poisson}, {.draws = 5}).saturation(),
      ArgumentError);
  CHECK_THROWS_AS(essor::model_weights(std::vector<double>{}), ArgumentError);
  CHECK_THROWS_AS(essor::model_weights(std::vector<double>{nan}), ArgumentError);
  CHECK_THROWS_AS(essor::model_weights(std::vector<double>{1, 2}, std::vector<double>{0, 0}), ArgumentError);
  CHECK_THROWS_AS(essor::model_weights(std::vector<double>{1, 2}, std::vector<double>{-1, 1}), ArgumentError);
  CHECK_THROWS_AS(essor::curve_log_likelihood(counts, model, std::vector<double>{1.0}), ArgumentError);
}

TEST_CASE("zeros, huge values and constants have a posterior") {
  for (const std::vector<double>& y :
       {std::vector<double>{0, 0, 0, 0}, {0, 0, 1, 3}, {7, 7, 7, 7}, {1e9, 2e9, 3e9, 3.5e9}}) {
    for (const Curve curve : {Curve::exponential, Curve::logistic, Curve::gompertz, Curve::bass}) {
      CAPTURE(std::string(curve_name(curve)));
      const CurveNoise noise = curve == Curve::exponential ? CurveNoise::negative_binomial : CurveNoise::poisson;
      const CurvePosterior posterior = curve_posterior(y, {curve, CurveKind::level, noise}, {.draws = 10});
      CHECK(std::isfinite(posterior.log_evidence));
      CHECK(posterior.log_evidence_error < 0.05);
    }
  }
  const CurvePosterior huge =
      curve_posterior(std::vector<double>{1e149, 2e149, 3e149},
                      {Curve::gompertz, CurveKind::level, CurveNoise::lognormal}, {.draws = 10});
  CHECK(std::isfinite(huge.log_evidence));
}
