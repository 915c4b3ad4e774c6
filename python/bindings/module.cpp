#include "pybind.hpp"

#include "essor/version.hpp"
#include "registers.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "Compiled core of essor: private, use the package.";
  m.attr("version") = essor::version;
  register_all(m);
}
