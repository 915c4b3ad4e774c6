// Impact for an amount of funding: quantiles, probabilities of a target, realistic targets.
#include "columns.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "essor/forecast/funding_history.hpp"
#include "essor/forecast/funding_response.hpp"

namespace {

/// The record, and the forecast that goes on from it.
struct Funded {
  essor::RecordedFunding recorded;
  essor::FundingForecast forecast;
};

Funded forecast_of(const essor::Portfolio& portfolio, const std::string& product, const std::string& metric, int months,
                   int horizon, const std::optional<std::string>& reference, int draws, std::uint64_t seed) {
  const std::uint32_t index = portfolio.metric_index(portfolio.product_index(product), metric);
  essor::FundingOptions options{.horizon = horizon, .draws = draws, .seed = seed};
  if (reference) options.reference = essor::reference_from_name(*reference);
  const py::gil_scoped_release release;
  essor::RecordedFunding recorded = essor::recorded_funding(portfolio.as_of(), index, months);
  essor::FundingForecast forecast = essor::forecast_funding(recorded.history, options);
  return {std::move(recorded), std::move(forecast)};
}

template <class Row, class Get>
py::array column(const std::vector<Row>& rows, Get get) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(static_cast<double>(get(row)));
  return to_array(std::move(values));
}

py::dict table_columns(const Funded& funded, const std::vector<double>& amounts, const std::vector<double>& quantiles,
                       std::optional<double> target) {
  const auto rows = essor::funding_table(funded.forecast, amounts, quantiles, target);
  py::dict columns;
  columns["amount"] = column(rows, [](const essor::FundingRow& r) { return r.amount; });
  columns["step"] = column(rows, [](const essor::FundingRow& r) { return r.step; });
  columns["quantile"] = column(rows, [](const essor::FundingRow& r) { return r.quantile; });
  columns["value"] = column(rows, [](const essor::FundingRow& r) { return r.value; });
  columns["p_target"] = column(rows, [](const essor::FundingRow& r) { return r.p_target; });
  columns["se"] = column(rows, [](const essor::FundingRow& r) { return r.se; });
  return columns;
}

py::dict target_columns(const Funded& funded, const std::vector<double>& amounts, double confidence) {
  const auto rows = essor::realistic_targets(funded.forecast, amounts, confidence);
  py::dict columns;
  columns["amount"] = column(rows, [](const essor::RealisticTarget& r) { return r.amount; });
  columns["step"] = column(rows, [](const essor::RealisticTarget& r) { return r.step; });
  columns["target"] = column(rows, [](const essor::RealisticTarget& r) { return r.target; });
  columns["confidence"] = column(rows, [](const essor::RealisticTarget& r) { return r.confidence; });
  return columns;
}

py::array_t<double> draws_given(const Funded& funded, const std::vector<double>& plan) {
  const essor::ForecastResult result = funded.forecast.given(plan);
  py::array_t<double> stored({result.horizon(), result.draw_count()});
  std::copy(result.draws().begin(), result.draws().end(), stored.mutable_data());
  return stored;
}

py::dict response_dict(const Funded& funded) {
  const essor::ResponseSummary& response = funded.forecast.response();
  const essor::RecordedFunding& recorded = funded.recorded;
  py::dict d;
  d["elasticity"] = response.elasticity;
  d["elasticity_sd"] = response.elasticity_sd;
  d["class_elasticity"] = response.class_elasticity;
  d["class_elasticity_sd"] = response.class_elasticity_sd;
  d["carry_over"] = response.carry_over;
  d["half_saturation"] = response.half_saturation;
  d["prior_share"] = response.prior_share;
  d["identified"] = response.identified();
  d["pairs"] = response.pairs;
  d["months"] = recorded.history.months;
  d["latest_funding"] = funded.forecast.latest_funding();
  d["currency"] = recorded.currency;
  d["last_end"] = essor::date_text(recorded.last.end());
  d["funding"] = to_array(std::vector<double>(recorded.history.funding));
  d["impact"] = to_array(std::vector<double>(recorded.history.impact));
  std::vector<std::string> notes = recorded.notes;
  notes.insert(notes.end(), funded.forecast.notes().begin(), funded.forecast.notes().end());
  d["notes"] = notes;
  return d;
}

essor::FundingHistory history_of(const std::vector<double>& funding, const std::vector<double>& impact, int months,
                                 bool tied) {
  return {.funding = funding, .impact = impact, .months = months, .tied = tied};
}

// Elasticity, carry-over and half-saturation of each draw, and its log likelihood.
py::dict draw_responses(const std::vector<double>& funding, const std::vector<double>& impact, int months, bool tied,
                        int draws, std::uint64_t seed) {
  const essor::FundingHistory history = history_of(funding, impact, months, tied);
  const auto responses = essor::draw_responses(history, draws, seed);
  py::dict columns;
  columns["elasticity"] = column(responses, [](const essor::FundingEffect& r) { return r.elasticity; });
  columns["carry_over"] = column(responses, [](const essor::FundingEffect& r) { return r.carry_over; });
  columns["half_saturation"] = column(responses, [](const essor::FundingEffect& r) { return r.half_saturation; });
  columns["log_likelihood"] =
      column(responses, [&](const essor::FundingEffect& r) { return essor::response_log_likelihood(history, r); });
  return columns;
}

double response_log_likelihood(const std::vector<double>& funding, const std::vector<double>& impact, int months,
                               bool tied, double elasticity, double carry_over, double half_saturation) {
  return essor::response_log_likelihood(history_of(funding, impact, months, tied),
                                        {elasticity, carry_over, half_saturation});
}

}  // namespace

void register_funding(py::module_& m) {
  py::class_<Funded>(m, "FundingForecast")
      .def("table", &table_columns, py::arg("amounts"), py::arg("quantiles"), py::arg("target"))
      .def("targets", &target_columns, py::arg("amounts"), py::arg("confidence"))
      .def("draws", &draws_given, py::arg("plan"))
      .def("response", &response_dict);
  m.def("forecast_funding", &forecast_of, py::arg("portfolio"), py::arg("product"), py::arg("metric"),
        py::arg("months"), py::arg("horizon"), py::arg("reference"), py::arg("draws"), py::arg("seed"),
        "The forecast of impact that goes on from the record of a metric, for any funding.");
  m.def("draw_responses", &draw_responses, py::arg("funding"), py::arg("impact"), py::arg("months"), py::arg("tied"),
        py::arg("draws"), py::arg("seed"), "Draws of the response from its posterior, each with its log likelihood.");
  m.def("response_log_likelihood", &response_log_likelihood, py::arg("funding"), py::arg("impact"), py::arg("months"),
        py::arg("tied"), py::arg("elasticity"), py::arg("carry_over"), py::arg("half_saturation"),
        "Log likelihood of a response, up to a constant of the record.");
}
