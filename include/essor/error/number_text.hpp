// Numbers in messages: the shortest text that reads back as the same number.
#pragma once

#include <string>

namespace essor {

/// 1200000, 0.1, -3, 1e+300, nan, inf. Plain notation from 1e-5 up to 1e15, exponent outside.
std::string number_text(double value);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/error/detail/number_text_inl.hpp"
#endif
