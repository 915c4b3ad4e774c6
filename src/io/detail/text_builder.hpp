// A text column being built from many cells: each distinct text is found by its hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "essor/model/table.hpp"

namespace essor::detail {

class TextBuilder {
 public:
  void push(std::string_view text) { column_.codes.push_back(code_of(text)); }

  /// Appends absent cells until there are as many cells as rows.
  void pad(std::size_t rows) { column_.codes.resize(rows, -1); }

  TextColumn take() { return std::move(column_); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  std::int32_t code_of(std::string_view text) {
    // Records of one product stand together, so most cells repeat the one above.
    if (last_ >= 0 && column_.texts[static_cast<std::size_t>(last_)] == text) return last_;
    const auto at = codes_.find(text);
    if (at != codes_.end()) return last_ = at->second;
    last_ = static_cast<std::int32_t>(column_.texts.size());
    column_.texts.emplace_back(text);
    codes_.emplace(text, last_);
    return last_;
  }

  TextColumn column_;
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> codes_;
  std::int32_t last_ = -1;
};

}  // namespace essor::detail
