#include "essor/forecast/funding_response.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/forecast/funding_history.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"
#include "unit/indicators/typed_in.hpp"

using namespace essor;
using typed_in::table;

namespace {

constexpr double unknown_figure = std::numeric_limits<double>::quiet_NaN();

/// Impact that follows a power of the funding of the same period and the one before, with a little noise.
FundingHistory responsive(int periods, double elasticity, double jump, double noise = 0.03, std::uint32_t path = 1) {
  Philox generator(11, {.path = path});
  FundingHistory history;
  double at_work = 1e5;
  double level = 7.0;
  for (int t = 0; t < periods; ++t) {
    const double x = 1e5 * std::exp(jump * normal_rng(generator));
    at_work = 0.5 * at_work + 0.5 * x;
    level += 0.03 + noise * normal_rng(generator);
    history.funding.push_back(x);
    history.impact.push_back(std::exp(level) * std::pow(at_work / 1e5, elasticity));
  }
  return history;
}

bool says(const std::vector<std::string>& notes, std::string_view words) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

std::string message_of(const FundingHistory& history, const FundingOptions& options = {}) {
  try {
    forecast_funding(history, options);
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "no error";
}

Portfolio half_years(Tables extra = {}) {
  Tables tables{table("products", {{"product"}, {"p"}}),
                table("metrics", {{"product", "metric", "kind"}, {"p", "files", "flow"}}),
                table("costs", {{"product", "start", "end", "amount"},
                                {"p", "2021-01-01", "2021-07-01", "100"},
                                {"p", "2021-07-01", "2022-01-01", "200"},
                                {"p", "2022-01-01", "2022-07-01", "300"}}),
                table("measurements", {{"product", "metric", "start", "end", "value"},
                                       {"p", "files", "2020-07-01", "2021-01-01", "5"},
                                       {"p", "files", "2021-01-01", "2021-04-01", "3"},
                                       {"p", "files", "2021-04-01", "2021-07-01", "3"},
                                       {"p", "files", "2021-07-01", "2022-01-01", "8"},
                                       {"p", "files", "2022-01-01", "2022-07-01", "9"},
                                       {"p", "files", "2022-07-01", "2023-01-01", "10"}})};
  for (Table& given : extra) {
    std::erase_if(tables, [&](const Table& t) { return t.name == given.name; });
    tables.push_back(std::move(given));
  }
  return Portfolio::from_tables(std::move(tables));
}

}  // namespace

TEST_CASE("the effect is none at today's funding, of the elasticity beside it, a power without a ceiling") {
  for (const double k : {0.2, 1.0, 5.0}) {
    const FundingEffect effect{0.4, 0.5, k};
    CHECK(effect.log_effect(1.0) == doctest::Approx(0.0));
    const double step = 1e-6;
    CHECK((effect.log_effect(1.0 + step) - effect.log_effect(1.0 - step)) / (2.0 * step) == doctest::Approx(0.4));
    CHECK(effect.log_effect(1e300) == doctest::Approx(0.4 * (1.0 + k) / k * std::log(1.0 + k)));  // the ceiling
    CHECK(effect.log_effect(0.0) == -HUGE_VAL);
  }
  CHECK(FundingEffect{0.4, 0.5, 1e9}.log_effect(2.0) == doctest::Approx(0.4 * std::log(2.0)));
  CHECK(FundingEffect{0.0, 0.5, 1.0}.log_effect(0.0) == 0.0);
  // A Hill curve a / (a + 1) doubles its elasticity of 1/2 at 1 when squared: 2 ln (2 * 2 / 3) at twice the funding.
  CHECK(FundingEffect{1.0, 0.5, 1.0}.log_effect(2.0) == doctest::Approx(2.0 * std::log(4.0 / 3.0)));
}

TEST_CASE("without variation of funding the answer is the class's, and says so") {
  FundingHistory history = responsive(12, 0.4, 0.0);
  const FundingForecast forecast = forecast_funding(history, {.horizon = 2});
  const ResponseSummary& response = forecast.response();
  // Student's t of 2 degrees at 0.151, scale 0.310, cut to (0, 2), by adaptive quadrature: mean 0.3923, sd 0.3424.
  CHECK(response.class_elasticity == doctest::Approx(0.3923).epsilon(0.002));
  CHECK(response.class_elasticity_sd == doctest::Approx(0.3424).epsilon(0.005));
  CHECK(response.elasticity == doctest::Approx(response.class_elasticity));
  CHECK(response.prior_share == doctest::Approx(1.0));
  CHECK(response.pairs == 11);
  CHECK_FALSE(response.identified());
  CHECK(says(forecast.notes(), "does not identify the response"));
  CHECK(says(forecast.notes(), "assumed: nothing else moves funding first"));
  // Funding kept up changes nothing: the median is that of the forecast of the history itself.
  const ForecastResult plain = essor::forecast(
      history.impact, {.horizon = 2, .season = 2, .reference = Reference::public_service_volume, .draws = 4000});
  CHECK(forecast.given(1e5).quantile(2, 0.5) == doctest::Approx(plain.quantile(2, 0.5)).epsilon(0.02));
  CHECK(forecast.latest_funding() == 1e5);
}

TEST_CASE("a record with variation is read, within its error") {
  for (const double truth : {0.05, 0.5, 1.0}) {
    const FundingForecast forecast = forecast_funding(responsive(20, truth, 0.5), {.draws = 1});
    const ResponseSummary& response = forecast.response();
    CHECK(learn_response(responsive(20, truth, 0.5)).elasticity == response.elasticity);
    CAPTURE(truth);
    CHECK(response.identified());
    CHECK(std::abs(response.elasticity - truth) < 2.0 * response.elasticity_sd);
    CHECK(response.elasticity_sd < 0.8 * response.class_elasticity_sd);
    CHECK(says(forecast.notes(), "the record identifies the response"));
  }
}

TEST_CASE("draws of the response are those of its summary; the likelihood prefers the truth") {
  const FundingHistory history = responsive(20, 0.5, 0.5);
  const ResponseSummary summary = learn_response(history);
  constexpr int count = 20000;
  const std::vector<FundingEffect> draws = draw_responses(history, count, 5);
  double elasticity = 0.0;
  double carry_over = 0.0;
  for (const FundingEffect& draw : draws) {
    elasticity += draw.elasticity / count;
    carry_over += draw.carry_over / count;
  }
  CHECK(std::abs(elasticity - summary.elasticity) < 4.0 * summary.elasticity_sd / std::sqrt(count));
  CHECK(carry_over == doctest::Approx(summary.carry_over).epsilon(0.02));
  CHECK(std::all_of(draws.begin(), draws.end(),
                    [](const FundingEffect& draw) { return draw.elasticity > 0.0 && draw.elasticity < 2.0; }));
  const std::vector<FundingEffect> few = draw_responses(history, 10, 5);
  for (std::size_t i = 0; i < few.size(); ++i) CHECK(few[i].elasticity == draws[i].elasticity);
  const double at_truth = response_log_likelihood(history, {0.5, 0.5, 1e6});
  CHECK(at_truth > response_log_likelihood(history, {0.0, 0.5, 1e6}) + 3.0);
  CHECK(at_truth > response_log_likelihood(history, {1.5, 0.5, 1e6}) + 3.0);
  CHECK_THROWS_AS(draw_responses(history, 0), ArgumentError);
  CHECK_THROWS_AS(draw_responses({}, 1), ArgumentError);
  CHECK_THROWS_AS(response_log_likelihood({}, {0.5, 0.5, 1.0}), ArgumentError);
}

TEST_CASE("cost computed from volume, and a noisy record, leave more to the class") {
  FundingHistory history = responsive(16, 0.5, 0.5);
  const double clear = learn_response(history).prior_share;
  history.tied = true;
  const FundingForecast tied = forecast_funding(history, {.draws = 1});
  CHECK(tied.response().prior_share > clear);
  CHECK(says(tied.notes(), "cost was computed from volume"));
  CHECK(learn_response(responsive(16, 0.5, 0.5, 0.5)).prior_share > clear);
}

TEST_CASE("funding that follows impact within the period is not taken for its cause") {
  double said = 0.0;
  constexpr int products = 10;
  for (std::uint32_t path = 0; path < products; ++path) {
    Philox generator(3, {.path = path});
    FundingHistory history;
    double level = 6.0;
    double funding = 1e5;
    for (int t = 0; t < 12; ++t) {
      const double innovation = 0.1 * normal_rng(generator);
      level += innovation;
      funding *= std::exp(innovation + 0.1 * normal_rng(generator));  // an elasticity of funding to impact of 1
      history.impact.push_back(std::exp(level));
      history.funding.push_back(funding);
    }
    said += learn_response(history).elasticity / products;
  }
  // Least squares of impact on funding would say 0.5; the class alone says 0.39.
  CHECK(said < 0.5);
}

TEST_CASE("a season that funding shares is not taken for its effect") {
  FundingHistory history;
  for (int t = 0; t < 16; ++t) {
    history.funding.push_back(t % 2 == 0 ? 1e5 : 1.4e5);
    history.impact.push_back((t % 2 == 0 ? 1000.0 : 1400.0) * std::pow(1.03, t) * (t % 3 == 0 ? 1.02 : 0.99));
  }
  const ResponseSummary response = learn_response(history);
  CHECK(response.prior_share > 0.8);
  history.months = 12;  // the same figures by the year have no season to hide in
  CHECK(learn_response(history).prior_share < response.prior_share);
}

TEST_CASE("more funding never lowers impact, whatever the draw, and random numbers are shared") {
  const FundingForecast forecast = forecast_funding(responsive(8, 0.3, 0.3), {.horizon = 3, .draws = 200, .seed = 5});
  std::vector<double> before(600, 0.0);
  for (const double amount : {0.0, 1.0, 5e4, 1e5, 3e5, 1e300}) {
    const ForecastResult result = forecast.given(amount);
    for (std::size_t i = 0; i < before.size(); ++i) {
      REQUIRE(std::isfinite(result.draws()[i]));
      REQUIRE(result.draws()[i] >= before[i]);
      before[i] = result.draws()[i];
    }
  }
  const auto again = forecast_funding(responsive(8, 0.3, 0.3), {.horizon = 3, .draws = 200, .seed = 5});
  CHECK(again.given(7e4).draws() == forecast.given(7e4).draws());
  const auto other = forecast_funding(responsive(8, 0.3, 0.3), {.horizon = 3, .draws = 200, .seed = 6});
  CHECK(other.given(7e4).draws() != forecast.given(7e4).draws());
}

TEST_CASE("a plan works from the period it begins, and is carried over") {
  const FundingForecast forecast = forecast_funding(responsive(8, 0.3, 0.0), {.horizon = 3, .draws = 200});
  const ForecastResult kept = forecast.given(1e5);
  const ForecastResult later = forecast.given(std::vector<double>{1e5, 2e5, 1e5});
  CHECK(later.quantile(1, 0.5) == kept.quantile(1, 0.5));
  CHECK(later.quantile(2, 0.5) > kept.quantile(2, 0.5));
  CHECK(later.quantile(3, 0.5) > kept.quantile(3, 0.5));
  CHECK(later.quantile(3, 0.5) / kept.quantile(3, 0.5) < later.quantile(2, 0.5) / kept.quantile(2, 0.5));
}

TEST_CASE("where the good direction is down, funding lowers and a target is reached from above") {
  FundingHistory history = responsive(8, 0.0, 0.0);
  history.direction = Direction::decrease;
  const FundingForecast forecast = forecast_funding(history, {.draws = 400});
  const ForecastResult little = forecast.given(5e4), much = forecast.given(2e5);
  const double target = much.quantile(1, 0.5);
  CHECK(much.quantile(1, 0.5) < little.quantile(1, 0.5));
  CHECK(forecast.probability(much, target, 1) == doctest::Approx(0.5).epsilon(0.01));
  CHECK(forecast.probability(little, target, 1) < 0.5);
  CHECK(forecast.realistic(much, 0.8, 1) == much.quantile(1, 0.8));
}

TEST_CASE("the table has the amounts in their order; a realistic target keeps its promise") {
  const FundingForecast forecast = forecast_funding(responsive(10, 0.4, 0.4), {.horizon = 2, .draws = 400});
  const std::vector<double> amounts = {2e5, 1e5};
  const std::vector<double> quantiles = {0.1, 0.9};
  const auto rows = funding_table(forecast, amounts, quantiles, 1500.0);
  REQUIRE(rows.size() == 8);
  CHECK(rows[0].amount == 2e5);
  CHECK(rows[2].step == 2);
  CHECK(rows[4].amount == 1e5);
  for (const FundingRow& row : rows) {
    CHECK(row.se == doctest::Approx(std::sqrt(row.p_target * (1.0 - row.p_target) / 400.0)));
    CHECK(row.value == forecast.given(row.amount).quantile(row.step, row.quantile));
  }
  CHECK(std::isnan(funding_table(forecast, amounts, quantiles)[0].p_target));
  for (const RealisticTarget& target : realistic_targets(forecast, amounts, 0.8)) {
    CHECK(forecast.given(target.amount).probability(target.target, target.step) == doctest::Approx(0.8).epsilon(0.01));
  }
}

TEST_CASE("the standard error is that of other seeds") {
  const FundingHistory history = responsive(4, 0.4, 0.3);
  const double target = 1.05 * history.impact.back();
  double sum = 0.0, squares = 0.0, claimed = 0.0;
  constexpr int seeds = 16;
  for (int seed = 0; seed < seeds; ++seed) {
    const auto forecast = forecast_funding(history, {.draws = 200, .seed = static_cast<std::uint64_t>(seed)});
    const double p = forecast.probability(forecast.given(1.5e5), target, 1);
    sum += p;
    squares += p * p;
    claimed += std::sqrt(p * (1.0 - p) / 200.0) / seeds;
  }
  const double sd = std::sqrt((squares - sum * sum / seeds) / (seeds - 1));
  CHECK(sd < 1.5 * claimed);  // 16 seeds know it within two fifths
  CHECK(sd > 0.4 * claimed);
}

TEST_CASE("short, gappy and odd histories have an answer") {
  const std::vector<FundingHistory> histories = {
      {.funding = {1e5}, .impact = {100.0}},
      {.funding = {1e5, 2e5}, .impact = {0.0, 100.0}},
      {.funding = {1e5, 1e5}, .impact = {0.0, 0.0}},
      {.funding = {0.0, 1e5, unknown_figure, 0.0}, .impact = {1.0, 2.0, 3.0, 4.0}},
      {.funding = {unknown_figure, 1e-5, 1e12}, .impact = {1e-3, 1e9, 1e9}}};
  for (const FundingHistory& history : histories) {
    const FundingForecast forecast = forecast_funding(history, {.horizon = 2, .draws = 200});
    for (const double amount : {0.0, 1e5, 1e15}) {
      const std::vector<double> draws = forecast.given(amount).draws();
      CHECK(std::all_of(draws.begin(), draws.end(), [](double x) { return std::isfinite(x) && x >= 0.0; }));
    }
    CHECK(forecast.response().prior_share <= 1.0);
  }
  const FundingForecast gaps =
      forecast_funding({.funding = {0.0, 1e5, unknown_figure, 2e5}, .impact = {1.0, 2.0, 3.0, 4.0}}, {});
  CHECK(says(gaps.notes(), "the funding of 2 of 4 periods"));
  CHECK(gaps.response().pairs == 0);
  CHECK(gaps.response().prior_share == doctest::Approx(1.0));
  CHECK(gaps.latest_funding() == 2e5);
}

TEST_CASE("a wrong history or argument names itself") {
  CHECK(message_of({}) == "forecast_funding: impact: 0 values: must not be empty");
  CHECK(message_of({.funding = {1.0}, .impact = {1.0, 2.0}}).find("forecast_funding: funding") == 0);
  CHECK(message_of({.funding = {1.0, -2.0}, .impact = {1.0, 2.0}}) ==
        "forecast_funding: funding[1]: -2: must be finite and >= 0");
  CHECK(message_of({.funding = {1.0, 2.0}, .impact = {1.0, unknown_figure}}).find("forecast_funding: impact[1]") == 0);
  CHECK(message_of({.funding = {0.0, unknown_figure}, .impact = {1.0, 2.0}}).find("must be known and above 0") !=
        std::string::npos);
  CHECK(message_of({.funding = {1.0}, .impact = {1.0}}, {.horizon = 0}) ==
        "forecast_funding: horizon: 0: must be >= 1");
  CHECK(message_of({.funding = {1.0}, .impact = {1.0}}, {.draws = 0}) == "forecast_funding: draws: 0: must be >= 1");
  const FundingForecast forecast = forecast_funding({.funding = {1.0}, .impact = {1.0}}, {.draws = 10});
  const std::vector<double> none, half = {0.5}, negative = {1.0, -1.0};
  CHECK_THROWS_AS(funding_table(forecast, none, half), ArgumentError);
  CHECK_THROWS_AS(funding_table(forecast, half, none), ArgumentError);
  CHECK_THROWS_WITH(funding_table(forecast, negative, half),
                    "forecast_given_funding: amounts[1]: -1: must be finite and >= 0");
  CHECK_THROWS_AS(funding_table(forecast, half, half, unknown_figure), ArgumentError);
  CHECK_THROWS_AS(realistic_targets(forecast, half, 1.0), ArgumentError);
  CHECK_THROWS_AS(forecast.given(negative), ArgumentError);
}

TEST_CASE("a portfolio gives the periods of its record, with figures before and after its costs") {
  const RecordedFunding recorded = recorded_funding(half_years().as_of(), 0);
  CHECK(recorded.history.months == 6);
  CHECK(recorded.history.impact == std::vector<double>{5.0, 6.0, 8.0, 9.0, 10.0});
  REQUIRE(recorded.history.funding.size() == 5);
  CHECK(std::isnan(recorded.history.funding[0]));
  CHECK(recorded.history.funding[1] == 100.0);
  CHECK(recorded.history.funding[3] == 300.0);
  CHECK(std::isnan(recorded.history.funding[4]));
  CHECK(period_text(recorded.last) == "2022-H2");
  CHECK(recorded.currency == "EUR");
  // Years end with the last half-year whose cost is known.
  CHECK(recorded_funding(half_years().as_of(), 0, 12).history.impact == std::vector<double>{11.0, 17.0});
}

TEST_CASE("a record without funding to speak of says what is missing") {
  const auto message = [](const Portfolio& portfolio, int months = 0) -> std::string {
    try {
      recorded_funding(portfolio.as_of(), 0, months);
    } catch (const ArgumentError& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(message(half_years({table("costs", {{"product", "start", "end", "amount"}})})) ==
        "forecast_given_funding: product: 'p': has no cost: record what it received");
  CHECK(message(half_years({table("measurements", {{"product", "metric", "start", "end", "value"},
                                                   {"p", "files", "2015-01-01", "2015-07-01", "5"}})}))
            .find("no period of 'p' has both a cost") != std::string::npos);
  CHECK(message(half_years(), -1).find("months: -1") != std::string::npos);
  CHECK(message(half_years({table("metrics", {{"product", "metric", "kind"}, {"p", "files", "rate"}}),
                            table("measurements", {{"product", "metric", "start", "end", "numerator", "denominator"},
                                                   {"p", "files", "2021-01-01", "2021-07-01", "5", "10"}})}))
            .find("is a rate") != std::string::npos);
}
