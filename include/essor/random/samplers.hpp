// Draws from distributions, made here so that the same generator gives the same draws with every standard library.
//
// Each takes any uniform random bit generator over 32 or 64 bits. Parameters are trusted: check them before the loop.
#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "essor/numerics/normal.hpp"

namespace essor {

/// A generator of unsigned integers that are uniform over all their 32 or 64 bits.
template <class Generator>
concept BitGenerator = requires(Generator& generator) {
  generator();
  requires std::is_unsigned_v<decltype(generator())>;
  requires Generator::min() == 0;
  requires Generator::max() == 0xFFFFFFFFU || Generator::max() == 0xFFFFFFFFFFFFFFFFU;
};

/// 64 random bits.
template <BitGenerator Generator>
constexpr std::uint64_t random_bits(Generator& generator) {
  if constexpr (Generator::max() == 0xFFFFFFFFU) {
    const std::uint64_t high = generator();
    return (high << 32U) | generator();
  } else {
    return generator();
  }
}

/// Uniform on the open interval (0, 1): the centres of 2^52 equal cells, so that 0, 1 and 1/2 never come and u and 1 -
/// u are equally likely and both exact.
template <BitGenerator Generator>
double uniform_rng(Generator& generator) {
  const auto cell = static_cast<double>(random_bits(generator) >> 12U);
  return (cell + 0.5) * 0x1p-52;
}

/// A standard normal, by the inverse of its distribution function: one uniform for one normal, in the same order.
template <BitGenerator Generator>
double normal_rng(Generator& generator) {
  return normal_quantile(uniform_rng(generator));
}

/// A standard exponential.
template <BitGenerator Generator>
double exponential_rng(Generator& generator) {
  return -std::log(uniform_rng(generator));
}

/// The logarithm of a gamma draw of the given shape > 0 and scale 1; finite where the draw itself would underflow to 0.
/// @par Source G. Marsaglia and W. W. Tsang (2000), A simple method for generating gamma variables, ACM Transactions on
/// Mathematical Software 26(3), 363-372, doi:10.1145/358407.358414; shapes below 1 by their remark on the power of a
/// uniform.
template <BitGenerator Generator>
double log_gamma_rng(Generator& generator, double shape) {
  if (shape < 1.0) {
    const double power = std::log(uniform_rng(generator)) / shape;
    return log_gamma_rng(generator, shape + 1.0) + power;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal_rng(generator);
    const double base = 1.0 + c * x;
    if (base <= 0.0) continue;
    const double log_v = 3.0 * std::log(base);
    const double v = base * base * base;
    if (std::log(uniform_rng(generator)) < 0.5 * x * x + d - d * v + d * log_v) return std::log(d) + log_v;
  }
}

/// A gamma draw of the given shape > 0 and scale 1.
template <BitGenerator Generator>
double gamma_rng(Generator& generator, double shape) {
  return std::exp(log_gamma_rng(generator, shape));
}

/// A beta draw, a > 0 and b > 0: the share of one gamma draw in the sum of two.
template <BitGenerator Generator>
double beta_rng(Generator& generator, double a, double b) {
  const double log_x = log_gamma_rng(generator, a);
  const double log_y = log_gamma_rng(generator, b);
  return 1.0 / (1.0 + std::exp(log_y - log_x));
}

/// A draw of Student's t, degrees > 0; infinite degrees give the normal.
template <BitGenerator Generator>
double student_t_rng(Generator& generator, double degrees) {
  const double z = normal_rng(generator);
  if (std::isinf(degrees)) return z;
  const double log_chi_square_mean = log_gamma_rng(generator, 0.5 * degrees) - std::log(0.5 * degrees);
  return z * std::exp(-0.5 * log_chi_square_mean);
}

}  // namespace essor
