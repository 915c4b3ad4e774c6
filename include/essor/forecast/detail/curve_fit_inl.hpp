#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "essor/config.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/forecast/curve_fit.hpp"
#include "essor/forecast/detail/curve_data.hpp"
#include "essor/forecast/detail/curve_means.hpp"
#include "essor/forecast/detail/householder.hpp"
#include "essor/forecast/least_squares.hpp"

namespace essor {
namespace detail {

inline constexpr std::string_view fit_curve_name = "fit_curve";

/// The largest level that the observations show, and whether any growth is seen.
struct ObservedLevel {
  double top;
  bool grows;
};

ESSOR_INLINE ObservedLevel observed_level(CurveKind kind, std::span<const double> observations) {
  double level = kind == CurveKind::level ? observations.front() : 0.0;
  ObservedLevel result{level, false};
  for (const double y : observations) {
    level = kind == CurveKind::level ? y : level + y;
    result.grows = result.grows || level > result.top;
    result.top = std::max(result.top, level);
  }
  return result;
}

/// One grid point: shape parameters with the multiplier that suits them, and how well they do.
struct CurveStart {
  double deviance;
  double group;
  std::vector<double> coordinates;
};

/// The fit of one curve, by stages: starts, solver, spread, errors.
class CurveFitter {
 public:
  CurveFitter(const CurveModel& model, std::vector<double> times, std::vector<double> observations)
      : model_(model),
        times_(std::move(times)),
        y_(std::move(observations)),
        described_(curve_parameters(model.curve)),
        parameters_(described_.size()),
        slopes_(described_.size()),
        means_(times_.size()) {}

  CurveFit run() {
    check_enough();
    const std::vector<CurveStart> starts = best_starts();
    LeastSquaresResult best = solve_all(starts);
    double spread = 0.0;
    if (model_.noise == CurveNoise::negative_binomial) spread = profile_dispersion(best);
    if (model_.noise == CurveNoise::student_t) spread = profile_sigma(best);
    check_converged(best);
    CurveFit fit = finished(best, spread);
    fit.diagnostics.starts = static_cast<int>(starts.size());
    check_identified(fit);
    return fit;
  }

 private:
  std::size_t n() const { return y_.size(); }
  std::size_t p() const { return described_.size(); }
  double span() const { return std::max(times_.back() - times_.front(), 1e-300); }

  void check_enough() const {
    const std::size_t least = p() + (model_.noise == CurveNoise::student_t ? 2 : 1);
    if (n() < least) {
      throw_argument_error(fit_curve_name, "y", std::to_string(n()) + (n() == 1 ? " value" : " values"),
                           "too few points: this curve needs at least " + std::to_string(least));
    }
    if (model_.curve == Curve::linear && model_.kind == CurveKind::flow) {
      throw_argument_error(fit_curve_name, "kind", "flow",
                           "the flows of a line do not depend on its origin: fit them as levels, or as cumulative");
    }
    if (model_.curve == Curve::bass && times_.front() <= 0.0 && model_.noise == CurveNoise::lognormal) {
      throw_argument_error(fit_curve_name, "times[0]", times_.front(),
                           "must be > 0: Bass counts from the launch, where the curve is 0 and has no logarithm");
    }
    if (counts(model_.noise) && std::all_of(y_.begin(), y_.end(), [](double y) { return y == 0.0; })) {
      throw_argument_error(fit_curve_name, "y", "all zeros", "no growth to fit");
    }
    if (has_ceiling(model_.curve) && !observed_level(model_.kind, y_).grows) {
      throw_argument_error(fit_curve_name, "y", "",
                           "no growth to fit: no level is above the first one, and this curve only rises");
    }
  }

  void set_coordinates(std::span<const double> coordinates) {
    for (std::size_t j = 0; j < p(); ++j) {
      const ParameterValue value = parameter_from_coordinate(described_[j].scale, coordinates[j]);
      parameters_[j] = value.value;
      slopes_[j] = value.slope;
    }
    curve_means_into(model_.curve, model_.kind, parameters_, times_, means_);
  }

  double deviance(double spread) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < n(); ++i) {
      const double r = deviance_residual(model_.noise, y_[i], means_[i].value, spread).value;
      sum += r * r;
    }
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
  }

  /// The multiplier that suits means of multiplier 1: least squares, of logarithms, or the ratio of totals of counts.
  double multiplier() const {
    double above = 0.0;
    double below = 0.0;
    for (std::size_t i = 0; i < n(); ++i) {
      const double g = means_[i].value;
      if (model_.noise == CurveNoise::lognormal) {
        above += std::log(y_[i]) - std::log(g);
        below += 1.0;
      } else if (counts(model_.noise)) {
        above += y_[i];
        below += g;
      } else {
        above += y_[i] * g;
        below += g * g;
      }
    }
    return model_.noise == CurveNoise::lognormal ? std::exp(above / below) : above / below;
  }

  /// The multiplier of the curve and the shape as coordinates, or nothing where they suit no better than nonsense.
  void try_shape(std::span<const double> shape, double group, std::vector<CurveStart>& starts) {
    std::vector<double> coordinates(p());
    for (std::size_t j = 1; j < p(); ++j) {
      coordinates[j] = coordinate_from_parameter(described_[j].scale, shape[j - 1]);
    }
    coordinates[0] = 0.0;
    set_coordinates(coordinates);
    const double scale = multiplier();
    if (!(scale > 0.0) || !std::isfinite(scale)) return;
    coordinates[0] = std::log(scale);
    set_coordinates(coordinates);
    const double found = deviance(start_spread());
    if (std::isfinite(found)) starts.push_back({found, group, std::move(coordinates)});
  }

  /// A spread to begin with: of student_t a tenth of the largest observation; the counts begin with Poisson's.
  double start_spread() const {
    if (model_.noise != CurveNoise::student_t) return 0.0;
    double largest = 0.0;
    for (const double y : y_) largest = std::max(largest, std::abs(y));
    return largest > 0.0 ? 0.1 * largest : 1.0;
  }

  std::vector<CurveStart> grid_starts() {
    std::vector<CurveStart> starts;
    const double first = times_.front();
    const double width = span();
    if (model_.curve == Curve::exponential) {
      for (const double b : {-8.0, -3.0, -1.0, -0.3, 0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0}) {
        try_shape(std::array{b / width}, b, starts);
      }
    } else if (model_.curve == Curve::bass) {
      const double end = std::max(times_.back(), width);
      for (const double p : {0.003, 0.01, 0.03, 0.1, 0.3, 1.0}) {
        for (const double q : {0.5, 1.5, 3.0, 5.0, 8.0, 13.0, 20.0}) try_shape(std::array{p / end, q / end}, q, starts);
      }
    } else {
      for (const double rate : {0.7, 1.5, 3.0, 6.0, 12.0, 24.0, 48.0}) {
        for (const double at : {-1.0, -0.5, -0.1, 0.15, 0.35, 0.5, 0.65, 0.85, 1.1, 1.5, 2.0}) {
          const double centre = first + at * width;
          if (model_.curve != Curve::richards) {
            try_shape(std::array{rate / width, centre}, rate, starts);
            continue;
          }
          for (const double nu : {-0.3, 0.1, 0.5, 1.0, 3.0, 8.0}) {
            try_shape(std::array{rate / width, centre, nu}, nu, starts);
          }
        }
      }
    }
    return starts;
  }

  /// The line through the observations by least squares; a flat one where that falls below what the noise allows.
  std::vector<CurveStart> line_starts() {
    set_coordinates(std::array{0.0, 1.0});
    std::vector<double> design;
    for (std::size_t j = 0; j < 2; ++j) {
      for (const CurveValue& mean : means_) design.push_back(mean.gradient[j]);
    }
    std::vector<double> right = y_;
    const HouseholderQr qr(std::move(design), n(), 2);
    qr.apply_transposed(right);
    std::vector<double> line = qr.solve(right);
    set_coordinates(line);
    if (!std::isfinite(deviance(start_spread()))) {
      // Through the middle of the observations, rising slowly enough to stay positive.
      double total = 0.0;
      for (const double y : y_) total += y;
      const double middle = total / static_cast<double>(n());
      line = model_.kind == CurveKind::level ? std::vector{middle, 0.0} : std::vector{0.5 * middle, middle};
      set_coordinates(line);
    }
    return {{deviance(start_spread()), 0.0, std::move(line)}};
  }

  std::vector<CurveStart> best_starts() {
    std::vector<CurveStart> all = model_.curve == Curve::linear ? line_starts() : grid_starts();
    std::stable_sort(all.begin(), all.end(),
                     [](const CurveStart& a, const CurveStart& b) { return a.deviance < b.deviance; });
    std::vector<CurveStart> chosen;
    for (CurveStart& start : all) {
      const bool taken = std::any_of(chosen.begin(), chosen.end(),
                                     [&](const CurveStart& other) { return other.group == start.group; });
      if (!taken && chosen.size() < 6) chosen.push_back(std::move(start));
    }
    if (chosen.empty()) {
      throw_argument_error(fit_curve_name, "y", "", "no shape of this curve comes near these values");
    }
    return chosen;
  }

  LeastSquaresResult solve(std::span<const double> start, double spread) {
    const auto residuals = [&](std::span<const double> coordinates, std::span<double> r, std::span<double> jacobian) {
      set_coordinates(coordinates);
      for (std::size_t i = 0; i < n(); ++i) {
        const DevianceResidual residual = deviance_residual(model_.noise, y_[i], means_[i].value, spread);
        r[i] = residual.value;
        if (jacobian.empty()) continue;
        for (std::size_t j = 0; j < p(); ++j) {
          jacobian[i + j * n()] = residual.slope * means_[i].gradient[j] * slopes_[j];
        }
      }
    };
    return least_squares(residuals, start, n(), {.max_iterations = 1000});
  }

  LeastSquaresResult solve_all(const std::vector<CurveStart>& starts) {
    LeastSquaresResult best = solve(starts.front().coordinates, start_spread());
    for (const CurveStart& start : std::span(starts).subspan(1)) {
      LeastSquaresResult found = solve(start.coordinates, start_spread());
      // Between equal sums of squares, the one that is known to be a minimum.
      const bool same = std::abs(found.rss - best.rss) <= 1e-9 * best.rss;
      if (same ? found.converged && !best.converged : found.rss < best.rss) best = std::move(found);
    }
    return best;
  }

  double log_likelihood(double spread) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < n(); ++i) {
      sum += curve_noise_log_density(model_.noise, y_[i], means_[i].value, spread);
    }
    return sum;
  }

  /// Maximises the likelihood over the spread, the curve fitted anew at each: a grid on logarithms, then a golden
  /// section about its best point.
  double profile(LeastSquaresResult& best, double low, double high) {
    LeastSquaresResult at = best;
    const auto value = [&](double log_spread) {
      LeastSquaresResult found = solve(at.parameters, std::exp(log_spread));
      if (!std::isfinite(found.rss)) return -std::numeric_limits<double>::infinity();
      at = std::move(found);
      set_coordinates(at.parameters);
      return log_likelihood(std::exp(log_spread));
    };
    constexpr int points = 16;
    const double step = (high - low) / points;
    double centre = high;
    double top = -std::numeric_limits<double>::infinity();
    for (int k = 0; k <= points; ++k) {
      const double log_spread = high - k * step;
      const double found = value(log_spread);
      if (found > top) {
        top = found;
        centre = log_spread;
        best = at;
      }
    }
    at = best;
    constexpr double golden = 0.61803398874989484820;
    double a = centre - step;
    double b = centre + step;
    double left = b - golden * (b - a);
    double right = a + golden * (b - a);
    double at_left = value(left);
    double at_right = value(right);
    while (b - a > 1e-7) {
      if (at_left > at_right) {
        b = std::exchange(right, left);
        at_right = at_left;
        left = b - golden * (b - a);
        at_left = value(left);
      } else {
        a = std::exchange(left, right);
        at_left = at_right;
        right = a + golden * (b - a);
        at_right = value(right);
      }
    }
    const double spread = std::exp(0.5 * (a + b));
    const int iterations = best.iterations;
    best = solve(at.parameters, spread);
    best.iterations += iterations;
    return spread;
  }

  double profile_dispersion(LeastSquaresResult& best) {
    set_coordinates(best.parameters);
    const LeastSquaresResult poisson = best;
    const double least = log_likelihood(0.0);
    const double dispersion = profile(best, std::log(1e-7), std::log(1e2));
    set_coordinates(best.parameters);
    // No more scatter than Poisson's: the largest likelihood is at dispersion 0.
    if (dispersion > 2e-7 && log_likelihood(dispersion) > least) return dispersion;
    best = poisson;
    return 0.0;
  }

  double profile_sigma(LeastSquaresResult& best) {
    set_coordinates(best.parameters);
    double squares = 0.0;
    for (std::size_t i = 0; i < n(); ++i) squares += std::pow(y_[i] - means_[i].value, 2);
    const double deviation = std::sqrt(squares / static_cast<double>(n()));
    double largest = 0.0;
    for (const double y : y_) largest = std::max(largest, std::abs(y));
    if (deviation <= 1e-12 * largest) return 0.0;  // a perfect fit
    return profile(best, std::log(deviation) - 6.0, std::log(deviation) + 2.0);
  }

  /// Says which parameter ran away, where one did.
  void check_converged(const LeastSquaresResult& best) {
    if (best.converged) return;
    set_coordinates(best.parameters);
    if (has_ceiling(model_.curve) && parameters_[0] > 50.0 * observed_level(model_.kind, y_).top) {
      throw_no_ceiling("the ceiling runs away");
    }
    const std::string reason = runaway();
    if (!reason.empty()) throw_argument_error(fit_curve_name, "y", "", "not identified: " + reason);
    std::string ended;
    for (std::size_t j = 0; j < p(); ++j) {
      ended += (j == 0 ? "" : ", ") + std::string(described_[j].name) + " = " + number_text(parameters_[j]);
    }
    throw_argument_error(fit_curve_name, "y", ended, "the fit did not converge: " + best.reason);
  }

  std::string runaway() const {
    if (model_.curve == Curve::linear) return "";
    if (model_.curve == Curve::exponential) {
      return model_.kind == CurveKind::flow && parameters_[1] * span() < 1e-3
                 ? "the growth runs to 0: the flows of an exponential only rise"
                 : "";
    }
    const bool bass = model_.curve == Curve::bass;
    const double width = bass ? std::max(times_.back(), span()) : span();
    const double rate = (bass ? parameters_[1] + parameters_[2] : parameters_[1]) * width;
    // From one time to the next the curve then moves by nearly all of its ceiling.
    if (rate * mean_distance(times_) > 8.0 * width)
      return "the rate runs away: the best curve is a jump between two times";
    if (bass && parameters_[2] * width < 1e-3) return "the imitation q runs to 0: these values show no inflection";
    if (bass && parameters_[1] * width < 1e-6)
      return "the innovation p runs to 0: these values do not show a launch (times count from it: not 2010, but 1)";
    if (bass) return "";
    if (model_.curve == Curve::richards && (parameters_[3] < -0.95 || parameters_[3] > 100.0)) {
      return "the shape nu runs to its edge: fit logistic or gompertz";
    }
    if (parameters_[2] < times_.front() - 5.0 * width || rate < 1e-3) {
      return "the inflection runs away to long before the first time";
    }
    return "";
  }

  [[noreturn]] static void throw_no_ceiling(const std::string& detail) {
    throw_argument_error(fit_curve_name, "y", "",
                         "no ceiling identified: " + detail +
                             "; fit exponential or linear, or ask for a posterior, whose prior says what is plausible");
  }

  /// A flat optimum converges too: where the curve has become a jump, the sum of squares no longer sees its rate.
  void check_identified(const CurveFit& fit) {
    if (!has_ceiling(fit.model.curve)) return;
    const double relative = fit.standard_errors[0] / fit.parameters[0];
    if (!(relative <= 1.0)) throw_no_ceiling("the standard error of its logarithm is " + number_text(relative));
    const std::size_t rate = fit.model.curve == Curve::bass ? 2 : 1;
    if (fit.standard_errors[rate] <= 10.0 * fit.parameters[rate]) return;
    const std::string reason = runaway();
    throw_argument_error(
        fit_curve_name, "y", "",
        "not identified: " +
            (reason.empty() ? "the standard error of the rate is more than ten times the rate" : reason));
  }

  double residual_on_scale(std::size_t i) const {
    const double mean = means_[i].value;
    return model_.noise == CurveNoise::lognormal ? std::log(y_[i]) - std::log(mean) : y_[i] - mean;
  }

  std::vector<double> covariance(double spread) const {
    std::vector<double> weighted(n() * p());
    for (std::size_t i = 0; i < n(); ++i) {
      // Scatter that is 0 everywhere: the shape of the information, to be multiplied by 0.
      const bool perfect = spread == 0.0 && !counts(model_.noise);
      const double information = mean_information(model_.noise, means_[i].value, perfect ? 1.0 : spread);
      for (std::size_t j = 0; j < p(); ++j) {
        weighted[j * n() + i] = std::sqrt(information) * means_[i].gradient[j] * slopes_[j];
      }
    }
    std::vector<double> result = inverse_gram(weighted, n(), p());
    if (result.empty()) throw_argument_error(fit_curve_name, "y", "", "the parameters are not identified");
    for (std::size_t i = 0; i < p(); ++i) {
      for (std::size_t j = 0; j < p(); ++j) {
        result[i * p() + j] *= slopes_[i] * slopes_[j] * (spread == 0.0 && !counts(model_.noise) ? 0.0 : 1.0);
      }
    }
    return result;
  }

  CurveFit finished(const LeastSquaresResult& best, double spread) {
    set_coordinates(best.parameters);
    CurveFit fit{.model = model_,
                 .times = times_,
                 .observations = y_,
                 .means = {},
                 .parameters = parameters_,
                 .standard_errors = {},
                 .covariance = {},
                 .spread = spread,
                 .last_value = 0.0,
                 .diagnostics = {}};
    for (const CurveValue& mean : means_) fit.means.push_back(mean.value);
    CurveDiagnostics& d = fit.diagnostics;
    for (std::size_t i = 0; i < n(); ++i) d.rss += residual_on_scale(i) * residual_on_scale(i);
    double likely_spread = spread;
    if (model_.noise == CurveNoise::lognormal || model_.noise == CurveNoise::normal) {
      fit.spread = std::sqrt(d.rss / static_cast<double>(n() - p()));
      likely_spread = std::sqrt(d.rss / static_cast<double>(n()));
    }
    fit.covariance = covariance(fit.spread);
    for (std::size_t j = 0; j < p(); ++j) fit.standard_errors.push_back(std::sqrt(fit.covariance[j * p() + j]));
    d.r2 = explained(d.rss);
    d.log_likelihood = likely_spread == 0.0 && !counts(model_.noise) ? std::numeric_limits<double>::infinity()
                                                                     : log_likelihood(likely_spread);
    const auto count = static_cast<double>(n());
    const double k = static_cast<double>(p()) + (has_spread(model_.noise) ? 1.0 : 0.0);
    d.aicc = count > k + 1.0 ? -2.0 * d.log_likelihood + 2.0 * k + 2.0 * k * (k + 1.0) / (count - k - 1.0)
                             : std::numeric_limits<double>::quiet_NaN();
    describe_residuals(fit);
    d.iterations = best.iterations;
    d.reason = best.reason;
    return fit;
  }

  double explained(double rss) const {
    double mean = 0.0;
    const auto on_scale = [&](double y) { return model_.noise == CurveNoise::lognormal ? std::log(y) : y; };
    for (const double y : y_) mean += on_scale(y) / static_cast<double>(n());
    double total = 0.0;
    for (const double y : y_) total += (on_scale(y) - mean) * (on_scale(y) - mean);
    const bool equal = std::all_of(y_.begin(), y_.end(), [&](double y) { return y == y_.front(); });
    return equal ? std::numeric_limits<double>::quiet_NaN() : 1.0 - rss / total;
  }

  /// Durbin and Watson's ratio and the autocorrelation, of residuals divided by their standard deviations.
  void describe_residuals(CurveFit& fit) const {
    std::vector<double> e;
    for (std::size_t i = 0; i < n(); ++i) {
      const bool count = counts(model_.noise);
      e.push_back(residual_on_scale(i) *
                  (count ? std::sqrt(mean_information(model_.noise, means_[i].value, fit.spread)) : 1.0));
    }
    double differences = 0.0;
    double products = 0.0;
    for (std::size_t i = 1; i < n(); ++i) {
      differences += (e[i] - e[i - 1]) * (e[i] - e[i - 1]);
      products += e[i] * e[i - 1];
    }
    const double squares = sum_of_squares(e);
    fit.diagnostics.durbin_watson = differences / squares;
    fit.diagnostics.autocorrelation = products / squares;
  }

  CurveModel model_;
  std::vector<double> times_;
  std::vector<double> y_;
  std::span<const CurveParameter> described_;
  std::vector<double> parameters_;
  std::vector<double> slopes_;
  std::vector<CurveValue> means_;
};

/// sqrt(g' C g).
ESSOR_INLINE double delta_error(const CurveValue& value, const std::vector<double>& covariance, std::size_t p) {
  double sum = 0.0;
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) sum += value.gradient[i] * covariance[i * p + j] * value.gradient[j];
  }
  return std::sqrt(std::max(0.0, sum));
}

}  // namespace detail

ESSOR_INLINE std::vector<CurveEstimate> CurveFit::predict(int steps) const {
  check_at_least("CurveFit.predict", "steps", steps, 1);
  const double apart = detail::mean_distance(times);
  const CurveValue now = curve_value(model.curve, parameters, times.back());
  std::vector<CurveEstimate> result;
  for (int step = 1; step <= steps; ++step) {
    const double time = times.back() + step * apart;
    CurveValue value = curve_value(model.curve, parameters, time);
    if (model.kind == CurveKind::flow) value = detail::minus(value, curve_value(model.curve, parameters, time - 1.0));
    if (model.kind == CurveKind::cumulative) value = detail::minus(value, now);
    const double error = detail::delta_error(value, covariance, parameters.size());
    result.push_back({time, value.value + (model.kind == CurveKind::cumulative ? last_value : 0.0), error});
  }
  return result;
}

ESSOR_INLINE CurveEstimate CurveFit::saturation(double share) const {
  const CurveValue when = saturation_time(model.curve, parameters, share);
  return {when.value, when.value, detail::delta_error(when, covariance, parameters.size())};
}

ESSOR_INLINE std::vector<double> independent_observations(CurveKind kind, CurveNoise noise,
                                                          std::span<const double> values) {
  check_not_empty(detail::fit_curve_name, "y", values.size());
  detail::check_observations(values);
  std::vector<double> result;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string place = "y[" + std::to_string(i) + "]";
    if (kind != CurveKind::cumulative || i == 0) {
      detail::check_in_domain(place, noise, values[i], "");
      result.push_back(values[i]);
      continue;
    }
    const double increment = values[i] - values[i - 1];
    detail::check_in_domain(place, noise, increment, "the increment of a cumulative value ");
    result.push_back(increment);
  }
  return result;
}

ESSOR_INLINE CurveFit fit_curve(std::span<const double> values, const CurveModel& model,
                                std::span<const double> times) {
  std::vector<double> observations = independent_observations(model.kind, model.noise, values);
  CurveFit fit =
      detail::CurveFitter(model, detail::times_or_steps(values.size(), times), std::move(observations)).run();
  fit.last_value = values.back();
  return fit;
}

}  // namespace essor
