#pragma once

#include <cmath>

#include "essor/numerics/cholesky.hpp"

namespace essor {

ESSOR_INLINE std::optional<Cholesky> Cholesky::of(std::vector<double> a, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * size + j];
      const double diagonal = sum;
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * size + k] * a[j * size + k];
      if (i != j) {
        a[i * size + j] = sum / a[j * size + j];
        continue;
      }
      if (!(sum > 1e-12 * diagonal)) return std::nullopt;
      a[i * size + i] = std::sqrt(sum);
    }
  }
  return Cholesky(std::move(a), size);
}

ESSOR_INLINE std::vector<double> Cholesky::solve(std::vector<double> b) const {
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= factor_[i * size_ + k] * b[k];
    b[i] /= factor_[i * size_ + i];
  }
  for (std::size_t i = size_; i-- > 0;) {
    for (std::size_t k = i + 1; k < size_; ++k) b[i] -= factor_[k * size_ + i] * b[k];
    b[i] /= factor_[i * size_ + i];
  }
  return b;
}

}  // namespace essor
