#include "pybind.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "essor/error/check.hpp"
#include "essor/forecast/baselines.hpp"
#include "essor/forecast/scores.hpp"
#include "essor/numerics/normal.hpp"

namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Places = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

std::span<const double> span_of(const Doubles& array) { return {array.data(), static_cast<std::size_t>(array.size())}; }

// One score for each y, of its own row of draws (or of quantiles).
template <class Score>
py::array_t<double> for_each_row(const Doubles& y, const Doubles& rows, const Score& score) {
  const auto count = static_cast<std::size_t>(y.size());
  essor::check_same_size("scores", "rows", static_cast<std::size_t>(rows.shape(0)), "y", count);
  const auto width = static_cast<std::size_t>(rows.shape(1));
  const std::span<const double> all = span_of(rows);
  py::array_t<double> result(y.size());
  double* out = result.mutable_data();
  const double* values = y.data();
  const py::gil_scoped_release release;
  for (std::size_t i = 0; i < count; ++i) out[i] = score(values[i], all.subspan(i * width, width));
  return result;
}

py::array_t<double> crps_draws(const Doubles& y, const Doubles& draws, bool fair) {
  return for_each_row(y, draws, fair ? &essor::fair_crps_draws : &essor::crps_draws);
}

py::array_t<double> crps_weighted_draws(const Doubles& y, const Doubles& draws, const Doubles& weights) {
  const std::span<const double> all = span_of(weights);
  return for_each_row(y, draws, [all](double value, std::span<const double> row) {
    return essor::crps_weighted_draws(value, row, all);
  });
}

py::array_t<double> scrps_draws(const Doubles& y, const Doubles& draws) {
  return for_each_row(y, draws, &essor::scrps_draws);
}

py::array_t<double> log_score_draws(const Doubles& y, const Doubles& draws) {
  return for_each_row(y, draws, &essor::log_score_draws);
}

// v has one part for each y.
py::array_t<double> pit_draws(const Doubles& y, const Doubles& draws, const Doubles& v) {
  essor::check_same_size("pit", "v", static_cast<std::size_t>(v.size()), "y", static_cast<std::size_t>(y.size()));
  const double* part = v.data();
  return for_each_row(
      y, draws, [&part](double value, std::span<const double> row) { return essor::pit_draws(value, row, *part++); });
}

py::array_t<double> crps_quantiles(const Doubles& y, const Doubles& quantiles, const Doubles& probabilities) {
  const std::span<const double> p = span_of(probabilities);
  return for_each_row(y, quantiles,
                      [p](double value, std::span<const double> row) { return essor::crps_quantiles(value, row, p); });
}

double coverage(const Doubles& y, const Doubles& low, const Doubles& high) {
  return essor::coverage(span_of(y), span_of(low), span_of(high));
}

double weighted_quantile_loss(const Doubles& y, const Doubles& quantiles, const Doubles& probabilities) {
  return essor::weighted_quantile_loss(span_of(y), span_of(quantiles), span_of(probabilities));
}

double mase_scale(const Doubles& history, int season) { return essor::mase_scale(span_of(history), season); }

double mase(const Doubles& y, const Doubles& forecast, const Doubles& history, int season) {
  return essor::mase(span_of(y), span_of(forecast), span_of(history), season);
}

double msis(const Doubles& y, const Doubles& low, const Doubles& high, const Doubles& history, double alpha,
            int season) {
  return essor::msis(span_of(y), span_of(low), span_of(high), span_of(history), alpha, season);
}

double smape(const Doubles& y, const Doubles& forecast) { return essor::smape(span_of(y), span_of(forecast)); }

py::tuple clustered_mean(const Doubles& totals, const Doubles& counts) {
  const essor::MeanWithError mean = essor::clustered_mean(span_of(totals), span_of(counts));
  return py::make_tuple(mean.value, mean.standard_error);
}

// Means and standard errors (series, horizon); NaN for a series shorter than the baseline needs. Series i is
// values[offsets[i] .. offsets[i + 1]).
py::tuple forecast_baseline(const std::string& name, const Doubles& values, const Places& offsets, int horizon,
                            int season) {
  essor::check_at_least("forecast_baseline", "horizon", horizon, 1);
  const essor::Baseline baseline = essor::baseline_from_name(name);
  const auto least = static_cast<std::size_t>(essor::baseline_least_values(baseline, season));
  const auto places = offsets.unchecked<1>();
  const py::ssize_t series = offsets.size() - 1;
  const auto steps = static_cast<py::ssize_t>(horizon);
  py::array_t<double> means({series, steps});
  py::array_t<double> errors({series, steps});
  auto mean = means.mutable_unchecked<2>();
  auto error = errors.mutable_unchecked<2>();
  const std::span<const double> all = span_of(values);
  for (py::ssize_t i = 0; i < series; ++i) {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    const auto first = static_cast<std::size_t>(places(i));
    const auto history = all.subspan(first, static_cast<std::size_t>(places(i + 1)) - first);
    essor::NormalForecast forecast;
    if (history.size() >= least) forecast = essor::forecast_baseline(baseline, history, horizon, season);
    for (py::ssize_t step = 0; step < steps; ++step) {
      const auto place = static_cast<std::size_t>(step);
      const bool there = place < forecast.mean.size();
      mean(i, step) = there ? forecast.mean[place] : std::numeric_limits<double>::quiet_NaN();
      error(i, step) = there ? forecast.standard_error[place] : std::numeric_limits<double>::quiet_NaN();
    }
  }
  return py::make_tuple(means, errors);
}

int baseline_least_values(const std::string& name, int season) {
  return essor::baseline_least_values(essor::baseline_from_name(name), season);
}

}  // namespace

void register_scores(py::module_& m) {
  // Numbers or arrays that broadcast.
  m.def("crps_normal", py::vectorize(&essor::crps_normal), py::arg("y"), py::arg("mean"), py::arg("sd"));
  m.def("crps_student_t", py::vectorize(&essor::crps_student_t), py::arg("y"), py::arg("degrees"), py::arg("location"),
        py::arg("scale"));
  m.def("crps_logistic", py::vectorize(&essor::crps_logistic), py::arg("y"), py::arg("location"), py::arg("scale"));
  m.def("crps_laplace", py::vectorize(&essor::crps_laplace), py::arg("y"), py::arg("location"), py::arg("scale"));
  m.def("crps_lognormal", py::vectorize(&essor::crps_lognormal), py::arg("y"), py::arg("log_mean"), py::arg("log_sd"));
  m.def("crps_gamma", py::vectorize(&essor::crps_gamma), py::arg("y"), py::arg("shape"), py::arg("rate"));
  m.def("crps_exponential", py::vectorize(&essor::crps_exponential), py::arg("y"), py::arg("rate"));
  m.def("crps_beta", py::vectorize(&essor::crps_beta), py::arg("y"), py::arg("a"), py::arg("b"));
  m.def("crps_poisson", py::vectorize(&essor::crps_poisson), py::arg("y"), py::arg("mean"));
  m.def("crps_negative_binomial", py::vectorize(&essor::crps_negative_binomial), py::arg("y"), py::arg("size"),
        py::arg("probability"));
  m.def("crps_binomial", py::vectorize(&essor::crps_binomial), py::arg("y"), py::arg("trials"), py::arg("probability"));
  m.def("log_score_normal", py::vectorize(&essor::log_score_normal), py::arg("y"), py::arg("mean"), py::arg("sd"));
  m.def("log_score_student_t", py::vectorize(&essor::log_score_student_t), py::arg("y"), py::arg("degrees"),
        py::arg("location"), py::arg("scale"));
  m.def("log_score_lognormal", py::vectorize(&essor::log_score_lognormal), py::arg("y"), py::arg("log_mean"),
        py::arg("log_sd"));
  m.def("normal_cdf", py::vectorize(&essor::normal_cdf), py::arg("z"));
  m.def("pinball", py::vectorize(&essor::pinball), py::arg("y"), py::arg("quantile"), py::arg("p"));
  m.def("interval_score", py::vectorize(&essor::interval_score), py::arg("y"), py::arg("low"), py::arg("high"),
        py::arg("alpha"));
  // One row of draws or quantiles for each y.
  m.def("crps_draws", &crps_draws, py::arg("y"), py::arg("draws"), py::arg("fair"));
  m.def("crps_weighted_draws", &crps_weighted_draws, py::arg("y"), py::arg("draws"), py::arg("weights"));
  m.def("scrps_draws", &scrps_draws, py::arg("y"), py::arg("draws"));
  m.def("log_score_draws", &log_score_draws, py::arg("y"), py::arg("draws"));
  m.def("pit_draws", &pit_draws, py::arg("y"), py::arg("draws"), py::arg("v"));
  m.def("crps_quantiles", &crps_quantiles, py::arg("y"), py::arg("quantiles"), py::arg("probabilities"));
  // One number of all.
  m.def("coverage", &coverage, py::arg("y"), py::arg("low"), py::arg("high"));
  m.def("weighted_quantile_loss", &weighted_quantile_loss, py::arg("y"), py::arg("quantiles"),
        py::arg("probabilities"));
  m.def("mase_scale", &mase_scale, py::arg("history"), py::arg("season"));
  m.def("mase", &mase, py::arg("y"), py::arg("forecast"), py::arg("history"), py::arg("season"));
  m.def("msis", &msis, py::arg("y"), py::arg("low"), py::arg("high"), py::arg("history"), py::arg("alpha"),
        py::arg("season"));
  m.def("smape", &smape, py::arg("y"), py::arg("forecast"));
  m.def("clustered_mean", &clustered_mean, py::arg("totals"), py::arg("counts"), "The mean and its standard error.");
  m.def("forecast_baseline", &forecast_baseline, py::arg("name"), py::arg("values"), py::arg("offsets"),
        py::arg("horizon"), py::arg("season"), "Means and standard errors (series, horizon) of a plain forecast.");
  m.def("baseline_least_values", &baseline_least_values, py::arg("name"), py::arg("season"),
        "How many values a plain forecast needs.");
}
