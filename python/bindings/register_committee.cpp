// The dossier, as plain values and as documents.
#include "columns.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "essor/committee/assemble.hpp"
#include "essor/indicators/contradictions.hpp"
#include "essor/io/render.hpp"

namespace {

using essor::Dossier;

// Plain values: what does not apply is None.
py::object plain(double x) { return std::isfinite(x) ? py::object(py::float_(x)) : py::none(); }
py::object plain(const std::string& text) { return text.empty() ? py::object(py::none()) : py::object(py::str(text)); }
py::object plain(const std::optional<essor::Date>& day) {
  return day ? py::object(py::str(essor::date_text(*day))) : py::none();
}
py::object plain(const essor::Bounds& b) {
  py::dict d;
  d["value"] = plain(b.value);
  d["low"] = plain(b.low);
  d["high"] = plain(b.high);
  return d;
}
py::object plain(const essor::Period& p) {
  if (p.months() == 0) return py::none();
  py::dict d;
  d["start"] = essor::date_text(p.start());
  d["end"] = essor::date_text(p.end());
  return d;
}
py::list texts(const std::vector<std::string>& list) {
  py::list out;
  for (const std::string& text : list) out.append(text);
  return out;
}
template <class Row, class Plain>
py::list rows(const std::vector<Row>& list, Plain to_dict) {
  py::list out;
  for (const Row& row : list) {
    py::dict d;
    to_dict(row, d);
    out.append(d);
  }
  return out;
}

py::dict answer_dict(const essor::Answer& a) {
  py::dict d;
  d["question"] = a.question;
  d["status"] = std::string(essor::word(a.status));
  d["answer"] = a.answer;
  d["value"] = plain(a.value);
  d["unit"] = plain(a.unit);
  d["standard_error"] = plain(a.standard_error);
  d["interval"] = std::isfinite(a.low) || std::isfinite(a.high)
                      ? py::object(py::make_tuple(plain(a.low), plain(a.high)))
                      : py::none();
  d["evidence"] = texts(a.evidence);
  d["missing"] = texts(a.missing);
  return d;
}

py::dict to_dict(const Dossier& dossier) {
  py::dict d, answers;
  for (const essor::Answer& a : dossier.answers) answers[py::str(a.id)] = answer_dict(a);
  d["answers"] = answers;
  d["language"] = dossier.language == essor::Language::french ? "fr" : "en";
  d["date"] = essor::date_text(dossier.date);
  d["product"] = dossier.product;
  d["name"] = dossier.name;
  d["mission"] = plain(dossier.mission);
  d["url"] = plain(dossier.url);
  d["demo_url"] = plain(dossier.demo_url);
  d["priority"] = plain(dossier.priority);
  d["currency"] = dossier.currency;
  d["perimeter"] = plain(dossier.perimeter);
  d["phase"] = dossier.phase ? py::object(py::str(std::string(essor::word(*dossier.phase)))) : py::none();
  d["go_live"] = plain(dossier.go_live);
  d["funder"] = plain(dossier.funder);
  d["aim"] = dossier.aim;
  d["headline"] = dossier.headline;
  d["question"] = dossier.question;
  d["main_metric"] = plain(dossier.main_metric);
  d["main_unit"] = plain(dossier.main_unit);
  d["windows"] = rows(dossier.windows, [](const essor::WindowFigures& w, py::dict& r) {
    r["window"] = plain(w.window);
    r["cost"] = plain(w.cost);
    r["impact"] = plain(w.impact);
    r["unit_cost"] = plain(w.unit_cost);
    r["g_cost"] = plain(w.g_cost);
    r["g_impact"] = plain(w.g_impact);
    r["cost_elasticity"] = plain(w.cost_elasticity);
    r["p_observed"] = plain(w.p_observed);
    r["p_trend"] = plain(w.p_trend);
    r["prior_share"] = plain(w.prior_share);
    r["trajectory"] = std::string(essor::word(w.trajectory));
    r["p_trajectory"] = plain(w.p_trajectory);
  });
  d["matrix"] = rows(dossier.matrix, [](const essor::MatrixLine& m, py::dict& r) {
    r["level"] = std::string(essor::word(m.level));
    r["metric"] = m.metric;
    r["unit"] = m.unit;
    r["kind"] = std::string(essor::word(m.kind));
    r["period"] = plain(m.period);
    r["now"] = plain(m.now);
    r["before"] = plain(m.before);
    r["change"] = plain(m.change);
    r["status"] = std::string(essor::word(m.status));
    r["unit_cost"] = plain(m.unit_cost);
    r["unit_cost_before"] = plain(m.unit_cost_before);
    r["population"] = plain(m.population);
    r["agreed_by"] = plain(m.agreed_by);
    r["agreed_on"] = plain(m.agreed_on);
    r["evidence"] = plain(m.evidence);
  });
  d["targets"] = rows(dossier.targets, [](const essor::TargetLine& t, py::dict& r) {
    r["metric"] = t.metric;
    r["unit"] = t.unit;
    r["period"] = plain(t.period);
    r["target"] = plain(t.target);
    r["reached"] = plain(t.reached);
    r["met"] = t.met ? py::object(py::bool_(*t.met)) : py::none();
    r["naive_probability"] = plain(t.naive_probability);
    r["set_on"] = plain(t.set_on);
    r["evidence"] = t.evidence;
  });
  d["objectives"] = rows(dossier.objectives, [](const essor::ObjectiveLine& o, py::dict& r) {
    r["metric"] = o.metric;
    r["unit"] = o.unit;
    r["period"] = plain(o.period);
    r["median"] = plain(o.median);
    r["interval"] = py::make_tuple(plain(o.low), plain(o.high));
    r["realistic"] = plain(o.realistic);
    r["unit_cost"] = plain(o.unit_cost);
    r["target"] = plain(o.target);
    r["p_target"] = plain(o.p_target);
  });
  d["funding"] = rows(dossier.funding, [](const essor::FundingLine& f, py::dict& r) {
    r["amount"] = plain(f.amount);
    r["change"] = plain(f.change);
    r["median"] = plain(f.median);
    r["interval"] = py::make_tuple(plain(f.low), plain(f.high));
    r["realistic"] = plain(f.realistic);
    r["unit_cost"] = plain(f.unit_cost);
    r["goal"] = plain(f.goal);
    r["p_goal"] = plain(f.p_goal);
    r["standard_error"] = plain(f.standard_error);
  });
  d["funding_basis"] = plain(dossier.funding_basis);
  d["budget"] = rows(dossier.budget, [](const essor::BudgetLine& b, py::dict& r) {
    r["activity"] = plain(b.activity);
    r["group"] = std::string(essor::word(b.group));
    r["paid"] = b.paid;
    r["committed"] = b.committed;
    r["planned"] = b.planned;
    r["share"] = plain(b.share);
  });
  d["budget_notes"] = texts(dossier.budget_notes);
  d["funders"] = rows(dossier.funders, [](const essor::FunderLine& f, py::dict& r) {
    r["funder"] = f.funder;
    r["cost"] = plain(f.cost);
    r["share"] = plain(f.share);
    r["impact_in_scope"] = plain(f.impact_in_scope);
  });
  d["differences"] = rows(dossier.differences, [](const essor::DifferenceLine& l, py::dict& r) {
    r["difference"] = l.difference;
    r["figure"] = plain(l.figure);
    r["basis"] = l.basis;
    r["verdict"] = std::string(essor::word(l.verdict));
  });
  d["contradictions"] = rows(dossier.contradictions, [](const essor::ContradictionLine& c, py::dict& r) {
    r["statement"] = c.statement;
    r["claims"] = texts(c.claims);
    r["readings"] = texts(c.readings);
  });
  d["estimates"] = rows(dossier.estimates, [](const essor::EstimateLine& e, py::dict& r) {
    r["known_on"] = essor::date_text(e.known_on);
    r["total"] = plain(e.total);
    r["overrun"] = plain(e.overrun);
    r["per_unit"] = plain(e.per_unit);
    r["unit"] = plain(e.unit);
    r["evidence"] = e.evidence;
  });
  d["grid"] = rows(dossier.grid, [](const essor::GridLine& g, py::dict& r) {
    r["part"] = g.part;
    r["question"] = g.question;
    r["evidence"] = g.evidence;
  });
  d["forecast"] = rows(dossier.forecast, [](const essor::ForecastPoint& p, py::dict& r) {
    r["period"] = plain(p.period);
    r["q05"] = plain(p.q05);
    r["q10"] = plain(p.q10);
    r["q50"] = plain(p.q50);
    r["q90"] = plain(p.q90);
    r["q95"] = plain(p.q95);
  });
  d["would_change"] = texts(dossier.would_change);
  d["notes"] = texts(dossier.notes);
  d["evidence"] = rows(dossier.evidence, [](const essor::EvidenceLine& e, py::dict& r) {
    r["id"] = e.id;
    r["text"] = e.text;
    r["source"] = plain(e.source);
    r["known_on"] = plain(e.known_on);
  });
  return d;
}

py::list contradiction_list(const essor::Portfolio& portfolio, const std::string& product,
                            const std::optional<std::string>& as_of) {
  const essor::View view = portfolio.as_of(day_of(as_of));
  py::list out;
  for (const auto metric : portfolio.metrics_of(portfolio.product_index(product)))
    for (const essor::Contradiction& c : essor::contradictions(view, metric)) {
      py::dict d;
      d["metric"] = portfolio.metrics()[metric].id;
      d["claims"] = c.claims;
      d["cost_rows"] = c.cost_rows;
      d["measurement_rows"] = c.measurement_rows;
      d["readings"] = rows(c.readings, [](const essor::ClaimReading& reading, py::dict& r) {
        r["dropped"] = reading.dropped;
        r["implied"] = plain(reading.implied);
        r["window"] = plain(reading.window);
        r["g_cost"] = plain(reading.g_cost);
        r["g_impact"] = plain(reading.g_impact);
        r["p_observed"] = plain(reading.p_observed);
        r["trajectory"] =
            reading.trajectory ? py::object(py::str(std::string(essor::word(*reading.trajectory)))) : py::none();
      });
      out.append(d);
    }
  return out;
}

}  // namespace

void register_committee(py::module_& m) {
  py::class_<Dossier>(m, "Dossier", "The dossier of one product.")
      .def("to_dict", &to_dict)
      .def("to_html", &essor::to_html)
      .def("to_markdown", &essor::to_markdown);
  py::class_<essor::Portfolio> portfolio(m.attr("Portfolio"));
  portfolio.def(
      "dossier",
      [](const essor::Portfolio& self, const std::string& product, const std::optional<std::string>& date,
         const std::optional<std::string>& funder, const std::string& lang, std::uint64_t seed) {
        const py::gil_scoped_release nogil;
        return essor::assemble_dossier(self, product,
                                       {day_of(date), funder.value_or(""),
                                        lang == "fr" ? essor::Language::french : essor::Language::english, seed});
      },
      py::arg("product"), py::arg("date"), py::arg("funder"), py::arg("lang"), py::arg("seed"));
  portfolio.def("contradictions", &contradiction_list, py::arg("product"), py::arg("as_of"));
}
