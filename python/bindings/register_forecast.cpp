#include "pybind.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "essor/forecast/forecast.hpp"
#include "essor/forecast/naive.hpp"
#include "essor/forecast/reference_class.hpp"

namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Places = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;
using Interval = std::optional<std::pair<double, double>>;

std::span<const double> span_of(const Doubles& array) { return {array.data(), static_cast<std::size_t>(array.size())}; }

// The draws are stored series by series, step by step, and seen as (series, draws, horizon).
py::array draws_view(const py::array_t<double>& stored) {
  py::array view = stored.attr("transpose")(0, 2, 1);
  view.attr("setflags")(py::arg("write") = false);
  return view;
}

// Paths to a ceiling, one a row: curve, weight, log odds, two rates, spread.
constexpr py::ssize_t path_columns = 6;

py::array_t<double> paths_array(const std::vector<essor::SaturationPath>& paths) {
  py::array_t<double> result({static_cast<py::ssize_t>(paths.size()), path_columns});
  double* out = result.mutable_data();
  for (const essor::SaturationPath& path : paths) {
    for (const double number :
         {static_cast<double>(path.curve), path.weight, path.log_odds, path.rates[0], path.rates[1], path.spread}) {
      *out++ = number;
    }
  }
  return result;
}

std::vector<essor::SaturationPath> paths_of(const Doubles& array) {
  const auto numbers = array.unchecked<2>();
  std::vector<essor::SaturationPath> paths;
  for (py::ssize_t i = 0; i < numbers.shape(0); ++i) {
    paths.push_back({.curve = static_cast<essor::Curve>(static_cast<int>(numbers(i, 0))),
                     .weight = numbers(i, 1),
                     .log_odds = numbers(i, 2),
                     .rates = {numbers(i, 3), numbers(i, 4)},
                     .spread = numbers(i, 5)});
  }
  return paths;
}

py::dict summary_dict(const essor::ForecastSummary& summary) {
  py::list models;
  for (const essor::ModelUse& model : summary.models) {
    models.append(py::make_tuple(model.name, model.weight, model.prior_share, model.reason));
  }
  py::dict result;
  result["models"] = models;
  result["notes"] = summary.notes;
  result["ceiling"] = summary.ceiling;
  result["paths"] = paths_array(summary.paths);
  return result;
}

// Series i is values[offsets[i] .. offsets[i + 1]).
py::tuple forecast_series(const Doubles& values, const Places& offsets, const std::vector<Interval>& experts,
                          const std::vector<Interval>& ceilings, const std::vector<std::string>& labels, int horizon,
                          int season, const std::variant<std::string, const essor::ReferenceClass*>& reference,
                          int draws, std::uint64_t seed, int threads) {
  essor::ForecastOptions options{.horizon = horizon, .season = season, .draws = draws, .seed = seed};
  if (const auto* name = std::get_if<std::string>(&reference)) {
    options.reference = essor::reference_from_name(*name);
  } else {
    options.own_class = std::get<const essor::ReferenceClass*>(reference);
  }
  essor::check_at_least("forecast", "horizon", horizon, 1);
  essor::check_at_least("forecast", "draws", draws, 1);
  const auto places = offsets.unchecked<1>();
  const auto series = static_cast<py::ssize_t>(experts.size());
  py::array_t<double> stored({series, static_cast<py::ssize_t>(horizon), static_cast<py::ssize_t>(draws)});
  py::array_t<double> nodes({series, static_cast<py::ssize_t>(horizon), py::ssize_t{essor::detail::score_count}});
  const std::span<const double> all = span_of(values);
  const std::span<double> target(stored.mutable_data(), static_cast<std::size_t>(stored.size()));
  const std::size_t block = static_cast<std::size_t>(horizon) * static_cast<std::size_t>(draws);
  std::vector<essor::ForecastSummary> summaries;
  // In portions, so that Ctrl-C is heard.
  constexpr std::size_t portion = 512;
  for (std::size_t begin = 0; begin < experts.size(); begin += portion) {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    const std::size_t end = std::min(begin + portion, experts.size());
    std::vector<std::span<const double>> histories;
    std::vector<essor::ForecastOptions> each;
    for (std::size_t i = begin; i < end; ++i) {
      const auto first = static_cast<std::size_t>(places(static_cast<py::ssize_t>(i)));
      const auto last = static_cast<std::size_t>(places(static_cast<py::ssize_t>(i + 1)));
      histories.push_back(all.subspan(first, last - first));
      each.push_back(options);
      if (experts[i]) each.back().expert = essor::ExpertInterval{experts[i]->first, experts[i]->second};
      if (ceilings[i]) each.back().ceiling = essor::Ceiling{ceilings[i]->first, ceilings[i]->second};
      each.back().label = labels[i];
    }
    const py::gil_scoped_release release;
    std::vector<essor::ForecastSummary> done =
        essor::forecast_batch(histories, each, target.subspan(begin * block, (end - begin) * block),
                              static_cast<std::uint32_t>(begin), threads);
    std::move(done.begin(), done.end(), std::back_inserter(summaries));
  }
  py::list described;
  double* node = nodes.mutable_data();
  for (const essor::ForecastSummary& summary : summaries) {
    described.append(summary_dict(summary));
    node = std::copy(summary.nodes.begin(), summary.nodes.end(), node);
  }
  return py::make_tuple(draws_view(stored), nodes, described);
}

// Quantiles of each step of each series from its nodes: (series, horizon, nodes), contiguous.
py::array_t<double> forecast_quantiles(const Doubles& nodes, const Doubles& probabilities) {
  py::array_t<double> result({nodes.shape(0), nodes.shape(1), probabilities.size()});
  double* const out = result.mutable_data();
  const py::gil_scoped_release release;
  std::ranges::copy(essor::node_quantiles(span_of(nodes), span_of(probabilities)), out);
  return result;
}

// Steps within which a share of the ceiling is reached, one for each probability.
std::vector<double> saturation_steps(const Doubles& paths, const std::vector<double>& probabilities, double share) {
  const std::vector<essor::SaturationPath> all = paths_of(paths);
  const py::gil_scoped_release release;
  std::vector<double> steps;
  for (const double p : probabilities) steps.push_back(essor::saturation_steps(all, p, share));
  return steps;
}

double saturation_probability(const Doubles& paths, double steps, double share) {
  return essor::saturation_probability(paths_of(paths), steps, share);
}

double reach_probability(const Doubles& draws, double target) {
  return essor::reach_probability(span_of(draws), target);
}

double naive_reach_probability(const Doubles& history, double target, int step, bool increase,
                               const std::string& reference) {
  return essor::naive_reach_probability(span_of(history), target, step, increase,
                                        essor::reference_from_name(reference));
}

// Series i of the panel is values[offsets[i] .. offsets[i + 1]); those from the place `own` on are borrowed.
essor::ReferenceClass fit_reference_class(const Doubles& values, const Places& offsets,
                                          const std::vector<std::string>& labels,
                                          const std::vector<std::string>& groups, std::size_t own, int horizon,
                                          int season, int months, bool any_unit, const std::string& name,
                                          const std::string& source,
                                          const std::vector<const essor::ReferenceClass*>& priors) {
  const std::span<const double> all = span_of(values);
  const auto places = offsets.unchecked<1>();
  std::vector<essor::PanelSeries> panel(labels.size());
  for (std::size_t i = 0; i < panel.size(); ++i) {
    const auto first = static_cast<std::size_t>(places(static_cast<py::ssize_t>(i)));
    const auto last = static_cast<std::size_t>(places(static_cast<py::ssize_t>(i + 1)));
    const std::span<const double> series = all.subspan(first, last - first);
    panel[i] = {.values = {series.begin(), series.end()}, .label = labels[i], .group = groups[i], .borrowed = i >= own};
  }
  const py::gil_scoped_release release;
  return essor::fit_reference_class(panel, {.horizon = horizon,
                                            .season = season,
                                            .months = months,
                                            .any_unit = any_unit,
                                            .name = name,
                                            .source = source,
                                            .priors = priors});
}

py::dict model_dict(const essor::SeasonModel& model) {
  py::object held_back = py::none();
  if (model.held_back.crps > 0.0) {
    held_back = py::dict();
    held_back["crps"] = model.held_back.crps;
    held_back["coverage50"] = model.held_back.coverage50;
    held_back["coverage80"] = model.held_back.coverage80;
    held_back["coverage95"] = model.held_back.coverage95;
  }
  py::dict result;
  result["season"] = model.season;
  result["steps"] = model.steps;
  result["months"] = model.months;
  result["series"] = model.series;
  result["origins"] = model.origins;
  result["pool_weight"] = model.pool_weight;
  result["width"] = model.width;
  result["steady"] = model.steady;
  result["held_back"] = held_back;
  result["numbers"] = essor::numbers_of(model);
  return result;
}

py::dict reference_dict(const essor::ReferenceClass& reference) {
  py::list models;
  for (const essor::SeasonModel& model : reference.models) models.append(model_dict(model));
  py::dict result;
  result["name"] = reference.name;
  result["source"] = reference.source;
  result["labels"] = reference.labels;
  result["notes"] = reference.notes;
  result["models"] = models;
  return result;
}

essor::ReferenceClass reference_from_parts(const std::string& name, const std::string& source,
                                           const std::vector<std::string>& labels,
                                           const std::vector<std::string>& notes,
                                           const std::vector<std::vector<double>>& models) {
  essor::ReferenceClass result{.name = name, .source = source, .labels = labels, .models = {}, .notes = notes};
  for (const std::vector<double>& numbers : models) result.models.push_back(essor::model_from_numbers(numbers));
  if (result.models.empty()) {
    essor::throw_argument_error("ReferenceClass", "models", "none", "needs at least one");
  }
  return result;
}

}  // namespace

void register_forecast(py::module_& m) {
  py::class_<essor::ReferenceClass>(m, "ReferenceClass", "What a panel teaches; see essor.ReferenceClass.");
  m.def("fit_reference_class", &fit_reference_class, py::arg("values"), py::arg("offsets"), py::arg("labels"),
        py::arg("groups"), py::arg("own"), py::arg("horizon"), py::arg("season"), py::arg("months"),
        py::arg("any_unit"), py::arg("name"), py::arg("source"), py::arg("priors"), "A class fitted to a panel.");
  m.def(
      "shipped_class", [](const std::string& name) { return essor::shipped_class(essor::reference_from_name(name)); },
      py::arg("name"), "A class that is shipped.");
  m.def(
      "shipped_classes",
      [] {
        std::vector<essor::ReferenceClass> copies;
        for (const essor::ReferenceClass* reference : essor::shipped_classes()) copies.push_back(*reference);
        return copies;
      },
      "All classes that are shipped.");
  m.def("reference_dict", &reference_dict, py::arg("reference"), "All that a class holds.");
  m.def("reference_from_parts", &reference_from_parts, py::arg("name"), py::arg("source"), py::arg("labels"),
        py::arg("notes"), py::arg("models"), "A class from what reference_dict gave.");
  m.def("forecast", &forecast_series, py::arg("values"), py::arg("offsets"), py::arg("experts"), py::arg("ceilings"),
        py::arg("labels"), py::arg("horizon"), py::arg("season"), py::arg("reference"), py::arg("draws"),
        py::arg("seed"), py::arg("threads"),
        "Draws (series, draws, horizon), nodes (series, horizon, 29), a description of each series.");
  m.def("forecast_quantiles", &forecast_quantiles, py::arg("nodes"), py::arg("probabilities"),
        "Quantiles (series, horizon, probabilities) from nodes (series, horizon, 29).");
  m.def("saturation_steps", &saturation_steps, py::arg("paths"), py::arg("probabilities"), py::arg("share"),
        "Steps within which a share of the ceiling is reached, for each probability.");
  m.def("saturation_probability", &saturation_probability, py::arg("paths"), py::arg("steps"), py::arg("share"),
        "P(a share of the ceiling is reached within so many steps).");
  m.def("reach_probability", &reach_probability, py::arg("draws"), py::arg("target"), "Share of draws >= target.");
  m.def("naive_reach_probability", &naive_reach_probability, py::arg("history"), py::arg("target"), py::arg("step"),
        py::arg("increase"), py::arg("reference"), "What a forecast without trend gives to a target.");
}
