// What the history of a growing series says: the columns of the growth regression, and where they are.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace essor::detail {

/// What a history says; each of it bounded or logarithmic. g are the growths of the logarithm, d the changes in units
/// of the last value.
namespace growth_feature {
enum Feature : std::size_t {
  last,  // g: the last,
  fast,  // damped means,
  mid,
  slow,
  mean,
  arc_last,  // and asinh of some
  arc_fast,
  arc_mid,
  arc_slow,
  change_last,  // d: the last, means of the last three and of all
  change_three,
  change_mean,
  peak,  // the last d as a share of the largest
  peak_squared,
  turn,    // the last g against the three last
  total,   // from the first value to the last
  below,   // the last value below the highest
  falls,   // sum of the recent falls
  spread,  // logarithms of how much g and d move
  spread_last,
  size,
  size_last,
  size_fast,
  size_slow,
  step_last,
  step_mean,
  log_points,  // how many points there are
  one_over_points,
  one_point,
  two_points,
  count
};
}  // namespace growth_feature

using GrowthFeatures = std::array<double, growth_feature::count>;

/// One of the four linear predictors: features, features that matter by the number of points, features of which each
/// label has its own coefficient, whether the level of the series matters, and the ridge.
struct GrowthPart {
  std::span<const growth_feature::Feature> columns;
  std::span<const growth_feature::Feature> by_points;
  std::span<const growth_feature::Feature> own;
  bool level;
  double penalty;
};

/// The level, three hinges at its quantiles, and the level by the number of points.
inline constexpr int growth_level_columns = 5;
/// In a table of levels: mean, deviation, three quantiles, least and greatest in deviations from the mean.
inline constexpr int growth_level_numbers = 7;

namespace growth_columns {
using namespace growth_feature;
inline constexpr std::array location{
    last,      fast,      mid,         slow,         mean,        arc_last,   arc_fast,
    arc_mid,   arc_slow,  change_last, change_three, change_mean, peak,       peak_squared,
    turn,      total,     below,       falls,        spread,      log_points, one_over_points,
    one_point, two_points};
inline constexpr std::array location_by_points{fast, slow, arc_fast};
inline constexpr std::array location_own{last, fast, slow, arc_mid, arc_fast, peak};
inline constexpr std::array scale{size_last,       size_fast,   size_slow,    spread, spread_last, size,  step_last,
                                  step_mean,       change_last, change_three, peak,   below,       falls, log_points,
                                  one_over_points, one_point,   two_points,   total,  arc_mid};
inline constexpr std::array scale_by_points{size_fast, spread};
inline constexpr std::array scale_own{size_fast, spread, size};
inline constexpr std::array skewness{peak, arc_mid, log_points, size_fast, spread, size, change_last, total, one_point};
inline constexpr std::array tail{log_points};
}  // namespace growth_columns

inline constexpr std::size_t growth_part_count = 4;
inline constexpr std::array<GrowthPart, growth_part_count> growth_parts{{
    {growth_columns::location, growth_columns::location_by_points, growth_columns::location_own, true, 5.0},
    {growth_columns::scale, growth_columns::scale_by_points, growth_columns::scale_own, true, 5.0},
    {growth_columns::skewness, {}, {}, true, 15.0},
    {growth_columns::tail, {}, {}, false, 45.0},
}};

/// Where the columns of a part are: in the coefficients, first the shared ones, then those of each label; in a row of
/// the design, the shared ones, then those of the row's own label.
struct GrowthPlace {
  int shared;
  int own;
  int in_coefficients;
  int in_row;

  int width() const { return shared + own; }
};

struct GrowthLayout {
  std::array<GrowthPlace, growth_part_count> parts;
  int columns = 0;  ///< of the coefficients
  int width = 0;    ///< of a row of the design

  explicit GrowthLayout(int labels) {
    for (std::size_t p = 0; p < growth_part_count; ++p) {
      const GrowthPart& part = growth_parts[p];
      const std::size_t level = part.level ? growth_level_columns : 0;
      const int shared = static_cast<int>(1 + part.columns.size() + part.by_points.size() + level);
      const int own = labels > 1 ? static_cast<int>(level + 2 + part.own.size()) : 0;
      parts[p] = {shared, own, columns, width};
      columns += shared + labels * own;
      width += shared + own;
    }
  }

  /// The coefficient of a column of the row.
  int coefficient(const GrowthPlace& part, int column, int label) const {
    return part.in_coefficients + column + (column < part.shared ? 0 : label * part.own);
  }
};

/// Goes smoothly to +-limit.
inline double soft_bound(double x, double limit) { return limit * std::tanh(x / limit); }

inline double damped_growth(std::span<const double> growth, double damping) {
  double sum = 0.0;
  double weight = 0.0;
  for (const double each : growth) {
    sum = damping * sum + each;
    weight = damping * weight + 1.0;
  }
  return sum / weight;
}

inline double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The mean absolute change from each value to the next; at least two values.
inline double mean_change(std::span<const double> values) {
  double sum = 0.0;
  for (std::size_t i = 1; i < values.size(); ++i) sum += std::abs(values[i] - values[i - 1]);
  return sum / static_cast<double>(values.size() - 1);
}

inline std::span<const double> last_of(std::span<const double> values, std::size_t count) {
  return values.last(std::min(values.size(), count));
}

/// @param logs at least one
inline GrowthFeatures growth_features(std::span<const double> logs) {
  using namespace growth_feature;
  const std::size_t n = logs.size();
  const double end = logs.back();
  std::vector<double> growth(std::max<std::size_t>(n - 1, 1), 0.0);
  std::vector<double> change(growth.size(), 0.0);
  double highest = logs[0];
  double below_one = std::exp(std::clamp(logs[0] - end, -30.0, 10.0));
  for (std::size_t i = 1; i < n; ++i) {
    growth[i - 1] = soft_bound(logs[i] - logs[i - 1], 3.0);
    const double level = std::exp(std::clamp(logs[i] - end, -30.0, 10.0));
    change[i - 1] = level - below_one;
    below_one = level;
    highest = std::max(highest, logs[i]);
  }
  const auto arc = [](double x) { return std::asinh(10.0 * x); };
  const auto line = [](double x) { return std::log1p(2.0 * std::clamp(x, -0.4, 10.0)); };
  const auto size_of = [](double x) { return std::log(std::abs(x) + 0.01); };
  const auto step_of = [](double x) { return std::log(std::min(std::abs(x), 10.0) + 0.003); };
  const std::size_t m = growth.size();
  const double g = growth.back();
  const double d = change.back();
  double largest = 0.0;
  for (const double each : change) largest = std::max(largest, std::abs(each));
  double size_sum = 0.0;
  for (const double each : growth) size_sum += std::abs(each);
  double recent_falls = 0.0;
  for (const double each : last_of(growth, 5)) recent_falls += std::min(each, 0.0);
  constexpr double unknown = 0.3;  // one growth alone does not say how much growth changes

  GrowthFeatures f{};
  f[last] = g;
  f[fast] = damped_growth(growth, 0.3);
  f[mid] = damped_growth(growth, 0.6);
  f[slow] = damped_growth(growth, 0.85);
  f[mean] = mean_of(growth);
  f[arc_last] = arc(g);
  f[arc_fast] = arc(f[fast]);
  f[arc_mid] = arc(f[mid]);
  f[arc_slow] = arc(f[slow]);
  f[change_last] = line(d);
  f[change_three] = line(mean_of(last_of(change, 3)));
  f[change_mean] = line(mean_of(change));
  f[peak] = largest > 1e-9 ? d / largest : 0.0;
  f[peak_squared] = f[peak] * f[peak];
  f[turn] = soft_bound(g - mean_of(last_of(growth, 3)), 2.0);
  f[total] = soft_bound(end - logs[0], 8.0);
  f[below] = soft_bound(end - highest, 3.0);
  f[falls] = recent_falls;
  f[spread] = size_of(m > 1 ? mean_change(growth) : unknown);
  f[spread_last] = size_of(m > 1 ? g - growth[m - 2] : unknown);
  f[size] = size_of(size_sum / static_cast<double>(m));
  f[size_last] = size_of(g);
  f[size_fast] = size_of(f[fast]);
  f[size_slow] = size_of(f[slow]);
  f[step_last] = step_of(m > 1 ? d - change[m - 2] : unknown);
  f[step_mean] = step_of(m > 1 ? mean_change(last_of(change, 4)) : unknown);
  f[log_points] = std::log(static_cast<double>(n));
  f[one_over_points] = 1.0 / static_cast<double>(n);
  f[one_point] = n == 1 ? 1.0 : 0.0;
  f[two_points] = n == 2 ? 1.0 : 0.0;
  return f;
}

}  // namespace essor::detail
