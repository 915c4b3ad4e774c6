// Funding periods: half-open intervals of whole months.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "essor/config.hpp"
#include "essor/model/date.hpp"

namespace essor {

/// A half-open interval of whole months, `[first, last)`, each counted from January 1970.
struct Period {
  std::int32_t first = 0;  ///< first month
  std::int32_t last = 0;   ///< month after the last one

  int months() const noexcept { return last - first; }
  Date start() const noexcept;  ///< first day
  Date end() const noexcept;    ///< first day after
  bool contains(const Period& other) const noexcept { return first <= other.first && other.last <= last; }
  bool overlaps(const Period& other) const noexcept { return first < other.last && other.first < last; }
  auto operator<=>(const Period&) const = default;
};

/// What reading a period took for granted, to be told to the reader.
enum class PeriodReading : std::uint8_t { exact, inclusive_end, april_year };

struct ReadPeriod {
  Period period;
  PeriodReading reading = PeriodReading::exact;
};

/// Reads `2021`, `2021-H1`, `2021-S1`, `S1 2021`, `H1 2021`, `2021-Q3`, `2021-T3`, `2021-04`, `FY2021`, `FY2021-H1`
/// (British years, from April 2021), and ISO intervals `2021-01-01/2021-07-01`; any case, spaces or dashes between the
/// parts.
/// @throw RecordError with the given place, naming the text and what to write instead.
ReadPeriod parse_period(std::string_view text, std::string_view place);

/// The period from an ISO start day to an exclusive ISO end day. An end that is the last day of a month is read as
/// inclusive.
/// @throw RecordError with the given place when a day does not exist, is in the middle of a month, or the period is
/// empty or reversed.
ReadPeriod period_between(std::string_view start, std::string_view end, std::string_view place);

/// The shortest of `2021`, `2021-H1`, `2021-Q3`, `2021-04`, else `2021-04-01/2022-04-01`.
std::string period_text(const Period& period);

/// The month, counted from January 1970, that holds a day.
std::int32_t month_of(Date day) noexcept;

namespace detail {

/// The first day of a month counted from January 1970.
Date month_start(std::int32_t month) noexcept;

/// @throw RecordError when there is no such day.
Date existing_day(std::string_view text, std::string_view place);

/// The month that begins on the day of the text.
std::int32_t start_month(std::string_view text, std::string_view place);

struct EndMonth {
  std::int32_t month = 0;
  bool inclusive = false;
};

/// The month that follows a period ending on the day of the text: exclusive, or the last day of a month, read as
/// inclusive.
EndMonth end_month(std::string_view text, std::string_view place);

/// @throw RecordError when the period is empty or reversed.
Period ordered_period(std::int32_t first, std::int32_t last, std::string_view place);

}  // namespace detail

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/model/detail/period_inl.hpp"
#endif
