// Laws of the indicators over records made at random by a small generator of its own.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "essor/error/number_text.hpp"
#include "essor/indicators/windows.hpp"
#include "unit/indicators/typed_in.hpp"

using namespace essor;
using typed_in::table;

namespace {

/// Numbers in a fixed sequence.
class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t below(std::uint64_t limit) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33) % limit;
  }
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(below(1u << 30)) / static_cast<double>(1u << 30);
  }

 private:
  std::uint64_t state_;
};

struct Row {
  Period period;
  double value = 0;
  std::string more;  ///< further cells, with their commas
};

/// A record of one product: yearly, half-yearly, quarterly and monthly rows with gaps, in several lines and perimeters.
struct RandomRecord {
  std::vector<Row> costs, values;

  explicit RandomRecord(std::uint64_t seed) {
    Sequence draw(seed);
    const std::int32_t begin =
        12 * 45 + static_cast<std::int32_t>(draw.below(4)) * 3;  // 2015, from January, April, July or October
    const char* lines[] = {",,paid,", ",hosting,paid,", ",development,paid,", ",,committed,", ",,paid,with VAT"};
    for (std::uint64_t l = 0, count = 1 + draw.below(4); l < count; ++l) fill(draw, begin, costs, lines[draw.below(5)]);
    fill(draw, begin, values, "");
    drop_doubles(costs);
    drop_doubles(values);
  }

  Portfolio portfolio(double money = 1, double impact = 1) const {
    std::string c = "product,start,end,amount,activity,status,perimeter", v = "product,metric,start,end,value";
    for (const Row& r : costs) c += "|a," + days(r.period) + number_text(r.value * money) + r.more;
    for (const Row& r : values) v += "|a,x," + days(r.period) + number_text(r.value * impact);
    return Portfolio::from_tables({table("products", "product|a"), table("metrics", "product,metric|a,x"),
                                   table("costs", c), table("measurements", v)});
  }

 private:
  static std::string days(const Period& p) { return date_text(p.start()) + "," + date_text(p.end()) + ","; }

  static void fill(Sequence& draw, std::int32_t begin, std::vector<Row>& rows, const std::string& more) {
    const int lengths[] = {12, 6, 3, 1};
    for (std::int32_t year = begin; year < begin + 72; year += 12) {
      const int months = lengths[draw.below(4)];
      for (std::int32_t m = year; m < year + 12; m += months)
        if (draw.below(30) > 0) rows.push_back({{m, m + months}, std::floor(draw.between(10, 1000) * months), more});
    }
  }
  static void drop_doubles(std::vector<Row>& rows) {
    const auto before = [](const Row& a, const Row& b) {
      return std::tuple(a.more, a.period.first, a.period.last) < std::tuple(b.more, b.period.first, b.period.last);
    };
    std::stable_sort(rows.begin(), rows.end(), before);
    rows.erase(std::unique(rows.begin(), rows.end(),
                           [&](const Row& a, const Row& b) { return !before(a, b) && !before(b, a); }),
               rows.end());
  }
};

void check_same(const std::vector<WindowFigures>& a, const std::vector<WindowFigures>& b, double money, double impact,
                double error) {
  REQUIRE(a.size() == b.size());
  const auto near = [&](double x, double y) {
    return (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= error * std::max(1.0, std::abs(x));
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].window == b[i].window);
    CHECK(near(a[i].cost.value * money, b[i].cost.value));
    CHECK(near(a[i].impact.value * impact, b[i].impact.value));
    CHECK(near(a[i].g_cost, b[i].g_cost));
    CHECK(near(a[i].g_impact, b[i].g_impact));
    CHECK(near(a[i].p_observed, b[i].p_observed));
    CHECK(near(a[i].p_trend, b[i].p_trend));
    CHECK(near(a[i].p_trajectory, b[i].p_trajectory));
    if (error == 0) CHECK(a[i].trajectory == b[i].trajectory);
  }
}

constexpr std::uint64_t rounds = 150;

}  // namespace

TEST_CASE("the records made at random have windows and growths") {
  std::size_t with_windows = 0, with_growth = 0;
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const auto w = windows_of(RandomRecord(seed).portfolio().as_of(), 0);
    with_windows += !w.empty();
    with_growth += std::any_of(w.begin(), w.end(), [](const WindowFigures& f) { return f.follows; });
  }
  CHECK(with_windows > rounds / 4);
  CHECK(with_growth > rounds / 8);
}

TEST_CASE("money in other units and impact in other units leave the growths") {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const RandomRecord record(seed);
    const auto plain = windows_of(record.portfolio().as_of(), 0);
    check_same(plain, windows_of(record.portfolio(4, 1).as_of(), 0), 4, 1, 1e-12);
    check_same(plain, windows_of(record.portfolio(1, 0.5).as_of(), 0), 1, 0.5, 1e-12);
    check_same(plain, windows_of(record.portfolio(1.17, 1000).as_of(), 0), 1.17, 1000, 1e-9);
  }
}

TEST_CASE("the order of the rows changes nothing, to the last bit") {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    RandomRecord record(seed);
    for (Row& r : record.costs) r.value += 0.1;
    const auto plain = windows_of(record.portfolio().as_of(), 0);
    Sequence draw(seed + 7);
    for (auto* rows : {&record.costs, &record.values})
      for (std::size_t i = rows->size(); i > 1; --i) std::swap((*rows)[i - 1], (*rows)[draw.below(i)]);
    check_same(plain, windows_of(record.portfolio().as_of(), 0), 1, 1, 0);
  }
}

TEST_CASE("a flow split evenly into its months says the same") {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    RandomRecord record(seed);
    const auto plain = windows_of(record.portfolio().as_of(), 0);
    std::vector<Row> split;
    for (const Row& r : record.values)
      for (std::int32_t m = r.period.first; m < r.period.last; ++m)
        split.push_back({{m, m + 1}, r.value / r.period.months(), r.more});
    record.values = split;
    const auto finer = windows_of(record.portfolio().as_of(), 0);  // finds windows that end elsewhere too
    CHECK(finer.size() >= plain.size());
    const auto same = [](const WindowFigures& a, const WindowFigures& b) { return a.window == b.window; };
    if (std::equal(plain.begin(), plain.end(), finer.begin(), finer.end(), same))
      check_same(plain, finer, 1, 1, 1e-9), ++compared;
  }
  CHECK(compared > rounds / 4);
}

TEST_CASE("probabilities are probabilities, windows do not overlap, and each is tiled by the rows behind it") {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const Portfolio portfolio = RandomRecord(seed).portfolio();
    for (const int months : {3, 6, 12, 24}) {
      const auto list = windows_of(portfolio.as_of(), 0, months);
      for (std::size_t i = 0; i < list.size(); ++i) {
        const WindowFigures& w = list[i];
        CHECK(w.window.months() == months);
        if (i > 0) CHECK(w.window.last <= list[i - 1].window.first);
        CHECK(w.follows == (i + 1 < list.size() && list[i + 1].window.last == w.window.first &&
                            list[i + 1].perimeter == w.perimeter));
        for (const double p : {w.p_observed, w.p_trend, w.p_trajectory})
          if (!std::isnan(p)) CHECK((p >= 0 && p <= 1));
        double cost = 0, impact = 0;
        int covered = 0;
        for (const std::uint32_t row : w.cost_rows) {
          cost += portfolio.costs()[row].amount.value;
          CHECK(w.window.contains(portfolio.costs()[row].period));
          CHECK(portfolio.costs()[row].perimeter == w.perimeter);
          CHECK(portfolio.costs()[row].status == w.cost_status);
        }
        for (const std::uint32_t row : w.measurement_rows) {
          impact += portfolio.measurements()[row].value.value;
          covered += portfolio.measurements()[row].period.months();
          CHECK(w.window.contains(portfolio.measurements()[row].period));
        }
        CHECK(covered == months);
        CHECK(w.cost.value == doctest::Approx(cost));
        CHECK(w.impact.value == doctest::Approx(impact));
      }
    }
  }
}

TEST_CASE("a view of a day equals the record as it was on that day") {
  for (std::uint64_t seed = 0; seed < rounds / 3; ++seed) {
    const RandomRecord record(seed);
    const Date day = date(2018, 1 + static_cast<unsigned>(seed % 12), 15);
    RandomRecord then = record;
    const auto later = [&](const Row& r) { return r.period.end() - std::chrono::days{1} > day; };
    std::erase_if(then.costs, later);
    std::erase_if(then.values, later);
    if (then.costs.empty() || then.values.empty()) continue;
    check_same(windows_of(then.portfolio().as_of(), 0), windows_of(record.portfolio().as_of(day), 0), 1, 1, 0);
  }
}
