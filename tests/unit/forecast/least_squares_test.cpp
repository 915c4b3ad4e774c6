#include "essor/forecast/least_squares.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"

using essor::least_squares;
using essor::LeastSquaresResult;

namespace {

constexpr std::size_t most_parameters = 9;

// A number and its derivatives: automatic differentiation of the published problems.
struct Dual {
  double value = 0.0;
  std::array<double, most_parameters> by{};

  Dual() = default;
  Dual(double number) : value(number) {}  // NOLINT: numbers mix with duals

  Dual chain(double result, double slope) const {
    Dual out(result);
    for (std::size_t j = 0; j < most_parameters; ++j) out.by[j] = slope * by[j];
    return out;
  }
  friend Dual combine(double result, const Dual& a, double by_a, const Dual& b, double by_b) {
    Dual out(result);
    for (std::size_t j = 0; j < most_parameters; ++j) out.by[j] = by_a * a.by[j] + by_b * b.by[j];
    return out;
  }
  friend Dual operator+(const Dual& a, const Dual& b) { return combine(a.value + b.value, a, 1.0, b, 1.0); }
  friend Dual operator-(const Dual& a, const Dual& b) { return combine(a.value - b.value, a, 1.0, b, -1.0); }
  friend Dual operator-(const Dual& a) { return a.chain(-a.value, -1.0); }
  friend Dual operator*(const Dual& a, const Dual& b) { return combine(a.value * b.value, a, b.value, b, a.value); }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const double ratio = a.value / b.value;
    return combine(ratio, a, 1.0 / b.value, b, -ratio / b.value);
  }
};

Dual exp(const Dual& a) { return a.chain(std::exp(a.value), std::exp(a.value)); }
Dual cos(const Dual& a) { return a.chain(std::cos(a.value), -std::sin(a.value)); }
Dual sin(const Dual& a) { return a.chain(std::sin(a.value), std::cos(a.value)); }
Dual atan(const Dual& a) { return a.chain(std::atan(a.value), 1.0 / (1.0 + a.value * a.value)); }
Dual log(const Dual& a) { return a.chain(std::log(a.value), 1.0 / a.value); }
Dual pow(const Dual& a, const Dual& b) {
  const double result = std::pow(a.value, b.value);
  return combine(result, a, b.value * std::pow(a.value, b.value - 1.0), b,
                 a.value > 0.0 ? result * std::log(a.value) : std::numeric_limits<double>::quiet_NaN());
}
Dual square(const Dual& a) { return a * a; }

using Parameters = std::vector<Dual>;

// The models of the Statistical Reference Datasets (NIST, nonlinear regression); b[0] is b1.
Dual model(const std::string& name, const Parameters& b, double x, double x2) {
  constexpr double pi = std::numbers::pi;
  const auto is = [&](std::initializer_list<const char*> names) {
    for (const char* one : names) {
      if (name == one) return true;
    }
    return false;
  };
  if (is({"Misra1a", "BoxBOD"})) return b[0] * (1.0 - exp(-b[1] * x));
  if (is({"Misra1b"})) return b[0] * (1.0 - 1.0 / square(1.0 + b[1] * (x / 2.0)));
  if (is({"Misra1c"})) return b[0] * (1.0 - pow(1.0 + 2.0 * b[1] * x, -0.5));
  if (is({"Misra1d"})) return b[0] * b[1] * x / (1.0 + b[1] * x);
  if (is({"Chwirut1", "Chwirut2"})) return exp(-b[0] * x) / (b[1] + b[2] * x);
  if (is({"Lanczos1", "Lanczos2", "Lanczos3"})) {
    return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x);
  }
  if (is({"Gauss1", "Gauss2", "Gauss3"})) {
    return b[0] * exp(-b[1] * x) + b[2] * exp(-square((x - b[3]) / b[4])) + b[5] * exp(-square((x - b[6]) / b[7]));
  }
  if (is({"DanWood"})) return b[0] * pow(x, b[1]);
  if (is({"Kirby2"})) return (b[0] + x * (b[1] + b[2] * x)) / (1.0 + x * (b[3] + b[4] * x));
  if (is({"Hahn1", "Thurber"})) {
    return (b[0] + x * (b[1] + x * (b[2] + b[3] * x))) / (1.0 + x * (b[4] + x * (b[5] + b[6] * x)));
  }
  if (is({"Nelson"})) return b[0] - b[1] * x * exp(-b[2] * x2);
  if (is({"MGH17"})) return b[0] + b[1] * exp(-b[3] * x) + b[2] * exp(-b[4] * x);
  if (is({"MGH09"})) return b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]);
  if (is({"MGH10"})) return b[0] * exp(b[1] / (x + b[2]));
  if (is({"Roszman1"})) return b[0] - b[1] * x - atan(b[2] / (x - b[3])) / pi;
  if (is({"ENSO"})) {
    const double year = 2.0 * pi * x / 12.0;
    const Dual first = 2.0 * pi * x / b[3];
    const Dual second = 2.0 * pi * x / b[6];
    return b[0] + b[1] * std::cos(year) + b[2] * std::sin(year) + b[4] * cos(first) + b[5] * sin(first) +
           b[7] * cos(second) + b[8] * sin(second);
  }
  if (is({"Rat42"})) return b[0] / (1.0 + exp(b[1] - b[2] * x));
  if (is({"Rat43"})) return b[0] / pow(1.0 + exp(b[1] - b[2] * x), 1.0 / b[3]);
  if (is({"Eckerle4"})) return b[0] / b[1] * exp(-0.5 * square((x - b[2]) / b[1]));
  if (is({"Bennett5"})) return b[0] * pow(b[1] + x, -1.0 / b[2]);
  FAIL("no such model: " << name);
  return 0.0;
}

struct Problem {
  std::string name = {};
  std::vector<double> y = {};
  std::vector<double> x1 = {};
  std::vector<double> x2 = {};
  std::array<std::vector<double>, 2> starts = {};
  std::vector<double> certified = {};
  std::vector<double> certified_sd = {};
  double rss = 0.0;
};

std::vector<std::vector<std::string>> rows_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.emplace_back();
      } else if (c != '\r') {
        cells.back() += c;
      }
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

std::vector<Problem> published_problems(const std::string& folder) {
  std::vector<Problem> problems;
  const auto of = [&](const std::string& name) -> Problem& {
    for (Problem& problem : problems) {
      if (problem.name == name) return problem;
    }
    problems.emplace_back().name = name;
    return problems.back();
  };
  for (const auto& row : rows_of(folder + "/nist_params.csv")) {
    Problem& problem = of(row.at(0));
    problem.starts[0].push_back(std::stod(row.at(5)));
    problem.starts[1].push_back(std::stod(row.at(6)));
    problem.certified.push_back(std::stod(row.at(7)));
    problem.certified_sd.push_back(std::stod(row.at(8)));
  }
  for (const auto& row : rows_of(folder + "/nist_data.csv")) {
    Problem& problem = of(row.at(0));
    problem.y.push_back(std::stod(row.at(2)));
    problem.x1.push_back(std::stod(row.at(3)));
    problem.x2.push_back(row.size() > 4 && !row[4].empty() ? std::stod(row[4]) : 0.0);
  }
  for (const auto& row : rows_of(folder + "/nist_fit.csv")) of(row.at(0)).rss = std::stod(row.at(1));
  return problems;
}

LeastSquaresResult solve(const Problem& problem, const std::vector<double>& start) {
  const std::size_t n = problem.y.size();
  const auto residuals = [&](std::span<const double> parameters, std::span<double> r, std::span<double> jacobian) {
    Parameters b(parameters.begin(), parameters.end());
    for (std::size_t j = 0; j < b.size(); ++j) b[j].by[j] = 1.0;
    for (std::size_t i = 0; i < n; ++i) {
      Dual y = problem.y[i];
      if (problem.name == "Nelson") y = log(y);
      const Dual difference = y - model(problem.name, b, problem.x1[i], problem.x2[i]);
      r[i] = difference.value;
      if (jacobian.empty()) continue;
      for (std::size_t j = 0; j < b.size(); ++j) jacobian[i + j * n] = difference.by[j];
    }
  };
  return least_squares(residuals, start, n);
}

double log_relative_error(double value, double certified) {
  const double error = std::abs(value - certified) / std::abs(certified);
  return error > 0.0 ? std::min(11.0, -std::log10(error)) : 11.0;  // 11 digits are certified
}

}  // namespace

TEST_CASE("the published nonlinear problems, from both starts") {
  const char* folder = std::getenv("ESSOR_EVALUATION_DATA");
  if (folder == nullptr) {
    MESSAGE("skipped: ESSOR_EVALUATION_DATA is not set");
    return;
  }
  double total = 0.0;
  int count = 0;
  for (const Problem& problem : published_problems(std::string(folder) + "/forecast")) {
    for (std::size_t s = 0; s < 2; ++s) {
      CAPTURE(problem.name);
      CAPTURE(s);
      const LeastSquaresResult result = solve(problem, problem.starts[s]);
      CHECK_MESSAGE(result.converged, result.reason);
      double least = 11.0;
      for (std::size_t j = 0; j < problem.certified.size(); ++j) {
        least = std::min(least, log_relative_error(result.parameters[j], problem.certified[j]));
      }
      CHECK(least >= 6.0);
      total += least;
      ++count;
      MESSAGE(problem.name << " from start " << s + 1 << ": " << least << " digits, " << result.iterations
                           << " iterations");
      // Lanczos1 has a residual sum of squares of rounding errors only.
      if (problem.name == "Lanczos1") continue;
      CHECK(result.rss == doctest::Approx(problem.rss).epsilon(1e-9));
      REQUIRE(!result.inverse_gram.empty());
      const std::size_t p = problem.certified.size();
      const double variance = result.rss / static_cast<double>(problem.y.size() - p);
      for (std::size_t j = 0; j < p; ++j) {
        CHECK(std::sqrt(variance * result.inverse_gram[j * p + j]) ==
              doctest::Approx(problem.certified_sd[j]).epsilon(1e-6));
      }
    }
  }
  MESSAGE("mean of the least digits: " << total / count);
  CHECK(total / count >= 9.4);
}

TEST_CASE("two problems whose far starts mislead: Kowalik and Osborne, and Osborne's first") {
  // J. J. More, B. S. Garbow and K. E. Hillstrom (1981), Testing unconstrained optimization software, ACM Transactions
  // on Mathematical Software 7(1), 17-41, numbers 15 and 17, started as NIST does; the sums of squares are published.
  Problem kowalik{.name = "MGH09",
                  .y = {.1957, .1947, .1735, .16, .0844, .0627, .0456, .0342, .0323, .0235, .0246},
                  .x1 = {4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625}};
  kowalik.x2.resize(kowalik.y.size());
  Problem osborne{.name = "MGH17", .y = {.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751,
                                         .718, .685, .658, .628, .603, .580, .558, .538, .522, .506, .490,
                                         .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406}};
  osborne.x2.resize(osborne.y.size());
  for (std::size_t i = 0; i < osborne.y.size(); ++i) osborne.x1.push_back(10.0 * static_cast<double>(i));
  for (const std::vector<double>& start : {std::vector<double>{25, 39, 41.5, 39}, {.25, .39, .415, .39}}) {
    const LeastSquaresResult result = solve(kowalik, start);
    CHECK_MESSAGE(result.converged, result.reason);
    CHECK(result.rss == doctest::Approx(3.0750560385e-4).epsilon(1e-9));
  }
  for (const std::vector<double>& start : {std::vector<double>{50, 150, -100, 1, 2}, {.5, 1.5, -1, .01, .02}}) {
    const LeastSquaresResult result = solve(osborne, start);
    CHECK_MESSAGE(result.converged, result.reason);
    CHECK(result.rss == doctest::Approx(5.4648946975e-5).epsilon(1e-9));
  }
}

TEST_CASE("a narrow peak, started beside it") {
  // The shape of a transmittance peak: (b1 / b2) exp(-((x - b3) / b2)^2 / 2), the start a dozen widths away.
  Problem peak{.name = "Eckerle4"};
  for (int i = 0; i <= 34; ++i) {
    const double x = 400.0 + 100.0 * i / 34.0;
    peak.x1.push_back(x);
    peak.y.push_back(1.55 / 4.1 * std::exp(-0.5 * std::pow((x - 451.5) / 4.1, 2)) + 1e-3 * std::sin(7.0 * i));
  }
  peak.x2.resize(peak.y.size());
  for (const std::vector<double>& start : {std::vector<double>{1, 10, 500}, {1.5, 5, 450}}) {
    const LeastSquaresResult result = solve(peak, start);
    CHECK_MESSAGE(result.converged, result.reason);
    CHECK(result.parameters[2] == doctest::Approx(451.5).epsilon(1e-4));
  }
}

TEST_CASE("a straight line is solved at once, and its covariance is the textbook's") {
  // y = 1, 3, 2 at x = 0, 1, 2: intercept 3/2, slope 1/2, rss 3/2; (X'X)^-1 = [5/6 -1/2; -1/2 1/2].
  const std::array<double, 3> y = {1, 3, 2};
  const auto line = [&](std::span<const double> b, std::span<double> r, std::span<double> jacobian) {
    for (std::size_t i = 0; i < 3; ++i) {
      const auto x = static_cast<double>(i);
      r[i] = b[0] + b[1] * x - y[i];
      if (jacobian.empty()) continue;
      jacobian[i] = 1.0;
      jacobian[3 + i] = x;
    }
  };
  const LeastSquaresResult result = least_squares(line, std::array{100.0, -7.0}, 3);
  REQUIRE(result.converged);
  CHECK(result.parameters[0] == doctest::Approx(1.5).epsilon(1e-13));
  CHECK(result.parameters[1] == doctest::Approx(0.5).epsilon(1e-13));
  CHECK(result.rss == doctest::Approx(1.5).epsilon(1e-13));
  CHECK(result.inverse_gram[0] == doctest::Approx(5.0 / 6.0).epsilon(1e-13));
  CHECK(result.inverse_gram[1] == doctest::Approx(-0.5).epsilon(1e-13));
  CHECK(result.inverse_gram[3] == doctest::Approx(0.5).epsilon(1e-13));
}

TEST_CASE("Rosenbrock's valley, a problem without residuals") {
  const auto valley = [](std::span<const double> b, std::span<double> r, std::span<double> jacobian) {
    r[0] = 10.0 * (b[1] - b[0] * b[0]);
    r[1] = 1.0 - b[0];
    if (jacobian.empty()) return;
    jacobian[0] = -20.0 * b[0];
    jacobian[1] = -1.0;
    jacobian[2] = 10.0;
    jacobian[3] = 0.0;
  };
  const LeastSquaresResult result = least_squares(valley, std::array{-1.2, 1.0}, 2);
  REQUIRE(result.converged);
  CHECK(result.parameters[0] == doctest::Approx(1.0).epsilon(1e-14));
  CHECK(result.parameters[1] == doctest::Approx(1.0).epsilon(1e-14));
}

TEST_CASE("what is not a minimum is not called one") {
  // exp(-b) falls for ever; b and c only count together; the start is outside the domain.
  const auto falling = [](std::span<const double> b, std::span<double> r, std::span<double> jacobian) {
    for (std::size_t i = 0; i < 2; ++i) {
      r[i] = std::exp(-b[0]);
      if (!jacobian.empty()) jacobian[i] = -r[i];
    }
  };
  const LeastSquaresResult runaway = least_squares(falling, std::array{0.0}, 2);
  CHECK_FALSE(runaway.converged);
  CHECK_FALSE(runaway.reason.empty());

  const auto together = [](std::span<const double> b, std::span<double> r, std::span<double> jacobian) {
    for (std::size_t i = 0; i < 3; ++i) {
      r[i] = b[0] + b[1] - static_cast<double>(i);
      if (jacobian.empty()) continue;
      jacobian[i] = 1.0;
      jacobian[3 + i] = 1.0;
    }
  };
  const LeastSquaresResult singular = least_squares(together, std::array{5.0, 5.0}, 3);
  CHECK_FALSE(singular.converged);
  CHECK(singular.inverse_gram.empty());

  const auto root = [](std::span<const double> b, std::span<double> r, std::span<double> jacobian) {
    r[0] = std::sqrt(b[0]) - 2.0;
    if (!jacobian.empty()) jacobian[0] = 0.5 / std::sqrt(b[0]);
  };
  CHECK_FALSE(least_squares(root, std::array{-1.0}, 1).converged);
  CHECK(least_squares(root, std::array{0.01}, 1).parameters[0] == doctest::Approx(4.0).epsilon(1e-14));
}

TEST_CASE("the same input gives the same bits, fewer iterations no verdict") {
  const auto valley = [](std::span<const double> b, std::span<double> r, std::span<double> jacobian) {
    r[0] = std::exp(b[0]) - 3.0;
    r[1] = b[0] * b[1] - 2.0;
    if (jacobian.empty()) return;
    jacobian[0] = std::exp(b[0]);
    jacobian[1] = b[1];
    jacobian[2] = 0.0;
    jacobian[3] = b[0];
  };
  const LeastSquaresResult first = least_squares(valley, std::array{5.0, -5.0}, 2);
  const LeastSquaresResult second = least_squares(valley, std::array{5.0, -5.0}, 2);
  REQUIRE(first.converged);
  CHECK(first.parameters == second.parameters);
  const LeastSquaresResult cut = least_squares(valley, std::array{5.0, -5.0}, 2, {.max_iterations = 2});
  CHECK_FALSE(cut.converged);
  CHECK(cut.iterations == 2);
}

TEST_CASE("wrong arguments of the solver") {
  const auto nothing = [](std::span<const double>, std::span<double>, std::span<double>) {};
  CHECK_THROWS_AS(least_squares(nothing, std::vector<double>{}, 3), essor::ArgumentError);
  CHECK_THROWS_AS(least_squares(nothing, std::array{1.0, 2.0}, 1), essor::ArgumentError);
  CHECK_THROWS_AS(least_squares(nothing, std::vector<double>{NAN}, 1), essor::ArgumentError);
  CHECK_THROWS_AS(least_squares(nothing, std::array{1.0}, 1, {.max_iterations = 0}), essor::ArgumentError);
  CHECK_THROWS_AS(least_squares(nothing, std::array{1.0}, 1, {.step_tolerance = 0.0}), essor::ArgumentError);
}
