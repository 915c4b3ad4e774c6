// The quantities of the library: money, impact, human effort and duration, each with its own dimension (Boost.Units).
//
// There is no public unit constant: `100 * euro` would be an int quantity, and a quotient of two of those is cut to an
// integer without a warning. Quantities are made by factories that take a double: euros(1.2e6), months(6),
// impacts<tags::file>(3e6), or 1'200'000_eur.
#pragma once

#include <boost/units/base_dimension.hpp>
#include <boost/units/base_unit.hpp>
#include <boost/units/conversion.hpp>
#include <boost/units/quantity.hpp>
#include <boost/units/scaled_base_unit.hpp>
#include <boost/units/unit.hpp>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace essor {

/// What can be counted. A tag is a struct with a name and a symbol; four lines make one of your own:
/// @code
/// struct hectare_restored {
///   static constexpr std::string_view name = "hectare restored";
///   static constexpr std::string_view symbol = "ha";
/// };
/// @endcode
namespace tags {
struct file {
  static constexpr std::string_view name = "file";
  static constexpr std::string_view symbol = "file";
};
struct person {
  static constexpr std::string_view name = "person";
  static constexpr std::string_view symbol = "person";
};
struct avoided_non_recourse {
  static constexpr std::string_view name = "avoided non-recourse";
  static constexpr std::string_view symbol = "anr";
};
}  // namespace tags

/// Currencies, by their ISO 4217 code of three capitals. No conversion factor exists between two of them: see
/// exchange().
namespace currencies {
struct eur {
  static constexpr std::string_view code = "EUR";
};
struct gbp {
  static constexpr std::string_view code = "GBP";
};
struct usd {
  static constexpr std::string_view code = "USD";
};
}  // namespace currencies

namespace detail {

// Boost.Units orders (and prints) base units by ordinal: currencies first, then impacts, effort, and time last, so that
// a rate reads "10 EUR file^-1 mo^-1". The block starts at 100 000, clear of the positive ordinals of other libraries.
inline constexpr long money_ordinal = 100'000;
inline constexpr long first_impact_ordinal = 1'000'000;
inline constexpr long effort_ordinal = 2'000'000'001;
inline constexpr long duration_ordinal = 2'000'000'002;

/// Three capitals as a number in base 26: distinct for distinct codes.
consteval long currency_ordinal(std::string_view code) {
  long ordinal = 0;
  for (const char letter : code) ordinal = ordinal * 26 + (letter - 'A');
  return money_ordinal + 1 + ordinal;
}

/// FNV-1a hash of the tag's name, so that tags need no registry. Two tags that share an ordinal do not compile
/// together.
consteval long impact_ordinal(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
  return first_impact_ordinal + static_cast<long>(hash % 1'000'000'000U);
}

struct money_base_dimension : boost::units::base_dimension<money_base_dimension, money_ordinal> {};
struct effort_base_dimension : boost::units::base_dimension<effort_base_dimension, effort_ordinal> {};
struct duration_base_dimension : boost::units::base_dimension<duration_base_dimension, duration_ordinal> {};

/// One dimension per tag: files and persons can never be added, nor a conversion between them be declared.
template <class Tag>
struct impact_base_dimension : boost::units::base_dimension<impact_base_dimension<Tag>, impact_ordinal(Tag::name)> {};

template <class Currency>
struct currency_base_unit : boost::units::base_unit<currency_base_unit<Currency>, money_base_dimension::dimension_type,
                                                    currency_ordinal(Currency::code)> {
  static_assert(Currency::code.size() == 3, "a currency has an ISO 4217 code of three capitals");
  static std::string name() { return std::string(Currency::code); }
  static std::string symbol() { return std::string(Currency::code); }
};

template <class Tag>
struct impact_base_unit
    : boost::units::base_unit<impact_base_unit<Tag>, typename impact_base_dimension<Tag>::dimension_type,
                              impact_ordinal(Tag::name)> {
  static std::string name() { return std::string(Tag::name); }
  static std::string symbol() { return std::string(Tag::symbol); }
};

struct person_day_base_unit
    : boost::units::base_unit<person_day_base_unit, effort_base_dimension::dimension_type, effort_ordinal> {
  static std::string name() { return "person-day"; }
  static std::string symbol() { return "pd"; }
};

struct month_base_unit
    : boost::units::base_unit<month_base_unit, duration_base_dimension::dimension_type, duration_ordinal> {
  static std::string name() { return "month"; }
  static std::string symbol() { return "mo"; }
};

using year_base_unit =
    boost::units::scaled_base_unit<month_base_unit, boost::units::scale<12, boost::units::static_rational<1>>>;

}  // namespace detail

/// The unit of an amount in a currency, of an impact, of effort (person-day), of duration (month, year).
template <class Currency>
using CurrencyUnit = typename detail::currency_base_unit<Currency>::unit_type;
using EuroUnit = CurrencyUnit<currencies::eur>;
template <class Tag>
using ImpactUnit = typename detail::impact_base_unit<Tag>::unit_type;
using PersonDayUnit = detail::person_day_base_unit::unit_type;
using MonthUnit = detail::month_base_unit::unit_type;
using YearUnit = detail::year_base_unit::unit_type;

template <class Unit1, class Unit2>
using UnitProduct = typename boost::units::multiply_typeof_helper<Unit1, Unit2>::type;
template <class Unit1, class Unit2>
using UnitQuotient = typename boost::units::divide_typeof_helper<Unit1, Unit2>::type;

/// What signatures spell. `UnitCost<file> * Impact<file>` is `Money`; `UnitCost<file> * Impact<person>` is not.
template <class Currency>
using Amount = boost::units::quantity<CurrencyUnit<Currency>>;
using Money = Amount<currencies::eur>;
using PersonDays = boost::units::quantity<PersonDayUnit>;
using DailyCost = boost::units::quantity<UnitQuotient<EuroUnit, PersonDayUnit>>;
using Months = boost::units::quantity<MonthUnit>;
using Years = boost::units::quantity<YearUnit>;
template <class Tag>
using Impact = boost::units::quantity<ImpactUnit<Tag>>;
template <class Tag>
using UnitCost = boost::units::quantity<UnitQuotient<EuroUnit, ImpactUnit<Tag>>>;
/// A stock held over time, such as person-months.
template <class Tag>
using ImpactMonths = boost::units::quantity<UnitProduct<ImpactUnit<Tag>, MonthUnit>>;
using PersonMonths = ImpactMonths<tags::person>;
/// Cost of keeping one unit of a stock for a month, such as euros per person-month.
template <class Tag>
using UnitCostPerMonth = boost::units::quantity<UnitQuotient<EuroUnit, UnitProduct<ImpactUnit<Tag>, MonthUnit>>>;
using CostPerPersonMonth = UnitCostPerMonth<tags::person>;

/// Factories: the argument is a number of the unit in the name.
template <class Currency>
constexpr Amount<Currency> amount(double value) {
  return Amount<Currency>::from_value(value);
}
constexpr Money euros(double value) { return Money::from_value(value); }
constexpr PersonDays person_days(double value) { return PersonDays::from_value(value); }
constexpr Months months(double value) { return Months::from_value(value); }
constexpr Years years(double value) { return Years::from_value(value); }
template <class Tag>
constexpr Impact<Tag> impacts(double value) {
  return Impact<Tag>::from_value(value);
}
template <class Tag>
constexpr UnitCost<Tag> euros_per(double value) {
  return UnitCost<Tag>::from_value(value);
}
constexpr PersonMonths person_months(double value) { return PersonMonths::from_value(value); }

inline namespace literals {
constexpr Money operator""_eur(long double value) { return euros(static_cast<double>(value)); }
constexpr Money operator""_eur(unsigned long long value) { return euros(static_cast<double>(value)); }
}  // namespace literals

/// The year whose prices a constant amount is stated in. It is data, not a unit: an amount in other prices is the same
/// kind of thing, and only a price index turns one into the other.
struct PriceYear {
  int year;
  constexpr auto operator<=>(const PriceYear&) const = default;
};

}  // namespace essor

namespace boost::units {

/// Boost.Units has no name of its own for a scaled unit.
template <>
struct base_unit_info<essor::detail::year_base_unit> {
  static std::string name() { return "year"; }
  static std::string symbol() { return "yr"; }
};

}  // namespace boost::units
