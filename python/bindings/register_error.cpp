// The three errors of the library arrive in Python as the classes of essor/errors.py, with their place, value and rule.
#include "pybind.hpp"

#include <exception>

#include "essor/error/errors.hpp"

namespace {

// Imported when an error is raised, not when the module loads: essor.errors belongs to the package that loads this
// module.
void raise_placed(const char* class_name, const essor::PlacedError& error) {
  const py::object error_class = py::module_::import("essor.errors").attr(class_name);
  const py::object raised = error_class(error.place(), error.value(), error.rule());
  PyErr_SetObject(error_class.ptr(), raised.ptr());
}

void translate(std::exception_ptr pending) {
  if (!pending) return;
  try {
    std::rethrow_exception(pending);
  } catch (const essor::ArgumentError& error) {
    raise_placed("ArgumentError", error);
  } catch (const essor::RecordError& error) {
    raise_placed("RecordError", error);
  } catch (const essor::FormatError& error) {
    raise_placed("FormatError", error);
  }
}

}  // namespace

void register_error(py::module_&) { py::register_local_exception_translator(&translate); }
