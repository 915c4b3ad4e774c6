// Tables, and the documents and files that hold them.
#include "tables.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/io/csv.hpp"
#include "essor/io/files.hpp"
#include "essor/io/json.hpp"
#include "essor/io/ledger_record.hpp"

namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

template <class T>
std::vector<T> copied(const Array<T>& array) {
  return {array.data(), array.data() + array.size()};
}

template <class T>
Array<T> copied(const std::vector<T>& values) {
  return Array<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

void check_size(const essor::Table& table, const std::string& column, py::ssize_t size) {
  if (static_cast<std::size_t>(size) == table.rows) return;
  throw essor::ArgumentError("Table " + table.name + ": column " + column, std::to_string(size) + " cells",
                             "every column has as many cells as the table has rows, " + std::to_string(table.rows));
}

void check_codes(const essor::Table& table, const std::string& column, const essor::TextColumn& cells) {
  const auto count = static_cast<std::int64_t>(cells.texts.size());
  for (const std::int32_t code : cells.codes) {
    if (code < count) continue;
    throw essor::ArgumentError("Table " + table.name + ": column " + column, std::to_string(code),
                               "a code is the index of a text");
  }
}

void add_text(essor::Table& table, std::string name, std::vector<std::string> texts, const Array<std::int32_t>& codes) {
  check_size(table, name, codes.size());
  essor::TextColumn cells{std::move(texts), copied(codes)};
  check_codes(table, name, cells);
  table.columns.push_back({std::move(name), std::move(cells)});
}

void add_numbers(essor::Table& table, std::string name, const Array<double>& values,
                 const std::optional<Array<std::uint8_t>>& present) {
  check_size(table, name, values.size());
  if (present) check_size(table, name, present->size());
  essor::NumberColumn cells{copied(values), present ? copied(*present) : std::vector<std::uint8_t>()};
  table.columns.push_back({std::move(name), std::move(cells)});
}

void add_booleans(essor::Table& table, std::string name, const Array<std::int8_t>& values) {
  check_size(table, name, values.size());
  table.columns.push_back({std::move(name), essor::BooleanColumn{copied(values)}});
}

py::tuple as_tuple(const essor::Column& column) {
  if (const auto* text = std::get_if<essor::TextColumn>(&column.cells)) {
    return py::make_tuple(column.name, "text", py::cast(text->texts), copied(text->codes));
  }
  if (const auto* number = std::get_if<essor::NumberColumn>(&column.cells)) {
    const py::object present = number->present.empty() ? py::object(py::none()) : copied(number->present);
    return py::make_tuple(column.name, "number", copied(number->values), present);
  }
  return py::make_tuple(column.name, "boolean", copied(std::get<essor::BooleanColumn>(column.cells).values),
                        py::none());
}

py::list columns_of(const essor::Table& table) {
  py::list columns;
  for (const essor::Column& column : table.columns) columns.append(as_tuple(column));
  return columns;
}

essor::Table make_table(std::string name, std::size_t rows, essor::PlaceStyle style, std::string source,
                        std::vector<std::uint32_t> lines) {
  return {std::move(name), rows, {}, style, std::move(source), std::move(lines)};
}

essor::Tables take(const std::vector<essor::Table*>& tables) {
  essor::Tables taken;
  for (essor::Table* table : tables) taken.push_back(std::exchange(*table, essor::Table{}));
  return taken;
}

void register_tables(py::module_& m) {
  py::native_enum<essor::PlaceStyle>(m, "PlaceStyle", "enum.Enum", "How a place inside a table is spelt in an error.")
      .value("row", essor::PlaceStyle::row, "costs row 3, column amount")
      .value("line", essor::PlaceStyle::line, "spend.csv line 5, column amount")
      .value("pointer", essor::PlaceStyle::pointer, "portfolio.json /costs/3/amount")
      .finalize();
  py::class_<essor::Table>(m, "Table", "Columns of equal length under a name.")
      .def(py::init(&make_table), py::arg("name"), py::arg("rows"), py::arg("style") = essor::PlaceStyle::row,
           py::arg("source") = "", py::arg("lines") = std::vector<std::uint32_t>())
      .def_readonly("name", &essor::Table::name)
      .def_readonly("rows", &essor::Table::rows)
      .def_readonly("style", &essor::Table::style)
      .def_readonly("source", &essor::Table::source)
      .def_readonly("lines", &essor::Table::lines)
      .def("add_text", &add_text, py::arg("name"), py::arg("texts"), py::arg("codes"),
           "Cell i is texts[codes[i]], absent when codes[i] < 0.")
      .def("add_numbers", &add_numbers, py::arg("name"), py::arg("values"), py::arg("present") = py::none(),
           "present marks an absent cell by 0; None: every cell is there.")
      .def("add_booleans", &add_booleans, py::arg("name"), py::arg("values"), "true 1, false 0, absent -1.")
      .def("columns", &columns_of,
           "Copies: (name, 'text', texts, codes), (name, 'number', values, present or None), (name, 'boolean', values, "
           "None).");
  py::class_<essor::Tables>(m, "Tables", "Several tables, in order.")
      .def(py::init(&take), py::arg("tables"), "Takes the contents of the tables, which are empty afterwards.")
      .def("__len__", &essor::Tables::size)
      .def(
          "__getitem__",
          [](essor::Tables& tables, std::size_t index) -> essor::Table& {
            if (index >= tables.size()) throw py::index_error();
            return tables[index];
          },
          py::return_value_policy::reference_internal, py::arg("index"));
}

}  // namespace

void register_io(py::module_& m) {
  register_tables(m);
  using Released = py::call_guard<py::gil_scoped_release>;
  m.def("tables_from_json", &essor::tables_from_json, py::arg("text"), py::arg("source"), Released());
  m.def("tables_to_json", &essor::tables_to_json, py::arg("tables"), Released());
  m.def("table_from_csv", &essor::table_from_csv, py::arg("text"), py::arg("source"), py::arg("name"), Released());
  m.def("table_to_csv", &essor::table_to_csv, py::arg("table"), Released());
  m.def(
      "ledger_record",
      [](const std::string& json) {
        const essor::LedgerRecord record = essor::ledger_record(json);
        return py::make_tuple(record.kind, record.product, record.date, record.known_on, record.body);
      },
      py::arg("json"),
      "Checks a record of the ledger: kind, product, date, known_on, and the whole as canonical JSON.");
  m.def(
      "read_text",
      [](const std::string& path) {
        std::string text;
        {
          const py::gil_scoped_release released;
          text = essor::read_text(path);
        }
        return py::bytes(text);
      },
      py::arg("path"), "The bytes of a file.");
  m.def("write_text", &essor::write_text, py::arg("path"), py::arg("text"), Released());
}
