#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "essor/error/check.hpp"
#include "essor/indicators/detail/trend_finder.hpp"
#include "essor/indicators/growth.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quadrature.hpp"

namespace essor {

namespace detail {

/// The `order`-fold integral of the normal distribution function from -infinity: I_{-1} = pdf, I_0 = cdf, k I_k = z
/// I_{k-1} + I_{k-2}.
ESSOR_INLINE double normal_cdf_integral(double z, int order) {
  double before = normal_pdf(z), now = normal_cdf(z);
  for (int k = 1; k <= order; ++k) before = std::exchange(now, (z * now + before) / k);
  return now;
}

/// P(mean + sd Z + sum of uniforms > 0), sd > 0, the uniforms on (-half_width, half_width), widest first. Narrow ones
/// by a rule of three points, wide ones exactly: \f$ \frac{s^k}{\prod 2 w_j} \sum_{\pm} \prod \pm \; I_k((m \pm w_1
/// \ldots \pm w_k) / s) \f$.
ESSOR_INLINE double positive_probability(double mean, double sd, std::span<const double> half_widths) {
  if (!half_widths.empty() && half_widths.back() < 0.25 * sd) {
    const double at = half_widths.back() * 0.77459666924148338;
    const auto wider = half_widths.first(half_widths.size() - 1);
    return (5 * (positive_probability(mean - at, sd, wider) + positive_probability(mean + at, sd, wider)) +
            8 * positive_probability(mean, sd, wider)) /
           18;
  }
  const std::size_t count = half_widths.size();
  double total = 0, scale = 1;
  for (const double width : half_widths) scale *= 2 * width / sd;
  for (unsigned signs = 0; signs < (1u << count); ++signs) {
    double corner = mean, sign = 1;
    for (std::size_t j = 0; j < count; ++j) {
      const bool minus = ((signs >> j) & 1u) != 0;
      corner += minus ? -half_widths[j] : half_widths[j];
      if (minus) sign = -sign;
    }
    total += sign * normal_cdf_integral(corner / sd, static_cast<int>(count));
  }
  return std::clamp(total / scale, 0.0, 1.0);  // the sum of corners may leave [0, 1] by its rounding
}

/// Adds a figure with its sign to the mean and the uniforms of d. The direction in which an open side leaves the
/// answer.
struct FallParts {
  double mean = 0;
  std::array<double, 4> half_widths{};
  std::size_t uniforms = 0;
  bool at_least = false;
  bool at_most = false;

  void add(const LogFigure& figure, double sign) {
    const bool open_low = std::isinf(figure.low), open_high = std::isinf(figure.high);
    if (open_low && open_high) {
      at_least = at_most = true;
      return;
    }
    at_least |= sign > 0 ? open_high : open_low;
    at_most |= sign > 0 ? open_low : open_high;
    const double low = open_low ? figure.high : figure.low, high = open_high ? figure.low : figure.high;
    mean += sign * 0.5 * (low + high);
    if (!(high > low)) return;
    std::size_t at = uniforms++;  // widest first
    for (; at > 0 && half_widths[at - 1] < 0.5 * (high - low); --at) half_widths[at] = half_widths[at - 1];
    half_widths[at] = 0.5 * (high - low);
  }
};

/// The part of a class over one interval of growth of impact x: growth of cost between two lines in x.
struct ClassStrip {
  double from, to;          ///< x
  double low, low_slope;    ///< growth of cost from low + low_slope x
  double high, high_slope;  ///< to high + high_slope x
};

ESSOR_INLINE std::span<const ClassStrip> class_strips(Trajectory trajectory) noexcept {
  static constexpr double inf = std::numeric_limits<double>::infinity();
  static constexpr double d = trajectory_margin;
  static constexpr std::array<ClassStrip, 9> strips{{
      {doubling, inf, -inf, 0, d, 0},
      {-inf, -d, -inf, 0, inf, 0},
      {-d, doubling, -inf, 0, -d, 0},
      {-d, d, -d, 0, inf, 0},
      {d, doubling, -d, 0, d, 0},
      {2 * d, inf, d, 0, -d, 1},
      {d, 2 * d, d, 0, d, 1},
      {2 * d, inf, -d, 1, d, 1},
      {d, inf, d, 1, inf, 0},
  }};
  const std::span all(strips);
  switch (trajectory) {
    case Trajectory::too_early:
      break;
    case Trajectory::unicorn:
      return all.subspan(0, 1);
    case Trajectory::declining:
      return all.subspan(1, 1);
    case Trajectory::falling_cost:
      return all.subspan(2, 1);
    case Trajectory::stagnating:
      return all.subspan(3, 1);
    case Trajectory::flat_cost:
      return all.subspan(4, 1);
    case Trajectory::increasing:
      return all.subspan(5, 1);
    case Trajectory::constant:
      return all.subspan(6, 2);
    case Trajectory::decreasing:
      return all.subspan(8, 1);
  }
  return {};
}

/// P(low < Z < high), Z standard normal.
ESSOR_INLINE double normal_between(double low, double high) {
  return (std::isinf(high) ? (high > 0 ? 1.0 : 0.0) : normal_cdf(high)) -
         (std::isinf(low) ? (low > 0 ? 1.0 : 0.0) : normal_cdf(low));
}

}  // namespace detail

ESSOR_INLINE BoundedProbability probability_of_fall(const LogGrowth& g) {
  detail::FallParts parts;
  const double impact = g.decrease ? -1.0 : 1.0;
  parts.add(g.impact_now, impact);
  parts.add(g.impact_before, -impact);
  parts.add(g.cost_now, -1.0);
  parts.add(g.cost_before, 1.0);
  if (parts.at_least && parts.at_most) return {std::numeric_limits<double>::quiet_NaN(), 0};
  // A tied volume is in cost too: it cancels in d, and counts twice where the good direction is down.
  const auto variance = [&](const LogFigure& cost, const LogFigure& volume, bool tied) {
    const double times = tied ? (g.decrease ? 2.0 : 0.0) : 1.0;
    return cost.error * cost.error + times * times * volume.error * volume.error;
  };
  const double sd = std::sqrt(variance(g.cost_now, g.impact_now, g.tied_now) +
                              variance(g.cost_before, g.impact_before, g.tied_before));
  check_positive("probability_of_fall", "error", sd);
  const double p = detail::positive_probability(parts.mean, sd, std::span(parts.half_widths).first(parts.uniforms));
  return {p, parts.at_least ? 1 : parts.at_most ? -1 : 0};
}

ESSOR_INLINE TrendPosterior trend_posterior(std::span<const double> falls, const TrendClass& reference) {
  return detail::TrendFinder(reference).find(falls);
}

ESSOR_INLINE Trajectory trajectory_of(double g_impact, double g_cost) noexcept {
  constexpr double d = trajectory_margin;
  if (std::isnan(g_impact) || std::isnan(g_cost)) return Trajectory::too_early;
  if (g_impact >= doubling && g_cost <= d) return Trajectory::unicorn;
  if (g_impact < -d) return Trajectory::declining;
  if (g_cost < -d) return Trajectory::falling_cost;
  if (g_impact <= d) return Trajectory::stagnating;
  if (std::abs(g_cost) <= d) return Trajectory::flat_cost;
  if (g_cost < g_impact - d) return Trajectory::increasing;
  if (std::abs(g_impact - g_cost) <= d) return Trajectory::constant;
  return Trajectory::decreasing;
}

ESSOR_INLINE double trajectory_probability(Trajectory trajectory, double g_impact, double sd_impact, double g_cost,
                                           double sd_cost, double tie) {
  check_positive("trajectory_probability", "sd_impact", sd_impact);
  check_positive("trajectory_probability", "sd_cost", sd_cost);
  if (trajectory == Trajectory::too_early) return std::isnan(g_impact + g_cost) ? 1 : 0;
  double total = 0;
  for (const detail::ClassStrip& strip : detail::class_strips(trajectory)) {
    // Given x, cost is normal around g_cost + tie (x - g_impact).
    const auto given = [&](double x) {
      const double centre = g_cost + tie * (x - g_impact);
      return detail::normal_between((strip.low + strip.low_slope * x - centre) / sd_cost,
                                    (strip.high + strip.high_slope * x - centre) / sd_cost);
    };
    const bool parallel =
        (std::isinf(strip.low) || strip.low_slope == tie) && (std::isinf(strip.high) || strip.high_slope == tie);
    if (parallel) {
      total += detail::normal_between((strip.from - g_impact) / sd_impact, (strip.to - g_impact) / sd_impact) *
               given(g_impact);
      continue;
    }
    const double from = std::max(strip.from, g_impact - 6.5 * sd_impact),
                 to = std::min(strip.to, g_impact + 6.5 * sd_impact);
    if (!(from < to)) continue;
    const int panels = static_cast<int>(std::ceil((to - from) / (8 * std::min(sd_impact, sd_cost))));
    const double length = (to - from) / panels;
    for (int i = 0; i < panels; ++i)
      total += integrate([&](double x) { return normal_pdf((x - g_impact) / sd_impact) / sd_impact * given(x); },
                         from + i * length, from + (i + 1) * length, gauss_legendre_16);
  }
  return std::min(total, 1.0);
}

}  // namespace essor
