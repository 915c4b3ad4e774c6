#include "essor/committee/assemble.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "essor/error/errors.hpp"
#include "unit/indicators/typed_in.hpp"

using namespace essor;
using typed_in::table;

namespace {

/// A product of three years; `extra` replaces tables of the same name.
Portfolio three_years(Tables extra = {}) {
  Tables tables{
      table("products", {{"product", "mission", "go_live", "phase"}, {"p", "Serve", "2019-06-01", "acceleration"}}),
      table("metrics", {{"product", "metric", "unit", "agreed_by"}, {"p", "files", "file", "Ministry"}}),
      table("costs", {{"product", "start", "end", "amount", "funder"},
                      {"p", "2020-01-01", "2021-01-01", "1000000", "Ministry"},
                      {"p", "2021-01-01", "2022-01-01", "1000000", "Ministry"},
                      {"p", "2022-01-01", "2023-01-01", "1100000", "Agency"}}),
      table("measurements", {{"product", "metric", "start", "end", "value"},
                             {"p", "files", "2020-01-01", "2021-01-01", "500000"},
                             {"p", "files", "2021-01-01", "2022-01-01", "800000"},
                             {"p", "files", "2022-01-01", "2023-01-01", "1200000"}})};
  for (Table& given : extra) {
    std::erase_if(tables, [&](const Table& t) { return t.name == given.name; });
    tables.push_back(std::move(given));
  }
  return Portfolio::from_tables(std::move(tables));
}

const Answer& answer(const Dossier& d, int question) { return d.answers.at(static_cast<std::size_t>(question - 1)); }

std::string all_text(const Dossier& d) {
  std::string text = d.headline + d.aim + d.question;
  for (const Answer& a : d.answers) text += a.answer;
  for (const auto& list : {d.would_change, d.notes, d.budget_notes})
    for (const std::string& line : list) text += line;
  for (const GridLine& line : d.grid) text += line.evidence;
  for (const EvidenceLine& line : d.evidence) text += line.text;
  return text;
}

}  // namespace

TEST_CASE("twelve answers in order, none of them a NaN in words") {
  for (const Language language : {Language::french, Language::english}) {
    const Dossier d = assemble_dossier(three_years(), "p", {.language = language});
    REQUIRE(d.answers.size() == 12);
    for (int q = 1; q <= 12; ++q) {
      CHECK(answer(d, q).id == "Q" + std::to_string(q));
      CHECK(!answer(d, q).question.empty());
      CHECK(!answer(d, q).answer.empty());
      CHECK((answer(d, q).status == AnswerStatus::not_computed) == (q >= 8 && q <= 11));
    }
    const std::string text = all_text(d);
    CHECK(text.find(" nan") == std::string::npos);
    CHECK(text.find("  ") == std::string::npos);
    CHECK(d.grid.size() == 10);
  }
}

TEST_CASE("the figures of the latest window") {
  const Dossier d = assemble_dossier(three_years(), "p", {.language = Language::english});
  CHECK(answer(d, 2).value == doctest::Approx(1.1e6 / 1.2e6));
  CHECK(answer(d, 2).unit == "EUR/file");
  CHECK(answer(d, 2).low < answer(d, 2).value);
  CHECK(answer(d, 4).value > 0.99);
  CHECK(answer(d, 7).value == doctest::Approx(1.1e6 / 1.2e6));
  REQUIRE(answer(d, 7).missing.size() == 1);
  CHECK(answer(d, 7).missing[0].find("metrics.value_per_unit") != std::string::npos);
  CHECK(d.windows.size() == 3);
  CHECK(date_text(d.date) == "2022-12-31");
}

TEST_CASE("a dossier of a day knows nothing later") {
  const Dossier d = assemble_dossier(three_years(), "p", {.date = date(2021, 12, 31), .language = Language::english});
  CHECK(answer(d, 2).value == doctest::Approx(1e6 / 8e5));
  CHECK(d.windows.size() == 2);
  CHECK(d.evidence.size() == 4);
  const Dossier before =
      assemble_dossier(three_years(), "p", {.date = date(2019, 12, 31), .language = Language::english});
  CHECK(answer(before, 2).status == AnswerStatus::missing_record);
}

TEST_CASE("the forecast depends on the seed and on nothing else") {
  const auto median = [](std::uint64_t seed) {
    return assemble_dossier(three_years(), "p", {.seed = seed}).objectives.at(0).median;
  };
  CHECK(median(1) == median(1));
  CHECK(median(1) != median(2));
}

TEST_CASE("targets are judged when their period is over") {
  const Table targets = table("targets", {{"product", "metric", "start", "end", "value", "set_on"},
                                          {"p", "files", "2021-01-01", "2022-01-01", "700000", "2020-12-31"},
                                          {"p", "files", "2022-01-01", "2023-01-01", "1500000", "2021-12-31"},
                                          {"p", "files", "2023-01-01", "2024-01-01", "2000000", "2022-12-31"}});
  const Dossier d = assemble_dossier(three_years({targets}), "p", {.language = Language::english});
  REQUIRE(d.targets.size() == 3);
  CHECK(!d.targets[0].met.has_value());
  CHECK(d.targets[1].met == false);
  CHECK(d.targets[2].met == true);
  CHECK(d.targets[1].naive_probability > 0);
  CHECK(d.targets[1].naive_probability < 0.5);
  CHECK(answer(d, 6).status == AnswerStatus::answered);
  CHECK(answer(d, 6).answer.find("1") != std::string::npos);
  CHECK(d.objectives.at(0).target == 2e6);
  CHECK(d.objectives.at(0).p_target < 0.9);
}

TEST_CASE("the next amount: candidates around the last one, each with its target and probability") {
  const Table targets = table("targets", {{"product", "metric", "start", "end", "value", "set_on"},
                                          {"p", "files", "2023-01-01", "2024-01-01", "1500000", "2022-12-31"}});
  const Dossier d = assemble_dossier(three_years({targets}), "p", {.language = Language::english});
  REQUIRE(d.funding.size() == 4);
  for (std::size_t i = 0; i < d.funding.size(); ++i) {
    const FundingLine& line = d.funding[i];
    CHECK(line.amount == doctest::Approx(1.1e6 * (1 + line.change)));
    CHECK(line.goal == 1.5e6);  // the target set
    CHECK(line.low < line.realistic);
    CHECK(line.realistic < line.median);
    CHECK(line.median < line.high);
    CHECK(line.unit_cost == doctest::Approx(line.amount / line.median));
    CHECK(line.standard_error > 0);
    if (i > 0) CHECK(line.p_goal >= d.funding[i - 1].p_goal);
  }
  CHECK(d.funding[1].change == 0);
  CHECK(d.funding[1].median == d.objectives.at(0).median);  // today's amount is the forecast of the objectives
  CHECK(d.funding[1].p_goal == d.objectives.at(0).p_target);
  CHECK(d.funding_basis.find("reference class") != std::string::npos);
  CHECK(answer(d, 5).answer.find(d.funding_basis) != std::string::npos);
  CHECK(answer(d, 5).answer.find("Probability of reaching 1.5") != std::string::npos);
  CHECK(answer(d, 5).missing.empty());
}

TEST_CASE("without a cost there is no amount to compare, and the dossier says what is missing") {
  const Dossier d = assemble_dossier(three_years({table("costs", {{"product", "start", "end", "amount"}})}), "p",
                                     {.language = Language::english});
  CHECK(d.funding.empty());
  CHECK(!d.objectives.empty());
  CHECK(answer(d, 5).status == AnswerStatus::answered);
  CHECK(answer(d, 5).answer.find("The effect of another amount cannot be computed") != std::string::npos);
  CHECK(answer(d, 5).missing == std::vector<std::string>{"costs"});
}

TEST_CASE("a funder sees its share, and is known") {
  const Dossier d = assemble_dossier(three_years(), "p", {.funder = "Agency", .language = Language::english});
  CHECK(d.funders.at(0).funder == "Agency");
  CHECK(d.funders.at(0).share == 1);
  CHECK(answer(d, 1).answer.find("Agency") != std::string::npos);  // it has agreed on no metric
  CHECK_THROWS_AS(assemble_dossier(three_years(), "p", {.funder = "Nobody"}), ArgumentError);
  CHECK_THROWS_AS(assemble_dossier(three_years(), "q"), ArgumentError);
}

TEST_CASE("an empty record asks for records") {
  const Portfolio bare = Portfolio::from_tables({table("products", {{"product"}, {"p"}})});
  const Dossier d = assemble_dossier(bare, "p", {.language = Language::english});
  for (const int q : {1, 2, 3, 4, 5, 6, 7, 12}) {
    CHECK(answer(d, q).status == AnswerStatus::missing_record);
    CHECK(!answer(d, q).missing.empty());
  }
}
