// Tables cross the border as one object: converting them to a list would copy every column.
#pragma once

#include "pybind.hpp"

#include "essor/model/table.hpp"

PYBIND11_MAKE_OPAQUE(essor::Tables)
