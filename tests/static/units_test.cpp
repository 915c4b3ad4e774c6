// Every mistake of units that the library promises to reject: compiling this file is passing it.
#include "essor/units.hpp"

#include <concepts>
#include <type_traits>

namespace {

using namespace essor;
using tags::file;
using tags::person;

struct hectare_restored {
  static constexpr std::string_view name = "hectare restored";
  static constexpr std::string_view symbol = "ha";
};

// `+=` and `=` answer yes to a concept and fail inside, so the concepts ask for `+`.
template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };
template <class A, class B>
concept Subtractable = requires(A a, B b) { a - b; };
template <class A, class B>
concept Comparable = requires(A a, B b) { a < b; };
template <class A, class B>
concept EqualComparable = requires(A a, B b) { a == b; };

// Money is added to money alone.
static_assert(Addable<Money, Money>);
static_assert(!Addable<Money, Impact<file>>);
static_assert(!Addable<Money, double>);
static_assert(!Addable<Money, Months>);
static_assert(!Addable<Money, PersonDays>);
static_assert(!Subtractable<Money, UnitCost<file>>);
static_assert(!Comparable<Money, double>);
static_assert(!Comparable<Money, Impact<file>>);
static_assert(!std::is_convertible_v<double, Money>);
static_assert(!std::is_constructible_v<Money, double>);
static_assert(!std::is_convertible_v<Money, double>);

// Impacts in different units never mix, nor do their costs.
static_assert(!Addable<Impact<file>, Impact<person>>);
static_assert(!Comparable<Impact<file>, Impact<person>>);
static_assert(!EqualComparable<Impact<file>, Impact<person>>);
static_assert(!Addable<UnitCost<file>, UnitCost<person>>);
static_assert(!Comparable<UnitCost<file>, UnitCost<person>>);
static_assert(!EqualComparable<UnitCost<file>, UnitCost<person>>);
static_assert(!std::is_convertible_v<decltype(Impact<file>{} / Impact<person>{}), double>);
static_assert(std::is_convertible_v<decltype(Impact<file>{} / Impact<file>{}), double>);
static_assert(!Addable<Impact<person>, Impact<tags::avoided_non_recourse>>);

// The algebra of unit costs.
static_assert(std::same_as<decltype(UnitCost<file>{} * Impact<file>{}), Money>);
static_assert(!std::same_as<decltype(UnitCost<file>{} * Impact<person>{}), Money>);
static_assert(!std::is_convertible_v<decltype(UnitCost<file>{} * Impact<person>{}), Money>);
static_assert(std::same_as<decltype(Money{} / Impact<file>{}), UnitCost<file>>);
static_assert(std::same_as<decltype(DailyCost{} * PersonDays{}), Money>);
static_assert(std::same_as<decltype(Impact<person>{} * Months{}), PersonMonths>);
static_assert(std::same_as<decltype(Money{} / PersonMonths{}), CostPerPersonMonth>);
static_assert(!Addable<UnitCost<person>, CostPerPersonMonth>);

// A tag of the user's own, without a registry.
static_assert(hectare_restored::symbol == "ha");
static_assert(!Addable<Impact<hectare_restored>, Impact<file>>);
static_assert(std::same_as<decltype(UnitCost<hectare_restored>{} * Impact<hectare_restored>{}), Money>);

// Years and months are one dimension and two units: converted when asked, never by accident.
static_assert(!Addable<Years, Months>);
static_assert(!std::is_convertible_v<Years, Months>);
static_assert(std::is_constructible_v<Months, Years>);
static_assert(Months(years(2)).value() == 24.0);
static_assert(!Addable<decltype(Money{} / Years{}), decltype(Money{} / Months{})>);

// Currencies are never added and have no conversion factor.
using Pounds = Amount<currencies::gbp>;
using Dollars = Amount<currencies::usd>;
static_assert(!Addable<Money, Pounds>);
static_assert(!Comparable<Pounds, Dollars>);
static_assert(!std::is_convertible_v<Pounds, Money>);
static_assert(!std::is_convertible_v<decltype(Money{} / Pounds{}), double>);
constexpr auto pounds_to_euros = exchange_rate<currencies::gbp, currencies::eur>(1.25, {2024, 6, 30});
static_assert(exchange(amount<currencies::gbp>(100), pounds_to_euros) == euros(125));
template <class A, class Rate>
concept Exchangeable = requires(A a, Rate rate) { exchange(a, rate); };
static_assert(!Exchangeable<Dollars, ExchangeRate<currencies::gbp, currencies::eur>>);

// Whole numbers are made into doubles by the factories, so nothing is cut.
static_assert(euros(100) / impacts<file>(800) == euros_per<file>(0.125));
static_assert(120'000_eur == euros(120'000));
static_assert(0.5_eur == euros(0.5));
static_assert(std::same_as<decltype(euros(100)), Money>);

// A rate is a yearly rate, not a number; a price year is data, not a number.
static_assert(!std::is_convertible_v<double, AnnualRate>);
static_assert(!std::is_convertible_v<AnnualRate, double>);
static_assert(!std::is_convertible_v<int, PriceYear>);
static_assert(PriceYear{2020} < PriceYear{2024});

// Columns follow the same rules.
static_assert(!Addable<TypedArray<EuroUnit>, TypedArray<ImpactUnit<file>>>);
static_assert(!Addable<TypedArray<ImpactUnit<person>>, TypedArray<ImpactUnit<file>>>);
static_assert(!Addable<TypedArray<EuroUnit>, Impact<file>>);
static_assert(!Addable<TypedArray<EuroUnit>, double>);
static_assert(!std::is_convertible_v<Eigen::ArrayXd, TypedArray<EuroUnit>>);
using CostOfFiles = decltype(TypedArray<ImpactUnit<file>>{} * euros_per<file>(2));
static_assert(std::is_constructible_v<TypedArray<EuroUnit>, CostOfFiles>);
static_assert(!std::is_constructible_v<TypedArray<ImpactUnit<file>>, CostOfFiles>);

// A quantity costs no more than its number.
static_assert(sizeof(Money) == sizeof(double));
static_assert(std::is_standard_layout_v<Money>);

}  // namespace
