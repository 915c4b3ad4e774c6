#pragma once

#include <array>

#include "essor/committee/assemble.hpp"
#include "essor/committee/detail/facts_inl.hpp"
#include "essor/error/check.hpp"
#include "essor/error/number_text.hpp"
#include "essor/numerics/normal.hpp"

namespace essor {

namespace detail {

inline constexpr double ninety_percent = 1.6448536269514722;  ///< normal quantile of .95

/// How the announced total moved, from the first estimate to the last; needs two.
ESSOR_INLINE std::string announced(const Facts& f, const Dossier& d) {
  const EstimateLine &first = d.estimates.front(), &last = d.estimates.back();
  const auto estimate = [&](const EstimateLine& line) {
    return compact_money_text(line.total, f.currency, f.options.language) + f.say(" au ", " on ") +
           date_text(line.known_on, f.options.language);
  };
  return f.say("Coût total annoncé : ", "Announced total cost: ") + estimate(first) + ", " + estimate(last) + " (" +
         change_text(last.overrun, f.options.language) + ").";
}

/// Writes the answers Q1 to Q12 from the facts.
class Answers {
 public:
  Answers(const Facts& facts, const Dossier& dossier) : f_(facts), d_(dossier), language_(facts.options.language) {}

  std::vector<Answer> all() const {
    std::vector<Answer> answers{purpose(),        now(),     worth(),         returns(),       next(),
                                trust(),          roi(),     not_computed(8), not_computed(9), not_computed(10),
                                not_computed(11), steering()};
    return answers;
  }

 private:
  std::string say(std::string_view fr, std::string_view en) const { return f_.say(fr, en); }
  Answer begin(int question) const {
    Answer a;
    a.id = "Q" + std::to_string(question);
    a.question = question_text(question, language_);
    a.status = AnswerStatus::answered;
    return a;
  }
  Answer missing(int question, std::string answer, std::vector<std::string> records) const {
    Answer a = begin(question);
    a.status = AnswerStatus::missing_record;
    a.answer = std::move(answer);
    a.missing = std::move(records);
    return a;
  }
  Answer not_computed(int question) const {
    Answer a = begin(question);
    a.status = AnswerStatus::not_computed;
    a.answer = say(
        "Le modèle qui répond à cette question n'existe pas encore dans la bibliothèque : aucun chiffre n'est donné.",
        "The library does not have the model that answers this question yet: no figure is given.");
    return a;
  }
  std::string unit_of_cost() const {
    return f_.currency + "/" + f_.unit() + (f_.main().kind == Kind::stock ? say("-mois", "-month") : "");
  }
  std::string cost_unit() const { return f_.unit() + (f_.main().kind == Kind::stock ? say("-mois", "-month") : ""); }
  std::string unit_cost(double u) const { return unit_cost_text(u, f_.currency, cost_unit(), language_); }
  std::string money(double x) const { return compact_money_text(x, f_.currency, language_); }
  std::vector<std::string> window_rows(std::size_t count) const {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < std::min(count, f_.windows.size()); ++i) {
      for (const auto row : f_.windows[i].cost_rows) rows.push_back(cost_row(row));
      for (const auto row : f_.windows[i].measurement_rows) rows.push_back(measurement_row(row));
    }
    return rows;
  }
  std::string no_window() const {
    if (!f_.metric)
      return say("Aucune mesure d'usage ou d'impact n'est déclarée pour ce produit.",
                 "No metric of usage or impact is declared for this product.");
    return say("Aucune période n'a à la fois un coût et une mesure connus pour « ",
               "No period has both a known cost and a known measurement for '") +
           f_.name() + say(" ».", "'.");
  }
  std::vector<std::string> window_records() const {
    std::vector<std::string> records;
    if (!f_.metric) records.push_back("metrics");
    if (f_.view.costs_of(f_.product).empty()) records.push_back("costs");
    if (f_.metric && f_.series.empty()) records.push_back("measurements");
    if (records.empty()) records = {"costs", "measurements"};
    return records;
  }
  /// sd of ln u of a window.
  static double unit_cost_error(const WindowFigures& w) {
    return w.tied ? w.cost_error : std::hypot(w.cost_error, w.impact_error);
  }

  Answer purpose() const {
    const Product& product = f_.described();
    std::vector<std::string> records;
    int metrics = 0, agreed = 0;
    std::string names, unagreed;
    for (const auto metric : f_.portfolio.metrics_of(f_.product)) {
      const Metric& m = f_.portfolio.metrics()[metric];
      if (m.level == Level::activity) continue;
      ++metrics;
      agreed += !m.agreed_by.empty();
      names += (names.empty() ? "" : ", ") + f_.name_of(metric) + " (" + std::string(label(m.level, language_)) +
               (m.agreed_by.empty() ? "" : say(", convenue avec ", ", agreed by ") + m.agreed_by) + ")";
      if (m.agreed_by.empty()) unagreed += (unagreed.empty() ? "" : ", ") + f_.name_of(metric);
    }
    if (product.mission.empty()) records.push_back("products.mission");
    if (product.url.empty()) records.push_back("products.url");
    if (product.demo_url.empty()) records.push_back("products.demo_url");
    if (agreed < metrics || metrics == 0) records.push_back("metrics.agreed_by");
    if (metrics == 0) return missing(1, no_window(), std::move(records));
    Answer a = begin(1);
    a.missing = std::move(records);
    a.value = agreed;
    a.unit = agreed < 2 ? say("mesure convenue", agreed == 1 ? "agreed metric" : "agreed metrics")
                        : say("mesures convenues", "agreed metrics");
    a.answer = (product.mission.empty() ? say("Sa mission n'est pas écrite.", "Its mission is not written down.")
                                        : product.mission + (product.mission.ends_with('.') ? "" : ".")) +
               " " + say("Mesures : ", "Metrics: ") + names + ".";
    if (!unagreed.empty())
      a.answer += say(" Pas encore convenu avec un financeur : ", " Not agreed with any funder yet: ") + unagreed + ".";
    std::string silent;
    for (const FunderLine& funder : d_.funders) {
      bool found = false;
      for (const auto metric : f_.portfolio.metrics_of(f_.product))
        found |= f_.portfolio.metrics()[metric].agreed_by.find(funder.funder) != std::string::npos;
      if (!found) silent += (silent.empty() ? "" : ", ") + funder.funder;
    }
    if (!silent.empty()) a.answer += say(" N'a convenu d'aucune mesure : ", " Has agreed on none: ") + silent + ".";
    a.answer += product.url.empty() ? say(" Son adresse n'est pas enregistrée.", " Its address is not recorded.")
                                    : say(" On le voit fonctionner à ", " See it working at ") + product.url + ".";
    return a;
  }

  Answer now() const {
    if (f_.windows.empty()) return so_far();
    const WindowFigures& w = f_.windows[0];
    Answer a = begin(2);
    a.evidence = window_rows(1);
    a.answer = money_bounds_text(w.cost, f_.currency, language_);
    a.answer += f_.main().kind == Kind::rate ? " " + during_text(w.window, language_) + say(" ; ", "; ") + f_.name() +
                                                   say(" : ", ": ") + percent_text(w.impact.value, language_)
                                             : say(" pour ", " for ") + counted_text(w.impact, cost_unit(), language_) +
                                                   " " + during_text(w.window, language_);
    if (w.unit_cost.known()) {
      a.value = w.unit_cost.value;
      a.unit = unit_of_cost();
      const double error = unit_cost_error(w);
      a.standard_error = a.value * error;
      a.low = w.unit_cost.low * std::exp(-ninety_percent * error);
      a.high = w.unit_cost.high * std::exp(ninety_percent * error);
      a.answer +=
          say(", soit ", ", that is ") + unit_cost_bounds_text(w.unit_cost, f_.currency, cost_unit(), language_);
    }
    a.answer += ".";
    if (f_.phase()) a.answer += say(" Phase : ", " Phase: ") + std::string(label(*f_.phase(), language_)) + ".";
    if (f_.main().kind == Kind::rate)
      a.answer += say(" Un taux n'a pas de trajectoire.", " A rate has no trajectory.");
    else if (w.trajectory == Trajectory::too_early && w.follows && std::isnan(w.p_trajectory))
      a.answer += say(" Les bornes connues ne disent pas où il va.",
                      " The bounds that are known do not tell where it is going.");
    else if (w.trajectory == Trajectory::too_early)
      a.answer += say(" Trop tôt pour dire où il va.", " Too early to say where it is going.");
    else {
      a.answer += say(" Trajectoire : ", " Trajectory: ") + std::string(label(w.trajectory, language_));
      if (!std::isnan(w.p_trajectory))
        a.answer += " (" + say("probabilité ", "probability ") + probability_text(w.p_trajectory, language_) + ")";
      a.answer += ".";
    }
    double cost = 0, impact = 0;
    for (const WindowFigures& each : f_.windows)
      if (each.perimeter == w.perimeter) cost += each.cost.value, impact += each.impact.value;
    if (f_.windows.size() > 1 && std::isfinite(cost) && std::isfinite(impact) && f_.main().kind != Kind::rate)
      a.answer += say(" Cumul depuis ", " Since ") + period_text(f_.windows.back().window, language_) +
                  say(" : ", ": ") + money(cost) + say(" pour ", " for ") +
                  counted_text(impact, cost_unit(), language_) + ".";
    if (!w.unit_cost.known()) a.missing = {"measurements"};
    return a;
  }

  /// Q2 of a product whose costs and measurements share no window: all that was spent against the latest figure.
  Answer so_far() const {
    double spent = 0;
    std::vector<std::string> rows;
    bool paid = false;
    for (const auto row : f_.view.costs_of(f_.product)) paid |= f_.portfolio.costs()[row].status == CostStatus::paid;
    for (const auto row : f_.view.costs_of(f_.product)) {
      const CostEntry& c = f_.portfolio.costs()[row];
      if (c.status != (paid ? CostStatus::paid : CostStatus::committed)) continue;
      spent += c.amount.is_point() ? c.amount.value : c.amount.low;
      rows.push_back(cost_row(row));
    }
    if (rows.empty() || !f_.latest) {
      Answer a = missing(2, no_window(), window_records());
      if (!rows.empty()) a.answer += say(" Dépensé à ce jour : ", " Spent so far: ") + money(spent) + ".";
      a.evidence = rows;
      return a;
    }
    const Measurement& latest = f_.portfolio.measurements()[*f_.latest];
    Answer a = begin(2);
    a.evidence = std::move(rows);
    a.evidence.push_back(measurement_row(*f_.latest));
    a.missing = window_records();
    a.answer = say("Dépensé à ce jour : ", "Spent so far: ") + money(spent) +
               say(" ; dernière mesure : ", "; latest measurement: ") + f_.name() + ", " +
               counted_text(latest.value, f_.unit(), language_) + " (" +
               period_text(figure_period(latest.period, f_.main().kind), language_) + ").";
    if (latest.value.high == 0)
      a.answer += say(" Rien n'a encore servi à personne.", " Nothing has served anybody yet.");
    const bool count = f_.main().kind != Kind::rate && f_.main().direction == Direction::increase &&
                       latest.value.is_point() && latest.value.value > 0;
    if (count) {
      a.value = spent / latest.value.value;
      a.unit = f_.currency + "/" + f_.unit();
      a.standard_error = a.value * std::hypot(relative_error(CostStatus::paid), relative_error(latest.status));
      a.answer +=
          say(" Tout ce qui a été dépensé, rapporté à cette mesure : ", " All that was spent, over that figure: ") +
          unit_cost_text(a.value, f_.currency, f_.unit(), language_) + ".";
    }
    if (f_.phase()) a.answer += say(" Phase : ", " Phase: ") + std::string(label(*f_.phase(), language_)) + ".";
    return a;
  }

  /// How far the announced total has moved, where it was announced more than once.
  std::string overrun(Answer& a) const {
    if (d_.estimates.size() < 2) return "";
    const EstimateLine &first = d_.estimates.front(), &last = d_.estimates.back();
    a.evidence.push_back(first.evidence);
    a.evidence.push_back(last.evidence.substr(0, last.evidence.find(',')));
    return announced(f_, d_) + " ";
  }

  /// Cost and impact of two periods, where there is no unit cost to compare.
  std::string two_periods(const WindowFigures& w, const WindowFigures& before) const {
    const auto figures = [&](const WindowFigures& each) {
      return (f_.main().kind == Kind::rate ? percent_text(each.impact.value, language_)
                                           : counted_text(each.impact, cost_unit(), language_)) +
             say(" et ", " and ") + money_bounds_text(each.cost, f_.currency, language_) + " " +
             during_text(each.window, language_);
    };
    return f_.name() + say(" et coût : ", " and cost: ") + figures(w) + say(" ; contre ", "; against ") +
           figures(before) + ".";
  }

  Answer worth() const {
    Answer a = begin(3);
    int known = 0, met = 0;
    for (const TargetLine& t : d_.targets)
      if (t.met) {
        ++known;
        met += *t.met;
        a.evidence.push_back(t.evidence);
      }
    if (known > 0)
      a.answer = say("Objectifs atteints : ", "Targets reached: ") + std::to_string(met) + say(" sur ", " of ") +
                 std::to_string(known) + ". ";
    else
      a.missing.push_back("targets");
    const bool targets_known = known > 0;
    a.answer += overrun(a);
    if (!f_.has_pair()) {
      a.missing.push_back(say("coûts et mesures de la période d'avant", "costs and measurements of the period before"));
      if (a.answer.empty()) return missing(3, no_window_before(), a.missing);
      a.value = targets_known ? static_cast<double>(met) / known : d_.estimates.back().overrun;
      a.unit = targets_known ? "share" : say("dépassement", "overrun");
      return a;
    }
    const WindowFigures &w = f_.windows[0], &before = f_.windows[1];
    const auto rows = window_rows(2);
    a.evidence.insert(a.evidence.end(), rows.begin(), rows.end());
    if (w.unit_cost.is_point() && before.unit_cost.is_point()) {
      const double change = std::log(w.unit_cost.value) - std::log(before.unit_cost.value),
                   error = std::hypot(unit_cost_error(w), unit_cost_error(before));
      a.value = change;
      a.unit = "growth";
      a.standard_error = error;
      a.low = change - ninety_percent * error;
      a.high = change + ninety_percent * error;
      a.answer += say("Le coût unitaire est de ", "The unit cost is ") + unit_cost(w.unit_cost.value) +
                  say(", contre ", ", against ") + unit_cost(before.unit_cost.value) +
                  say(" la période d'avant (", " in the period before (") + growth_text(change, language_) + ").";
      a.answer += say(" Une prévision naïve aurait gardé ", " A naive forecast would have kept ") +
                  counted_text(before.impact.value, cost_unit(), language_) +
                  say(" ; la mesure est ", "; measured were ") + count_text(w.impact.value, language_) + ".";
    }
    if (std::isnan(a.value)) a.answer += two_periods(w, before);
    if (!f_.options.funder.empty())
      for (const FunderLine& line : d_.funders)
        if (line.funder == f_.options.funder)
          a.answer +=
              say(" La part de ", " The share of ") + line.funder + say(" est de ", " is ") +
              percent_text(line.share, language_) + " (" + money(line.cost) + ")" +
              (line.impact_in_scope.known()
                   ? say(", pour ", ", for ") + counted_text(line.impact_in_scope, f_.unit(), language_) +
                         say(" dans son champ.", " in its scope.")
                   : say(" ; l'impact dans son champ n'est pas mesuré.", "; the impact in its scope is not measured."));
    return a;
  }
  std::string no_window_before() const {
    return f_.windows.empty() ? no_window()
                              : say("Une seule période connue : rien à quoi la comparer.",
                                    "Only one period is known: there is nothing to compare it with.");
  }

  Answer returns() const {
    if (!f_.has_pair())
      return missing(
          4, no_window_before(),
          {say("coûts et mesures de deux périodes qui se suivent", "costs and measurements of two adjacent periods")});
    const WindowFigures& w = f_.windows[0];
    Answer a = begin(4);
    a.evidence = window_rows(2);
    a.value = w.p_observed;
    a.unit = "probability";
    if (std::isnan(w.g_cost) || std::isnan(w.g_impact)) {
      a.answer = say("Les croissances ne sont connues que par des bornes, ou partent de zéro.",
                     "The growths are known by bounds only, or start from nothing.");
    } else {
      const bool down = f_.main().direction == Direction::decrease;
      const bool rate = f_.main().kind == Kind::rate;
      a.answer = say("Coût ", "Cost ") + growth_text(w.g_cost, language_) + ", " +
                 (down || rate ? f_.name() : std::string("impact")) + " " +
                 growth_text(down ? -w.g_impact : w.g_impact, language_) +
                 (f_.months == 12 ? say(" en un an", " over a year")
                                  : say(" en ", " over ") + std::to_string(f_.months) + say(" mois", " months"));
      if (down) a.answer += say(" (l'impact est sa baisse)", " (its fall is the impact)");
      a.answer += ".";
      if (rate)
        a.answer += say(" Un taux ne se compare pas à un coût : aucune probabilité n'est donnée.",
                        " A rate is not compared with a cost: no probability is given.");
    }
    const bool empty_bound = (w.p_bound > 0 && w.p_observed < 0.5) || (w.p_bound < 0 && w.p_observed > 0.5);
    if (empty_bound) {
      a.value = unknown;
      a.answer += say(" Ces bornes ne disent pas si le coût a crû moins vite que l'impact.",
                      " These bounds do not tell whether cost grew more slowly than impact.");
    } else if (!std::isnan(w.p_observed)) {
      a.answer += say(" Probabilité que le coût ait crû moins vite que l'impact, vu l'erreur de mesure : ",
                      " Probability that cost grew more slowly than impact, given the error of measurement: ");
      a.answer += (w.p_bound > 0   ? say("au moins ", "at least ")
                   : w.p_bound < 0 ? say("au plus ", "at most ")
                                   : "") +
                  probability_text(w.p_observed, language_) + ".";
    }
    if (!std::isnan(w.p_trend)) {
      a.answer += say(" Que ce soit une habitude : ", " That it is a habit: ") + probability_text(w.p_trend, language_);
      a.answer += w.prior_share > 0.9
                      ? say(", mais ces données ne suffisent pas à le dire (c'est presque l'a priori de la classe de "
                            "référence).",
                            ", but this record does not identify it (it is nearly the prior of the reference class).")
                      : ".";
    }
    if (!std::isnan(w.cost_elasticity) && f_.main().direction == Direction::increase)
      a.answer +=
          say(" Élasticité du coût : ", " Cost elasticity: ") + number_text(w.cost_elasticity, language_, 2) + ".";
    return a;
  }

  Answer next() const {
    if (f_.phase() == Phase::abandoned) {
      Answer a = begin(5);
      a.answer = say("Le produit est abandonné : il n'y a pas de prochaine période à financer.",
                     "The product was abandoned: there is no next period to fund.");
      return a;
    }
    if (!f_.forecast)
      return missing(5,
                     f_.metric && f_.main().kind == Kind::rate
                         ? say("La mesure principale est un taux : la prévision ne prolonge que des quantités.",
                               "The main metric is a rate: the forecast takes quantities only.")
                     : f_.series.empty()
                         ? say("Aucun historique de la mesure principale : rien à prolonger.",
                               "The main metric has no history: there is nothing to forecast from.")
                         : say("La mesure principale n'est connue que par des bornes : rien à prolonger.",
                               "The main metric is known by bounds only: there is nothing to forecast from."),
                     {"measurements"});
    const ObjectiveLine& o = d_.objectives.front();
    Answer a = begin(5);
    for (const SeriesPoint& point : f_.series)
      for (const auto row : point.rows) a.evidence.push_back(measurement_row(row));
    a.value = o.median;
    a.unit = f_.unit();
    a.low = o.low;
    a.high = o.high;
    // Standard error of the median of n draws: half the distance between its neighbours at 1/(2 sqrt(n)) on either
    // side.
    const double side = 0.5 / std::sqrt(static_cast<double>(f_.forecast->at(f_.forecast_step).size()));
    a.standard_error = 0.5 * (f_.forecast->quantile(f_.forecast_step, 0.5 + side) -
                              f_.forecast->quantile(f_.forecast_step, 0.5 - side));
    a.answer = say("À financement maintenu", "With today's funding kept up") +
               (f_.windows.empty() ? ""
                                   : " (" + funding() + say(" pour ", " for ") + std::to_string(f_.step) +
                                         (f_.step == 1 ? say(" mois)", " month)") : say(" mois)", " months)"))) +
               ", " + counted_text(o.median, f_.unit(), language_) + " " + during_text(o.period, language_) +
               say(" (intervalle à 90 % : ", " (90% interval: ") + count_text(o.low, language_) + say(" à ", " to ") +
               count_text(o.high, language_) + "). " + say("Un objectif de ", "A target of ") +
               count_text(o.realistic, language_) +
               say(" a huit chances sur dix d'être tenu.", " would be met eight times out of ten.");
    if (!std::isnan(o.target))
      a.answer += say(" L'objectif fixé, ", " The target set, ") + count_text(o.target, language_) +
                  say(", a une probabilité de ", ", has a probability of ") + probability_text(o.p_target, language_) +
                  ".";
    a.answer += unit_cost_targets();
    a.answer += other_amounts();
    if (d_.funding.empty()) a.missing.push_back("costs");
    return a;
  }

  /// What other amounts would bring, and how that is known.
  std::string other_amounts() const {
    if (d_.funding.empty())
      return say(" L'effet d'un autre montant ne se calcule pas : coûts et mesures ne couvrent pas les mêmes périodes.",
                 " The effect of another amount cannot be computed: costs and figures do not cover the same periods.");
    std::string chances, targets;
    for (const FundingLine& line : d_.funding) {
      if (line.change == 0) continue;
      chances += (chances.empty() ? "" : ", ") + probability_text(line.p_goal, language_) + say(" avec ", " with ") +
                 money(line.amount) + " (" + change_text(line.change, language_) + ")";
      targets += (targets.empty() ? "" : ", ") + count_text(line.realistic, language_);
    }
    return say(" Probabilité d'atteindre ", " Probability of reaching ") +
           count_text(d_.funding.front().goal, language_) + say(" : ", ": ") + chances +
           say(". Objectifs réalistes pour ces montants : ", ". Realistic targets for these amounts: ") + targets +
           ". " + d_.funding_basis;
  }

  /// What was spent in the last window, for as long as a step of the forecast.
  std::string funding() const {
    if (f_.funding_forecast) return money(f_.funding_forecast->latest_funding());
    const Bounds& cost = f_.windows[0].cost;
    const double share = static_cast<double>(f_.step) / f_.months;
    return money_bounds_text({cost.value * share, cost.low * share, cost.high * share}, f_.currency, language_);
  }

  /// What a unit cost announced for a period to come asks of impact or of budget.
  std::string unit_cost_targets() const {
    std::string text;
    if (f_.windows.empty() || f_.main().kind != Kind::flow || !f_.windows[0].cost.is_point()) return text;
    for (const Published& p : f_.portfolio.published()) {
      const std::int32_t ahead = f_.windows[0].window.last;
      if (p.metric != *f_.metric || p.quantity != PublishedQuantity::unit_cost || p.period.first < ahead ||
          (f_.view.day() && p.known_on > *f_.view.day()))
        continue;
      const double cost = f_.windows[0].cost.value * p.period.months() / f_.months;
      const Bounds impact{unknown, cost / p.value.high,
                          p.value.low > 0 ? cost / p.value.low : std::numeric_limits<double>::infinity()};
      text += say(" Le coût visé ", " The unit cost aimed at ") + during_text(p.period, language_) + " (" +
              unit_cost_bounds_text(p.value, f_.currency, f_.unit(), language_) +
              say(") demande, à budget constant, ", ") asks, on a constant budget, for ") +
              counted_text(impact, f_.unit(), language_);
      for (std::size_t i = 0; i < d_.objectives.size(); ++i) {
        const ObjectiveLine& o = d_.objectives[i];
        if (o.period != p.period) continue;
        text +=
            say(" (probabilité ", " (probability ") +
            probability_text(f_.forecast->probability(impact.low, f_.forecast_step + static_cast<int>(i)), language_) +
            say(") ; ou, pour l'impact prévu, ce budget : ", "); or, for the impact forecast, a budget of ") +
            money_bounds_text({unknown, p.value.low * o.median, p.value.high * o.median}, f_.currency, language_);
      }
      text += ".";
    }
    return text;
  }

  /// Q6 without a target whose outcome is known: each period against the naive forecast that impact stays as it was,
  /// which it beats with even odds.
  Answer against_naive(std::string begun, std::vector<std::string> records) const {
    std::vector<PastTarget> past;
    std::vector<std::string> evidence;
    for (std::size_t i = 1; i < f_.series.size(); ++i) {
      const Bounds &now = f_.series[i].value, &before = f_.series[i - 1].value;
      const bool up = f_.main().direction == Direction::increase;
      const bool better = up ? now.low > before.high : now.high < before.low,
                 worse = up ? now.high <= before.low : now.low >= before.high;
      if (!better && !worse) continue;
      past.push_back({0.5, better});
      for (const auto row : f_.series[i].rows) evidence.push_back(measurement_row(row));
    }
    if (past.size() < 2) return missing(6, std::move(begun), std::move(records));
    const TrackRecord record = track_record(past);
    Answer a = begin(6);
    a.value = record.probability_of_skill;
    a.unit = "probability";
    a.evidence = std::move(evidence);
    a.missing = std::move(records);
    a.answer = std::move(begun) +
               say(" À défaut : l'impact a fait mieux que la période d'avant ",
                   " Failing that: impact did better than in the period before ") +
               std::to_string(record.met) + say(" fois sur ", " times out of ") + std::to_string(record.targets) +
               say(" ; probabilité que l'équipe fasse mieux qu'une prévision naïve : ",
                   "; probability that the team does better than a naive forecast: ") +
               probability_text(record.probability_of_skill, language_) +
               say(" (a priori : 50 %).", " (before any record: 50%).");
    return a;
  }

  Answer trust() const {
    int known = 0, met = 0;
    std::vector<std::string> evidence;
    for (const TargetLine& t : d_.targets) {
      evidence.push_back(t.evidence);
      known += t.met.has_value();
      met += t.met.value_or(false);
    }
    if (d_.targets.empty())
      return against_naive(say("Aucun objectif n'a été enregistré : on ne sait pas si l'équipe tient ses promesses.",
                               "No target was ever recorded: nobody can say whether the team keeps its promises."),
                           {"targets"});
    if (known == 0)
      return against_naive(say("Des objectifs sont fixés, aucun n'a encore de résultat connu.",
                               "Targets are set, none has a known outcome yet."),
                           {"measurements"});
    Answer a = begin(6);
    a.evidence = std::move(evidence);
    a.answer = std::to_string(met) +
               (met < 2 ? say(" objectif atteint sur ", " of ") : say(" objectifs atteints sur ", " of ")) +
               std::to_string(known) + say(".", known == 1 ? " target reached." : " targets reached.");
    const TrackRecord record = track_record(f_.past);
    if (record.targets == 0) {
      a.value = static_cast<double>(met) / known;
      a.unit = "share";
      a.answer +=
          say(" L'ambition n'est pas mesurable : aucune mesure n'était connue le jour où l'objectif a été fixé.",
              " The ambition cannot be measured: nothing was measured on the day the target was set.");
      a.missing = {say("mesures connues le jour où les objectifs ont été fixés",
                       "measurements known when the targets were set")};
      return a;
    }
    a.value = record.probability_of_skill;
    a.unit = "probability";
    a.answer += say(" Une prévision naïve en aurait promis ", " A naive forecast would have promised ") +
                number_text(record.expected_by_naive, language_, 2) + say(" sur les ", " of the ") +
                std::to_string(record.targets) +
                say(" dont l'ambition est mesurable. Probabilité que l'équipe fasse mieux que cette prévision : ",
                    " whose ambition can be measured. Probability that the team does better than that forecast: ") +
                probability_text(record.probability_of_skill, language_) +
                say(" (a priori : 50 %).", " (before any record: 50%).");
    return a;
  }

  /// Q7 where a unit has no exact cost: why, and what can be said.
  Answer no_unit_cost(const WindowFigures& w) const {
    Answer a = begin(7);
    a.evidence = window_rows(1);
    if (f_.main().kind == Kind::rate)
      a.answer = say("Un taux n'a pas de coût par unité : aucun retour ne se calcule.",
                     "A rate has no cost per unit: no return can be computed.");
    else if (f_.main().direction == Direction::decrease)
      a.answer =
          say("Cette mesure doit baisser : ce que coûte une unité n'a pas de sens, et aucun retour ne se calcule.",
              "This metric is to fall: what one unit costs has no meaning, and no return can be computed.");
    else if (w.impact.high == 0)
      a.answer = say("Rien n'a été obtenu sur la période : aucune unité n'a de coût.",
                     "Nothing came of the period: no unit has a cost.");
    else {
      a.answer =
          say("Le coût par unité n'est connu que par des bornes : ", "The cost per unit is known by bounds only: ") +
          unit_cost_bounds_text(w.unit_cost, f_.currency, cost_unit(), language_) + ".";
      a.low = w.unit_cost.low;
      a.high = w.unit_cost.high;
      a.unit = unit_of_cost();
    }
    a.status = a.unit.empty() ? AnswerStatus::missing_record : AnswerStatus::answered;
    if (a.unit.empty()) a.missing = {"measurements"};
    return a;
  }

  Answer roi() const {
    if (f_.metric && !f_.main().ratio_applies) {
      Answer a = begin(7);
      a.answer =
          say("Aucun ratio coût-bénéfice n'a de sens ici", "No cost-benefit ratio is sensible here") + reason() + ".";
      if (!f_.windows.empty() && f_.windows[0].unit_cost.is_point()) {
        a.answer += say(" On peut dire ce qu'une unité coûte : ", " What one unit costs can be said: ") +
                    unit_cost(f_.windows[0].unit_cost.value) + ".";
        a.value = f_.windows[0].unit_cost.value;
        a.unit = unit_of_cost();
        a.standard_error = a.value * unit_cost_error(f_.windows[0]);
      }
      a.evidence = window_rows(1);
      return a;
    }
    if (f_.windows.empty() && f_.latest && f_.unused() && f_.main().direction == Direction::increase) {
      Answer a = begin(7);
      a.value = -1;
      a.unit = "share";
      a.evidence = now().evidence;
      a.answer =
          say("Rien n'a été obtenu pour ce qui a été dépensé : le retour est de −100 %, quoi que vaille une unité.",
              "Nothing came of what was spent: the return is −100%, whatever one unit is worth.");
      return a;
    }
    if (f_.windows.empty()) return missing(7, no_window(), window_records());
    const WindowFigures& w = f_.windows[0];
    Answer a = begin(7);
    if (!w.unit_cost.is_point()) return no_unit_cost(w);
    a.evidence = window_rows(1);
    const double error = unit_cost_error(w);
    const double lambda = f_.main().value_per_unit;
    if (std::isnan(lambda)) {
      a.value = w.unit_cost.value;
      a.unit = unit_of_cost();
      a.standard_error = a.value * error;
      a.low = a.value * std::exp(-ninety_percent * error);
      a.high = a.value * std::exp(ninety_percent * error);
      a.missing = {"metrics.value_per_unit"};
      a.answer = say("La valeur d'une unité n'est pas enregistrée. Le service rapporte plus qu'il ne coûte si une "
                     "unité vaut pour vous plus de ",
                     "What one unit is worth is not recorded. The service returns more than it costs if one unit is "
                     "worth more than ") +
                 unit_cost(w.unit_cost.value) + say(".", " to you.");
      return a;
    }
    a.value = lambda / w.unit_cost.value - 1;
    a.unit = say("par unité dépensée", "per unit spent");
    a.standard_error = (a.value + 1) * error;
    a.low = (a.value + 1) * std::exp(-ninety_percent * error) - 1;
    a.high = (a.value + 1) * std::exp(ninety_percent * error) - 1;
    a.answer = say("Si une unité vaut ", "If one unit is worth ") + money_text(lambda, f_.currency, language_) +
               say(" (perspective du financeur), chaque euro dépensé en rapporte ",
                   " (the funder's perspective), each unit of currency spent returns ") +
               number_text(a.value + 1, language_, 3) + say(", soit un retour net de ", ", a net return of ") +
               number_text(a.value, language_, 3) + say(". L'équilibre est à ", ". Break-even is at ") +
               unit_cost(w.unit_cost.value) + ". " +
               say("C'est un rapport moyen : ce qui serait arrivé sans le service n'est pas déduit.",
                   "This is an average: what would have happened without the service is not taken off.");
    return a;
  }
  std::string reason() const {
    std::string said = f_.label_of(*f_.metric, say("ratio_reason_fr", "ratio_reason"));
    if (said.empty()) said = f_.label_of(*f_.metric, "ratio_reason");
    if (said.empty()) return "";
    while (said.ends_with('.')) said.pop_back();
    return say(" : ", ": ") + said;
  }

  Answer steering() const {
    int project = 0, product = 0;
    std::string names;
    for (const DifferenceLine& line : d_.differences) {
      project += line.verdict == Verdict::project;
      product += line.verdict == Verdict::product;
      if (line.verdict == Verdict::project)
        names += (names.empty() ? "" : ", ") + difference_label(line.difference, language_);
    }
    if (project + product == 0)
      return missing(12,
                     say("Aucune des sept différences ne peut être mesurée avec ces données.",
                         "None of the seven differences can be measured on this record."),
                     {"products.go_live", "decisions", "targets", "costs.activity"});
    Answer a = begin(12);
    a.value = static_cast<double>(product) / (project + product);
    a.unit = "share";
    a.answer = say("Sur sept différences, « produit » : ", "Of seven differences, product: ") +
               std::to_string(product) + say(" ; « projet » : ", "; project: ") + std::to_string(project) +
               say(" ; sans conclusion : ", "; no conclusion: ") + std::to_string(7 - project - product) + ".";
    if (!names.empty()) a.answer += say(" Signes de projet : ", " Signs of a project: ") + names + ".";
    a.answer += gate();
    for (const auto row : f_.view.costs_of(f_.product)) a.evidence.push_back(cost_row(row));
    if (a.evidence.size() > 12) a.evidence.resize(12);
    return a;
  }

  /// Where nothing was in use two years after the first spend (the longest investigation and construction, rounded up
  /// to a committee): what a committee every six months would have seen then, and what had been spent.
  std::string gate() const {
    constexpr std::int32_t usual_months = 24;
    std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = std::numeric_limits<std::int32_t>::min();
    for (const auto row : f_.view.costs_of(f_.product))
      if (const CostEntry& c = f_.portfolio.costs()[row]; c.status == CostStatus::paid)
        first = std::min(first, c.period.first), last = std::max(last, c.period.last);
    const Period at{first + usual_months, first + usual_months + 1};
    if (first > last || last <= at.first) return "";
    for (const auto metric : f_.portfolio.metrics_of(f_.product))
      for (const auto row : f_.view.measurements_of(metric))
        if (const Measurement& m = f_.portfolio.measurements()[row];
            m.informs() && m.value.high > 0 && m.period.first < at.first &&
            f_.portfolio.metrics()[metric].level >= Level::used)
          return "";
    if (f_.described().go_live && *f_.described().go_live < at.start()) return "";
    double before = 0, total = 0;
    for (const auto row : f_.view.costs_of(f_.product)) {
      const CostEntry& c = f_.portfolio.costs()[row];
      if (c.status != CostStatus::paid) continue;
      total += c.amount.value;
      before +=
          c.amount.value * std::clamp(static_cast<double>(at.first - c.period.first) / c.period.months(), 0.0, 1.0);
    }
    return say(" Un comité tous les six mois n'aurait vu aucun usage au ",
               " A committee every six months would have seen no usage on ") +
           date_text(at.start(), language_) +
           say(", deux ans après la première dépense : ", ", two years after the first spend: ") + money(before) +
           say(" dépensés alors (dépense étalée également), sur ", " spent by then (spread evenly), of ") +
           money(total) + ".";
  }

  const Facts& f_;
  const Dossier& d_;
  Language language_;
};

/// What published figures say against each other, in words.
ESSOR_INLINE ContradictionLine contradiction_line(const Facts& f, const Contradiction& c) {
  const Language language = f.options.language;
  const auto published = f.portfolio.published();
  const auto shown = [&](PublishedQuantity quantity, const Bounds& b) {
    if (quantity == PublishedQuantity::unit_cost)
      return unit_cost_bounds_text(b, f.currency, f.unit_of(c.metric), language);
    if (b.is_exact()) return change_text(b.value, language);
    if (std::isinf(b.high)) return f.say("plus de ", "more than ") + change_text(b.low, language);
    if (b.low <= -1) return f.say("moins de ", "less than ") + change_text(b.high, language);
    return change_text(b.low, language) + f.say(" à ", " to ") + change_text(b.high, language);
  };
  const auto claim = [&](std::uint32_t row) {
    const Published& p = published[row];
    return std::string(label(p.quantity, language)) + " " + period_text(p.period, language) + f.say(" : ", ": ") +
           shown(p.quantity, p.value);
  };
  ContradictionLine line;
  line.statement =
      f.say("Ces chiffres publiés ne peuvent pas être tous vrais : ", "These published figures cannot all be true: ");
  for (std::size_t i = 0; i < c.claims.size(); ++i) {
    line.statement += (i ? f.say(" ; ", "; ") : "") + claim(c.claims[i]);
    line.claims.push_back("published row " + std::to_string(c.claims[i]));
  }
  for (const auto row : c.cost_rows) line.claims.push_back(cost_row(row));
  for (const auto row : c.measurement_rows) line.claims.push_back(measurement_row(row));
  if (!c.cost_rows.empty() || !c.measurement_rows.empty())
    line.statement += f.say(" ; et les coûts et mesures enregistrés", "; and the costs and measurements recorded");
  line.statement += ".";
  for (const ClaimReading& reading : c.readings) {
    std::string text = f.say("Sans « ", "Without '") + claim(reading.dropped) +
                       f.say(" », les autres donnent ", "', the others give ") +
                       shown(published[reading.dropped].quantity, reading.implied);
    if (reading.window.months() > 0) {
      text += f.say(" ; de l'avant-dernière à la dernière période citée, impact ",
                    "; between the last two periods named, impact ") +
              shown(PublishedQuantity::growth_impact,
                    {unknown, std::expm1(reading.g_impact.low), std::expm1(reading.g_impact.high)}) +
              f.say(", coût ", ", cost ") +
              shown(PublishedQuantity::growth_cost,
                    {unknown, std::expm1(reading.g_cost.low), std::expm1(reading.g_cost.high)});
      if (reading.trajectory) text += f.say(" : ", ": ") + std::string(label(*reading.trajectory, language));
      if (!std::isnan(reading.p_observed))
        text += f.say(" (probabilité d'un coût unitaire en baisse : ", " (probability that unit cost fell: ") +
                probability_text(reading.p_observed, language) + ")";
    }
    line.readings.push_back(text + ".");
  }
  return line;
}

ESSOR_INLINE void add_objectives(const Facts& f, Dossier& d) {
  if (!f.forecast) return;
  const std::int32_t last = f.series.back().period.last;
  for (int ahead = 0; f.forecast_step + ahead <= f.forecast->horizon(); ++ahead) {
    const int step = f.forecast_step + ahead;
    const bool up = f.main().direction == Direction::increase;
    ObjectiveLine o{f.name(),
                    f.unit(),
                    {last + ahead * f.step, last + (ahead + 1) * f.step},
                    f.forecast->quantile(step, .5),
                    f.forecast->quantile(step, .05),
                    f.forecast->quantile(step, .95),
                    f.forecast->quantile(step, up ? .2 : .8),
                    unknown,
                    unknown,
                    unknown};
    if (!f.windows.empty() && up)
      o.unit_cost =
          (f.funding_forecast ? f.funding_forecast->latest_funding() : f.windows[0].cost.value * f.step / f.months) /
          (o.median * (f.main().kind == Kind::stock ? f.step : 1));
    for (const TargetLine& t : d.targets)
      if (t.metric == o.metric && t.period == o.period) {
        o.target = t.target;
        o.p_target = up ? f.forecast->probability(t.target, step) : 1 - f.forecast->probability(t.target, step);
      }
    d.objectives.push_back(o);
  }
  for (int step = 1; step <= f.forecast->horizon(); ++step) {
    const std::int32_t first = last + (step - f.forecast_step) * f.step;
    d.forecast.push_back({{first, first + f.step},
                          f.forecast->quantile(step, .05),
                          f.forecast->quantile(step, .1),
                          f.forecast->quantile(step, .5),
                          f.forecast->quantile(step, .9),
                          f.forecast->quantile(step, .95)});
  }
}

/// Candidate amounts, relative to what was spent last. A convention of this library.
inline constexpr std::array candidate_amounts{0.75, 1.0, 1.25, 1.5};

/// What each candidate amount would bring in the next period; needs the objectives.
ESSOR_INLINE void add_funding(const Facts& f, Dossier& d) {
  if (!f.funding_forecast) return;
  const FundingForecast& forecast = *f.funding_forecast;
  const double today = forecast.latest_funding();
  const bool up = f.main().direction == Direction::increase;
  const ObjectiveLine& next = d.objectives.front();
  const auto bounded = static_cast<std::size_t>(f.forecast_step - 1);
  const auto known = std::span(f.series).last(bounded);
  for (const double candidate : candidate_amounts) {
    FundingLine line;
    line.amount = today * candidate;
    line.change = candidate - 1;
    std::vector<double> plan(static_cast<std::size_t>(forecast.horizon()), line.amount);
    std::fill_n(plan.begin(), bounded, today);
    const Outlook outlook = outlook_of(forecast.given(plan), known);
    line.median = outlook.quantile(f.forecast_step, .5);
    line.low = outlook.quantile(f.forecast_step, .05);
    line.high = outlook.quantile(f.forecast_step, .95);
    line.realistic = outlook.quantile(f.forecast_step, up ? .2 : .8);
    if (up) line.unit_cost = line.amount / (line.median * (f.main().kind == Kind::stock ? f.step : 1));
    line.goal = std::isnan(next.target) ? next.realistic : next.target;
    line.p_goal = outlook.probability(line.goal, f.forecast_step);
    if (!up) line.p_goal = 1 - line.p_goal;
    const auto draws = static_cast<double>(outlook.at(f.forecast_step).size());
    line.standard_error = std::sqrt(line.p_goal * (1 - line.p_goal) / draws);
    d.funding.push_back(line);
  }
  const ResponseSummary& response = forecast.response();
  const auto number = [&](double x) { return number_text(10 * x, f.options.language, 2); };
  const std::string effect = f.say("10 % de plus donnent ", "10% more buys ") + number(response.elasticity) + " ± " +
                             number(response.elasticity_sd) + f.say(" % d'impact", "% of impact");
  d.funding_basis =
      response.identified()
          ? f.say("L'effet du montant est lu dans les périodes passées de ce produit (",
                  "The effect of the amount is read in the past periods of this product (") +
                effect +
                f.say("), en supposant que rien d'autre n'a fait varier le financement puis l'impact.",
                      "), assuming that nothing else moved funding, then impact.")
          : f.say("L'effet du montant est celui de la classe de référence (",
                  "The effect of the amount is that of the reference class (") +
                effect +
                f.say(") : le financement passé a trop peu varié, ou sur trop peu de périodes, pour le lire ici.",
                      "): past funding varied too little, or over too few periods, to read it here.");
}

/// Where the series has no two points, each figure as it was recorded; a cumulative count stands at the end of its last
/// month.
ESSOR_INLINE void add_chart(const Facts& f, Dossier& d) {
  if (f.metric && f.main().kind != Kind::rate &&
      (f.series.empty() || (f.series.size() < 2 && f.main().kind == Kind::cumulative))) {
    for (const auto row : f.view.measurements_of(*f.metric)) {
      const Measurement& m = f.portfolio.measurements()[row];
      if (!m.informs() || m.scope != 0) continue;
      d.chart.push_back({figure_period(m.period, f.main().kind), m.value, unknown, unknown});
    }
    return;
  }
  for (const SeriesPoint& point : f.series) {
    ChartPoint p{point.period, point.value, unknown, unknown};
    for (const WindowFigures& w : f.windows)
      if (w.window == point.period) {
        p.cost = w.cost.value;
        p.unit_cost = w.unit_cost.value;
      }
    d.chart.push_back(p);
  }
}

ESSOR_INLINE void add_evidence(const Facts& f, Dossier& d) {
  const Language language = f.options.language;
  const auto source = [&](std::string_view table_name,
                          std::size_t row) {  // tables without a source column of their own may label it so
    const Table* table = find_table(f.portfolio.tables(), table_name);
    const Column* column = table == nullptr ? nullptr : table->find("source");
    const auto* text = column == nullptr ? nullptr : std::get_if<TextColumn>(&column->cells);
    const std::int32_t code = text == nullptr ? -1 : text->codes[row];
    return code < 0 ? std::string() : text->texts[static_cast<std::size_t>(code)];
  };
  for (const auto row : f.view.costs_of(f.product)) {
    const CostEntry& c = f.portfolio.costs()[row];
    std::string text = money_bounds_text(c.amount, f.currency, language) + ", " + period_text(c.period, language) +
                       ", " + std::string(label(c.status, language));
    if (c.activity != Activity::other) text += ", " + std::string(label(c.activity, language));
    if (c.basis == Basis::unit_cost_x_volume) text += ", " + std::string(label(c.basis, language));
    d.evidence.push_back({cost_row(row), text, source("costs", row), c.known_on});
  }
  for (const auto metric : f.portfolio.metrics_of(f.product)) {
    const Metric& described = f.portfolio.metrics()[metric];
    for (const auto row : f.view.measurements_of(metric)) {
      const Measurement& m = f.portfolio.measurements()[row];
      std::string text =
          f.name_of(metric) + f.say(" : ", ": ") +
          (described.kind == Kind::rate && m.value.known() ? percent_text(m.value.value, language)
                                                           : counted_text(m.value, f.unit_of(metric), language)) +
          ", " + period_text(m.period, language) + ", " + std::string(label(m.status, language));
      if (m.scope != 0) text += ", " + std::string(f.portfolio.text(m.scope));
      d.evidence.push_back({measurement_row(row), text, source("measurements", row), m.known_on});
    }
  }
  for (std::uint32_t row = 0; row < f.portfolio.targets().size(); ++row) {
    const Target& t = f.portfolio.targets()[row];
    const Metric& metric = f.portfolio.metrics()[t.metric];
    if (metric.product != f.product || (f.view.day() && t.set_on > *f.view.day())) continue;
    d.evidence.push_back({"targets row " + std::to_string(row),
                          f.name_of(t.metric) + f.say(" : ", ": ") +
                              counted_text(t.value, f.unit_of(t.metric), language) + ", " +
                              period_text(t.period, language),
                          source("targets", row), t.set_on});
  }
  for (std::uint32_t row = 0; row < f.portfolio.published().size(); ++row) {
    const Published& p = f.portfolio.published()[row];
    if (f.portfolio.metrics()[p.metric].product != f.product || (f.view.day() && p.known_on > *f.view.day())) continue;
    const std::string figure = p.quantity == PublishedQuantity::unit_cost
                                   ? unit_cost_bounds_text(p.value, f.currency, f.unit_of(p.metric), language)
                               : p.value.is_exact() ? change_text(p.value.value, language)
                                                    : bounds_text(p.value, language);
    d.evidence.push_back(
        {"published row " + std::to_string(row),
         std::string(label(p.quantity, language)) + " " + period_text(p.period, language) + f.say(" : ", ": ") + figure,
         source("published", row), p.known_on});
  }
  // What an answer cites but a later vintage has replaced is evidence still.
  for (const EstimateLine& line : d.estimates) {
    const std::string id = line.evidence.substr(0, line.evidence.find(','));
    if (std::none_of(d.evidence.begin(), d.evidence.end(), [&](const EvidenceLine& e) { return e.id == id; }))
      d.evidence.push_back(
          {id, money_text(line.total, f.currency, language) + f.say(", total annoncé", ", announced total"),
           source("costs", static_cast<std::size_t>(std::stoul(id.substr(id.rfind(' '))))), line.known_on});
  }
}

/// What a record that is missing holds, in words; texts that are no name of a table or column stay as they are.
ESSOR_INLINE std::string record_text(const std::string& record, Language language) {
  struct Words {
    std::string_view record, french, english;
  };
  static constexpr std::array<Words, 13> known{
      {{"products.mission", "la mission", "the mission"},
       {"products.url", "l'adresse du service", "the address of the service"},
       {"products.demo_url", "l'adresse d'une démonstration", "the address of a demonstration"},
       {"products.go_live", "la date d'ouverture au public", "the day it went live"},
       {"metrics", "les mesures d'usage ou d'impact", "metrics of usage or impact"},
       {"metrics.agreed_by", "avec qui les mesures sont convenues", "who agreed on the metrics"},
       {"metrics.value_per_unit", "ce que vaut une unité", "what one unit is worth"},
       {"costs", "les coûts", "costs"},
       {"costs.activity", "les coûts par poste", "costs by activity"},
       {"measurements", "d'autres mesures", "further measurements"},
       {"targets", "des objectifs", "targets"},
       {"decisions", "les décisions", "decisions"},
       {"published", "les chiffres publiés", "published figures"}}};
  for (const Words& words : known)
    if (words.record == record) return std::string(language == Language::french ? words.french : words.english);
  return record;
}

/// The missing records as a committee reads them: in words, with the name of the table or column.
ESSOR_INLINE void name_missing(Dossier& d) {
  for (Answer& answer : d.answers)
    for (std::string& record : answer.missing)
      if (const std::string words = record_text(record, d.language); words != record)
        record = words + " (" + record + ")";
}

/// What would change the decision.
ESSOR_INLINE std::vector<std::string> would_change(const Facts& f, const Dossier& d) {
  const Language language = f.options.language;
  std::vector<std::string> lines;
  if (f.has_pair() && f.windows[0].unit_cost.is_point() && f.windows[1].unit_cost.is_point()) {
    const WindowFigures& w = f.windows[0];
    const double limit = w.cost.value / f.windows[1].unit_cost.value;
    lines.push_back(f.say("Le coût unitaire aurait ", "Unit cost would have ") +
                    (w.unit_cost.value < f.windows[1].unit_cost.value
                         ? f.say("augmenté si la mesure de ", "risen if the figure of ")
                         : f.say("baissé si la mesure de ", "fallen if the figure of ")) +
                    period_text(w.window, language) +
                    (w.unit_cost.value < f.windows[1].unit_cost.value
                         ? f.say(" était en réalité sous ", " were in truth below ")
                         : f.say(" était en réalité au-dessus de ", " were in truth above ")) +
                    counted_text(limit, f.unit(), language) + ".");
  }
  if (!d.contradictions.empty())
    lines.push_back(f.say("Les chiffres publiés se contredisent : ", "Published figures contradict each other: ") +
                    std::to_string(d.contradictions.size()) +
                    f.say(" cas, en détail dans ce dossier.", d.contradictions.size() == 1
                                                                  ? " case, detailed in this dossier."
                                                                  : " cases, detailed in this dossier."));
  std::vector<std::string> missing;
  for (const Answer& a : d.answers)
    for (const std::string& record : a.missing)
      if (std::find(missing.begin(), missing.end(), record) == missing.end()) missing.push_back(record);
  std::string listed;
  for (const std::string& record : missing)
    listed += (listed.empty() ? "" : f.say(" ; ", "; ")) + record_text(record, language);
  if (!listed.empty())
    lines.push_back(
        f.say("Ce qu'il faudrait enregistrer pour mieux répondre : ", "What should be recorded to answer better: ") +
        listed + ".");
  return lines;
}

ESSOR_INLINE std::vector<GridLine> grid_lines(const Facts& f, const Dossier& d) {
  const auto answer = [&](int question) -> std::string {
    return d.answers[static_cast<std::size_t>(question - 1)].answer;
  };
  std::string objectives = d.objectives.empty()
                               ? answer(5)
                               : f.say("Prévision : ", "Forecast: ") +
                                     counted_text(d.objectives[0].median, f.unit(), f.options.language) + ".";
  std::string projected = d.objectives.empty() || std::isnan(d.objectives[0].unit_cost)
                              ? answer(5)
                              : unit_cost_text(d.objectives[0].unit_cost, f.currency, f.unit(), f.options.language) +
                                    f.say(" à financement maintenu.", " with today's funding kept up.");
  const std::array<std::string, 10> evidence{answer(1), answer(2), answer(3), answer(7), objectives,
                                             projected, answer(6), answer(5), answer(1), answer(12)};
  std::vector<GridLine> lines;
  const auto questions = grid_questions(f.options.language);
  for (std::size_t i = 0; i < questions.size(); ++i)
    lines.push_back({questions[i].part, std::string(questions[i].text), evidence[i]});
  return lines;
}

ESSOR_INLINE std::vector<std::string> dossier_notes(const Facts& f) {
  std::vector<std::string> notes(f.portfolio.notes().begin(), f.portfolio.notes().end());
  if (f.metric) {
    notes.push_back(f.say("Mesure principale : ", "Main metric: ") + f.name() +
                    f.say(" ; périodes de ", "; windows of ") + std::to_string(f.months) + f.say(" mois.", " months."));
    if (!f.windows.empty()) {
      notes.push_back(f.say("Erreur relative retenue : coût ", "Relative error taken: cost ") +
                      percent_text(f.windows[0].cost_error, f.options.language) + f.say(", mesure ", ", measurement ") +
                      percent_text(f.windows[0].impact_error, f.options.language) + ".");
      if (f.windows[0].price_year == 0)
        notes.push_back(f.say("Prix courants : aucune année de base des prix n'est enregistrée.",
                              "Nominal prices: no base year of prices is recorded."));
      for (const auto row : f.windows[0].measurement_rows)
        if (const Measurement& m = f.portfolio.measurements()[row];
            m.known_on < m.period.end() - std::chrono::days{1}) {
          notes.push_back(
              f.say("La dernière période n'était pas finie quand sa mesure a été connue : c'est une prévision.",
                    "The last window was not over when its figure became known: it is a plan."));
          break;
        }
      if (f.windows[0].cost_status != CostStatus::paid)
        notes.push_back(f.say("Coûts engagés, non encore payés, sur la dernière période.",
                              "Costs of the last window are committed, not yet paid."));
    }
    if (f.forecast)
      for (const std::string& note : f.forecast->notes) notes.push_back(note);
  }
  return notes;
}

/// Prose gets the spaces of the language once, at the end.
ESSOR_INLINE void typeset_all(Dossier& d) {
  const auto set = [&](std::string& text) { text = typeset(text, d.language); };
  for (std::string* text : {&d.aim, &d.headline, &d.question, &d.funding_basis}) set(*text);
  for (Answer& a : d.answers) {
    while (a.answer.ends_with(' ')) a.answer.pop_back();
    set(a.answer);
  }
  for (DifferenceLine& line : d.differences) set(line.basis);
  for (ContradictionLine& line : d.contradictions) {
    set(line.statement);
    for (std::string& reading : line.readings) set(reading);
  }
  for (GridLine& line : d.grid) set(line.evidence);
  for (auto* list : {&d.would_change, &d.notes, &d.budget_notes})
    for (std::string& text : *list) set(text);
  for (EvidenceLine& line : d.evidence) set(line.text);
}

/// The last day on which something about the product became known.
ESSOR_INLINE Date last_known(const Portfolio& portfolio, std::uint32_t product) {
  Date last{};
  for (const CostEntry& c : portfolio.costs())
    if (c.product == product) last = std::max(last, c.known_on);
  for (const Measurement& m : portfolio.measurements())
    if (portfolio.metrics()[m.metric].product == product) last = std::max(last, m.known_on);
  for (const Decision& decision : portfolio.decisions())
    if (decision.product == product) last = std::max(last, decision.date);
  return last;
}

ESSOR_INLINE void check_funder(const Portfolio& portfolio, std::uint32_t product, const std::string& funder) {
  if (funder.empty()) return;
  std::string there;
  for (const CostEntry& c : portfolio.costs()) {
    if (c.product != product || c.funder == 0) continue;
    const std::string name(portfolio.text(c.funder));
    if (name == funder) return;
    if (there.find(name) == std::string::npos) there += (there.empty() ? "" : ", ") + name;
  }
  throw_argument_error("dossier", "funder", "'" + funder + "'",
                       "pays no cost of '" + portfolio.products()[product].id + "', whose funders are " +
                           (there.empty() ? "not recorded" : there));
}

ESSOR_INLINE std::string headline(const Facts& f) {
  if (f.windows.empty())
    return f.say("Le coût et l'impact ne sont pas connus sur une même période.",
                 "Cost and impact are not known over one same period.");
  const WindowFigures& w = f.windows[0];
  const Language language = f.options.language;
  std::string text = money_bounds_text(w.cost, f.currency, language);
  text += f.main().kind == Kind::rate ? " " + during_text(w.window, language) + f.say(" ; ", "; ") + f.name() +
                                            f.say(" : ", ": ") + percent_text(w.impact.value, language)
                                      : f.say(" pour ", " for ") + counted_text(w.impact, f.unit(), language) + " " +
                                            during_text(w.window, language);
  if (w.unit_cost.is_point())
    text += f.say(" : ", ": ") +
            unit_cost_text(w.unit_cost.value, f.currency,
                           f.unit() + (f.main().kind == Kind::stock ? f.say("-mois", "-month") : ""), language);
  if (f.has_pair() && f.windows[1].unit_cost.is_point() && w.unit_cost.is_point())
    text += f.say(", contre ", ", against ") + money_text(f.windows[1].unit_cost.value, f.currency, language) +
            f.say(" avant", " before");
  return text + ".";
}

}  // namespace detail

ESSOR_INLINE std::string question_to_ask(Trajectory trajectory, Language language) {
  const bool french = language == Language::french;
  switch (trajectory) {
    case Trajectory::too_early:
      return french ? "Que mesurera-t-on, et quand, pour pouvoir juger ?"
                    : "What will be measured, and when, so that we can judge?";
    case Trajectory::unicorn:
      return french ? "Qu'est-ce qui l'empêche d'aller plus vite, et combien coûterait de l'ôter ?"
                    : "What keeps it from going faster, and what would it cost to remove?";
    case Trajectory::declining:
      return french ? "Pourquoi sert-il moins, et qui perd quoi si l'on arrête ?"
                    : "Why does it serve less, and who loses what if we stop?";
    case Trajectory::falling_cost:
      return french ? "Le budget en baisse entame-t-il la qualité ?" : "Is the falling budget eating into quality?";
    case Trajectory::stagnating:
      return french ? "A-t-il atteint son public, ou faut-il changer de levier ?"
                    : "Has it reached its public, or does it need another lever?";
    case Trajectory::flat_cost:
      return french ? "Jusqu'où l'impact peut-il croître à budget constant ?"
                    : "How far can impact grow on a constant budget?";
    case Trajectory::increasing:
      return french ? "Le budget demandé garde-t-il le coût unitaire en baisse ?"
                    : "Does the amount asked keep unit cost falling?";
    case Trajectory::constant:
      return french ? "Quand l'effet d'échelle viendra-t-il ?" : "When will scale pay off?";
    case Trajectory::decreasing:
      return french ? "Qu'achète la dépense supplémentaire ?" : "What does the extra spending buy?";
  }
  return {};
}

ESSOR_INLINE Dossier assemble_dossier(const Portfolio& portfolio, std::string_view product,
                                      const DossierOptions& options) {
  const std::uint32_t index = portfolio.product_index(product);
  detail::check_funder(portfolio, index, options.funder);
  const View view = portfolio.as_of(options.date);
  detail::Facts f{.view = view, .portfolio = portfolio, .options = options, .product = index};
  for (const CostEntry& c : portfolio.costs())
    if (c.product == index) f.currency = portfolio.text(c.currency);
  detail::choose_main_metric(f);
  detail::choose_series(f);
  if (f.metric) {
    detail::run_forecast(f);
    f.contradictions = contradictions(view, *f.metric);
  }
  const Product& described = portfolio.products()[index];
  Dossier d;
  d.language = options.language;
  d.date = options.date.value_or(detail::last_known(portfolio, index));
  d.product = described.id;
  d.name = described.name;
  d.mission = described.mission;
  d.url = described.url;
  d.demo_url = described.demo_url;
  d.priority = described.priority;
  d.currency = f.currency;
  d.phase = f.phase();
  if (!options.date || (described.go_live && *described.go_live <= *options.date)) d.go_live = described.go_live;
  d.funder = options.funder;
  d.windows = f.windows;
  if (!f.windows.empty()) d.perimeter = portfolio.text(f.windows[0].perimeter);
  if (f.metric) {
    d.main_metric = f.name();
    d.main_unit = f.unit();
  }
  const Trajectory trajectory = f.windows.empty() ? Trajectory::too_early : f.windows[0].trajectory;
  d.question = question_to_ask(trajectory, options.language);
  d.aim = f.say("Décider du financement de la prochaine période : accélérer, continuer, ralentir ou arrêter.",
                "Decide on funding for the next period: accelerate, continue, slow down or stop.");
  if (d.phase == Phase::abandoned) {
    d.question = f.say("Qu'aurait-il fallu regarder pour s'arrêter plus tôt ?",
                       "What should have been looked at, to stop earlier?");
    d.aim = f.say("Aucun financement à décider, le produit est abandonné : ce dossier sert à en tirer les leçons.",
                  "No funding to decide, the product was abandoned: this dossier is there to learn from it.");
  } else if (f.unused()) {
    d.question = f.say("Qui s'en sert déjà, et que pourra-t-on utiliser dans six mois ?",
                       "Who uses it already, and what will be usable in six months?");
  }
  d.headline = detail::headline(f);
  d.targets = detail::target_lines(f);
  d.matrix = detail::matrix_lines(f);
  d.budget = detail::budget_lines(f, d.budget_notes);
  d.funders = detail::funder_lines(f);
  d.differences = seven_differences(view, index, options.language);
  d.estimates = detail::estimate_lines(f);
  for (const Contradiction& c : f.contradictions) d.contradictions.push_back(detail::contradiction_line(f, c));
  detail::add_objectives(f, d);
  detail::add_funding(f, d);
  detail::add_chart(f, d);
  d.answers = detail::Answers(f, d).all();
  if (f.windows.empty()) {
    const Answer& now = d.answers[1];
    const std::size_t end = now.answer.find(". ");
    if (now.status == AnswerStatus::answered)
      d.headline = now.answer.substr(0, end == std::string::npos ? end : end + 1);
    else if (d.estimates.size() > 1)
      d.headline = detail::announced(f, d);
  }
  d.grid = detail::grid_lines(f, d);
  d.would_change = detail::would_change(f, d);
  detail::name_missing(d);
  d.notes = detail::dossier_notes(f);
  detail::add_evidence(f, d);
  detail::typeset_all(d);
  return d;
}

}  // namespace essor
