// Columns of results: arrays of numbers, and texts stored once with their codes.
#pragma once

#include "pybind.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "essor/model/portfolio.hpp"

/// An array that takes over the numbers, without a copy.
template <class T>
py::array_t<T> to_array(std::vector<T> values) {
  auto* owned = new std::vector<T>(std::move(values));
  const py::capsule owner(owned, [](void* p) { delete static_cast<std::vector<T>*>(p); });
  return py::array_t<T>(static_cast<py::ssize_t>(owned->size()), owned->data(), owner);
}

/// A text column of a result: (distinct texts, code of each row; -1 absent).
class TextResult {
 public:
  void push(std::string_view text) {
    const auto [at, fresh] = ids_.try_emplace(std::string(text), static_cast<std::int32_t>(texts_.size()));
    if (fresh) texts_.emplace_back(text);
    codes_.push_back(at->second);
  }
  void push_absent() { codes_.push_back(-1); }
  py::tuple take() { return py::make_tuple(std::move(texts_), to_array(std::move(codes_))); }

 private:
  std::unordered_map<std::string, std::int32_t> ids_;
  std::vector<std::string> texts_;
  std::vector<std::int32_t> codes_;
};

/// The day of an ISO text, which the package has checked to be one.
inline std::optional<essor::Date> day_of(const std::optional<std::string>& text) {
  return text ? essor::parse_date(*text) : std::nullopt;
}
