#include "essor/forecast/curve_fit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/forecast/least_squares.hpp"

using essor::Curve;
using essor::CurveFit;
using essor::CurveKind;
using essor::CurveNoise;
using essor::fit_curve;

namespace {

// Sales of room air conditioners in the United States, 1949-1961, thousands (Bass 1969).
const std::vector<double> air_conditioners = {96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500};

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

std::string rule_of(const std::vector<double>& y, essor::CurveModel model, const std::vector<double>& times = {}) {
  try {
    fit_curve(y, model, times);
  } catch (const essor::ArgumentError& error) {
    return error.place() + ": " + error.rule();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Bass on the flows of air conditioners: the published estimates") {
  // Srinivasan and Mason (1986): m 18713, p .0094, q .3748.
  const CurveFit fit = fit_curve(air_conditioners, {Curve::bass, CurveKind::flow, CurveNoise::normal});
  CHECK(fit.parameters[0] == doctest::Approx(18713).epsilon(1e-4));
  CHECK(fit.parameters[1] == doctest::Approx(0.0094).epsilon(5e-3));
  CHECK(fit.parameters[2] == doctest::Approx(0.3748).epsilon(5e-4));
  CHECK(fit.diagnostics.r2 > 0.9);
  CHECK(fit.diagnostics.starts == 6);
  // Increments of the running total are the flows: the same fit.
  std::vector<double> total;
  for (const double sales : air_conditioners) total.push_back(sales + (total.empty() ? 0.0 : total.back()));
  const CurveFit cumulative = fit_curve(total, {Curve::bass, CurveKind::cumulative, CurveNoise::normal});
  CHECK(cumulative.parameters == fit.parameters);
  const auto flows = fit.predict(2);
  const auto totals = cumulative.predict(2);
  CHECK(flows[0].time == 14.0);
  CHECK(totals[1].value == doctest::Approx(total.back() + flows[0].value + flows[1].value));
}

TEST_CASE("reference fits of curves and of Bass's model") {
  const char* folder = std::getenv("ESSOR_EVALUATION_DATA");
  if (folder == nullptr) {
    MESSAGE("skipped: ESSOR_EVALUATION_DATA is not set");
    return;
  }
  const std::string base = std::string(folder) + "/forecast/";
  const auto check = [](const std::vector<double>& y, const std::vector<double>& times, essor::CurveModel model,
                        const std::vector<std::array<double, 3>>& expected, double tolerance) {
    const CurveFit fit = fit_curve(y, model, times);
    REQUIRE(expected.size() == fit.parameters.size());
    // A reference that stopped short of the minimum can only have a larger sum.
    CHECK(fit.diagnostics.rss <= expected[0][2] * (1.0 + 1e-8));
    if (fit.diagnostics.rss < expected[0][2] * (1.0 - 1e-6)) return;
    for (std::size_t j = 0; j < expected.size(); ++j) {
      CHECK(fit.parameters[j] == doctest::Approx(expected[j][0]).epsilon(tolerance));
      CHECK(fit.standard_errors[j] == doctest::Approx(expected[j][1]).epsilon(1e-3));
    }
  };
  const auto number = [](const std::string& cell) { return cell.empty() ? 0.0 : std::stod(cell); };

  const auto curve_data = rows_of(base + "curve_data.csv");
  const auto curve_fits = rows_of(base + "curve_fits.csv");
  for (std::size_t k = 0; k < curve_fits.size();) {
    const std::string name = curve_fits[k][0];
    const std::string curve = curve_fits[k][2];
    CAPTURE(name);
    CAPTURE(curve);
    std::vector<std::array<double, 3>> expected;
    for (; k < curve_fits.size() && curve_fits[k][0] == name && curve_fits[k][2] == curve; ++k) {
      expected.push_back({number(curve_fits[k][4]), number(curve_fits[k][5]), number(curve_fits[k][6])});
    }
    std::vector<double> times;
    std::vector<double> y;
    for (const auto& row : curve_data) {
      if (row[0] != name) continue;
      times.push_back(number(row[1]));
      y.push_back(number(row[2]));
    }
    check(y, times, {essor::curve_from_name(curve), CurveKind::level, CurveNoise::normal}, expected, 1e-6);
  }

  const auto bass_data = rows_of(base + "bass_data.csv");
  const auto bass_fits = rows_of(base + "bass_params.csv");
  for (const auto& first : bass_fits) {
    if (first[1] != "nls_srinivasan_mason_interval" || first[2] != "m") continue;
    CAPTURE(first[0]);
    std::vector<std::array<double, 3>> expected;
    for (const auto& row : bass_fits) {
      if (row[0] == first[0] && row[1] == first[1]) {
        expected.push_back({number(row[3]), number(row[4]), number(row[5])});
      }
    }
    std::vector<double> y;
    for (const auto& row : bass_data) {
      if (row[0] == first[0]) y.push_back(number(row[3]));
    }
    check(y, {}, {Curve::bass, CurveKind::flow, CurveNoise::normal}, expected, 1e-6);
  }
}

TEST_CASE("curves without noise are found again, seen in each way, under each noise") {
  const std::vector<std::pair<Curve, std::vector<double>>> truths = {
      {Curve::linear, {30, 20}},        {Curve::exponential, {30, 0.25}},      {Curve::logistic, {900, 0.7, 7}},
      {Curve::gompertz, {900, 0.4, 6}}, {Curve::richards, {900, 0.6, 7, 0.4}}, {Curve::bass, {900, 0.02, 0.5}},
  };
  std::vector<double> times;
  for (int t = 1; t <= 14; ++t) times.push_back(t);
  for (const auto& [curve, parameters] : truths) {
    for (const CurveKind kind : {CurveKind::level, CurveKind::flow, CurveKind::cumulative}) {
      if (curve == Curve::linear && kind == CurveKind::flow) continue;
      for (const CurveNoise noise : {CurveNoise::lognormal, CurveNoise::normal, CurveNoise::student_t}) {
        CAPTURE(std::string(curve_name(curve)));
        CAPTURE(std::string(curve_kind_name(kind)));
        CAPTURE(std::string(curve_noise_name(noise)));
        std::vector<double> y;
        for (const auto& mean : essor::curve_means(curve, kind, parameters, times)) {
          y.push_back(mean.value + (kind == CurveKind::cumulative && !y.empty() ? y.back() : 0.0));
        }
        const CurveFit fit = fit_curve(y, {curve, kind, noise});
        for (std::size_t j = 0; j < parameters.size(); ++j) {
          CHECK(fit.parameters[j] == doctest::Approx(parameters[j]).epsilon(1e-5));
        }
        CHECK(fit.diagnostics.r2 == doctest::Approx(1.0));
        CHECK(fit.predict(1)[0].standard_error < 1e-4 * y.back());
      }
    }
  }
}

TEST_CASE("counts: the maximum of the likelihood") {
  // Poisson counts of an exponential: at the maximum, sum(y - mu) = 0 and sum t (y - mu) = 0.
  const std::vector<double> y = {5, 9, 12, 22, 31, 47, 60, 101};
  const CurveFit fit = fit_curve(y, {Curve::exponential, CurveKind::level, CurveNoise::poisson});
  double total = 0.0;
  double moment = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    total += y[i] - fit.means[i];
    moment += static_cast<double>(i + 1) * (y[i] - fit.means[i]);
  }
  CHECK(std::abs(total) < 1e-8);
  CHECK(std::abs(moment) < 1e-8);
  // Standard errors of a log-linear model: (X' diag(mu) X)^-1.
  double s0 = 0.0;
  double s1 = 0.0;
  double s2 = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto t = static_cast<double>(i + 1);
    s0 += fit.means[i];
    s1 += t * fit.means[i];
    s2 += t * t * fit.means[i];
  }
  CHECK(fit.standard_errors[1] == doctest::Approx(std::sqrt(s0 / (s0 * s2 - s1 * s1))).epsilon(1e-8));
  // These counts scatter less than Poisson's: the negative binomial finds no dispersion.
  const CurveFit calm = fit_curve(y, {Curve::exponential, CurveKind::level, CurveNoise::negative_binomial});
  CHECK(calm.spread == 0.0);
  CHECK(calm.parameters == fit.parameters);
  // These scatter more, and the maximum over the dispersion is one.
  const std::vector<double> wild = {5, 2, 25, 9, 60, 20, 150, 60};
  const essor::CurveModel model{Curve::exponential, CurveKind::level, CurveNoise::negative_binomial};
  const CurveFit loose = fit_curve(wild, model);
  CHECK(loose.spread > 0.1);
  for (const double factor : {0.9, 1.1}) {
    double likelihood = 0.0;
    for (std::size_t i = 0; i < wild.size(); ++i) {
      likelihood += curve_noise_log_density(model.noise, wild[i], loose.means[i], factor * loose.spread);
    }
    CHECK(likelihood < loose.diagnostics.log_likelihood);
  }
}

TEST_CASE("an outlier moves Student's t less") {
  std::vector<double> y;
  for (int t = 1; t <= 12; ++t) y.push_back(900.0 / (1.0 + std::exp(-0.7 * (t - 6))) + 3.0 * std::sin(5.0 * t));
  y[9] -= 300.0;
  const CurveFit plain = fit_curve(y, {Curve::logistic, CurveKind::level, CurveNoise::normal});
  const CurveFit robust = fit_curve(y, {Curve::logistic, CurveKind::level, CurveNoise::student_t});
  CHECK(std::abs(robust.parameters[0] - 900.0) < 10.0);
  CHECK(std::abs(plain.parameters[0] - 900.0) > 30.0);
}

TEST_CASE("diagnostics by hand: a line through 1, 3, 2") {
  const CurveFit fit = fit_curve(std::array{1.0, 3.0, 2.0}, {Curve::linear, CurveKind::level, CurveNoise::normal});
  CHECK(fit.parameters[0] == doctest::Approx(1.0));
  CHECK(fit.parameters[1] == doctest::Approx(0.5));
  CHECK(fit.diagnostics.rss == doctest::Approx(1.5));
  CHECK(fit.diagnostics.r2 == doctest::Approx(0.25));
  CHECK(fit.spread == doctest::Approx(std::sqrt(1.5)));
  CHECK(fit.standard_errors[1] == doctest::Approx(std::sqrt(1.5 / 2.0)));
  // Residuals -1/2, 1, -1/2.
  CHECK(fit.diagnostics.durbin_watson == doctest::Approx(3.0));
  CHECK(fit.diagnostics.autocorrelation == doctest::Approx(-2.0 / 3.0));
  CHECK(std::isnan(fit.diagnostics.aicc));  // three values, three parameters with sigma
  CHECK(fit.diagnostics.log_likelihood == doctest::Approx(-1.5 * (std::log(2.0 * M_PI * 0.5) + 1.0)));
}

TEST_CASE("when the ceiling is reached, and how sure that is") {
  const CurveFit fit = fit_curve(air_conditioners, {Curve::bass, CurveKind::flow, CurveNoise::normal});
  const auto when = fit.saturation(0.9);
  CHECK(when.time == doctest::Approx(15.37).epsilon(1e-3));
  CHECK(when.standard_error > 0.1);
  CHECK(when.standard_error < 2.0);
  CHECK(fit.saturation(0.95).time > when.time);
  const CurveFit line = fit_curve(std::array{1.0, 3.0, 2.0}, {Curve::linear, CurveKind::level, CurveNoise::normal});
  CHECK_THROWS_AS(line.saturation(), essor::ArgumentError);
  CHECK_THROWS_AS(fit.saturation(1.0), essor::ArgumentError);
  CHECK_THROWS_AS(fit.predict(0), essor::ArgumentError);
}

TEST_CASE("scale and time are matters of units") {
  const std::vector<double> y = {12, 19, 35, 51, 78, 119, 158, 207, 239, 262, 290, 288};
  for (const CurveNoise noise : {CurveNoise::lognormal, CurveNoise::normal, CurveNoise::student_t}) {
    const essor::CurveModel model{Curve::logistic, CurveKind::level, noise};
    const CurveFit fit = fit_curve(y, model);
    for (const double factor : {1e-120, 1e-6, 1e9, 1e120}) {
      std::vector<double> scaled = y;
      for (double& value : scaled) value *= factor;
      const CurveFit other = fit_curve(scaled, model);
      CHECK(other.parameters[0] == doctest::Approx(fit.parameters[0] * factor).epsilon(1e-6));
      CHECK(other.parameters[1] == doctest::Approx(fit.parameters[1]).epsilon(1e-6));
    }
    std::vector<double> months;
    for (int t = 1; t <= 12; ++t) months.push_back(6.0 * t + 100.0);
    const CurveFit later = fit_curve(y, model, months);
    CHECK(later.parameters[1] == doctest::Approx(fit.parameters[1] / 6.0).epsilon(1e-6));
    CHECK(later.parameters[2] == doctest::Approx(6.0 * fit.parameters[2] + 100.0).epsilon(1e-6));
    CHECK(later.predict(2)[1].time == doctest::Approx(184.0));
  }
}

TEST_CASE("a fit that fails says why") {
  const essor::CurveModel logistic{Curve::logistic, CurveKind::level, CurveNoise::lognormal};
  const auto noisy = [](CurveNoise noise) { return essor::CurveModel{Curve::logistic, CurveKind::level, noise}; };
  CHECK(contains(rule_of({5}, logistic), "too few points"));
  CHECK(contains(rule_of({5, 6, 7}, logistic), "at least 4"));
  CHECK(contains(rule_of({5, 5, 5, 5, 5}, logistic), "no growth"));
  CHECK(contains(rule_of({9, 8, 6, 5, 3}, logistic), "no growth"));
  CHECK(contains(rule_of({0, 0, 0, 0, 0}, noisy(CurveNoise::poisson)), "no growth"));
  // Exactly exponential: any ceiling far enough away does.
  CHECK(contains(rule_of({2, 4, 8, 16, 32, 64}, logistic), "no ceiling identified"));
  CHECK(contains(rule_of({3, 3, 3}, {Curve::linear, CurveKind::flow, CurveNoise::normal}), "origin"));
  CHECK(contains(rule_of({1, 2, 4, 5}, {Curve::bass, CurveKind::level, CurveNoise::lognormal}, {0, 1, 2, 3}),
                 "from the launch"));
  CHECK(contains(rule_of({9, 7, 6, 5, 3, 3}, {Curve::exponential, CurveKind::flow, CurveNoise::normal}), "only rise"));
  CHECK(contains(rule_of({0, 0, 0, 0, 9, 9, 9, 9}, noisy(CurveNoise::normal)), "jump"));
  CHECK(contains(rule_of({1, 2, 3, 2, 1, 2}, noisy(CurveNoise::normal)), "jump"));
  CHECK(contains(rule_of({1, 2, 3, 2, 1, 2}, noisy(CurveNoise::student_t)), "jump"));
  // Constant values are a line and an exponential without growth.
  const CurveFit flat =
      fit_curve(std::array{7.0, 7.0, 7.0, 7.0}, {Curve::linear, CurveKind::level, CurveNoise::normal});
  CHECK(flat.parameters[0] == doctest::Approx(7.0));
  CHECK(std::abs(flat.parameters[1]) < 1e-12);
  CHECK(std::isnan(flat.diagnostics.r2));
  const CurveFit still =
      fit_curve(std::array{7.0, 7.0, 7.0, 7.0}, {Curve::exponential, CurveKind::level, CurveNoise::lognormal});
  CHECK(std::abs(still.parameters[1]) < 1e-12);
}

TEST_CASE("bad values are named by their index") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const essor::CurveModel logistic{Curve::logistic, CurveKind::level, CurveNoise::lognormal};
  const essor::CurveModel counts{Curve::logistic, CurveKind::level, CurveNoise::negative_binomial};
  CHECK(contains(rule_of({1, 2, nan, 4}, logistic), "y[2]: must be finite"));
  CHECK(contains(rule_of({1, 2, 3, INFINITY}, logistic), "y[3]"));
  CHECK(contains(rule_of({1, 0, 3, 4}, logistic), "y[1]: must be > 0"));
  CHECK(contains(rule_of({1, 2, 1e300, 4}, logistic), "y[2]"));
  CHECK(contains(rule_of({1, -2, 3, 4}, counts), "y[1]"));
  CHECK(contains(rule_of({1, 2.5, 3, 4}, counts), "y[1]"));
  CHECK(contains(rule_of({1, 3, 2, 4}, {Curve::bass, CurveKind::cumulative, CurveNoise::lognormal}),
                 "y[2]: the increment"));
  CHECK(contains(rule_of({}, logistic), "y"));
  CHECK(contains(rule_of({1, 2, 3, 4}, logistic, {1, 2, 3}), "times"));
  CHECK(contains(rule_of({1, 2, 3, 4}, logistic, {1, 2, 2, 3}), "times[2]"));
  CHECK(contains(rule_of({1, 2, 3, 4}, logistic, {1, 2, 3, nan}), "times[3]"));
  CHECK_THROWS_AS(essor::curve_noise_from_name("gaussian"), essor::ArgumentError);
}

TEST_CASE("densities integrate to one and residuals hold the deviance") {
  for (const double dispersion : {0.0, 1e-9, 1e-3, 0.5, 3.0}) {
    double total = 0.0;
    for (int y = 0; y < 4000; ++y) {
      total += std::exp(curve_noise_log_density(CurveNoise::negative_binomial, y, 12.5, dispersion));
    }
    CHECK(total == doctest::Approx(1.0).epsilon(1e-9));
  }
  CHECK(curve_noise_log_density(CurveNoise::negative_binomial, 100, 90, 1e-12) ==
        doctest::Approx(curve_noise_log_density(CurveNoise::poisson, 100, 90, 0)).epsilon(1e-6));
  for (const CurveNoise noise : {CurveNoise::poisson, CurveNoise::negative_binomial, CurveNoise::student_t}) {
    for (const double mean : {3.0, 6.999999, 7.0, 7.1, 30.0}) {
      const double spread = noise == CurveNoise::poisson ? 0.0 : 0.3;
      const auto r = deviance_residual(noise, 7.0, mean, spread);
      const double twice =
          2.0 * (curve_noise_log_density(noise, 7.0, 7.0, spread) - curve_noise_log_density(noise, 7.0, mean, spread));
      CHECK(r.value * r.value == doctest::Approx(twice).epsilon(1e-6));
      const double h = 1e-5;
      const double slope = (deviance_residual(noise, 7.0, mean + h, spread).value -
                            deviance_residual(noise, 7.0, mean - h, spread).value) /
                           (2.0 * h);
      CHECK(r.slope == doctest::Approx(slope).epsilon(1e-4));
    }
  }
}
