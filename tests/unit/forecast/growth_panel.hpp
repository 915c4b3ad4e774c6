// What the tests of growth models share.
#pragma once

#include <cstddef>
#include <vector>

#include "essor/forecast/detail/growth_model.hpp"

/// Series of two labels in turn; they are views of the panel, which has to outlive them.
inline std::vector<essor::detail::GrowthSeries> labelled(const std::vector<std::vector<double>>& panel) {
  std::vector<essor::detail::GrowthSeries> series;
  for (std::size_t i = 0; i < panel.size(); ++i) series.push_back({panel[i], static_cast<int>(i % 2)});
  return series;
}
