#include "essor/numerics/difference_constraints.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

using namespace essor;

namespace {

std::vector<std::size_t> sorted(std::vector<std::size_t> list) {
  std::sort(list.begin(), list.end());
  return list;
}

}  // namespace

TEST_CASE("bounds that can all hold have no inconsistent source") {
  CHECK(inconsistent_sources(0, {}).empty());
  CHECK(inconsistent_sources(3, {}).empty());
  CHECK(inconsistent_sources(3, {{0, 1, 5, 0}, {1, 2, -3, 1}, {2, 0, -2, 2}}).empty());  // sums to 0
  CHECK(inconsistent_sources(2, {{0, 1, 1, 0}, {1, 0, -1, 0}}).empty());                 // an equality
}

TEST_CASE("a cycle below zero names its sources, and no others") {
  CHECK(sorted(inconsistent_sources(
            4, {{0, 1, 5, 10}, {1, 2, -3, 11}, {2, 0, -2.5, 12}, {0, 3, 1, 13}, {3, 1, 100, 14}})) ==
        std::vector<std::size_t>{10, 11, 12});
  CHECK(inconsistent_sources(1, {{0, 0, -1, 7}}) == std::vector<std::size_t>{7});
  CHECK(sorted(inconsistent_sources(2, {{0, 1, 1, 3}, {1, 0, -2, 3}})) ==
        std::vector<std::size_t>{3});  // low above high of one source
  CHECK(inconsistent_sources(3, {{0, 1, 5, 10}, {1, 2, -3, 11}, {2, 0, -2.5, 12}}) ==
        inconsistent_sources(3, {{0, 1, 5, 10}, {1, 2, -3, 11}, {2, 0, -2.5, 12}}));
}

TEST_CASE("the tolerance decides what is a contradiction") {
  const auto cycle = [](double gap) {
    return std::vector<DifferenceBound>{{0, 1, 1, 0}, {1, 2, 1, 1}, {2, 0, -2 - gap, 2}};
  };
  CHECK(inconsistent_sources(3, cycle(1e-12)).empty());
  CHECK(inconsistent_sources(3, cycle(1e-6)).size() == 3);
  CHECK(inconsistent_sources(3, cycle(1e-6), 1e-3).empty());
  // A long chain of steps just below the tolerance ends, and finds nothing.
  std::vector<DifferenceBound> chain;
  for (std::size_t i = 0; i < 200; ++i) chain.push_back({199 - i, (200 - i) % 200, i == 0 ? 199 * 0.9e-9 : -0.9e-9, i});
  CHECK(inconsistent_sources(200, chain).empty());
}

TEST_CASE("what is implied is the tightest over all paths") {
  const std::vector<DifferenceBound> bounds{{0, 1, 2, 0}, {1, 0, -1, 0}, {1, 2, 3, 1}, {2, 1, -2.5, 1}, {0, 2, 4.5, 2}};
  CHECK(implied_difference(3, bounds, 0, 1).low == doctest::Approx(1));
  CHECK(implied_difference(3, bounds, 0, 1).high == doctest::Approx(2));
  CHECK(implied_difference(3, bounds, 0, 2).low == doctest::Approx(3.5));
  CHECK(implied_difference(3, bounds, 0, 2).high == doctest::Approx(4.5));
  CHECK(implied_difference(3, bounds, 2, 0).low == doctest::Approx(-4.5));
  CHECK(std::isinf(implied_difference(4, bounds, 0, 3).high));
  CHECK(std::isinf(implied_difference(4, bounds, 0, 3).low));
}

TEST_CASE("random systems: consistent exactly when no closed walk is negative (Floyd and Warshall)") {
  std::uint64_t state = 2021;
  const auto next = [&](std::uint64_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % below;
  };
  int consistent = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t n = 2 + next(5);
    std::vector<DifferenceBound> bounds;
    std::vector<std::vector<double>> shortest(n, std::vector<double>(n, std::numeric_limits<double>::infinity()));
    for (std::size_t i = 0; i < n; ++i) shortest[i][i] = 0;
    for (std::size_t i = 0, count = 1 + next(3 * n); i < count; ++i) {
      const DifferenceBound b{next(n), next(n), static_cast<double>(next(20)) - 5, i};
      bounds.push_back(b);
      shortest[b.from][b.to] = std::min(shortest[b.from][b.to], b.bound);
    }
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) shortest[i][j] = std::min(shortest[i][j], shortest[i][k] + shortest[k][j]);
    bool negative = false;
    for (std::size_t i = 0; i < n; ++i) negative |= shortest[i][i] < 0;
    const auto sources = inconsistent_sources(n, bounds);
    CHECK(sources.empty() == !negative);
    if (negative) {  // the named bounds alone contradict each other
      std::vector<DifferenceBound> named;
      for (const DifferenceBound& b : bounds)
        if (std::find(sources.begin(), sources.end(), b.source) != sources.end()) named.push_back(b);
      CHECK(!inconsistent_sources(n, named).empty());
      continue;
    }
    ++consistent;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) CHECK(implied_difference(n, bounds, i, j).high == shortest[i][j]);
  }
  CHECK(consistent > 50);
}
