// Printing of quantities: "150 EUR file^-1". Kept out of the umbrella, since it doubles what the units cost to compile.
#pragma once

#include <boost/units/io.hpp>

#include "essor/units/quantities.hpp"
