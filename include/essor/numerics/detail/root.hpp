#pragma once

namespace essor::detail {

/// Bisection on a rising function over (low, high), down to neighbouring doubles.
template <class Function>
double rising_root(Function&& f, double low, double high) {
  while (true) {
    const double middle = low + 0.5 * (high - low);
    if (!(middle > low && middle < high)) return middle;
    (f(middle) < 0.0 ? low : high) = middle;
  }
}

}  // namespace essor::detail
