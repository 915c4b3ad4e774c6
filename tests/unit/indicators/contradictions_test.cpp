#include "essor/indicators/contradictions.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unit/indicators/typed_in.hpp"

using namespace essor;
using typed_in::Record;

namespace {

std::vector<Contradiction> found(const std::string& claims, const std::string& costs = "",
                                 const std::string& values = "", const std::string& direction = "increase") {
  Record record("flow", direction);
  if (!costs.empty()) record.costs("period,amount|" + costs);
  if (!values.empty()) record.measured("period,value|" + values);
  return contradictions(record.published("period,quantity,value,low,high|" + claims).view(), 0);
}

}  // namespace

TEST_CASE("demarches-simplifiees: the founding example contradicts itself, and is a unicorn in every reading") {
  for (const auto& order : {"2021,unit_cost,0.4|2021,growth_impact,1.2|2021,growth_cost,0|2020,unit_cost,,1",
                            "2020,unit_cost,,1|2021,growth_cost,0|2021,growth_impact,1.2|2021,unit_cost,0.40"})
    for (const bool with_record : {false, true}) {
      const auto list =
          with_record ? found(order, "2021,1200000|2022,1100000", "2021,3000000|2022,2700000") : found(order);
      REQUIRE(list.size() == 1);
      CHECK(list[0].claims == std::vector<std::uint32_t>{0, 1, 2, 3});
      CHECK(list[0].cost_rows.empty());
      REQUIRE(list[0].readings.size() == 4);
      for (const ClaimReading& reading : list[0].readings) {
        CAPTURE(reading.dropped);
        CHECK(period_text(reading.window) == "2021");
        CHECK(reading.trajectory == Trajectory::unicorn);
        CHECK(reading.p_observed > 0.99);
      }
    }
}

TEST_CASE("what the others imply for a claim given up: 0.88 euro in 2020, or a cost that fell by 12 %") {
  const auto list = found("2021,unit_cost,0.4|2021,growth_impact,1.2|2021,growth_cost,0|2020,unit_cost,,1");
  const auto& r = list[0].readings;
  CHECK(r[3].implied.low == doctest::Approx(0.395 * 2.15 / 1.005));
  CHECK(r[3].implied.high == doctest::Approx(0.405 * 2.25 / 0.995));
  CHECK(r[3].implied.low < 0.88);
  CHECK(r[3].implied.high > 0.88);
  CHECK(r[2].implied.low == -1);
  CHECK(r[2].implied.high == doctest::Approx(0.405 * 2.25 - 1));  // at least 8.9 %, 12 % at the figures themselves
  CHECK(r[0].implied.low == doctest::Approx(0.995 / 2.25));
  CHECK(r[1].implied.low == doctest::Approx(0.995 / 0.405 - 1));
}

TEST_CASE("claims that agree up to their rounding contradict nothing") {
  CHECK(found("2021,unit_cost,0.4|2021,growth_impact,1.2|2021,growth_cost,0|2020,unit_cost,0.88").empty());
  CHECK(found("2021,unit_cost,0.4|2021,growth_impact,1.2|2020,unit_cost,,1").empty());
  CHECK(found("2021,unit_cost,0.4", "2021,1200000", "2021,3000000").empty());
  CHECK(
      found("2022,unit_cost,0.42", "2022,1100000", "2022,2700000").empty());  // 0.407, published from unrounded figures
  CHECK(found("2021,growth_impact,1.2|2020,growth_impact,1.2|2021,growth_cost,0").empty());
  CHECK(contradictions(Record().costs("period,amount|2021,1").view(), 0).empty());
}

TEST_CASE("claims with two sides") {
  CHECK(found("2021,growth_cost,,-0.1,0.1|2021,growth_impact,,0.9,1.1|2021,unit_cost,,0.9,1.1|2020,unit_cost,,1.8,2.2")
            .empty());
  CHECK(found("2021,growth_cost,,-0.1,0.1|2021,growth_impact,,0.9,1.1|2021,unit_cost,,0.9,1.1|2020,unit_cost,,3,4")
            .size() == 1);
  CHECK(found("2021,unit_cost,,,1|2021,unit_cost,,2,").size() == 1);  // "less than 1" and "more than 2"
}

TEST_CASE("a claim against the record, whose windows end elsewhere too") {
  const auto list = found("2021,unit_cost,0.8", "2021,1200000", "2021,3000000");
  REQUIRE(list.size() == 1);
  CHECK(list[0].claims == std::vector<std::uint32_t>{0});
  CHECK(list[0].cost_rows == std::vector<std::uint32_t>{0});
  CHECK(list[0].measurement_rows == std::vector<std::uint32_t>{0});
  REQUIRE(list[0].readings.size() == 1);
  CHECK(list[0].readings[0].implied.low == doctest::Approx(1.15 / 3.05));
  CHECK(list[0].readings[0].implied.high == doctest::Approx(1.25 / 2.95));
  CHECK(found("2021,unit_cost,0.8", "2021-H1,600000|2021-H2,600000|2022-H1,600000",
              "2021-H1,1500000|2021-H2,1500000|2022-H1,1500000")
            .size() == 1);
  CHECK(found("2021,growth_impact,1.2", "", "").empty());
  CHECK(found("2021,growth_impact,1.2", "2020,10|2021,10", "2020,100|2021,110").size() == 1);
}

TEST_CASE("two quarrels are two contradictions, each without the other's claims") {
  const auto list = found("2021,unit_cost,1|2021,unit_cost,2|2017,unit_cost,3|2017,unit_cost,5");
  REQUIRE(list.size() == 2);
  CHECK(list[0].claims.size() == 2);
  CHECK(list[1].claims.size() == 2);
  CHECK(list[0].claims != list[1].claims);
}

TEST_CASE("a claim of a later day is not seen") {
  const Record record =
      Record().published("period,quantity,value,known_on|2021,unit_cost,1,2022-01-01|2021,unit_cost,2,2022-06-01");
  CHECK(contradictions(record.view(date(2022, 5, 31)), 0).empty());
  CHECK(contradictions(record.view(date(2022, 6, 1)), 0).size() == 1);
}

TEST_CASE("where the good direction is down, the growth of impact changes its sign") {
  const auto list = found("2021,growth_impact,-0.6|2021,growth_impact,-0.5|2021,growth_cost,0|2021,growth_cost,0.5", "",
                          "", "decrease");
  REQUIRE(list.size() == 2);
  for (const Contradiction& c : list)
    for (const ClaimReading& r : c.readings)
      if (std::isfinite(r.g_impact.low)) CHECK(r.g_impact.low > 0.6);
}

TEST_CASE("claims of nothing, of all, and of shares do no harm") {
  CHECK(found("2021,unit_cost,0").empty());
  CHECK(found("2021,growth_cost,-0.999|2021,growth_impact,1000000").empty());
  CHECK(found("2021,unit_cost,0.4", "2021,0", "2021,0").empty());
}
