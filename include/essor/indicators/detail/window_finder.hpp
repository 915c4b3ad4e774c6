// Finds the windows in which both cost and impact are known; shared by the indicators and the returns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include "essor/indicators/detail/cover_inl.hpp"
#include "essor/indicators/window.hpp"
#include "essor/model/portfolio.hpp"

namespace essor::detail {

inline bool comparable(const WindowFigures& now, const WindowFigures& before) noexcept {
  return before.window.last == now.window.first && before.perimeter == now.perimeter &&
         before.price_year == now.price_year;
}

inline constexpr int most_months = 1200;  ///< longest window: a century

/// Finds the windows of one metric after another, with memory that is reused.
class WindowFinder {
 public:
  WindowFinder(const View& view, int months) : view_(&view), months_(months) {}

  /// The windows of a metric, latest first, without their growths. The rows behind them are listed for the first
  /// `listed`.
  std::vector<WindowFigures>& find(std::uint32_t metric, std::size_t listed = std::numeric_limits<std::size_t>::max()) {
    load(metric);
    std::int32_t limit = view_->month_limit();
    const auto segments = impacts_.segments();
    for (std::size_t i = segments.size(); i-- > 0;) {
      const std::int32_t last = segments[i].last;
      const bool tried = i + 1 < segments.size() && segments[i + 1].last == last;
      if (last > limit || tried || !add(metric, last, windows_.size() < listed)) continue;
      limit = last - months_;
    }
    return windows_;
  }

  /// The window of a metric that ends before a month; nothing where cost or impact do not tile it.
  const WindowFigures* find_at(std::uint32_t metric, std::int32_t last) {
    load(metric);
    return last <= view_->month_limit() && add(metric, last, true) ? &windows_.front() : nullptr;
  }

 private:
  void load(std::uint32_t metric) {
    windows_.clear();
    const std::uint32_t product = view_->portfolio().metrics()[metric].product;
    if (product != loaded_) book_.load(*view_, loaded_ = product);
    impacts_.load(*view_, metric);
  }

  bool add(std::uint32_t metric, std::int32_t last, bool listed) {
    if (!tiles_.find(impacts_.segments(), last - months_, last, impact_used_)) return false;
    const CostGroup* group = covering(last);
    if (group == nullptr) return false;
    add_figures(metric, *group, last, listed);
    return true;
  }

  /// The group that covers the window ending at `last`: the perimeter of the window found before it where it can.
  const CostGroup* covering(std::int32_t last) {
    const CostGroup* found = nullptr;
    for (const CostGroup& group : book_.groups()) {
      const bool same = windows_.empty() || (group.perimeter == windows_.back().perimeter &&
                                             group.price_year == windows_.back().price_year);
      if ((found == nullptr || same) && book_.cover(group, last - months_, last, cost_used_)) {
        if (same) return &group;
        found = &group;
      }
    }
    if (found != nullptr) book_.cover(*found, last - months_, last, cost_used_);
    return found;
  }

  void add_figures(std::uint32_t metric, const CostGroup& group, std::int32_t last, bool listed) {
    const Metric& described = view_->portfolio().metrics()[metric];
    WindowFigures& w = windows_.emplace_back();
    w.product = described.product;
    w.metric = metric;
    w.window = {last - months_, last};
    if (book_.lines(group) > 1)  // one order of summation, whatever the order of the rows
      std::sort(cost_used_.begin(), cost_used_.end(),
                [&](std::uint32_t a, std::uint32_t b) { return after(book_.segment(a), book_.segment(b)); });
    const WindowSum cost = sum_of(cost_used_, [&](std::uint32_t i) -> const Segment& { return book_.segment(i); });
    const auto segments = impacts_.segments();
    const WindowSum impact = sum_of(impact_used_, [&](std::uint32_t i) -> const Segment& { return segments[i]; });
    w.cost = cost.sum;
    w.cost_error = cost.error;
    w.tied = cost.tied;
    w.cost_status = group.status;
    w.perimeter = group.perimeter;
    w.price_year = group.price_year;
    w.impact = described.kind == Kind::rate ? Bounds::exactly(impact.sum.value / impact.weight) : impact.sum;
    w.impact_error = impact.error;
    if (described.kind != Kind::rate && described.direction == Direction::increase)
      w.unit_cost = unit_cost(w.cost, w.impact);
    if (!listed) return;
    for (auto i = cost_used_.rbegin(); i != cost_used_.rend(); ++i) w.cost_rows.push_back(book_.segment(*i).row);
    for (auto i = impact_used_.rbegin(); i != impact_used_.rend(); ++i) w.measurement_rows.push_back(segments[*i].row);
  }

  static bool after(const Segment& a, const Segment& b) noexcept {
    return std::tuple(b.first, b.last, b.low, b.high, b.row) < std::tuple(a.first, a.last, a.low, a.high, a.row);
  }

  /// Not known where there was no impact.
  static Bounds unit_cost(const Bounds& cost, const Bounds& impact) noexcept {
    if (impact.high == 0) return {};
    const double value = impact.value == 0 ? std::numeric_limits<double>::quiet_NaN() : cost.value / impact.value;
    return {value, cost.low / impact.high,
            impact.low == 0 ? std::numeric_limits<double>::infinity() : cost.high / impact.low};
  }

  const View* view_;
  int months_;
  std::uint32_t loaded_ = ~std::uint32_t{0};
  CostBook book_;
  ImpactBook impacts_;
  Tiling tiles_;
  std::vector<std::uint32_t> cost_used_, impact_used_;
  std::vector<WindowFigures> windows_;
};

}  // namespace essor::detail
