#pragma once

#include <array>
#include <charconv>
#include <cmath>

#include "essor/config.hpp"
#include "essor/error/number_text.hpp"

namespace essor {

ESSOR_INLINE std::string number_text(double value) {
  const double size = std::abs(value);
  const bool plain = value == 0.0 || (size >= 1e-5 && size < 1e15);
  std::array<char, 64> text;  // the longest: sign, 15 digits, point, and 17 + 5 decimals
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  return {text.data(), end.ptr};
}

}  // namespace essor
