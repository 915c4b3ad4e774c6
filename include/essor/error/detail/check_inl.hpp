#pragma once

#include <cmath>
#include <string>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"

namespace essor {

ESSOR_INLINE void throw_argument_error(std::string_view function, std::string_view name, std::string_view value,
                                       std::string_view rule) {
  throw ArgumentError(std::string(function) + ": " + std::string(name), std::string(value), std::string(rule));
}

ESSOR_INLINE void throw_argument_error(std::string_view function, std::string_view name, double value,
                                       std::string_view rule) {
  throw_argument_error(function, name, number_text(value), rule);
}

ESSOR_INLINE void check_finite(std::string_view function, std::string_view name, double value) {
  if (!std::isfinite(value)) throw_argument_error(function, name, value, "must be finite");
}

ESSOR_INLINE void check_positive(std::string_view function, std::string_view name, double value) {
  if (!(value > 0.0 && std::isfinite(value))) throw_argument_error(function, name, value, "must be finite and > 0");
}

ESSOR_INLINE void check_non_negative(std::string_view function, std::string_view name, double value) {
  if (!(value >= 0.0 && std::isfinite(value))) throw_argument_error(function, name, value, "must be finite and >= 0");
}

ESSOR_INLINE void check_probability(std::string_view function, std::string_view name, double value) {
  if (!(value >= 0.0 && value <= 1.0)) throw_argument_error(function, name, value, "must be in [0, 1]");
}

ESSOR_INLINE void check_open_probability(std::string_view function, std::string_view name, double value) {
  if (!(value > 0.0 && value < 1.0)) throw_argument_error(function, name, value, "must be > 0 and < 1");
}

ESSOR_INLINE void check_in_range(std::string_view function, std::string_view name, double value, double low,
                                 double high) {
  if (value >= low && value <= high) return;
  throw_argument_error(function, name, value, "must be in [" + number_text(low) + ", " + number_text(high) + "]");
}

ESSOR_INLINE void check_at_least(std::string_view function, std::string_view name, long long count, long long least) {
  if (count < least) throw_argument_error(function, name, std::to_string(count), "must be >= " + std::to_string(least));
}

ESSOR_INLINE void check_not_empty(std::string_view function, std::string_view name, std::size_t size) {
  if (size == 0) throw_argument_error(function, name, "0 values", "must not be empty");
}

ESSOR_INLINE void check_same_size(std::string_view function, std::string_view name, std::size_t size,
                                  std::string_view other, std::size_t other_size) {
  if (size == other_size) return;
  throw_argument_error(function, name, std::to_string(size) + " values",
                       "must have as many values as " + std::string(other) + ", " + std::to_string(other_size));
}

}  // namespace essor
