#include "essor/forecast/reference_class.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "essor/forecast/detail/growth_prior.hpp"
#include "essor/forecast/forecast.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"
#include "unit/forecast/message.hpp"

namespace {

using essor::fit_reference_class;
using essor::PanelSeries;
using essor::ReferenceClass;
using essor::SeasonModel;

/// Random walks of the logarithm around a growth of 5 %.
std::vector<PanelSeries> walks(std::size_t series, std::size_t length) {
  std::vector<PanelSeries> panel(series);
  essor::Philox generator(3, {.path = 0, .product = 0, .purpose = 9});
  for (std::size_t i = 0; i < series; ++i) {
    double log_value = 3.0 + static_cast<double>(i % 5);
    for (std::size_t t = 0; t < length; ++t) {
      log_value += 0.05 + 0.1 * essor::normal_rng(generator);
      panel[i].values.push_back(std::exp(log_value));
    }
  }
  return panel;
}

const ReferenceClass& fitted() {
  static const ReferenceClass made = fit_reference_class(walks(6, 8), {.horizon = 2, .name = "walks"});
  return made;
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a class learns shares, widths and correlations that can be") {
  const SeasonModel& model = fitted().models.front();
  CHECK(model.series == 6);
  CHECK(model.steps == 2);
  CHECK(model.pool.fitted());
  CHECK(model.growth.fitted());
  CHECK(!model.unlabelled.fitted());
  for (const double share : model.pool_weight) CHECK((share >= 0.0 && share <= 1.0));
  for (const double width : model.width) CHECK((width >= 0.5 && width <= 2.0));
  CHECK(model.correlation(0, 0) == doctest::Approx(1.0));
  CHECK(std::abs(model.correlation(0, 1)) < 1.0);
}

TEST_CASE("a class of any unit has its location from the history alone") {
  const ReferenceClass any = fit_reference_class(walks(6, 8), {.horizon = 2, .any_unit = true, .name = "any"});
  const essor::detail::PoolModel& pool = any.models.front().pool;
  CHECK(pool.plain_share == 1.0);
  const std::vector<double> history = {30.0, 33.0, 31.0, 35.0, 36.0, 40.0};
  const essor::detail::PoolView view = essor::detail::view_history(history, 1, 2);
  const essor::detail::PoolForecast forecast = essor::detail::forecast_pool(pool, view, 2);
  CHECK(forecast.weights.sum() == doctest::Approx(1.0));
  CHECK(forecast.prior_weights.sum() == doctest::Approx(1.0));
  const Eigen::VectorXd location = view.forecasts.transpose() * forecast.weights;
  for (Eigen::Index step = 0; step < 2; ++step) {
    CHECK(forecast.table(step, essor::detail::score_count / 2) == doctest::Approx(location[step]));
  }
  const SeasonModel again = essor::model_from_numbers(essor::numbers_of(any.models.front()));
  CHECK(essor::numbers_of(again) == essor::numbers_of(any.models.front()));
}

TEST_CASE("drift goes on by the slope of least squares, its errors by the slopes known then") {
  const std::vector<double> line_after_turn = {4.0, 2.0, 4.0, 6.0};  // slopes -2, -2, 0, 0.8
  const essor::detail::PoolView view = essor::detail::view_history(line_after_turn, 1, 2);
  const auto& members = essor::detail::pool_members(false);
  for (std::size_t k = 0; k < members.size(); ++k) {
    const essor::detail::PoolMember& member = members[k];
    if (member.kind != essor::detail::MemberKind::drift || member.logarithm || member.alpha < 1.0) continue;
    const auto row = static_cast<Eigen::Index>(k);
    CHECK(view.forecasts(row, 1) == doctest::Approx(6.0 + 2.0 * member.share * 0.8));
    const double start = 2.0 - 2.0 * member.share;
    CHECK(view.mean_error[row] == doctest::Approx((start + (2.0 + 2.0 * member.share) + 2.0) / 3.0));
  }
}

TEST_CASE("numbers of a class give it back, bit for bit") {
  const std::vector<double> numbers = essor::numbers_of(fitted().models.front());
  CHECK(essor::numbers_of(essor::model_from_numbers(numbers)) == numbers);
  ReferenceClass again{.name = "again", .source = {}, .labels = {}, .models = {essor::model_from_numbers(numbers)}};
  const std::vector<double> history = {20, 22, 25, 24, 27};
  CHECK(essor::forecast(history, {.horizon = 2, .draws = 20, .own_class = &again}).draws() ==
        essor::forecast(history, {.horizon = 2, .draws = 20, .own_class = &fitted()}).draws());
}

TEST_CASE("a class starts from the prior that forecasts its panel best, and says so") {
  const ReferenceClass many = fit_reference_class(walks(40, 12), {.horizon = 3, .name = "many", .priors = {}});
  const ReferenceClass& digital = essor::shipped_class(essor::Reference::digital_adoption);
  const std::vector<PanelSeries> few = walks(4, 8);
  const ReferenceClass made = fit_reference_class(few, {.horizon = 4, .priors = {&digital, &many}});
  REQUIRE(made.notes.size() == 1);
  CHECK(says(made.notes[0], "starts from many, unjudged"));
  CHECK(made.models.front().series == 4);
  const essor::detail::GrowthModel& growth = made.models.front().growth;
  const essor::detail::GrowthModel& prior = many.models.front().growth;
  CHECK(growth.anchors == prior.anchors);
  CHECK(growth.ahead == std::vector{1, 2, 3, 4});
  // Of so few series the slopes are nearly the prior's.
  CHECK(growth.coefficients.row(0).head(15).isApprox(prior.coefficients.row(0).head(15), 0.3));
  const ReferenceClass weekly = fit_reference_class(few, {.horizon = 2, .season = 7});
  REQUIRE(weekly.notes.size() > 1);
  CHECK(says(weekly.notes[weekly.notes.size() - 2], "no prior knows the season 7"));
  CHECK(says(weekly.notes.back(), "without a season, as by general"));
  CHECK(message([&] { fit_reference_class(few, {.horizon = 2, .priors = {nullptr}}); }) != "no error");
}

TEST_CASE("a class with a season takes over a model without one, which forecasts what is steady") {
  const std::vector<PanelSeries> panel = walks(6, 20);
  const ReferenceClass quarters = fit_reference_class(panel, {.horizon = 2, .season = 4});
  REQUIRE(quarters.models.size() == 2);
  CHECK(quarters.models[0].season == 4);
  CHECK(quarters.models[0].steady == doctest::Approx(32.0 / 38.0));
  CHECK(quarters.models[1].season == 1);
  CHECK(quarters.models[1].series == essor::shipped_class(essor::Reference::general).model_for(1).series);
  CHECK(fit_reference_class(panel, {.horizon = 2, .season = 4, .priors = {}}).models.size() == 1);
  CHECK(fit_reference_class(panel, {.horizon = 2}).models.size() == 1);
  const std::vector<double> steady = {20, 22, 24.1, 26, 27.9, 30, 32, 34.1};
  const auto median = [&](const essor::ForecastOptions& options) {
    return essor::forecast(steady, options).quantile(2, 0.5);
  };
  CHECK(median({.horizon = 2, .season = 4, .own_class = &quarters}) ==
        doctest::Approx(median({.horizon = 2})).epsilon(0.02));
}

TEST_CASE("a prior's pool serves other steps: those beyond its own are like its last") {
  essor::detail::PoolModel pool;
  pool.steps = 2;
  pool.regression = Eigen::MatrixXd::Random(2, 3);
  pool.shape = essor::detail::PredictiveTable::Random(2, essor::detail::score_count);
  const essor::detail::PoolModel longer = essor::detail::pool_for(pool, 5);
  CHECK(longer.steps == 5);
  CHECK(longer.shape.topRows(2).isApprox(pool.shape));
  CHECK(longer.shape.row(4).isApprox(pool.shape.row(1)));
  CHECK(longer.regression.row(4).isApprox(pool.regression.row(1)));
  CHECK(essor::detail::pool_for(longer, 2).regression == pool.regression);
  pool.plain_share = 1.0;  // then the regression is none
  pool.regression.resize(0, 0);
  CHECK(essor::detail::pool_for(pool, 5).regression.rows() == 0);
}

TEST_CASE("a prior gives back its own coefficients at its own anchors and steps, and between them those between") {
  const essor::detail::GrowthModel& growth = essor::shipped_class(essor::Reference::general).models.front().growth;
  essor::detail::GrowthModel model = growth;
  const essor::detail::GrowthLayout layout(model.labels);
  const essor::detail::GrowthPrior same =
      essor::detail::growth_prior(model, layout, {.any_unit = true, .prior = &growth, .same_kind = true});
  CHECK(same.coefficients.isApprox(growth.coefficients));
  CHECK(same.scores.isApprox(growth.shape.array().sinh().matrix(), 1e-12));
  CHECK(essor::detail::growth_prior(model, layout, {}).rows == 0.0);
  CHECK(essor::detail::growth_prior(model, layout, {}).coefficients.isZero());
  essor::detail::GrowthModel sparse = growth;
  sparse.ahead = {1, 3};
  sparse.coefficients.conservativeResize(std::ssize(sparse.anchors) * 2, Eigen::NoChange);
  const Eigen::RowVectorXd between = essor::detail::row_at(sparse, sparse.coefficients, 1, 2);
  CHECK(between.isApprox(0.5 * (sparse.coefficients.row(0) + sparse.coefficients.row(1))));
}

TEST_CASE("the same panel gives the same bits") {
  const ReferenceClass again = fit_reference_class(walks(6, 8), {.horizon = 2, .name = "walks"});
  CHECK(essor::numbers_of(again.models.front()) == essor::numbers_of(fitted().models.front()));
}

TEST_CASE("numbers that are no class are refused") {
  const std::vector<double> good = essor::numbers_of(fitted().models.front());
  const auto with = [&](std::size_t place, double value) {
    std::vector<double> numbers = good;
    numbers[place] = value;
    return message([&] { essor::model_from_numbers(numbers); });
  };
  CHECK(says(with(5, std::nan("")), "numbers[5]"));
  CHECK(says(with(0, 1.5), "whole number"));
  CHECK(says(with(10, 2.0), "pool_weight"));
  CHECK(says(with(15, 0.0), "width"));
  CHECK(says(with(20, 1.5), "steady"));
  CHECK(says(with(22, 3.0), "correlation"));
  std::vector<double> cut(good.begin(), good.end() - 1);
  CHECK(message([&] { essor::model_from_numbers(cut); }) != "no error");
  cut = good;
  cut.push_back(1.0);
  CHECK(says(message([&] { essor::model_from_numbers(cut); }), "must end with the growth regressions"));
}

TEST_CASE("wrong panels are refused, with the place") {
  std::vector<PanelSeries> panel = walks(4, 5);
  CHECK(says(message([&] { fit_reference_class(panel, {.horizon = 0}); }), "horizon"));
  CHECK(says(message([&] { fit_reference_class(panel, {.horizon = 1, .season = 0}); }), "season"));
  CHECK(says(message([&] { fit_reference_class(std::span(panel).first(2), {.horizon = 1}); }), "at least 3"));
  panel[2].values[1] = -1.0;
  CHECK(says(message([&] { fit_reference_class(panel, {.horizon = 1}); }), "series 2, value 1"));
  panel[2].values[1] = 1e300;
  CHECK(says(message([&] { fit_reference_class(panel, {.horizon = 1}); }), "from 1e-140 to 1e140"));
  panel[2].values[1] = std::numeric_limits<double>::infinity();
  CHECK(says(message([&] { fit_reference_class(panel, {.horizon = 1}); }), "series 2, value 1"));
}

TEST_CASE("shipped classes have the models of their seasons, and the nearest serves the others") {
  const ReferenceClass& general = essor::shipped_class(essor::Reference::general);
  CHECK(general.model_for(1).season == 1);
  CHECK(general.model_for(2).season == 2);
  CHECK(general.model_for(3).season == 4);
  CHECK(general.model_for(12).season == 12);
  CHECK(general.model_for(52).season == 12);
  const ReferenceClass& digital = essor::shipped_class(essor::Reference::digital_adoption);
  CHECK(digital.label_index("cell") == 1);
  CHECK(digital.label_index("television") == -1);
  CHECK(digital.model_for(4).season == 1);
  CHECK(&digital.models.front().growth_of(-1) == &digital.models.front().unlabelled);
}

TEST_CASE("shares go from one length to the next with the logarithm") {
  const essor::Shares shares = {0.0, 1.0, 0.5, 0.5, 0.2};
  CHECK(essor::detail::share_between(shares, 2.0) == 0.0);
  CHECK(essor::detail::share_between(shares, 5.0) == doctest::Approx(1.0));
  CHECK(essor::detail::share_between(shares, std::sqrt(15.0)) == doctest::Approx(0.5));
  CHECK(essor::detail::share_between(shares, 1000.0) == doctest::Approx(0.2));
}
