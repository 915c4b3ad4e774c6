#include "essor/forecast/detail/growth_model.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/numerics/normal.hpp"
#include "unit/forecast/growth_panel.hpp"

using essor::ArgumentError;
using essor::detail::fit_growth;
using essor::detail::forecast_growth;
using essor::detail::growth_from_numbers;
using essor::detail::GrowthFolds;
using essor::detail::GrowthModel;
using essor::detail::GrowthSeries;
using essor::detail::PredictiveTable;
using essor::detail::score_count;
using essor::detail::score_of_value;
using essor::detail::to_numbers;

namespace {

constexpr int middle = score_count / 2;

/// Normal numbers that look like chance: the low digits of a sine.
double noise(int i) {
  const double digits = 43758.5453 * std::sin(12.9898 * i + 1.0);
  return essor::normal_quantile(0.001 + 0.998 * (digits - std::floor(digits)));
}

/// Series that grow by 20 % (label 0) or by 5 % (label 1) a period, give or take 3 %.
std::vector<std::vector<double>> growing(int count, int values) {
  std::vector<std::vector<double>> panel;
  for (int i = 0; i < count; ++i) {
    double log = 3.0 + 0.5 * noise(1000 + i);
    std::vector<double> series;
    for (int t = 0; t < values; ++t) {
      series.push_back(std::exp(log));
      log += (i % 2 == 0 ? 0.20 : 0.05) + 0.03 * noise(values * i + t);
    }
    panel.push_back(std::move(series));
  }
  return panel;
}

struct Fitted {
  std::vector<std::vector<double>> panel = growing(20, 6);
  GrowthFolds folds;
  GrowthModel model = fit_growth(labelled(panel), 2, 3, &folds);
};

const Fitted& fitted() {
  static const Fitted made;
  return made;
}

bool sound(const PredictiveTable& table) {
  for (Eigen::Index step = 0; step < table.rows(); ++step) {
    for (int node = 0; node < score_count; ++node) {
      if (!std::isfinite(table(step, node)) || table(step, node) < 0.0) return false;
      if (node > 0 && table(step, node) < table(step, node - 1)) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a class of growing series teaches how others grow") {
  const GrowthModel& model = fitted().model;
  CHECK(model.anchors == std::vector<int>{1, 2, 3});
  CHECK(model.ahead == std::vector<int>{1, 2});
  const std::vector<double> quick{20.0, 24.4, 29.8};
  const PredictiveTable table = forecast_growth(model, quick, 0, 2);
  CHECK(std::log(table(0, middle) / 29.8) == doctest::Approx(0.20).epsilon(0.15));
  CHECK(std::log(table(1, middle) / 29.8) == doctest::Approx(0.40).epsilon(0.15));
  CHECK(sound(table));

  // One value says nothing of growth, its label does.
  const std::vector<double> one{20.0};
  const double first = forecast_growth(model, one, 0, 1)(0, middle);
  const double second = forecast_growth(model, one, 1, 1)(0, middle);
  const double none = forecast_growth(model, one, -1, 1)(0, middle);
  CHECK(first > second + 1.0);
  CHECK(none > second);
  CHECK(none < first);
  CHECK(forecast_growth(model, one, 7, 1)(0, middle) == none);
}

TEST_CASE("values in another unit grow alike") {
  auto panel = growing(8, 4);
  const GrowthModel small = fit_growth(labelled(panel), 1, 2, nullptr);
  for (auto& series : panel) {
    for (double& value : series) value *= 1000.0;
  }
  const GrowthModel large = fit_growth(labelled(panel), 1, 2, nullptr);
  const std::vector<double> history{20.0, 23.0, 25.0};
  const std::vector<double> larger{20000.0, 23000.0, 25000.0};
  const double here = forecast_growth(small, history, 0, 1)(0, middle);
  CHECK(forecast_growth(large, larger, 0, 1)(0, middle) == doctest::Approx(1000.0 * here).epsilon(1e-3));
}

TEST_CASE("a forecast of a series held back covers as often as it says") {
  const Fitted& at = fitted();
  REQUIRE(at.folds.parts.size() == 3);
  int inside = 0;
  int all = 0;
  for (std::size_t i = 0; i < at.panel.size(); ++i) {
    for (std::size_t n = 1; n < 6; ++n) {
      const std::span<const double> history = std::span<const double>(at.panel[i]).first(n);
      const PredictiveTable table = at.folds.table(history, static_cast<int>(i % 2), 1, static_cast<int>(i % 3));
      inside += std::abs(score_of_value(&table(0, 0), at.panel[i][n])) < essor::normal_quantile(0.9) ? 1 : 0;
      ++all;
    }
  }
  CHECK(inside > 0.68 * all);
  CHECK(inside < 0.92 * all);
}

TEST_CASE("steps beyond those fitted go on, ever wider") {
  const std::vector<double> history{20.0, 24.4, 29.8};
  const PredictiveTable table = forecast_growth(fitted().model, history, 0, 6);
  CHECK(sound(table));
  for (Eigen::Index step = 1; step < 6; ++step) {
    CHECK(table(step, middle) > table(step - 1, middle));
    if (step < 2) continue;
    CHECK(std::log(table(step, 20) / table(step, 8)) > std::log(table(step - 1, 20) / table(step - 1, 8)));
  }
  CHECK((table.topRows(2) == forecast_growth(fitted().model, history, 0, 2)).all());
}

TEST_CASE("any history gives finite quantiles that ascend") {
  const double huge = std::numeric_limits<double>::max();
  const double tiny = std::numeric_limits<double>::denorm_min();
  const std::vector<std::vector<double>> histories{{5.0},
                                                   {5.0, 5.0, 5.0, 5.0},
                                                   {0.0},
                                                   {0.0, 0.0, 0.0},
                                                   {0.0, 3.0},
                                                   {3.0, 0.0},
                                                   {1e300, 1e300},
                                                   {huge, 0.0, huge},
                                                   {tiny, 0.0},
                                                   {tiny, huge, tiny},
                                                   {1.0, 1e9, 1e-9},
                                                   std::vector<double>(1000, 2.0)};
  for (const auto& history : histories) {
    for (const int label : {-1, 0, 1}) CHECK(sound(forecast_growth(fitted().model, history, label, 9)));
  }
}

TEST_CASE("odd panels can be fitted") {
  const std::vector<double> constant(4, 4.0);
  const std::vector<double> zeros(4, 0.0);
  const std::vector<double> wild{1e300, 0.0, 1e-300, 1e200};
  const std::vector<double> pair{1.0, 2.0};
  const std::vector<double> single{1.0};
  const std::vector<std::vector<GrowthSeries>> panels{
      {{constant, -1}, {constant, -1}, {constant, -1}},
      {{zeros, 0}, {constant, 1}, {wild, 2}, {wild, -1}},
      {{pair, -1}, {single, -1}, {pair, -1}},
      {{wild, 0}},
  };
  for (const auto& panel : panels) {
    GrowthFolds folds;
    const GrowthModel model = fit_growth(panel, 2, 2, &folds);
    for (const auto& history : {constant, zeros, wild, single}) {
      CHECK(sound(forecast_growth(model, history, 0, 3)));
      CHECK(sound(folds.table(history, 1, 3, 1)));
    }
  }
  const GrowthModel still = fit_growth(panels[0], 1, 2, nullptr);
  CHECK(forecast_growth(still, constant, -1, 1)(0, middle) == doctest::Approx(4.0).epsilon(0.01));
}

TEST_CASE("the numbers of a model are the model") {
  const GrowthModel& model = fitted().model;
  const std::vector<double> numbers = to_numbers(model);
  const GrowthModel again = growth_from_numbers(numbers);
  CHECK(to_numbers(again) == numbers);
  const std::vector<double> history{3.0, 5.0};
  CHECK((forecast_growth(again, history, 1, 4) == forecast_growth(model, history, 1, 4)).all());
  CHECK_FALSE(growth_from_numbers(to_numbers(GrowthModel{})).fitted());

  std::vector<double> wrong = numbers;
  wrong.pop_back();
  CHECK_THROWS_AS(growth_from_numbers(wrong), ArgumentError);
  wrong = numbers;
  wrong.push_back(0.0);
  CHECK_THROWS_AS(growth_from_numbers(wrong), ArgumentError);
  wrong = numbers;
  wrong.back() = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(growth_from_numbers(wrong), ArgumentError);
  for (std::size_t size = 0; size < 3; ++size) {
    wrong = numbers;
    wrong[size] = 0.5;
    CHECK_THROWS_AS(growth_from_numbers(wrong), ArgumentError);
  }
  CHECK_THROWS_AS(growth_from_numbers({}), ArgumentError);
}

TEST_CASE("the same panel gives the same model") {
  const auto panel = growing(4, 3);
  CHECK(to_numbers(fit_growth(labelled(panel), 1, 2, nullptr)) ==
        to_numbers(fit_growth(labelled(panel), 1, 2, nullptr)));
}

TEST_CASE("only panels that can teach are fitted") {
  const auto panel = growing(6, 4);
  CHECK_THROWS_AS(fit_growth(labelled(panel), 0, 2, nullptr), ArgumentError);
  CHECK_THROWS_AS(fit_growth(labelled(panel), 1, 1, nullptr), ArgumentError);
  CHECK_THROWS_AS(fit_growth({}, 1, 2, nullptr), ArgumentError);
  CHECK_THROWS_AS(fit_growth(labelled(growing(6, 1)), 1, 2, nullptr), ArgumentError);
}
