// Checks of arguments: the first lines of a public function. Each throws an ArgumentError that names the function, the
// parameter, the value found and the rule.
#pragma once

#include <cstddef>
#include <string_view>

#include "essor/error/errors.hpp"

namespace essor {

/// Throws the ArgumentError "function: name: value: rule".
[[noreturn]] void throw_argument_error(std::string_view function, std::string_view name, std::string_view value,
                                       std::string_view rule);
[[noreturn]] void throw_argument_error(std::string_view function, std::string_view name, double value,
                                       std::string_view rule);

/// @throw ArgumentError if the value is NaN or infinite.
void check_finite(std::string_view function, std::string_view name, double value);
/// @throw ArgumentError if the value is not finite and > 0.
void check_positive(std::string_view function, std::string_view name, double value);
/// @throw ArgumentError if the value is not finite and >= 0.
void check_non_negative(std::string_view function, std::string_view name, double value);
/// @throw ArgumentError if the value is not in [0, 1].
void check_probability(std::string_view function, std::string_view name, double value);
/// @throw ArgumentError if the value is not strictly between 0 and 1.
void check_open_probability(std::string_view function, std::string_view name, double value);
/// @throw ArgumentError if the value is not in [low, high].
void check_in_range(std::string_view function, std::string_view name, double value, double low, double high);
/// @throw ArgumentError if the count is below the least allowed.
void check_at_least(std::string_view function, std::string_view name, long long count, long long least);
/// @throw ArgumentError if the size is 0.
void check_not_empty(std::string_view function, std::string_view name, std::size_t size);
/// @throw ArgumentError if the size of a list is not the one of another, which `other` names.
void check_same_size(std::string_view function, std::string_view name, std::size_t size, std::string_view other,
                     std::size_t other_size);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/error/detail/check_inl.hpp"
#endif
