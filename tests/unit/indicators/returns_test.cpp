#include "essor/indicators/returns.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/error/number_text.hpp"
#include "essor/indicators/windows.hpp"
#include "unit/indicators/typed_in.hpp"

using namespace essor;
using typed_in::table;

namespace {

double uniform(std::uint64_t i) {
  std::uint64_t x = (i + 1) * 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return (static_cast<double>((x ^ (x >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

struct Panel {
  std::size_t products = 12;
  int first_year = 2012, years = 7;
  double scale = 0.6, learning = 0.2, noise = 0;
  std::string basis = "measured";
  bool fiscal = false;  ///< every second product counts in British years
  std::vector<std::vector<double>> costs{}, impacts{};

  /// ln C = a_i + g_t + b ln I - l ln(past I) + noise.
  Portfolio portfolio() {
    std::string p = "product", m = "product,metric", c = "product,start,end,amount,basis",
                v = "product,metric,start,end,value";
    costs.assign(products, {}), impacts.assign(products, {});
    for (std::size_t i = 0; i < products; ++i) {
      const std::string id = "p" + std::to_string(i);
      p += "|" + id;
      m += "|" + id + ",x";
      double past = 0, impact = 1000 * (1 + uniform(i));
      for (int t = 0; t < years; ++t) {
        const std::uint64_t at = 1000 + i * 100 + static_cast<std::uint64_t>(t) * 3;
        impact *= 0.8 + 0.7 * uniform(at);
        const double log_cost = 3 + static_cast<double>(i) * 0.1 + 0.05 * std::sin(t) + scale * std::log(impact) -
                                (past > 0 ? learning * std::log(past) : 0) + noise * (uniform(at + 1) - 0.5);
        past += impact;
        costs[i].push_back(std::exp(log_cost));
        impacts[i].push_back(impact);
        const std::string month = fiscal && i % 2 == 1 ? "-04-01" : "-01-01";
        const std::string period =
            std::to_string(first_year + t) + month + "," + std::to_string(first_year + t + 1) + month;
        c += "|" + id + "," + period + "," + number_text(costs[i].back()) + "," + basis;
        v += "|" + id + ",x," + period + "," + number_text(impact);
      }
    }
    return Portfolio::from_tables(
        {table("products", p), table("metrics", m), table("costs", c), table("measurements", v)});
  }
};

/// Ordinary least squares of y on x with an intercept.
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  double mx = 0, my = 0, xy = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    mx += x[i] / static_cast<double>(x.size()), my += y[i] / static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) xy += (x[i] - mx) * (y[i] - my), xx += (x[i] - mx) * (x[i] - mx);
  return xy / xx;
}

}  // namespace

TEST_CASE("both directions of the first differences equal plain least squares") {
  Panel panel{.noise = 0.5};
  const Portfolio p = panel.portfolio();
  const PanelReturns r = returns(p.as_of());
  std::vector<double> g_cost, g_impact;
  for (std::size_t i = 0; i < panel.products; ++i)
    for (std::size_t t = 1; t < panel.costs[i].size(); ++t) {
      g_cost.push_back(std::log(panel.costs[i][t]) - std::log(panel.costs[i][t - 1]));
      g_impact.push_back(std::log(panel.impacts[i][t]) - std::log(panel.impacts[i][t - 1]));
    }
  CHECK(r.pairs == g_cost.size());
  CHECK(r.series == panel.products);
  CHECK(std::abs(r.cost_on_impact.value - slope(g_impact, g_cost)) < 1e-12);
  CHECK(std::abs(r.impact_on_cost.value - slope(g_cost, g_impact)) < 1e-12);
  CHECK(r.impact_on_cost_reversed == doctest::Approx(1 / r.impact_on_cost.value));
  CHECK(r.cost_on_impact.standard_error > 0);
  CHECK(!r.tied);
  for (const ReliabilityRow& row : r.reliability) {
    CHECK(row.scale_if_tied == doctest::Approx((r.cost_on_impact.value - (1 - row.reliability)) / row.reliability));
    CHECK(row.scale_if_independent == doctest::Approx(r.cost_on_impact.value / row.reliability));
  }
  CHECK(r.reliability.front().reliability == 1);
  CHECK(r.instrumented_pairs == 0);
  CHECK(std::isnan(r.instrumented.value));
}

TEST_CASE("scale and learning come back from a panel made with them") {
  for (const bool fiscal : {false, true}) {
    Panel panel{.fiscal = fiscal};
    const PanelReturns r = returns(panel.portfolio().as_of());
    CAPTURE(fiscal);
    CHECK(r.scale.value == doctest::Approx(0.6).epsilon(1e-9));
    CHECK(r.learning.value == doctest::Approx(0.2).epsilon(1e-9));
    CHECK(r.scale.standard_error < 1e-9);
  }
}

TEST_CASE("scale and learning equal least squares with a dummy for each product and year") {
  Panel panel{.products = 9, .years = 6, .noise = 0.8, .basis = "unit_cost_x_volume"};
  const Portfolio p = panel.portfolio();
  const PanelReturns r = returns(p.as_of());
  CHECK(r.tied);
  const int years = panel.years - 1, products = static_cast<int>(panel.products);
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(products * years, 2 + products + years - 1);
  Eigen::VectorXd y(products * years);
  for (int i = 0; i < products; ++i) {
    double past = 0;
    for (int t = 0; t <= years; ++t) {
      const double impact = panel.impacts[static_cast<std::size_t>(i)][static_cast<std::size_t>(t)];
      if (t > 0) {
        const int row = i * years + t - 1;
        y(row) = std::log(panel.costs[static_cast<std::size_t>(i)][static_cast<std::size_t>(t)]);
        x(row, 0) = std::log(impact);
        x(row, 1) = -std::log(past);
        x(row, 2 + i) = 1;
        if (t > 1) x(row, 2 + products + t - 2) = 1;
      }
      past += impact;
    }
  }
  const Eigen::VectorXd beta = x.colPivHouseholderQr().solve(y);
  CHECK(r.windows == static_cast<std::size_t>(products * years));
  CHECK(r.scale.value == doctest::Approx(beta(0)).epsilon(1e-9));
  CHECK(r.learning.value == doctest::Approx(beta(1)).epsilon(1e-9));
  CHECK(r.scale.standard_error > 0);
}

TEST_CASE("too little to estimate from gives no number") {
  Panel one{.products = 1, .years = 9, .noise = 0.3};
  const PanelReturns single = returns(one.portfolio().as_of());
  CHECK(std::isfinite(single.cost_on_impact.value));
  CHECK(std::isnan(single.cost_on_impact.standard_error));
  CHECK(std::isnan(single.scale.value));  // one product can never tell scale from learning
  Panel brief{.products = 5, .years = 1};
  const PanelReturns nothing = returns(brief.portfolio().as_of());
  CHECK(nothing.pairs == 0);
  CHECK(std::isnan(nothing.cost_on_impact.value));
  CHECK(std::isnan(nothing.scale.value));
  CHECK(std::isnan(nothing.impact_on_cost_reversed));
  CHECK(returns(Portfolio().as_of()).pairs == 0);
}

TEST_CASE("growths that are all one give no slope") {
  std::string c = "product,start,end,amount", v = "product,metric,start,end,value";
  for (int y = 2010; y < 2018; ++y) {
    const std::string period = std::to_string(y) + "-01-01," + std::to_string(y + 1) + "-01-01,";
    c += "|a," + period + number_text(100 * std::pow(1.1, y - 2010) * (1 + 0.1 * (y % 3)));
    v += "|a,x," + period + number_text(100 * std::pow(1.3, y - 2010));
  }
  const PanelReturns r =
      returns(Portfolio::from_tables({table("products", "product|a"), table("metrics", "product,metric|a,x"),
                                      table("costs", c), table("measurements", v)})
                  .as_of());
  CHECK(r.pairs == 7);
  CHECK(std::isnan(r.cost_on_impact.value));
}

TEST_CASE("one product, one metric, or an error that names it") {
  Panel panel{.noise = 0.2};
  const Portfolio p = panel.portfolio();
  CHECK(returns(p.as_of(), "p3").pairs == static_cast<std::size_t>(panel.years - 1));
  CHECK(returns(p.as_of(), std::nullopt, "x").pairs == returns(p.as_of()).pairs);
  CHECK_THROWS_AS(returns(p.as_of(), "nobody"), ArgumentError);
  CHECK_THROWS_AS(returns(p.as_of(), "p3", "nothing"), ArgumentError);
  CHECK_THROWS_AS(returns(p.as_of(), std::nullopt, "nothing"), ArgumentError);
  CHECK_THROWS_AS(returns(p.as_of(), std::nullopt, std::nullopt, 0), ArgumentError);
}

TEST_CASE("the first vintage is an instrument only where something was revised") {
  std::string p = "product", m = "product,metric", c = "product,start,end,amount",
              v = "product,metric,start,end,value,known_on";
  std::vector<double> g_cost, g_first, g_last;
  for (int i = 0; i < 8; ++i) {
    const std::string id = "p" + std::to_string(i);
    p += "|" + id, m += "|" + id + ",x";
    double first_before = 0, last_before = 0, cost_before = 0;
    for (int t = 0; t < 3; ++t) {
      const auto at = static_cast<std::uint64_t>(i * 10 + t);
      const double last = 100 + 50 * uniform(at), first = last * (0.9 + 0.2 * uniform(at + 500)),
                   cost = last * (1 + uniform(at + 900));
      const std::string period = std::to_string(2015 + t) + "-01-01," + std::to_string(2016 + t) + "-01-01,";
      c += "|" + id + "," + period + number_text(cost);
      v += "|" + id + ",x," + period + number_text(first) + ",2019-01-01|" + id + ",x," + period + number_text(last) +
           ",2020-01-01";
      if (t > 0)
        g_cost.push_back(std::log(cost / cost_before)), g_first.push_back(std::log(first / first_before)),
            g_last.push_back(std::log(last / last_before));
      first_before = first, last_before = last, cost_before = cost;
    }
  }
  const Portfolio portfolio =
      Portfolio::from_tables({table("products", p), table("metrics", m), table("costs", c), table("measurements", v)});
  const PanelReturns r = returns(portfolio.as_of());
  double mz = 0, mx = 0, my = 0, zx = 0, zy = 0;
  const auto n = static_cast<double>(g_cost.size());
  for (std::size_t i = 0; i < g_cost.size(); ++i) mz += g_first[i] / n, mx += g_last[i] / n, my += g_cost[i] / n;
  for (std::size_t i = 0; i < g_cost.size(); ++i)
    zx += (g_first[i] - mz) * (g_last[i] - mx), zy += (g_first[i] - mz) * (g_cost[i] - my);
  CHECK(r.instrumented_pairs == g_cost.size());
  CHECK(r.instrumented.value == doctest::Approx(zy / zx).epsilon(1e-12));
  const PanelReturns before = returns(portfolio.as_of(date(2019, 6, 1)));  // later vintages are hidden, none is revised
  CHECK(before.pairs == g_cost.size());
  CHECK(before.instrumented_pairs == 0);
}

TEST_CASE("a change of perimeter is no growth, and begins a new series") {
  const auto costs = [](const char* other) {
    std::string c = "product,start,end,amount,perimeter";
    for (int y = 2010; y < 2018; ++y)
      c += "|a," + std::to_string(y) + "-01-01," + std::to_string(y + 1) + "-01-01," +
           std::to_string(100 + (y * 7) % 13) + "," + (y < 2014 ? "a" : other);
    return c;
  };
  std::string v = "product,metric,start,end,value";
  for (int y = 2010; y < 2018; ++y)
    v +=
        "|a,x," + std::to_string(y) + "-01-01," + std::to_string(y + 1) + "-01-01," + std::to_string(50 + (y * 5) % 11);
  const auto made = [&](const char* other) {
    return returns(Portfolio::from_tables({table("products", "product|a"), table("metrics", "product,metric|a,x"),
                                           table("costs", costs(other)), table("measurements", v)})
                       .as_of());
  };
  CHECK(made("a").pairs == 7);
  CHECK(made("b").pairs == 6);
  CHECK(made("b").windows == 7);
}
