#include "essor/forecast/forecast.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "essor/numerics/normal.hpp"
#include "essor/random/philox.hpp"
#include "unit/forecast/message.hpp"

namespace {

using essor::ArgumentError;
using essor::forecast;
using essor::ForecastOptions;
using essor::ForecastResult;
using essor::Reference;

const std::vector<double> rising = {10, 12, 13, 15, 16, 19, 20, 23};

ForecastOptions steps(int horizon) { return {.horizon = horizon}; }

double log_width(const ForecastResult& result, int step) {
  return std::log(result.quantile(step, 0.9) / result.quantile(step, 0.1));
}

const essor::ModelUse& use_of(const ForecastResult& result, const std::string& name) {
  const auto found = std::find_if(result.models().begin(), result.models().end(),
                                  [&](const essor::ModelUse& use) { return use.name == name; });
  REQUIRE(found != result.models().end());
  return *found;
}

/// P(value of the step <= value), by bisection on its quantiles.
double probability_below(const ForecastResult& result, int step, double value) {
  double low = 0.0;
  double high = 1.0;
  for (int k = 0; k < 40; ++k) {
    const double middle = 0.5 * (low + high);
    (result.quantile(step, middle) < value ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double total_weight(const ForecastResult& result) {
  double total = 0.0;
  for (const essor::ModelUse& use : result.models()) total += use.name == "seasonal factors" ? 0.0 : use.weight;
  return total;
}

}  // namespace

TEST_CASE("a forecast has draws for every step, and orders its quantiles") {
  const ForecastResult result = forecast(rising, steps(4));
  CHECK(result.horizon() == 4);
  CHECK(result.draw_count() == 2000);
  CHECK(result.draws().size() == 8000);
  for (int step = 1; step <= 4; ++step) {
    CHECK(result.quantile(step, 0.1) < result.quantile(step, 0.5));
    CHECK(result.quantile(step, 0.5) < result.quantile(step, 0.9));
    CHECK(result.quantile(step, 0.0) >= 0.0);
  }
  CHECK(result.quantile(1, 0.5) == doctest::Approx(24.7).epsilon(0.03));  // the last, and the mean change
  CHECK(result.step_draws(-1).data() == result.step_draws(4).data());
}

TEST_CASE("quantiles are those of the predictive distribution, which the draws follow") {
  const ForecastResult result = forecast(rising, {.horizon = 3, .draws = 40000});
  for (int step = 1; step <= 3; ++step) {
    for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95}) {
      const auto draws = result.step_draws(step);
      CHECK(result.quantile(step, p) ==
            doctest::Approx(essor::draw_quantiles(draws, std::array{p}).front()).epsilon(0.01));
    }
  }
  std::vector<double> draws(3);
  const std::vector<double> nodes = essor::forecast_into(rising, {.horizon = 3, .draws = 1}, 0, draws).nodes;
  const std::vector<double> all = essor::node_quantiles(nodes, std::array{0.1, 0.7});
  REQUIRE(all.size() == 6);
  for (int step = 1; step <= 3; ++step) {
    CHECK(all[2 * static_cast<std::size_t>(step) - 2] == result.quantile(step, 0.1));
    CHECK(all[2 * static_cast<std::size_t>(step) - 1] == result.quantile(step, 0.7));
  }
  CHECK_THROWS_AS(essor::node_quantiles(std::vector<double>(30), std::array{0.5}), ArgumentError);
}

TEST_CASE("a batch gives the bits of each series alone, for any number of threads") {
  const std::vector<std::vector<double>> histories = {rising, {3, 4, 5}, {7}, {1, 0, 2, 3, 2, 4}};
  const std::vector<std::span<const double>> views(histories.begin(), histories.end());
  const std::vector<ForecastOptions> options(4, ForecastOptions{.horizon = 3, .draws = 100});
  std::vector<double> one(4 * 300);
  std::vector<double> many(4 * 300);
  essor::forecast_batch(views, options, one, 0, 1);
  essor::forecast_batch(views, options, many, 0, 3);
  CHECK(one == many);
  for (std::uint32_t i = 0; i < 4; ++i) {
    const std::vector<double> alone = forecast(histories[i], options[i], i).draws();
    CHECK(std::equal(alone.begin(), alone.end(), one.begin() + 300 * i));
  }
  CHECK_THROWS_AS(essor::forecast_batch(views, options, std::span(one).first(5)), ArgumentError);
}

TEST_CASE("a draw of the first step is the quantile at its own random number, in the tails too") {
  constexpr int draws = 1000;
  const ForecastResult result = forecast(rising, {.horizon = 6, .draws = draws, .seed = 7}, 3);
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    essor::Philox generator(7, {.path = draw, .product = 3, .purpose = 64});  // 64: the paths of forecasts
    const double u = (generator() + 0.5) * 0x1p-32;
    CHECK(result.step_draws(1)[draw] == doctest::Approx(result.quantile(1, u)).epsilon(1e-5));
  }
}

TEST_CASE("quantiles of draws are linear between them") {
  const std::array<double, 4> draws = {3.0, 1.0, 2.0, 4.0};
  const std::array<double, 5> probabilities = {0.0, 0.5, 0.25, 1.0, 0.9};
  const std::vector<double> quantiles = essor::draw_quantiles(draws, probabilities);
  CHECK(quantiles[0] == 1.0);
  CHECK(quantiles[1] == 2.5);
  CHECK(quantiles[2] == 1.75);
  CHECK(quantiles[3] == 4.0);
  CHECK(quantiles[4] == doctest::Approx(3.7).epsilon(1e-15));
  CHECK(essor::reach_probability(draws, 2.0) == 0.75);
  CHECK(essor::reach_probability(draws, 4.5) == 0.0);
}

TEST_CASE("the unit of the values does not matter") {
  std::vector<double> scaled = rising;
  for (double& value : scaled) value *= 1024.0;
  const ForecastResult small = forecast(rising, steps(3));
  const ForecastResult large = forecast(scaled, steps(3));
  for (std::size_t i = 0; i < small.draws().size(); i += 97) {
    CHECK(large.draws()[i] == doctest::Approx(1024.0 * small.draws()[i]).epsilon(1e-9));
  }
}

TEST_CASE("a draw depends on its number, the series and the seed alone") {
  const ForecastResult few = forecast(rising, {.horizon = 2, .draws = 50});
  const ForecastResult many = forecast(rising, {.horizon = 5, .draws = 300});
  for (std::size_t draw = 0; draw < 50; ++draw) {
    CHECK(few.step_draws(1)[draw] == many.step_draws(1)[draw]);
    CHECK(few.step_draws(2)[draw] == many.step_draws(2)[draw]);
  }
  CHECK(forecast(rising, {.horizon = 2, .draws = 50}).draws() == few.draws());
  CHECK(forecast(rising, {.horizon = 2, .draws = 50, .seed = 1}).draws() != few.draws());
  CHECK(forecast(rising, {.horizon = 2, .draws = 50}, 1).draws() != few.draws());
}

TEST_CASE("uncertainty grows with the step and falls with evidence, and the prior fades") {
  const ForecastResult result = forecast(rising, steps(6));
  CHECK(log_width(result, 6) > log_width(result, 1));
  std::vector<double> history;
  double last_share = 2.0;
  for (int n : {1, 3, 8, 40}) {
    while (static_cast<int>(history.size()) < n) history.push_back(100.0 * std::pow(1.05, history.size()));
    if (n > 4) continue;
    const double share = use_of(forecast(history, steps(1)), "growth regression").prior_share;
    CHECK(share < last_share);
    last_share = share;
  }
  CHECK(log_width(forecast(history, steps(1)), 1) < 0.5 * log_width(forecast(std::vector{100.0}, steps(1)), 1));
  CHECK(forecast(history, steps(1)).quantile(1, 0.5) == doctest::Approx(history.back() * 1.05).epsilon(0.02));
}

TEST_CASE("a history that hardly leaves a steady growth is carried on, up and down") {
  for (const double growth : {0.8, 1.2, 1.5, 2.0}) {
    CAPTURE(growth);
    std::vector<double> history = {100.0};
    while (history.size() < 10) history.push_back(history.back() * growth);
    const double ahead = forecast(history, steps(1)).quantile(1, 0.5) / history.back();
    CHECK(std::log(ahead) / std::log(growth) == doctest::Approx(0.8).epsilon(0.35));
  }
}

TEST_CASE("a constant history keeps a width") {
  for (const std::size_t n : {2U, 5U, 20U, 200U}) {
    const ForecastResult result = forecast(std::vector<double>(n, 42.0), steps(2));
    CHECK(log_width(result, 1) > 1e-3);
    CHECK(result.quantile(1, 0.5) == doctest::Approx(42.0).epsilon(0.05));
  }
}

TEST_CASE("zeros shift the logarithm, and the notes say so") {
  const ForecastResult result = forecast(std::vector<double>{0, 4, 0, 6, 8, 0, 5}, steps(2));
  CHECK(result.quantile(1, 0.0) >= 0.0);
  CHECK(result.quantile(1, 0.9) > 1.0);
  REQUIRE(!result.notes().empty());
  CHECK(result.notes().back().find("value + 2") != std::string::npos);
  const ForecastResult nothing = forecast(std::vector<double>(4, 0.0), steps(1));
  CHECK(nothing.quantile(1, 0.0) == 0.0);
  CHECK(nothing.quantile(1, 0.99) > 0.0);
}

TEST_CASE("the largest and least numbers do not overflow") {
  const double largest = std::numeric_limits<double>::max();
  for (const std::vector<double>& history :
       {std::vector<double>{1e300, 1e305, 1e308}, std::vector<double>{largest, largest},
        std::vector<double>{1e-308, 1e308, 5e-324, 1e300}, std::vector<double>{0.0, 5e-324}}) {
    const ForecastResult result = forecast(history, steps(8));
    CHECK(std::all_of(result.draws().begin(), result.draws().end(),
                      [](double draw) { return std::isfinite(draw) && draw >= 0.0; }));
  }
  const ForecastResult beyond = forecast(std::vector<double>{largest / 1.2, largest / 1.1, largest}, steps(3));
  CHECK(beyond.notes().back().find("beyond the largest") != std::string::npos);
}

TEST_CASE("no history: the expert gives the first value, the class what follows") {
  const ForecastOptions options{
      .horizon = 3, .reference = Reference::digital_adoption, .expert = essor::ExpertInterval{50, 200}, .draws = 20000};
  const ForecastResult result = forecast({}, options);
  CHECK(result.quantile(1, 0.05) == doctest::Approx(50.0).epsilon(0.03));
  CHECK(result.quantile(1, 0.5) == doctest::Approx(100.0).epsilon(0.03));
  CHECK(result.quantile(1, 0.95) == doctest::Approx(200.0).epsilon(0.03));
  CHECK(result.quantile(2, 0.5) > 150.0);
  CHECK(use_of(result, "growth regression").prior_share == 1.0);
  CHECK(use_of(result, "expert interval").weight == 1.0);
}

TEST_CASE("no history: later steps are the mean over first values, to the tails") {
  constexpr int firsts = 400;
  for (const double high : {110.0, 200.0, 10000.0}) {
    const ForecastOptions options{.horizon = 3,
                                  .reference = Reference::digital_adoption,
                                  .expert = essor::ExpertInterval{1e4 / high, high},
                                  .label = "bb"};
    const ForecastResult unborn = forecast({}, options);
    std::vector<ForecastResult> born;
    for (int i = 0; i < firsts; ++i) {
      const double z = essor::normal_quantile((i + 0.5) / firsts);
      const std::vector<double> first = {100.0 * std::pow(high / 100.0, z / essor::normal_quantile(0.95))};
      born.push_back(forecast(first, {.horizon = 2, .reference = options.reference, .draws = 1, .label = "bb"}));
    }
    for (const int step : {2, 3}) {
      for (const double p : {0.01, 0.025, 0.1, 0.5, 0.9, 0.975, 0.99}) {
        double below = 0.0;
        for (const ForecastResult& one : born) below += probability_below(one, step - 1, unborn.quantile(step, p));
        CAPTURE(high);
        CAPTURE(step);
        CAPTURE(p);
        CHECK(essor::normal_quantile(below / firsts) == doctest::Approx(essor::normal_quantile(p)).epsilon(0.02));
      }
    }
  }
}

TEST_CASE("no history: an interval of any width leaves finite numbers") {
  const ForecastResult result = forecast({}, {.horizon = 3, .expert = essor::ExpertInterval{1e-300, 1e300}});
  CHECK(std::all_of(result.draws().begin(), result.draws().end(),
                    [](double draw) { return std::isfinite(draw) && draw >= 0.0; }));
}

TEST_CASE("an expert beside a history narrows it where they agree, and is contradicted openly where not") {
  const ForecastResult alone = forecast(rising, steps(2));
  ForecastOptions options = steps(2);
  options.expert = essor::ExpertInterval{24.5, 26.5};
  const ForecastResult told = forecast(rising, options);
  CHECK(log_width(told, 1) < log_width(alone, 1));
  CHECK(total_weight(told) == doctest::Approx(1.0));
  CHECK(told.notes().empty());
  options.expert = essor::ExpertInterval{1e-3, 1e9};  // says nothing
  CHECK(forecast(rising, options).quantile(1, 0.5) == doctest::Approx(alone.quantile(1, 0.5)).epsilon(0.01));
  options.expert = essor::ExpertInterval{2000, 2100};
  const ForecastResult torn = forecast(rising, options);
  REQUIRE(torn.notes().size() == 1);
  CHECK(torn.notes()[0].find("disagree") != std::string::npos);
}

TEST_CASE("a season is found with two full ones, and kept from noise") {
  std::vector<double> history;
  for (int t = 0; t < 20; ++t) history.push_back(100.0 * std::pow(1.02, t) * (t % 4 == 3 ? 2.0 : 1.0));
  ForecastOptions options = steps(4);
  options.season = 4;
  const ForecastResult seasonal = forecast(history, options);
  CHECK(seasonal.quantile(4, 0.5) / seasonal.quantile(3, 0.5) == doctest::Approx(2.0).epsilon(0.1));
  CHECK(use_of(seasonal, "seasonal factors").weight > 0.95);
  CHECK(log_width(seasonal, 4) < log_width(forecast(history, steps(4)), 4));

  const ForecastResult early = forecast(std::span(history).first(7), options);
  CHECK(use_of(early, "seasonal factors").weight == 0.0);
  CHECK(use_of(early, "seasonal factors").reason.find("two full seasons; there are 7 values") != std::string::npos);
  CHECK(use_of(forecast(std::span(history).first(9), options), "seasonal factors").weight <= 0.5);
  CHECK(use_of(forecast(std::vector<double>(12, 5.0), options), "seasonal factors").weight == 0.0);
}

TEST_CASE("one outlier moves the forecast little") {
  std::vector<double> history;
  for (int t = 0; t < 16; ++t) history.push_back(100.0 * std::pow(1.03, t));
  const double clean = forecast(history, steps(1)).quantile(1, 0.5);
  history[8] *= 10.0;
  CHECK(forecast(history, steps(1)).quantile(1, 0.5) == doctest::Approx(clean).epsilon(0.15));
}

TEST_CASE("a class without the season asked for forecasts with what it has, and says so") {
  std::vector<double> history;
  for (int t = 0; t < 40; ++t) history.push_back(100.0 + t * (t % 4));
  const ForecastOptions options{.horizon = 3, .season = 4, .reference = Reference::digital_adoption};
  const ForecastResult result = forecast(history, options);
  CHECK(total_weight(result) == doctest::Approx(1.0));
  CHECK(use_of(result, "seasonal factors").reason == "the class has no seasonal models");
  CHECK(result.notes().front().find("knows no season of 4 periods") != std::string::npos);
  ForecastOptions plain = options;
  plain.season = 1;
  CHECK(forecast(history, plain).draws() == result.draws());

  essor::ReferenceClass quarters = essor::shipped_class(Reference::general);
  quarters.models = {quarters.model_for(4)};
  plain.own_class = &quarters;
  const ForecastResult seasonal = forecast(history, plain);
  CHECK(total_weight(seasonal) == doctest::Approx(1.0));
  CHECK(seasonal.notes().front().find("its models of a season of 4") != std::string::npos);
}

TEST_CASE("wrong arguments say what and where") {
  CHECK(message([] { forecast({}, steps(1)); }) ==
        "forecast: history: 0 values: needs an expert's 90 % interval for the first value (expert = low, high) or at "
        "least one value");
  CHECK(message([] { forecast(std::vector{1.0, 2.0, -3.0}, steps(1)); }) ==
        "forecast: history[2]: -3: must be finite and >= 0");
  CHECK(message([] { forecast(std::vector{std::nan("")}, steps(1)); }).find("history[0]: nan") != std::string::npos);
  CHECK_THROWS_AS(forecast(std::vector{1.0, HUGE_VAL}, steps(1)), ArgumentError);
  CHECK(message([] { forecast(rising, steps(0)); }) == "forecast: horizon: 0: must be >= 1");
  CHECK_THROWS_AS(forecast(rising, {.horizon = 1, .season = 0}), ArgumentError);
  CHECK_THROWS_AS(forecast(rising, {.horizon = 1, .draws = 0}), ArgumentError);
  for (const auto& [low, high] : {std::pair{2.0, 1.0}, {1.0, 1.0}, {0.0, 1.0}, {-1.0, 1.0}, {1.0, HUGE_VAL}}) {
    ForecastOptions options = steps(1);
    options.expert = essor::ExpertInterval{low, high};
    CHECK_THROWS_AS(forecast(rising, options), ArgumentError);
  }
  const ForecastResult result = forecast(rising, {.horizon = 2, .draws = 10});
  CHECK_THROWS_AS(result.quantile(0, 0.5), ArgumentError);
  CHECK_THROWS_AS(result.quantile(3, 0.5), ArgumentError);
  CHECK_THROWS_AS(result.quantile(-3, 0.5), ArgumentError);
  CHECK_THROWS_AS(result.quantile(1, 1.5), ArgumentError);
  CHECK_THROWS_AS(result.probability(std::nan("")), ArgumentError);
  std::vector<double> short_buffer(3);
  CHECK_THROWS_AS(essor::forecast_into(rising, {.horizon = 2, .draws = 2}, 0, short_buffer), ArgumentError);
}

TEST_CASE("classes are known by name") {
  for (const Reference reference :
       {Reference::general, Reference::digital_adoption, Reference::public_service_volume}) {
    CHECK(essor::reference_from_name(essor::class_prior(reference).name) == reference);
    CHECK(essor::shipped_class(reference).name == essor::class_prior(reference).name);
  }
  CHECK_THROWS_AS(essor::reference_from_name("no_such_class"), ArgumentError);
}
