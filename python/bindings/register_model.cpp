// The portfolio: from tables to validated records.
#include "tables.hpp"

#include <string>
#include <utility>
#include <vector>

#include "essor/model/portfolio.hpp"

void register_model(py::module_& m) {
  using essor::Portfolio;
  py::class_<Portfolio>(m, "Portfolio", "Validated records.")
      .def_static(
          "from_tables",
          [](essor::Tables& tables) {
            const py::gil_scoped_release nogil;
            return Portfolio::from_tables(std::move(tables));
          },
          py::arg("tables"), "Takes the tables.")
      .def_static(
          "five_columns",
          [](const essor::Table& table, std::string metric, std::string unit, std::string kind, std::string currency) {
            const py::gil_scoped_release nogil;
            return essor::from_five_columns(table,
                                            {std::move(metric), std::move(unit), std::move(kind), std::move(currency)});
          },
          py::arg("table"), py::arg("metric"), py::arg("unit"), py::arg("kind"), py::arg("currency"))
      .def(
          "tables", [](Portfolio& self) { return const_cast<essor::Tables*>(&self.tables()); },
          py::return_value_policy::reference_internal, "A view: not to be changed.")
      .def("notes",
           [](const Portfolio& self) { return std::vector<std::string>(self.notes().begin(), self.notes().end()); })
      .def("product_ids",
           [](const Portfolio& self) {
             std::vector<std::string> ids;
             for (const essor::Product& product : self.products()) ids.push_back(product.id);
             return ids;
           })
      .def(
          "metric_ids",
          [](const Portfolio& self, const std::string& product) {
            std::vector<std::string> ids;
            for (const auto metric : self.metrics_of(self.product_index(product)))
              ids.push_back(self.metrics()[metric].id);
            return ids;
          },
          py::arg("product"));
  m.def(
      "words",
      [](const std::string& vocabulary) {
        const auto list = [](const auto& names) { return std::vector<std::string>(names.begin(), names.end()); };
        if (vocabulary == "phase") return list(essor::words<essor::Phase>::list);
        if (vocabulary == "level") return list(essor::words<essor::Level>::list);
        if (vocabulary == "kind") return list(essor::words<essor::Kind>::list);
        if (vocabulary == "activity") return list(essor::words<essor::Activity>::list);
        return std::vector<std::string>{};
      },
      py::arg("vocabulary"), "The words of a vocabulary of the records.");
}
