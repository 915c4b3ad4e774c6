// Exact tilings: which recorded periods, laid end to end, make up a window.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "essor/indicators/constants.hpp"
#include "essor/model/portfolio.hpp"

namespace essor::detail {

/// One recorded period with what it adds to a window.
struct Segment {
  std::int32_t first = 0, last = 0;
  double value = 0, low = 0, high = 0;
  double weight = 0;  ///< denominator of a rate
  double error = 0;
  std::uint32_t row = 0;
  std::uint32_t line = 0;  ///< costs: entries of one line are alternatives to each other, lines add up
  bool tied = false;

  std::int32_t months() const noexcept { return last - first; }
};

inline bool ends_before(const Segment& a, const Segment& b) noexcept {
  return a.last != b.last ? a.last < b.last : a.first < b.first;
}

/// Finds exact tilings, with memory that is reused.
class Tiling {
 public:
  /// Finds segments (sorted by end, then start) that tile [first, last) exactly, the longest first; `used` becomes
  /// their indices, latest first.
  bool find(std::span<const Segment> segments, std::int32_t first, std::int32_t last,
            std::vector<std::uint32_t>& used) {
    used.clear();
    dead_ends_.clear();
    return extend(segments, first, last, used);
  }

 private:
  bool extend(std::span<const Segment> segments, std::int32_t first, std::int32_t last,
              std::vector<std::uint32_t>& used) {
    if (first == last) return true;
    auto at = std::lower_bound(segments.begin(), segments.end(), last,
                               [](const Segment& s, std::int32_t end) { return s.last < end; });
    for (; at != segments.end() && at->last == last; ++at) {
      if (at->first < first || std::find(dead_ends_.begin(), dead_ends_.end(), at->first) != dead_ends_.end()) continue;
      used.push_back(static_cast<std::uint32_t>(at - segments.begin()));
      if (extend(segments, first, at->first, used)) return true;
      used.pop_back();
    }
    dead_ends_.push_back(last);
    return false;
  }

  std::vector<std::int32_t> dead_ends_;  ///< months before which nothing tiles the rest
};

/// Entries of one cost line inside a window when they do not tile it: all of them, unless some overlap or one straddles
/// an edge.
inline bool part_of_window(std::span<const Segment> line, std::uint32_t offset, std::int32_t first, std::int32_t last,
                           std::vector<std::uint32_t>& used) {
  std::int32_t reached = first;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Segment& s = line[i];
    if (s.last <= first || s.first >= last) continue;
    if (s.first < reached || s.last > last) return false;
    reached = s.last;
    used.push_back(offset + static_cast<std::uint32_t>(i));
  }
  return true;
}

/// Costs that are compared with each other: one perimeter, one price year, one status.
struct CostGroup {
  TextId perimeter = 0;
  std::int32_t price_year = 0;
  CostStatus status = CostStatus::paid;
  std::uint32_t begin = 0, end = 0;  ///< segments of the group, by line, end and start
  std::int32_t latest = 0;           ///< month after its last entry
};

/// The costs of one product, ready to be summed over windows. Its memory is reused from one product to the next.
class CostBook {
 public:
  void load(const View& view, std::uint32_t product) {
    segments_.clear();
    groups_.clear();
    const auto costs = view.portfolio().costs();
    rows_.assign(view.costs_of(product).begin(), view.costs_of(product).end());
    std::erase_if(rows_, [&](std::uint32_t row) { return costs[row].status == CostStatus::planned; });
    const auto key = [&](std::uint32_t row) {
      const CostEntry& c = costs[row];
      return std::tuple(c.perimeter, c.price_year, c.status, c.activity, c.resource, c.funder, c.period.last,
                        c.period.first);
    };
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); };
    if (!std::is_sorted(rows_.begin(), rows_.end(), before)) std::sort(rows_.begin(), rows_.end(), before);
    for (const std::uint32_t row : rows_) append(costs, row);
    // Paid before committed; then the perimeter that is known to the latest month, with most entries; ties by its name,
    // never by the order of rows.
    const Portfolio& portfolio = view.portfolio();
    if (groups_.size() > 1)
      std::sort(groups_.begin(), groups_.end(), [&](const CostGroup& a, const CostGroup& b) {
        const auto rank = [](const CostGroup& g) {
          return std::tuple(g.status, g.latest, g.end - g.begin, g.price_year);
        };
        return rank(a) != rank(b) ? rank(a) > rank(b) : portfolio.text(a.perimeter) < portfolio.text(b.perimeter);
      });
  }

  std::span<const CostGroup> groups() const noexcept { return groups_; }
  const Segment& segment(std::uint32_t i) const noexcept { return segments_[i]; }
  std::size_t lines(const CostGroup& group) const noexcept {
    return segments_[group.end - 1].line - segments_[group.begin].line + 1;
  }

  /// The segments of the group that make up the window; nothing unless every month of it is covered.
  bool cover(const CostGroup& group, std::int32_t first, std::int32_t last, std::vector<std::uint32_t>& used) {
    used.clear();
    const std::span all(segments_);
    if (segments_[group.begin].line == segments_[group.end - 1].line) {
      if (!tiles_.find(all.subspan(group.begin, group.end - group.begin), first, last, used)) return false;
      for (std::uint32_t& i : used) i += group.begin;
      return true;
    }
    covered_.assign(static_cast<std::size_t>(last - first), 0);
    for (std::uint32_t begin = group.begin; begin < group.end;) {
      std::uint32_t end = begin;
      while (end < group.end && segments_[end].line == segments_[begin].line) ++end;
      const auto line = all.subspan(begin, end - begin);
      if (tiles_.find(line, first, last, line_used_)) {
        for (std::uint32_t& i : line_used_) i += begin;
      } else {
        line_used_.clear();
        if (!part_of_window(line, begin, first, last, line_used_)) return false;
      }
      for (const std::uint32_t i : line_used_)
        for (std::int32_t m = segments_[i].first; m < segments_[i].last; ++m)
          covered_[static_cast<std::size_t>(m - first)] = 1;
      used.insert(used.end(), line_used_.begin(), line_used_.end());
      begin = end;
    }
    return std::find(covered_.begin(), covered_.end(), 0) == covered_.end();
  }

 private:
  void append(std::span<const CostEntry> costs, std::uint32_t row) {
    const CostEntry& c = costs[row];
    const bool same_group = !groups_.empty() && groups_.back().perimeter == c.perimeter &&
                            groups_.back().price_year == c.price_year && groups_.back().status == c.status;
    const CostEntry* previous = segments_.empty() ? nullptr : &costs[segments_.back().row];
    const bool same_line = same_group && previous->activity == c.activity && previous->resource == c.resource &&
                           previous->funder == c.funder;
    const std::uint32_t line = segments_.empty() ? 0 : segments_.back().line + (same_line ? 0 : 1);
    const auto at = static_cast<std::uint32_t>(segments_.size());
    if (!same_group) groups_.push_back({c.perimeter, c.price_year, c.status, at, at, c.period.last});
    groups_.back().end = at + 1;
    groups_.back().latest = std::max(groups_.back().latest, c.period.last);
    segments_.push_back({c.period.first, c.period.last, c.amount.value, c.amount.low, c.amount.high, 0,
                         relative_error(c.status), row, line, c.basis == Basis::unit_cost_x_volume});
  }

  std::vector<std::uint32_t> rows_, line_used_;
  std::vector<Segment> segments_;
  std::vector<CostGroup> groups_;
  std::vector<char> covered_;
  Tiling tiles_;
};

/// The segments of one metric: what each informative measurement adds over its months, sorted by end.
class ImpactBook {
 public:
  void load(const View& view, std::uint32_t metric) {
    segments_.clear();
    const auto measurements = view.portfolio().measurements();
    const auto rows = view.measurements_of(metric);
    const TextId scope = scope_of(measurements, rows);
    const Kind kind = view.portfolio().metrics()[metric].kind;
    for (const std::uint32_t row : rows) {
      const Measurement& m = measurements[row];
      if (m.scope != scope || !m.informs()) continue;
      Segment s{
          m.period.first, m.period.last, m.value.value, m.value.low, m.value.high, 0, relative_error(m.status), row, 0,
          false};
      const double months = s.months();
      if (kind == Kind::stock) s.value *= months, s.low *= months, s.high *= months;
      if (kind == Kind::rate) s.value = s.low = s.high = m.numerator, s.weight = m.denominator;
      segments_.push_back(s);
    }
    if (!std::is_sorted(segments_.begin(), segments_.end(), ends_before))
      std::sort(segments_.begin(), segments_.end(), ends_before);
    if (kind == Kind::cumulative) difference(measurements);
  }

  std::span<const Segment> segments() const noexcept { return segments_; }

 private:
  /// The whole where it is recorded, else the only part that is.
  static TextId scope_of(std::span<const Measurement> measurements, std::span<const std::uint32_t> rows) {
    TextId only = 0;
    for (const std::uint32_t row : rows) {
      if (measurements[row].scope == 0) return 0;
      if (only == 0)
        only = measurements[row].scope;
      else if (only != measurements[row].scope)
        return 0;
    }
    return only;
  }

  /// From counts since the beginning to what each period added.
  void difference(std::span<const Measurement> measurements) {
    const bool same_start = std::all_of(segments_.begin(), segments_.end(),
                                        [&](const Segment& s) { return s.first == segments_.front().first; });
    std::vector<Segment> flows;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      Segment s = segments_[i];
      if (i == 0 ? !same_start || segments_.size() == 1 : s.last == segments_[i - 1].last) continue;
      if (i > 0) {
        const Segment& before = segments_[i - 1];
        if (measurements[s.row].correction || s.value < before.value) continue;
        s.first = before.last;
        s.value -= before.value;
        s.low = std::max(0.0, s.low - before.high);
        s.high -= before.low;
        s.error = std::max(s.error, before.error);
      }
      flows.push_back(s);
    }
    segments_ = std::move(flows);
  }

  std::vector<Segment> segments_;
};

/// The sum of the segments used: a value, its bounds, and the error of a sum whose parts err together.
struct WindowSum {
  Bounds sum{0, 0, 0};
  double weight = 0;
  double error = 0;
  bool tied = false;
};

template <class At>
WindowSum sum_of(const std::vector<std::uint32_t>& used, At at) {
  WindowSum total;
  double errors = 0, size = 0;
  for (auto i = used.rbegin(); i != used.rend(); ++i) {  // earliest first
    const Segment& s = at(*i);
    total.sum.value += s.value;
    total.sum.low += s.low;
    total.sum.high += s.high;
    total.weight += s.weight;
    const double part = std::isnan(s.value) ? (std::isinf(s.high) ? s.low : 0.5 * (s.low + s.high)) : s.value;
    errors += s.error * part;
    size += part;
    total.tied |= s.tied;
  }
  total.error = size > 0 ? errors / size : (used.empty() ? 0 : at(used[0]).error);
  return total;
}

}  // namespace essor::detail
