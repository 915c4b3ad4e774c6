#include "essor/io/render.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "essor/committee/wording.hpp"

using namespace essor;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Period year(int number) { return {12 * (number - 1970), 12 * (number - 1969)}; }
Bounds more_than(double low) { return {unknown, low, infinity}; }

std::string both(Language language, const char* french, const char* english) {
  return typeset(language == Language::french ? french : english, language);
}

Answer answer(Language language, int question, AnswerStatus status, const std::string& text) {
  Answer a;
  a.id = "Q" + std::to_string(question);
  a.question = question_text(question, language);
  a.status = status;
  a.answer = text;
  return a;
}

WindowFigures window(int number, Bounds cost, Bounds impact, Bounds unit_cost, double g_cost, double g_impact, double p,
                     Trajectory trajectory, double p_trajectory) {
  WindowFigures w;
  w.window = year(number);
  w.cost = cost;
  w.impact = impact;
  w.unit_cost = unit_cost;
  w.g_cost = g_cost;
  w.g_impact = g_impact;
  w.p_observed = p;
  w.p_bound = p > 0.2 ? 1 : 0;
  w.p_trend = std::isnan(p) ? unknown : 0.62;
  w.prior_share = 0.71;
  w.trajectory = trajectory;
  w.p_trajectory = p_trajectory;
  return w;
}

/// An online-procedures service with a record of five years, written by hand.
Dossier full_dossier(Language l) {
  const auto say = [l](const char* french, const char* english) { return both(l, french, english); };
  Dossier d;
  d.language = l;
  d.date = date(2024, 7, 1);
  d.product = "procedures";
  d.name = say("Démarches en ligne", "Procedures online");
  d.mission =
      say("Permettre à toute administration de mettre ses formulaires en ligne en quelques heures, et aux usagers de "
          "ne plus envoyer de papier.",
          "Let any administration put its forms online within hours, and spare people paper.");
  d.url = "https://example.org/";
  d.demo_url = "https://demo.example.org/?a=1&b=2";
  d.priority = say("simplification", "simplification");
  d.currency = "EUR";
  d.perimeter = say("sans la paie des agents", "without civil servants' pay");
  d.phase = Phase::consolidation;
  d.go_live = date(2018, 1, 1);
  d.headline = say(
      "En 2023, 3 millions de dossiers ont été déposés pour 1,5 M€ ; le coût a crû plus vite que l'impact pour la "
      "deuxième année de suite.",
      "In 2023, 3 million files were submitted for €1.5M; cost grew faster than impact for the second year in a row.");
  d.aim = say("Reconduire 750 k€ pour le second semestre 2024, et dire si le coût par dossier redescend sous 0,45 €.",
              "Renew €750k for the second half of 2024, and say whether the cost per file comes back below €0.45.");
  d.question =
      say("Pourquoi chaque dossier coûte-t-il plus cher depuis 2021 ?", "Why has each file cost more since 2021?");
  d.main_metric = say("dossiers déposés", "files submitted");
  d.main_unit = say("dossier", "file");

  d.windows = {window(2023, Bounds::exactly(1.5e6), Bounds::exactly(3e6), Bounds::exactly(0.5), std::log(1.5 / 1.134),
                      std::log(3 / 2.7), 0.0004, Trajectory::decreasing, 0.93),
               window(2022, Bounds::exactly(1.134e6), Bounds::exactly(2.7e6), Bounds::exactly(0.42),
                      std::log(1.134 / 1.2), std::log(2.7 / 3), 0.21, Trajectory::declining, 0.58),
               window(2021, Bounds::exactly(1.2e6), Bounds::exactly(3e6), Bounds::exactly(0.4), 0.0, std::log(2.2),
                      0.9997, Trajectory::unicorn, 0.97),
               window(2020, Bounds::exactly(1.2e6), Bounds::exactly(1.36e6), Bounds::exactly(0.88), unknown, unknown,
                      unknown, Trajectory::too_early, unknown)};
  for (auto w = d.windows.rbegin(); w != d.windows.rend(); ++w)
    d.chart.push_back({w->window, w->impact, w->cost.value, w->unit_cost.value});
  d.chart.push_back({year(2024), more_than(4e6), unknown, unknown});
  d.forecast = {{year(2025), 2.9e6, 3.3e6, 4.4e6, 5.6e6, 6.4e6}, {year(2026), 2.4e6, 2.9e6, 4.7e6, 6.9e6, 8.3e6}};

  d.evidence = {
      {"costs row 1", "1 200 000 EUR, 2021", "Bilan 2021", date(2022, 3, 1)},
      {"costs row 2", "1 134 000 EUR, 2022", "Bilan 2022", date(2023, 3, 1)},
      {"costs row 3", "1 500 000 EUR, 2023", "https://example.org/bilan-2023?x=1&y=2", date(2024, 3, 1)},
      {"measurements row 1", "3 000 000, 2021", "Bilan 2021", date(2022, 3, 1)},
      {"measurements row 5", say("plus de 4 millions, 2024", "more than 4 million, 2024"), "Bilan 2024", std::nullopt},
      {"published row 1", say("0,40 € par dossier, 2021", "€0.40 per file, 2021"), "", date(2022, 3, 1)}};

  d.answers.push_back(answer(
      l, 1, AnswerStatus::answered,
      say("Deux mesures sont convenues : les dossiers déposés et la satisfaction. Le service et sa démonstration sont "
          "en ligne.",
          "Two measures are agreed: files submitted and satisfaction. The service and its demonstration are online.")));
  d.answers.push_back(answer(l, 2, AnswerStatus::answered,
                             say("En consolidation, à 0,50 € par dossier en 2023 contre 0,42 € en 2022.",
                                 "In consolidation, at €0.50 per file in 2023 against €0.42 in 2022.")));
  d.answers.back().value = 0.5;
  d.answers.back().unit = "EUR/" + d.main_unit;
  d.answers.back().standard_error = 0.012;
  d.answers.back().low = 0.48;
  d.answers.back().high = 0.52;
  d.answers.back().evidence = {"costs row 1", "costs row 2", "costs row 3", "measurements row 1", "measurements row 5"};
  d.answers.push_back(
      answer(l, 3, AnswerStatus::answered,
             say("Un objectif sur deux est atteint. La prévision naïve donnait 74 % de chances au premier.",
                 "One target in two was met. The naive forecast gave the first a chance of 74%.")));
  d.answers.push_back(answer(l, 4, AnswerStatus::answered,
                             say("Non : en 2023 le coût a crû de 32 % et l'impact de 11 %. En 2021 c'était l'inverse.",
                                 "No: in 2023 cost grew by 32% and impact by 11%. In 2021 it was the reverse.")));
  d.answers.back().value = 0.0004;
  d.answers.back().unit = "probability";
  d.answers.back().standard_error = 0.0001;
  d.answers.back().evidence = {"costs row 2", "costs row 3", "no such row"};
  d.answers.push_back(answer(l, 5, AnswerStatus::answered,
                             say("À 1,5 M€ par an, 3,6 millions de dossiers en 2025 sont réalistes.",
                                 "At €1.5M a year, 3.6 million files in 2025 are realistic.")));
  d.answers.back().value = 3.6e6;
  d.answers.back().unit = l == Language::french ? "dossiers" : "files";
  d.answers.back().low = 2.9e6;
  d.answers.back().high = 6.4e6;
  d.answers.push_back(answer(l, 6, AnswerStatus::answered,
                             say("Deux objectifs seulement sont connus : le doute reste large.",
                                 "Only two targets are known: doubt stays wide.")));
  d.answers.push_back(answer(l, 7, AnswerStatus::missing_record, ""));
  d.answers.back().missing = {say("la valeur d'un dossier (value_per_unit de la mesure)",
                                  "the value of a file (value_per_unit of the metric)")};
  for (int question = 8; question <= 11; ++question)
    d.answers.push_back(answer(l, question, AnswerStatus::not_computed, ""));
  d.answers.push_back(answer(l, 12, AnswerStatus::answered,
                             say("Un produit : cinq différences sur sept le disent, aucune ne dit le contraire.",
                                 "A product: five differences in seven say so, none says otherwise.")));

  MatrixLine line;
  line.level = Level::used;
  line.metric = d.main_metric;
  line.unit = d.main_unit;
  line.period = year(2023);
  line.now = Bounds::exactly(3e6);
  line.before = 2.7e6;
  line.change = 1.0 / 9;
  line.unit_cost = Bounds::exactly(0.5);
  line.unit_cost_before = 0.42;
  line.population = 68e6;
  line.agreed_by = "DINUM";
  line.agreed_on = date(2020, 1, 15);
  line.evidence = "measurements row 1";
  d.matrix.push_back(line);
  line.metric = say("administrations actives", "active administrations");
  line.unit = say("administration", "administration");
  line.kind = Kind::stock;
  line.now = Bounds::exactly(1200);
  line.before = 900;
  line.change = 1.0 / 3;
  line.unit_cost = Bounds::exactly(104.17);
  line.unit_cost_before = unknown;
  line.population = unknown;
  line.agreed_by = "";
  line.agreed_on = std::nullopt;
  line.evidence = "";
  d.matrix.push_back(line);
  line.level = Level::useful;
  line.metric = "satisfaction";
  line.unit = "";
  line.kind = Kind::rate;
  line.now = Bounds::exactly(0.85);
  line.before = 0.81;
  line.change = 0.049;
  line.status = MeasurementStatus::estimated;
  line.unit_cost = {};
  d.matrix.push_back(line);
  line = {};
  line.level = Level::activity;
  line.metric = say("fonctions livrées", "features shipped");
  line.period = year(2023);
  line.now = Bounds::exactly(42);
  d.matrix.push_back(line);

  d.targets = {
      {d.main_metric, d.main_unit, year(2023), 2.9e6, Bounds::exactly(3e6), true, 0.74, date(2022, 12, 1),
       "measurements row 1"},
      {d.main_metric, d.main_unit, year(2024), 4.5e6, more_than(4e6), std::nullopt, 0.2, date(2023, 12, 1), ""},
      {"satisfaction", "", year(2023), 0.9, Bounds::exactly(0.85), false, unknown, std::nullopt, ""}};
  d.objectives = {{d.main_metric, d.main_unit, year(2025), 4.4e6, 2.9e6, 6.4e6, 3.6e6, 0.34, 4.5e6, 0.47}};
  d.budget = {{"management", ActivityGroup::coordination, 141000, 0, 238000, 0.22},
              {"development", ActivityGroup::build_and_deployment, 265000, 85000, 561000, 0.49},
              {"design", ActivityGroup::build_and_deployment, 36000, 32000, 106000, 0.09},
              {"hosting", ActivityGroup::infrastructure, 105000, 0, 189000, 0.2},
              {"", ActivityGroup::other, 0, 0, 12500, unknown}};
  d.budget_notes = {say("Les totaux imprimés diffèrent de 1 k€ de la somme des lignes : arrondi toléré.",
                        "Printed totals differ by €1k from the sum of the lines: rounding, tolerated.")};
  d.funders = {{"DINUM", 1.1e6, 0.73, {}},
               {say("Ministère de l'Intérieur", "Ministry of the Interior"), 0.4e6, 0.27, Bounds::exactly(8e5)}};
  d.differences = {
      {"cost_setting", 2, say("4 décisions en 2 ans fixent un montant", "4 decisions in 2 years set an amount"),
       Verdict::product},
      {"spend_before_live", 0.08, say("0,1 M€ sur 6,2 M€ avant janvier 2018", "€0.1M of €6.2M before January 2018"),
       Verdict::product},
      {"aim", 0, say("3 objectifs sur 3", "3 targets of 3"), Verdict::product},
      {"coordination", 0.22, say("budget de 2024", "budget of 2024"), Verdict::product},
      {"steering", unknown, say("aucune décision datée", "no dated decision"), Verdict::cannot_tell},
      {"infrastructure", 3.4, say("coût de l'hébergement", "cost of hosting"), Verdict::project},
      {"early_release", 7, say("de juin 2017 à janvier 2018", "June 2017 to January 2018"), Verdict::product}};
  d.contradictions = {{say("0,40 € en 2021, une croissance de 120 % et un coût stable donnent 0,88 € en 2020 ; le "
                           "chiffre publié est « plus de 1 € ».",
                           "0.40 € in 2021, growth of 120% and a constant cost give 0.88 € in 2020; the published "
                           "figure is “more than 1 €”."),
                       {"published row 1"},
                       {say("Si le coût est resté stable : 0,88 € en 2020, licorne.",
                            "If cost was constant: 0.88 € in 2020, a unicorn."),
                        say("Si 2020 valait plus de 1 € : le coût a baissé d'au moins 12 %, licorne aussi.",
                            "If 2020 was more than 1 €: cost fell by at least 12%, a unicorn too.")}}};
  for (const auto& question : grid_questions(l))
    d.grid.push_back({question.part, std::string(question.text),
                      question.part == 3 ? "" : say("Voir Q2 et la matrice.", "See Q2 and the matrix.")});
  d.would_change = {say("Un coût par dossier sous 0,42 € au prochain semestre.",
                        "A cost per file below €0.42 in the next half-year."),
                    say("Une mesure de ce que le service fait gagner aux usagers.",
                        "A measure of what the service saves its users.")};
  d.notes = {say("Jour de connaissance absent : fin de la période.", "Day of knowledge absent: end of the period."),
             say("Erreur relative d'une valeur mesurée : 2 %.", "Relative error of a measured value: 2%.")};
  return d;
}

/// A project that never delivered: estimates that moved, and hardly a measurement.
Dossier failed_project(Language l) {
  Dossier d;
  d.language = l;
  d.date = date(2018, 7, 1);
  d.name = "SIRHEN";
  d.currency = "EUR";
  d.phase = Phase::abandoned;
  d.main_metric = both(l, "agents gérés", "staff managed");
  d.main_unit = "agent";
  const std::array<std::pair<int, double>, 7> totals{
      {{2008, 60e6}, {2010, 80e6}, {2011, 120e6}, {2013, 200e6}, {2014, 290e6}, {2015, 321e6}, {2016, 323e6}}};
  for (const auto& [known, total] : totals)
    d.estimates.push_back({date(known, 12, 31), total, total / 60e6 - 1, known == 2016 ? total / 18000 : unknown,
                           "agent", "published row " + std::to_string(known - 2007)});
  d.chart = {{year(2016), Bounds::exactly(18000), unknown, unknown}};
  for (int question = 1; question <= 12; ++question) {
    d.answers.push_back(answer(l, question, AnswerStatus::missing_record, ""));
    d.answers.back().missing = {both(l, "les dépenses par période", "costs by period")};
  }
  d.differences = {{"early_release", infinity, both(l, "jamais ouvert", "never live"), Verdict::project}};
  return d;
}

Dossier adversarial_dossier(Language l) {
  Dossier d = full_dossier(l);
  const std::string hostile =
      "<script>alert('x')</script> & \"quotes\" | pipe \\ `code` *star* [a](javascript:alert(1)) \x01\xff ";
  d.name = hostile;
  for (int i = 0; i < 12; ++i) d.name += "un nom interminable ";
  d.name += std::string(120, 'w');
  d.funder = d.priority = d.perimeter = d.main_metric = d.main_unit = d.currency = d.headline = d.aim = d.mission =
      hostile;
  d.url = "javascript:alert(1)";
  d.demo_url = "https://example.org/\"onclick=\"x";
  for (auto& a : d.answers) {
    a.question = a.answer = hostile;
    a.missing = a.evidence = {hostile};
    a.unit = hostile;
    a.value = 1e300;
    a.standard_error = infinity;
    a.low = -infinity;
  }
  for (auto& e : d.evidence) e = {hostile, hostile, "javascript:alert(2)", std::nullopt};
  for (auto& line : d.matrix) line.metric = line.unit = line.evidence = line.agreed_by = hostile;
  for (auto& line : d.targets) line.metric = hostile;
  for (auto& line : d.budget) line.activity = hostile;
  for (auto& line : d.funders) line.funder = hostile;
  for (auto& line : d.differences) line.difference = line.basis = hostile;
  for (auto& line : d.grid) {
    line.question = line.evidence = hostile;
    line.part = 99;
  }
  d.notes = d.would_change = d.budget_notes = {hostile, "", "- item", "1. item", "# title"};
  d.chart.push_back({Period{}, Bounds{}, unknown, unknown});
  d.chart.push_back({year(2019), {unknown, -infinity, infinity}, infinity, infinity});
  d.chart.push_back({year(2018), Bounds::exactly(-5), -1, -1});
  d.forecast.push_back({year(2027), unknown, unknown, infinity, unknown, unknown});
  d.windows[1].g_cost = 40;
  d.windows[1].g_impact = -40;
  d.windows.push_back({});
  return d;
}

/// Words "nan" and "inf" that stand alone, whatever their case.
bool has_bare_number_word(std::string_view text) {
  for (const std::string_view word : {"nan", "inf", "infinity"})
    for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
      bool same = true;
      for (std::size_t i = 0; i < word.size() && same; ++i)
        same = std::tolower(static_cast<unsigned char>(text[at + i])) == word[i];
      const auto is_word = [&](std::size_t i) {
        return i < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[i])) || static_cast<unsigned char>(text[i]) >= 0x80);
      };
      if (same && !(at > 0 && is_word(at - 1)) && !is_word(at + word.size())) return true;
    }
  return false;
}

/// Whether each element that opens is closed in its turn, attributes are quoted, and no character stands bare.
bool is_well_formed(const std::string& html) {
  const std::set<std::string, std::less<>> empty_elements{"meta", "br"};
  std::vector<std::string> open;
  for (std::size_t at = html.find('<', html.find("<html")); at != std::string::npos; at = html.find('<', at)) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = html.substr(at + 1, end - at - 1);
    at = end + 1;
    const bool closing = tag.starts_with("/");
    const std::size_t name_start = closing ? 1 : 0;
    const std::string name = tag.substr(name_start, tag.find_first_of(" /", name_start) - name_start);
    std::size_t quotes = 0;
    for (const char c : tag) quotes += c == '"';
    if (quotes % 2 != 0 || name.empty()) return false;
    if (closing) {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    } else if (!tag.ends_with("/") && !empty_elements.contains(name)) {
      open.push_back(name);
      if (name == "style") at = html.find("</style>", at);
    }
  }
  return open.empty();
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::set<std::string> values_of(const std::string& html, const std::string& attribute) {
  std::set<std::string> values;
  const std::string opening = " " + attribute + "=\"";
  for (std::size_t at = html.find(opening); at != std::string::npos; at = html.find(opening, at + 1)) {
    const std::size_t start = at + opening.size();
    values.insert(html.substr(start, html.find('"', start) - start));
  }
  return values;
}

std::vector<Dossier> every_dossier() {
  std::vector<Dossier> all;
  for (const Language l : {Language::french, Language::english}) {
    Dossier empty;
    empty.language = l;
    for (Dossier& d : std::vector<Dossier>{full_dossier(l), failed_project(l), adversarial_dossier(l), empty})
      all.push_back(d);
  }
  return all;
}

}  // namespace

TEST_CASE("the page is well formed, whatever the dossier holds") {
  for (const Dossier& d : every_dossier()) {
    const std::string html = to_html(d);
    CHECK(is_well_formed(html));
    CHECK(count(html, "<h1>") == 1);
    CHECK(html.find(d.language == Language::french ? "<html lang=\"fr\">" : "<html lang=\"en\">") != std::string::npos);
    CHECK(count(html, "<table") == count(html, "<caption>"));
    CHECK(count(html, "<svg") == count(html, "<title id="));
    CHECK(count(html, "<svg") == count(html, "role=\"img\""));
    CHECK(count(html, "<th>") == 0);  // each has a scope
  }
}

TEST_CASE("the page needs nothing from elsewhere and runs nothing") {
  for (const Dossier& d : every_dossier()) {
    const std::string html = to_html(d);
    for (const auto* forbidden : {"<script", "<link", "<img", "<iframe", "@import", "url(h",
                                  "src=", "href=\"javascript", " onclick", "style=\"background"})
      CHECK_MESSAGE(html.find(forbidden) == std::string::npos, forbidden);
  }
}

TEST_CASE("missing figures are sentences, never the words of a number format") {
  for (const Dossier& d : every_dossier()) {
    CHECK_FALSE(has_bare_number_word(to_html(d)));
    CHECK_FALSE(has_bare_number_word(to_markdown(d)));
  }
  Dossier empty;
  const std::string html = to_html(empty);
  for (const auto* sentence :
       {"Produit sans nom", "Aucune réponse n’a été préparée.", "La mission du produit n’est pas renseignée.",
        "Aucun objectif n’avait été fixé", "Aucune dépense n’est enregistrée par poste.", "Aucune pièce n’est citée.",
        "Aucune prévision n’a pu être faite"})
    CHECK_MESSAGE(html.find(sentence) != std::string::npos, sentence);
}

TEST_CASE("each link inside the page has its place, and each place is there once") {
  for (const Dossier& d : every_dossier()) {
    const std::string html = to_html(d);
    const auto places = values_of(html, "id");
    for (const std::string& place : places) CHECK_MESSAGE(count(html, " id=\"" + place + "\"") == 1, place);
    for (const std::string& target : values_of(html, "href"))
      if (target.starts_with("#")) CHECK_MESSAGE(places.contains(target.substr(1)), target);
  }
}

TEST_CASE("texts of the record are escaped") {
  for (const Language l : {Language::french, Language::english}) {
    const Dossier d = adversarial_dossier(l);
    const std::string html = to_html(d), markdown = to_markdown(d);
    CHECK(html.find("&lt;script&gt;") != std::string::npos);
    CHECK(html.find("\x01") == std::string::npos);
    CHECK(html.find("\xff") == std::string::npos);
    CHECK(markdown.find("<script>") == std::string::npos);
    CHECK(count(markdown, "](javascript") == count(markdown, "\\](javascript"));  // escaped brackets make no link
    CHECK(markdown.find("](<javascript") == std::string::npos);
  }
}

TEST_CASE("tables of Markdown have as many cells in each row") {
  for (const Dossier& d : every_dossier()) {
    const std::string markdown = to_markdown(d);
    std::size_t columns = 0;
    for (std::size_t at = 0; at < markdown.size();) {
      const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
      const std::string line = markdown.substr(at, end - at);
      at = end + 1;
      if (!line.starts_with("|")) {
        columns = 0;
        continue;
      }
      std::size_t bars = 0;
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
          ++i;
        else
          bars += line[i] == '|';
      }
      if (columns == 0) columns = bars;
      CHECK_MESSAGE(bars == columns, line);
    }
  }
}

TEST_CASE("the document has the committee's order") {
  const std::string html = to_html(full_dossier(Language::french));
  std::size_t at = 0;
  for (const std::string part :
       {"<h1>", "class=\"tiles\"", ">Décision attendue", ">Les douze questions du comité",
        "\"last\">1. Les six derniers mois", ">Matrice d’impact", ">Objectifs fixés la dernière fois",
        "\"next\">2. Les six prochains mois", ">Objectifs réalistes et leur coût", "\"needs\">3. Besoins et décisions",
        ">Budget par poste", ">Grille du sponsor", "\"evidence\">4. Pièces et hypothèses"}) {
    at = html.find(part, at);
    REQUIRE_MESSAGE(at != std::string::npos, part);
  }
}

TEST_CASE("figures, statuses and verdicts are said in words") {
  const std::string html = to_html(full_dossier(Language::french));
  for (const auto* words :
       {"0,50\u00a0€", "&lt;\u00a00,1\u00a0%", "réponse donnée", "donnée manquante", "pas encore calculé", "✓ atteint",
        "✗ non atteint", "plus de 4\u00a0millions", "La question à poser", "au moins 21\u00a0%",
        "&gt;\u00a099,9\u00a0%", "note à donner", "Des chiffres publiés se contredisent", "dépenses, lignes 1 à 3",
        "aucune mesure enregistrée", "personne encore", "elles ne comptent jamais comme impact"})
    CHECK_MESSAGE(html.find(words) != std::string::npos, words);
  CHECK(count(html, "<svg") == 4);
  CHECK(count(html, "/ 5</td>") == 10);
  const std::string english = to_html(full_dossier(Language::english));
  for (const auto* words :
       {"€0.50", "record missing", "not computed yet", "✓ met", "more than 4\u00a0million", "costs rows 1–3"})
    CHECK_MESSAGE(english.find(words) != std::string::npos, words);
}

TEST_CASE("estimates that moved are drawn and listed") {
  const std::string html = to_html(failed_project(Language::french));
  CHECK(html.find("chart-estimates") != std::string::npos);
  CHECK(html.find("+438\u00a0%") != std::string::npos);
  CHECK(html.find("jamais") != std::string::npos);
}

TEST_CASE("Markdown says what the page says") {
  const std::string markdown = to_markdown(full_dossier(Language::french));
  for (const auto* words : {"# Démarches en ligne", "## 1. Les six derniers mois", "- [ ] accélérer", "**✓ atteint**",
                            "| Niveau |", "0,50\u00a0€"})
    CHECK_MESSAGE(markdown.find(words) != std::string::npos, words);
}

TEST_CASE("the same dossier gives the same document") {
  CHECK(to_html(full_dossier(Language::french)) == to_html(full_dossier(Language::french)));
}
