#include "essor/random/philox.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

namespace {

using namespace essor;
using Words = std::array<std::uint32_t, 4>;

// The known answers that the authors publish with Random123 (tests/kat_vectors), philox4x32, 10 rounds.
static_assert(philox4x32_10({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U});
static_assert(philox4x32_10({0xffffffffU, 0xffffffffU, 0xffffffffU, 0xffffffffU}, {0xffffffffU, 0xffffffffU}) ==
              Words{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU});
static_assert(philox4x32_10({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}) ==
              Words{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U});
static_assert(std::uniform_random_bit_generator<Philox>);

TEST_CASE("the generator walks the blocks of its stream") {
  Philox generator(0);
  for (const std::uint32_t word : philox4x32_10({0, 0, 0, 0}, {0, 0})) CHECK(generator() == word);
  for (const std::uint32_t word : philox4x32_10({1, 0, 0, 0}, {0, 0})) CHECK(generator() == word);
}

TEST_CASE("a block of a stream is what the generator gives there") {
  const Philox stream(12, {.path = 3, .product = 4, .period = 5, .purpose = 6});
  Philox generator = stream;
  for (std::uint32_t index = 0; index < 3; ++index) {
    for (const std::uint32_t word : stream.block(index)) CHECK(generator() == word);
  }
  CHECK(generator.block(1) == stream.block(1));
}

TEST_CASE("seed and stream fill key and counter") {
  Philox generator(0x299f31d0a4093822ULL, {.path = 2, .product = 3, .period = 4, .purpose = 5});
  for (const std::uint32_t word : philox4x32_10({0, 2, 3, 0x00040005U}, {0xa4093822U, 0x299f31d0U})) {
    CHECK(generator() == word);
  }
}

TEST_CASE("every part of the stream matters, and nothing else") {
  const auto first = [](std::uint64_t seed, RandomStream stream) { return Philox(seed, stream)(); };
  const std::set<std::uint32_t> distinct = {first(1, {}),
                                            first(2, {}),
                                            first(1ULL << 32U, {}),
                                            first(1, {.path = 1}),
                                            first(1, {.product = 1}),
                                            first(1, {.period = 1}),
                                            first(1, {.purpose = 1})};
  CHECK(distinct.size() == 7);
  CHECK(first(1, {.path = 9}) == first(1, {.path = 9}));
}

}  // namespace
