// What a dossier says, block by block, in the order in which a committee reads it.
#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detail/document.hpp"
#include "essor/committee/wording.hpp"

namespace essor::detail {
namespace {

constexpr std::string_view no_break = "\u00a0";

/// The first sentence of an answer, cut at a word where it is longer than a line or two.
std::string first_sentence(std::string_view text, std::size_t longest) {
  std::size_t end = 0;
  do {  // a point inside a figure or an initial is followed by no space, or comes very early
    end = text.find(". ", end + 1);
  } while (end != std::string_view::npos && end < 12);
  std::string_view sentence = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
  if (sentence.size() <= longest) return std::string(sentence);
  const std::size_t space = sentence.rfind(' ', longest);
  std::size_t cut = space == std::string_view::npos || space == 0 ? longest : space;
  while (cut > 0 && (static_cast<unsigned char>(sentence[cut]) & 0xC0U) == 0x80U) --cut;
  return std::string(sentence.substr(0, cut)) + "…";
}

struct RowId {
  std::string_view table;
  long number = -1;  ///< below 0: not an id of the form "costs row 3"
};

RowId read_row_id(std::string_view id) {
  const std::size_t at = id.rfind(" row ");
  if (at == std::string_view::npos || at == 0) return {};
  const std::string_view digits = id.substr(at + 5);
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return {};
  return {id.substr(0, at), std::stol(std::string(digits))};
}

class Composer {
 public:
  explicit Composer(const Dossier& dossier)
      : d_(dossier), language_(dossier.language), french_(language_ == Language::french) {}

  Document document() {
    const std::string name = product_name();
    Document document{language_, say("Comité d'investissement : ", "Investment committee: ") + name, {}};
    document.blocks.push_back(first_page(name));
    document.blocks.push_back(List{{link(say("1. Les six derniers mois", "1. The last six months"), "#last"),
                                    link(say("2. Les six prochains mois", "2. The next six months"), "#next"),
                                    link(say("3. Besoins et décisions", "3. Needs and decisions"), "#needs"),
                                    link(say("4. Pièces et hypothèses", "4. Evidence and assumptions"), "#evidence")},
                                   "contents"});
    last_months(document.blocks);
    next_months(document.blocks);
    needs(document.blocks);
    evidence(document.blocks);
    return document;
  }

 private:
  using Blocks = std::vector<Block>;
  using Style = Run::Style;

  // --- words ------------------------------------------------------------------------------------
  std::string say(std::string_view french, std::string_view english) const {
    return french_ ? typeset(french, language_) : std::string(english);
  }
  std::string prose(std::string_view text) const { return typeset(text, language_); }
  std::string unknown_words() const { return std::string(unknown_text(language_)); }
  static Text link(std::string words, std::string target) {
    return Text().add(std::move(words), Style::link, std::move(target));
  }
  static Text strong(std::string words) { return Text().add(std::move(words), Style::strong); }
  static Text quiet(std::string words) { return Text().add(std::move(words), Style::quiet); }
  Paragraph missing(std::string_view french, std::string_view english) const {
    return {say(french, english), "missing"};
  }
  std::string money(double value) const { return compact_money_text(value, d_.currency, language_); }
  std::string money(const Bounds& value) const { return money_bounds_text(value, d_.currency, language_); }
  std::string number(double value) const { return count_text(value, language_); }
  std::string number(const Bounds& value) const { return bounds_text(value, language_); }
  std::string unit_cost(double value) const { return money_text(value, d_.currency, language_); }
  /// Without "per what", for the columns whose head says it.
  std::string unit_cost(const Bounds& value) const {
    const std::string text = unit_cost_bounds_text(value, d_.currency, "\n", language_);
    return text.ends_with('\n') ? text.substr(0, text.size() - std::string_view(french_ ? " par \n" : " per \n").size())
                                : text;
  }
  std::string change(double value) const { return change_text(value, language_); }
  std::string growth(double value) const { return growth_text(value, language_); }
  std::string probability(double value) const { return probability_text(value, language_); }
  /// "au moins 97 %"; "> 99,9 %" says so already.
  std::string bounded_probability(double value, int bound) const {
    const std::string text = probability(value);
    if (bound == 0 || text.starts_with(">") || text.starts_with("<")) return text;
    return (bound > 0 ? say("au moins ", "at least ") : say("au plus ", "at most ")) + text;
  }
  std::string percent(double value) const { return percent_text(value, language_); }
  std::string period(const Period& value) const { return short_period_text(value, language_); }
  /// A day in a table, where it may break over two lines.
  std::string day(Date value) const {
    std::string text = date_text(value, language_);
    for (std::size_t at = text.find(no_break); at != std::string::npos; at = text.find(no_break, at))
      text.replace(at, no_break.size(), " ");
    return text;
  }
  std::string day(const std::optional<Date>& value) const { return value ? day(*value) : unknown_words(); }
  template <class E>
  std::string words_of(E value) const {
    return std::string(label(value, language_));
  }
  std::string range(const std::string& low, const std::string& high) const {
    return french_ ? low + " à " + high : low + " to " + high;
  }
  static std::string capital(std::string text) {
    if (text.empty()) return text;
    if (text[0] >= 'a' && text[0] <= 'z')
      text[0] = static_cast<char>(text[0] - 'a' + 'A');
    else if (text.starts_with("à "))
      text.replace(0, 2, "À");
    return text;
  }

  std::string product_name() const {
    if (!d_.name.empty()) return d_.name;
    return d_.product.empty() ? say("Produit sans nom", "Unnamed product") : d_.product;
  }
  /// The name of a metric as prose: names in a record often have underscores for spaces.
  std::string metric_text(std::string name) const {
    std::replace(name.begin(), name.end(), '_', ' ');
    return prose(name);
  }
  std::string metric_name() const {
    return d_.main_metric.empty() ? say("la mesure principale", "the main metric") : metric_text(d_.main_metric);
  }
  std::string unit_name() const { return d_.main_unit.empty() ? say("unité", "unit") : d_.main_unit; }

  // --- evidence ---------------------------------------------------------------------------------
  /// "dépenses, ligne 3" for "costs row 3"; other ids as they are. `last` makes it a run of rows.
  std::string row_name(std::string_view id, long last = -1) const {
    const RowId row = read_row_id(id);
    if (row.number < 0) return std::string(id);
    const bool run = last > row.number;
    const std::string numbers =
        std::to_string(row.number) + (run ? (french_ ? " à " : "–") + std::to_string(last) : "");
    if (!french_) return std::string(row.table) + (run ? " rows " : " row ") + numbers;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> tables{
        {{"costs", "dépenses"},
         {"measurements", "mesures"},
         {"metrics", "définitions des mesures"},
         {"products", "produits"},
         {"targets", "objectifs"},
         {"decisions", "décisions"},
         {"published", "chiffres publiés"}}};
    const auto known =
        std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return table.first == row.table; });
    return std::string(known == tables.end() ? row.table : known->second) + (run ? ", lignes " : ", ligne ") + numbers;
  }

  /// Words that lead to the line of evidence, or the words alone where the dossier has no such line.
  Text evidence_link(std::string_view id, long last = -1) const {
    for (std::size_t i = 0; i < d_.evidence.size(); ++i)
      if (d_.evidence[i].id == id) return link(row_name(id, last), "#evidence-" + std::to_string(i + 1));
    return {row_name(id, last)};
  }

  /// The same for a text that may hold several ids: "costs row 5, measurements row 0".
  Text evidence_of(const std::string& text) const {
    std::vector<std::string> ids;
    for (std::size_t start = 0; start <= text.size();) {
      const std::size_t end = std::min(text.find(", ", start), text.size());
      ids.push_back(text.substr(start, end - start));
      if (read_row_id(ids.back()).number < 0) return evidence_link(text);
      start = end + 2;
    }
    return evidence_links(std::move(ids));
  }

  /// Ids in a sentence: each table in the order of its first row, rows that follow each other as one run.
  Text evidence_links(std::vector<std::string> ids) const {
    const std::vector<std::string> given = ids;
    const auto rank = [&](std::string_view table) {
      return std::find_if(given.begin(), given.end(), [&](const auto& id) { return read_row_id(id).table == table; });
    };
    std::stable_sort(ids.begin(), ids.end(), [&](const std::string& a, const std::string& b) {
      const RowId left = read_row_id(a), right = read_row_id(b);
      return left.table == right.table ? left.number < right.number : rank(left.table) < rank(right.table);
    });
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    Text text;
    for (std::size_t i = 0; i < ids.size();) {
      const RowId first = read_row_id(ids[i]);
      std::size_t next = i + 1;
      long last = first.number;
      for (; first.number >= 0 && next < ids.size(); ++next, ++last) {
        const RowId row = read_row_id(ids[next]);
        if (row.table != first.table || row.number != last + 1) break;
      }
      if (!text.empty()) text.add(french_ ? "\u202f; " : "; ");
      text.join(evidence_link(ids[i], last));
      i = next;
    }
    return text;
  }

  // --- first page -------------------------------------------------------------------------------
  Group first_page(const std::string& name) {
    Group page{"page", {}};
    std::string kicker = say("Comité d'investissement", "Investment committee") + " · " +
                         say("ce qui était connu le ", "what was known on ") + date_text(d_.date, language_);
    kicker +=
        " · " + (d_.funder.empty() ? say("tous les financeurs", "all funders") : say("pour ", "for ") + d_.funder);
    page.blocks.push_back(Paragraph{kicker, "kicker"});
    page.blocks.push_back(Heading{1, "", name});
    page.blocks.push_back(Paragraph{facts(), "kicker"});
    if (d_.headline.empty())
      page.blocks.push_back(missing("Aucune synthèse n'a été donnée.", "No summary was given."));
    else
      page.blocks.push_back(Paragraph{prose(d_.headline), "lede"});
    page.blocks.push_back(tiles());

    Group pair{"pair", {}};
    pair.blocks.push_back(main_chart());
    pair.blocks.push_back(decision_box());
    page.blocks.push_back(std::move(pair));
    page.blocks.push_back(Heading{2, "", say("Les douze questions du comité", "The committee's twelve questions")});
    page.blocks.push_back(short_answers());
    return page;
  }

  Text facts() const {
    Text text;
    const auto part = [&](const Text& words) {
      if (words.empty()) return;
      if (!text.empty()) text.add(" · ");
      text.join(words);
    };
    part(d_.phase ? say("Phase : ", "Phase: ") + words_of(*d_.phase) : say("Phase non connue", "Phase not known"));
    part(d_.go_live ? say("ouvert au public le ", "live since ") + date_text(*d_.go_live, language_)
                    : say("pas d'ouverture au public connue", "no opening to the public known"));
    if (!d_.priority.empty()) part(say("priorité : ", "priority: ") + d_.priority);
    part(address(d_.url, say("service", "service")));
    part(address(d_.demo_url, say("démonstration", "demonstration")));
    return text;
  }

  Text address(const std::string& url, const std::string& words) const {
    if (url.empty()) return {};
    return is_link(url) ? link(words, url) : Text(words + say(" : ", ": ") + url);
  }

  /// Where cost and impact are never known together: the latest of each, and the latest estimate of the total.
  Tiles tiles_without_window() const {
    Tiles::Tile cost{say("Coût", "Cost"), unknown_words(), {}}, impact{capital(metric_name()), unknown_words(), {}},
        unit{say("Coût par ", "Cost per ") + unit_name(), unknown_words(), {}};
    for (const EstimateLine& line : d_.estimates) {
      if (!std::isfinite(line.total)) continue;
      cost = {say("Coût total estimé", "Total cost, estimated"), money(line.total), {}};
      if (std::isfinite(line.overrun))
        cost.detail = Text(change(line.overrun) + say(" depuis la première estimation", " since the first estimate"));
      if (std::isfinite(line.per_unit)) unit.figure = unit_cost(line.per_unit);
    }
    for (const ChartPoint& point : d_.chart) {
      if (point.value.known()) impact = {capital(metric_name()) + ", " + period(point.period), number(point.value), {}};
      if (d_.estimates.empty() && std::isfinite(point.cost))
        cost = {say("Coût", "Cost") + ", " + period(point.period), money(point.cost), {}};
    }
    if (d_.estimates.empty() && cost.figure == unknown_words()) {
      const auto sum = [&](double BudgetLine::* amount) {
        double total = 0;
        for (const BudgetLine& line : d_.budget) total += line.*amount;
        return total;
      };
      const std::array<std::pair<CostStatus, double>, 3> sums{{{CostStatus::paid, sum(&BudgetLine::paid)},
                                                               {CostStatus::committed, sum(&BudgetLine::committed)},
                                                               {CostStatus::planned, sum(&BudgetLine::planned)}}};
      const auto known = std::find_if(sums.begin(), sums.end(), [](const auto& entry) { return entry.second > 0; });
      if (known != sums.end())
        cost = {say("Coût au budget", "Cost in the budget"), money(known->second), words_of(known->first)};
    }
    if (d_.answers.size() > 1 && std::isfinite(d_.answers[1].value))  // one figure on the page, the one of the answer
      unit = {unit.name, unit_cost(d_.answers[1].value), say("tout ce qui a été dépensé", "all that was spent")};
    return {{cost, impact, unit, {say("Trajectoire", "Trajectory"), capital(words_of(Trajectory::too_early)), {}}}};
  }

  Tiles tiles() const {
    if (d_.windows.empty()) return tiles_without_window();
    Tiles tiles;
    const WindowFigures& now = d_.windows.front();
    const auto against_last = [&](double g) {
      return std::isfinite(g) ? Text(growth(g) + say(" sur un an", " on the year before")) : Text();
    };
    const auto against = [&](double g) {
      if (!std::isfinite(g)) return Text(say("pas de période comparable avant", "no comparable period before"));
      return now.window.months() == 12 ? against_last(g)
                                       : Text(growth(g) + say(" sur la période précédente", " on the period before"));
    };
    const std::string when = ", " + period(now.window);
    tiles.tiles.push_back({say("Coût", "Cost") + when, money(now.cost), against(now.g_cost)});
    tiles.tiles.push_back({capital(metric_name()) + when, number(now.impact), against(now.g_impact)});
    tiles.tiles.push_back(
        {say("Coût par ", "Cost per ") + unit_name(), unit_cost(now.unit_cost),
         against(std::isfinite(now.g_cost) && std::isfinite(now.g_impact) ? now.g_cost - now.g_impact : unknown)});
    Text how_sure;
    if (std::isfinite(now.p_trajectory) && now.trajectory != Trajectory::too_early)
      how_sure.add(say("probabilité ", "probability ") + probability(now.p_trajectory));
    tiles.tiles.push_back({say("Trajectoire", "Trajectory"), capital(words_of(now.trajectory)), how_sure});
    return tiles;
  }

  /// A project that has hardly been measured shows on its first page how its estimates moved.
  bool estimates_come_first() const {
    const auto known =
        std::count_if(d_.chart.begin(), d_.chart.end(), [](const auto& point) { return point.value.known(); });
    return known < 2 && d_.estimates.size() > 1;
  }

  Figure estimate_figure(std::string svg) const {
    return {std::move(svg),
            Text(say("Estimations du coût total. ", "Estimates of the total cost. "))
                .join(link(say("Chiffres du graphique", "Figures of the chart"), "#estimates-figures"))};
  }

  Block main_chart() const {
    if (estimates_come_first()) {
      std::string estimates = chart_of_estimates(d_);
      if (!estimates.empty()) return estimate_figure(std::move(estimates));
    }
    std::string svg = chart_of_main_metric(d_);
    if (svg.empty())
      return missing("La mesure principale n'a encore aucune valeur que l'on puisse tracer.",
                     "The main metric has no figure yet that could be drawn.");
    return Figure{std::move(svg),
                  Text(say("Mesure principale. ", "Main metric. "))
                      .join(link(say("Chiffres du graphique", "Figures of the chart"), "#chart-figures"))};
  }

  Group decision_box() const {
    Group box{"box", {Heading{2, "", say("Décision attendue", "Decision expected")}}};
    if (d_.aim.empty())
      box.blocks.push_back(
          missing("La décision attendue n'a pas été précisée.", "The decision expected was not stated."));
    else
      box.blocks.push_back(Paragraph{prose(d_.aim), ""});
    if (!d_.question.empty())
      box.blocks.push_back(
          Paragraph{strong(say("La question à poser : ", "The question to ask: ")).add(prose(d_.question)), ""});
    List choices{{}, "choices"};
    for (std::size_t i = 0; i < words<DecisionKind>::list.size(); ++i)
      choices.items.emplace_back(words_of(static_cast<DecisionKind>(i)));
    box.blocks.push_back(std::move(choices));
    box.blocks.push_back(Paragraph{
        Text(say("Montant décidé : ", "Amount decided: ")).add(say("à remplir", "to fill in"), Style::blank, "line"),
        ""});
    return box;
  }

  Text status_badge(AnswerStatus status) const {
    constexpr std::array<std::string_view, 3> marks{"✓", "○", "…"}, colours{"good", "wait", "neutral"};
    const auto i = static_cast<std::size_t>(status);
    return Text().add(std::string(marks[i]) + std::string(no_break) + words_of(status), Style::badge,
                      std::string(colours[i]));
  }

  std::string answer_anchor(std::size_t index) const { return "#answer-" + std::to_string(index + 1); }

  Block short_answers() const {
    if (d_.answers.empty()) return missing("Aucune réponse n'a été préparée.", "No answer was prepared.");
    Table table{say("Réponses en bref", "Answers in short"),
                {{say("Question", "Question"), false, ""},
                 {say("Réponse", "Answer"), false, ""},
                 {say("État", "Status"), false, "narrow"}},
                {},
                "short"};
    for (std::size_t i = 0; i < d_.answers.size(); ++i) {
      const Answer& answer = d_.answers[i];
      Text words;
      if (std::isfinite(answer.value))
        words.add(figure_text(answer.value, answer.unit, language_) + ". ", Style::strong);
      if (!answer.answer.empty() && answer.status != AnswerStatus::not_computed)
        words.add(first_sentence(prose(answer.answer), 150));
      else if (answer.status == AnswerStatus::missing_record && !answer.missing.empty())
        words.add(first_sentence(say("Manque : ", "Missing: ") + prose(answer.missing.front()), 150));
      if (words.empty()) words.add("–");
      table.rows.push_back({{link(answer.id + std::string(no_break) + short_title(answer), answer_anchor(i)),
                             std::move(words), status_badge(answer.status)},
                            "",
                            false});
    }
    return table;
  }

  /// The few words of a question known by its id, else its text.
  std::string short_title(const Answer& answer) const {
    for (int i = 1; i <= 12; ++i)
      if (answer.id == "Q" + std::to_string(i)) return std::string(question_title(i, language_));
    return answer.question;
  }

  // --- answers ----------------------------------------------------------------------------------
  void answer(Blocks& blocks, std::string_view id) const {
    for (std::size_t i = 0; i < d_.answers.size(); ++i)
      if (d_.answers[i].id == id) blocks.push_back(answer_block(d_.answers[i], i));
  }

  Group answer_block(const Answer& answer, std::size_t index) const {
    Group group{"answer", {}};
    group.blocks.push_back(
        Heading{3, answer_anchor(index).substr(1),
                Text(answer.id + ". " + prose(answer.question) + " ").join(status_badge(answer.status))});
    if (!answer.answer.empty())
      group.blocks.push_back(Paragraph{prose(answer.answer), ""});
    else if (answer.status == AnswerStatus::not_computed)
      group.blocks.push_back(missing("Le modèle qui répondrait à cette question n'existe pas encore.",
                                     "The model that would answer this question does not exist yet."));
    else if (answer.status == AnswerStatus::missing_record)
      group.blocks.push_back(missing("Les données enregistrées ne permettent pas de répondre.",
                                     "The record does not hold what an answer needs."));
    else
      group.blocks.push_back(missing("Aucun texte n'accompagne cette réponse.", "No text goes with this answer."));
    if (std::isfinite(answer.value)) group.blocks.push_back(Paragraph{figures_of(answer), "note"});
    if (!answer.missing.empty()) {
      Text text = strong(say("Il manque : ", "Missing: "));
      for (std::size_t i = 0; i < answer.missing.size(); ++i)
        text.add((i > 0 ? (french_ ? "\u202f; " : "; ") : "") + prose(answer.missing[i]));
      group.blocks.push_back(Paragraph{text.add("."), "note"});
    }
    if (!answer.evidence.empty())
      group.blocks.push_back(
          Paragraph{Text(say("Pièces : ", "Evidence: ")).join(evidence_links(answer.evidence)).add("."), "note"});
    return group;
  }

  /// A range of figures, with their unit once where it follows them.
  std::string interval(const Answer& answer) const {
    const std::size_t slash = answer.unit.find('/');
    if (slash == std::string::npos || !is_currency(std::string_view(answer.unit).substr(0, slash)))
      return range(figure_text(answer.low, answer.unit, language_), figure_text(answer.high, answer.unit, language_));
    const std::string currency = answer.unit.substr(0, slash);
    return range(money_text(answer.low, currency, language_), figure_text(answer.high, answer.unit, language_));
  }

  Text figures_of(const Answer& answer) const {
    const auto figure = [&](double x) { return figure_text(x, answer.unit, language_); };
    Text text(say("Valeur : ", "Value: "));
    text.add(figure(answer.value), Style::strong);
    if (std::isfinite(answer.standard_error)) text.add(say(", erreur type ", ", standard error ") + error_text(answer));
    if (std::isfinite(answer.low) && std::isfinite(answer.high))
      text.add(say(", intervalle à 90 % : ", ", 90% interval: ") + interval(answer));
    else if (std::isfinite(answer.low))
      text.add(say(", au moins ", ", at least ") + figure(answer.low));
    else if (std::isfinite(answer.high))
      text.add(say(", au plus ", ", at most ") + figure(answer.high));
    return text.add(".");
  }

  /// An error of a share or a probability is in points: 2 points of 97 %, not 2 % of it.
  std::string error_text(const Answer& answer) const {
    if (answer.unit == "probability" || answer.unit == "share" || answer.unit == "growth") {
      const double points = 100 * answer.standard_error;
      if (!french_) return number_text(points, language_, 2) + std::string(no_break) + "percentage points";
      return number_text(points, language_, 2) + std::string(no_break) + (std::abs(points) < 2 ? "point" : "points");
    }
    return figure_text(answer.standard_error, answer.unit, language_);
  }

  // --- 1. the last six months -------------------------------------------------------------------
  void last_months(Blocks& out) const {
    out.push_back(Heading{2, "last", say("1. Les six derniers mois", "1. The last six months")});
    if (d_.mission.empty())
      out.push_back(missing("La mission du produit n'est pas renseignée.", "The product's mission is not recorded."));
    else
      out.push_back(Paragraph{prose(d_.mission), "lede"});
    answer(out, "Q1");
    answer(out, "Q2");
    out.push_back(Heading{3, "chart-figures",
                          say("Coût, impact et coût par unité dans le temps", "Cost, impact and unit cost over time")});
    window_note(out);
    charts(out);
    out.push_back(chart_table());
    out.push_back(Heading{3, "matrix", say("Matrice d'impact", "Impact matrix")});
    matrix(out);
    out.push_back(Heading{3, "targets", say("Objectifs fixés la dernière fois", "Targets set last time")});
    out.push_back(target_table());
    answer(out, "Q3");
    if (!d_.funders.empty()) out.push_back(funder_table());
    answer(out, "Q4");
    out.push_back(window_table());
    trajectory(out);
    contradictions(out);
    estimates(out);
    answer(out, "Q12");
    out.push_back(
        Heading{3, "differences",
                say("Projet ou produit : les sept différences", "Project or product: the seven differences")});
    out.push_back(difference_table());
  }

  void window_note(Blocks& out) const {
    if (d_.windows.empty() || d_.windows.front().window.months() == 6) return;
    const WindowFigures& now = d_.windows.front();
    out.push_back(
        Paragraph{say("Les chiffres portent sur des périodes de ", "Figures cover periods of ") +
                      std::to_string(now.window.months()) + std::string(no_break) +
                      say("mois ; la dernière connue est ",
                          now.window.months() == 1 ? "month; the latest known is " : "months; the latest known is ") +
                      period_text(now.window, language_) +
                      say(". Les montants sont au statut « ", ". Amounts have the status “") +
                      words_of(now.cost_status) + say(" ».", "”.") +
                      (d_.perimeter.empty() ? "" : say(" Périmètre : ", " Perimeter: ") + prose(d_.perimeter) + "."),
                  "note"});
  }

  void charts(Blocks& out) const {
    std::string unit_cost_chart = chart_of_unit_cost(d_), cumulative = chart_of_cumulative(d_);
    const Text source = link(say("Chiffres du graphique", "Figures of the chart"), "#chart-figures");
    const auto unit_figure = [&] {
      return Figure{std::move(unit_cost_chart), Text(say("Coût par unité. ", "Unit cost. ")).join(source)};
    };
    const auto cumulative_figure = [&] {
      return Figure{std::move(cumulative),
                    Text(say("Coût et impact cumulés depuis la première période connue ; plus la ligne monte, plus le "
                             "même argent rapporte. ",
                             "Cost and impact summed since the first period known; the steeper the line, the more the "
                             "same money does. "))
                        .join(link(say("Chiffres du graphique", "Figures of the chart"), "#windows"))};
    };
    const bool has_unit_cost = !unit_cost_chart.empty(), has_cumulative = !cumulative.empty();
    if (has_unit_cost && has_cumulative) {
      Group pair{"pair even", {}};
      pair.blocks.push_back(unit_figure());
      pair.blocks.push_back(cumulative_figure());
      out.push_back(std::move(pair));
      return;
    }
    if (has_unit_cost)
      out.push_back(unit_figure());
    else
      out.push_back(missing("Le coût par unité n'est pas connu sur deux périodes au moins : il n'est pas tracé.",
                            "The unit cost is not known over at least two periods: it is not drawn."));
    if (has_cumulative)
      out.push_back(cumulative_figure());
    else
      out.push_back(missing(
          "Le coût et l'impact ne sont pas connus ensemble sur deux périodes au moins : leur cumul n'est pas tracé.",
          "Cost and impact are not known together over at least two periods: their sums are not drawn."));
  }

  Block chart_table() const {
    if (d_.chart.empty() && d_.forecast.empty())
      return missing("Aucune valeur n'est enregistrée pour la mesure principale.",
                     "No figure is recorded for the main metric.");
    const bool with_forecast = !d_.forecast.empty();
    Table table{say("Mesure principale par période : ", "Main metric by period: ") + metric_name(),
                {{say("Période", "Period"), false, "narrow"},
                 {capital(unit_name()), true, ""},
                 {say("Coût", "Cost"), true, ""},
                 {say("Coût par unité", "Unit cost"), true, ""}},
                {},
                ""};
    if (with_forecast)
      table.columns.push_back({say("Prévision, intervalle à 90 %", "Forecast, 90% interval"), true, ""});
    for (const ChartPoint& point : d_.chart) {
      table.rows.push_back(
          {{period(point.period), number(point.value), money(point.cost), unit_cost(point.unit_cost)}, "", false});
      if (with_forecast) table.rows.back().cells.emplace_back("–");
    }
    for (const ForecastPoint& step : d_.forecast)
      table.rows.push_back(
          {{period(step.period), Text(number(step.q50)).join(quiet(say("\nmédiane prévue", "\nforecast median"))), "–",
            "–", range(number(step.q05), number(step.q95))},
           "",
           false});
    return table;
  }

  void matrix(Blocks& out) const {
    Table table{say("Ce qui est mesuré à chaque niveau, et ce qu'en coûte une unité",
                    "What is measured at each level, and what a unit of it costs"),
                {{say("Niveau", "Level"), false, "narrow"},
                 {say("Mesure", "Measure"), false, "name"},
                 {say("Valeur", "Figure"), true, ""},
                 {say("Avant", "Before"), true, ""},
                 {say("Évolution", "Change"), true, "narrow"},
                 {say("Coût par unité", "Cost per unit"), true, ""},
                 {say("Avant", "Before"), true, ""},
                 {say("Convenue avec", "Agreed with"), false, ""}},
                {},
                ""};
    constexpr std::array order{Level::usable,    Level::used,      Level::useful,
                               Level::impactful, Level::efficient, Level::activity};
    bool activity = false;
    for (const Level level : order) {
      const std::size_t before = table.rows.size();
      for (const MatrixLine& line : d_.matrix)
        if (line.level == level) table.rows.push_back(matrix_row(line));
      const bool any = table.rows.size() > before;
      activity = activity || (any && level == Level::activity);
      if (!any && level != Level::efficient && level != Level::activity) {
        table.rows.push_back(
            {{capital(words_of(level)), quiet(say("aucune mesure enregistrée", "no measure recorded"))}, "", false});
        table.rows.back().cells.resize(table.columns.size(), Text("–"));
      }
    }
    out.push_back(std::move(table));
    if (activity)
      out.push_back(Paragraph{
          say("Les lignes d'activité disent ce que l'équipe a produit ; elles ne comptent jamais comme impact.",
              "Lines of activity say what the team turned out; they never count as impact."),
          "note"});
  }

  Table::Row matrix_row(const MatrixLine& line) const {
    Text measure(metric_text(line.metric));
    std::string details =
        line.unit.empty() || line.unit == line.metric ? words_of(line.kind) : line.unit + ", " + words_of(line.kind);
    if (std::isfinite(line.population))
      details += say(" ; population concernée : ", "; population concerned: ") + number(line.population);
    measure.add("\n" + details, Style::quiet);
    if (!line.evidence.empty()) measure.add("\n").join(evidence_of(line.evidence));
    Text now(figure_in_unit(line));
    std::string when = line.period.months() > 0 ? period(line.period) : "";
    if (line.status != MeasurementStatus::measured) when += (when.empty() ? "" : ", ") + words_of(line.status);
    if (!when.empty()) now.add("\n" + when, Style::quiet);
    Text cost(line.unit_cost.known() ? unit_cost(line.unit_cost) : "–");
    const std::string_view cost_name = unit_cost_label(line.level, language_);
    if (line.unit_cost.known() && !cost_name.empty())
      cost.add("\n" + std::string(cost_name) + (line.kind == Kind::stock ? say(", par mois", ", a month") : ""),
               Style::quiet);
    Text agreed = line.agreed_by.empty() ? quiet(say("personne encore", "nobody yet"))
                                         : Text(line.agreed_by + (line.agreed_on ? "\n" + day(*line.agreed_on) : ""));
    return {
        {capital(words_of(line.level)), std::move(measure), std::move(now),
         std::isfinite(line.before) ? (line.kind == Kind::rate ? rate(line, line.before) : number(line.before)) : "–",
         std::isfinite(line.change) ? change(line.change) : "–", std::move(cost),
         std::isfinite(line.unit_cost_before) ? unit_cost(line.unit_cost_before) : "–", std::move(agreed)},
        "",
        false};
  }

  /// Rates between 0 and 1 without a unit of their own read as shares.
  std::string rate(const MatrixLine& line, double value) const {
    // A rate whose unit names no money or count per something is a share of its denominator.
    const bool share = line.unit.find('/') == std::string::npos;
    return share && value >= 0 && value <= 1 ? percent(value) : number_text(value, language_);
  }
  /// A figure of a metric, read as the matrix reads that metric.
  std::string figure_of(std::string_view metric, const Bounds& value) const {
    for (const MatrixLine& line : d_.matrix)
      if (line.metric == metric && line.kind == Kind::rate && value.is_exact()) return rate(line, value.high);
    return number(value);
  }
  std::string figure_in_unit(const MatrixLine& line) const {
    return line.kind == Kind::rate && line.now.is_point() ? rate(line, line.now.value) : number(line.now);
  }

  Text met_badge(const std::optional<bool>& met) const {
    if (!met) return Text().add(say("… pas encore connu", "… not known yet"), Style::badge, "neutral");
    return *met ? Text().add(say("✓ atteint", "✓ met"), Style::badge, "good")
                : Text().add(say("✗ non atteint", "✗ not met"), Style::badge, "bad");
  }

  Block target_table() const {
    if (d_.targets.empty())
      return missing("Aucun objectif n'avait été fixé : on ne peut pas juger la période passée sur ses promesses.",
                     "No target had been set: the last period cannot be judged on its promises.");
    Table table{say("Objectifs : alors et maintenant", "Targets: then and now"),
                {{say("Objectif", "Target"), false, ""},
                 {say("Période", "Period"), false, "narrow"},
                 {say("Visé", "Aimed at"), true, ""},
                 {say("Constaté", "Reached"), true, ""},
                 {say("Résultat", "Result"), false, "narrow"},
                 {say("Chances d'après la prévision naïve", "Odds under the naive forecast"), true, ""},
                 {say("Fixé le", "Set on"), false, "date"}},
                {},
                ""};
    for (const TargetLine& line : d_.targets) {
      Text name(metric_text(line.metric));
      if (!line.unit.empty() && line.unit != line.metric) name.add("\n" + line.unit, Style::quiet);
      if (!line.evidence.empty()) name.add("\n").join(evidence_of(line.evidence));
      table.rows.push_back(
          {{std::move(name), period(line.period), figure_of(line.metric, Bounds::exactly(line.target)),
            figure_of(line.metric, line.reached), met_badge(line.met),
            std::isfinite(line.naive_probability) ? probability(line.naive_probability) : "–", day(line.set_on)},
           "",
           false});
    }
    return table;
  }

  Table funder_table() const {
    Table table{say("La même période, financeur par financeur", "The same period, funder by funder"),
                {{say("Financeur", "Funder"), false, ""},
                 {say("Coût", "Cost"), true, ""},
                 {say("Part", "Share"), true, ""},
                 {say("Impact dans son périmètre", "Impact in its own scope"), true, ""}},
                {},
                ""};
    for (const FunderLine& line : d_.funders)
      table.rows.push_back({{line.funder.empty() ? say("non précisé", "not stated") : line.funder, money(line.cost),
                             percent(line.share), number(line.impact_in_scope)},
                            "",
                            false});
    return table;
  }

  Block window_table() const {
    if (d_.windows.empty())
      return missing(
          "Le coût et l'impact ne sont connus ensemble sur aucune période : ni croissance ni trajectoire ne peuvent "
          "être calculées.",
          "Cost and impact are not known together over any period: neither growth nor trajectory can be computed.");
    Table table{say("Croissance du coût et de l'impact", "Growth of cost and of impact"),
                {{say("Période", "Period"), false, "narrow"},
                 {say("Coût", "Cost"), true, ""},
                 {"Impact", true, ""},
                 {say("Coût par unité", "Unit cost"), true, ""},
                 {say("Coût, évolution", "Cost, change"), true, "narrow"},
                 {say("Impact, évolution", "Impact, change"), true, "narrow"},
                 {say("Coût moins vite que l'impact", "Cost slower than impact"), true, ""},
                 {say("Trajectoire", "Trajectory"), false, ""}},
                {},
                ""};
    for (const WindowFigures& window : d_.windows) {
      Text trajectory(words_of(window.trajectory));
      if (std::isfinite(window.p_trajectory) && window.trajectory != Trajectory::too_early)
        trajectory.add("\n" + probability(window.p_trajectory), Style::quiet);
      Text chance(std::isfinite(window.p_observed) ? bounded_probability(window.p_observed, window.p_bound) : "–");
      if (std::isfinite(window.p_trend)) {
        const bool identified = !(window.prior_share > 0.9);
        chance.add(identified ? say("\ntendance : ", "\nas a habit: ") + probability(window.p_trend)
                              : say("\ntendance non identifiée", "\nhabit not identified"),
                   Style::quiet);
      }
      table.rows.push_back(
          {{period(window.window), money(window.cost), number(window.impact), unit_cost(window.unit_cost),
            std::isfinite(window.g_cost) ? growth(window.g_cost) : "–",
            std::isfinite(window.g_impact) ? growth(window.g_impact) : "–", std::move(chance), std::move(trajectory)},
           table.rows.empty() ? "windows" : "",
           false});
    }
    return table;
  }

  void trajectory(Blocks& out) const {
    std::string svg = chart_of_trajectory(d_);
    if (svg.empty()) return;  // the table before it has said why
    out.push_back(Figure{
        std::move(svg),
        Text(say("Chaque point est une période, la dernière est pleine. Les classes et leurs limites sont celles de "
                 "cette bibliothèque. ",
                 "Each dot is a period, the latest is filled. The classes and their limits are this library's. "))
            .join(link(say("Chiffres du graphique", "Figures of the chart"), "#windows")),
        "large"});
  }

  void contradictions(Blocks& out) const {
    if (d_.contradictions.empty()) return;
    Group box{"box warning",
              {Heading{3, "contradictions",
                       say("Des chiffres publiés se contredisent", "Published figures contradict each other")}}};
    for (const ContradictionLine& line : d_.contradictions) {
      box.blocks.push_back(Paragraph{prose(line.statement), ""});
      List readings;
      for (const std::string& reading : line.readings) readings.items.emplace_back(prose(reading));
      if (!readings.items.empty()) box.blocks.push_back(std::move(readings));
      if (!line.claims.empty())
        box.blocks.push_back(
            Paragraph{Text(say("Pièces : ", "Evidence: ")).join(evidence_links(line.claims)).add("."), "note"});
    }
    out.push_back(std::move(box));
  }

  void estimates(Blocks& out) const {
    if (d_.estimates.empty()) return;
    out.push_back(Heading{
        3, "estimates",
        say("Ce que l'on savait du coût total, date après date", "What was known of the total cost, day by day")});
    std::string svg = estimates_come_first() ? "" : chart_of_estimates(d_);
    if (!svg.empty()) out.push_back(estimate_figure(std::move(svg)));
    const bool per_unit = std::any_of(d_.estimates.begin(), d_.estimates.end(),
                                      [](const auto& line) { return std::isfinite(line.per_unit); });
    Table table{say("Estimations successives du coût total", "Successive estimates of the total cost"),
                {{say("Connu le", "Known on"), false, ""},
                 {say("Coût total", "Total cost"), true, ""},
                 {say("Écart à la première estimation", "Against the first estimate"), true, ""}},
                {},
                ""};
    if (per_unit) table.columns.push_back({say("Coût par unité alors", "Cost per unit then"), true, ""});
    table.columns.push_back({say("Pièce", "Evidence"), false, ""});
    for (const EstimateLine& line : d_.estimates) {
      table.rows.push_back(
          {{day(line.known_on), money(line.total), std::isfinite(line.overrun) ? change(line.overrun) : "–"},
           table.rows.empty() ? "estimates-figures" : "",
           false});
      auto& cells = table.rows.back().cells;
      if (per_unit)
        cells.emplace_back(
            std::isfinite(line.per_unit)
                ? unit_cost_text(line.per_unit, d_.currency, line.unit.empty() ? unit_name() : line.unit, language_)
                : "–");
      cells.push_back(line.evidence.empty() ? Text("–") : evidence_of(line.evidence));
    }
    out.push_back(std::move(table));
  }

  std::string difference_figure(const DifferenceLine& line) const {
    if (std::isnan(line.figure)) return unknown_words();
    if (line.difference == "early_release" && std::isinf(line.figure)) return say("jamais", "never");
    for (const std::string_view share : {"spend_before_live", "aim", "coordination", "steering"})
      if (line.difference == share) return percent(line.figure);
    return number_text(line.figure, language_);
  }

  Text verdict_badge(Verdict verdict) const {
    constexpr std::array<std::string_view, 3> marks{"■", "●", "…"}, colours{"bad", "good", "neutral"};
    const auto i = static_cast<std::size_t>(verdict);
    return Text().add(std::string(marks[i]) + std::string(no_break) + words_of(verdict), Style::badge,
                      std::string(colours[i]));
  }

  Block difference_table() const {
    if (d_.differences.empty())
      return missing("Les sept différences n'ont pas été mesurées.", "The seven differences were not measured.");
    Table table{say("Ce que montrent les données enregistrées", "What the record shows"),
                {{say("Différence", "Difference"), false, "wide"},
                 {say("Chiffre", "Figure"), true, ""},
                 {say("D'après", "From"), false, "wide"},
                 {say("Conclusion", "Verdict"), false, "narrow"}},
                {},
                ""};
    for (const DifferenceLine& line : d_.differences) {
      Text name(difference_label(line.difference, language_));
      name.add(difference_figure_label(line.difference, language_).empty()
                   ? ""
                   : "\n" + std::string(difference_figure_label(line.difference, language_)),
               Style::quiet);
      table.rows.push_back(
          {{std::move(name), difference_figure(line), prose(line.basis), verdict_badge(line.verdict)}, "", false});
    }
    return table;
  }

  // --- 2. the next six months -------------------------------------------------------------------
  void next_months(Blocks& out) const {
    out.push_back(Heading{2, "next", say("2. Les six prochains mois", "2. The next six months")});
    answer(out, "Q5");
    out.push_back(
        Heading{3, "objectives", say("Objectifs réalistes et leur coût", "Realistic targets and their cost")});
    out.push_back(objective_table());
    if (!d_.funding.empty()) {
      out.push_back(
          Heading{3, "funding", say("Combien investir, pour quel objectif", "How much to invest, for which target")});
      out.push_back(funding_table());
    }
    answer(out, "Q6");
    answer(out, "Q8");
  }

  Block objective_table() const {
    if (d_.objectives.empty())
      return missing("Aucune prévision n'a pu être faite : il n'y a pas d'objectif à proposer.",
                     "No forecast could be made: there is no target to put forward.");
    Table table{say("Si le financement reste celui de la dernière période", "If funding stays that of the last period"),
                {{say("Mesure", "Measure"), false, ""},
                 {say("Période", "Period"), false, "narrow"},
                 {say("Réaliste (8 chances sur 10)", "Realistic (8 chances in 10)"), true, ""},
                 {say("Médiane", "Median"), true, ""},
                 {say("Intervalle à 90 %", "90% interval"), true, ""},
                 {say("Coût par unité", "Cost per unit"), true, ""},
                 {say("Objectif fixé", "Target set"), true, ""},
                 {say("Probabilité de l'atteindre", "Probability of reaching it"), true, ""}},
                {},
                ""};
    for (const ObjectiveLine& line : d_.objectives) {
      const auto of = [&](double x) { return figure_of(line.metric, Bounds::exactly(x)); };
      Text name(metric_text(line.metric));
      if (!line.unit.empty() && line.unit != line.metric) name.add("\n" + line.unit, Style::quiet);
      const bool interval = std::isfinite(line.low) && std::isfinite(line.high);
      table.rows.push_back({{std::move(name), period(line.period), strong(of(line.realistic)), of(line.median),
                             interval ? range(of(line.low), of(line.high)) : unknown_words(),
                             std::isfinite(line.unit_cost) ? unit_cost(line.unit_cost) : "–",
                             std::isfinite(line.target) ? of(line.target) : say("aucun", "none"),
                             std::isfinite(line.p_target) ? probability(line.p_target) : "–"},
                            "",
                            false});
    }
    return table;
  }

  Block funding_table() const {
    const auto of = [&](double x) { return figure_of(d_.main_metric, Bounds::exactly(x)); };
    const auto known = [&](double x, const auto& text) { return std::isfinite(x) ? text(x) : unknown_words(); };
    Table table{say("Montant de la prochaine période ; ", "Amount of the next period; ") + d_.main_metric,
                {{say("Montant", "Amount"), true, ""},
                 {say("Réaliste (8 chances sur 10)", "Realistic (8 chances in 10)"), true, ""},
                 {say("Médiane", "Median"), true, ""},
                 {say("Intervalle à 90 %", "90% interval"), true, ""},
                 {say("Coût par unité", "Cost per unit"), true, ""},
                 {say("Probabilité d'atteindre ", "Probability of reaching ") + of(d_.funding.front().goal), true, ""}},
                {},
                ""};
    for (const FundingLine& line : d_.funding) {
      Text amount(money(line.amount));
      amount.add("\n" + (line.change == 0 ? say("comme la dernière période", "as in the last period")
                                          : change_text(line.change, language_)),
                 Style::quiet);
      table.rows.push_back(
          {{std::move(amount), strong(known(line.realistic, of)), known(line.median, of),
            std::isfinite(line.low) && std::isfinite(line.high) ? range(of(line.low), of(line.high)) : unknown_words(),
            std::isfinite(line.unit_cost) ? unit_cost(line.unit_cost) : "–",
            std::isfinite(line.p_goal) ? probability(line.p_goal) : "–"},
           "",
           false});
    }
    return table;
  }

  // --- 3. needs and decisions -------------------------------------------------------------------
  void needs(Blocks& out) const {
    out.push_back(Heading{2, "needs", say("3. Besoins et décisions", "3. Needs and decisions")});
    out.push_back(Heading{3, "budget", say("Budget par poste", "Budget by activity")});
    budget(out);
    for (const std::string_view id : {"Q7", "Q9", "Q10", "Q11"}) answer(out, id);
    for (std::size_t i = 0; i < d_.answers.size(); ++i)  // questions of other committees come last
      if (!is_placed(d_.answers[i].id)) out.push_back(answer_block(d_.answers[i], i));
    out.push_back(Heading{3, "change", say("Ce qui changerait la décision", "What would change the decision")});
    if (d_.would_change.empty())
      out.push_back(missing("Rien de tel n'a été relevé.", "Nothing of the kind was found."));
    else
      out.push_back(prose_list(d_.would_change));
    out.push_back(Heading{3, "grid", say("Grille du sponsor", "The sponsor's grid")});
    grid(out);
  }

  static bool is_placed(std::string_view id) {
    for (int i = 1; i <= 12; ++i)
      if (id == "Q" + std::to_string(i)) return true;
    return false;
  }

  List prose_list(const std::vector<std::string>& texts) const {
    List list;
    for (const std::string& text : texts) list.items.emplace_back(prose(text));
    return list;
  }

  void budget(Blocks& out) const {
    if (d_.budget.empty())
      out.push_back(missing("Aucune dépense n'est enregistrée par poste.", "No cost is recorded by activity."));
    else
      out.push_back(budget_table());
    if (!d_.budget_notes.empty()) out.push_back(prose_list(d_.budget_notes));
  }

  Table budget_table() const {
    Table table{
        say("Payé, engagé et prévu ne s'additionnent pas", "Paid, committed and planned do not add up to one sum"),
        {{say("Poste", "Activity"), false, ""},
         {say("Famille", "Group"), false, ""},
         {capital(words_of(CostStatus::paid)), true, "narrow"},
         {capital(words_of(CostStatus::committed)), true, "narrow"},
         {capital(words_of(CostStatus::planned)), true, "narrow"},
         {say("Part", "Share"), true, "narrow"}},
        {},
        ""};
    const auto amount = [&](double x) { return x == 0 ? std::string("–") : money(x); };
    double paid = 0, committed = 0, planned = 0;
    for (const BudgetLine& line : d_.budget) {
      paid += line.paid;
      committed += line.committed;
      planned += line.planned;
      table.rows.push_back({{line.activity.empty() ? say("sans poste", "no activity given")
                                                   : capital(activity_label(line.activity, language_)),
                             words_of(line.group), amount(line.paid), amount(line.committed), amount(line.planned),
                             std::isfinite(line.share) ? percent(line.share) : "–"},
                            "",
                            false});
    }
    table.rows.push_back({{"Total", "", amount(paid), amount(committed), amount(planned), ""}, "", true});
    return table;
  }

  void grid(Blocks& out) const {
    if (d_.grid.empty()) {
      out.push_back(missing("La grille n'a pas été préparée.", "The grid was not prepared."));
      return;
    }
    out.push_back(
        Paragraph{say("Les notes, chacune sur 5, sont laissées au sponsor ; les éléments de la colonne du milieu "
                      "l'aident à les donner.",
                      "Scores, each out of 5, are left to the sponsor; the middle column helps to give them."),
                  "note"});
    const std::array<std::string, 3> parts{say("Les six derniers mois", "The last six months"),
                                           say("Les six prochains mois", "The next six months"),
                                           say("Besoins", "Needs")};
    for (int part = 1; part <= 3; ++part) {
      Table table{parts[static_cast<std::size_t>(part - 1)],
                  {{say("Question", "Question"), false, "wide"},
                   {say("Éléments", "Evidence"), false, "wide"},
                   {say("Note sur 5", "Score out of 5"), false, "narrow"}},
                  {},
                  ""};
      for (const GridLine& line : d_.grid)
        if (std::clamp(line.part, 1, 3) == part)
          table.rows.push_back({{prose(line.question),
                                 line.evidence.empty() ? quiet(say("rien d'enregistré", "nothing recorded"))
                                                       : Text(prose(line.evidence)),
                                 Text().add(say("note à donner", "score to give"), Style::blank, "score").add("/ 5")},
                                "",
                                false});
      if (!table.rows.empty()) out.push_back(std::move(table));
    }
  }

  // --- 4. evidence ------------------------------------------------------------------------------
  void evidence(Blocks& out) const {
    out.push_back(Heading{2, "evidence", say("4. Pièces et hypothèses", "4. Evidence and assumptions")});
    out.push_back(Heading{3, "notes", say("Hypothèses et valeurs par défaut", "Assumptions and defaults")});
    if (d_.notes.empty())
      out.push_back(missing("Aucune valeur par défaut n'a été prise.", "No default was taken."));
    else
      out.push_back(prose_list(d_.notes));
    out.push_back(Heading{3, "rows", say("Pièces utilisées", "Evidence used")});
    if (d_.evidence.empty()) {
      out.push_back(missing("Aucune pièce n'est citée.", "No evidence is cited."));
      return;
    }
    Table table{say("Lignes des données enregistrées", "Rows of the record"),
                {{say("Pièce", "Row"), false, ""},
                 {say("Ce qu'elle dit", "What it says"), false, "wide"},
                 {say("Source", "Source"), false, "wide"},
                 {say("Connu le", "Known on"), false, "date"}},
                {},
                ""};
    for (const EvidenceLine& line : d_.evidence)
      table.rows.push_back({{row_name(line.id), prose(line.text), source(line.source), day(line.known_on)},
                            "evidence-" + std::to_string(table.rows.size() + 1),
                            false});
    out.push_back(std::move(table));
  }

  Text source(const std::string& text) const {
    if (text.empty()) return quiet(say("non précisée", "not stated"));
    return is_link(text) ? link(text, text) : Text(prose(text));
  }

  const Dossier& d_;
  Language language_;
  bool french_;
};

}  // namespace

Document compose(const Dossier& dossier) { return Composer(dossier).document(); }

}  // namespace essor::detail
