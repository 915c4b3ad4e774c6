#include "essor/indicators/windows.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/indicators/growth.hpp"
#include "essor/numerics/normal.hpp"
#include "unit/indicators/typed_in.hpp"

using namespace essor;
using typed_in::Record;

namespace {

std::vector<WindowFigures> windows(const Record& record, int months = 12) {
  return windows_of(record.view(), 0, months);
}

/// "2021 12.0 / 3.0" of each window, latest first.
std::string figures(const std::vector<WindowFigures>& list) {
  std::string text;
  for (const WindowFigures& w : list) {
    text += (text.empty() ? "" : "; ") + period_text(w.window) + " " + std::to_string(w.cost.value).substr(0, 6) +
            " / " + std::to_string(w.impact.value).substr(0, 6);
    if (w.follows) text += " +";
  }
  return text;
}

std::string costs(const std::string& rows) { return "period,amount|" + rows; }
std::string values(const std::string& rows) { return "period,value|" + rows; }

}  // namespace

TEST_CASE("two half-years make a year, one half-year twice never does") {
  CHECK(figures(windows(Record().costs(costs("2021-H1,10|2021-H2,20")).measured(values("2021-H1,1|2021-H2,4")))) ==
        "2021 30.000 / 5.0000");
  CHECK(windows(Record().costs(costs("2021-H1,10")).measured(values("2021-H1,1"))).empty());
  CHECK(windows(Record().costs(costs("2021-H1,10|2022-H1,20")).measured(values("2021,1|2022,4"))).empty());
}

TEST_CASE("a year and its half-years are alternatives, never added") {
  CHECK(figures(windows(
            Record().costs(costs("2021,31|2021-H1,10|2021-H2,20")).measured(values("2021-H2,4|2021,6|2021-H1,1")))) ==
        "2021 31.000 / 6.0000");
  CHECK(figures(windows(Record()
                            .costs(costs("2021,31|2021-H1,10"))
                            .measured(values("2021-Q1,1|2021-04,1|2021-05,1|2021-06,1|2021-H2,2")))) ==
        "2021 31.000 / 6.0000");
}

TEST_CASE("a gap breaks growth, and a later window is still found") {
  const auto found = windows(Record().costs(costs("2019,1|2020,2|2022,3")).measured(values("2019,1|2020,2|2022,3")));
  CHECK(figures(found) == "2022 3.0000 / 3.0000; 2020 2.0000 / 2.0000 +; 2019 1.0000 / 1.0000");
  CHECK(std::isnan(found[0].g_cost));
  CHECK(std::isnan(found[0].p_observed));
  CHECK(found[0].trajectory == Trajectory::too_early);
  CHECK(found[0].falls == 1);
  CHECK(found[1].g_cost == doctest::Approx(std::log(2)));
}

TEST_CASE("windows go back from the last day known, of whatever length") {
  const Record quarters = Record()
                              .costs(costs("2020,4|2021-Q1,1|2021-Q2,1|2021-Q3,1"))
                              .measured(values("2020-H1,1|2020-H2,2|2021-Q1,3|2021-Q2,3"));
  CHECK(figures(windows(quarters)) == "2020 4.0000 / 3.0000");
  CHECK(figures(windows(quarters, 6)) == "2021-H1 2.0000 / 6.0000");
  CHECK(figures(windows(quarters, 3)) == "2021-Q2 1.0000 / 3.0000 +; 2021-Q1 1.0000 / 3.0000");
  CHECK(figures(windows(quarters, 18)) == "2020-01-01/2021-07-01 6.0000 / 9.0000");
  CHECK_THROWS_AS(windows(quarters, 0), ArgumentError);
  CHECK_THROWS_AS(windows(quarters, 2147483647), ArgumentError);
}

TEST_CASE("costs and measurements that begin in different months meet where both tile") {
  const Record april = Record().costs(costs("FY2020,10|FY2021,11")).measured(values("FY2020,1|FY2021,2"));
  CHECK(figures(windows(april)) == "2021-04-01/2022-04-01 11.000 / 2.0000 +; 2020-04-01/2021-04-01 10.000 / 1.0000");
  CHECK(windows(Record().costs(costs("FY2020,10|FY2021,11")).measured(values("2020,1|2021,2"))).empty());
  std::string months = "period,value";
  for (int m = 1; m <= 12; ++m) months += "|" + ("2020-" + std::string(m < 10 ? "0" : "") + std::to_string(m)) + ",1";
  for (int m = 1; m <= 12; ++m) months += "|" + ("2021-" + std::string(m < 10 ? "0" : "") + std::to_string(m)) + ",2";
  CHECK(figures(windows(Record().costs(costs("FY2020,10|FY2021,11")).measured(months))) ==
        "2020-04-01/2021-04-01 10.000 / 15.000");
}

TEST_CASE("many alternatives that do not tile are told apart at once") {
  std::string list = "period,value";
  for (int year = 2000; year < 2020; ++year) {
    const std::string y = std::to_string(year);
    list += "|" + (y) + ",1";
    for (const char* part : {"-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4"}) list += "|" + (y + part) + ",1";
    for (int m = 1; m <= 12; ++m) list += "|" + (y + (m < 10 ? "-0" : "-") + std::to_string(m)) + ",1";
  }
  CHECK(windows(Record().costs(costs("2000,1")).measured(list), 252).empty());
}

TEST_CASE("a stock is multiplied by its months, a cumulative count is differenced, a rate is divided") {
  const auto stock =
      windows(Record("stock").costs(costs("2021,120")).measured(values("2021-H1,10|2021-Q3,20|2021-Q4,40")));
  CHECK(stock[0].impact.value == doctest::Approx(6 * 10 + 3 * 20 + 3 * 40));
  CHECK(stock[0].unit_cost.value == doctest::Approx(0.5));
  const std::string three = costs("2020,5|2021,5|2022,5");
  CHECK(figures(windows(Record("cumulative").costs(three).measured(values("2020,10|2021,25|2022,45")))) ==
        "2022 5.0000 / 20.000 +; 2021 5.0000 / 15.000");
  CHECK(figures(windows(
            Record("cumulative")
                .costs(three)
                .measured(values("2020-01-01/2021-01-01,10|2020-01-01/2022-01-01,25|2020-01-01/2023-01-01,45")))) ==
        "2022 5.0000 / 20.000 +; 2021 5.0000 / 15.000 +; 2020 5.0000 / 10.000");
  const auto corrected =
      windows(Record("cumulative").costs(three).measured("period,value,correction|2020,10,|2021,8,true|2022,9,"));
  CHECK(figures(corrected) == "2022 5.0000 / 1.0000");
  const auto rate = windows(
      Record("rate").costs(three).measured("period,numerator,denominator|2021-H1,1,10|2021-H2,30,90|2022,50,100"));
  CHECK(rate[1].impact.value == doctest::Approx(0.31));
  CHECK(!rate[1].unit_cost.known());
  CHECK(std::isnan(rate[0].p_observed));
  CHECK(std::isnan(rate[0].p_trend));
  CHECK(rate[0].g_impact == doctest::Approx(std::log(0.5 / 0.31)));
}

TEST_CASE("a difference of counts is as uncertain as the worse of the two") {
  const auto w = windows(
      Record("cumulative").costs(costs("2021,5")).measured("period,value,status|2020,10,estimated|2021,25,measured"));
  CHECK(w[0].impact_error == error_of_estimated);
}

TEST_CASE("figures that inform of nothing leave a gap") {
  for (const char* status : {"carried_forward", "suppressed", "missing", "not_requested"}) {
    CAPTURE(status);
    const auto found = windows(Record()
                                   .costs(costs("2020,1|2021,1|2022,1"))
                                   .measured(std::string("period,value,status|2020,5,|2021,") +
                                             (status[0] == 'c' ? "5," : ",") + status + "|2022,6,"));
    CHECK(figures(found) == "2022 1.0000 / 6.0000; 2020 1.0000 / 5.0000");
  }
}

TEST_CASE("paid, else committed, never added, never planned") {
  const std::string two = values("2020,5|2021,6|2022,7");
  const auto found = windows(
      Record()
          .costs("period,amount,status|2020,10,paid|2021,11,paid|2021,12,committed|2022,13,committed|2022,14,planned")
          .measured(two));
  CHECK(figures(found) == "2022 13.000 / 7.0000 +; 2021 11.000 / 6.0000 +; 2020 10.000 / 5.0000");
  CHECK(found[0].cost_status == CostStatus::committed);
  CHECK(found[0].cost_error == error_of_estimated);
  CHECK(found[1].cost_status == CostStatus::paid);
  CHECK(windows(Record().costs("period,amount,status|2021-H1,10,paid|2021-H2,11,committed").measured(two)).empty());
  CHECK(windows(Record().costs("period,amount,status|2021,10,planned").measured(two)).empty());
}

TEST_CASE("perimeters and price years break the series") {
  const std::string three = values("2020,5|2021,6|2022,7");
  const auto switched = windows(
      Record().costs("period,amount,perimeter|2020,10,without VAT|2021,11,with VAT|2022,12,with VAT").measured(three));
  CHECK(figures(switched) == "2022 12.000 / 7.0000 +; 2021 11.000 / 6.0000; 2020 10.000 / 5.0000");
  const auto both =
      windows(Record().costs("period,amount,perimeter|2020,10,a|2021,11,a|2021,21,b|2022,22,b").measured(three));
  CHECK(figures(both) == "2022 22.000 / 7.0000 +; 2021 21.000 / 6.0000; 2020 10.000 / 5.0000");
  const auto prices =
      windows(Record().costs("period,amount,price_year|2020,10,2020|2021,11,2020|2022,12,2022").measured(three));
  CHECK(figures(prices) == "2022 12.000 / 7.0000; 2021 11.000 / 6.0000 +; 2020 10.000 / 5.0000");
  const auto halves = windows(Record().costs("period,amount,perimeter|2021-H1,10,a|2021-H2,11,b").measured(three));
  CHECK(halves.empty());
}

TEST_CASE("the choice between perimeters does not depend on the order of rows") {
  const std::string measured = values("2021,6");
  const auto one = windows(Record().costs("period,amount,perimeter|2021,10,with|2021,20,without").measured(measured));
  const auto two = windows(Record().costs("period,amount,perimeter|2021,20,without|2021,10,with").measured(measured));
  CHECK(one[0].cost.value == two[0].cost.value);
}

TEST_CASE("cost lines add up, each covered in its own way") {
  const std::string measured = values("2020,5|2021,6");
  const auto lines = [&](const std::string& rows) {
    return figures(windows(Record().costs("period,amount,activity|" + rows).measured(measured)));
  };
  CHECK(lines("2021,10,development|2021-H1,1,hosting|2021-H2,2,hosting") == "2021 13.000 / 6.0000");
  CHECK(lines("2021,10,development|2021-H2,2,hosting") == "2021 12.000 / 6.0000");  // hosting starts mid-window
  CHECK(lines("2021-H1,10,development|2021-H2,2,hosting") == "2021 12.000 / 6.0000");
  CHECK(lines("2021-Q1,10,development|2021-H2,2,hosting").empty());  // nothing is known of the second quarter
  CHECK(lines("2021,10,development|2020-07-01/2021-07-01,2,hosting").empty());      // straddles the edge
  CHECK(lines("2021,10,development|2021-H1,2,hosting|2021-Q2,1,hosting").empty());  // overlapping entries of one line
  const auto funders = windows(Record().costs("period,amount,funder|2021,10,A|2021,5,B").measured(measured));
  CHECK(figures(funders) == "2021 15.000 / 6.0000");
}

TEST_CASE("what was not known on the day is not seen") {
  const Record record = Record()
                            .costs("period,amount,known_on|2020,10,|2021,20,2022-03-01|2021,30,2022-06-01")
                            .measured("period,value,known_on|2020,1,|2021,2,|2022,9,2021-06-30");
  const auto on = [&](Date day) { return figures(windows_of(record.view(day), 0)); };
  CHECK(on(date(2020, 12, 30)) == "");
  CHECK(on(date(2020, 12, 31)) == "2020 10.000 / 1.0000");
  CHECK(on(date(2022, 2, 28)) == "2020 10.000 / 1.0000");
  CHECK(on(date(2022, 3, 1)) == "2021 20.000 / 2.0000 +; 2020 10.000 / 1.0000");
  CHECK(on(date(2022, 6, 1)) == "2021 30.000 / 2.0000 +; 2020 10.000 / 1.0000");
  const Record early =
      Record().costs("period,amount,known_on|2022,10,2021-06-30").measured("period,value,known_on|2022,9,2021-06-30");
  CHECK(windows_of(early.view(date(2022, 12, 30)), 0).empty());  // the window has not ended
  CHECK(windows_of(early.view(date(2022, 12, 31)), 0).size() == 1);
}

TEST_CASE("bounds stay bounds") {
  const auto w =
      windows(Record().costs(costs("2023,100|2024,100")).measured("period,value,low,high|2023,3,,|2024,,4,"));
  CHECK(!w[0].impact.is_point());
  CHECK(w[0].impact.low == 4);
  CHECK(std::isinf(w[0].impact.high));
  CHECK(std::isnan(w[0].unit_cost.value));
  CHECK(w[0].unit_cost.low == 0);
  CHECK(w[0].unit_cost.high == 25);
  CHECK(std::isnan(w[0].g_impact));
  CHECK(w[0].g_cost == 0);
  CHECK(w[0].p_bound == 1);
  CHECK(w[0].p_observed == doctest::Approx(normal_cdf(std::log(4.0 / 3) / 0.04)));
  CHECK(std::isnan(w[0].p_trajectory));
  CHECK(evidence_text(Record().portfolio(), w[0]).find("at least") != std::string::npos);
  const auto sum =
      windows(Record().costs(costs("2024,100")).measured("period,value,low,high|2024-H1,2,,|2024-H2,,1,3"));
  CHECK(sum[0].impact.low == 3);
  CHECK(sum[0].impact.high == 5);
  CHECK(std::isnan(sum[0].impact.value));
  const auto unicorn = windows(Record().costs(costs("2023,100|2024,100")).measured("period,value,low|2023,3,|2024,,9"));
  CHECK(unicorn[0].trajectory == Trajectory::unicorn);  // whatever lies above the bound
}

TEST_CASE("a value within two bounds has a wider class, one with an open side has no probability") {
  const auto probability = [](const char* low, const char* high) {
    const auto w = windows(Record()
                               .costs(costs("2023,100|2024,100"))
                               .measured(std::string("period,value,low,high|2023,3|2024,7,") + low + "," + high));
    CHECK(w[0].trajectory == Trajectory::unicorn);
    return w[0].p_trajectory;
  };
  CHECK(probability("5", "9") < probability("6.9", "7.1"));
  CHECK(probability("6.9", "7.1") < probability("", ""));
  CHECK(std::isnan(probability("6.9", "")));
}

TEST_CASE("a good direction that is down changes the sign") {
  const auto w =
      windows(Record("flow", "decrease").costs(costs("2020,100|2021,100")).measured(values("2020,50|2021,20")));
  CHECK(w[0].g_impact == doctest::Approx(std::log(2.5)));
  CHECK(w[0].p_observed == doctest::Approx(normal_cdf(std::log(2.5) / 0.04)));
  CHECK(w[0].trajectory == Trajectory::unicorn);
  CHECK(!w[0].unit_cost.known());
}

TEST_CASE("nothing spent or nothing reached gives no number, never infinity") {
  const auto w =
      windows(Record().costs(costs("2020,0|2021,10|2022,10|2023,0")).measured(values("2020,1|2021,0|2022,3|2023,4")));
  CHECK(w.size() == 4);
  for (const WindowFigures& f : w)
    for (const double x : {f.g_cost, f.g_impact, f.cost_elasticity, f.p_observed, f.p_trend, f.unit_cost.value})
      CHECK(!std::isinf(x));
  CHECK(std::isnan(w[2].unit_cost.value));
  CHECK(std::isnan(w[1].g_impact));
  CHECK(w[0].unit_cost.value == 0);
  for (const char* value : {"0", ""}) {
    const auto open =
        windows(Record().costs(costs("2021,10")).measured(std::string("period,value,low,high|2021,") + value + ",0,5"));
    CHECK(std::isnan(open[0].unit_cost.value));
    CHECK(open[0].unit_cost.low == 2);
  }
}

TEST_CASE("not live at the end of the window: too early") {
  const std::string c = costs("2020,10|2021,10|2022,10"), m = values("2020,10|2021,20|2022,40");
  const auto w = windows(Record("flow", "increase", "2021-12-31").costs(c).measured(m));
  CHECK(w[0].trajectory == Trajectory::unicorn);
  CHECK(w[1].trajectory == Trajectory::unicorn);
  const auto later = windows(Record("flow", "increase", "2022-01-01").costs(c).measured(m));
  CHECK(later[0].trajectory == Trajectory::unicorn);
  CHECK(later[1].trajectory == Trajectory::too_early);
  CHECK(later[1].p_trajectory == 1);
}

TEST_CASE("the whole where it is recorded, else the only part") {
  const std::string c = costs("2021,10");
  CHECK(figures(windows(Record().costs(c).measured("period,value,scope|2021,1,Paris|2021,5,"))) ==
        "2021 10.000 / 5.0000");
  CHECK(figures(windows(Record().costs(c).measured("period,value,scope|2021,1,Paris"))) == "2021 10.000 / 1.0000");
  CHECK(windows(Record().costs(c).measured("period,value,scope|2021,1,Paris|2021,2,Lyon")).empty());
}

TEST_CASE("cost computed from a unit cost: only its error counts") {
  const Record tied = Record()
                          .costs("period,amount,basis|2020,100,unit_cost_x_volume|2021,120,unit_cost_x_volume")
                          .measured(values("2020,100|2021,126"));
  const auto w = windows(tied);
  CHECK(w[0].tied);
  CHECK(w[0].p_observed == doctest::Approx(normal_cdf(std::log(1.05) / std::sqrt(2 * 0.0004))));
  CHECK(w[0].p_trajectory == doctest::Approx(trajectory_probability(w[0].trajectory, std::log(1.26), std::sqrt(0.0008),
                                                                    std::log(1.2), std::sqrt(0.0008), 1))
                                 .epsilon(1e-9));
}

TEST_CASE("over a longer span the errors within it cancel, and a gap refuses") {
  const Record record =
      Record().costs(costs("2018,9|2020,10|2021,11|2022,12")).measured(values("2018,9|2020,10|2021,9|2022,13"));
  const View view = record.view();
  const auto w = windows_of(view, 0);
  CHECK(probability_of_fall_over(view, w[2], w[0]) == doctest::Approx(normal_cdf(std::log(13.0 / 12) / 0.04)));
  CHECK(probability_of_fall_over(view, w[1], w[0]) == w[0].p_observed);
  CHECK_THROWS_AS(probability_of_fall_over(view, w[3], w[0]), ArgumentError);
  CHECK_THROWS_AS(probability_of_fall_over(view, w[0], w[2]), ArgumentError);
}

TEST_CASE("one row for each metric but activity, empty where there is no window") {
  using typed_in::table;
  const Portfolio p = Portfolio::from_tables(
      {table("products", "product|a|b"), table("metrics", "product,metric,level|b,x,|a,x,|a,features,|a,y,used"),
       table("costs", "product,start,end,amount|a,2020-01-01,2021-01-01,5|a,2021-01-01,2022-01-01,6"),
       table("measurements",
             "product,metric,start,end,value|a,x,2020-01-01,2021-01-01,5|a,x,2021-01-01,2022-01-01,6|a,features,2021-"
             "01-01,2022-01-01,6")});
  const auto rows = indicators(p.as_of());
  REQUIRE(rows.size() == 3);
  CHECK(p.metrics()[rows[0].metric].id == "x");
  CHECK(rows[0].window.months() == 12);
  CHECK(rows[0].cost_rows == std::vector<std::uint32_t>{1});
  CHECK(rows[1].window.months() == 0);
  CHECK(rows[1].trajectory == Trajectory::too_early);
  CHECK(rows[2].product == 1);
  const auto history = indicators(p.as_of(), {.months = 12, .history = true});
  REQUIRE(history.size() == 4);
  CHECK(history[0].p_observed == rows[0].p_observed);
  CHECK(history[0].p_trend == rows[0].p_trend);
  CHECK(history[1].cost_rows == std::vector<std::uint32_t>{0});
  CHECK_THROWS_AS(indicators(p.as_of(), {.months = 0, .history = false}), ArgumentError);
}

TEST_CASE("demarches-simplifiees, 2019 to 2023") {
  // Cost constant at 1.2 M euros to 2021, files +120 % in 2020 and in 2021 (Bilans beta.gouv.fr, 2021 to 2024).
  const auto w = windows(Record()
                             .costs(costs("2019,1200000|2020,1200000|2021,1200000|2022,1100000|2023,1500000"))
                             .measured(values("2019,619835|2020,1363636|2021,3000000|2022,2700000|2023,3000000")));
  REQUIRE(w.size() == 5);
  CHECK(w[2].unit_cost.value == doctest::Approx(0.40));
  CHECK(w[2].trajectory == Trajectory::unicorn);
  CHECK(w[2].p_observed > 0.99);
  CHECK(w[2].p_trajectory > 0.99);
  CHECK(w[3].trajectory == Trajectory::unicorn);
  CHECK(w[1].trajectory == Trajectory::declining);
  CHECK(w[0].unit_cost.value == doctest::Approx(0.50));
  CHECK(w[0].trajectory == Trajectory::decreasing);
  CHECK(w[0].p_observed < 0.01);
  CHECK(w[2].cost_elasticity == doctest::Approx(0).epsilon(1e-12));
}
