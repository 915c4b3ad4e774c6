#pragma once

#include <algorithm>

#include "essor/error/check.hpp"
#include "essor/indicators/detail/cover_inl.hpp"
#include "essor/indicators/series.hpp"

namespace essor {

namespace detail {

/// The point of one tiled period.
ESSOR_INLINE SeriesPoint series_point(const Portfolio& portfolio, const Metric& metric,
                                      std::span<const Segment> segments, const Period& period,
                                      const std::vector<std::uint32_t>& used) {
  const WindowSum sum = sum_of(used, [&](std::uint32_t i) -> const Segment& { return segments[i]; });
  const double scale = metric.kind == Kind::stock ? period.months() : metric.kind == Kind::rate ? sum.weight : 1.0;
  SeriesPoint point{
      period, {sum.sum.value / scale, sum.sum.low / scale, sum.sum.high / scale}, MeasurementStatus::measured, {}};
  for (auto i = used.rbegin(); i != used.rend(); ++i) {
    point.rows.push_back(segments[*i].row);
    if (portfolio.measurements()[segments[*i].row].status == MeasurementStatus::estimated)
      point.status = MeasurementStatus::estimated;
  }
  return point;
}

}  // namespace detail

ESSOR_INLINE std::optional<SeriesPoint> figure_over(const View& view, std::uint32_t metric, const Period& period) {
  detail::ImpactBook book;
  book.load(view, metric);
  detail::Tiling tiles;
  std::vector<std::uint32_t> used;
  if (period.last > view.month_limit() || !tiles.find(book.segments(), period.first, period.last, used))
    return std::nullopt;
  return detail::series_point(view.portfolio(), view.portfolio().metrics()[metric], book.segments(), period, used);
}

ESSOR_INLINE std::vector<SeriesPoint> series_of(const View& view, std::uint32_t metric, int months) {
  check_at_least("series_of", "months", months, 1);
  detail::ImpactBook book;
  book.load(view, metric);
  const auto segments = book.segments();
  detail::Tiling tiles;
  std::vector<SeriesPoint> points;
  std::vector<std::uint32_t> used;
  for (std::size_t i = segments.size(); i-- > 0 && points.empty();)
    for (std::int32_t last = segments[i].last; last <= view.month_limit(); last -= months) {
      if (!tiles.find(segments, last - months, last, used)) break;
      points.push_back(detail::series_point(view.portfolio(), view.portfolio().metrics()[metric], segments,
                                            {last - months, last}, used));
    }
  std::reverse(points.begin(), points.end());
  return points;
}

}  // namespace essor
