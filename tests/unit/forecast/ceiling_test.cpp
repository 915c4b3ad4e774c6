#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "essor/forecast/detail/ceiling_model.hpp"
#include "essor/forecast/forecast.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"
#include "unit/forecast/message.hpp"

namespace {

using essor::ArgumentError;
using essor::Ceiling;
using essor::Curve;
using essor::forecast;
using essor::ForecastOptions;
using essor::ForecastResult;
using essor::SaturationPath;
using essor::detail::CeilingPrior;
using essor::detail::curve_after;
using essor::detail::curve_speed;
using essor::detail::curve_steps;
using essor::detail::CurveRates;

const std::vector<double> share = {10, 16, 24, 36, 50, 62, 74, 82};

ForecastOptions below(double ceiling, int horizon = 3) {
  return {.horizon = horizon, .ceiling = Ceiling{ceiling, ceiling}};
}

double curves_share(const ForecastResult& result) {
  double total = 0.0;
  for (const essor::ModelUse& use : result.models()) total += use.name.starts_with("curve: ") ? use.weight : 0.0;
  return total;
}

double total_weight(const ForecastResult& result) {
  double total = 0.0;
  for (const essor::ModelUse& use : result.models()) total += use.name == "seasonal factors" ? 0.0 : use.weight;
  return total;
}

double log_odds(double part) { return std::log(part / (1.0 - part)); }

}  // namespace

TEST_CASE("the curves move the log odds as their formulas say") {
  const CurveRates rates = {0.03, 0.38};
  // Bass after five years from nothing: (1 - e^-2.05) / (1 + .38/.03 e^-2.05) = .3311986425 of the ceiling.
  CHECK(curve_after(Curve::bass, rates, log_odds(1e-14), 5.0) == doctest::Approx(log_odds(0.3311986425)).epsilon(1e-9));
  // Gompertz: ln(y / K) shrinks by exp(-r) a step.
  CHECK(curve_after(Curve::gompertz, {0.2, 0.0}, log_odds(0.1), 3.0) ==
        doctest::Approx(log_odds(std::pow(0.1, std::exp(-0.6)))).epsilon(1e-13));
  CHECK(curve_after(Curve::logistic, {0.5, 0.0}, -1.0, 3.0) == doctest::Approx(0.5).epsilon(1e-15));
  for (const Curve curve : essor::detail::ceiling_curves) {
    for (const double x : {-40.0, -3.0, 0.0, 2.0, 30.0}) {
      const double later = curve_after(curve, rates, x, 2.5);
      CHECK(curve_after(curve, rates, curve_after(curve, rates, x, 1.0), 1.5) == doctest::Approx(later).epsilon(1e-9));
      CHECK(curve_steps(curve, rates, x, later) == doctest::Approx(2.5).epsilon(1e-7));
      CHECK(curve_after(curve, rates, 1000.0, 2.0) == doctest::Approx(1000.0 + 2.0 * curve_speed(curve, rates, 900.0)));
      const double slope = (curve_after(curve, rates, x, 1e-5) - x) / 1e-5;
      if (std::abs(x) < 5.0) CHECK(curve_speed(curve, rates, x) == doctest::Approx(slope).epsilon(1e-3));
    }
  }
}

TEST_CASE("the evidence of a curve is the integral of prior times powered likelihood") {
  // The same integral by a plain sum over ln r and ln sigma.
  double sum = 0.0;
  constexpr double step = 0.02;
  for (double log_rate = -4.0; log_rate < 2.0; log_rate += step) {
    for (double log_spread = -6.0; log_spread < 2.0; log_spread += step) {
      const double z_rate = (log_rate - std::log(0.4)) / 0.7;
      const double z_spread = log_spread - std::log(0.1);
      double density = essor::normal_pdf(z_rate) / 0.7 * essor::normal_pdf(z_spread);
      for (std::size_t t = 1; t < share.size(); ++t) {
        const double spread = std::exp(log_spread);
        const double error = log_odds(share[t] / 100) - log_odds(share[t - 1] / 100) - std::exp(log_rate);
        const double own = essor::normal_pdf(error / spread) / spread * 100 / (share[t] * (100 - share[t]));
        density *= std::sqrt(own);
      }
      sum += density * step * step;
    }
  }
  const auto found = essor::detail::ceiling_posterior(Curve::logistic, share, {.median = 100.0, .log_sd = 0.0});
  CHECK(found.log_evidence == doctest::Approx(std::log(sum)).epsilon(1e-4));
  // An interval that shrinks around the ceiling ends there.
  const auto near = essor::detail::ceiling_posterior(Curve::logistic, share, {.median = 100.0, .log_sd = 0.002});
  CHECK(near.log_evidence == doctest::Approx(std::log(sum)).epsilon(1e-3));
}

TEST_CASE("the time to a share of the ceiling is inverse Gaussian") {
  // From 1/2 to .9 with r = .5: ln 9 / .5 = 4.394449 steps on average; sigma = .3.
  const std::vector<SaturationPath> one = {{Curve::logistic, 1.0, 0.0, {0.5, 0.0}, 0.3}};
  // scipy.stats.invgauss(mu / lam, scale=lam).cdf with mu = 4.394449154672439, lam = (ln 9 / .3)^2.
  CHECK(essor::saturation_probability(one, 4.0) == doctest::Approx(0.42417604676348053).epsilon(1e-9));
  CHECK(essor::saturation_probability(one, 8.0) == doctest::Approx(0.9888054010529705).epsilon(1e-9));
  for (const double p : {0.01, 0.5, 0.99}) {
    CHECK(essor::saturation_probability(one, essor::saturation_steps(one, p)) == doctest::Approx(p).epsilon(1e-9));
  }
  // Without noise it is the curve's own time; two paths are a mixture; past it, it is there.
  const std::vector<SaturationPath> two = {{Curve::logistic, 0.5, 0.0, {0.5, 0.0}, 0.0},
                                           {Curve::logistic, 0.5, 3.0, {0.5, 0.0}, 0.0}};
  CHECK(essor::saturation_steps(two, 0.5) == 0.0);
  CHECK(essor::saturation_steps(two, 0.6) == doctest::Approx(std::log(9.0) / 0.5).epsilon(1e-9));
  CHECK(essor::saturation_probability(two, 0.0) == 0.5);
  CHECK(essor::saturation_steps(std::vector<SaturationPath>{{Curve::logistic, 1.0, 0.0, {1e-14, 0.0}, 1e-9}}, 0.5) ==
        std::numeric_limits<double>::infinity());
  CHECK_THROWS_AS(essor::saturation_steps({}, 0.5), ArgumentError);
  CHECK_THROWS_AS(essor::saturation_steps(one, 0.5, 1.0), ArgumentError);
  CHECK_THROWS_AS(essor::saturation_steps(one, 1.0), ArgumentError);
  CHECK_THROWS_AS(essor::saturation_probability(one, -1.0), ArgumentError);
}

TEST_CASE("a ceiling truncates an interval without history") {
  std::array<double, essor::detail::score_count> nodes;
  const auto set = [&] {
    for (int i = 0; i < essor::detail::score_count; ++i) {
      nodes[static_cast<std::size_t>(i)] = 10.0 + essor::detail::score_at(i);
    }
  };
  set();
  essor::detail::truncate_at_ceiling(nodes.data(), {.median = 10.0, .log_sd = 0.0});
  CHECK(nodes[14] == doctest::Approx(10.0 + essor::normal_quantile(0.25)).epsilon(1e-12));
  CHECK(nodes[28] < 10.0);
  set();
  essor::detail::truncate_at_ceiling(nodes.data(), {.median = 100.0, .log_sd = 0.0});
  CHECK(nodes[28] == doctest::Approx(13.5).epsilon(1e-12));
  // A narrow interval is nearly the known ceiling, a far one says nothing.
  set();
  essor::detail::truncate_at_ceiling(nodes.data(), {.median = 10.0, .log_sd = 1e-6});
  CHECK(nodes[14] == doctest::Approx(10.0 + essor::normal_quantile(0.25)).epsilon(2e-3));
  set();
  essor::detail::truncate_at_ceiling(nodes.data(), {.median = 1000.0, .log_sd = 0.3});
  CHECK(nodes[14] == doctest::Approx(10.0).epsilon(1e-3));
}

TEST_CASE("growth slows where it nears the ceiling") {
  const auto slowed = [](double growth, double room) {
    return growth / std::pow(1.0 + std::pow(growth / room, 4), 0.25);
  };
  std::array<double, essor::detail::score_count> nodes;
  const auto set = [&] {
    for (int i = 0; i < essor::detail::score_count; ++i) {
      nodes[static_cast<std::size_t>(i)] = 10.0 + 2.0 * essor::detail::score_at(i);
    }
  };
  set();
  essor::detail::slow_below_ceiling(nodes.data(), {.median = 12.0, .log_sd = 0.0}, 9.0, 9.0);
  CHECK(nodes[0] == 3.0);  // what falls falls as it did
  CHECK(nodes[14] == doctest::Approx(9.0 + slowed(1.0, 3.0)).epsilon(1e-12));
  CHECK(nodes[28] == doctest::Approx(9.0 + slowed(8.0, 3.0)).epsilon(1e-12));
  CHECK(std::is_sorted(nodes.begin(), nodes.end()));
  set();
  essor::detail::slow_below_ceiling(nodes.data(), {.median = 9.0, .log_sd = 0.0}, 9.0, 9.0);
  CHECK(nodes[14] == 9.0);  // no room
  set();
  essor::detail::slow_below_ceiling(nodes.data(), {.median = 1e6, .log_sd = 0.3}, 9.0, 9.0);
  CHECK(nodes[20] == doctest::Approx(13.0).epsilon(1e-2));  // a far ceiling changes nothing
}

TEST_CASE("what the curves forecast is where their noisy paths go") {
  // Exactly so for the logistic curve, to first order in the noise for the others.
  const std::vector<double> noisy = {10, 19, 17, 30, 29, 48, 43, 61};
  const auto curves = essor::detail::forecast_below_ceiling(noisy, {.median = 100.0, .log_sd = 0.0}, 4);
  double total = 0.0;
  std::vector<double> ends;
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    essor::Philox generator(9, {.path = i});
    double chosen = essor::uniform_rng(generator);
    const SaturationPath* path = &curves.paths.front();
    while (chosen > path->weight && path != &curves.paths.back()) chosen -= (path++)->weight;
    double x = path->log_odds;
    for (int h = 0; h < 4; ++h) {
      x = curve_after(path->curve, path->rates, x, 1.0) + path->spread * essor::normal_rng(generator);
    }
    ends.push_back(100.0 / (1.0 + std::exp(-x)));
  }
  for (const SaturationPath& path : curves.paths) total += path.weight;
  CHECK(total == doctest::Approx(1.0).epsilon(1e-12));
  for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95}) {
    const double simulated = essor::draw_quantiles(ends, std::array{p}).front();
    const double score = essor::normal_quantile(p);
    CHECK(essor::detail::value_at_score(&curves.table(3, 0), score) == doctest::Approx(simulated).epsilon(0.03));
  }
  CHECK(curves.correlation(2, 3) > curves.correlation(0, 3));
  CHECK(curves.correlation(0, 3) > 0.3);
}

TEST_CASE("near a known ceiling the forecast stays below it, and is narrower than without") {
  const ForecastResult with = forecast(share, below(100));
  const ForecastResult without = forecast(share, {.horizon = 3});
  for (int step = 1; step <= 3; ++step) {
    CHECK(with.quantile(step, 1.0) <= 100.0);
    CHECK(with.quantile(step, 0.9) - with.quantile(step, 0.1) <
          0.3 * (without.quantile(step, 0.9) - without.quantile(step, 0.1)));
    const auto draws = with.step_draws(step);
    CHECK(*std::max_element(draws.begin(), draws.end()) <= 100.0);
  }
  CHECK(curves_share(with) > 0.8);
  CHECK(total_weight(with) == doctest::Approx(1.0).epsilon(1e-12));
  CHECK(with.saturation(0.5, 0.95) == doctest::Approx(2.7).epsilon(0.1));
  CHECK(with.saturation_probability(100.0) == doctest::Approx(1.0));
  CHECK(with.saturation(0.5, 0.8) == 0.0);
}

TEST_CASE("a ceiling that is far away changes little") {
  const std::vector<double> steady = {10, 12, 13, 15, 16, 19, 20, 23};
  const ForecastResult far = forecast(steady, below(1e9));
  const ForecastResult without = forecast(steady, {.horizon = 3});
  CHECK(curves_share(far) < 0.2);
  for (const double p : {0.1, 0.5, 0.9}) {
    CHECK(far.quantile(3, p) == doctest::Approx(without.quantile(3, p)).epsilon(0.06));
  }
}

TEST_CASE("an interval of the ceiling, and a ceiling that is only asked for") {
  const ForecastResult interval = forecast(share, {.horizon = 3, .ceiling = Ceiling{90, 130}});
  const ForecastResult asked = forecast(share, {.horizon = 3, .ceiling = Ceiling{}});
  for (const ForecastResult* result : {&interval, &asked}) {
    CHECK(total_weight(*result) == doctest::Approx(1.0).epsilon(1e-12));
    CHECK(result->saturation(0.1) <= result->saturation(0.9));
    CHECK(result->quantile(1, 0.5) > 82.0);
  }
  CHECK(asked.saturation(0.9) - asked.saturation(0.1) > interval.saturation(0.9) - interval.saturation(0.1));
}

TEST_CASE("with a ceiling, draws follow the quantiles, from step to step and for any threads") {
  const ForecastResult result = forecast(share, {.horizon = 3, .ceiling = Ceiling{90, 130}, .draws = 40000});
  for (int step = 1; step <= 3; ++step) {
    for (const double p : {0.05, 0.5, 0.95}) {
      CHECK(result.quantile(step, p) ==
            doctest::Approx(essor::draw_quantiles(result.step_draws(step), std::array{p}).front()).epsilon(0.005));
    }
  }
  const std::vector<std::vector<double>> histories = {share, {3, 4, 5}, {7}, {1, 0, 2, 3, 2, 4}};
  const std::vector<std::span<const double>> views(histories.begin(), histories.end());
  const std::vector<ForecastOptions> options(4, ForecastOptions{.horizon = 2, .ceiling = Ceiling{90, 90}, .draws = 50});
  std::vector<double> one(400);
  std::vector<double> many(400);
  essor::forecast_batch(views, options, one, 0, 1);
  essor::forecast_batch(views, options, many, 0, 3);
  CHECK(one == many);
}

TEST_CASE("with a ceiling too, the unit does not matter") {
  std::vector<double> scaled = share;
  for (double& value : scaled) value *= 1000.0;
  const ForecastResult small = forecast(share, below(100));
  const ForecastResult large = forecast(scaled, below(100'000));
  for (const double p : {0.05, 0.5, 0.95}) {
    CHECK(large.quantile(2, p) == doctest::Approx(1000.0 * small.quantile(2, p)).epsilon(1e-9));
  }
  CHECK(large.saturation(0.5, 0.95) == doctest::Approx(small.saturation(0.5, 0.95)).epsilon(1e-9));
}

TEST_CASE("on histories of a logistic curve with noise the forecast covers what it says") {
  int inside = 0;
  constexpr int histories = 60;
  constexpr int horizon = 3;
  for (std::uint32_t i = 0; i < histories; ++i) {
    essor::Philox generator(5, {.path = i});
    std::vector<double> values;
    double x = -2.5;
    for (int t = 0; t < 9 + horizon; ++t) {
      values.push_back(1000.0 / (1.0 + std::exp(-x)));
      x += 0.4 + 0.15 * essor::normal_rng(generator);
    }
    const ForecastResult result = forecast(std::span(values).first(9), below(1000));
    for (int step = 1; step <= horizon; ++step) {
      const double came = values[static_cast<std::size_t>(8 + step)];
      inside += result.quantile(step, 0.1) <= came && came <= result.quantile(step, 0.9) ? 1 : 0;
    }
  }
  const double covered = static_cast<double>(inside) / (histories * horizon);
  CHECK(covered > 0.72);
  CHECK(covered < 0.96);  // wider than it need be: the class keeps a part
}

TEST_CASE("special histories below a ceiling") {
  // At the ceiling curves go on from just below it, and what reaches as far is the ceiling.
  const ForecastResult at = forecast(share, below(82));
  CHECK(at.quantile(3, 1.0) <= 82.0);
  CHECK(curves_share(at) > 0.0);
  CHECK(at.saturation(0.5, 0.9) == 0.0);
  const ForecastResult full = forecast(std::vector<double>(6, 100.0), below(100));
  CHECK(full.quantile(3, 0.5) == 100.0);
  // A history that does not grow says nothing of a ceiling that is not known.
  const ForecastResult flat = forecast(std::vector{50.0, 50.1, 50.0, 50.1, 50.0}, {.horizon = 2, .ceiling = Ceiling{}});
  CHECK(curves_share(flat) == 0.0);
  CHECK(flat.quantile(1, 0.05) > 48.0);
  CHECK(message([&] { flat.saturation(0.5); }).find("of a history that grows") != std::string::npos);
  CHECK(message([&] { forecast(share, {.horizon = 1}).saturation(0.5); }).find("forecast with a ceiling") !=
        std::string::npos);
  // Without history the expert's first value is truncated.
  const ForecastResult unborn =
      forecast({}, {.horizon = 2, .expert = essor::ExpertInterval{50, 120}, .ceiling = Ceiling{100, 100}});
  CHECK(unborn.quantile(1, 1.0) <= 100.0);
  CHECK(total_weight(unborn) == doctest::Approx(1.0));
  // Far ahead, all is at the ceiling.
  const ForecastResult late = forecast(share, {.horizon = 150, .ceiling = Ceiling{100, 100}, .draws = 2});
  CHECK(late.quantile(150, 0.5) > 97.0);
  CHECK(late.quantile(150, 0.9) <= 100.0);
  // An expert who expects more than the ceiling does not lift it.
  const ForecastResult bold =
      forecast(share, {.horizon = 2, .expert = essor::ExpertInterval{95, 140}, .ceiling = Ceiling{100, 100}});
  CHECK(bold.quantile(2, 1.0) <= 100.0);
  for (const std::vector<double>& odd :
       {std::vector<double>{5}, {5, 5, 5, 5}, {0, 0, 1, 3}, {0, 0}, {80, 60, 40, 30}, {1e-300, 1e-290}, {1e-3, 90}}) {
    for (const Ceiling& ceiling : {Ceiling{}, Ceiling{90, 120}, Ceiling{100, 100}}) {
      const ForecastResult result = forecast(odd, {.horizon = 2, .ceiling = ceiling, .draws = 50});
      CHECK(total_weight(result) == doctest::Approx(1.0));
      CHECK(std::all_of(result.draws().begin(), result.draws().end(), [](double d) { return d >= 0.0 && d < 1e308; }));
      if (curves_share(result) > 0.0) CHECK(result.saturation(0.1) <= result.saturation(0.9));
    }
  }
}

TEST_CASE("wrong ceilings are named") {
  CHECK(message([] { forecast(share, below(80)); }) ==
        "forecast: ceiling: 80: is below history[7] = 82: no value exceeds its ceiling");
  CHECK(message([] { forecast(share, {.horizon = 1, .ceiling = Ceiling{50, 70}}); }).find("history[7]") !=
        std::string::npos);
  CHECK(message([] { forecast(share, {.horizon = 1, .ceiling = Ceiling{120, 90}}); }).find("low must not be above") !=
        std::string::npos);
  CHECK(message([] { forecast(share, below(-1)); }).find("ceiling low") != std::string::npos);
  CHECK(message([] { forecast(share, below(std::numeric_limits<double>::infinity())); }).find("ceiling low") !=
        std::string::npos);
  CHECK(message([] {
          forecast({}, {.horizon = 1, .expert = essor::ExpertInterval{150, 200}, .ceiling = Ceiling{100, 100}});
        }).find("above the low of the expert's interval, 150") != std::string::npos);
  CHECK(message([] {
          forecast(std::vector<double>{1e301}, {.horizon = 1, .ceiling = Ceiling{}});
        }).find("use another unit") != std::string::npos);
}
