#include "essor/committee/wording.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "essor/error/errors.hpp"

using namespace essor;

namespace {
constexpr auto fr = Language::french;
constexpr auto en = Language::english;
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class E>
void every_word_is_there() {
  for (std::size_t i = 0; i < words<E>::list.size(); ++i)
    for (const Language language : {fr, en}) CHECK_FALSE(label(static_cast<E>(i), language).empty());
}
}  // namespace

TEST_CASE("numbers follow the typography of the language") {
  CHECK(number_text(1234567.8, fr) == "1\u202f234\u202f568");
  CHECK(number_text(1234567.8, en) == "1,234,568");
  CHECK(number_text(0.42345, fr) == "0,423");
  CHECK(number_text(0.5, fr) == "0,5");
  CHECK(number_text(-12, fr) == "\u221212");
  CHECK(number_text(-0.0, fr) == "0");
  CHECK(number_text(999, en) == "999");
  CHECK(number_text(1000, en) == "1,000");
  CHECK(decimal_text(0.4, fr, 2) == "0,40");
  CHECK(decimal_text(-0.001, en, 2) == "0.00");
  CHECK(number_text(1e300, fr) == "1\u00a0×\u00a010^300");
  CHECK(number_text(4.2e-8, en) == "4.2\u00a0×\u00a010^\u22128");
}

TEST_CASE("counts read as words from a million on") {
  CHECK(count_text(4e6, fr) == "4\u00a0millions");
  CHECK(count_text(1.2e6, fr) == "1,2\u00a0million");
  CHECK(count_text(2.05e9, fr) == "2,05\u00a0milliards");
  CHECK(count_text(999999, fr) == "1\u00a0million");
  CHECK(count_text(350000, fr) == "350\u202f000");
  CHECK(count_text(1.2e6, en) == "1.2\u00a0million");
}

TEST_CASE("money is exact or compact, and knows its currency") {
  CHECK(money_text(1200000, "EUR", fr) == "1\u202f200\u202f000\u00a0€");
  CHECK(money_text(1200000, "GBP", en) == "£1,200,000");
  CHECK(money_text(0.4, "EUR", fr) == "0,40\u00a0€");
  CHECK(money_text(0.0123, "EUR", fr) == "0,0123\u00a0€");
  CHECK(money_text(-5, "EUR", en) == "\u2212€5.00");
  CHECK(money_text(0, "EUR", fr) == "0\u00a0€");
  CHECK(money_text(1500, "XOF", fr) == "1\u202f500\u00a0XOF");
  CHECK(compact_money_text(1.2e6, "EUR", fr) == "1,2\u00a0M€");
  CHECK(compact_money_text(13.28e6, "EUR", fr) == "13,3\u00a0M€");
  CHECK(compact_money_text(350e3, "EUR", fr) == "350\u00a0k€");
  CHECK(compact_money_text(999950, "EUR", fr) == "1\u00a0M€");
  CHECK(compact_money_text(2.05e9, "EUR", fr) == "2,05\u00a0Md€");
  CHECK(compact_money_text(2.05e9, "EUR", en) == "€2.05bn");
  CHECK(compact_money_text(1500, "EUR", fr) == "1\u202f500\u00a0€");
  CHECK(compact_money_text(1.2e6, "XOF", fr) == "1,2\u00a0M\u00a0XOF");
  CHECK(compact_money_text(1.2e6, "", en) == "1.2\u00a0M");
  CHECK(unit_cost_text(0.4, "EUR", "dossier", fr) == "0,40\u00a0€ par dossier");
  CHECK(unit_cost_text(0.4, "EUR", "file", en) == "€0.40 per file");
}

TEST_CASE("shares and probabilities are never rounded to certainty") {
  CHECK(probability_text(0.9995, fr) == ">\u00a099,9\u00a0%");
  CHECK(probability_text(0.9995, en) == ">\u00a099.9%");
  CHECK(probability_text(0.9946, fr) == "99,5\u00a0%");
  CHECK(probability_text(0.97, en) == "97%");
  CHECK(probability_text(1, en) == "100%");
  CHECK(probability_text(0, en) == "0%");
  CHECK(probability_text(1e-9, fr) == "<\u00a00,1\u00a0%");
  CHECK(probability_text(1.5, fr) == "non connu");
  CHECK(percent_text(0.85, fr) == "85\u00a0%");
  CHECK(percent_text(0.042, fr) == "4,2\u00a0%");
  CHECK(percent_text(0.9999, en) == "99.99%");
  CHECK(percent_text(0.0001, en) == "0.01%");
  CHECK(percent_text(1.0 / 3 * 3, en) == "100%");
  CHECK(change_text(1.2, fr) == "+120\u00a0%");
  CHECK(change_text(-0.08, fr) == "\u22128\u00a0%");
  CHECK(change_text(0, fr) == "0\u00a0%");
  CHECK(change_text(147, fr) == "×\u00a0148");
  CHECK(growth_text(std::log(2.2), fr) == "+120\u00a0%");
}

TEST_CASE("bounds are said in words") {
  CHECK(bounds_text({unknown, 4e6, infinity}, fr) == "plus de 4\u00a0millions");
  CHECK(bounds_text({unknown, 0, 300}, fr) == "moins de 300");
  CHECK(bounds_text({unknown, -infinity, 300}, en) == "less than 300");
  CHECK(bounds_text({unknown, 2, 3}, en) == "between 2 and 3");
  CHECK(bounds_text(Bounds::exactly(0), en) == "0");
  CHECK(bounds_text({3, 2, 4}, fr) == "3 (entre 2 et 4)");
  CHECK(bounds_text({}, fr) == "non connu");
  CHECK(bounds_text({unknown, 0, infinity}, fr) == "non connu");
  CHECK(unit_cost_bounds_text({unknown, 1, infinity}, "EUR", "dossier", fr) == "plus de 1,00\u00a0€ par dossier");
  CHECK(unit_cost_bounds_text({}, "EUR", "dossier", fr) == "non connu");
  CHECK(money_bounds_text({unknown, 1e6, 2e6}, "EUR", en) == "between €1M and €2M");
}

TEST_CASE("a figure reads its unit") {
  CHECK(figure_text(0.97, "probability", en) == "97%");
  CHECK(figure_text(0.4, "EUR/file", en) == "€0.40 per file");
  CHECK(figure_text(1.2e6, "EUR", fr) == "1,2\u00a0M€");
  CHECK(figure_text(3e6, "file", en) == "3\u00a0million\u00a0files");
  CHECK(figure_text(3e6, "dossiers", fr) == "3\u00a0millions\u00a0de dossiers");
  CHECK(figure_text(3e6, "agents", fr) == "3\u00a0millions\u00a0d’agents");
  CHECK(figure_text(3000, "agents", fr) == "3\u202f000\u00a0agents");
  CHECK(figure_text(std::log(2.2), "growth", en) == "+120%");
  CHECK(figure_text(0.25, "share", en) == "25%");
  CHECK(figure_text(3, "", en) == "3");
  for (const auto unit : {"probability", "share", "growth", "EUR", "EUR/file", "file", ""}) {
    CHECK(figure_text(unknown, unit, fr) == "non connu");
    CHECK(figure_text(infinity, unit, fr).find("inf") == std::string::npos);
  }
}

TEST_CASE("what is counted takes its plural, and a French preposition after millions") {
  CHECK(counted_text(1, "file", en) == "1\u00a0file");
  CHECK(counted_text(0, "file", en) == "0\u00a0files");
  CHECK(counted_text(1.5, "dossier", fr) == "1,5\u00a0dossier");
  CHECK(counted_text({unknown, 4e6, infinity}, "dossier", fr) == "plus de 4\u00a0millions\u00a0de dossiers");
  CHECK(counted_text({unknown, 0, 300}, "agent", fr) == "moins de 300\u00a0agents");
  CHECK(counted_text(12, "avis", fr) == "12\u00a0avis");
  CHECK(counted_text(12, "person-month", en) == "12\u00a0person-month");
  CHECK(counted_text(Bounds{}, "file", en) == "not known");
  CHECK(counted_text(12, "", en) == "12");
}

TEST_CASE("dates and periods") {
  CHECK(date_text(date(2022, 1, 1), fr) == "1er\u00a0janvier\u00a02022");
  CHECK(date_text(date(2022, 8, 21), en) == "21\u00a0August\u00a02022");
  const auto months = [](int year, int month, int count) {
    const int first = 12 * (year - 1970) + month - 1;
    return Period{first, first + count};
  };
  CHECK(period_text(months(2021, 1, 12), fr) == "2021");
  CHECK(period_text(months(2021, 1, 6), fr) == "1er\u00a0semestre\u00a02021");
  CHECK(period_text(months(2021, 7, 6), en) == "second half of 2021");
  CHECK(period_text(months(2021, 4, 3), fr) == "2e\u00a0trimestre\u00a02021");
  CHECK(period_text(months(2021, 4, 1), fr) == "avril\u00a02021");
  CHECK(period_text(months(2021, 4, 12), fr) == "avril\u00a02021 – mars\u00a02022");
  CHECK(period_text(months(2020, 1, 24), en) == "2020–2021");
  CHECK(period_text(months(1969, 12, 1), en) == "December\u00a01969");
  CHECK(period_text(Period{}, fr) == "non connu");
  CHECK(short_period_text(months(2021, 7, 6), fr) == "S2\u00a02021");
  CHECK(short_period_text(months(2021, 10, 3), en) == "Q4\u00a02021");
  CHECK(during_text(months(2021, 7, 6), fr) == "au 2e\u00a0semestre\u00a02021");
  CHECK(during_text(months(2021, 4, 12), fr) == "d’avril\u00a02021 à mars\u00a02022");
  CHECK(during_text(months(2021, 5, 12), fr) == "de mai\u00a02021 à avril\u00a02022");
  CHECK(during_text(months(2021, 1, 12), en) == "in 2021");
  CHECK(during_text(months(2021, 1, 6), en) == "in the first half of 2021");
}

TEST_CASE("every value of every enumeration has words in both languages") {
  every_word_is_there<Phase>();
  every_word_is_there<Level>();
  every_word_is_there<Kind>();
  every_word_is_there<Direction>();
  every_word_is_there<CostStatus>();
  every_word_is_there<Basis>();
  every_word_is_there<MeasurementStatus>();
  every_word_is_there<DecisionKind>();
  every_word_is_there<PublishedQuantity>();
  every_word_is_there<Activity>();
  every_word_is_there<ActivityGroup>();
  every_word_is_there<Resource>();
  every_word_is_there<Trajectory>();
  every_word_is_there<Verdict>();
  every_word_is_there<AnswerStatus>();
  CHECK(activity_label("development", fr) == "développement");
  CHECK(activity_label("gardening", fr) == "gardening");
  CHECK(unit_cost_label(Level::activity, fr).empty());
  CHECK(difference_label("aim", en) == "What targets aim at");
  CHECK(difference_label("other", en) == "other");
  CHECK(difference_figure_label("other", en).empty());
}

TEST_CASE("the twelve questions and the ten lines of the grid") {
  for (const Language language : {fr, en}) {
    for (int question = 1; question <= 12; ++question) {
      CHECK_FALSE(question_text(question, language).empty());
      CHECK_FALSE(question_title(question, language).empty());
    }
    CHECK_THROWS_AS(question_text(0, language), ArgumentError);
    CHECK_THROWS_AS(question_title(13, language), ArgumentError);
    const auto grid = grid_questions(language);
    CHECK(grid.front().part == 1);
    CHECK(grid[4].part == 2);
    CHECK(grid.back().part == 3);
  }
}

TEST_CASE("French texts of the library have no-break spaces before high punctuation") {
  const auto good = [](std::string_view text) { return typeset(text, fr) == text; };
  for (int question = 1; question <= 12; ++question) {
    CHECK(good(question_text(question, fr)));
    CHECK(good(question_title(question, fr)));
  }
  for (const auto& line : grid_questions(fr)) CHECK(good(line.text));
}

TEST_CASE("prose gets the spaces of French") {
  CHECK(typeset("Combien ? « Peu » : 5 % ; l'an", fr) ==
        "Combien\u202f? «\u00a0Peu\u00a0»\u00a0: 5\u00a0%\u202f; l’an");
  CHECK(typeset("How much ?", en) == "How much ?");
  CHECK(typeset("", fr).empty());
  CHECK(typeset("'a' ", fr) == "'a' ");
}
