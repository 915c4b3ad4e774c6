// The blanks that people type: spaces and tabs, and the no-break spaces of spreadsheets.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace essor::detail {

inline constexpr std::array<std::string_view, 7> blanks{" ",        "\t",           "\r",          "\n",
                                                        "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};

/// Bytes of the blank that a text begins with; 0 when it begins with none.
inline std::size_t blank_length(std::string_view text) noexcept {
  for (const std::string_view blank : blanks)
    if (text.starts_with(blank)) return blank.size();
  return 0;
}

inline std::string_view trimmed(std::string_view text) noexcept {
  while (const std::size_t size = blank_length(text)) text.remove_prefix(size);
  for (bool cut = true; cut;) {
    cut = false;
    for (const std::string_view blank : blanks)
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        cut = true;
      }
  }
  return text;
}

}  // namespace essor::detail
