#include "essor/appraisal/avoided_non_recourse.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/random.hpp"

namespace {

using namespace essor;

auto near(double expected, double relative = 1e-9) { return doctest::Approx(expected).epsilon(relative).scale(0); }

/// The recursion written out, one number at a time, with both worlds kept apart: V is N0 - N1 and not carried along.
struct Plain {
  double n, s, h0, r, c, months, rate;
  std::vector<double> e, cost;

  double newly_avoided = 0, receiving = 0, person_months = 0, present_cost = 0;

  void run() {
    double n0 = n;
    double n1 = n;
    for (std::size_t t = 0; t < e.size(); ++t) {
      const double v = (1 - h0) * r * c * n1;
      newly_avoided += v;
      person_months += ((n0 - n1) + v / 2) * months;
      present_cost += cost[t] / std::pow(1 + rate, (static_cast<double>(t) + 0.5) * months / 12);
      n0 = s * n0 * (1 - h0) + e[t];
      n1 = s * n1 * (1 - h0) * (1 - r * c) + e[t];
    }
    receiving = n0 - n1;
  }
};

/// Minimum vieillesse, single persons, 2016: 321 200 non-recipients; r, c, s and h0 are assumptions of the example.
NonRecourse old_age_benefit() {
  const double eligible = 321'200;
  return {.eligible_non_recipients = eligible,
          .reach = 0.02,
          .conversion = 0.2,
          .take_up_without = 0.03,
          .persistence = 0.96,
          .newly_eligible = eligible * (1 - 0.96 * (1 - 0.03)),
          .periods = 4,
          .cost = 300'000.0};
}

TEST_CASE("the fixed check: old-age benefit, four half-years") {
  const AvoidedNonRecourse result = avoided_non_recourse(old_age_benefit());
  const double e = 321'200 * (1 - 0.96 * (1 - 0.03));
  Plain plain{321'200, 0.96, 0.03, 0.02, 0.2, 6, 0, std::vector<double>(4, e), std::vector<double>(4, 3e5)};
  plain.run();

  // the published digits
  CHECK(plain.newly_avoided == near(4958.4939, 1e-8));
  CHECK(plain.receiving == near(4289.7238, 1e-8));
  CHECK(plain.person_months == near(55901.388, 1e-8));
  CHECK(plain.present_cost / plain.newly_avoided == near(242.0090, 3e-7));
  CHECK(plain.present_cost / plain.person_months == near(21.46637, 1e-6));
  // all digits
  CHECK(result.newly_avoided.value() == near(plain.newly_avoided));
  CHECK(result.receiving.value() == near(plain.receiving));
  CHECK(result.person_months.value() == near(plain.person_months));
  CHECK(result.cost_per_avoided->value() == near(plain.present_cost / plain.newly_avoided));
  CHECK(result.cost_per_person_month->value() == near(plain.present_cost / plain.person_months));
}

TEST_CASE("fixed factors give exact results, with as many draws as asked for") {
  NonRecourse options = old_age_benefit();
  options.draws = 123;
  const AvoidedNonRecourse result = avoided_non_recourse(options);
  for (const Estimate& estimate : {result.newly_avoided, result.receiving, result.person_months, *result.present_cost,
                                   *result.cost_per_avoided, *result.cost_per_person_month}) {
    CHECK(estimate.standard_error() == 0.0);
    CHECK(estimate.draws().size() == 123);
    CHECK(estimate.quantile(0.05) == estimate.value());
  }
}

TEST_CASE("200 random sets of parameters against the recursion written out") {
  for (std::uint32_t set = 0; set < 200; ++set) {
    CAPTURE(set);
    Philox generator(11, {.path = set});
    const int periods = 1 + static_cast<int>(uniform_rng(generator) * 12);
    Plain plain{};
    plain.n = 1e6 * uniform_rng(generator);
    plain.s = uniform_rng(generator);
    plain.h0 = uniform_rng(generator);
    plain.r = uniform_rng(generator);
    plain.c = uniform_rng(generator);
    plain.months = 1 + 11 * uniform_rng(generator);
    plain.rate = 0.2 * uniform_rng(generator) - 0.05;
    std::vector<Factor> newly_eligible;
    std::vector<Factor> cost;
    for (int t = 0; t < periods; ++t) {
      plain.e.push_back(1e5 * uniform_rng(generator));
      plain.cost.push_back(1e6 * uniform_rng(generator));
      newly_eligible.emplace_back(plain.e.back());
      cost.emplace_back(plain.cost.back());
    }
    plain.run();

    NonRecourse options{.eligible_non_recipients = plain.n,
                        .reach = plain.r,
                        .conversion = plain.c,
                        .persistence = plain.s,
                        .newly_eligible = newly_eligible,
                        .months_per_period = months(plain.months),
                        .periods = periods,
                        .cost = cost,
                        .discount_rate = {plain.rate},
                        .draws = 1};
    (set % 2 == 0 ? options.take_up_without : options.deadweight) = plain.h0;
    const AvoidedNonRecourse result = avoided_non_recourse(options);
    CHECK(result.newly_avoided.value() == near(plain.newly_avoided));
    // the difference of two large numbers loses digits that V, carried along, keeps
    CHECK(std::abs(result.receiving.value() - plain.receiving) <= 1e-9 * std::max(plain.receiving, 1e-3 * plain.n));
    CHECK(result.person_months.value() == near(plain.person_months));
    CHECK(result.present_cost->value() == near(plain.present_cost));
    CHECK(result.cost_per_avoided->value() == near(plain.present_cost / plain.newly_avoided));
    CHECK(result.cost_per_person_month->value() == near(plain.present_cost / plain.person_months));
  }
}

TEST_CASE("the parts are the whole") {
  NonRecourse options = old_age_benefit();
  options.reach = Factor::interval90(0.01, 0.04);
  options.draws = 500;
  const AvoidedNonRecourse result = avoided_non_recourse(options);
  REQUIRE(result.by_period.size() == 4);
  double newly_avoided = 0.0;
  double person_months = 0.0;
  for (const NonRecoursePeriod& period : result.by_period) {
    newly_avoided += period.newly_avoided.value();
    person_months += period.person_months.value();
  }
  CHECK(newly_avoided == near(result.newly_avoided.value(), 1e-12));
  CHECK(person_months == near(result.person_months.value(), 1e-12));
  CHECK(result.by_period.back().receiving.value() == result.receiving.value());
  CHECK(result.by_period.front().eligible_non_recipients.value() == 321'200.0);
}

TEST_CASE("uncertain factors: the value is a ratio of expectations, near the certain one, with its standard error") {
  NonRecourse options = old_age_benefit();
  options.reach = Factor::beta(200, 10'000);
  options.conversion = Factor::beta(60, 300);
  options.take_up_without.reset();
  options.control = Factor::beta(30, 1000);
  options.cost = Factor::interval90(250'000, 360'000);
  options.draws = 20'000;
  const AvoidedNonRecourse result = avoided_non_recourse(options);
  const Estimate& cost = *result.cost_per_avoided;
  CHECK(cost.value() == near(result.present_cost->value() / result.newly_avoided.value(), 1e-12));
  CHECK(cost.standard_error() > 0.0);
  CHECK(cost.value() == near(242.0, 0.02));
  CHECK(cost.value() < cost.draws().mean());  // Jensen: the average of ratios is above
  CHECK(cost.quantile(0.05) < 242.0);
  CHECK(cost.quantile(0.95) > 242.0);

  options.seed = 1;
  const Estimate again = *avoided_non_recourse(options).cost_per_avoided;
  CHECK(again.value() != cost.value());
  CHECK(std::abs(again.value() - cost.value()) < 5.0 * std::hypot(again.standard_error(), cost.standard_error()));
}

TEST_CASE("the same seed gives the same bits, and more draws begin with the same ones") {
  NonRecourse options = old_age_benefit();
  options.reach = Factor::interval90(0.01, 0.04);
  options.draws = 100;
  const AvoidedNonRecourse first = avoided_non_recourse(options);
  const AvoidedNonRecourse second = avoided_non_recourse(options);
  CHECK((first.newly_avoided.draws() == second.newly_avoided.draws()).all());
  options.draws = 200;
  const AvoidedNonRecourse longer = avoided_non_recourse(options);
  CHECK((first.newly_avoided.draws() == longer.newly_avoided.draws().head(100)).all());
}

TEST_CASE("a factor for all periods is one draw, a list has one for each") {
  NonRecourse options = old_age_benefit();
  options.cost = Factor::interval90(100, 1000);
  const Estimate together = *avoided_non_recourse(options).present_cost;
  options.cost = std::vector<Factor>(4, Factor::interval90(100, 1000));
  const Estimate apart = *avoided_non_recourse(options).present_cost;
  CHECK(together.standard_error() == near(2.0 * apart.standard_error(), 0.1));
}

TEST_CASE("laws") {
  const AvoidedNonRecourse plain = avoided_non_recourse(old_age_benefit());
  SUBCASE("twice the cost is twice the cost of each") {
    NonRecourse options = old_age_benefit();
    options.cost = 600'000.0;
    CHECK(avoided_non_recourse(options).cost_per_avoided->value() ==
          near(2.0 * plain.cost_per_avoided->value(), 1e-14));
  }
  SUBCASE("attribution scales what the product avoided and nothing else") {
    NonRecourse options = old_age_benefit();
    options.attribution = 0.5;
    const AvoidedNonRecourse half = avoided_non_recourse(options);
    CHECK(half.newly_avoided.value() == near(0.5 * plain.newly_avoided.value(), 1e-14));
    CHECK(half.receiving.value() == near(0.5 * plain.receiving.value(), 1e-14));
    CHECK(half.person_months.value() == near(0.5 * plain.person_months.value(), 1e-14));
    CHECK(half.present_cost->value() == plain.present_cost->value());
  }
  SUBCASE("more would take up alone: fewer are avoided") {
    NonRecourse options = old_age_benefit();
    options.take_up_without = 0.2;
    CHECK(avoided_non_recourse(options).newly_avoided.value() < plain.newly_avoided.value());
    options.take_up_without = 1.0;
    CHECK(avoided_non_recourse(options).newly_avoided.value() == 0.0);
  }
  SUBCASE("discounting lowers the cost, not the persons") {
    NonRecourse options = old_age_benefit();
    options.discount_rate = {0.045};
    const AvoidedNonRecourse discounted = avoided_non_recourse(options);
    double factor = 0.0;
    for (const double years_from_now : {0.25, 0.75, 1.25, 1.75}) factor += std::pow(1.045, -years_from_now);
    CHECK(discounted.present_cost->value() == near(300'000.0 * factor, 1e-14));
    CHECK(discounted.newly_avoided.value() == plain.newly_avoided.value());
  }
}

TEST_CASE("nobody reached: the cost of each is infinite, and said so") {
  NonRecourse options = old_age_benefit();
  options.reach = 0.0;
  const AvoidedNonRecourse result = avoided_non_recourse(options);
  CHECK(result.newly_avoided.value() == 0.0);
  CHECK(std::isinf(result.cost_per_avoided->value()));
  CHECK(std::isnan(result.cost_per_avoided->standard_error()));
}

TEST_CASE("acceptability rises with the value from 0 to 1, and crosses one half at the median cost") {
  NonRecourse options = old_age_benefit();
  options.reach = Factor::interval90(0.01, 0.04);
  const AvoidedNonRecourse result = avoided_non_recourse(options);
  const double median = result.cost_per_avoided->quantile(0.5);
  const double values[] = {0.0, 0.7 * median, median, 1.5 * median, 1e9};
  const std::vector<Share> shares = result.acceptability(values);
  CHECK(shares[0].value == 0.0);
  CHECK(shares[2].value == near(0.5, 1e-3));
  CHECK(shares[2].standard_error == near(0.005, 1e-3));
  CHECK(shares[4].value == 1.0);
  CHECK(std::is_sorted(shares.begin(), shares.end(), [](Share a, Share b) { return a.value < b.value; }));
}

TEST_CASE("acceptability of exact figures is no or yes") {
  const double values[] = {242.0, 242.1};
  const std::vector<Share> shares = avoided_non_recourse(old_age_benefit()).acceptability(values);
  CHECK(shares[0].value == 0.0);
  CHECK(shares[1].value == 1.0);
  CHECK(shares[1].standard_error == 0.0);
}

template <class Change>
std::string error_of(Change&& change) {
  NonRecourse options = old_age_benefit();
  change(options);
  try {
    avoided_non_recourse(options);
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "no error";
}

TEST_CASE("wrong arguments") {
  const std::string once = "give one of take_up_without, deadweight and control: they are the same share";
  CHECK(error_of([](NonRecourse& o) { o.deadweight = 0.1; }) ==
        "avoided_non_recourse: take_up_without and deadweight: given together: " + once);
  CHECK(error_of([](NonRecourse& o) { o.control = Factor::beta(1, 10); }) ==
        "avoided_non_recourse: take_up_without and control: given together: " + once);
  CHECK(error_of([](NonRecourse& o) { o.take_up_without.reset(); }).find("not given") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.reach = 1.1; }) == "avoided_non_recourse: reach: 1.1: must be in [0, 1]");
  CHECK(error_of([](NonRecourse& o) { o.conversion = -0.1; }).find("conversion: -0.1") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.persistence = std::nan(""); }).find("persistence: nan") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.take_up_without = 2.0; }).find("take_up_without: 2") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.attribution = 1.2; }).find("attribution: 1.2") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.eligible_non_recipients = -1.0; }).find("must be finite and >= 0") !=
        std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.newly_eligible = -1.0; }).find("newly_eligible: -1") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.newly_eligible = std::vector<Factor>{1.0}; }) ==
        "avoided_non_recourse: newly_eligible: 1 values: must have as many values as there are periods, 4");
  CHECK(error_of([](NonRecourse& o) { o.cost = std::vector<Factor>(5, 1.0); }).find("cost: 5 values") !=
        std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.cost = INFINITY; }).find("cost: inf") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.months_per_period = months(0); }).find("months: 0") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.periods = 0; }).find("periods: 0") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.draws = 0; }).find("draws: 0") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.discount_rate = {-1.0}; }).find("discount_rate: -1") != std::string::npos);
  CHECK(error_of([](NonRecourse& o) { o.reach = Factor::interval90(0.5, 1.0); }).find("must be below 1") !=
        std::string::npos);

  NonRecourse options = old_age_benefit();
  options.cost.reset();
  const AvoidedNonRecourse free = avoided_non_recourse(options);
  CHECK_FALSE(free.cost_per_avoided.has_value());
  const double values[] = {-1.0};
  CHECK_THROWS_AS(free.acceptability(values), ArgumentError);
  CHECK_THROWS_AS(avoided_non_recourse(old_age_benefit()).acceptability(values), ArgumentError);
  CHECK_THROWS_AS(avoided_non_recourse(old_age_benefit()).acceptability({}), ArgumentError);
}

}  // namespace
