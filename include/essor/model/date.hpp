// Calendar dates: ISO 8601 text to and from std::chrono days.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "essor/config.hpp"

namespace essor {

/// A calendar day.
using Date = std::chrono::sys_days;

/// The day written as `YYYY-MM-DD` (a time of day after `T` or a space is accepted when it is midnight), or nothing
/// when the text is not an existing day between the years 1900 and 2199.
std::optional<Date> parse_date(std::string_view text);

/// `YYYY-MM-DD`.
std::string date_text(Date day);

/// The day of a year, month and day; throws ArgumentError when there is no such day.
Date date(int year, unsigned month, unsigned day);

namespace detail {

/// The whole number spelt by `text`, digits only; -1 when it is anything else.
int digits_value(std::string_view text) noexcept;

}  // namespace detail

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/model/detail/date_inl.hpp"
#endif
