#include "essor/units/quantities.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "essor/units/exchange.hpp"
#include "essor/units/io.hpp"
#include "essor/units/rates.hpp"

namespace {

using namespace essor;

template <class Quantity>
std::string printed(const Quantity& quantity) {
  std::ostringstream out;
  out << quantity;
  return out.str();
}

TEST_CASE("quantities print money first and time last") {
  CHECK(printed(euros(150) / impacts<tags::file>(1)) == "150 EUR file^-1");
  CHECK(printed(impacts<tags::file>(800) / months(2)) == "400 file mo^-1");
  CHECK(printed(euros(60) / impacts<tags::file>(2) / months(3)) == "10 EUR file^-1 mo^-1");
  CHECK(printed(impacts<tags::person>(3) * months(2)) == "6 person mo");
  CHECK(printed(years(2)) == "2 yr");
  CHECK(printed(euros(9) / person_days(3)) == "3 EUR pd^-1");
  CHECK(printed(amount<currencies::gbp>(5)) == "5 GBP");
}

TEST_CASE("a ratio of like quantities is a plain number") {
  const double ratio = euros(300) / euros(100);
  CHECK(ratio == 3.0);
}

TEST_CASE("the founding figure: 1.2 M EUR for 3.0 M files is 0.40 EUR a file") {
  const UnitCost<tags::file> cost = 1'200'000_eur / impacts<tags::file>(3e6);
  CHECK(cost.value() == doctest::Approx(0.4).epsilon(1e-15));
  const Money back = cost * impacts<tags::file>(3e6);
  CHECK(back.value() == doctest::Approx(1.2e6).epsilon(1e-15));
}

TEST_CASE("years convert to months when asked") {
  CHECK(Months(years(1.5)) == months(18));
  const auto per_year = euros(6000) / years(1);
  const boost::units::quantity<UnitQuotient<EuroUnit, MonthUnit>> per_month(per_year);
  CHECK(per_month.value() == 500.0);
}

TEST_CASE("exchange uses the dated rate, and there and back is the same amount") {
  const QuoteDay day{2024, 6, 28};
  const auto there = exchange_rate<currencies::gbp, currencies::eur>(1.2, day);
  const auto back = exchange_rate<currencies::eur, currencies::gbp>(1.0 / 1.2, day);
  const auto pounds = amount<currencies::gbp>(50);
  CHECK(exchange(pounds, there).value() == doctest::Approx(60.0).epsilon(1e-15));
  CHECK(exchange(exchange(pounds, there), back).value() == doctest::Approx(50.0).epsilon(1e-15));
  CHECK(there.day == day);
}

TEST_CASE("a yearly rate discounts over months") {
  const AnnualRate rate{0.05};
  CHECK(rate.discount_factor(months(0)) == 1.0);
  CHECK(rate.discount_factor(months(12)) == doctest::Approx(1.0 / 1.05).epsilon(1e-15));
  CHECK(rate.discount_factor(Months(years(2))) == doctest::Approx(1.0 / 1.1025).epsilon(1e-15));
  CHECK(AnnualRate{}.discount_factor(months(600)) == 1.0);
  CHECK(std::pow(1.0 + rate.per_month(), 12.0) == doctest::Approx(1.05).epsilon(1e-14));
}

}  // namespace
