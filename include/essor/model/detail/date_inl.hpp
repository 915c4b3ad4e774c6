#pragma once

#include <array>

#include "essor/error/errors.hpp"
#include "essor/model/date.hpp"

namespace essor {

namespace detail {

ESSOR_INLINE int digits_value(std::string_view text) noexcept {
  if (text.empty() || text.size() > 9) return -1;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

ESSOR_INLINE bool is_midnight(std::string_view time) noexcept {
  for (const char c : time)
    if (c != '0' && c != ':' && c != '.' && c != 'T' && c != ' ' && c != 'Z') return false;
  return true;
}

}  // namespace detail

ESSOR_INLINE std::optional<Date> parse_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = detail::digits_value(text.substr(0, 4));
  const int month = detail::digits_value(text.substr(5, 2));
  const int day = detail::digits_value(text.substr(8, 2));
  if (year < 1900 || year > 2199 || month < 0 || day < 0) return std::nullopt;
  if (text.size() > 10 && ((text[10] != 'T' && text[10] != ' ') || !detail::is_midnight(text.substr(10))))
    return std::nullopt;
  const std::chrono::year_month_day civil{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                          std::chrono::day{static_cast<unsigned>(day)}};
  if (!civil.ok()) return std::nullopt;
  return Date{civil};
}

ESSOR_INLINE std::string date_text(Date day) {
  const std::chrono::year_month_day civil{day};
  const int year = static_cast<int>(civil.year());
  const unsigned month = static_cast<unsigned>(civil.month());
  const unsigned in_month = static_cast<unsigned>(civil.day());
  std::string text(10, '-');
  text[0] = static_cast<char>('0' + year / 1000 % 10);
  text[1] = static_cast<char>('0' + year / 100 % 10);
  text[2] = static_cast<char>('0' + year / 10 % 10);
  text[3] = static_cast<char>('0' + year % 10);
  text[5] = static_cast<char>('0' + month / 10);
  text[6] = static_cast<char>('0' + month % 10);
  text[8] = static_cast<char>('0' + in_month / 10);
  text[9] = static_cast<char>('0' + in_month % 10);
  return text;
}

ESSOR_INLINE Date date(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day civil{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!civil.ok() || year < 1900 || year > 2199)
    throw ArgumentError("date: year, month, day",
                        std::to_string(year) + "-" + std::to_string(month) + "-" + std::to_string(day),
                        "must be an existing day of the years 1900 to 2199");
  return Date{civil};
}

}  // namespace essor
