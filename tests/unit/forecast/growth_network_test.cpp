#include "essor/forecast/detail/growth_network.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/forecast/detail/growth_loss.hpp"
#include "essor/forecast/detail/growth_model.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"
#include "unit/forecast/growth_panel.hpp"

using essor::Philox;
using essor::detail::fit_growth;
using essor::detail::fit_network;
using essor::detail::forecast_growth;
using essor::detail::growth_losses;
using essor::detail::GrowthFolds;
using essor::detail::GrowthModel;
using essor::detail::GrowthNetwork;
using essor::detail::GrowthPredictors;
using essor::detail::GrowthSeries;
using essor::detail::NetworkRows;
using essor::detail::predict_network;
using essor::detail::score_count;
using essor::detail::share_of_networks;
using essor::detail::to_numbers;

namespace {

/// Rows whose growth is the product of two inputs, which is no sum of what each says; it spreads by 0.02 to 0.2, the
/// more the larger a third.
NetworkRows crossed(int count) {
  Philox generator(7);
  NetworkRows rows{GrowthNetwork::Table(count, 3), GrowthNetwork::Table(count, 2), Eigen::VectorXd::Ones(count), {}};
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < 3; ++j) rows.inputs(i, j) = 2.0 * essor::uniform_rng(generator) - 1.0;
    const double mean = rows.inputs(i, 0) * rows.inputs(i, 1);
    const double spread = std::exp(-2.8 + 1.1 * rows.inputs(i, 2));
    rows.targets(i, 0) = mean + spread * essor::normal_rng(generator);
    rows.targets(i, 1) = i % 3 == 0 ? std::numeric_limits<double>::quiet_NaN() : 2.0 * rows.targets(i, 0);
    rows.part.push_back(i % 4);
  }
  return rows;
}

/// Services that grow by two thirds a year after their launch, then ever less.
std::vector<std::vector<double>> launched(int count, int values) {
  Philox generator(3);
  std::vector<std::vector<double>> panel;
  for (int i = 0; i < count; ++i) {
    double log = 2.0 + essor::normal_rng(generator);
    std::vector<double> series;
    for (int t = 0; t < values; ++t) {
      series.push_back(std::exp(log));
      log += (i % 2 == 0 ? 0.7 : 0.5) * std::exp(-0.3 * t) + 0.05 * essor::normal_rng(generator);
    }
    panel.push_back(std::move(series));
  }
  return panel;
}

}  // namespace

TEST_CASE("the slopes of the loss are those of its differences") {
  constexpr double step = 1e-6;
  for (const double y : {-0.4, 0.1, 1.3}) {
    for (const std::array<double, 4> at : {std::array{0.2, -1.0, 0.1, -0.3}, std::array{-0.5, 0.4, -0.6, 0.2}}) {
      GrowthPredictors eta(1, 4), slope(1, 4), unread(1, 4);
      for (Eigen::Index p = 0; p < 4; ++p) eta(0, p) = at[static_cast<std::size_t>(p)];
      const Eigen::ArrayXd target = Eigen::ArrayXd::Constant(1, y);
      growth_losses(eta, target, 0.8, slope);
      for (Eigen::Index p = 0; p < 4; ++p) {
        GrowthPredictors above = eta, below = eta;
        above(0, p) += step;
        below(0, p) -= step;
        const double difference =
            growth_losses(above, target, 0.8, unread)[0] - growth_losses(below, target, 0.8, unread)[0];
        CHECK(slope(0, p) == doctest::Approx(difference / (2.0 * step)).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("a network learns what no sum can say") {
  const GrowthNetwork network = fit_network(crossed(8000), -1, 0);
  CHECK(network.steps() == 2);
  // The quantile of a step at a standard score.
  const auto quantile = [&](double x, double y, double unrest, int step, double score) {
    const GrowthPredictors eta = predict_network(network, Eigen::Vector3d(x, y, unrest));
    return eta(step, 0) +
           std::exp(eta(step, 1)) * std::sinh((std::asinh(score) + eta(step, 2)) / std::exp(eta(step, 3)));
  };
  for (const double x : {-0.7, 0.7}) {
    for (const double y : {-0.7, 0.7}) {
      for (const int step : {0, 1}) {
        const double times = step == 0 ? 1.0 : 2.0;
        CHECK(std::abs(quantile(x, y, -0.5, step, 0.0) - times * x * y) < 0.1 * times);
        const double quiet = quantile(x, y, -0.7, step, 1.0) - quantile(x, y, -0.7, step, -1.0);
        const double restless = quantile(x, y, 0.7, step, 1.0) - quantile(x, y, 0.7, step, -1.0);
        CHECK(restless > 2.0 * quiet);
        CHECK(restless == doctest::Approx(2.0 * times * std::exp(-2.8 + 1.1 * 0.7)).epsilon(0.3));
      }
    }
  }
}

TEST_CASE("a network is the same each time, and knows nothing of the part left out") {
  NetworkRows rows = crossed(300);
  const GrowthNetwork once = fit_network(rows, 2, 1);
  CHECK(fit_network(rows, 2, 1).first == once.first);
  CHECK(fit_network(rows, 2, 0).first != once.first);
  for (std::size_t i = 0; i < rows.part.size(); ++i) {
    if (rows.part[i] == 2) rows.targets.row(static_cast<Eigen::Index>(i)).setConstant(3.0);
  }
  CHECK(fit_network(rows, 1, 1).last != once.last);
  NetworkRows seen = rows;
  const GrowthNetwork without = fit_network(seen, 2, 1);
  for (std::size_t i = 0; i < rows.part.size(); ++i) {
    if (rows.part[i] != 2) continue;
    seen.targets.row(static_cast<Eigen::Index>(i)).setConstant(-3.0);
    seen.inputs.row(static_cast<Eigen::Index>(i)).setConstant(9.0);
  }
  const GrowthNetwork still = fit_network(seen, 2, 1);
  CHECK(still.last == without.last);
  CHECK(still.centres == without.centres);
  CHECK(still.scales == without.scales);
}

TEST_CASE("a step that no row reaches is that before it") {
  NetworkRows rows = crossed(600);
  rows.targets.col(1).setConstant(std::numeric_limits<double>::quiet_NaN());
  const GrowthPredictors eta = predict_network(fit_network(rows, -1, 0), Eigen::Vector3d::Zero());
  CHECK(eta(1, 0) == doctest::Approx(eta(0, 0)).epsilon(0.1));
  CHECK(eta(1, 1) > -2.5);
}

TEST_CASE("an input that never varied says nothing") {
  NetworkRows rows = crossed(300);
  rows.inputs.col(2).setConstant(0.5);
  const GrowthNetwork network = fit_network(rows, -1, 0);
  const GrowthPredictors usual = predict_network(network, Eigen::Vector3d(0.3, -0.2, 0.5));
  const GrowthPredictors unheard_of = predict_network(network, Eigen::Vector3d(0.3, -0.2, 40.0));
  CHECK((usual - unheard_of).abs().maxCoeff() < 1e-6);
}

TEST_CASE("networks join where a hundred series begin with a launch") {
  const auto panel = launched(100, 8);
  GrowthFolds folds;
  const GrowthModel model = fit_growth(labelled(panel), 2, 2, &folds);
  CHECK(model.networks.size() == 2);
  CHECK(folds.parts[0].networks.size() == 1);
  CHECK(share_of_networks(model, 7) == 0.8);
  CHECK(share_of_networks(model, 10) == 0.8);
  CHECK(share_of_networks(model, 3) == 0.0);
  CHECK(share_of_networks(model, 4) == doctest::Approx(0.8 / 3.5));
  CHECK(share_of_networks(model, 20) == 0.4);
  std::vector<double> history{10.0};
  for (int t = 0; t < 5; ++t) history.push_back(history.back() * std::exp(0.7 * std::exp(-0.3 * t)));
  const auto table = forecast_growth(model, history, 0, 2);
  const double truth = history.back() * std::exp(0.7 * std::exp(-1.5));
  CHECK(table(0, score_count / 2) == doctest::Approx(truth).epsilon(0.1));
  for (int node = 1; node < score_count; ++node) CHECK(table(1, node) >= table(1, node - 1));

  const std::vector<double> numbers = to_numbers(model);
  CHECK(to_numbers(essor::detail::growth_from_numbers(numbers)) == numbers);
  const auto again = forecast_growth(essor::detail::growth_from_numbers(numbers), history, 0, 2);
  CHECK((again == table).all());
  std::vector<double> wrong = numbers;
  wrong.pop_back();
  CHECK_THROWS_AS(essor::detail::growth_from_numbers(wrong), essor::ArgumentError);

  // Too few, of any unit, or without a launch: the regression alone.
  const auto few_values = launched(99, 8);
  const auto few = labelled(few_values);
  CHECK(fit_growth(few, 2, 2, nullptr).networks.empty());
  CHECK(fit_growth(labelled(panel), 2, 2, nullptr, {.any_unit = true}).networks.empty());
  CHECK(share_of_networks(fit_growth(few, 2, 2, nullptr), 6) == 0.0);
  std::vector<std::vector<double>> steady = panel;
  for (auto& series : steady) {
    for (std::size_t t = 1; t < series.size(); ++t) series[t] = 1.1 * series[t - 1] * (t % 2 == 0 ? 1.02 : 0.98);
  }
  CHECK(fit_growth(labelled(steady), 2, 2, nullptr).networks.empty());
  CHECK(fit_growth(labelled(panel), 2, 2, nullptr, {.seasonal = true}).networks.empty());
  // Too short to show how they began, all of one part, or all that reach the last step of one.
  CHECK(fit_growth(labelled(launched(200, 6)), 2, 2, nullptr).networks.empty());
  std::vector<GrowthSeries> together = labelled(panel);
  for (GrowthSeries& series : together) series.part = 0;
  CHECK(fit_growth(together, 2, 2, nullptr).networks.empty());
  const auto longer = launched(200, 10);
  std::vector<GrowthSeries> apart = labelled(longer);
  for (std::size_t i = 0; i < apart.size(); ++i) {
    apart[i].part = i < 100 ? 0 : 1;
    if (i >= 100) apart[i].values = apart[i].values.first(8);
  }
  CHECK(fit_growth(apart, 8, 2, nullptr).networks.empty());
  CHECK(fit_growth(apart, 6, 2, nullptr).networks.size() == 2);

  // A few of the same kind take over those of their prior, as far as these see.
  const GrowthModel own = fit_growth(few, 2, 2, nullptr, {.prior = &model, .same_kind = true});
  REQUIRE(own.networks.size() == 2);
  CHECK(own.networks[0].last == model.networks[0].last);
  CHECK(fit_growth(few, 3, 2, nullptr, {.prior = &model, .same_kind = true}).networks.empty());
  CHECK(fit_growth(few, 2, 2, nullptr, {.prior = &model}).networks.empty());
  // Many add their own to those that the prior was taught itself, half and half, in the parts too.
  const GrowthModel both = fit_growth(labelled(panel), 2, 2, &folds, {.prior = &model, .same_kind = true});
  REQUIRE(both.networks.size() == 4);
  CHECK(both.networks[0].last == model.networks[0].last);
  REQUIRE(folds.parts[0].networks.size() == 4);
  CHECK(folds.parts[0].networks[1].last == model.networks[1].last);
  CHECK(folds.parts[0].networks[2].last == folds.parts[0].networks[3].last);
  CHECK(folds.parts[0].networks[2].last != folds.parts[1].networks[2].last);
  const GrowthModel third = fit_growth(labelled(panel), 2, 2, nullptr, {.prior = &both, .same_kind = true});
  REQUIRE(third.networks.size() == 4);
  CHECK(third.networks[0].last == both.networks[2].last);
  // Nor own ones for steps that only the prior has seen.
  const GrowthModel far = fit_growth(labelled(launched(100, 12)), 9, 2, nullptr);
  REQUIRE(far.networks.size() == 2);
  const GrowthModel near = fit_growth(labelled(panel), 9, 2, nullptr, {.prior = &far, .same_kind = true});
  CHECK(near.ahead == far.ahead);
  CHECK(near.networks.size() == 2);
}
