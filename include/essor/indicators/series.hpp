// The history of one metric as a series of equal periods.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "essor/config.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

/// What a metric was over one period: flow and cumulative: the count of the period; stock: its mean; rate: numerators
/// over denominators.
struct SeriesPoint {
  Period period;
  Bounds value;
  MeasurementStatus status = MeasurementStatus::measured;  ///< estimated when any part is
  std::vector<std::uint32_t> rows;                         ///< rows of measurements, earliest first
};

/// The figure of a metric over exactly that period, where recorded periods tile it and lie before the view's day.
std::optional<SeriesPoint> figure_over(const View& view, std::uint32_t metric, const Period& period);

/// The latest run of periods of so many months without a gap, earliest first, each tiled exactly by recorded periods.
/// @throw ArgumentError when months < 1.
std::vector<SeriesPoint> series_of(const View& view, std::uint32_t metric, int months);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/indicators/detail/series_inl.hpp"
#endif
