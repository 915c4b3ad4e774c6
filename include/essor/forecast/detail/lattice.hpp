#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "essor/numerics/cholesky.hpp"

namespace essor::detail {

inline constexpr std::size_t most_lattice_dimensions = 6;

using LogDensity = std::function<double(std::span<const double>)>;

/// A point of a lattice: whole coordinates.
using LatticeIndex = std::array<std::int16_t, most_lattice_dimensions>;

/// The weighted points of an unnormalised density.
struct LatticePoints {
  std::size_t dimensions = 0;
  double step = 0.0;                ///< between points, in the unit of the spread
  std::vector<double> centre = {};  ///< the point of index 0
  std::vector<double> axes = {};    ///< lower-triangular, row by row: x = centre + step * axes * index
  std::vector<LatticeIndex> indices = {};
  std::vector<double> weights = {};  ///< sum to 1
  std::vector<double> log_densities = {};
  double log_integral = 0.0;
  double log_integral_error = 0.0;  ///< an upper estimate
  double coarse_error = 0.0;        ///< relative difference of the two lattices of twice the step along the worst axis
  std::vector<double> mean = {};
  std::vector<double> covariance = {};  ///< row by row

  /// Writes the point of an index, moved by an offset within its cell where there is one.
  void at(const LatticeIndex& index, std::span<double> x, std::span<const double> offset = {}) const {
    for (std::size_t i = 0; i < dimensions; ++i) {
      double moved = 0.0;
      for (std::size_t j = 0; j <= i; ++j) {
        const double place = static_cast<double>(index[j]) + (offset.empty() ? 0.0 : offset[j]);
        moved += axes[i * dimensions + j] * place;
      }
      x[i] = centre[i] + step * moved;
    }
  }
};

/// A set of lattice indices: open addressing.
class LatticeSet {
 public:
  LatticeSet() : slots_(1U << 12U, 0) {}

  /// False if the index is there already, or too far out to be one.
  bool insert(const LatticeIndex& index) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    const std::uint64_t key = key_of(index);
    if (key == 0 || !place(key)) return false;
    ++count_;
    return true;
  }

 private:
  /// Ten bits for each dimension and a mark, so that no key is 0; 0 for an index that does not fit.
  static std::uint64_t key_of(const LatticeIndex& index) {
    std::uint64_t key = 1;
    for (const std::int16_t part : index) {
      const int shifted = part + 512;
      if (shifted < 0 || shifted > 1023) return 0;
      key = (key << 10U) | static_cast<std::uint64_t>(shifted);
    }
    return key;
  }

  bool place(std::uint64_t key) {
    std::uint64_t hash = key * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 29U;
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = static_cast<std::size_t>(hash) & mask;
    while (slots_[slot] != 0) {
      if (slots_[slot] == key) return false;
      slot = (slot + 1) & mask;
    }
    slots_[slot] = key;
    return true;
  }

  void grow() {
    std::vector<std::uint64_t> old(slots_.size() * 2, 0);
    old.swap(slots_);
    for (const std::uint64_t key : old) {
      if (key != 0) place(key);
    }
  }

  std::vector<std::uint64_t> slots_;
  std::size_t count_ = 0;
};

/// Nelder and Mead's simplex search for a maximum, started anew until it stays.
/// @par Source J. A. Nelder and R. Mead (1965), A simplex method for function minimization, The Computer Journal 7(4),
/// 308-313, doi:10.1093/comjnl/7.4.308.
class SimplexSearch {
 public:
  struct Best {
    std::vector<double> at;
    double value;
  };

  static Best run(const LogDensity& density, std::vector<double> start, std::span<const double> sizes) {
    Best best{start, density(start)};
    std::vector<double> size(sizes.begin(), sizes.end());
    for (int round = 0; round < 4; ++round) {
      SimplexSearch search(density, best.at, size);
      Best next = search.once();
      const bool stays = next.value - best.value < 1e-4;
      if (next.value > best.value) best = std::move(next);
      if (stays && round > 0) break;
      for (double& one : size) one *= 0.4;
    }
    return best;
  }

 private:
  SimplexSearch(const LogDensity& density, const std::vector<double>& start, std::span<const double> sizes)
      : density_(density), d_(start.size()) {
    for (std::size_t k = 0; k <= d_; ++k) {
      std::vector<double> corner = start;
      if (k > 0) corner[k - 1] += sizes[k - 1];
      corners_.push_back({corner, density_(corner)});
    }
  }

  Best once() {
    for (int iteration = 0; iteration < 400; ++iteration) {
      std::stable_sort(corners_.begin(), corners_.end(),
                       [](const Best& a, const Best& b) { return a.value > b.value; });
      if (corners_.front().value - corners_.back().value < 1e-3) break;
      Best reflected = along(-1.0);
      if (reflected.value > corners_.front().value) {
        Best expanded = along(-2.0);
        corners_.back() = expanded.value > reflected.value ? std::move(expanded) : std::move(reflected);
      } else if (reflected.value > corners_[d_ - 1].value) {
        corners_.back() = std::move(reflected);
      } else {
        Best contracted = along(reflected.value > corners_.back().value ? -0.5 : 0.5);
        if (contracted.value > std::max(reflected.value, corners_.back().value)) {
          corners_.back() = std::move(contracted);
        } else {
          shrink();
        }
      }
    }
    return *std::max_element(corners_.begin(), corners_.end(),
                             [](const Best& a, const Best& b) { return a.value < b.value; });
  }

  /// The point on the line from the centre of the other corners to the worst: 1 is the worst itself.
  Best along(double factor) const {
    Best result{std::vector<double>(d_, 0.0), 0.0};
    for (std::size_t j = 0; j < d_; ++j) {
      double centre = 0.0;
      for (std::size_t k = 0; k < d_; ++k) centre += corners_[k].at[j] / static_cast<double>(d_);
      result.at[j] = centre + factor * (corners_[d_].at[j] - centre);
    }
    result.value = density_(result.at);
    return result;
  }

  void shrink() {
    for (std::size_t k = 1; k <= d_; ++k) {
      for (std::size_t j = 0; j < d_; ++j) corners_[k].at[j] = 0.5 * (corners_[k].at[j] + corners_[0].at[j]);
      corners_[k].value = density_(corners_[k].at);
    }
  }

  const LogDensity& density_;
  std::size_t d_;
  std::vector<Best> corners_;
};

/// Integrates a density over a lattice that is fitted to it: centred on its mean, its axes those of its covariance. The
/// lattice grows from the modes outwards, point by point, as long as the density is above a part e^-16 of its largest;
/// with such a lattice the plain sum is exact up to terms that fall faster than any power of the step.
class LatticeQuadrature {
 public:
  /// @param scales a plausible distance in each dimension
  LatticeQuadrature(LogDensity density, std::vector<double> scales)
      : density_(std::move(density)), scales_(std::move(scales)), d_(scales_.size()) {}

  /// @param starts points from which modes are sought; the best six are
  /// @param agreement within which lattices of twice the step must agree; the error is about its square
  LatticePoints run(const std::vector<std::vector<double>>& starts, double agreement = 0.02) {
    find_modes(starts);
    if (!std::isfinite(modes_.front().value)) return {};
    adapt();
    LatticePoints points;
    for (double step = first_step(); step > 0.1; step *= 0.7) {
      bool complete = true;
      points = grow(step, 16.0, most_points, complete);
      const double finer = static_cast<double>(points.indices.size()) * std::pow(0.7, -static_cast<double>(d_));
      if (points.coarse_error < agreement || !complete || finer > most_points) break;
    }
    return points;
  }

  /// One lattice of a step that suits most densities, not made finer: enough to draw from.
  LatticePoints sketch(const std::vector<std::vector<double>>& starts) {
    find_modes(starts);
    if (!std::isfinite(modes_.front().value)) return {};
    adapt();
    bool complete = true;
    return grow(first_step(), 14.0, most_points, complete);
  }

 private:
  static constexpr std::size_t most_points = 1'000'000;

  double first_step() const { return d_ <= 3 ? 0.45 : d_ == 4 ? 0.75 : 0.85; }

  void find_modes(const std::vector<std::vector<double>>& starts) {
    std::vector<SimplexSearch::Best> found;
    for (const std::vector<double>& start : starts) found.push_back({start, density_(start)});
    const auto higher = [](const auto& a, const auto& b) { return a.value > b.value; };
    std::stable_sort(found.begin(), found.end(), higher);
    std::vector<double> sizes = scales_;
    for (double& size : sizes) size *= 0.3;
    for (std::size_t k = 0; k < std::min<std::size_t>(6, found.size()); ++k) {
      if (!std::isfinite(found[k].value)) break;
      modes_.push_back(SimplexSearch::run(density_, found[k].at, sizes));
    }
    if (modes_.empty()) modes_.push_back(found.front());
    std::stable_sort(modes_.begin(), modes_.end(), higher);
    while (modes_.size() > 1 && modes_.back().value < modes_.front().value - 12.0) modes_.pop_back();
  }

  /// The distance at which the density falls by a half on the logarithmic scale, along one dimension.
  double half_width(std::size_t j) const {
    double distance = scales_[j];
    const auto fall = [&](double way) {
      std::vector<double> x = modes_.front().at;
      x[j] += way;
      return modes_.front().value - density_(x);
    };
    for (int k = 0; k < 60; ++k) {
      const double worst = std::max(fall(distance), fall(-distance));
      if (worst < 0.7) break;
      distance *= worst > 8.0 || !std::isfinite(worst) ? 0.3 : 0.7;
    }
    return distance;
  }

  /// The covariance that the curvature at the mode suggests, its axes in `axes_`.
  void axes_from_curvature() {
    const SimplexSearch::Best& mode = modes_.front();
    std::vector<double> width;
    for (std::size_t j = 0; j < d_; ++j) width.push_back(half_width(j));
    const auto value = [&](std::size_t i, double a, std::size_t j, double b) {
      std::vector<double> x = mode.at;
      x[i] += a * width[i];
      x[j] += b * width[j];
      return density_(x);
    };
    std::vector<double> curvature(d_ * d_);
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        curvature[i * d_ + j] =
            i == j ? -(value(i, 1, i, 0) - 2.0 * mode.value + value(i, -1, i, 0))
                   : -(value(i, 1, j, 1) - value(i, 1, j, -1) - value(i, -1, j, 1) + value(i, -1, j, -1)) / 4.0;
      }
    }
    // In units of the widths; where this is no covariance, none is suggested between dimensions.
    std::vector<double> covariance(d_ * d_, 0.0);
    for (std::size_t i = 0; i < d_; ++i) covariance[i * d_ + i] = width[i] * width[i];
    const bool finite = std::all_of(curvature.begin(), curvature.end(), [](double c) { return std::isfinite(c); });
    const auto factor = finite ? Cholesky::of(curvature, d_) : std::nullopt;
    if (factor) {
      for (std::size_t j = 0; j < d_; ++j) {
        std::vector<double> unit(d_, 0.0);
        unit[j] = 1.0;
        const std::vector<double> column = factor->solve(unit);
        for (std::size_t i = 0; i < d_; ++i) covariance[i * d_ + j] = column[i] * width[i] * width[j];
      }
    }
    set_axes(covariance);
  }

  /// The lower-triangular root of a covariance; false if it is none.
  bool set_axes(const std::vector<double>& covariance) {
    std::vector<double> root(d_ * d_, 0.0);
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = covariance[i * d_ + j];
        for (std::size_t k = 0; k < j; ++k) sum -= root[i * d_ + k] * root[j * d_ + k];
        if (i != j) {
          root[i * d_ + j] = sum / root[j * d_ + j];
        } else if (sum > 1e-14 * covariance[i * d_ + i]) {
          root[i * d_ + i] = std::sqrt(sum);
        } else {
          return false;
        }
      }
    }
    axes_ = std::move(root);
    return true;
  }

  /// Coarse lattices, each on the axes of the covariance that the one before found, until it changes no more.
  void adapt() {
    centre_ = modes_.front().at;
    axes_from_curvature();
    for (int round = 0; round < 8; ++round) {
      bool complete = true;
      const LatticePoints coarse = grow(1.0, 10.0, 60'000, complete);
      const std::vector<double> before = axes_;
      centre_ = coarse.mean;
      if (!set_axes(coarse.covariance)) {
        // All the weight on a point, a line or a plane: the lattice is too coarse to see the density.
        for (double& part : axes_) part *= 0.3;
        continue;
      }
      double change = 0.0;
      for (std::size_t j = 0; j < d_; ++j) {
        change = std::max(change, std::abs(std::log(axes_[j * d_ + j] / before[j * d_ + j])));
      }
      if (complete && change < 0.2) return;
    }
  }

  LatticeIndex nearest(const LatticePoints& lattice, const std::vector<double>& x) const {
    LatticeIndex index{};
    std::vector<double> place(d_, 0.0);
    for (std::size_t i = 0; i < d_; ++i) {
      double rest = (x[i] - lattice.centre[i]) / lattice.step;
      for (std::size_t j = 0; j < i; ++j) rest -= axes_[i * d_ + j] * place[j];
      place[i] = rest / axes_[i * d_ + i];
      index[i] = static_cast<std::int16_t>(std::lround(std::clamp(place[i], -500.0, 500.0)));
      place[i] = index[i];  // what follows is relative to the rounded place, which keeps narrow ridges in reach
    }
    return index;
  }

  LatticePoints grow(double step, double depth, std::size_t most, bool& complete) const {
    LatticePoints lattice{.dimensions = d_, .step = step, .centre = centre_, .axes = axes_};
    LatticeSet seen;
    std::vector<double>& value = lattice.log_densities;
    double top = -std::numeric_limits<double>::infinity();
    std::vector<double> x(d_);
    const auto add = [&](const LatticeIndex& index) {
      if (!seen.insert(index)) return;
      lattice.at(index, x);
      const double found = density_(x);
      lattice.indices.push_back(index);
      value.push_back(found);
      top = std::max(top, found);
    };
    for (const SimplexSearch::Best& mode : modes_) add(nearest(lattice, mode.at));
    add(LatticeIndex{});
    complete = true;
    for (std::size_t next = 0; next < lattice.indices.size(); ++next) {
      if (lattice.indices.size() > most) {
        complete = false;
        break;
      }
      if (!(value[next] > top - depth)) continue;
      LatticeIndex index = lattice.indices[next];
      for (std::size_t j = 0; j < d_; ++j) {
        ++index[j];
        add(index);
        index[j] = static_cast<std::int16_t>(index[j] - 2);
        add(index);
        ++index[j];
      }
    }
    summarise(lattice, top);
    return lattice;
  }

  void summarise(LatticePoints& lattice, double top) const {
    drop_negligible(lattice, top);
    const std::size_t n = lattice.indices.size();
    // The sum over each half of the lattice: as of a checkerboard, then of every other layer along each axis.
    std::array<double, most_lattice_dimensions + 1> differences{};
    double total = 0.0;
    lattice.weights.resize(n);
    for (std::size_t k = 0; k < n; ++k) {
      lattice.weights[k] = std::exp(lattice.log_densities[k] - top);
      const double weight = lattice.weights[k];
      total += weight;
      int parity = 0;
      for (std::size_t j = 0; j < d_; ++j) {
        const int odd = lattice.indices[k][j] & 1;
        parity ^= odd;
        differences[j + 1] += odd != 0 ? weight : -weight;
      }
      differences[0] += parity != 0 ? weight : -weight;
    }
    double log_cell = static_cast<double>(d_) * std::log(lattice.step);
    for (std::size_t j = 0; j < d_; ++j) log_cell += std::log(axes_[j * d_ + j]);
    lattice.log_integral = top + std::log(total) + log_cell;
    for (std::size_t j = 1; j <= d_; ++j) {
      lattice.coarse_error = std::max(lattice.coarse_error, std::abs(differences[j]) / total);
    }
    // Halving the step at least squares the error of the sum over an analytic density.
    lattice.log_integral_error =
        std::max(std::abs(differences[0]) / total, lattice.coarse_error * lattice.coarse_error);
    lattice.mean.assign(d_, 0.0);
    lattice.covariance.assign(d_ * d_, 0.0);
    for (double& weight : lattice.weights) weight /= total;
    std::vector<double> x(d_);
    for (std::size_t k = 0; k < n; ++k) {
      lattice.at(lattice.indices[k], x);
      for (std::size_t i = 0; i < d_; ++i) lattice.mean[i] += lattice.weights[k] * (x[i] - centre_[i]);
      for (std::size_t i = 0; i < d_; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
          lattice.covariance[i * d_ + j] += lattice.weights[k] * (x[i] - centre_[i]) * (x[j] - centre_[j]);
        }
      }
    }
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        lattice.covariance[i * d_ + j] -= lattice.mean[i] * lattice.mean[j];
        lattice.covariance[j * d_ + i] = lattice.covariance[i * d_ + j];
      }
    }
    for (std::size_t i = 0; i < d_; ++i) lattice.mean[i] += centre_[i];
  }

  /// Points where the density is nothing: the rim that stopped the growth.
  static void drop_negligible(LatticePoints& lattice, double top) {
    std::size_t kept = 0;
    for (std::size_t k = 0; k < lattice.indices.size(); ++k) {
      if (!(lattice.log_densities[k] > top - 40.0)) continue;
      lattice.indices[kept] = lattice.indices[k];
      lattice.log_densities[kept] = lattice.log_densities[k];
      ++kept;
    }
    lattice.indices.resize(kept);
    lattice.log_densities.resize(kept);
  }

  LogDensity density_;
  std::vector<double> scales_;
  std::size_t d_;
  std::vector<SimplexSearch::Best> modes_;
  std::vector<double> centre_;
  std::vector<double> axes_;
};

}  // namespace essor::detail
