// Exchange between currencies: a function of a dated rate, never a conversion factor of the units.
#pragma once

#include <string_view>

#include "essor/units/quantities.hpp"

namespace essor {

/// Day of the Gregorian calendar on which a rate was quoted.
struct QuoteDay {
  int year;
  unsigned month;
  unsigned day;
  constexpr auto operator<=>(const QuoteDay&) const = default;
};

/// Price of one unit of `From` in `To`, on the day of the quotation. Make it with exchange_rate().
template <class From, class To>
struct ExchangeRate {
  boost::units::quantity<UnitQuotient<CurrencyUnit<To>, CurrencyUnit<From>>> price;
  QuoteDay day;
};

/// @param price units of `To` for one unit of `From`, dimensionless number of the quotation
/// @param day day of the quotation
template <class From, class To>
constexpr ExchangeRate<From, To> exchange_rate(double price, QuoteDay day) {
  return {decltype(ExchangeRate<From, To>::price)::from_value(price), day};
}

/// The amount in the other currency at the rate of the day that the rate names.
template <class From, class To>
constexpr Amount<To> exchange(Amount<From> value, const ExchangeRate<From, To>& rate) {
  return value * rate.price;
}

}  // namespace essor
