#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "essor/indicators/growth.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quadrature.hpp"

namespace essor {

namespace detail {

/// P(mean + sd Z + sum of uniforms > 0), the uniforms on (-half_width, half_width).
ESSOR_INLINE double positive_probability(double mean, double sd, std::span<const double> half_widths) {
  if (half_widths.empty()) return normal_cdf(mean / sd);
  double total = 0;
  for (const QuadraturePoint& point : gauss_legendre_16)
    total += 0.5 * point.weight * positive_probability(mean + half_widths[0] * point.node, sd, half_widths.subspan(1));
  return total;
}

/// Adds a figure with its sign to the mean and the uniforms of d. The direction in which an open side leaves the answer.
struct FallParts {
  double mean = 0;
  double variance = 0;
  std::array<double, 4> half_widths{};
  std::size_t uniforms = 0;
  bool at_least = false;
  bool at_most = false;

  void add(const LogFigure& figure, double sign) {
    const bool open_low = std::isinf(figure.low), open_high = std::isinf(figure.high);
    if (open_low && open_high) { at_least = at_most = true; return; }
    at_least |= sign > 0 ? open_high : open_low;
    at_most |= sign > 0 ? open_low : open_high;
    const double low = open_low ? figure.high : figure.low, high = open_high ? figure.low : figure.high;
    mean += sign * 0.5 * (low + high);
    if (high > low) half_widths[uniforms++] = 0.5 * (high - low);
  }
};

/// Quadratic form of a Student t with three degrees of freedom: the product over the record of (1 + z^2 / 3), which the density takes to the power -2.
ESSOR_INLINE double student_3_product(std::span<const double> falls, double mu, double inverse_scale_squared_third) noexcept {
  double product = 1;
  for (const double fall : falls) product *= 1 + (fall - mu) * (fall - mu) * inverse_scale_squared_third;
  return product;
}

/// The interval of growth of cost that a class takes at a growth of impact.
struct CostInterval { double low, high; };

ESSOR_INLINE CostInterval cost_interval(Trajectory trajectory, double g_impact) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double d = trajectory_margin;
  constexpr CostInterval none{1, -1};
  const bool grows = g_impact > d, doubles = g_impact >= doubling, declines = g_impact < -d;
  switch (trajectory) {
    case Trajectory::too_early: return none;
    case Trajectory::unicorn: return doubles ? CostInterval{-infinity, d} : none;
    case Trajectory::declining: return declines ? CostInterval{-infinity, infinity} : none;
    case Trajectory::falling_cost: return declines || doubles ? none : CostInterval{-infinity, -d};
    case Trajectory::stagnating: return declines || grows ? none : CostInterval{-d, infinity};
    case Trajectory::flat_cost: return grows && !doubles ? CostInterval{-d, d} : none;
    case Trajectory::increasing: return grows ? CostInterval{d, g_impact - d} : none;
    case Trajectory::constant: return grows ? CostInterval{std::max(d, g_impact - d), g_impact + d} : none;
    case Trajectory::decreasing: return grows ? CostInterval{g_impact + d, infinity} : none;
  }
  return none;
}

}  // namespace detail

ESSOR_INLINE BoundedProbability probability_of_fall(const LogGrowth& g) {
  detail::FallParts parts;
  const double impact = g.decrease ? -1.0 : 1.0;
  parts.add(g.impact_now, impact);
  parts.add(g.impact_before, -impact);
  parts.add(g.cost_now, -1.0);
  parts.add(g.cost_before, 1.0);
  const auto variance = [](const LogFigure& cost, const LogFigure& volume, bool tied) {
    return cost.error * cost.error + (tied ? 0.0 : volume.error * volume.error);
  };
  const double sd = std::sqrt(variance(g.cost_now, g.impact_now, g.tied_now && !g.decrease) +
                              variance(g.cost_before, g.impact_before, g.tied_before && !g.decrease));
  if (parts.at_least && parts.at_most) return {std::numeric_limits<double>::quiet_NaN(), 0};
  const double p = detail::positive_probability(parts.mean, sd, std::span(parts.half_widths).first(parts.uniforms));
  return {p, parts.at_least ? 1 : parts.at_most ? -1 : 0};
}

ESSOR_INLINE TrendPosterior trend_posterior(std::span<const double> falls, const TrendClass& reference) {
  if (falls.empty()) return {normal_cdf(reference.mean / reference.sd), reference.mean, reference.sd, 1};
  constexpr std::array sigma_nodes{-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0};
  std::array<double, 9> inverse{}, sigma_weight{};
  const auto n = static_cast<double>(falls.size());
  for (std::size_t k = 0; k < sigma_nodes.size(); ++k) {
    const double sigma = reference.scale * std::exp(reference.scale_log_sd * sigma_nodes[k]);
    inverse[k] = 1 / (3 * sigma * sigma);
    // Relative to the class scale, so that long records neither overflow nor vanish.
    sigma_weight[k] = std::exp(-0.5 * sigma_nodes[k] * sigma_nodes[k] - n * reference.scale_log_sd * sigma_nodes[k]);
  }
  const auto [least, most] = std::minmax_element(falls.begin(), falls.end());
  const double smallest_sigma = reference.scale * std::exp(reference.scale_log_sd * sigma_nodes.front());
  const double width = std::max(smallest_sigma, 0.5 * (*most - *least)) / std::sqrt(n);
  const double reach = 7 * reference.sd + std::abs(reference.mean);
  const int panels = static_cast<int>(std::ceil(reach / (10 * width)));
  const double panel = reach / panels;
  double total = 0, first = 0, second = 0, above = 0, scaled = 1;
  bool begun = false;
  for (int i = -panels; i < panels; ++i)
    for (const QuadraturePoint& point : gauss_legendre_16) {
      const double mu = panel * (i + 0.5 + 0.5 * point.node);
      const double z = (mu - reference.mean) / reference.sd;
      double likelihood = 0;
      for (std::size_t k = 0; k < inverse.size(); ++k) {
        const double product = detail::student_3_product(falls, mu, inverse[k]);
        if (!begun) { scaled = product * product; begun = true; }  // one common factor keeps long records in range
        likelihood += sigma_weight[k] * (scaled / product / product);
      }
      const double mass = point.weight * std::exp(-0.5 * z * z) * likelihood;
      total += mass;
      first += mass * mu;
      second += mass * mu * mu;
      if (mu > 0) above += mass;
    }
  const double mean = first / total, sd = std::sqrt(std::max(0.0, second / total - mean * mean));
  return {above / total, mean, sd, sd / reference.sd};
}

ESSOR_INLINE Trajectory trajectory_of(double g_impact, double g_cost) noexcept {
  constexpr double d = trajectory_margin;
  if (g_impact >= doubling && g_cost <= d) return Trajectory::unicorn;
  if (g_impact < -d) return Trajectory::declining;
  if (g_cost < -d) return Trajectory::falling_cost;
  if (g_impact <= d) return Trajectory::stagnating;
  if (std::abs(g_cost) <= d) return Trajectory::flat_cost;
  if (g_cost < g_impact - d) return Trajectory::increasing;
  if (std::abs(g_impact - g_cost) <= d) return Trajectory::constant;
  return Trajectory::decreasing;
}

ESSOR_INLINE double trajectory_probability(Trajectory trajectory, double g_impact, double sd_impact, double g_cost, double sd_cost, bool tied) {
  if (trajectory == Trajectory::too_early) return 1;
  const double tie = tied ? 1.0 : 0.0;
  const double low = g_impact - 8 * sd_impact, high = g_impact + 8 * sd_impact;
  std::array edges{low, -trajectory_margin, trajectory_margin, 2 * trajectory_margin, doubling, high};
  for (double& edge : edges) edge = std::clamp(edge, low, high);
  double total = 0;
  for (std::size_t i = 1; i < edges.size(); ++i) {
    if (!(edges[i] > edges[i - 1])) continue;
    const double middle = 0.5 * (edges[i] + edges[i - 1]);
    if (const auto region = detail::cost_interval(trajectory, middle); region.low > region.high && trajectory != Trajectory::increasing) continue;
    total += integrate([&](double x) {
      const auto region = detail::cost_interval(trajectory, x);
      if (!(region.low < region.high)) return 0.0;
      const double z = (x - g_impact) / sd_impact;
      const double centre = g_cost + tie * (x - g_impact);
      return normal_pdf(z) / sd_impact * (normal_cdf((region.high - centre) / sd_cost) - normal_cdf((region.low - centre) / sd_cost));
    }, edges[i - 1], edges[i], gauss_legendre_32);
  }
  return std::min(total, 1.0);
}

}  // namespace essor
