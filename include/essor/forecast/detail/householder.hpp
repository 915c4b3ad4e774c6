#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace essor::detail {

inline double sum_of_squares(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value * value;
  return sum;
}

/// Householder QR of a matrix of full height, columns stored one after the other: A = Q R, without pivoting. Small
/// plain loops: a decomposition by Eigen would cost every file that includes the library seconds of compilation.
class HouseholderQr {
 public:
  HouseholderQr(std::vector<double> matrix, std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), a_(std::move(matrix)), diagonal_(columns, 0.0) {
    for (std::size_t k = 0; k < columns; ++k) {
      double* column = &a_[k * rows];
      const double norm = std::sqrt(sum_of_squares({column + k, rows - k}));
      if (norm == 0.0) continue;
      const double signed_norm = column[k] > 0.0 ? -norm : norm;
      diagonal_[k] = signed_norm;
      // v = x - signed_norm e_k, stored over the column; v'v / 2 = signed_norm^2 - signed_norm x_k.
      const double half = norm * norm - signed_norm * column[k];
      column[k] -= signed_norm;
      for (std::size_t j = k + 1; j < columns; ++j) reflect(column, half, k, &a_[j * rows]);
    }
  }

  /// Q' b in the place of b.
  void apply_transposed(std::span<double> b) const {
    for (std::size_t k = 0; k < columns_; ++k) {
      if (diagonal_[k] == 0.0) continue;
      const double* column = &a_[k * rows_];
      reflect(column, -diagonal_[k] * column[k], k, b.data());
    }
  }

  double r(std::size_t i, std::size_t j) const { return i == j ? diagonal_[i] : a_[j * rows_ + i]; }

  /// The x with R x = b, the first elements of b.
  std::vector<double> solve(std::span<const double> b) const {
    std::vector<double> x(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(columns_));
    for (std::size_t i = columns_; i-- > 0;) {
      for (std::size_t j = i + 1; j < columns_; ++j) x[i] -= r(i, j) * x[j];
      x[i] /= diagonal_[i];
    }
    return x;
  }

  /// The least over the largest singular value, bounded from above by what R^-1 shows: 0 for a singular matrix.
  double inverse_condition() const {
    double largest = 0.0;
    for (std::size_t i = 0; i < columns_; ++i) {
      for (std::size_t j = i; j < columns_; ++j) largest += r(i, j) * r(i, j);
    }
    double inverse = 0.0;
    std::vector<double> unit(columns_);
    for (std::size_t k = 0; k < columns_; ++k) {
      std::fill(unit.begin(), unit.end(), 0.0);
      unit[k] = 1.0;
      inverse += sum_of_squares(solve(unit));
    }
    const double product = std::sqrt(largest) * std::sqrt(inverse);
    return std::isfinite(product) && product > 0.0 ? 1.0 / product : 0.0;
  }

  /// Without full rank to working precision.
  bool singular() const { return inverse_condition() < 1e-15; }

 private:
  void reflect(const double* v, double half, std::size_t k, double* b) const {
    double dot = 0.0;
    for (std::size_t i = k; i < rows_; ++i) dot += v[i] * b[i];
    const double factor = dot / half;
    for (std::size_t i = k; i < rows_; ++i) b[i] -= factor * v[i];
  }

  std::size_t rows_;
  std::size_t columns_;
  std::vector<double> a_;
  std::vector<double> diagonal_;
};

/// The columns of a matrix divided by their own norms: what decides on its rank. A column of zeros leaves it singular.
inline HouseholderQr by_column(std::vector<double> matrix, std::size_t rows, std::size_t columns) {
  for (std::size_t j = 0; j < columns; ++j) {
    const double norm = std::sqrt(sum_of_squares({&matrix[j * rows], rows}));
    for (std::size_t i = 0; i < rows && norm > 0.0; ++i) matrix[j * rows + i] /= norm;
  }
  return {std::move(matrix), rows, columns};
}

/// (A'A)^-1, row by row; empty where A has not full rank.
inline std::vector<double> inverse_gram(const std::vector<double>& matrix, std::size_t rows, std::size_t columns) {
  const HouseholderQr qr = by_column(matrix, rows, columns);
  if (qr.singular()) return {};
  // R^-1 column by column; the products of its rows are (A'A)^-1 of the scaled columns.
  std::vector<std::vector<double>> inverse;
  std::vector<double> unit(columns, 0.0);
  for (std::size_t k = 0; k < columns; ++k) {
    unit[k] = 1.0;
    inverse.push_back(qr.solve(unit));
    unit[k] = 0.0;
  }
  std::vector<double> norms;
  for (std::size_t j = 0; j < columns; ++j) norms.push_back(std::sqrt(sum_of_squares({&matrix[j * rows], rows})));
  std::vector<double> result(columns * columns, 0.0);
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t k = 0; k < columns; ++k) result[i * columns + j] += inverse[k][i] * inverse[k][j];
      result[i * columns + j] /= norms[i] * norms[j];
    }
  }
  return result;
}

}  // namespace essor::detail
