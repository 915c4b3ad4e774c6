// What the record says: indicators, returns, the seven differences, contradictions.
#include "columns.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "essor/indicators/differences.hpp"
#include "essor/indicators/returns.hpp"
#include "essor/indicators/series.hpp"
#include "essor/indicators/windows.hpp"

namespace {

using essor::Portfolio;
using essor::WindowFigures;

/// One numeric column: a member of every row.
template <class Get>
py::array_t<double> numbers(const std::vector<WindowFigures>& rows, Get get) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const WindowFigures& row : rows) values.push_back(get(row));
  return to_array(std::move(values));
}

py::dict indicator_columns(const Portfolio& portfolio, const std::vector<WindowFigures>& rows) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  TextResult product, metric, start, end, trajectory, evidence, status, perimeter;
  for (const WindowFigures& row : rows) {
    const essor::Metric& described = portfolio.metrics()[row.metric];
    const bool empty = row.window.months() == 0;
    product.push(portfolio.products()[row.product].id);
    metric.push(described.id);
    if (empty) {
      start.push_absent();
      end.push_absent();
      status.push_absent();
      perimeter.push_absent();
    } else {
      start.push(essor::date_text(row.window.start()));
      end.push(essor::date_text(row.window.end()));
      status.push(essor::word(row.cost_status));
      perimeter.push(portfolio.text(row.perimeter));
    }
    if (described.kind == essor::Kind::rate && !empty)
      trajectory.push_absent();
    else
      trajectory.push(essor::word(row.trajectory));
    evidence.push(essor::evidence_text(portfolio, row));
  }
  const auto figure = [&](auto get) {
    return numbers(rows, [&](const WindowFigures& row) { return row.window.months() == 0 ? unknown : get(row); });
  };
  py::dict columns;
  columns["product"] = product.take();
  columns["metric"] = metric.take();
  columns["start"] = start.take();
  columns["end"] = end.take();
  columns["cost"] = figure([](const WindowFigures& w) { return w.cost.value; });
  columns["impact"] = figure([](const WindowFigures& w) { return w.impact.value; });
  columns["unit_cost"] = figure([](const WindowFigures& w) { return w.unit_cost.value; });
  columns["g_cost"] = numbers(rows, [](const WindowFigures& w) { return w.g_cost; });
  columns["g_impact"] = numbers(rows, [](const WindowFigures& w) { return w.g_impact; });
  columns["cost_elasticity"] = numbers(rows, [](const WindowFigures& w) { return w.cost_elasticity; });
  columns["p_observed"] = numbers(rows, [](const WindowFigures& w) { return w.p_observed; });
  columns["p_trend"] = numbers(rows, [](const WindowFigures& w) { return w.p_trend; });
  columns["trajectory"] = trajectory.take();
  columns["p_trajectory"] = numbers(rows, [](const WindowFigures& w) { return w.p_trajectory; });
  columns["evidence"] = evidence.take();
  columns["prior_share"] = numbers(rows, [](const WindowFigures& w) { return w.prior_share; });
  columns["cost_low"] = figure([](const WindowFigures& w) { return w.cost.low; });
  columns["cost_high"] = figure([](const WindowFigures& w) { return w.cost.high; });
  columns["impact_low"] = figure([](const WindowFigures& w) { return w.impact.low; });
  columns["impact_high"] = figure([](const WindowFigures& w) { return w.impact.high; });
  columns["unit_cost_low"] = figure([](const WindowFigures& w) { return w.unit_cost.low; });
  columns["unit_cost_high"] = figure([](const WindowFigures& w) { return w.unit_cost.high; });
  columns["cost_error"] = figure([](const WindowFigures& w) { return w.cost_error; });
  columns["impact_error"] = figure([](const WindowFigures& w) { return w.impact_error; });
  columns["cost_status"] = status.take();
  columns["perimeter"] = perimeter.take();
  return columns;
}

py::dict series_columns(const std::vector<essor::SeriesPoint>& points) {
  TextResult period, start, end, status;
  std::vector<double> value, low, high;
  for (const essor::SeriesPoint& point : points) {
    period.push(essor::period_text(point.period));
    start.push(essor::date_text(point.period.start()));
    end.push(essor::date_text(point.period.end()));
    status.push(essor::word(point.status));
    value.push_back(point.value.value);
    low.push_back(point.value.low);
    high.push_back(point.value.high);
  }
  py::dict columns;
  columns["period"] = period.take();
  columns["start"] = start.take();
  columns["end"] = end.take();
  columns["value"] = to_array(std::move(value));
  columns["low"] = to_array(std::move(low));
  columns["high"] = to_array(std::move(high));
  columns["status"] = status.take();
  return columns;
}

py::tuple coefficient(const essor::Coefficient& c) { return py::make_tuple(c.value, c.standard_error); }

py::dict returns_dict(const essor::PanelReturns& r) {
  std::vector<double> reliability, tied, independent;
  for (const essor::ReliabilityRow& row : r.reliability) {
    reliability.push_back(row.reliability);
    tied.push_back(row.scale_if_tied);
    independent.push_back(row.scale_if_independent);
  }
  py::dict d;
  d["scale"] = coefficient(r.scale);
  d["learning"] = coefficient(r.learning);
  d["cost_on_impact"] = coefficient(r.cost_on_impact);
  d["impact_on_cost"] = coefficient(r.impact_on_cost);
  d["impact_on_cost_reversed"] = r.impact_on_cost_reversed;
  d["instrumented"] = coefficient(r.instrumented);
  d["instrumented_pairs"] = r.instrumented_pairs;
  d["series"] = r.series;
  d["pairs"] = r.pairs;
  d["windows"] = r.windows;
  d["tied"] = r.tied;
  d["reliability"] = to_array(std::move(reliability));
  d["scale_if_tied"] = to_array(std::move(tied));
  d["scale_if_independent"] = to_array(std::move(independent));
  return d;
}

}  // namespace

void register_indicators(py::module_& m) {
  py::class_<Portfolio> portfolio(m.attr("Portfolio"));
  portfolio.def(
      "indicators",
      [](const Portfolio& self, const std::optional<std::string>& as_of, int months, bool history) {
        std::vector<WindowFigures> rows;
        {
          const py::gil_scoped_release nogil;
          rows = essor::indicators(self.as_of(day_of(as_of)), {months, history});
        }
        return indicator_columns(self, rows);
      },
      py::arg("as_of"), py::arg("months"), py::arg("history"));
  portfolio.def(
      "series",
      [](const Portfolio& self, const std::string& product, const std::string& metric,
         const std::optional<std::string>& as_of, int months) {
        return series_columns(essor::series_of(self.as_of(day_of(as_of)),
                                               self.metric_index(self.product_index(product), metric), months));
      },
      py::arg("product"), py::arg("metric"), py::arg("as_of"), py::arg("months"));
  portfolio.def(
      "returns",
      [](const Portfolio& self, const std::optional<std::string>& product, const std::optional<std::string>& metric) {
        essor::PanelReturns found;
        {
          const py::gil_scoped_release nogil;
          found = essor::returns(self.as_of(), product, metric);
        }
        return returns_dict(found);
      },
      py::arg("product"), py::arg("metric"));
  portfolio.def(
      "seven_differences",
      [](const Portfolio& self, const std::string& product, const std::optional<std::string>& as_of) {
        TextResult difference, basis, verdict;
        std::vector<double> figures;
        for (const essor::DifferenceLine& line :
             essor::seven_differences(self.as_of(day_of(as_of)), self.product_index(product))) {
          difference.push(line.difference);
          figures.push_back(line.figure);
          basis.push(line.basis);
          verdict.push(essor::word(line.verdict));
        }
        py::dict columns;
        columns["difference"] = difference.take();
        columns["figure"] = to_array(std::move(figures));
        columns["basis"] = basis.take();
        columns["verdict"] = verdict.take();
        return columns;
      },
      py::arg("product"), py::arg("as_of"));
}
