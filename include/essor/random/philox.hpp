// A counter-based generator: each number is a function of (seed, stream, place in the stream) alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace essor {

/// One application of Philox4x32-10: 128 bits of counter and 64 of key give 128 random bits.
/// @par Source J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw (2011), Parallel random numbers: as easy as 1, 2, 3,
/// SC '11, doi:10.1145/2063384.2063405.
constexpr std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                                     std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

/// Which random numbers: those of one path, product and period, for one purpose. The same stream of the same seed is
/// the same numbers, whatever else is drawn; two scenarios that share streams share their luck.
struct RandomStream {
  std::uint32_t path = 0;
  std::uint32_t product = 0;
  std::uint16_t period = 0;
  std::uint16_t purpose = 0;
};

/// The numbers of one stream, one after the other: a uniform random bit generator over 32 bits.
/// The seed is the key; path, product, period and purpose are three words of the counter, the place in the stream is
/// the fourth. A stream holds 2^34 numbers of 32 bits and starts again after them.
class Philox {
 public:
  using result_type = std::uint32_t;

  constexpr explicit Philox(std::uint64_t seed, RandomStream stream = {}) noexcept
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)},
        stream_{stream.path, stream.product,
                (static_cast<std::uint32_t>(stream.period) << 16U) | std::uint32_t{stream.purpose}} {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return 0xFFFFFFFFU; }

  constexpr result_type operator()() noexcept {
    if (used_ == 4) {
      block_ = block(next_++);
      used_ = 0;
    }
    return block_[used_++];
  }

  /// The four numbers of the stream from the place 4 `index` on, whatever was drawn before.
  constexpr std::array<result_type, 4> block(std::uint32_t index) const noexcept {
    return philox4x32_10({index, stream_[0], stream_[1], stream_[2]}, key_);
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 3> stream_;  ///< what stays of the counter
  std::uint32_t next_ = 0;
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;
};

}  // namespace essor
