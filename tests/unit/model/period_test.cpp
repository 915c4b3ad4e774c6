#include "essor/model/period.hpp"

#include <doctest/doctest.h>

#include "essor/error/errors.hpp"

using namespace essor;

namespace {
std::string read(std::string_view text) {
  const Period p = parse_period(text, "here").period;
  return date_text(p.start()) + "/" + date_text(p.end());
}
}  // namespace

TEST_CASE("periods are read as users write them") {
  CHECK(read("2021") == "2021-01-01/2022-01-01");
  for (const char* text : {"2021-H1", "2021-S1", "S1 2021", "s1-2021", " H1  2021 ", "2021H1", "2021 s1", "H12021",
                           "S1\xC2\xA0"
                           "2021"})
    CHECK(read(text) == "2021-01-01/2021-07-01");
  CHECK(read("2021-H2") == "2021-07-01/2022-01-01");
  for (const char* text : {"2021-Q3", "Q3 2021", "T3 2021", "2021-T3"}) CHECK(read(text) == "2021-07-01/2021-10-01");
  CHECK(read("2021-04") == "2021-04-01/2021-05-01");
  CHECK(read("FY2021") == "2021-04-01/2022-04-01");
  CHECK(read("FY2021-H1") == "2021-04-01/2021-10-01");
  CHECK(read("fy 2021 h2") == "2021-10-01/2022-04-01");
  CHECK(read("2021-01-01/2021-07-01") == "2021-01-01/2021-07-01");
  CHECK(read("2019-12-01/2021-02-01") == "2019-12-01/2021-02-01");
}

TEST_CASE("a last day of a month is read as inclusive, and said") {
  const ReadPeriod read = period_between("2021-01-01", "2021-12-31", "here");
  CHECK(read.reading == PeriodReading::inclusive_end);
  CHECK(period_text(read.period) == "2021");
  CHECK(parse_period("FY2021", "here").reading == PeriodReading::april_year);
  CHECK(parse_period("2021", "here").reading == PeriodReading::exact);
}

TEST_CASE("what is no period is refused with the place and what to write") {
  for (const char* text : {"", "21", "2021-H3", "2021-Q5", "2021-13", "2021-00", "S3 2021", "202104", "H1",
                           "2021-01-01", "soon", "FY2021-04", "1821", "2021-02-30/2021-04-01", "2021-01-15/2021-04-01",
                           "2021-01-01/2021-04-15", "2021-04-01/2021-04-01", "2021-04-01/2021-01-01", "2021-04-01/"}) {
    CAPTURE(text);
    try {
      parse_period(text, "costs row 3, column period");
      FAIL_CHECK("accepted");
    } catch (const RecordError& e) {
      CHECK(e.place() == "costs row 3, column period");
      CHECK(!e.rule().empty());
    }
  }
}

TEST_CASE("two years are told apart from a month") {
  for (const char* text : {"2020/21", "2020-21"}) {
    try {
      parse_period(text, "here");
      FAIL_CHECK("accepted");
    } catch (const RecordError& e) {
      CHECK(e.rule().find("FY2020") != std::string::npos);
    }
  }
  try {
    parse_period("04/2021", "here");
    FAIL_CHECK("accepted");
  } catch (const RecordError& e) {
    CHECK(e.rule().find("2021-04") != std::string::npos);
  }
  CHECK(read("2011-12") == "2011-12-01/2012-01-01");
}

TEST_CASE("texts of periods read back as the same period") {
  for (int first = 12 * 40; first < 12 * 42; ++first)
    for (int months : {1, 2, 3, 5, 6, 12, 18, 24}) {
      const Period p{first, first + months};
      CHECK(parse_period(period_text(p), "here").period == p);
    }
}

TEST_CASE("days") {
  CHECK(date_text(date(2024, 2, 29)) == "2024-02-29");
  CHECK(!parse_date("2023-02-29"));
  CHECK(!parse_date("2023-2-9"));
  CHECK(parse_date("2023-02-09T00:00:00").has_value());
  CHECK(!parse_date("2023-02-09T10:00:00"));
  CHECK_THROWS_AS(date(2023, 2, 29), ArgumentError);
  CHECK(month_of(date(1970, 1, 31)) == 0);
  CHECK(month_of(date(1969, 12, 1)) == -1);
}
