#include "essor/random/samplers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "essor/numerics/beta.hpp"
#include "essor/numerics/gamma.hpp"
#include "essor/numerics/student_t.hpp"
#include "essor/random/philox.hpp"

namespace {

using namespace essor;

/// The greatest distance between the empirical distribution of draws and the true one, times sqrt(n).
template <class Draw, class Cdf>
double kolmogorov(Draw&& draw, Cdf&& cdf, int count = 20'000) {
  std::vector<double> draws(static_cast<std::size_t>(count));
  Philox generator(20'240'615);
  for (double& value : draws) value = draw(generator);
  std::sort(draws.begin(), draws.end());
  double distance = 0.0;
  for (int i = 0; i < count; ++i) {
    const double p = cdf(draws[static_cast<std::size_t>(i)]);
    distance = std::max({distance, std::abs(p - i / double(count)), std::abs(p - (i + 1) / double(count))});
  }
  return distance * std::sqrt(double(count));
}

// 1.95 is the distance that chance passes once in a thousand times; the seed is fixed, so the test never flickers.
constexpr double critical = 1.95;

struct Extreme {
  using result_type = std::uint64_t;
  std::uint64_t bits;
  static constexpr std::uint64_t min() { return 0; }
  static constexpr std::uint64_t max() { return ~std::uint64_t{0}; }
  std::uint64_t operator()() const { return bits; }
};

TEST_CASE("uniforms are inside the open interval, and symmetric") {
  Extreme lowest{0};
  Extreme highest{~std::uint64_t{0}};
  CHECK(uniform_rng(lowest) > 0.0);
  CHECK(uniform_rng(highest) < 1.0);
  CHECK(uniform_rng(lowest) == 1.0 - uniform_rng(highest));
  CHECK(std::isfinite(normal_rng(lowest)));
  CHECK(normal_rng(lowest) == doctest::Approx(-normal_rng(highest)));
}

TEST_CASE("64-bit generators work too") {
  std::mt19937_64 generator(1);
  const double u = uniform_rng(generator);
  CHECK((u > 0.0 && u < 1.0));
}

TEST_CASE("draws follow their distribution") {
  CHECK(kolmogorov([](auto& g) { return uniform_rng(g); }, [](double x) { return x; }) < critical);
  CHECK(kolmogorov([](auto& g) { return normal_rng(g); }, normal_cdf) < critical);
  CHECK(kolmogorov([](auto& g) { return exponential_rng(g); }, [](double x) { return -std::expm1(-x); }) < critical);
  for (const double shape : {0.05, 0.5, 1.0, 3.3, 250.0}) {
    CAPTURE(shape);
    CHECK(kolmogorov([=](auto& g) { return gamma_rng(g, shape); }, [=](double x) { return gamma_cdf(x, shape); }) <
          critical);
  }
  for (const auto& [a, b] : {std::pair{0.5, 0.5}, {3.5, 97.5}, {40.5, 2.0}}) {
    CAPTURE(a);
    CHECK(kolmogorov([a = a, b = b](auto& g) { return beta_rng(g, a, b); },
                     [a = a, b = b](double x) { return beta_cdf(x, a, b); }) < critical);
  }
  for (const double degrees : {1.0, 4.0, 30.0}) {
    CAPTURE(degrees);
    CHECK(kolmogorov([=](auto& g) { return student_t_rng(g, degrees); },
                     [=](double x) { return student_t_cdf(x, degrees); }) < critical);
  }
}

TEST_CASE("the same stream gives the same draws") {
  Philox first(5, {.path = 3});
  Philox second(5, {.path = 3});
  for (int i = 0; i < 100; ++i) CHECK(gamma_rng(first, 0.7) == gamma_rng(second, 0.7));
}

}  // namespace
