// Money, impact, effort and duration, and columns of them. Printing is apart, in essor/units/io.hpp.
#pragma once

#include "essor/units/exchange.hpp"
#include "essor/units/quantities.hpp"
#include "essor/units/rates.hpp"
#include "essor/units/typed_array.hpp"
