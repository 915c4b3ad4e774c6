#pragma once

#include <algorithm>
#include <cmath>

#include "essor/error/number_text.hpp"
#include "essor/indicators/contradictions.hpp"
#include "essor/indicators/detail/window_finder.hpp"
#include "essor/indicators/growth.hpp"
#include "essor/indicators/windows.hpp"
#include "essor/numerics/difference_constraints.hpp"
#include "essor/numerics/normal.hpp"

namespace essor {

namespace detail {

/// Half a unit of the last significant digit of a figure, of its second one where it shows fewer.
ESSOR_INLINE double rounding_of(double value) {
  if (value == 0) return 0.005;
  int digits = 0, zeros = 0;
  for (const char c : number_text(std::abs(value))) {
    if (c == 'e') break;
    if (c < '0' || c > '9' || (digits == 0 && c == '0')) continue;
    ++digits;
    zeros = c == '0' ? zeros + 1 : 0;
  }
  return 0.5 * std::pow(10, std::floor(std::log10(std::abs(value))) - (std::max(digits - zeros, 2) - 1));
}

ESSOR_INLINE Bounds rounded(const Bounds& figure) {
  if (!figure.is_point() || !figure.is_exact()) return {figure.value, figure.low, figure.high};
  const double half = rounding_of(figure.value);
  return {figure.value, figure.value - half, figure.value + half};
}

/// Where a claim or a row of the record bounds ln C, ln I: sources are published rows first, then windows' costs and
/// impacts.
class ClaimSystem {
 public:
  ClaimSystem(const View& view, std::uint32_t metric) : view_(&view), metric_(metric) {
    const auto published = view.portfolio().published();
    for (std::uint32_t row = 0; row < published.size(); ++row) {
      const Published& p = published[row];
      if (p.metric == metric && (!view.day() || p.known_on <= *view.day())) claims_.push_back(row);
    }
    for (const std::uint32_t row : claims_) add_claim(row);
  }

  bool empty() const noexcept { return claims_.empty(); }
  std::size_t claim_count() const noexcept { return claims_.size(); }
  std::size_t unknowns() const noexcept { return 1 + 2 * periods_.size(); }
  std::uint32_t claim(std::size_t source) const noexcept { return claims_[source]; }
  const WindowFigures& recorded(std::size_t source) const noexcept { return recorded_[(source - claims_.size()) / 2]; }
  bool is_cost(std::size_t source) const noexcept { return (source - claims_.size()) % 2 == 0; }

  /// Adds what the record itself says of the periods of the claims.
  void add_record() {
    for (std::size_t index = 0; index < periods_.size(); ++index) {
      WindowFinder finder(*view_, periods_[index].months());
      const WindowFigures* found =
          periods_[index].months() <= most_months ? finder.find_at(metric_, periods_[index].last) : nullptr;
      if (found == nullptr) continue;
      const std::size_t source = claims_.size() + 2 * recorded_.size();
      recorded_.push_back(*found);
      between(0, cost_node(index), logs(rounded(found->cost)), source);
      between(0, impact_node(index), logs(rounded(found->impact)), source + 1);
    }
  }

  /// The bounds of some sources alone, but one of them.
  std::vector<DifferenceBound> of(const std::vector<std::size_t>& sources, std::size_t but) const {
    std::vector<DifferenceBound> kept;
    for (const DifferenceBound& b : bounds_)
      if (b.source != but && std::find(sources.begin(), sources.end(), b.source) != sources.end()) kept.push_back(b);
    return kept;
  }

  /// The sources of one contradiction outside some settled ones: giving up any of them resolves it. None when there is
  /// none.
  std::vector<std::size_t> contradiction_without(const std::vector<std::size_t>& settled) const {
    std::vector<std::size_t> cycle = inconsistent_sources(unknowns(), without(settled));
    for (std::size_t i = 0; i < cycle.size();) {
      const auto fewer = inconsistent_sources(unknowns(), of(cycle, cycle[i]));
      if (fewer.empty()) {
        ++i;
        continue;
      }
      cycle = fewer;
      i = 0;
    }
    return cycle;
  }

  /// The bounds without those of some sources.
  std::vector<DifferenceBound> without(const std::vector<std::size_t>& sources) const {
    std::vector<DifferenceBound> kept;
    for (const DifferenceBound& b : bounds_)
      if (std::find(sources.begin(), sources.end(), b.source) == sources.end()) kept.push_back(b);
    return kept;
  }

  /// What bounds imply for the quantity of a claim.
  Bounds implied(std::uint32_t row, const std::vector<DifferenceBound>& bounds) const {
    const Published& p = view_->portfolio().published()[row];
    const auto [from, to] = nodes(p);
    const DifferenceInterval d = implied_difference(unknowns(), bounds, from, to);
    const double shift = p.quantity == PublishedQuantity::unit_cost ? 0.0 : 1.0;
    return {std::numeric_limits<double>::quiet_NaN(), std::exp(d.low) - shift, std::exp(d.high) - shift};
  }

  /// Growths between the period before `window` and `window`.
  std::pair<DifferenceInterval, DifferenceInterval> growths(const Period& window,
                                                            const std::vector<DifferenceBound>& bounds) const {
    const std::size_t now = index_of(window), before = index_of(previous(window));
    return {implied_difference(unknowns(), bounds, cost_node(before), cost_node(now)),
            implied_difference(unknowns(), bounds, impact_node(before), impact_node(now))};
  }

  /// The latest window of some claims whose window before takes part too.
  std::optional<Period> compared(const std::vector<std::uint32_t>& rows) const {
    std::optional<Period> latest;
    for (const std::uint32_t row : rows) {
      const Period p = view_->portfolio().published()[row].period;
      if (index_of(previous(p)) < periods_.size() && (!latest || latest->last < p.last)) latest = p;
    }
    return latest;
  }

 private:
  static Period previous(const Period& p) noexcept { return {p.first - p.months(), p.first}; }
  static std::size_t cost_node(std::size_t index) noexcept { return 1 + 2 * index; }
  static std::size_t impact_node(std::size_t index) noexcept { return 2 + 2 * index; }
  static DifferenceInterval logs(const Bounds& b) { return {std::log(b.low), std::log(b.high)}; }

  std::size_t index_of(const Period& p) const noexcept {
    return static_cast<std::size_t>(std::find(periods_.begin(), periods_.end(), p) - periods_.begin());
  }
  std::size_t index_of_new(const Period& p) {
    const std::size_t index = index_of(p);
    if (index == periods_.size()) periods_.push_back(p);
    return index;
  }
  void between(std::size_t from, std::size_t to, const DifferenceInterval& d, std::size_t source) {
    if (std::isfinite(d.high)) bounds_.push_back({from, to, d.high, source});
    if (std::isfinite(d.low)) bounds_.push_back({to, from, -d.low, source});
  }
  std::pair<std::size_t, std::size_t> nodes(const Published& p) const noexcept {
    const std::size_t now = index_of(p.period), before = index_of(previous(p.period));
    switch (p.quantity) {
      case PublishedQuantity::unit_cost:
        return {impact_node(now), cost_node(now)};
      case PublishedQuantity::growth_cost:
        return {cost_node(before), cost_node(now)};
      case PublishedQuantity::growth_impact:
        break;
    }
    return {impact_node(before), impact_node(now)};
  }
  void add_claim(std::uint32_t row) {
    const Published& p = view_->portfolio().published()[row];
    index_of_new(p.period);
    Bounds figure = rounded(p.value);
    if (p.quantity != PublishedQuantity::unit_cost) {
      index_of_new(previous(p.period));
      figure.low += 1;
      figure.high += 1;
    }
    const auto [from, to] = nodes(p);
    between(from, to, logs(figure),
            static_cast<std::size_t>(std::find(claims_.begin(), claims_.end(), row) - claims_.begin()));
  }

  const View* view_;
  std::uint32_t metric_;
  std::vector<std::uint32_t> claims_;
  std::vector<Period> periods_;
  std::vector<WindowFigures> recorded_;
  std::vector<DifferenceBound> bounds_;
};

ESSOR_INLINE ClaimReading reading_without(const ClaimSystem& system, const std::vector<std::size_t>& cycle,
                                          std::size_t dropped, const std::vector<std::uint32_t>& claims,
                                          bool decrease) {
  ClaimReading reading;
  reading.dropped = system.claim(dropped);
  const std::vector<DifferenceBound> kept =
      system.of(cycle, dropped);  // the cycle's own bounds: other claims have their own quarrels
  reading.implied = system.implied(reading.dropped, kept);
  const auto window = system.compared(claims);
  if (!window) return reading;
  auto [cost, impact] = system.growths(*window, kept);
  if (decrease) impact = {-impact.high, -impact.low};
  reading.window = *window;
  reading.g_cost = {std::numeric_limits<double>::quiet_NaN(), cost.low, cost.high};
  reading.g_impact = {std::numeric_limits<double>::quiet_NaN(), impact.low, impact.high};
  const double per_year = 12.0 / window->months();
  const auto at = [&](double x) { return std::clamp(x * per_year, -50.0, 50.0); };
  const Trajectory first = trajectory_of(at(impact.low), at(cost.high));
  bool same = true;
  for (const double i : {impact.low, impact.high})
    for (const double c : {cost.low, cost.high}) same &= trajectory_of(at(i), at(c)) == first;
  if (same) reading.trajectory = first;
  return reading;
}

/// P(d > 0) at its lowest: d from the implied unit costs of both windows, with the error of two measured unit costs.
ESSOR_INLINE double least_probability(const ClaimReading& reading) {
  const double least = reading.g_impact.low - reading.g_cost.high;
  return std::isfinite(least) ? normal_cdf(least / (2 * error_of_measured)) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace detail

ESSOR_INLINE std::vector<Contradiction> contradictions(const View& view, std::uint32_t metric) {
  detail::ClaimSystem system(view, metric);
  std::vector<Contradiction> found;
  if (system.empty()) return found;
  const bool decrease = view.portfolio().metrics()[metric].direction == Direction::decrease;
  std::vector<std::size_t> settled;  // sources of contradictions already told, one of each set aside
  for (const bool with_record : {false, true}) {
    if (with_record) system.add_record();
    for (;;) {
      const auto cycle = system.contradiction_without(settled);
      if (cycle.empty()) break;
      Contradiction c;
      c.metric = metric;
      std::vector<std::size_t> claims;
      for (const std::size_t source : cycle) {
        if (source < system.claim_count()) {
          claims.push_back(source);
          c.claims.push_back(system.claim(source));
          continue;
        }
        const WindowFigures& w = system.recorded(source);
        auto& rows = system.is_cost(source) ? c.cost_rows : c.measurement_rows;
        const auto& more = system.is_cost(source) ? w.cost_rows : w.measurement_rows;
        rows.insert(rows.end(), more.begin(), more.end());
      }
      std::sort(c.claims.begin(), c.claims.end());
      std::sort(claims.begin(), claims.end());
      for (const std::size_t claim : claims) {
        ClaimReading reading = detail::reading_without(system, cycle, claim, c.claims, decrease);
        reading.p_observed = detail::least_probability(reading);
        c.readings.push_back(std::move(reading));
      }
      // Set aside the vaguest claim (a bound before a figure), so that the search ends and each quarrel is told once.
      const auto published = view.portfolio().published();
      auto aside = std::find_if(claims.begin(), claims.end(),
                                [&](std::size_t s) { return !published[system.claim(s)].value.is_point(); });
      settled.push_back(aside != claims.end() ? *aside : claims.empty() ? cycle.front() : claims.back());
      found.push_back(std::move(c));
    }
  }
  return found;
}

}  // namespace essor
