// Factors, estimates, avoided non-recourse and its return. Arguments are converted here; what they mean is checked in
// C++.
#include "pybind.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "essor/appraisal.hpp"
#include "essor/numerics/estimate.hpp"

namespace {

using essor::Estimate;
using essor::Factor;
using Doubles = std::vector<double>;
using AnrCost = essor::UnitCost<essor::tags::avoided_non_recourse>;

/// How an object is shown is written in Python.
template <const char* Name>
py::object shown(const py::object& self) {
  return py::module_::import("essor.appraisal").attr(Name)(self);
}
constexpr char estimate_text[] = "_estimate_text";
constexpr char estimate_html[] = "_estimate_html";
constexpr char factor_text[] = "_factor_text";

py::array_t<double> draws_view(const py::object& self) {
  const Eigen::ArrayXd& draws = self.cast<const Estimate&>().draws();
  py::array_t<double> view({draws.size()}, {sizeof(double)}, draws.data(), self);
  view.attr("flags").attr("writeable") = false;
  return view;
}

py::array_t<double> quantiles(const Estimate& estimate, const py::array_t<double>& probabilities) {
  py::array_t<double> found(
      std::vector<py::ssize_t>(probabilities.shape(), probabilities.shape() + probabilities.ndim()));
  const py::array_t<double, py::array::c_style | py::array::forcecast> flat(probabilities);
  for (py::ssize_t i = 0; i < flat.size(); ++i) found.mutable_data()[i] = estimate.quantile(flat.data()[i]);
  return found;
}

void register_estimate(py::module_& m) {
  py::class_<Estimate>(m, "Estimate", "A figure with its Monte Carlo standard error and its draws.")
      .def_property_readonly("value", &Estimate::value)
      .def_property_readonly("se", &Estimate::standard_error)
      .def_property_readonly("standard_error", &Estimate::standard_error)
      .def_property_readonly("draws", &draws_view)
      .def("quantile", &Estimate::quantile, py::arg("p"))
      .def("quantile", &quantiles, py::arg("p"))
      .def(
          "interval",
          [](const Estimate& self, double probability) {
            const essor::Interval interval = self.interval(probability);
            return std::pair(interval.low, interval.high);
          },
          py::arg("probability") = 0.9)
      .def("__float__", &Estimate::value)
      .def("__repr__", &shown<estimate_text>)
      .def("_repr_html_", &shown<estimate_html>);
  py::class_<essor::HighestAmount, Estimate>(m, "HighestAmount", "An amount, and whether it ends the amounts given.")
      .def_readonly("at_boundary", &essor::HighestAmount::at_boundary);
}

void register_factor(py::module_& m) {
  py::class_<Factor>(m, "Factor", "A number that may be known, counted, or guessed by an expert.")
      .def_static("fixed", &Factor::fixed, py::arg("x"))
      .def_static("beta", &Factor::beta, py::arg("successes"), py::arg("trials"))
      .def_static("beta_shapes", &Factor::beta_shapes, py::arg("first"), py::arg("second"))
      .def_static("interval90", &Factor::interval90, py::arg("low"), py::arg("high"))
      .def_static(
          "pooled_share",
          [](const Doubles& successes, const Doubles& trials) { return Factor::pooled_share(successes, trials); },
          py::arg("successes"), py::arg("trials"))
      .def_static(
          "mean_share", [](const Doubles& rates) { return Factor::mean_share(rates); }, py::arg("rates"))
      .def_property_readonly("kind",
                             [](const Factor& self) {
                               return self.kind() == Factor::Kind::fixed  ? "fixed"
                                      : self.kind() == Factor::Kind::beta ? "beta"
                                                                          : "interval90";
                             })
      .def_property_readonly("parameters", [](const Factor& self) { return std::pair(self.first(), self.second()); })
      .def("__repr__", &shown<factor_text>)
      .def("__eq__",
           [](const Factor& self, const Factor& other) {
             return self.kind() == other.kind() && self.first() == other.first() && self.second() == other.second();
           })
      .def(py::pickle(
          [](const Factor& self) { return py::make_tuple(static_cast<int>(self.kind()), self.first(), self.second()); },
          [](const py::tuple& state) {
            const auto first = state[1].cast<double>();
            const auto second = state[2].cast<double>();
            switch (static_cast<Factor::Kind>(state[0].cast<int>())) {
              case Factor::Kind::beta:
                return Factor::beta_shapes(first, second);
              case Factor::Kind::interval90:
                return Factor::interval90(first, second);
              case Factor::Kind::fixed:
                break;
            }
            return Factor::fixed(first);
          }));
  py::class_<essor::PerPeriod>(m, "PerPeriod", "A factor for every period, or a list with one for each.")
      .def(py::init<Factor>(), py::arg("factor"))
      .def(py::init<std::vector<Factor>>(), py::arg("factors"));
}

void register_avoided_non_recourse(py::module_& m) {
  using essor::AvoidedNonRecourse;
  using essor::NonRecoursePeriod;
  py::class_<NonRecoursePeriod>(m, "NonRecoursePeriod", "The figures of one period.")
      .def_readonly("eligible_non_recipients", &NonRecoursePeriod::eligible_non_recipients)
      .def_readonly("newly_avoided", &NonRecoursePeriod::newly_avoided)
      .def_readonly("receiving", &NonRecoursePeriod::receiving)
      .def_readonly("person_months", &NonRecoursePeriod::person_months);
  py::class_<AvoidedNonRecourse>(m, "AvoidedNonRecourse", "Avoided non-recourse over some periods.")
      .def_readonly("newly_avoided", &AvoidedNonRecourse::newly_avoided)
      .def_readonly("receiving", &AvoidedNonRecourse::receiving)
      .def_readonly("person_months", &AvoidedNonRecourse::person_months)
      .def_readonly("by_period", &AvoidedNonRecourse::by_period)
      .def_readonly("present_cost", &AvoidedNonRecourse::present_cost)
      .def_readonly("cost_per_avoided", &AvoidedNonRecourse::cost_per_avoided)
      .def_readonly("cost_per_person_month", &AvoidedNonRecourse::cost_per_person_month)
      .def(
          "acceptability",
          [](const AvoidedNonRecourse& self, const Doubles& values) {
            Doubles probabilities;
            Doubles errors;
            for (const essor::Share& share : self.acceptability(values)) {
              probabilities.push_back(share.value);
              errors.push_back(share.standard_error);
            }
            return std::pair(std::move(probabilities), std::move(errors));
          },
          py::arg("values"));

  m.def(
      "avoided_non_recourse",
      [](const Factor& eligible_non_recipients, const Factor& reach, const Factor& conversion,
         const std::optional<Factor>& take_up_without, const std::optional<Factor>& deadweight,
         const std::optional<Factor>& control, const Factor& persistence, const essor::PerPeriod& newly_eligible,
         const Factor& attribution, double months, int periods, const std::optional<essor::PerPeriod>& cost,
         double discount_rate, Eigen::Index draws, std::uint64_t seed) {
        const essor::NonRecourse options{
            .eligible_non_recipients = eligible_non_recipients,
            .reach = reach,
            .conversion = conversion,
            .take_up_without = take_up_without,
            .deadweight = deadweight,
            .control = control,
            .persistence = persistence,
            .newly_eligible = newly_eligible,
            .attribution = attribution,
            .months_per_period = essor::months(months),
            .periods = periods,
            .cost = cost,
            .discount_rate = {discount_rate},
            .draws = draws,
            .seed = seed,
        };
        const py::gil_scoped_release nogil;
        return essor::avoided_non_recourse(options);
      },
      py::kw_only(), py::arg("eligible_non_recipients"), py::arg("reach"), py::arg("conversion"),
      py::arg("take_up_without"), py::arg("deadweight"), py::arg("control"), py::arg("persistence"),
      py::arg("newly_eligible"), py::arg("attribution"), py::arg("months"), py::arg("periods"), py::arg("cost"),
      py::arg("discount_rate"), py::arg("draws"), py::arg("seed"));
}

void register_roi(py::module_& m) {
  using essor::RoiPerAvoidedNonRecourse;
  py::native_enum<essor::Perspective>(m, "Perspective", "enum.Enum", "Who asks for the return.")
      .value("funder", essor::Perspective::funder)
      .value("public_budget", essor::Perspective::public_budget)
      .value("society", essor::Perspective::society)
      .finalize();
  py::class_<RoiPerAvoidedNonRecourse>(m, "RoiPerAvoidedNonRecourse", "Return on avoided non-recourse.")
      .def(py::init([](double value_per_person, essor::Perspective perspective, const Eigen::ArrayXd& amounts,
                       const Eigen::ArrayXXd& avoided, std::optional<double> benefit_per_person) {
             std::optional<AnrCost> benefit;
             if (benefit_per_person) benefit = AnrCost::from_value(*benefit_per_person);
             return RoiPerAvoidedNonRecourse(AnrCost::from_value(value_per_person), perspective,
                                             {essor::TypedArray<essor::EuroUnit>(amounts), avoided}, benefit);
           }),
           py::arg("value_per_person"), py::arg("perspective"), py::arg("amounts"), py::arg("avoided"),
           py::arg("benefit_per_person"))
      .def("roi", &RoiPerAvoidedNonRecourse::roi, py::call_guard<py::gil_scoped_release>())
      .def(
          "break_even",
          [](const RoiPerAvoidedNonRecourse& self, double amount_today) {
            return self.break_even(essor::euros(amount_today));
          },
          py::arg("amount_today"), py::call_guard<py::gil_scoped_release>())
      .def("optimum", &RoiPerAvoidedNonRecourse::optimum, py::call_guard<py::gil_scoped_release>());
}

}  // namespace

void register_appraisal(py::module_& m) {
  register_estimate(m);
  register_factor(m);
  register_avoided_non_recourse(m);
  register_roi(m);
}
