// Small systems of linear equations with a symmetric positive definite matrix.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "essor/config.hpp"

namespace essor {

/// A = L L' of a symmetric positive definite matrix of a few dozen rows, by rows. Plain loops: Eigen's decompositions
/// would cost every file that includes the library several seconds of compilation.
class Cholesky {
 public:
  /// Nothing when the matrix is singular: a pivot falls below 1e-12 of its diagonal element. `lower` is row-major, size
  /// x size; only its lower triangle is read.
  static std::optional<Cholesky> of(std::vector<double> lower, std::size_t size);

  /// The x with A x = b. O(size^2).
  std::vector<double> solve(std::vector<double> b) const;

 private:
  Cholesky(std::vector<double> factor, std::size_t size) : factor_(std::move(factor)), size_(size) {}

  std::vector<double> factor_;
  std::size_t size_;
};

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/numerics/detail/cholesky_inl.hpp"
#endif
