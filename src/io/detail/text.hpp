// Texts of documents: whether they are UTF-8, and how they are shown in a message or written in JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace essor::detail {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Length of the UTF-8 character at the front of a text, 0 when it is none (overlong, surrogate, beyond U+10FFFF, cut
/// off).
inline std::size_t character_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

/// Where a text stops being UTF-8, or nothing.
inline std::optional<std::size_t> first_bad_byte(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = character_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

inline std::string hexadecimal(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[byte >> 4], digits[byte & 15]};
}

/// Appends a UTF-8 text as a JSON string, with nothing escaped but what must be.
inline void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00" + hexadecimal(static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

/// A text as a message shows it: quoted, at most 60 bytes, always UTF-8 whatever the bytes were.
inline std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string clean;
  std::size_t i = 0;
  while (i < text.size() && i < longest) {
    const std::size_t length = character_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    if (length == 0 || byte < 0x20 || byte == 0x7F) {
      clean += "\\x" + hexadecimal(byte);
      ++i;
    } else {
      clean += text.substr(i, length);
      i += length;
    }
  }
  return '"' + clean + (i < text.size() ? "...\"" : "\"");
}

/// "line 3, column 14": where a byte of a text is, both counted from 1, columns in bytes.
inline std::string line_and_column(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  std::size_t line = 1;
  std::size_t line_begin = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != '\n') continue;
    ++line;
    line_begin = i + 1;
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_begin + 1);
}

/// "portfolio.json " before a path or a line, nothing where the document has no name.
inline std::string prefix(std::string_view source) {
  return source.empty() ? std::string() : std::string(source) + " ";
}

}  // namespace essor::detail
