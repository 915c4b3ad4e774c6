// Where the shipped classes are: their numbers, and what they come from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "essor/forecast/detail/shipped_numbers.hpp"
#include "essor/forecast/priors.hpp"

namespace essor::detail {

/// One model of a shipped class.
struct ShippedModel {
  Reference reference;
  std::string_view source;
  std::span<const std::string_view> labels;
  std::span<const float> numbers;
};

inline std::vector<ShippedModel> shipped_models() {
  return {
      {Reference::general, shipped::general_source, {}, shipped::general_1},
      {Reference::general, shipped::general_source, {}, shipped::general_2},
      {Reference::general, shipped::general_source, {}, shipped::general_4},
      {Reference::general, shipped::general_source, {}, shipped::general_12},
      {Reference::digital_adoption, shipped::digital_source, shipped::digital_labels, shipped::digital_1},
      {Reference::public_service_volume, shipped::service_source, {}, shipped::service_1},
      {Reference::public_service_volume, shipped::service_source, {}, shipped::service_2},
  };
}

}  // namespace essor::detail
