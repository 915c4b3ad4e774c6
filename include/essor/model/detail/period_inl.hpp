#pragma once

#include <utility>

#include "essor/error/errors.hpp"
#include "essor/model/date.hpp"
#include "essor/model/detail/blank.hpp"
#include "essor/model/period.hpp"

namespace essor {

namespace detail {

ESSOR_INLINE Date month_start(std::int32_t month) noexcept {
  const int year = 1970 + (month >= 0 ? month / 12 : (month - 11) / 12);
  const unsigned in_year = static_cast<unsigned>(month - (year - 1970) * 12);
  return Date{std::chrono::year{year} / std::chrono::month{in_year + 1} / std::chrono::day{1}};
}

/// Upper case, without spaces, dashes and underscores at the ends; inner runs of them become one dash.
ESSOR_INLINE std::string period_key(std::string_view text) {
  std::string key;
  bool gap = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    const std::size_t blank = blank_length(text.substr(i));
    if (blank > 0 || c == '-' || c == '_') {
      gap = !key.empty();
      i += blank > 0 ? blank - 1 : 0;
      continue;
    }
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (gap) key += '-';
    gap = false;
    key += c;
  }
  return key;
}

ESSOR_INLINE std::int32_t january(int year) noexcept { return (year - 1970) * 12; }

/// Whether a text is a year and the two last digits of the next one: 2020/21 or 2020-21.
ESSOR_INLINE bool is_year_pair(std::string_view text) noexcept {
  if (text.size() != 7 || (text[4] != '/' && text[4] != '-')) return false;
  const int year = digits_value(text.substr(0, 4)), next = digits_value(text.substr(5));
  return year > 0 && next > 12 && next == (year + 1) % 100;
}

[[noreturn]] ESSOR_INLINE void throw_period(std::string_view text, std::string_view place) {
  if (text.size() == 7 && text[2] == '/' && digits_value(text.substr(0, 2)) > 0 && digits_value(text.substr(3)) > 0)
    throw RecordError(
        std::string(place), "'" + std::string(text) + "'",
        "is not a period: write the year first, " + std::string(text.substr(3)) + "-" + std::string(text.substr(0, 2)));
  if (is_year_pair(text))
    throw RecordError(std::string(place), "'" + std::string(text) + "'",
                      "names two years: write FY" + std::string(text.substr(0, 4)) +
                          " for a year from April, or the interval itself, such as " + std::string(text.substr(0, 4)) +
                          "-07-01/" + std::to_string(digits_value(text.substr(0, 4)) + 1) + "-07-01 (end exclusive)");
  throw RecordError(std::string(place), "'" + std::string(text) + "'",
                    "is not a period: write 2021, 2021-H1, 2021-S1, S1 2021, 2021-Q3, 2021-04, FY2021, FY2021-H1 or "
                    "2021-01-01/2021-07-01 (end exclusive)");
}

/// The part of a year that a letter and a number name: H1, S2, Q3, T4; an empty period when they name none.
ESSOR_INLINE Period part_of_year(std::int32_t start, std::string_view part) noexcept {
  if (part.size() != 2) return {};
  const int number = part[1] - '0';
  const bool half = part[0] == 'H' || part[0] == 'S';
  const bool quarter = part[0] == 'Q' || part[0] == 'T';
  const int months = half ? 6 : 3;
  if ((!half && !quarter) || number < 1 || number > 12 / months) return {};
  return {start + (number - 1) * months, start + number * months};
}

/// A year with an optional part of it, both already in upper case; an empty period when it is neither.
ESSOR_INLINE Period year_and_part(std::string_view year_text, std::string_view part, std::int32_t shift) noexcept {
  const int year = year_text.size() == 4 ? digits_value(year_text) : -1;
  if (year < 1900 || year > 2199) return {};
  const std::int32_t start = january(year) + shift;
  if (part.empty()) return {start, start + 12};
  if (const Period period = part_of_year(start, part); period.months() > 0) return period;
  const int month = part.size() <= 2 ? digits_value(part) : -1;
  if (shift == 0 && month >= 1 && month <= 12) return {start + month - 1, start + month};
  return {};
}

ESSOR_INLINE bool is_last_of_month(Date day) noexcept { return month_of(day + std::chrono::days{1}) != month_of(day); }
ESSOR_INLINE bool is_first_of_month(Date day) noexcept { return month_start(month_of(day)) == day; }

}  // namespace detail

ESSOR_INLINE std::int32_t month_of(Date day) noexcept {
  const std::chrono::year_month_day civil{day};
  return detail::january(static_cast<int>(civil.year())) +
         static_cast<std::int32_t>(static_cast<unsigned>(civil.month())) - 1;
}

ESSOR_INLINE Date Period::start() const noexcept { return detail::month_start(first); }
ESSOR_INLINE Date Period::end() const noexcept { return detail::month_start(last); }

namespace detail {

ESSOR_INLINE Date existing_day(std::string_view text, std::string_view place) {
  const auto day = parse_date(text);
  if (!day)
    throw RecordError(std::string(place), "'" + std::string(text) + "'",
                      "is not a day: write an existing day as YYYY-MM-DD");
  return *day;
}

ESSOR_INLINE std::int32_t start_month(std::string_view text, std::string_view place) {
  const Date day = existing_day(text, place);
  if (!is_first_of_month(day))
    throw RecordError(std::string(place), std::string(text),
                      "periods are whole months: a start is the first day of a month");
  return month_of(day);
}

ESSOR_INLINE EndMonth end_month(std::string_view text, std::string_view place) {
  const Date day = existing_day(text, place);
  if (is_last_of_month(day)) return {month_of(day) + 1, true};
  if (is_first_of_month(day)) return {month_of(day), false};
  throw RecordError(std::string(place), std::string(text),
                    "periods are whole months: an end is the first day after the period (or its last day)");
}

ESSOR_INLINE Period ordered_period(std::int32_t first, std::int32_t last, std::string_view place) {
  if (first < last) return {first, last};
  throw RecordError(std::string(place), date_text(month_start(first)) + "/" + date_text(month_start(last)),
                    first == last ? "the period is empty: its end (exclusive) must come after its start"
                                  : "the period is reversed: its end must come after its start");
}

}  // namespace detail

ESSOR_INLINE ReadPeriod period_between(std::string_view start, std::string_view end, std::string_view place) {
  const std::int32_t first = detail::start_month(start, place);
  const detail::EndMonth last = detail::end_month(end, place);
  return {detail::ordered_period(first, last.month, place),
          last.inclusive ? PeriodReading::inclusive_end : PeriodReading::exact};
}

ESSOR_INLINE ReadPeriod parse_period(std::string_view text, std::string_view place) {
  const bool short_with_slash = text.size() == 7 && text.find('/') != std::string_view::npos;  // 2020/21, 04/2021
  if (short_with_slash || detail::is_year_pair(text)) detail::throw_period(text, place);
  if (const auto slash = text.find('/'); slash != std::string_view::npos)
    return period_between(text.substr(0, slash), text.substr(slash + 1), place);
  const std::string key = detail::period_key(text);
  std::string_view rest = key;
  std::int32_t shift = 0;
  PeriodReading reading = PeriodReading::exact;
  if (rest.starts_with("FY")) {
    rest.remove_prefix(rest.starts_with("FY-") ? 3 : 2);
    shift = 3;
    reading = PeriodReading::april_year;
  }
  const auto dash = rest.find('-');
  std::string_view left = rest.substr(0, dash);
  std::string_view right = dash == std::string_view::npos ? std::string_view{} : rest.substr(dash + 1);
  if (dash == std::string_view::npos && left.size() == 6) {  // 2021H1 or H12021
    const bool year_first = left[0] >= '0' && left[0] <= '9';
    right = year_first ? left.substr(4) : left.substr(2);
    left = year_first ? left.substr(0, 4) : left.substr(0, 2);
    if (year_first && detail::digits_value(right) >= 0) detail::throw_period(text, place);  // 202104: ambiguous
  }
  if (left.size() == 2 && right.size() == 4) std::swap(left, right);
  const Period period = detail::year_and_part(left, right, shift);
  if (period.months() <= 0) detail::throw_period(text, place);
  return {period, reading};
}

ESSOR_INLINE std::string period_text(const Period& period) {
  const std::chrono::year_month_day civil{period.start()};
  const std::string year = std::to_string(static_cast<int>(civil.year()));
  const int month = static_cast<int>(static_cast<unsigned>(civil.month())) - 1;
  const int months = period.months();
  if (months == 12 && month == 0) return year;
  if (months == 6 && month % 6 == 0) return year + "-H" + std::to_string(month / 6 + 1);
  if (months == 3 && month % 3 == 0) return year + "-Q" + std::to_string(month / 3 + 1);
  if (months == 1) return date_text(period.start()).substr(0, 7);
  return date_text(period.start()) + "/" + date_text(period.end());
}

}  // namespace essor
