// Plain forecasts that a better one must beat.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "essor/config.hpp"

namespace essor {

/// The plain forecasts: the last value, with a drift, the same season of last year, and Theta.
enum class Baseline { naive, drift, seasonal_naive, theta };

/// Its name, as in the enumeration.
std::string_view baseline_name(Baseline baseline);
/// @throw ArgumentError if no baseline has this name.
Baseline baseline_from_name(std::string_view name);
/// How many values of history a baseline needs: 2 (naive), 3 (drift, Theta), season + 1 (seasonal naive).
/// @throw ArgumentError if season < 1.
int baseline_least_values(Baseline baseline, int season = 1);

/// A normal forecast of each step, in the unit of the history.
struct NormalForecast {
  std::vector<double> mean;
  std::vector<double> standard_error;  ///< >= 0: 0 where the history left no error

  /// mean + standard_error z_p of a step, 1 the first.
  /// @throw ArgumentError if there is no such step or p is not in (0, 1).
  double quantile(int step, double p) const;
};

/// Forecasts a history of n values by a baseline. With e the residuals of one step and s = season:
///
/// | baseline | mean of step h | variance of step h |
/// |---|---|---|
/// | naive | y_n | v h, v = mean e^2, e_t = y_t - y_(t-1) |
/// | drift | y_n + b h, b = (y_n - y_1) / (n - 1) | v h + v h^2 / (n - 1), v = sum (e_t - b)^2 / (n - 2) |
/// | seasonal naive | y of the last season at the same place | v k, v = mean e^2, e_t = y_t - y_(t-s), k = ceil(h / s)
/// | | Theta | below | v (1 + (h - 1) alpha^2), v = sum e^2 / (n - 2) |
///
/// Theta is simple exponential smoothing with half the slope b of the least-squares line on time added:
/// \f[ l_t = \alpha y_t + (1 - \alpha) l_{t-1}, \qquad
///     \hat y_{n+h} = l_n + \tfrac{b}{2} \Bigl( h - 1 + \frac{1 - (1 - \alpha)^n}{\alpha} \Bigr) \f]
/// with alpha in [0.0001, 0.9999] and l_0 that make the sum of squares of e_t = y_t - l_(t-1) least. With a season, and
/// more than two of them, the autocorrelation r at its lag is tested: seasonal if |r_s| > 1.645 sqrt((1 + 2 sum_(k<s)
/// r_k^2) / n). Then the values are first divided by the factors of the classical multiplicative decomposition, the
/// means multiplied by them, and v is that of the values divided. Where a factor or a moving average is not above 0,
/// there is no multiplicative season and none is taken out.
///
/// These are the definitions of the R package forecast (naive, snaive, rwf with drift, thetaf). Quantiles may be
/// negative: nothing is cut off. O(n + horizon).
/// @throw ArgumentError if horizon or season is below 1, the history has fewer values than `baseline_least_values`, or
/// one is not finite (its index is named).
/// @par Source R. J. Hyndman and G. Athanasopoulos (2021), Forecasting: principles and practice, 3rd edition, sections
/// 5.2 and 5.5; V. Assimakopoulos and K. Nikolopoulos (2000), The theta model, International Journal of Forecasting
/// 16(4), 521-530, doi:10.1016/S0169-2070(00)00066-2; R. J. Hyndman and B. Billah (2003), Unmasking the Theta method,
/// International Journal of Forecasting 19(2), 287-290, doi:10.1016/S0169-2070(01)00143-1.
NormalForecast forecast_baseline(Baseline baseline, std::span<const double> history, int horizon, int season = 1);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/baselines_inl.hpp"
#endif
