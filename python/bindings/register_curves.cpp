#include "pybind.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "essor/forecast/curve_fit.hpp"
#include "essor/forecast/curve_posterior.hpp"

namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Priors = std::vector<std::pair<double, double>>;

std::span<const double> span_of(const Doubles& array) { return {array.data(), static_cast<std::size_t>(array.size())}; }

py::array_t<double> copied(const std::vector<double>& values) {
  return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
}

essor::CurveModel model_of(const std::string& curve, const std::string& kind, const std::string& noise) {
  return {essor::curve_from_name(curve), essor::curve_kind_from_name(kind), essor::curve_noise_from_name(noise)};
}

std::vector<std::string> parameter_names(const essor::CurveModel& model) {
  std::vector<std::string> names;
  for (const essor::CurveParameter& parameter : essor::curve_parameters(model.curve))
    names.emplace_back(parameter.name);
  return names;
}

essor::CurveFit fit_curve(const Doubles& values, const Doubles& times, const std::string& curve,
                          const std::string& kind, const std::string& noise) {
  const essor::CurveModel model = model_of(curve, kind, noise);
  const py::gil_scoped_release release;
  return essor::fit_curve(span_of(values), model, span_of(times));
}

py::dict diagnostics(const essor::CurveFit& fit) {
  py::dict result;
  result["rss"] = fit.diagnostics.rss;
  result["r2"] = fit.diagnostics.r2;
  result["log_likelihood"] = fit.diagnostics.log_likelihood;
  result["aicc"] = fit.diagnostics.aicc;
  result["durbin_watson"] = fit.diagnostics.durbin_watson;
  result["autocorrelation"] = fit.diagnostics.autocorrelation;
  result["iterations"] = fit.diagnostics.iterations;
  result["starts"] = fit.diagnostics.starts;
  result["reason"] = fit.diagnostics.reason;
  return result;
}

py::tuple predict(const essor::CurveFit& fit, int steps) {
  std::vector<double> times;
  std::vector<double> values;
  std::vector<double> errors;
  for (const essor::CurveEstimate& estimate : fit.predict(steps)) {
    times.push_back(estimate.time);
    values.push_back(estimate.value);
    errors.push_back(estimate.standard_error);
  }
  return py::make_tuple(copied(times), copied(values), copied(errors));
}

std::vector<essor::CoordinatePrior> priors_of(const Priors& priors) {
  std::vector<essor::CoordinatePrior> result;
  for (const auto& [mean, sd] : priors) result.push_back({mean, sd});
  return result;
}

essor::CurvePosterior curve_posterior(const Doubles& values, const Doubles& times, const std::string& curve,
                                      const std::string& kind, const std::string& noise, const Priors& priors,
                                      int draws, std::uint64_t seed, int steps) {
  const essor::CurveModel model = model_of(curve, kind, noise);
  const essor::CurvePosteriorOptions options{.priors = priors_of(priors), .draws = draws, .seed = seed};
  const py::gil_scoped_release release;
  return essor::curve_posterior(span_of(values), model, options, span_of(times), steps);
}

Priors default_curve_priors(const Doubles& values, const Doubles& times, const std::string& curve,
                            const std::string& kind, const std::string& noise) {
  Priors result;
  for (const auto& [mean, sd] :
       essor::default_curve_priors(span_of(values), model_of(curve, kind, noise), span_of(times))) {
    result.emplace_back(mean, sd);
  }
  return result;
}

// Stored column by column: (columns, draws), seen as (draws, columns).
py::array draws_of(const std::vector<double>& values, int draw_count) {
  const auto draws = static_cast<py::ssize_t>(draw_count);
  const py::array_t<double> stored({static_cast<py::ssize_t>(values.size()) / draws, draws}, values.data());
  return stored.attr("T");
}

std::vector<double> model_weights(const Doubles& log_evidences, const Doubles& prior_weights) {
  return essor::model_weights(span_of(log_evidences), span_of(prior_weights));
}

double curve_log_likelihood(const Doubles& values, const Doubles& times, const std::string& curve,
                            const std::string& kind, const std::string& noise, const Doubles& coordinates) {
  return essor::curve_log_likelihood(span_of(values), model_of(curve, kind, noise), span_of(coordinates),
                                     span_of(times));
}

// The means of the independent observations at parameters.
std::vector<double> curve_means(const std::string& curve, const std::string& kind, const Doubles& parameters,
                                const Doubles& times) {
  std::vector<double> result;
  for (const essor::CurveValue& mean : essor::curve_means(
           essor::curve_from_name(curve), essor::curve_kind_from_name(kind), span_of(parameters), span_of(times))) {
    result.push_back(mean.value);
  }
  return result;
}

}  // namespace

void register_curves(py::module_& m) {
  py::class_<essor::CurveFit>(m, "CurveFit")
      .def_property_readonly("names", [](const essor::CurveFit& fit) { return parameter_names(fit.model); })
      .def_readonly("parameters", &essor::CurveFit::parameters)
      .def_readonly("standard_errors", &essor::CurveFit::standard_errors)
      .def_readonly("covariance", &essor::CurveFit::covariance)
      .def_readonly("means", &essor::CurveFit::means)
      .def_readonly("observations", &essor::CurveFit::observations)
      .def_readonly("times", &essor::CurveFit::times)
      .def_readonly("spread", &essor::CurveFit::spread)
      .def_property_readonly("diagnostics", &diagnostics)
      .def("predict", &predict, py::arg("steps"), "Times, values and standard errors of the steps to come.")
      .def(
          "saturation",
          [](const essor::CurveFit& fit, double share) {
            const essor::CurveEstimate when = fit.saturation(share);
            return py::make_tuple(when.time, when.standard_error);
          },
          py::arg("share"), "When a share of the ceiling is reached, with its standard error.");
  py::class_<essor::CurvePosterior>(m, "CurvePosterior")
      .def_readonly("coordinates", &essor::CurvePosterior::coordinates)
      .def_readonly("quantities", &essor::CurvePosterior::quantities)
      .def_property_readonly("priors",
                             [](const essor::CurvePosterior& posterior) {
                               Priors result;
                               for (const auto& [mean, sd] : posterior.priors) result.emplace_back(mean, sd);
                               return result;
                             })
      .def_readonly("mean", &essor::CurvePosterior::mean)
      .def_readonly("sd", &essor::CurvePosterior::sd)
      .def_readonly("quantity_mean", &essor::CurvePosterior::quantity_mean)
      .def_readonly("quantity_sd", &essor::CurvePosterior::quantity_sd)
      .def_readonly("log_evidence", &essor::CurvePosterior::log_evidence)
      .def_readonly("log_evidence_error", &essor::CurvePosterior::log_evidence_error)
      .def_readonly("nodes", &essor::CurvePosterior::nodes)
      .def_readonly("expected", &essor::CurvePosterior::expected)
      .def_property_readonly(
          "draws",
          [](const essor::CurvePosterior& posterior) { return draws_of(posterior.draws, posterior.draw_count); })
      .def_property_readonly("quantity_draws",
                             [](const essor::CurvePosterior& posterior) {
                               return draws_of(posterior.quantity_draws(), posterior.draw_count);
                             })
      .def(
          "predict",
          [](const essor::CurvePosterior& posterior, int steps, std::uint64_t seed, bool noise) {
            return draws_of(posterior.predict(steps, seed, noise), posterior.draw_count);
          },
          py::arg("steps"), py::arg("seed"), py::arg("noise"), "Draws (draws, steps) of the values to come.")
      .def(
          "saturation",
          [](const essor::CurvePosterior& posterior, double share) { return copied(posterior.saturation(share)); },
          py::arg("share"), "When each draw reaches a share of its ceiling.");
  m.def("fit_curve", &fit_curve, py::arg("values"), py::arg("times"), py::arg("curve"), py::arg("kind"),
        py::arg("noise"), "A growth curve by maximum likelihood.");
  m.def("curve_posterior", &curve_posterior, py::arg("values"), py::arg("times"), py::arg("curve"), py::arg("kind"),
        py::arg("noise"), py::arg("priors"), py::arg("draws"), py::arg("seed"), py::arg("steps"),
        "The posterior of a growth curve by quadrature.");
  m.def(
      "curve_coordinates",
      [](const std::string& curve, const std::string& noise) {
        return essor::posterior_coordinates(model_of(curve, "level", noise));
      },
      py::arg("curve"), py::arg("noise"), "Names of the coordinates of a model.");
  m.def("default_curve_priors", &default_curve_priors, py::arg("values"), py::arg("times"), py::arg("curve"),
        py::arg("kind"), py::arg("noise"), "Mean and standard deviation of each coordinate.");
  m.def("curve_log_likelihood", &curve_log_likelihood, py::arg("values"), py::arg("times"), py::arg("curve"),
        py::arg("kind"), py::arg("noise"), py::arg("coordinates"), "Log likelihood at coordinates.");
  m.def("curve_means", &curve_means, py::arg("curve"), py::arg("kind"), py::arg("parameters"), py::arg("times"),
        "Means of the independent observations at parameters.");
  m.def("model_weights", &model_weights, py::arg("log_evidences"), py::arg("prior_weights"),
        "Posterior weights of models.");
}
