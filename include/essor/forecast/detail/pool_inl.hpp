#pragma once

#include "essor/forecast/detail/pool.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "essor/config.hpp"
#include "essor/error/number_text.hpp"

namespace essor::detail {

ESSOR_INLINE std::string PoolMember::name() const {
  const std::string scale = logarithm ? "log " : "";
  switch (kind) {
    case MemberKind::level:
      return scale + "level, alpha " + number_text(alpha);
    case MemberKind::drift:
      return scale + "drift, alpha " + number_text(alpha) + ", share " + number_text(share);
    case MemberKind::seasonal_naive:
      return scale + "seasonal naive, share " + number_text(share) + (beta > 0.0 ? " of all years" : "");
    case MemberKind::unadjusted:
      return "unadjusted trend, alpha " + number_text(alpha) + ", beta " + number_text(beta) + ", phi " +
             number_text(phi);
    case MemberKind::trend:
      break;
  }
  return scale + "trend, alpha " + number_text(alpha) + ", beta " + number_text(beta) + ", phi " + number_text(phi);
}

ESSOR_INLINE void add_members(std::vector<PoolMember>& members, bool logarithm) {
  if (!logarithm) {
    for (const double alpha : {0.6, 0.9, 1.0}) members.push_back({MemberKind::level, false, alpha, 0.0, 0.0, 0.0});
  }
  for (const double alpha : {0.5, 0.8, 1.0}) {
    for (const double ratio : {0.0, 0.1, 0.3}) {
      for (const double phi : {0.8, 0.9, 0.98}) {
        // Growth on the logarithms must be damped; a trend that never learns needs its damping slow.
        if (logarithm ? phi > 0.9 : phi < 0.9) continue;
        if (ratio == 0.0 && phi < 0.9) continue;
        members.push_back({MemberKind::trend, logarithm, alpha, ratio * alpha, phi, 0.0});
      }
    }
  }
  for (const double alpha : {0.5, 0.8, 1.0}) {
    for (const double share : {0.5, 1.0}) {
      // Undamped growth of the logarithms is for histories that hardly leave it.
      if (logarithm && share == 1.0 && alpha < 1.0) continue;
      members.push_back({MemberKind::drift, logarithm, alpha, 0.0, 1.0, share});
    }
  }
}

ESSOR_INLINE std::vector<PoolMember> make_members(bool seasonal) {
  std::vector<PoolMember> members;
  add_members(members, false);
  add_members(members, true);
  if (!seasonal) return members;
  members.push_back({MemberKind::seasonal_naive, false, 0.0, 0.0, 0.0, 0.0});
  members.push_back({MemberKind::seasonal_naive, false, 0.0, 0.0, 0.0, 0.5});
  members.push_back({MemberKind::seasonal_naive, false, 0.0, 0.0, 0.0, 1.0});
  members.push_back({MemberKind::seasonal_naive, false, 0.0, 1.0, 0.0, 1.0});
  members.push_back({MemberKind::seasonal_naive, true, 0.0, 0.0, 0.0, 0.5});
  members.push_back({MemberKind::seasonal_naive, true, 0.0, 0.0, 0.0, 1.0});
  members.push_back({MemberKind::unadjusted, false, 0.6, 0.0, 0.0, 0.0});
  members.push_back({MemberKind::unadjusted, false, 0.5, 0.05, 0.98, 0.0});
  members.push_back({MemberKind::unadjusted, false, 0.8, 0.24, 0.9, 0.0});
  members.push_back({MemberKind::unadjusted, false, 1.0, 0.3, 0.98, 0.0});
  return members;
}

ESSOR_INLINE const std::vector<PoolMember>& pool_members(bool seasonal) {
  static const std::vector<PoolMember> without = make_members(false);
  static const std::vector<PoolMember> with = make_members(true);
  return seasonal ? with : without;
}

ESSOR_INLINE Eigen::MatrixXd make_traits(bool seasonal) {
  const std::vector<PoolMember>& members = pool_members(seasonal);
  Eigen::MatrixXd traits = Eigen::MatrixXd::Zero(std::ssize(members), member_traits);
  for (Eigen::Index k = 0; k < traits.rows(); ++k) {
    const PoolMember& member = members[static_cast<std::size_t>(k)];
    auto row = traits.row(k);
    const double scale = member.logarithm ? 1.0 : 0.0;
    const double alpha = member.alpha - 0.7;
    if (member.kind == MemberKind::seasonal_naive) {
      row[13] = 1.0;
      row[14] = 2.0 * member.share - 1.0;
      continue;
    }
    row[0] = scale;
    row[2] = alpha;
    row[3] = alpha * alpha;
    if (member.kind == MemberKind::unadjusted) row[15] = 1.0;
    if (member.kind == MemberKind::drift) {
      row[8] = 1.0;
      row[9] = member.share - 0.75;
    } else if (member.phi == 0.0) {
      row[1] = 1.0;
      row[10] = scale;
    } else {
      const double beta = member.beta - 0.2;
      const double phi = 5.0 * (member.phi - 0.9);
      row[4] = beta;
      row[5] = 3.0 * beta * beta;
      row[6] = phi;
      row[7] = phi * phi;
      row[11] = scale * phi;
      row[12] = alpha * beta;
    }
  }
  return traits;
}

ESSOR_INLINE const Eigen::MatrixXd& pool_traits(bool seasonal) {
  static const Eigen::MatrixXd without = make_traits(false);
  static const Eigen::MatrixXd with = make_traits(true);
  return seasonal ? with : without;
}

/// Level and trend after a history, its start by least squares (the errors are linear in it), the trend's start shrunk
/// to none as if one more error told it.
struct SmoothedTrend {
  double level;
  double trend;
};

/// @param errors one-step errors from the second value on
ESSOR_INLINE SmoothedTrend smooth(std::span<const double> values, const PoolMember& member, std::span<double> errors) {
  const double alpha = member.alpha;
  const double beta = member.beta;
  const double phi = member.phi;
  double level = 0.0;
  double trend = 0.0;
  double level_from_level = 1.0;
  double trend_from_level = 0.0;
  double level_from_trend = 0.0;
  double trend_from_trend = 1.0;
  double ll = 1e-6;
  double tt = 1.0;
  double lt = 0.0;
  double le = 0.0;
  double te = 0.0;
  for (const double raw : values) {
    const double value = raw - values[0];
    const double error = value - (level + phi * trend);
    const double by_level = level_from_level + phi * trend_from_level;
    const double by_trend = level_from_trend + phi * trend_from_trend;
    ll += by_level * by_level;
    tt += by_trend * by_trend;
    lt += by_level * by_trend;
    le += by_level * error;
    te += by_trend * error;
    level += phi * trend + alpha * error;
    trend = phi * trend + beta * error;
    level_from_level = by_level * (1.0 - alpha);
    trend_from_level = phi * trend_from_level - beta * by_level;
    level_from_trend = by_trend * (1.0 - alpha);
    trend_from_trend = phi * trend_from_trend - beta * by_trend;
  }
  const double determinant = ll * tt - lt * lt;
  double l = (tt * le - lt * te) / determinant;
  double b = (ll * te - lt * le) / determinant;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double error = values[t] - values[0] - (l + phi * b);
    if (t > 0) errors[t - 1] = error;
    l += phi * b + alpha * error;
    b = phi * b + beta * error;
  }
  return {values[0] + l, b};
}

/// Smoothing of the level beside a drift, which is a share of the slope of least squares: each error is that of a
/// forecast with the slope known then.
/// @param slopes of the values up to each
ESSOR_INLINE double smooth_with_drift(std::span<const double> values, std::span<const double> slopes, double alpha,
                                      double share, std::span<double> errors) {
  double level = values[0];
  for (std::size_t t = 1; t < values.size(); ++t) {
    const double forecast = level + share * slopes[t - 1];
    const double error = values[t] - forecast;
    errors[t - 1] = error;
    level = forecast + alpha * error;
  }
  return level;
}

/// The line of least squares through values at 0, 1, 2...: its slope, and its height at the last.
struct FittedLine {
  double slope;
  double end;
};

ESSOR_INLINE FittedLine fit_line(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  double sum = 0.0;
  double moment = 0.0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    sum += values[t];
    moment += (static_cast<double>(t) - 0.5 * (n - 1.0)) * values[t];
  }
  const double slope = n > 1.0 ? 12.0 * moment / (n * (n * n - 1.0)) : 0.0;
  return {slope, sum / n + 0.5 * slope * (n - 1.0)};
}

/// The slopes of the lines of least squares through the values up to each; for the first, as a start, that to the
/// second.
ESSOR_INLINE std::vector<double> growing_slopes(std::span<const double> values) {
  std::vector<double> slopes(values.size(), 0.0);
  double slope_sum = 0.0;  // of (t - mean t)(y - mean y)
  double mean = values[0];
  for (std::size_t t = 1; t < values.size(); ++t) {
    const double n = static_cast<double>(t + 1);
    const double ahead = values[t] - mean;
    mean += ahead / n;
    slope_sum += 0.5 * static_cast<double>(t) * ahead;  // (t - mean of the times before) (n - 1) / n
    slopes[t] = 12.0 * slope_sum / (n * (n * n - 1.0));
  }
  if (slopes.size() > 1) slopes[0] = slopes[1];
  return slopes;
}

/// Factors of a season on the log scale by position, recent years weighing more, shrunk by the share of noise.
struct RecentSeason {
  std::vector<double> factor;
  double share = 0.0;
};

ESSOR_INLINE RecentSeason recent_season(std::span<const double> logs, std::size_t season) {
  RecentSeason result{std::vector<double>(season, 0.0), 0.0};
  const std::size_t half = season / 2;
  if (season < 2 || logs.size() < 2 * season) return result;
  std::vector<double> weight(season, 0.0);
  std::vector<double> squares(season, 0.0);
  std::vector<double> weight_squares(season, 0.0);
  const bool even = season % 2 == 0;
  for (std::size_t t = half; t + half < logs.size(); ++t) {
    double sum = 0.0;
    for (std::size_t i = t - half; i <= t + half; ++i) {
      sum += even && (i == t - half || i == t + half) ? 0.5 * logs[i] : logs[i];
    }
    const double deviation = logs[t] - sum / static_cast<double>(season);
    const double years = static_cast<double>(logs.size() - 1 - t) / static_cast<double>(season);
    const double w = std::exp(-years / 3.0);
    const std::size_t position = t % season;
    weight[position] += w;
    weight_squares[position] += w * w;
    result.factor[position] += w * deviation;
    squares[position] += w * deviation * deviation;
  }
  double centre = 0.0;
  double noise = 0.0;
  double count = 0.0;
  for (std::size_t j = 0; j < season; ++j) {
    if (weight[j] == 0.0) return {std::vector<double>(season, 0.0), 0.0};
    const double effective = weight[j] * weight[j] / weight_squares[j];
    result.factor[j] /= weight[j];
    const double variance = std::max(squares[j] / weight[j] - result.factor[j] * result.factor[j], 0.0);
    noise += variance * effective / std::max(effective - 1.0, 0.5);
    count += effective;
    centre += result.factor[j] / static_cast<double>(season);
  }
  noise /= count;  // the mean variance over the mean number of years
  double between = 0.0;
  for (double& f : result.factor) {
    f -= centre;
    between += f * f / static_cast<double>(season - 1);
  }
  result.share = between > 1e-12 ? std::max(0.0, 1.0 - noise / between) : 0.0;
  if (logs.size() < 3 * season) result.share *= 0.5;
  for (double& f : result.factor) f *= result.share;
  return result;
}

/// Writes what one member forecasts, and its errors over the last `errors.size()` values.
struct MemberWork {
  std::span<const double> values;    ///< the history
  std::span<const double> adjusted;  ///< without its season
  std::span<const double> logs;      ///< logarithms of that
  std::span<const double> factor;    ///< e^season of each value and of each step to come
  std::size_t season;
  std::span<const double> slopes;  ///< of the adjusted values up to each
  std::span<const double> log_slopes;
  double log_limit;  ///< no forecast beyond it
};

ESSOR_INLINE void run_seasonal_naive(const PoolMember& member, const MemberWork& work, std::span<double> errors,
                                     Eigen::Ref<Eigen::RowVectorXd> forecast) {
  const std::span<const double> y = work.values;
  const std::size_t m = work.season;
  const std::size_t first = member.beta > 0.0 ? m : std::max(m, y.size() - m);
  double change = 0.0;
  for (std::size_t t = first; t < y.size(); ++t)
    change += member.logarithm ? std::log(y[t] / y[t - m]) : y[t] - y[t - m];
  change /= static_cast<double>(y.size() - first);
  if (member.logarithm) change = std::clamp(change, -0.4, 0.4);
  change *= member.share;
  const double factor = member.logarithm ? std::exp(change) : 1.0;
  const double added = member.logarithm ? 0.0 : change;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const std::size_t t = y.size() - errors.size() + i;
    errors[i] = y[t] - (y[t - m] * factor + added);
  }
  for (Eigen::Index h = 0; h < forecast.size(); ++h) {
    const auto step = static_cast<std::size_t>(h);
    const double years = static_cast<double>(step / m + 1);
    const double before = y[y.size() - m + step % m];
    forecast[h] = member.logarithm ? before * std::exp(change * years) : before + change * years;
  }
}

ESSOR_INLINE void run_member(const PoolMember& member, const MemberWork& work, std::vector<double>& scratch,
                             std::span<double> errors, Eigen::Ref<Eigen::RowVectorXd> forecast) {
  if (member.kind == MemberKind::seasonal_naive) return run_seasonal_naive(member, work, errors, forecast);
  const bool adjusted = member.kind != MemberKind::unadjusted;
  const std::span<const double> values = !adjusted ? work.values : member.logarithm ? work.logs : work.adjusted;
  const std::size_t n = values.size();
  scratch.resize(n - 1);
  double level = 0.0;
  double trend = 0.0;
  if (member.kind == MemberKind::drift) {
    const std::span<const double> slopes = member.logarithm ? work.log_slopes : work.slopes;
    trend = member.share * slopes.back();
    level = smooth_with_drift(values, slopes, member.alpha, member.share, scratch);
  } else {
    const SmoothedTrend end = smooth(values, member, scratch);
    level = end.level;
    trend = end.trend;
  }
  const bool by_factor = adjusted && work.season > 1;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const std::size_t t = n - errors.size() + i;
    double error = scratch[t - 1];
    if (member.logarithm) {
      error = work.adjusted[t] - std::exp(std::min(values[t] - error, work.log_limit));
    }
    errors[i] = by_factor ? error * work.factor[t] : error;
  }
  double damped = 0.0;
  double power = 1.0;
  for (Eigen::Index h = 0; h < forecast.size(); ++h) {
    power *= member.phi;
    damped += power;
    double value = level + damped * trend;
    // What falls does so in proportion to what is left, and stays above 0.
    if (!member.logarithm && trend < 0.0 && level > 0.0) value = level * std::exp(damped * trend / level);
    if (member.logarithm) value = std::exp(std::min(value, work.log_limit));
    value = std::max(value, 0.0);
    forecast[h] = by_factor ? value * work.factor[n + static_cast<std::size_t>(h)] : value;
  }
}

/// Mean of the changes, the weight of each older one less by 1 - alpha; alpha = 0: the plain mean.
ESSOR_INLINE double recent_mean(std::span<const double> changes, double alpha) {
  double sum = 0.0;
  double total = 0.0;
  for (const double change : changes) {
    sum = sum * (1.0 - alpha) + change;
    total = total * (1.0 - alpha) + 1.0;
  }
  return sum / total;
}

ESSOR_INLINE Eigen::VectorXd regression_view(std::span<const double> recent, std::span<const double> recent_logs,
                                             double unit) {
  std::vector<double> changes(recent.size() - 1);
  std::vector<double> growths(recent.size() - 1);
  double mean = 0.0;
  for (std::size_t t = 1; t < recent.size(); ++t) {
    changes[t - 1] = recent[t] - recent[t - 1];
    growths[t - 1] = recent_logs[t] - recent_logs[t - 1];
    mean += changes[t - 1] / static_cast<double>(recent.size() - 1);
  }
  const double last = recent.back();
  const FittedLine line = fit_line(recent);
  const std::size_t near = std::min<std::size_t>(recent.size(), 8);
  double near_mean = 0.0;
  for (std::size_t t = recent.size() - near; t < recent.size(); ++t) near_mean += recent[t] / static_cast<double>(near);
  const std::array<double, 8> base = {recent_mean(changes, 0.9) / unit,
                                      recent_mean(changes, 0.5) / unit,
                                      recent_mean(changes, 0.25) / unit,
                                      mean / unit,
                                      std::clamp(recent_mean(growths, 0.5), -0.5, 0.5) * last / unit,
                                      std::clamp(recent_mean(growths, 0.0), -0.5, 0.5) * last / unit,
                                      (last - line.end) / unit,
                                      (last - near_mean) / unit};
  const double length = std::clamp(std::log(static_cast<double>(changes.size()) / 8.0), -1.5, 1.2);
  const double steadiness = std::abs(mean) / unit - 0.5;
  Eigen::VectorXd columns(regression_columns);
  columns[0] = 1.0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    const auto place = static_cast<Eigen::Index>(i);
    columns[1 + place] = base[i];
    columns[9 + place] = base[i] * length;
    columns[17 + place] = base[i] * steadiness;
    columns[25 + place] = base[i] * steadiness * length;
  }
  return columns;
}

/// What the change, or the error, of a year ago counts beside the last: how much a history moves may itself change, and
/// what foresaw it best. Chosen on the yearly competition series; steps without a season count as years.
inline constexpr double change_memory = 0.85;

ESSOR_INLINE PoolView view_history(std::span<const double> history, int season, int steps) {
  const std::size_t n = history.size();
  const auto m = static_cast<std::size_t>(season);
  const auto ahead = static_cast<std::size_t>(steps);
  const bool seasonal = season > 1;
  std::vector<double> logs(n);
  for (std::size_t t = 0; t < n; ++t) logs[t] = std::log(history[t]);
  std::vector<double> adjusted(history.begin(), history.end());
  std::vector<double> factor(n + ahead, 1.0);
  PoolView view;
  if (seasonal) {
    const RecentSeason found = recent_season(logs, m);
    view.season_share = found.share;
    for (std::size_t t = 0; t < n + ahead; ++t) factor[t] = std::exp(found.factor[t % m]);
    for (std::size_t t = 0; t < n; ++t) {
      adjusted[t] /= factor[t];
      logs[t] -= found.factor[t % m];
    }
  }
  const double largest = *std::max_element(history.begin(), history.end());
  const std::vector<double> slopes = growing_slopes(adjusted);
  const std::vector<double> log_slopes = growing_slopes(logs);
  const MemberWork work{.values = history,
                        .adjusted = adjusted,
                        .logs = logs,
                        .factor = factor,
                        .season = m,
                        .slopes = slopes,
                        .log_slopes = log_slopes,
                        .log_limit = std::log(largest) + 3.0};
  const std::size_t window = std::min(n, seasonal ? 6 * m : std::size_t{40});
  const std::span<const double> recent = std::span<const double>(adjusted).last(window);
  std::vector<double> moves(window - 1);
  for (std::size_t t = 1; t < window; ++t) moves[t - 1] = std::abs(recent[t] - recent[t - 1]);
  const double kept = std::pow(change_memory, 1.0 / season);
  // A history that never moves may still move: by a fifth of a percent.
  view.change = std::max(recent_mean(moves, 1.0 - kept), 0.002 * largest);
  // A member that hit a few values by luck is not beyond doubt.
  const double least_square = 4e-4 * view.change * view.change;
  const std::vector<PoolMember>& members = pool_members(seasonal);
  const auto count = std::ssize(members);
  view.forecasts.resize(count, steps);
  view.log_error.resize(count);
  view.mean_error.resize(count);
  std::vector<double> scratch;
  std::vector<double> errors(seasonal ? n - m : n - 1);
  Eigen::RowVectorXd forecast(steps);
  for (Eigen::Index k = 0; k < count; ++k) {
    run_member(members[static_cast<std::size_t>(k)], work, scratch, errors, forecast);
    view.forecasts.row(k) = forecast;
    double squares = 0.0;
    double absolute = 0.0;
    double total = 0.0;
    for (const double error : errors) {
      squares = kept * squares + error * error;
      absolute += std::abs(error);
      total = kept * total + 1.0;
    }
    view.log_error[k] = 0.5 * std::log(squares / total + least_square);
    view.mean_error[k] = absolute / static_cast<double>(errors.size());
  }

  const double trend = (adjusted.back() - adjusted.front()) / static_cast<double>(n - 1) / view.change;
  view.growth = (logs.back() - logs.front()) / static_cast<double>(n - 1);
  view.last = history.back();
  view.count = static_cast<double>(n);
  view.columns = regression_view(recent, std::span<const double>(logs).last(window), view.change);
  view.base.resize(steps);
  for (Eigen::Index h = 0; h < steps; ++h) view.base[h] = adjusted.back() * factor[n + static_cast<std::size_t>(h)];
  view.step_columns = Eigen::MatrixXd::Zero(steps, regression_step_columns);
  view.gates = Eigen::VectorXd::Zero(pool_gates);
  view.gates[0] = std::log(static_cast<double>(n) / (seasonal ? 5.0 * season : 10.0));
  view.gates[1] = std::log(view.change / largest + 1e-6) + 2.5;
  view.gates[2] = std::abs(trend) - 0.5;
  view.gates[3] = trend - 0.5;
  if (!seasonal) return view;

  double year = 0.0;
  double moved = 0.0;
  for (std::size_t t = m; t < n; ++t) {
    const double over = history[t] - history[t - m];
    moved += std::abs(over) / static_cast<double>(n - m);
    if (t + m >= n) year += over / static_cast<double>(std::min(m, n - m));
  }
  view.season_change = moved / view.change;
  year /= view.change;
  for (Eigen::Index h = 0; h < steps; ++h) {
    const auto step = static_cast<std::size_t>(h);
    const double naive = (history[n - m + step % m] - view.base[h]) / view.change;
    view.step_columns(h, 0) = naive;
    view.step_columns(h, 1) = year * static_cast<double>(1 + step / m);
    view.step_columns(h, 2) = year * view.season_share;
    view.step_columns(h, 3) = naive * view.season_share;
  }
  view.gates[4] = view.season_share - 0.7;
  view.gates[5] = std::log(view.season_change + 0.01) - 0.5;
  return view;
}

}  // namespace essor::detail
