#include "essor/indicators/growth.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/numerics/normal.hpp"

using namespace essor;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double margin = trajectory_margin;

LogFigure point(double value, double error = 0.02) { return {std::log(value), std::log(value), error}; }
LogFigure interval(double low, double high, double error = 0.02) { return {std::log(low), std::log(high), error}; }

/// P(mean + sd Z + U_1 + ... > 0) by the midpoint rule over each uniform.
double by_grid(double mean, double sd, const std::vector<double>& half_widths, std::size_t from = 0) {
  if (from == half_widths.size()) return normal_cdf(mean / sd);
  const int cells = half_widths.size() > 1 ? 400 : 4000;
  double total = 0;
  for (int i = 0; i < cells; ++i)
    total += by_grid(mean + half_widths[from] * ((2 * i + 1.0) / cells - 1), sd, half_widths, from + 1);
  return total / cells;
}

/// The posterior of the trend by Simpson's rule on a fine grid of mu, on each side of 0, and of ln sigma.
TrendPosterior trend_by_grid(const std::vector<double>& falls, const TrendClass& r, double step, int from, int to) {
  const int cells_z = 400;
  double best = -infinity;
  for (const bool sum : {false, true}) {
    double total = 0, first = 0, second = 0, above = 0;
    for (int i = from; i < to; ++i)
      for (int k = 0; k <= cells_z; ++k) {
        const double mu = step * i, z = -2 + 4.0 * k / cells_z;
        const double weight = (i % 2 == 0 ? 1 : 2) * (k == 0 || k == cells_z ? 0.5 : k % 2 == 0 ? 1 : 2);
        const double sigma = r.scale * std::exp(r.scale_log_sd * z);
        double log_mass = -0.5 * z * z - 0.5 * std::pow((mu - r.mean) / r.sd, 2) -
                          static_cast<double>(falls.size()) * std::log(sigma / r.scale);
        double product = 1;
        for (const double d : falls) {
          product *= 1 + (d - mu) * (d - mu) / (3 * sigma * sigma);
          if (product < 1e100) continue;
          log_mass -= 2 * std::log(product);
          product = 1;
        }
        log_mass -= 2 * std::log(product);
        best = sum ? best : std::max(best, log_mass);
        if (!sum) continue;
        const double mass = weight * std::exp(log_mass - best);
        total += mass, first += mass * mu, second += mass * mu * mu, above += i > 0 ? mass : i == 0 ? 0.5 * mass : 0;
      }
    if (!sum) continue;
    const double mean = first / total, sd = std::sqrt(second / total - mean * mean);
    return {above / total, mean, sd, sd / r.sd};
  }
  return {};
}

/// A uniform number in (0, 1), the `i`-th of a fixed sequence.
double uniform(std::uint64_t i) {
  std::uint64_t x = (i + 1) * 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return (static_cast<double>((x ^ (x >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

}  // namespace

TEST_CASE("normal errors: p_observed is a normal probability") {
  // Unit cost from 1.0 to 0.4: d = ln 2.5, four independent errors.
  const LogGrowth g{point(1.2), point(1.3636363636363635), point(3.0), point(1.3636363636363635)};
  CHECK(probability_of_fall(g).value == doctest::Approx(normal_cdf(std::log(2.5) / 0.04)).epsilon(1e-14));
  CHECK(probability_of_fall(g).bound == 0);
  const LogGrowth small{point(100, 0.02), point(100, 0.1), point(103, 0.02), point(100, 0.1)};
  CHECK(probability_of_fall(small).value ==
        doctest::Approx(normal_cdf(std::log(1.03) / std::sqrt(2 * 0.0004 + 2 * 0.01))).epsilon(1e-13));
}

TEST_CASE("tied errors count once, and twice where the good direction is down") {
  LogGrowth g{point(103), point(100), point(105), point(100), true, true};
  const double d = std::log(1.05) - std::log(1.03);
  CHECK(probability_of_fall(g).value == doctest::Approx(normal_cdf(d / std::sqrt(2 * 0.0004))).epsilon(1e-13));
  g.tied_before = false;
  CHECK(probability_of_fall(g).value == doctest::Approx(normal_cdf(d / std::sqrt(3 * 0.0004))).epsilon(1e-13));
  g.tied_before = g.decrease = true;  // d = -ln I - ln C = -2 ln I - ln u
  CHECK(probability_of_fall(g).value ==
        doctest::Approx(normal_cdf((-std::log(1.05) - std::log(1.03)) / std::sqrt(2 * (0.0004 + 4 * 0.0004))))
            .epsilon(1e-13));
}

TEST_CASE("two-sided bounds are uniform, of any width and number") {
  const std::vector<std::vector<double>> ratios{{1.3},      {4},       {1.001},     {1000},
                                                {1.3, 1.3}, {4, 1.02}, {100, 1.05}, {1.01, 1.01}};
  for (const auto& ratio : ratios)
    for (const double growth : {0.8, 0.95, 1.0, 1.02, 1.3, 2.5}) {
      LogGrowth g{point(100), point(100), point(100 * growth), point(100)};
      std::vector<double> widths;
      g.impact_now = interval(100 * growth / std::sqrt(ratio[0]), 100 * growth * std::sqrt(ratio[0]));
      widths.push_back(0.5 * std::log(ratio[0]));
      if (ratio.size() > 1) {
        g.cost_before = interval(100 / std::sqrt(ratio[1]), 100 * std::sqrt(ratio[1]));
        widths.push_back(0.5 * std::log(ratio[1]));
      }
      CAPTURE(ratio[0]);
      CAPTURE(growth);
      CHECK(probability_of_fall(g).value ==
            doctest::Approx(by_grid(std::log(growth), 0.04, widths)).epsilon(1e-12).scale(1e7));
    }
}

TEST_CASE("four intervals agree with a sample") {
  const LogGrowth g{interval(90, 120), interval(99, 101), interval(95, 160), interval(80, 115)};
  double hits = 0;
  const int count = 400000;
  for (int i = 0; i < count; ++i) {
    const auto u = [&](int j) { return uniform(static_cast<std::uint64_t>(i) * 8 + static_cast<std::uint64_t>(j)); };
    const auto from = [&](const LogFigure& f, int j) { return f.low + (f.high - f.low) * u(j); };
    const double d = from(g.impact_now, 0) - from(g.impact_before, 1) - from(g.cost_now, 2) + from(g.cost_before, 3) +
                     0.04 * normal_quantile(u(4));
    hits += d > 0;
  }
  const double p = probability_of_fall(g).value;
  CHECK(std::abs(hits / count - p) < 5 * std::sqrt(p * (1 - p) / count));
}

TEST_CASE("the probability of a fall is symmetric: exchanging the windows gives the rest") {
  for (int i = 0; i < 200; ++i) {
    const auto u = [&](int j) { return uniform(static_cast<std::uint64_t>(1000 + i * 16 + j)); };
    LogFigure f[4];
    for (int j = 0; j < 4; ++j) {
      const double low = 0.3 * u(j);
      f[j] = {low, u(j + 4) < 0.5 ? low : low + 0.4 * u(j + 8), 0.01 + 0.1 * u(j + 12)};
    }
    const bool tied_now = i % 2 == 0, tied_before = i % 3 == 0, decrease = i % 5 == 0;
    const double p = probability_of_fall({f[0], f[1], f[2], f[3], tied_now, tied_before, decrease}).value;
    const double q = probability_of_fall({f[1], f[0], f[3], f[2], tied_before, tied_now, decrease}).value;
    CHECK(p + q == doctest::Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("a side left open gives a bound of the probability") {
  LogGrowth g{point(100), point(100), {std::log(130.0), infinity, 0.02}, point(100)};  // impact "more than 130"
  CHECK(probability_of_fall(g).bound == 1);
  CHECK(probability_of_fall(g).value == doctest::Approx(normal_cdf(std::log(1.3) / 0.04)));
  g.decrease = true;
  CHECK(probability_of_fall(g).bound == -1);
  g = {point(100), point(100), point(130), {std::log(130.0), infinity, 0.02}};
  CHECK(probability_of_fall(g).bound == -1);
  CHECK(probability_of_fall(g).value == doctest::Approx(0.5));
  g = {{std::log(50.0), infinity, 0.02}, point(100), point(130), point(100)};  // cost "more than 50"
  CHECK(probability_of_fall(g).bound == -1);
  g = {point(100), {-infinity, std::log(90.0), 0.02}, point(130), point(100)};  // cost before "less than 90"
  CHECK(probability_of_fall(g).bound == -1);
  g = {point(100), {std::log(90.0), infinity, 0.02}, {std::log(130.0), infinity, 0.02}, point(100)};
  CHECK(probability_of_fall(g).bound == 1);
  g = {{std::log(50.0), infinity, 0.02}, point(100), {std::log(130.0), infinity, 0.02}, point(100)};
  CHECK(std::isnan(probability_of_fall(g).value));
  g = {{-infinity, infinity, 0.02}, point(100), point(130), point(100)};
  CHECK(std::isnan(probability_of_fall(g).value));
}

TEST_CASE("without any error there is no probability") {
  CHECK_THROWS_AS(probability_of_fall({point(1, 0), point(1, 0), point(1, 0), point(1, 0)}), ArgumentError);
}

TEST_CASE("the trend of a record equals a fine grid") {
  std::vector<std::vector<double>> records{{0.1},
                                           {-0.5},
                                           {0.91},
                                           {0.2, 0.25},
                                           {-0.3, 0.4},
                                           {0.05, 0.06, 0.055, 0.05, 0.045},
                                           {0.8, -0.7, 0.3, 0.1, -0.2},
                                           {0.1, 0.1, 0.1, 0.1},
                                           {0.1, 0.1, 0.1, 2.0}};
  std::vector<double> tight20, wide20, tight200, wide200, outlier20;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const double z = normal_quantile(uniform(77 + i));
    if (i < 20)
      tight20.push_back(0.1 + 0.01 * z), wide20.push_back(-0.05 + 0.5 * z),
          outlier20.push_back(i == 3 ? -2.5 : 0.06 + 0.02 * z);
    tight200.push_back(0.3 + 0.03 * z);
    wide200.push_back(0.02 + 0.8 * z);
  }
  for (const auto& r : {tight20, wide20, tight200, wide200, outlier20}) records.push_back(r);
  const TrendClass other{"another class", 0.08, 0.2, 0.1, 0.5};
  for (const auto& falls : records)
    for (const TrendClass& reference : {public_services, other}) {
      const TrendPosterior found = trend_posterior(falls, reference);
      const double step = 0.1 * found.sd;
      const TrendPosterior wide = trend_by_grid(falls, reference, step, static_cast<int>(found.mean / step) - 90,
                                                static_cast<int>(found.mean / step) + 90);
      CAPTURE(falls.size());
      CAPTURE(falls[0]);
      CHECK(std::abs(found.probability - wide.probability) < 1e-4);
      CHECK(std::abs(found.mean - wide.mean) < 1e-4);
      CHECK(found.sd_ratio == doctest::Approx(wide.sd_ratio).epsilon(2e-3));
    }
}

TEST_CASE("the trend: prior, symmetry, and long or far records stay finite") {
  const TrendPosterior prior = trend_posterior({});
  CHECK(prior.probability == 0.5);
  CHECK(prior.sd_ratio == 1);
  CHECK(trend_posterior({}, {"x", 0.05, 0.05, 0.1, 0.5}).probability == doctest::Approx(normal_cdf(1)));
  for (const std::vector<double>& falls : {std::vector<double>{0.1}, {0.2, -0.1}, {0.4, 0.3, 0.2, 0.2, -0.6}}) {
    std::vector<double> mirrored;
    for (const double d : falls) mirrored.push_back(-d);
    CHECK(trend_posterior(falls).probability + trend_posterior(mirrored).probability ==
          doctest::Approx(1).epsilon(1e-12));
    CHECK(trend_posterior(falls).sd_ratio < 1.01);
  }
  for (const double far : {1.0, 30.0, -700.0})
    for (const std::size_t n : {1u, 17u, 100u}) {
      const TrendPosterior t = trend_posterior(std::vector<double>(n, far));
      CAPTURE(far);
      CAPTURE(n);
      CHECK(std::isfinite(t.probability));
      CHECK(std::isfinite(t.mean));
      CHECK(t.sd >= 0);
      CHECK((far > 0 ? t.probability >= 0.5 : t.probability <= 0.5));
    }
  CHECK(trend_posterior(std::vector<double>(4, 0.0)).probability == doctest::Approx(0.5));
}

TEST_CASE("classes, at every boundary, in their order") {
  const double up = std::nextafter(margin, 1), down = std::nextafter(-margin, -1), nearly = std::nextafter(doubling, 0);
  struct Case {
    double impact, cost;
    Trajectory is;
  };
  const std::vector<Case> cases{{doubling, margin, Trajectory::unicorn},
                                {doubling, -3, Trajectory::unicorn},
                                {doubling, up, Trajectory::increasing},
                                {nearly, margin, Trajectory::flat_cost},
                                {nearly, -3, Trajectory::falling_cost},
                                {down, -3, Trajectory::declining},
                                {down, 3, Trajectory::declining},
                                {-margin, down, Trajectory::falling_cost},
                                {-margin, -margin, Trajectory::stagnating},
                                {-margin, 5, Trajectory::stagnating},
                                {margin, 5, Trajectory::stagnating},
                                {margin, down, Trajectory::falling_cost},
                                {up, 0, Trajectory::flat_cost},
                                {up, margin, Trajectory::flat_cost},
                                {up, -margin, Trajectory::flat_cost},
                                {up, up, Trajectory::constant},
                                {0.5, 0.3, Trajectory::increasing},
                                {0.5, 0.45, Trajectory::constant},
                                {0.5, 0.55, Trajectory::constant},
                                {0.5, 0.65, Trajectory::decreasing},
                                {2, 1, Trajectory::increasing},
                                {2, 2.05, Trajectory::constant},
                                {2, 3, Trajectory::decreasing},
                                {0.11, 0.3, Trajectory::decreasing},
                                {std::nan(""), 0, Trajectory::too_early},
                                {0, std::nan(""), Trajectory::too_early}};
  for (const Case& c : cases) {
    CAPTURE(c.impact);
    CAPTURE(c.cost);
    CHECK(trajectory_of(c.impact, c.cost) == c.is);
  }
}

TEST_CASE("probabilities of the classes sum to one, and equal a fine grid") {
  struct Case {
    double impact, sd_impact, cost, sd_cost, tie;
  };
  const std::vector<Case> cases{{0.79, 0.03, 0, 0.03, 0},   {0.79, 0.03, 0, 0.03, 1},      {0.1, 0.14, 0.1, 0.028, 0},
                                {0.1, 0.14, 0.1, 0.028, 1}, {0.2, 0.028, 0.1, 0.14, 0},    {0.2, 0.05, 0.2, 0.05, 0.5},
                                {0.0, 0.3, 0.0, 0.3, 0},    {0.7, 0.028, 0.65, 0.028, -1}, {-0.1, 0.02, -0.09, 0.02, 0},
                                {4, 0.1, 3.9, 0.1, 0},      {0.19, 0.001, 0.095, 0.001, 1}};
  for (const Case& c : cases) {
    double sum = 0, grid[9] = {};
    const int cells = 1400;
    std::vector<double> mass;
    for (int i = 0; i < cells; ++i) mass.push_back(normal_pdf(-7 + 14 * (i + 0.5) / cells) * 14.0 / cells);
    for (std::size_t i = 0; i < cells; ++i)
      for (std::size_t j = 0; j < cells; ++j) {
        const double x = -7 + 14 * (static_cast<double>(i) + 0.5) / cells,
                     r = -7 + 14 * (static_cast<double>(j) + 0.5) / cells;
        const double g_impact = c.impact + c.sd_impact * x, g_cost = c.cost + c.tie * c.sd_impact * x + c.sd_cost * r;
        grid[static_cast<int>(trajectory_of(g_impact, g_cost))] += mass[i] * mass[j];
      }
    for (int t = 1; t < 9; ++t) {
      const double p =
          trajectory_probability(static_cast<Trajectory>(t), c.impact, c.sd_impact, c.cost, c.sd_cost, c.tie);
      CAPTURE(c.impact);
      CAPTURE(c.tie);
      CAPTURE(t);
      CHECK(p >= 0);
      CHECK(std::abs(p - grid[t]) < 3e-3);  // the grid's own error at the edges
      sum += p;
    }
    CHECK(sum == doctest::Approx(1).epsilon(2e-6));
  }
  CHECK(trajectory_probability(Trajectory::unicorn, std::log(2.2), 0.028, 0, 0.028, 0) ==
        doctest::Approx(normal_cdf((std::log(2.2) - doubling) / 0.028) * normal_cdf(margin / 0.028)).epsilon(1e-13));
  CHECK_THROWS_AS(trajectory_probability(Trajectory::unicorn, 1, 0, 0, 0.1), ArgumentError);
  CHECK_THROWS_AS(trajectory_probability(Trajectory::unicorn, 1, 0.1, 0, std::nan("")), ArgumentError);
}
