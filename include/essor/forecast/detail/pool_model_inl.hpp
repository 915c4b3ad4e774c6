#pragma once

#include "essor/forecast/detail/pool_model.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "essor/config.hpp"
#include "essor/forecast/detail/lbfgs.hpp"
#include "essor/numerics/normal.hpp"

namespace essor::detail {

/// How strongly the coefficients are held to 0, in units of one series. Chosen on yearly and quarterly competition
/// series, by tests/benchmark/forecast_scores.py.
inline constexpr double weights_penalty = 0.08;
inline constexpr double regression_penalty = 0.5;
inline constexpr double spread_penalty = 0.25;
/// By how much more departures from a prior are held back than coefficients without one.
inline constexpr double prior_strength = 16.0;

/// The members' prior logits, and the power of their evidence.
ESSOR_INLINE double evidence_power(double log_power, const PoolView& view, int season) {
  const double length = effective_length(static_cast<std::size_t>(view.count), season);
  return std::exp(log_power) * std::sqrt((length - 1.0) / 10.0);
}

ESSOR_INLINE void softmax(Eigen::VectorXd& logits) {
  logits = (logits.array() - logits.maxCoeff()).exp();
  logits /= logits.sum();
}

/// Fits evidence and prior logits so that the weighted mean of the members errs least, in units of the row's scale.
/// @param penalty on departures from the weights that the model has
ESSOR_INLINE void fit_weights(PoolModel& model, std::span<const PoolRow* const> rows, double penalty) {
  const Eigen::MatrixXd& traits = pool_traits(model.season > 1);
  const Eigen::Index gates = 1 + pool_gates;
  const Eigen::Index size = 1 + gates * member_traits;
  double total = 0.0;
  for (const PoolRow* row : rows) total += row->weight;
  Eigen::VectorXd prior(size);
  prior << model.evidence, model.weights.reshaped();
  const auto loss = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    const Eigen::Map<const Eigen::MatrixXd> table(x.data() + 1, gates, member_traits);
    Eigen::MatrixXd slope = Eigen::MatrixXd::Zero(gates, member_traits);
    double value = 0.0;
    double power_slope = 0.0;
    Eigen::VectorXd weights;
    Eigen::VectorXd pull;
    Eigen::VectorXd moved;
    for (const PoolRow* row : rows) {
      const PoolView& view = row->view;
      const double power = evidence_power(x[0], view, model.season);
      const Eigen::VectorXd logits = table.row(0).transpose() + table.bottomRows(pool_gates).transpose() * view.gates;
      weights.noalias() = traits * logits;
      weights -= power * view.log_error;
      softmax(weights);
      pull = view.forecasts.transpose() * weights - row->target;
      const double share = row->weight / total / static_cast<double>(pull.size());
      for (double& error : pull) {
        error /= row->scale;
        const double length = std::sqrt(error * error + 0.04);
        value += share * length;
        error *= share / (length * row->scale);
      }
      moved.noalias() = view.forecasts * pull;
      moved = weights.array() * (moved.array() - weights.dot(moved));
      power_slope -= power * moved.dot(view.log_error);
      const Eigen::VectorXd by_trait = traits.transpose() * moved;
      slope.row(0) += by_trait.transpose();
      slope.bottomRows(pool_gates) += view.gates * by_trait.transpose();
    }
    gradient.resize(size);
    gradient << power_slope, slope.reshaped();
    gradient += 2.0 * penalty * (x - prior);
    return value + penalty * (x - prior).squaredNorm();
  };
  const Eigen::VectorXd best = minimise(loss, prior, 60);
  model.evidence = best[0];
  model.weights = Eigen::Map<const Eigen::MatrixXd>(best.data() + 1, gates, member_traits);
}

ESSOR_INLINE Eigen::VectorXd regression_row(const PoolView& view, Eigen::Index step) {
  Eigen::VectorXd row(regression_columns + regression_step_columns);
  row << view.columns, view.step_columns.row(step).transpose();
  return row;
}

/// Least absolute deviations (smoothed) of the change since the last value, in units of the mean absolute change, by
/// iterated weighted least squares with a ridge.
ESSOR_INLINE void fit_regression(PoolModel& model, std::span<const PoolRow* const> rows, double penalty) {
  constexpr Eigen::Index columns = regression_columns + regression_step_columns;
  const Eigen::Index count = std::ssize(rows);
  Eigen::VectorXd weight(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const PoolRow& row = *rows[static_cast<std::size_t>(i)];
    const double unit = row.view.change;
    // A history that stood still and then leapt says nothing of the others.
    const bool leaps = ((row.target - row.view.base) / unit).cwiseAbs().maxCoeff() > 200.0;
    weight[i] = leaps ? 0.0 : row.weight * std::min(unit / row.scale, 3.0);
  }
  weight /= std::max(weight.sum(), 1e-300);
  Eigen::MatrixXd x(count, columns);
  Eigen::VectorXd y(count);
  for (Eigen::Index step = 0; step < model.steps; ++step) {
    for (Eigen::Index i = 0; i < count; ++i) {
      const PoolView& view = rows[static_cast<std::size_t>(i)]->view;
      x.row(i) = regression_row(view, step).transpose();
      y[i] = (rows[static_cast<std::size_t>(i)]->target[step] - view.base[step]) / view.change;
    }
    Eigen::VectorXd ridge = (x.array().square().colwise() * weight.array()).colwise().sum().transpose() * penalty;
    ridge[0] *= 0.01;
    ridge.array() += 1e-9;
    const Eigen::VectorXd prior = model.regression.row(step);
    Eigen::VectorXd beta = prior;
    for (int iteration = 0; iteration < 20; ++iteration) {
      const Eigen::VectorXd error = y - x * beta;
      const Eigen::VectorXd w =
          weight.array() / (error.array().square() + 0.0225 * static_cast<double>(step + 1)).sqrt();
      Eigen::MatrixXd normal = x.transpose() * (x.array().colwise() * w.array()).matrix();
      normal.diagonal() += ridge;
      beta = normal.llt().solve(x.transpose() * (w.array() * y.array()).matrix() + ridge.cwiseProduct(prior));
    }
    model.regression.row(step) = beta.transpose();
  }
}

/// What the pool and the regression expect.
struct PoolLocation {
  Eigen::VectorXd location;
  Eigen::VectorXd plain;  ///< what needs no panel
  Eigen::VectorXd plain_weights;
  Eigen::VectorXd weights;
  Eigen::MatrixXd columns;  ///< steps x spread_columns
};

ESSOR_INLINE Eigen::VectorXd member_weights(const PoolModel& model, const PoolView& view, double power) {
  Eigen::VectorXd weights =
      pool_traits(model.season > 1) *
      (model.weights.row(0).transpose() + model.weights.bottomRows(pool_gates).transpose() * view.gates);
  weights -= power * view.log_error;
  softmax(weights);
  return weights;
}

/// The kinds of members that need no panel: level and drift on the values (the dynamic Theta method, mixed over its
/// parameters), damped trends, and members on logarithms.
enum class PlainKind { drift, trend, logarithm, none };
using PlainShares = std::array<double, 3>;

ESSOR_INLINE PlainKind plain_kind(const PoolMember& member) {
  const bool trend = member.kind == MemberKind::trend;
  const bool drift = member.kind == MemberKind::level || member.kind == MemberKind::drift;
  if (!trend && !drift) return PlainKind::none;
  return member.logarithm ? PlainKind::logarithm : trend ? PlainKind::trend : PlainKind::drift;
}

/// How the kinds share the location of what needs no panel. These, and the odds below, were chosen on the yearly
/// competition series, on digital services that grew by 20 % or more each year, and on short seasonal histories, each
/// by classes of other collections (tests/benchmark/forecast_scores.py --transfer, --sets fast, --sets seasons).
inline constexpr PlainShares plain_shares = {0.74, 0.24, 0.02};
/// Where the logarithm grows by so much a step, the members on it take half of the way to one half.
inline constexpr double plain_fast_growth = 0.25;
/// A kind gains by its likelihood where drift errs by more than so many times as much; where growth is fast, in any
/// case.
inline constexpr double plain_margin = 3.0;
/// The part of the shares that no likelihood moves: what goes on exactly for six values may yet turn.
inline constexpr double plain_doubt = 0.2;
/// The power of the likelihood of the seasonal naive members, by the root of the number of values compared.
inline constexpr double plain_seasonal_power = 1.5;

/// The likelihoods of the members, relative to the best. Of one so far behind it does not matter how far.
ESSOR_INLINE Eigen::VectorXd member_likelihoods(const PoolView& view, double power) {
  return (power * (view.log_error.minCoeff() - view.log_error.array())).max(-600.0).exp();
}

/// The shares of the kinds, given the mean likelihood of each.
ESSOR_INLINE PlainShares share_kinds(const PlainShares& likelihood, double growth, double power) {
  const double ratio = std::pow(std::max(growth, 0.0) / plain_fast_growth, 6);
  const double fast = std::isfinite(ratio) ? ratio / (1.0 + ratio) : 1.0;
  const double slow = 1.0 - fast;
  const double logarithm = plain_shares[2] * slow + 0.5 * fast;
  const double others = (1.0 - logarithm) / (1.0 - plain_shares[2]);
  const PlainShares before = {others * plain_shares[0], others * plain_shares[1], logarithm};
  const double margin = power * std::log(1.0 + (plain_margin - 1.0) * slow);
  PlainShares after{};
  double total = 0.0;
  for (std::size_t kind = 0; kind < after.size(); ++kind) {
    after[kind] = before[kind] * std::exp(std::max(std::log(likelihood[kind] / likelihood[0]) - margin, 0.0));
    total += after[kind];
  }
  for (std::size_t kind = 0; kind < after.size(); ++kind) {
    after[kind] = (1.0 - plain_doubt) * after[kind] / total + plain_doubt * before[kind];
  }
  return after;
}

/// The odds of last year's values before evidence: the more periods there are, the less is known of the season's
/// factors.
ESSOR_INLINE double plain_season_odds(int season) { return static_cast<double>(season) * season / 36.0; }

/// Moves weight to the seasonal naive members, by how much less they erred over the values that a year before is known
/// of.
/// @param power as of `plain_weights`
ESSOR_INLINE Eigen::VectorXd with_last_year(const Eigen::VectorXd& weights, const PoolView& view, int season,
                                            double power) {
  const std::vector<PoolMember>& members = pool_members(true);
  Eigen::VectorXd last_year = member_likelihoods(view, power);
  for (std::size_t k = 0; k < members.size(); ++k) {
    if (members[k].kind != MemberKind::seasonal_naive) last_year[static_cast<Eigen::Index>(k)] = 0.0;
  }
  last_year /= last_year.sum();
  const double compared = power > 0.0 ? view.count - season : 0.0;
  const double ahead = (weights - last_year).dot(view.log_error);
  const double before = plain_season_odds(season);
  const double share = before / (before + std::exp(-plain_seasonal_power * std::sqrt(compared) * ahead));
  return (1.0 - share) * weights + share * last_year;
}

/// What needs no panel: within each kind by likelihood; among the kinds by fixed shares, unless one errs by much less
/// than drift does; with a season, beside the value of a year ago. It is kept in the location as far as it does better
/// on the parts held back, and alone where a class must serve other kinds of series than its own. Likelihood alone
/// between the kinds scored worse on the competition series.
/// @param power of the likelihood per value; 0: without evidence
ESSOR_INLINE Eigen::VectorXd plain_weights(const PoolView& view, int season, double power) {
  const std::vector<PoolMember>& members = pool_members(season > 1);
  Eigen::VectorXd weights = member_likelihoods(view, power);
  PlainShares likelihood{};
  PlainShares count{};
  const auto kind_of = [&](Eigen::Index k) {
    return static_cast<std::size_t>(plain_kind(members[static_cast<std::size_t>(k)]));
  };
  for (Eigen::Index k = 0; k < weights.size(); ++k) {
    if (kind_of(k) >= likelihood.size()) continue;
    likelihood[kind_of(k)] += weights[k];
    count[kind_of(k)] += 1.0;
  }
  PlainShares mean{};
  for (std::size_t kind = 0; kind < mean.size(); ++kind) mean[kind] = likelihood[kind] / count[kind];
  const PlainShares shares = share_kinds(mean, view.growth, power);
  for (Eigen::Index k = 0; k < weights.size(); ++k) {
    weights[k] = kind_of(k) < shares.size() ? weights[k] * shares[kind_of(k)] / likelihood[kind_of(k)] : 0.0;
  }
  return season > 1 ? with_last_year(weights, view, season, power) : weights;
}

ESSOR_INLINE double plain_power(const PoolView& view, int season) {
  return effective_length(static_cast<std::size_t>(view.count), season) - 1.0;
}

ESSOR_INLINE PoolLocation locate(const PoolModel& model, const PoolView& view, Eigen::Index steps) {
  PoolLocation result;
  const bool learnt = model.plain_share < 1.0;
  result.plain_weights = plain_weights(view, model.season, plain_power(view, model.season));
  result.plain = view.forecasts.transpose() * result.plain_weights;
  result.weights =
      learnt ? member_weights(model, view, evidence_power(model.evidence, view, model.season)) : result.plain_weights;
  const Eigen::VectorXd pool = view.forecasts.transpose() * result.weights;
  const Eigen::VectorXd squares = view.forecasts.cwiseAbs2().transpose() * result.weights;
  const double error = result.weights.dot(view.mean_error);
  const double unit = view.change;
  const double last = view.last;
  result.location.resize(steps);
  result.columns = Eigen::MatrixXd::Zero(steps, spread_columns);
  const double age = std::clamp(std::log(view.count / 8.0), -1.5, 1.2);
  double correction = 0.0;
  const auto near = [unit](double value) { return std::log(value / unit + 0.05); };
  for (Eigen::Index h = 0; h < steps; ++h) {
    // Beyond the steps that were fitted, the regression keeps its last distance to the pool.
    if (learnt && h < model.steps) {
      correction = view.base[h] + unit * model.regression.row(h).dot(regression_row(view, h)) - pool[h];
    }
    const double taught = pool[h] + (1.0 - pool_share) * correction;
    result.location[h] = (1.0 - model.plain_share) * taught + model.plain_share * result.plain[h];
    const double disagreement = std::sqrt(std::max(squares[h] - pool[h] * pool[h], 0.0));
    const double step = static_cast<double>(h + 1);
    const double log_step = std::log(step);
    auto row = result.columns.row(h);
    row[0] = 1.0;
    row[1] = log_step;
    row[2] = log_step * log_step;
    row[3] = near(error);
    row[4] = near(disagreement);
    row[5] = near(std::abs(correction));
    row[6] = near(std::abs(result.location[h] - last) / step);
    row[7] = age;
    row[8] = age * log_step;
    row[9] = std::log(std::abs(last) / unit + 1.0);
    row[10] = std::log(std::abs(result.location[h]) / unit + 1.0);
    if (model.season > 1) {
      row[11] = view.season_share;
      row[12] = std::log(view.season_change + 0.05);
    }
  }
  return result;
}

/// Where the location grows by a factor from step to step, the spread grows by at least this power of it: what is
/// unsure of a growth adds up. It matters where growth is fast; chosen by tests/benchmark/forecast_scores.py --sets
/// fast.
inline constexpr double spread_growth = 1.5;

ESSOR_INLINE Eigen::VectorXd spread_of(const PoolModel& model, const PoolLocation& at, double unit) {
  Eigen::VectorXd spread(at.columns.rows());
  for (Eigen::Index h = 0; h < spread.size(); ++h) {
    double log_spread = 0.0;
    for (Eigen::Index j = 0; j < spread_columns; ++j) {
      // Columns far outside what the panel showed are bounded, so that no spread explodes.
      const double z = std::clamp((at.columns(h, j) - model.spread(1, j)) / model.spread(2, j), -5.0, 5.0);
      log_spread += z * model.spread(0, j);
    }
    spread[h] = unit * std::exp(std::clamp(log_spread, -12.0, 12.0));
    if (model.season > 1 || h == 0 || at.location[h] <= at.location[h - 1] || at.location[h - 1] <= 0.0) continue;
    const double grown = at.location[h] / at.location[h - 1];
    spread[h] = std::max(spread[h], spread[h - 1] * std::pow(grown, spread_growth));
  }
  return spread;
}

/// Coefficients of 0, centres and scales of the columns of the spread; the first, the constant, is not centred.
ESSOR_INLINE Eigen::MatrixXd standardisation(const Eigen::MatrixXd& x) {
  Eigen::MatrixXd spread = Eigen::MatrixXd::Zero(3, spread_columns);
  spread.row(1) = x.colwise().mean();
  for (Eigen::Index j = 0; j < spread_columns; ++j) {
    const double sd = std::sqrt((x.col(j).array() - spread(1, j)).square().mean());
    spread(2, j) = sd > 1e-9 ? sd : 1.0;
  }
  spread(1, 0) = 0.0;
  return spread;
}

/// Log-linear scale of Student's t with 4 degrees, by penalised likelihood of the errors held back.
ESSOR_INLINE void fit_spread(PoolModel& model, const std::vector<PoolRow>& rows, const std::vector<PoolLocation>& at,
                             double penalty, const PoolModel* prior) {
  const Eigen::Index steps = model.steps;
  const Eigen::Index count = std::ssize(rows) * steps;
  Eigen::MatrixXd x(count, spread_columns);
  Eigen::VectorXd error(count);
  Eigen::VectorXd weight(count);
  Eigen::Index place = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (Eigen::Index h = 0; h < steps; ++h, ++place) {
      x.row(place) = at[i].columns.row(h);
      error[place] = (rows[i].target[h] - at[i].location[h]) / rows[i].view.change;
      weight[place] = rows[i].weight / static_cast<double>(steps);
    }
  }
  weight /= weight.sum();
  model.spread = prior != nullptr ? prior->spread : standardisation(x);
  const Eigen::VectorXd expected = model.spread.row(0);
  for (Eigen::Index j = 0; j < spread_columns; ++j) {
    x.col(j) = (x.col(j).array() - model.spread(1, j)) / model.spread(2, j);
  }
  x = x.cwiseMax(-5.0).cwiseMin(5.0);
  const auto loss = [&](const Eigen::VectorXd& b, Eigen::VectorXd& gradient) {
    const Eigen::ArrayXd log_spread = (x * b).array();
    const Eigen::ArrayXd u = (error.array() * (-log_spread).exp()).square();
    Eigen::VectorXd held = b - expected;
    if (prior == nullptr) held[0] = 0.0;
    gradient = x.transpose() * (weight.array() * (1.0 - 5.0 * u / (4.0 + u))).matrix() + 2.0 * penalty * held;
    return (weight.array() * (log_spread + 2.5 * (1.0 + 0.25 * u).log())).sum() + penalty * held.squaredNorm();
  };
  model.spread.row(0) = minimise(loss, expected, 80).transpose();
}

ESSOR_INLINE Eigen::Array<double, 1, score_count> weighted_nodes(std::vector<std::pair<double, double>>& sample) {
  std::sort(sample.begin(), sample.end());
  double total = 0.0;
  for (const auto& [value, weight] : sample) total += weight;
  Eigen::Array<double, 1, score_count> nodes;
  std::size_t i = 0;
  double below = 0.0;
  double last_place = 0.0;
  double last_value = sample.front().first;
  double place = 0.5 * sample.front().second / total;
  for (int node = 0; node < score_count; ++node) {
    const double p = normal_cdf(score_at(node));
    while (i + 1 < sample.size() && place < p) {
      last_place = place;
      last_value = sample[i].first;
      below += sample[i].second / total;
      ++i;
      place = below + 0.5 * sample[i].second / total;
    }
    const double width = place - last_place;
    const double share = width > 0.0 ? std::clamp((p - last_place) / width, 0.0, 1.0) : 1.0;
    nodes[node] = last_value + share * (sample[i].first - last_value);
  }
  return nodes;
}

/// Beyond the sample, the tails of Student's t with 4 degrees carry on from the quantiles at 2 and 98 %.
ESSOR_INLINE void carry_tails(Eigen::Array<double, 1, score_count>& nodes) {
  constexpr int inner = 6;  // the node of score -2
  // Quantiles of t_4 at the probabilities of the scores -2, -2.25, ..., -3.5, relative to that of -2.
  constexpr std::array<double, 7> growth = {1.0, 1.2145, 1.4707, 1.7815, 2.1637, 2.6407, 3.2444};
  for (int k = 1; k <= inner; ++k) {
    const double reach = growth[static_cast<std::size_t>(k)];
    const int low = inner - k;
    const int high = score_count - 1 - low;
    nodes[low] = std::min(nodes[low], 0.5 * nodes[low] + 0.5 * reach * nodes[inner]);
    nodes[high] = std::max(nodes[high], 0.5 * nodes[high] + 0.5 * reach * nodes[score_count - 1 - inner]);
  }
  for (int node = 1; node < score_count; ++node) nodes[node] = std::max(nodes[node], nodes[node - 1]);
}

ESSOR_INLINE void fit_shape(PoolModel& model, const std::vector<PoolRow>& rows, const std::vector<PoolLocation>& at,
                            int series, const PoolModel* prior) {
  std::vector<Eigen::VectorXd> standard(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Eigen::VectorXd spread = spread_of(model, at[i], rows[i].view.change);
    standard[i] = (rows[i].target - at[i].location).cwiseQuotient(spread);
  }
  model.shape.resize(model.steps, score_count);
  for (Eigen::Index h = 0; h < model.steps; ++h) {
    std::vector<std::pair<double, double>> sample;
    for (Eigen::Index near = std::max<Eigen::Index>(h - 1, 0); near <= std::min<Eigen::Index>(h + 1, model.steps - 1);
         ++near) {
      for (std::size_t i = 0; i < rows.size(); ++i) sample.emplace_back(standard[i][near], rows[i].weight);
    }
    Eigen::Array<double, 1, score_count> nodes = weighted_nodes(sample);
    // Where nothing is learnt of the location, neither is by how much it errs in the middle.
    if (model.plain_share == 1.0) nodes -= nodes[score_count / 2];
    carry_tails(nodes);
    if (prior != nullptr) {
      const double share = prior_series / (prior_series + series);
      nodes = (1.0 - share) * nodes + share * prior->shape.row(h);
      if (model.plain_share == 1.0) nodes -= nodes[score_count / 2];
    }
    model.shape.row(h) = nodes;
  }
}

ESSOR_INLINE PredictiveTable pool_table(const PoolModel& model, const PoolLocation& at, double unit) {
  const Eigen::VectorXd spread = spread_of(model, at, unit);
  PredictiveTable table(spread.size(), score_count);
  for (Eigen::Index h = 0; h < spread.size(); ++h) {
    table.row(h) = at.location[h] + spread[h] * model.shape.row(std::min<Eigen::Index>(h, model.steps - 1));
  }
  return table;
}

/// The share of what needs no panel that errs least on the parts held back, in units of the row's scale.
/// @param at without it
ESSOR_INLINE double fit_plain_share(const std::vector<PoolRow>& rows, const std::vector<PoolLocation>& at,
                                    const PoolModel* prior) {
  constexpr int shares = 5;
  std::array<double, shares> loss{};
  for (std::size_t k = 0; k < shares && prior != nullptr; ++k) {
    const double apart = static_cast<double>(k) / (shares - 1) - prior->plain_share;
    loss[k] = prior_series * share_curvature * apart * apart;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < shares; ++k) {
      const double share = static_cast<double>(k) / (shares - 1);
      const Eigen::VectorXd location = (1.0 - share) * at[i].location + share * at[i].plain;
      loss[k] += rows[i].weight * (rows[i].target - location).cwiseAbs().mean() / rows[i].scale;
    }
  }
  return static_cast<double>(std::min_element(loss.begin(), loss.end()) - loss.begin()) / (shares - 1);
}

ESSOR_INLINE PoolModel pool_for(const PoolModel& prior, int steps) {
  PoolModel model = prior;
  model.steps = steps;
  const Eigen::Index learnt = model.plain_share < 1.0 ? steps : 0;
  model.regression.resize(learnt, prior.regression.cols());
  model.shape.resize(steps, score_count);
  for (Eigen::Index step = 0; step < steps; ++step) {
    const Eigen::Index known = std::min<Eigen::Index>(step, prior.steps - 1);
    if (step < learnt) model.regression.row(step) = prior.regression.row(known);
    model.shape.row(step) = prior.shape.row(known);
  }
  return model;
}

/// Where the location of a model starts: at the prior's, where that was learnt.
ESSOR_INLINE void start_location(PoolModel& model, const PoolModel* prior) {
  if (prior != nullptr && prior->plain_share < 1.0) {
    model.evidence = prior->evidence;
    model.weights = prior->weights;
    model.regression = prior->regression;
  } else {
    model.evidence = 0.0;
    model.weights = Eigen::MatrixXd::Zero(1 + pool_gates, member_traits);
    model.regression = Eigen::MatrixXd::Zero(model.steps, regression_columns + regression_step_columns);
  }
}

/// Fits weights, regression and the share of what needs no panel.
/// @return the locations by models that have not seen the part of the row
ESSOR_INLINE std::vector<PoolLocation> fit_location(PoolModel& model, const std::vector<PoolRow>& rows, int series,
                                                    int folds, const PoolModel* prior) {
  const double worth = prior != nullptr && prior->plain_share < 1.0 ? prior_strength : 1.0;
  std::vector<PoolLocation> at(rows.size());
  std::vector<PoolModel> parts;
  for (int fold = 0; fold < folds; ++fold) {
    std::vector<const PoolRow*> others;
    for (const PoolRow& row : rows) {
      if (row.fold != fold) others.push_back(&row);
    }
    const double known = std::max(1.0, series * (1.0 - 1.0 / folds));
    start_location(model, prior);
    fit_weights(model, others, worth * weights_penalty / known);
    fit_regression(model, others, worth * regression_penalty / known);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].fold == fold) at[i] = locate(model, rows[i].view, model.steps);
    }
    parts.push_back(model);
  }
  model.plain_share = fit_plain_share(rows, at, prior);
  if (model.plain_share > 0.0) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      PoolModel& part = parts[static_cast<std::size_t>(rows[i].fold)];
      part.plain_share = model.plain_share;
      at[i] = locate(part, rows[i].view, model.steps);
    }
  }
  std::vector<const PoolRow*> all;
  for (const PoolRow& row : rows) all.push_back(&row);
  start_location(model, prior);
  fit_weights(model, all, worth * weights_penalty / series);
  fit_regression(model, all, worth * regression_penalty / series);
  return at;
}

ESSOR_INLINE PoolModel fit_pool(std::vector<PoolRow>& rows, int season, int steps, int series, int folds, bool plain,
                                std::vector<PredictiveTable>* held_back, const PoolModel* prior) {
  PoolModel model;
  model.season = season;
  model.steps = steps;
  std::vector<PoolLocation> at;
  if (plain) {
    model.plain_share = 1.0;
    for (const PoolRow& row : rows) at.push_back(locate(model, row.view, steps));
  } else {
    at = fit_location(model, rows, series, folds, prior);
  }
  fit_spread(model, rows, at, (prior != nullptr ? prior_strength : 1.0) * spread_penalty / series, prior);
  fit_shape(model, rows, at, series, prior);
  if (held_back != nullptr) {
    held_back->clear();
    for (std::size_t i = 0; i < rows.size(); ++i) held_back->push_back(pool_table(model, at[i], rows[i].view.change));
  }
  return model;
}

ESSOR_INLINE PoolForecast forecast_pool(const PoolModel& model, const PoolView& view, int steps) {
  const PoolLocation at = locate(model, view, steps);
  const double share = model.plain_share;
  PoolForecast result{.table = pool_table(model, at, view.change),
                      .weights = share * at.plain_weights,
                      .prior_weights = share * plain_weights(view, model.season, 0.0),
                      .regression = (1.0 - share) * (1.0 - pool_share),
                      .season_share = view.season_share};
  if (share < 1.0) {
    result.weights += (1.0 - share) * pool_share * at.weights;
    result.prior_weights += (1.0 - share) * pool_share * member_weights(model, view, 0.0);
  }
  return result;
}

}  // namespace essor::detail
