#include "essor/model/portfolio.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "essor/error/errors.hpp"

using namespace essor;

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// A table of texts: the first row names the columns, an empty text is an absent cell.
Table table(std::string name, const Rows& rows) {
  Table made{std::move(name), rows.size() - 1, {}, PlaceStyle::row, "", {}};
  for (std::size_t c = 0; c < rows[0].size(); ++c) {
    TextColumn column;
    for (std::size_t r = 1; r < rows.size(); ++r)
      if (rows[r][c].empty())
        column.codes.push_back(-1);
      else
        push_text(column, rows[r][c]);
    made.columns.push_back({rows[0][c], std::move(column)});
  }
  return made;
}

const Table products = table("products", {{"product"}, {"ds"}});
const Table metrics = table("metrics", {{"product", "metric"}, {"ds", "files"}});

std::string error_of(auto&& call) {
  try {
    call();
  } catch (const RecordError& e) {
    CHECK(!e.place().empty());
    CHECK(!e.rule().empty());
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("numbers as people write them") {
  CHECK(parse_number("1200000", "x") == 1200000);
  CHECK(parse_number(" 1 200 000 ", "x") == 1200000);
  CHECK(parse_number("1\xC2\xA0"
                     "200\xE2\x80\xAF"
                     "000",
                     "x") == 1200000);
  CHECK(parse_number("\xC2\xA0"
                     "5\xC2\xA0",
                     "x") == 5);
  CHECK(parse_number("1.2e6", "x") == 1200000);
  CHECK(parse_number("+0.5", "x") == 0.5);
  CHECK(parse_number("-3", "x") == -3);
  CHECK(parse_number("1 200.5", "x") == 1200.5);
  for (const char* text : {"1,234", "1,234.5", "1.2.3", "12 k€", "12 34", "1 2000", "nan", "inf", "-inf", "1e999",
                           "0x10", "", "-", "e5", "1 200 00", "1200 000"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_number(text, "cell"), RecordError);
  }
  CHECK(error_of([] { parse_number("1,234", "cell"); }).find("write 1234 or 1.234") != std::string::npos);
}

TEST_CASE("what is no number is told how to be written") {
  const auto rule = [](std::string_view text) { return error_of([&] { parse_number(text, "cell"); }); };
  for (const auto& [text, hint] : {std::pair{"1.234,56", "write 1234.56"},
                                   {"1,234.56", "write 1234.56"},
                                   {"1 200 000,50", "write 1200000.50"},
                                   {"1,234,567", "write 1234567"},
                                   {"1 200 €", "without a unit"},
                                   {"1200 EUR", "without a unit"},
                                   {"12 34", "groups of three"},
                                   {"1e5 000", "groups of three"},
                                   {"1e999", "too large"}}) {
    CAPTURE(text);
    CHECK(rule(text).find(hint) != std::string::npos);
  }
}

TEST_CASE("vintages: the latest known by the day wins") {
  const Portfolio p =
      Portfolio::from_tables({products, metrics,
                              table("costs", {{"product", "start", "end", "amount", "known_on"},
                                              {"ds", "2021-01-01", "2022-01-01", "100", "2022-02-01"},
                                              {"ds", "2021-01-01", "2022-01-01", "120", "2022-06-01"}})});
  CHECK(p.as_of(date(2022, 1, 31)).costs_of(0).empty());
  CHECK(p.as_of(date(2022, 2, 1)).costs_of(0)[0] == 0);
  CHECK(p.as_of(date(2022, 5, 31)).costs_of(0)[0] == 0);
  CHECK(p.as_of(date(2022, 6, 1)).costs_of(0)[0] == 1);
  CHECK(p.as_of().costs_of(0).size() == 1);
  const Portfolio silent = Portfolio::from_tables(
      {products, metrics,
       table("costs", {{"product", "start", "end", "amount"}, {"ds", "2021-01-01", "2022-01-01", "100"}})});
  CHECK(silent.as_of(date(2021, 12, 30)).costs_of(0).empty());
  CHECK(silent.as_of(date(2021, 12, 31)).costs_of(0).size() == 1);
  CHECK(!silent.notes().empty());
}

TEST_CASE("labels and tables survive") {
  const Table costs = table(
      "costs", {{"product", "start", "end", "amount", "cost centre"}, {"ds", "2021-01-01", "2022-01-01", "100", "A7"}});
  const Portfolio p = Portfolio::from_tables({products, metrics, costs});
  const Portfolio again = Portfolio::from_tables(p.tables());
  CHECK(again.tables()[2].columns[4].name == "cost centre");
  CHECK(again.costs()[0].amount.value == 100);
}

TEST_CASE("an output measure is recorded, and refused as impact by name") {
  const auto with = [](const Rows& rows) { return Portfolio::from_tables({products, table("metrics", rows)}); };
  CHECK(with({{"product", "metric", "level"}, {"ds", "Lines of code", "activity"}}).metrics()[0].level ==
        Level::activity);
  CHECK(with({{"product", "metric"}, {"ds", "features"}}).metrics()[0].level == Level::activity);
  CHECK(error_of([&] { with({{"product", "metric", "level"}, {"ds", "features", "impactful"}}); }).find("'features'") !=
        std::string::npos);
}

TEST_CASE("five columns") {
  const Portfolio p =
      from_five_columns(table("spreadsheet", {{"Produit", "PERIOD", "Cost\xC2\xA0", " value", "Metric", "remark"},
                                              {"a",
                                               "S1\xE2\x80\xAF"
                                               "2021",
                                               "1 000", "10", "x", "first"},
                                              {"a", "S1 2021", "1 000", "5", "y", ""},
                                              {"a", "2021-H2", "2000", "20", "x", "ok"},
                                              {"b", "2021", "", "3", "x", ""}}));
  CHECK(p.products().size() == 2);
  CHECK(p.costs().size() == 2);
  CHECK(p.measurements().size() == 4);
  CHECK(p.metrics_of(0).size() == 2);
  CHECK(p.costs()[0].amount.value == 1000);
  CHECK(period_text(p.measurements()[0].period) == "2021-H1");
  CHECK(p.tables()[3].find("remark") != nullptr);
  const std::string differ = error_of([] {
    from_five_columns(table("t", {{"product", "period", "cost", "value", "metric"},
                                  {"a", "2021", "1", "1", "x"},
                                  {"a", "2021", "2", "1", "y"}}));
  });
  CHECK(differ.find("t row 1, column cost: 2: differs from 1") == 0);
  CHECK(error_of([] {
          from_five_columns(table("t", {{"product", "period", "cost"}, {"a", "2021", "1"}}));
        }).find("value is missing") != std::string::npos);
  CHECK(error_of([] {
          from_five_columns(table("t", {{"product", "period", "cost", "value"}, {"a", "2021", "1,5", "1"}}));
        }).find("write 15 or 1.5") != std::string::npos);
}

TEST_CASE("bad records name place, value and rule") {
  struct Bad {
    std::vector<Table> tables;
    const char* says;
  };
  const auto cost = [&](Rows rows) { return std::vector<Table>{products, metrics, table("costs", rows)}; };
  const auto measure = [&](Rows rows) { return std::vector<Table>{products, metrics, table("measurements", rows)}; };
  const std::vector<std::string> head{"product", "start", "end", "amount"},
      measured{"product", "metric", "start", "end", "value"};
  const std::vector<Bad> cases{
      {cost({head, {"dx", "2021-01-01", "2022-01-01", "1"}}),
       "costs row 0, column product: 'dx': is not a declared product"},
      {cost({head, {"", "2021-01-01", "2022-01-01", "1"}}), "costs row 0, column product: an empty cell"},
      {cost({head, {"ds", "2021-01-15", "2022-01-01", "1"}}), "costs row 0, column start: 2021-01-15"},
      {cost({head, {"ds", "2021-01-01", "2021-06-15", "1"}}), "costs row 0, column end: 2021-06-15"},
      {cost({head, {"ds", "2021-01-01", "2021-01-01", "1"}}), "is empty"},
      {cost({head, {"ds", "2021-01-01", "2020-01-01", "1"}}), "is reversed"},
      {cost({head, {"ds", "2021-01-01", "2022-01-01", "-1"}}),
       "costs row 0, column amount: -1: a cost is not negative"},
      {cost({head, {"ds", "2021-01-01", "2022-01-01", ""}}), "an amount, or its low and high"},
      {cost({{"product", "start", "end"}, {"ds", "2021-01-01", "2022-01-01"}}), "the column amount is missing"},
      {cost({{"product", "start", "end", "low", "high"}, {"ds", "2021-01-01", "2022-01-01", "2", "1"}}),
       "low must not be above high"},
      {cost({{"product", "start", "end", "amount", "low"}, {"ds", "2021-01-01", "2022-01-01", "1", "2"}}),
       "must not be below low"},
      {cost({{"product", "start", "end", "amount", "currency"},
             {"ds", "2021-01-01", "2022-01-01", "1", "EUR"},
             {"ds", "2022-01-01", "2023-01-01", "1", "GBP"}}),
       "two currencies are never summed"},
      {cost({head, {"ds", "2021-01-01", "2022-01-01", "1"}, {"ds", "2021-01-01", "2022-01-01", "1"}}),
       "costs row 1: 2021 known on 2021-12-31: records the same thing"},
      {cost({{"product", "start", "end", "amount", "status"}, {"ds", "2021-01-01", "2022-01-01", "1", "spent"}}),
       "must be one of planned, committed, paid"},
      {cost({{"product", "start", "end", "amount", "price_year"}, {"ds", "2021-01-01", "2022-01-01", "1", "20.5"}}),
       "must be a year"},
      {cost({{"product", "start", "end", "amount", "Amount"}, {"ds", "2021-01-01", "2022-01-01", "1", "1"}}),
       "two columns are both read as amount"},
      {measure({measured, {"ds", "calls", "2021-01-01", "2022-01-01", "1"}}),
       "'calls': is not a declared metric of 'ds'"},
      {measure({measured, {"ds", "files", "2021-01-01", "2022-01-01", "-5"}}), "must not be negative"},
      {measure({measured, {"ds", "files", "2021-01-01", "2022-01-01", ""}}), "a value, or its low and high"},
      {measure({{"product", "metric", "start", "end", "value", "status"},
                {"ds", "files", "2021-01-01", "2022-01-01", "5", "missing"}}),
       "cannot have a value"},
      {measure({{"product", "metric", "start", "end", "numerator", "denominator"},
                {"ds", "files", "2021-01-01", "2022-01-01", "5", "6"}}),
       "only a rate has a numerator"},
      {{products, table("metrics", {{"product", "metric"}, {"ds", "a"}, {"ds", "a"}})},
       "is already declared in metrics row 0"},
      {{table("products", {{"product"}, {"a"}, {"a"}})}, "a product is declared once"},
      {{products, table("metrics", {{"product", "metric", "kind"}, {"ds", "a", "count"}})},
       "must be one of flow, stock"},
      {{table("budgets", {{"product"}, {"a"}})}, "is not a table of a portfolio"},
      {{products, products}, "is given twice"},
      {{products, metrics,
        table("targets",
              {{"product", "metric", "start", "end", "value"}, {"ds", "files", "2021-01-01", "2022-01-01", ""}})},
       "the value of a target"},
      {{products, metrics, table("decisions", {{"product", "date", "decision"}, {"ds", "2021-01-01", "go"}})},
       "must be one of accelerate"},
      {{products, metrics,
        table("published", {{"product", "metric", "start", "end", "quantity", "value"},
                            {"ds", "files", "2021-01-01", "2022-01-01", "growth_cost", "-2"}})},
       "a growth is a fraction above -1"},
  };
  for (const Bad& bad : cases) {
    const std::string said = error_of([&] { Portfolio::from_tables(bad.tables); });
    CAPTURE(said);
    CHECK(said.find(bad.says) != std::string::npos);
  }
}

TEST_CASE("a cumulative count does not fall unless it is corrected") {
  const Table cumulative = table("metrics", {{"product", "metric", "kind"}, {"ds", "files", "cumulative"}});
  const auto with = [&](std::string correction) {
    return Portfolio::from_tables(
        {products, cumulative,
         table("measurements", {{"product", "metric", "start", "end", "value", "correction"},
                                {"ds", "files", "2021-01-01", "2021-02-01", "10", ""},
                                {"ds", "files", "2021-02-01", "2021-03-01", "8", correction}})});
  };
  CHECK(error_of([&] {
          with("");
        }).find("measurements row 1, column value: 8: the cumulative count 'files' falls from 10") == 0);
  CHECK(with("true").measurements()[1].correction);
}

TEST_CASE("a rate has a numerator and a denominator") {
  const Table rate = table("metrics", {{"product", "metric", "kind"}, {"ds", "abandon", "rate"}});
  const auto with = [&](std::string n, std::string d) {
    return Portfolio::from_tables(
        {products, rate,
         table("measurements", {{"product", "metric", "start", "end", "numerator", "denominator"},
                                {"ds", "abandon", "2021-01-01", "2022-01-01", n, d}})});
  };
  CHECK(with("21", "100").measurements()[0].value.value == doctest::Approx(0.21));
  CHECK(error_of([&] { with("21", ""); }).find("needs its numerator and its denominator") != std::string::npos);
  CHECK(error_of([&] { with("21", "0"); }).find("must be above 0") != std::string::npos);
}

TEST_CASE("numbers serve as names, in any order, and a product is found by its name") {
  NumberColumn ids{{30, 7, 12, 7.5}, {}};
  const Portfolio p = Portfolio::from_tables(
      {Table{"products", 4, {{"product", ids}}, PlaceStyle::row, "", {}},
       table("metrics", {{"product", "metric"}, {"12", "a"}, {"7", "a"}, {"7", "b"}, {"7.5", "a"}})});
  CHECK(p.product_index("7") == 1);
  CHECK(p.product_index("7.5") == 3);
  CHECK(p.metrics()[0].product == 2);
  CHECK(p.metric_index(1, "b") == 2);
  CHECK_THROWS_AS(p.product_index("8"), ArgumentError);
  CHECK_THROWS_AS(p.product_index(""), ArgumentError);
}

TEST_CASE("a target is set once on a day, however many there are") {
  Rows rows{{"product", "metric", "start", "end", "value", "set_on"}};
  for (int i = 0; i < 5000; ++i)
    rows.push_back(
        {"ds", "files", "2021-01-01", "2022-01-01", "1", date_text(date(2000, 1, 1) + std::chrono::days{i})});
  CHECK(Portfolio::from_tables({products, metrics, table("targets", rows)}).targets().size() == 5000);
  rows.push_back(rows[4321]);
  const std::string said = error_of([&] { Portfolio::from_tables({products, metrics, table("targets", rows)}); });
  CHECK(said.find("targets row 5000: 2021: is the same target as targets row 4320") == 0);
}
