#include "pybind.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "essor/forecast/forecast.hpp"
#include "essor/forecast/naive.hpp"

namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Places = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;
using Expert = std::optional<std::pair<double, double>>;

std::span<const double> span_of(const Doubles& array) { return {array.data(), static_cast<std::size_t>(array.size())}; }

// The draws are stored series by series, step by step, and seen as (series, draws, horizon).
py::array draws_view(const py::array_t<double>& stored) {
  py::array view = stored.attr("transpose")(0, 2, 1);
  view.attr("setflags")(py::arg("write") = false);
  return view;
}

py::dict summary_dict(const essor::ForecastSummary& summary) {
  py::list models;
  for (const essor::ModelUse& model : summary.models) {
    models.append(py::make_tuple(model.name, model.weight, model.prior_share, model.reason));
  }
  py::dict result;
  result["models"] = models;
  result["notes"] = summary.notes;
  return result;
}

// Series i is values[offsets[i] .. offsets[i + 1]).
py::tuple forecast_series(const Doubles& values, const Places& offsets, const std::vector<Expert>& experts, int horizon,
                          int season, const std::string& reference, int draws, std::uint64_t seed) {
  essor::ForecastOptions options{.horizon = horizon,
                                 .season = season,
                                 .reference = essor::reference_from_name(reference),
                                 .draws = draws,
                                 .seed = seed};
  essor::check_at_least("forecast", "horizon", horizon, 1);
  essor::check_at_least("forecast", "draws", draws, 1);
  const auto places = offsets.unchecked<1>();
  const auto series = static_cast<py::ssize_t>(experts.size());
  py::array_t<double> stored({series, static_cast<py::ssize_t>(horizon), static_cast<py::ssize_t>(draws)});
  const std::span<const double> all = span_of(values);
  const std::span<double> target(stored.mutable_data(), static_cast<std::size_t>(stored.size()));
  const std::size_t block = static_cast<std::size_t>(horizon) * static_cast<std::size_t>(draws);
  std::vector<essor::ForecastSummary> summaries(experts.size());
  for (std::size_t i = 0; i < experts.size(); ++i) {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    const auto first = static_cast<std::size_t>(places(static_cast<py::ssize_t>(i)));
    const auto last = static_cast<std::size_t>(places(static_cast<py::ssize_t>(i + 1)));
    options.expert.reset();
    if (experts[i]) options.expert = essor::ExpertInterval{experts[i]->first, experts[i]->second};
    const py::gil_scoped_release release;
    summaries[i] = essor::forecast_into(all.subspan(first, last - first), options, static_cast<std::uint32_t>(i),
                                        target.subspan(i * block, block));
  }
  py::list described;
  for (const essor::ForecastSummary& summary : summaries) described.append(summary_dict(summary));
  return py::make_tuple(draws_view(stored), described);
}

// Draws of one step of one series after the other: (series, horizon, draws), contiguous.
py::array_t<double> forecast_quantiles(const Doubles& stored, const Doubles& probabilities) {
  const std::span<const double> all = span_of(stored);
  const auto count = static_cast<std::size_t>(stored.shape(2));
  py::array_t<double> result({stored.shape(0), stored.shape(1), probabilities.size()});
  double* out = result.mutable_data();
  const py::gil_scoped_release release;
  for (std::size_t start = 0; start < all.size(); start += count) {
    for (const double quantile : essor::draw_quantiles(all.subspan(start, count), span_of(probabilities))) {
      *out++ = quantile;
    }
  }
  return result;
}

double reach_probability(const Doubles& draws, double target) {
  return essor::reach_probability(span_of(draws), target);
}

double naive_reach_probability(const Doubles& history, double target, int step, bool increase,
                               const std::string& reference) {
  return essor::naive_reach_probability(span_of(history), target, step, increase,
                                        essor::reference_from_name(reference));
}

int reference_months(const std::string& reference) {
  return essor::class_prior(essor::reference_from_name(reference)).months;
}

}  // namespace

void register_forecast(py::module_& m) {
  m.def("forecast", &forecast_series, py::arg("values"), py::arg("offsets"), py::arg("experts"), py::arg("horizon"),
        py::arg("season"), py::arg("reference"), py::arg("draws"), py::arg("seed"),
        "Draws (series, draws, horizon) and a description of each series.");
  m.def("forecast_quantiles", &forecast_quantiles, py::arg("stored"), py::arg("probabilities"),
        "Quantiles (series, horizon, probabilities) of draws stored as (series, horizon, draws).");
  m.def("reach_probability", &reach_probability, py::arg("draws"), py::arg("target"), "Share of draws >= target.");
  m.def("naive_reach_probability", &naive_reach_probability, py::arg("history"), py::arg("target"), py::arg("step"),
        py::arg("increase"), py::arg("reference"), "What a forecast without trend gives to a target.");
  m.def("reference_months", &reference_months, py::arg("reference"), "Months of a period of the class.");
}
