#include "essor/forecast/baselines.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "unit/forecast/message.hpp"

namespace {

using doctest::Approx;
using essor::Baseline;
using essor::forecast_baseline;
using essor::NormalForecast;

const std::vector<double> rising = {10, 12, 13, 15, 16, 19, 20, 23};
// Four years of quarters, each with the pattern 0.8, 1, 1.3, 0.9 on a rising level.
std::vector<double> quarters() {
  const std::vector<double> pattern = {0.8, 1.0, 1.3, 0.9};
  std::vector<double> values;
  for (std::size_t t = 0; t < 16; ++t) values.push_back((100 + 2 * static_cast<double>(t)) * pattern[t % 4]);
  return values;
}

}  // namespace

TEST_CASE("naive: the last value, and the root of the mean square of the moves") {
  // Moves 2 1 2 1 3 1 3: mean square 29 / 7.
  const NormalForecast result = forecast_baseline(Baseline::naive, rising, 4);
  CHECK(result.mean == std::vector<double>{23, 23, 23, 23});
  CHECK(result.standard_error[0] == Approx(std::sqrt(29.0 / 7)));
  CHECK(result.standard_error[3] == Approx(2 * std::sqrt(29.0 / 7)));
  CHECK(result.quantile(1, 0.5) == 23);
  CHECK(result.quantile(1, 0.975) == Approx(23 + 1.959963985 * std::sqrt(29.0 / 7)));
}

TEST_CASE("drift: the mean move, its own error included") {
  // Mean move 13 / 7; squares about it 29 - 169 / 7, over 6.
  const NormalForecast result = forecast_baseline(Baseline::drift, rising, 2);
  const double variance = (29 - 169.0 / 7) / 6;
  CHECK(result.mean[0] == Approx(23 + 13.0 / 7));
  CHECK(result.mean[1] == Approx(23 + 26.0 / 7));
  CHECK(result.standard_error[0] == Approx(std::sqrt(variance * (1 + 1.0 / 7))));
  CHECK(result.standard_error[1] == Approx(std::sqrt(variance * (2 + 4.0 / 7))));
}

TEST_CASE("seasonal naive: the same season of the last year") {
  const NormalForecast result = forecast_baseline(Baseline::seasonal_naive, rising, 6, 4);
  CHECK(result.mean == std::vector<double>{16, 19, 20, 23, 16, 19});
  // Moves over four steps: 6 7 7 8.
  CHECK(result.standard_error[3] == Approx(std::sqrt(198.0 / 4)));
  CHECK(result.standard_error[4] == Approx(std::sqrt(2 * 198.0 / 4)));
  const NormalForecast none = forecast_baseline(Baseline::seasonal_naive, rising, 3, 1);
  CHECK(none.mean == forecast_baseline(Baseline::naive, rising, 3).mean);
  CHECK(none.standard_error == forecast_baseline(Baseline::naive, rising, 3).standard_error);
}

TEST_CASE("Theta: the smoothing has the least squares of all, the drift is half the slope") {
  const std::vector<double> wavy = {10, 13, 12, 16, 14, 18, 19, 17, 22, 21};
  const NormalForecast result = forecast_baseline(Baseline::theta, wavy, 3);
  // The two parameters by brute force.
  double least = HUGE_VAL;
  double alpha = 0;
  double level = 0;
  for (int i = 1; i <= 999; ++i) {
    for (int j = 0; j <= 400; ++j) {
      const double a = i / 1000.0;
      double l = 5 + j / 40.0;
      double squares = 0;
      for (const double y : wavy) {
        squares += (y - l) * (y - l);
        l += a * (y - l);
      }
      if (squares < least) {
        least = squares;
        alpha = a;
        level = l;
      }
    }
  }
  // Slope of the line: sum (t - 4.5) y over 82.5.
  double slope = 0;
  for (std::size_t t = 0; t < wavy.size(); ++t) slope += (static_cast<double>(t) - 4.5) * wavy[t] / 82.5;
  CHECK(alpha > 0.1);
  CHECK(alpha < 0.9);
  CHECK(result.standard_error[0] <= std::sqrt(least / 8));
  const double lag = (1 - std::pow(1 - alpha, 10)) / alpha;
  CHECK(result.mean[0] == Approx(level + 0.5 * slope * lag).epsilon(1e-3));
  CHECK(result.mean[2] - result.mean[0] == Approx(slope).epsilon(1e-9));
  CHECK(result.standard_error[0] == Approx(std::sqrt(least / 8)).epsilon(1e-4));
  CHECK(result.standard_error[2] == Approx(std::sqrt(least / 8 * (1 + 2 * alpha * alpha))).epsilon(1e-3));
}

TEST_CASE("Theta takes a season out where the test finds one") {
  const std::vector<double> values = quarters();
  const NormalForecast result = forecast_baseline(Baseline::theta, values, 4, 4);
  CHECK(result.mean[2] / result.mean[0] == Approx(1.3 / 0.8).epsilon(0.03));
  CHECK(result.mean[3] / result.mean[1] == Approx(0.9).epsilon(0.03));
  CHECK(result.standard_error[0] < 0.2 * forecast_baseline(Baseline::theta, values, 1).standard_error[0]);
  // No more than two seasons, or a test that finds none: as without a season.
  const std::vector<double> two(values.begin(), values.begin() + 8);
  CHECK(forecast_baseline(Baseline::theta, two, 4, 4).mean == forecast_baseline(Baseline::theta, two, 4).mean);
  CHECK(forecast_baseline(Baseline::theta, rising, 2, 3).mean == forecast_baseline(Baseline::theta, rising, 2).mean);
  // A year with a season of nothing has no multiplicative factors.
  std::vector<double> closed = values;
  for (std::size_t t = 3; t < closed.size(); t += 4) closed[t] = 0;
  CHECK(forecast_baseline(Baseline::theta, closed, 4, 4).mean == forecast_baseline(Baseline::theta, closed, 4).mean);
}

TEST_CASE("forecasts move with the unit and with the level") {
  for (const Baseline baseline : {Baseline::naive, Baseline::drift, Baseline::seasonal_naive, Baseline::theta}) {
    const NormalForecast result = forecast_baseline(baseline, rising, 3, 2);
    std::vector<double> scaled;
    std::vector<double> moved;
    for (const double value : rising) {
      scaled.push_back(1e3 * value);
      moved.push_back(value - 100);
    }
    const NormalForecast of_scaled = forecast_baseline(baseline, scaled, 3, 2);
    const NormalForecast of_moved = forecast_baseline(baseline, moved, 3);
    const NormalForecast of_plain = forecast_baseline(baseline, rising, 3);
    for (std::size_t h = 0; h < 3; ++h) {
      CHECK(of_scaled.mean[h] == Approx(1e3 * result.mean[h]).epsilon(1e-6));
      CHECK(of_scaled.standard_error[h] == Approx(1e3 * result.standard_error[h]).epsilon(1e-6));
      CHECK(of_moved.mean[h] == Approx(of_plain.mean[h] - 100).epsilon(1e-6));
    }
  }
}

TEST_CASE("a constant history leaves no error; huge values do not overflow") {
  for (const Baseline baseline : {Baseline::naive, Baseline::drift, Baseline::seasonal_naive, Baseline::theta}) {
    const NormalForecast constant = forecast_baseline(baseline, std::vector<double>(9, 5.0), 2, 4);
    CHECK(constant.mean[1] == Approx(5));
    CHECK(constant.standard_error[1] == Approx(0));
    std::vector<double> huge;
    for (const double value : rising) huge.push_back(1e300 * value);
    CHECK(forecast_baseline(baseline, huge, 1).standard_error[0] ==
          Approx(1e300 * forecast_baseline(baseline, rising, 1).standard_error[0]));
    const NormalForecast zeros = forecast_baseline(baseline, std::vector<double>(9, 0.0), 2, 4);
    CHECK(zeros.mean == std::vector<double>{0, 0});
  }
}

TEST_CASE("wrong arguments are named") {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  CHECK(message([] { forecast_baseline(Baseline::naive, rising, 0); }) ==
        "forecast_baseline: horizon: 0: must be >= 1");
  CHECK(message([] { forecast_baseline(Baseline::theta, rising, 1, 0); }) ==
        "forecast_baseline: season: 0: must be >= 1");
  CHECK(message([] { forecast_baseline(Baseline::naive, std::vector<double>{1}, 1); }) ==
        "forecast_baseline: number of values of history: 1: must be >= 2");
  CHECK(message([] { forecast_baseline(Baseline::drift, std::vector<double>{1, 2}, 1); }).find("must be >= 3") !=
        std::string::npos);
  CHECK(message([] { forecast_baseline(Baseline::seasonal_naive, rising, 1, 8); }).find("must be >= 9") !=
        std::string::npos);
  CHECK(message([&] { forecast_baseline(Baseline::naive, std::vector<double>{1, not_a_number}, 1); }) ==
        "forecast_baseline: history[1]: nan: must be finite");
  CHECK(message([] { essor::baseline_from_name("best"); }).find("best: must be naive, drift") != std::string::npos);
  CHECK(message([] { forecast_baseline(Baseline::naive, rising, 2).quantile(3, 0.5); }).find("step: 3") !=
        std::string::npos);
  CHECK(message([] { forecast_baseline(Baseline::naive, rising, 2).quantile(1, 1); }).find("p: 1") !=
        std::string::npos);
  for (const Baseline baseline : {Baseline::naive, Baseline::drift, Baseline::seasonal_naive, Baseline::theta}) {
    CHECK(essor::baseline_from_name(essor::baseline_name(baseline)) == baseline);
  }
}
