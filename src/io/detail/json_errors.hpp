// What nlohmann's parser reports, said as the errors of this library. Included by the files that parse JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "essor/error/errors.hpp"
#include "text.hpp"

namespace essor::detail {

/// Whole numbers up to this one are exact in a double; beyond it digits would be lost.
inline constexpr std::uint64_t largest_exact = std::uint64_t{1} << 53;

inline constexpr const char* digits_rule = "a whole number beyond 2^53 would lose digits; write it as text";
inline constexpr const char* finite_rule = "numbers are finite";

/// nlohmann's number for "this number is too large".
inline constexpr int number_overflow = 406;

/// The rule of a syntax error: the part of nlohmann's message that says what is wrong.
inline std::string syntax_rule(std::string_view message) {
  const std::size_t dash = message.find(" - ");
  std::string_view rule = dash == std::string_view::npos ? message : message.substr(dash + 3);
  const std::size_t last_read = rule.find("; last read: ");
  const std::size_t expected = last_read == std::string_view::npos ? last_read : rule.find("; expected", last_read);
  std::string said(rule.substr(0, last_read));
  if (expected != std::string_view::npos) said += rule.substr(expected);
  return said;
}

[[noreturn]] inline void throw_syntax_error(std::string_view text, std::string_view source, std::size_t position,
                                            const std::string& last_token, std::string_view message) {
  const std::size_t at = position == 0 ? 0 : position - 1;
  if (const auto bad = first_bad_byte(text); bad && *bad < position) {
    const std::string byte = "byte 0x" + hexadecimal(static_cast<unsigned char>(text[*bad]));
    throw FormatError(prefix(source) + line_and_column(text, *bad), byte, "JSON is UTF-8");
  }
  const std::string place = prefix(source) + line_and_column(text, at);
  if (at >= text.size()) throw FormatError(place, "", "the document is truncated: it ends before it is closed");
  const std::string rule = syntax_rule(message);
  const bool in_string = rule.starts_with("invalid string");
  throw FormatError(place, shown(in_string ? last_token : text.substr(at, 20)), "not JSON: " + rule);
}

inline std::uint64_t magnitude_of(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

/// Whether check_number_text has to look: numbers that were written whole, or read as 0.
inline bool may_have_lost_digits(double value, std::string_view text) {
  return value == 0.0 || text.find_first_of(".eE") == std::string_view::npos;
}

/// Checks a number that the parser read as a double against the text it was read from.
/// @throw RecordError when digits were lost: a long whole number, or one too small for a double.
inline void check_number_text(double value, std::string_view text, const std::string& place) {
  if (text.find_first_of(".eE") == std::string_view::npos) {
    throw RecordError(place, std::string(text.substr(0, 60)), digits_rule);
  }
  const std::string_view digits = text.substr(0, text.find_first_of("eE"));
  if (value == 0.0 && digits.find_first_of("123456789") != std::string_view::npos) {
    throw RecordError(place, std::string(text.substr(0, 60)), "the number is too small for a double: write 0");
  }
}

/// A key as part of a JSON pointer.
inline std::string pointer_part(std::string_view key) {
  std::string part = "/";
  for (const char c : key) {
    if (c == '~') {
      part += "~0";
    } else if (c == '/') {
      part += "~1";
    } else {
      part += c;
    }
  }
  return part;
}

}  // namespace essor::detail
