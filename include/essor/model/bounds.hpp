// A published figure: a value, or what is known of it when only bounds were published.
#pragma once

#include <cmath>
#include <limits>

namespace essor {

/// `value` is NaN when only bounds are known; `low` and `high` enclose it and are -inf / +inf (0 for amounts and
/// counts) where that side is open. A plain figure has low = value = high.
struct Bounds {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();

  static constexpr Bounds exactly(double x) noexcept { return {x, x, x}; }
  bool known() const noexcept { return !std::isnan(low); }       ///< anything at all
  bool is_point() const noexcept { return !std::isnan(value); }  ///< a value, perhaps with bounds around it
  bool is_exact() const noexcept { return low == high; }
};

}  // namespace essor
