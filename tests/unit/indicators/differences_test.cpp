#include "essor/indicators/differences.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unit/indicators/typed_in.hpp"

using namespace essor;
using typed_in::Record;
using typed_in::table;

namespace {

DifferenceLine line(const Portfolio& portfolio, const std::string& name, std::optional<Date> day = std::nullopt,
                    Language language = Language::english) {
  for (const DifferenceLine& l : seven_differences(portfolio.as_of(day), 0, language))
    if (l.difference == name) return l;
  FAIL("no such difference");
  return {};
}
Verdict verdict(const Record& record, const std::string& name) { return line(record.portfolio(), name).verdict; }

std::string decisions(int count, const std::string& amount) {
  std::string text = "product,date,decision,amount";
  for (int i = 0; i < count; ++i)
    text += "|ds," + std::to_string(2020 + i / 2) + (i % 2 == 0 ? "-03-01" : "-09-01") + ",continue," + amount;
  return text;
}

}  // namespace

TEST_CASE("seven lines in their order, whatever is recorded") {
  const auto lines = seven_differences(Record().view(), 0);
  REQUIRE(lines.size() == 7);
  const std::vector<std::string> names{"cost_setting", "spend_before_live", "aim",          "coordination",
                                       "steering",     "infrastructure",    "early_release"};
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(lines[i].difference == names[i]);
    CHECK(lines[i].verdict == Verdict::cannot_tell);
    CHECK(std::isnan(lines[i].figure));
    CHECK(!lines[i].basis.empty());
  }
  CHECK(line(Record().portfolio(), "aim", std::nullopt, Language::french).basis == "aucun objectif enregistré");
}

TEST_CASE("cost setting") {
  const std::string paid = "2020,10,paid,|2021,10,paid,|2022,10,paid,|", head = "period,amount,status,known_on|";
  const std::string early = "2020-01-01/2023-01-01,30,planned,2020-07-01",
                    late = "2020-01-01/2023-01-01,30,planned,2020-07-02",
                    brief = "2020-01-01/2021-07-01,30,planned,2019-12-01";
  CHECK(verdict(Record().costs(head + paid + early), "cost_setting") == Verdict::project);
  CHECK(verdict(Record().costs(head + paid + late), "cost_setting") == Verdict::cannot_tell);
  CHECK(verdict(Record().costs(head + paid + brief), "cost_setting") == Verdict::cannot_tell);
  CHECK(verdict(Record().costs(head + paid + early).with("decisions", decisions(1, "5")), "cost_setting") ==
        Verdict::project);  // 1/3 a year
  CHECK(verdict(Record().costs(head + paid + early).with("decisions", decisions(2, "5")), "cost_setting") ==
        Verdict::cannot_tell);  // 2/3
  CHECK(verdict(Record().costs(head + paid + early).with("decisions", decisions(3, "5")), "cost_setting") ==
        Verdict::product);  // 1
  CHECK(verdict(Record().costs(head + paid + early).with("decisions", decisions(6, "")), "cost_setting") ==
        Verdict::project);  // none sets an amount
  CHECK(line(Record().costs(head + paid + early).with("decisions", decisions(3, "5")).portfolio(), "cost_setting")
            .figure == doctest::Approx(1));
  // A total set early, replaced later: what was set early counts.
  CHECK(verdict(Record().costs(head + paid + early + "|2020-01-01/2023-01-01,50,planned,2022-01-01"), "cost_setting") ==
        Verdict::project);
}

TEST_CASE("spend before live") {
  const std::string costs = "period,amount|2019,60|2020,40";
  const auto share = [&](const std::string& go_live, const std::string& phase = "") {
    return line(Record("flow", "increase", go_live, phase).costs(costs).portfolio(), "spend_before_live");
  };
  CHECK(share("2020-01-01").figure == doctest::Approx(0.6));
  CHECK(share("2020-01-01").verdict == Verdict::project);
  CHECK(share("2019-07-01").figure == doctest::Approx(0.3));
  CHECK(share("2019-07-01").verdict == Verdict::product);
  CHECK(share("2019-10-01").figure == doctest::Approx(0.45));
  CHECK(share("2019-10-01").verdict == Verdict::cannot_tell);
  CHECK(share("2018-01-01").figure == 0);
  CHECK(share("2025-01-01").figure == 1);
  CHECK(share("").verdict == Verdict::cannot_tell);
  CHECK(share("", "abandoned").figure == 1);
  CHECK(share("", "abandoned").verdict == Verdict::project);
  CHECK(share("", "acceleration").verdict == Verdict::cannot_tell);
}

TEST_CASE("costs of two perimeters are never added") {
  const Record record =
      Record("flow", "increase", "2020-01-01")
          .costs(
              "period,amount,perimeter|2018,10,without|2019,10,without|2020,10,without|2021,10,without|2019,1000,with");
  CHECK(line(record.portfolio(), "spend_before_live").figure == doctest::Approx(0.5));
}

TEST_CASE("paid and committed are never added") {
  const Record record =
      Record("flow", "increase", "2020-01-01")
          .costs("period,amount,status|2019,10,paid|2020,30,paid|2021,1000,committed|2019,500,planned");
  CHECK(line(record.portfolio(), "spend_before_live").figure == doctest::Approx(0.25));
}

TEST_CASE("aim") {
  const auto aim = [](int low, int high) {
    std::string targets = "product,metric,start,end,value,set_on";
    for (int i = 0; i < low + high; ++i)
      targets += std::string("|ds,") + (i < low ? (i % 2 == 0 ? "features" : "pages") : "users") +
                 ",2021-01-01,2022-01-01,5,2020-01-0" + std::to_string(i + 1);
    return line(Portfolio::from_tables(
                    {table("products", "product|ds"),
                     table("metrics", "product,metric,level|ds,features,activity|ds,pages,usable|ds,users,used"),
                     table("targets", targets)}),
                "aim");
  };
  CHECK(aim(3, 2).verdict == Verdict::project);
  CHECK(aim(3, 2).figure == doctest::Approx(0.6));
  CHECK(aim(2, 3).verdict == Verdict::product);
  CHECK(aim(1, 1).verdict == Verdict::cannot_tell);
}

TEST_CASE("coordination") {
  const auto shares = [](const std::string& rows) {
    return line(Record().costs("period,amount,activity|" + rows).portfolio(), "coordination");
  };
  CHECK(shares("2021,50,management|2021,40,development|2021,10,hosting").verdict == Verdict::project);
  CHECK(shares("2021,40,management|2021,50,development|2021,10,hosting").verdict == Verdict::product);
  CHECK(shares("2021,40,coaching|2021,40,design|2021,20,hosting").verdict == Verdict::cannot_tell);
  CHECK(shares("2021,50,administration|2021,50,data").verdict == Verdict::project);
  CHECK(shares("2021,20,management|2021,80,build|2021,900,").figure == doctest::Approx(0.2));  // of what is stated
  CHECK(shares("2021,20,").verdict == Verdict::cannot_tell);
}

TEST_CASE("steering") {
  const auto steering = [](const std::string& known_on, const std::string& more = "") {
    return Record()
        .costs("period,amount|2020,1|2021,1|2022,1")
        .measured("period,value,known_on,status|2020-01," +
                  std::string(known_on.empty() ? ",,missing" : "5," + known_on + ",") + more)
        .with("decisions", decisions(5, ""));
  };  // decisions of March and September 2020, 2021, and March 2022
  CHECK(verdict(steering("2020-03-01"), "steering") == Verdict::product);
  CHECK(verdict(steering("2020-06-01"), "steering") == Verdict::product);  // four of five
  CHECK(verdict(steering("2021-01-01"), "steering") == Verdict::cannot_tell);
  CHECK(verdict(steering("2022-01-01"), "steering") == Verdict::project);  // one of five
  CHECK(verdict(steering(""), "steering") == Verdict::project);
  CHECK(line(steering("2022-01-01").portfolio(), "steering").figure == doctest::Approx(0.2));
  CHECK(line(steering("2022-01-01").portfolio(), "steering", date(2021, 12, 31)).figure == 0);
  CHECK(verdict(Record().costs("period,amount|2020,1|2021,1").with("decisions", "product,date,decision"), "steering") ==
        Verdict::project);  // none in two years
  CHECK(verdict(Record().costs("period,amount|2020,1").with("decisions", "product,date,decision"), "steering") ==
        Verdict::cannot_tell);
  CHECK(verdict(Record().costs("period,amount|2020,1|2021,1"), "steering") ==
        Verdict::cannot_tell);  // decisions are not recorded
}

TEST_CASE("infrastructure") {
  const auto ratio = [](const std::string& hosting, const std::string& users) {
    return line(
        Portfolio::from_tables({table("products", "product|ds"), table("metrics", "product,metric,level|ds,users,used"),
                                table("costs", "product,start,end,amount,activity" + hosting),
                                table("measurements", "product,metric,start,end,value" + users)}),
        "infrastructure");
  };
  const auto paid = [](int year, int amount) {
    return "|ds," + std::to_string(year) + "-01-01," + std::to_string(year + 1) + "-01-01," + std::to_string(amount) +
           ",hosting";
  };
  const auto used = [](int year, int value, const char* month = "-01-01") {
    return "|ds,users," + std::to_string(year) + month + "," + std::to_string(year + 1) + month + "," +
           std::to_string(value);
  };
  CHECK(ratio(paid(2020, 90) + paid(2021, 100), used(2020, 20) + used(2021, 80)).figure == doctest::Approx(0.9 / 0.25));
  CHECK(ratio(paid(2020, 90) + paid(2021, 100), used(2020, 20) + used(2021, 80)).verdict == Verdict::project);
  CHECK(ratio(paid(2020, 20) + paid(2021, 100), used(2020, 20) + used(2021, 80)).verdict == Verdict::product);
  CHECK(ratio(paid(2020, 50) + paid(2021, 100), used(2020, 20) + used(2021, 80)).verdict == Verdict::cannot_tell);
  CHECK(ratio(paid(2020, 50), used(2020, 20)).verdict == Verdict::cannot_tell);
  CHECK(ratio(paid(2020, 50) + paid(2021, 100), "").verdict == Verdict::cannot_tell);
  CHECK(ratio(paid(2020, 0) + paid(2021, 0), used(2020, 20) + used(2021, 80)).verdict == Verdict::cannot_tell);
  // Usage counted in years from April meets infrastructure counted from January.
  CHECK(ratio(paid(2020, 90) + paid(2021, 100) + paid(2022, 100), used(2020, 20, "-04-01") + used(2021, 80, "-04-01"))
            .figure == doctest::Approx(0.9 / 0.25));
}

TEST_CASE("early release") {
  const auto release = [](const std::string& go_live, const std::string& phase = "") {
    return line(Record("flow", "increase", go_live, phase).costs("period,amount|2019,60|2020,40").portfolio(),
                "early_release");
  };
  CHECK(release("2020-01-01").figure == doctest::Approx(12));
  CHECK(release("2020-01-01").verdict == Verdict::product);
  CHECK(release("2020-01-16").figure == doctest::Approx(12 + 15.0 / 31));
  CHECK(release("2020-01-16").verdict == Verdict::cannot_tell);
  CHECK(release("2021-01-01").verdict == Verdict::project);
  CHECK(release("2018-12-01").verdict == Verdict::cannot_tell);  // spending before it is not recorded
  CHECK(release("").verdict == Verdict::cannot_tell);
  CHECK(release("", "abandoned").verdict == Verdict::project);
  CHECK(std::isinf(release("", "abandoned").figure));
}
