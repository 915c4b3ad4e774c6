#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "essor/error/number_text.hpp"
#include "essor/indicators/detail/cover_inl.hpp"
#include "essor/indicators/differences.hpp"
#include "essor/model/table.hpp"

namespace essor {

namespace detail {

/// The facts of one product that the seven differences share.
class DifferenceFacts {
 public:
  DifferenceFacts(const View& view, std::uint32_t product, Language language)
      : view_(view), portfolio_(view.portfolio()), product_(product), french_(language == Language::french) {
    for (const std::uint32_t row : view.costs_of(product)) {
      const CostEntry& c = portfolio_.costs()[row];
      if (c.status == CostStatus::paid) status_ = CostStatus::paid;
      if (c.status != CostStatus::planned) {
        first_spend_ = first_spend_ ? std::min(*first_spend_, c.period.first) : c.period.first;
        last_spend_ = std::max(last_spend_, c.period.last);
      }
    }
  }

  std::vector<DifferenceLine> lines() const {
    return {cost_setting(), spend_before_live(), aim(), coordination(), steering(), infrastructure(), early_release()};
  }

 private:
  const Product& product() const { return portfolio_.products()[product_]; }
  std::string say(std::string_view french, std::string_view english) const {
    return std::string(french_ ? french : english);
  }
  std::string figure_text(double x) const {
    std::string text = number_text(std::round(x * 1000) / 1000);
    if (const auto point = text.find('.'); french_ && point != std::string::npos) text[point] = ',';
    return text;
  }
  /// A whole amount with its thousands apart: "13 280 000".
  static std::string amount_text(double x) {
    std::string text = number_text(std::round(x));
    if (text.find_first_not_of("0123456789") == std::string::npos)
      for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, "\xC2\xA0");
    return text;
  }
  std::string status_text(CostStatus status) const {
    static constexpr std::array french{"prévu", "engagé", "payé"};
    return french_ ? french[static_cast<std::size_t>(status)] : std::string(word(status));
  }
  DifferenceLine unknown(std::string name, std::string_view french, std::string_view english) const {
    return {std::move(name), std::numeric_limits<double>::quiet_NaN(), say(french, english), Verdict::cannot_tell};
  }
  static Verdict verdict(bool project, bool product) {
    return project ? Verdict::project : product ? Verdict::product : Verdict::cannot_tell;
  }

  /// The perimeter with most months of a status, since costs of two perimeters are never added; ties by its name.
  TextId perimeter_of(CostStatus status) const {
    std::vector<std::pair<TextId, int>> months;
    for (const std::uint32_t row : view_.costs_of(product_)) {
      const CostEntry& c = portfolio_.costs()[row];
      if (c.status != status) continue;
      const auto at = std::find_if(months.begin(), months.end(), [&](const auto& m) { return m.first == c.perimeter; });
      if (at == months.end())
        months.emplace_back(c.perimeter, c.period.months());
      else
        at->second += c.period.months();
    }
    const auto most = std::max_element(months.begin(), months.end(), [&](const auto& a, const auto& b) {
      return a.second != b.second ? a.second < b.second : portfolio_.text(a.first) > portfolio_.text(b.first);
    });
    return most == months.end() ? 0 : most->first;
  }
  template <class F>
  void each_cost(CostStatus status, F use) const {
    const TextId perimeter = perimeter_of(status);
    for (const std::uint32_t row : view_.costs_of(product_))
      if (const CostEntry& c = portfolio_.costs()[row]; c.status == status && c.perimeter == perimeter)
        use(c, c.amount.is_point() ? c.amount.value : c.amount.low);
  }
  /// Whether some cost is known by bounds only: then its share of a total is not known either.
  bool bounded(CostStatus status) const {
    bool any = false;
    each_cost(status, [&](const CostEntry& c, double) { any |= !c.amount.is_point(); });
    return any;
  }
  DifferenceLine known_by_bounds(std::string name) const {
    return unknown(std::move(name), "des dépenses ne sont connues que par des bornes",
                   "some costs are known by bounds only");
  }
  template <class F>
  void each_decision(F use) const {
    for (const Decision& d : portfolio_.decisions())
      if (d.product == product_ && (!view_.day() || d.date <= *view_.day())) use(d);
  }
  template <class F>
  void each_informative(Level least, F use) const {
    for (const std::uint32_t metric : portfolio_.metrics_of(product_)) {
      if (portfolio_.metrics()[metric].level < least) continue;
      for (const std::uint32_t row : view_.measurements_of(metric))
        if (const Measurement& m = portfolio_.measurements()[row]; m.informs()) use(m);
    }
  }

  bool used() const {
    bool any = false;
    each_informative(Level::used, [&](const Measurement& m) { any |= m.value.low > 0; });
    return any;
  }
  bool never_live() const {
    const auto& p = product();
    return !p.go_live && p.phase &&
           (*p.phase == Phase::abandoned || *p.phase == Phase::investigation || *p.phase == Phase::construction) &&
           !used();
  }
  /// Months from the first spend to a day, fractions of a month by its days.
  static double months_until(std::int32_t first, Date day) {
    const std::int32_t month = month_of(day);
    const Period in{month, month + 1};
    const double part =
        static_cast<double>((day - in.start()).count()) / static_cast<double>((in.end() - in.start()).count());
    return month - first + part;
  }

  DifferenceLine cost_setting() const {
    if (!first_spend_) return unknown("cost_setting", "aucune dépense enregistrée", "no spending recorded");
    bool total = false;
    double planned = 0;
    const Date early = Period{*first_spend_ + 6, *first_spend_ + 7}.start();
    for (const CostEntry& c :
         portfolio_.costs()) {  // every vintage: an earlier one is what was set, even when a later one replaced it
      if (c.product != product_ || c.status != CostStatus::planned || c.period.months() <= 18 || c.known_on > early ||
          (view_.day() && c.known_on > *view_.day()))
        continue;
      total = true;
      planned = std::max(planned, c.amount.is_point() ? c.amount.value : c.amount.low);
    }
    int set = 0;
    each_decision([&](const Decision& d) { set += !std::isnan(d.amount); });
    const double years = (last_spend_ - *first_spend_) / 12.0;
    const double rate = set / years;
    std::string basis = say("décisions fixant un montant : ", "decisions setting an amount: ") + std::to_string(set) +
                        say(" en ", " in ") + figure_text(years) + say(" ans de dépense ; ", " years of spending; ");
    basis += total ? say("total prévu dès le début : ", "total planned from the start: ") + amount_text(planned)
                   : say("aucun total prévu dès le début", "no total planned from the start");
    return {"cost_setting", rate, std::move(basis), verdict(total && rate < 0.5, rate >= 1)};
  }

  DifferenceLine spend_before_live() const {
    double total = 0, before = 0;
    const bool never = never_live();
    if (!product().go_live && !never)
      return unknown("spend_before_live", "date d'ouverture non enregistrée", "go_live is not recorded");
    if (bounded(status_)) return known_by_bounds("spend_before_live");
    each_cost(status_, [&](const CostEntry& c, double amount) {
      total += amount;
      const double until = never ? c.period.months() : months_until(c.period.first, *product().go_live);
      before += amount * std::clamp(until / c.period.months(), 0.0, 1.0);
    });
    if (!(total > 0)) return unknown("spend_before_live", "aucune dépense enregistrée", "no spending recorded");
    const double share = before / total;
    std::string basis =
        amount_text(before) + say(" sur ", " of ") + amount_text(total) + " (" + status_text(status_) + ")";
    basis += never ? say(", jamais ouvert", ", never live")
                   : say(", ouverture le ", ", live on ") + date_text(*product().go_live);
    return {"spend_before_live", share, std::move(basis), verdict(share >= 0.6, share <= 0.4)};
  }

  DifferenceLine aim() const {
    int all = 0, low = 0;
    for (const Target& t : portfolio_.targets()) {
      const Metric& metric = portfolio_.metrics()[t.metric];
      if (metric.product != product_ || (view_.day() && t.set_on > *view_.day())) continue;
      ++all;
      low += metric.level == Level::activity || metric.level == Level::usable;
    }
    if (all == 0) return unknown("aim", "aucun objectif enregistré", "no target recorded");
    const double share = static_cast<double>(low) / all;
    return {"aim", share,
            say("objectifs d'activité ou d'utilisabilité : ", "targets at level activity or usable: ") +
                std::to_string(low) + say(" sur ", " of ") + std::to_string(all),
            verdict(share >= 0.6, share <= 0.4)};
  }

  DifferenceLine coordination() const {
    for (const CostStatus status : {CostStatus::paid, CostStatus::committed, CostStatus::planned}) {
      std::array<double, 4> groups{};
      each_cost(status, [&](const CostEntry& c, double amount) {
        groups[static_cast<std::size_t>(group_of(c.activity))] += amount;
      });
      const double stated = groups[0] + groups[1] + groups[2];
      if (!(stated > 0)) continue;
      if (bounded(status)) return known_by_bounds("coordination");
      const double coordination = groups[0] / stated, build = groups[1] / stated;
      std::string basis = say("construction et déploiement ", "build and deployment ") + figure_text(build) +
                          say(" ; activités connues pour ", "; activities stated for ") + amount_text(stated) +
                          say(" sur ", " of ") + amount_text(stated + groups[3]) + " (" + status_text(status) + ")";
      return {"coordination", coordination, std::move(basis), verdict(coordination >= 0.5, build >= 0.5)};
    }
    return unknown("coordination", "aucune dépense par activité", "no cost is stated by activity");
  }

  /// The most months of spending without a decision.
  int longest_silence() const {
    if (!first_spend_) return 0;
    std::vector<std::int32_t> months{*first_spend_, last_spend_};
    each_decision(
        [&](const Decision& d) { months.push_back(std::clamp(month_of(d.date), *first_spend_, last_spend_)); });
    std::sort(months.begin(), months.end());
    int longest = 0;
    for (std::size_t i = 1; i < months.size(); ++i) longest = std::max(longest, months[i] - months[i - 1]);
    return longest;
  }

  DifferenceLine steering() const {
    std::optional<Date> first_known;  // of any vintage of a measurement at level used or above
    for (const Measurement& m : portfolio_.measurements()) {
      const Metric& metric = portfolio_.metrics()[m.metric];
      if (metric.product == product_ && metric.level >= Level::used && m.informs() &&
          (!first_known || m.known_on < *first_known))
        first_known = m.known_on;
    }
    int all = 0, informed = 0;
    each_decision([&](const Decision& d) {
      ++all;
      informed += first_known && *first_known <= d.date;
    });
    if (all > 0) {
      const double share = static_cast<double>(informed) / all;
      const int silence = longest_silence();
      std::string basis = say("décisions éclairées par un usage mesuré : ", "decisions informed by measured usage: ") +
                          std::to_string(informed) + say(" sur ", " of ") + std::to_string(all);
      if (silence >= 18)
        basis += say(" ; jusqu'à ", "; up to ") + std::to_string(silence) +
                 say(" mois de dépense sans décision", " months of spending without a decision");
      return {"steering", share, std::move(basis),
              verdict(share <= 0.2 || (silence >= 18 && share < 0.8), share >= 0.8 && silence < 18)};
    }
    const bool kept = find_table(portfolio_.tables(), "decisions") != nullptr;
    const int months = first_spend_ ? last_spend_ - *first_spend_ : 0;
    if (!kept || months < 18) return unknown("steering", "aucune décision enregistrée", "no decision recorded");
    return {"steering", 0,
            say("aucune décision en ", "no decision in ") + std::to_string(months) +
                say(" mois de dépense", " months of spending"),
            Verdict::project};
  }

  /// Usage of the years known within a span, from the first month in which it was measured.
  std::vector<double> yearly_usage(std::uint32_t metric, Period span) const {
    ImpactBook book;
    book.load(view_, metric);
    std::int32_t begin = span.last;
    for (const Segment& s : book.segments())
      if (s.first >= span.first) begin = std::min(begin, s.first);
    Tiling tiles;
    std::vector<std::uint32_t> used;
    std::vector<double> usage;
    for (std::int32_t start = begin; start + 12 <= span.last; start += 12) {
      if (!tiles.find(book.segments(), start, start + 12, used)) continue;
      const double value =
          sum_of(used, [&](std::uint32_t i) -> const Segment& { return book.segments()[i]; }).sum.value;
      if (!std::isnan(value)) usage.push_back(value);
    }
    return usage;
  }

  DifferenceLine infrastructure() const {
    const auto missing = [&] {
      return unknown("infrastructure", "infrastructure et usage ne sont pas connus sur deux ans",
                     "infrastructure and usage are not known over two years");
    };
    std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = 0;
    each_cost(status_, [&](const CostEntry& c, double) {
      if (group_of(c.activity) == ActivityGroup::infrastructure) {
        first = std::min(first, c.period.first);
        last = std::max(last, c.period.last);
      }
    });
    if (last - first < 24) return missing();
    std::vector<double> spent(static_cast<std::size_t>((last - first) / 12), 0.0);
    each_cost(status_, [&](const CostEntry& c, double amount) {
      if (group_of(c.activity) != ActivityGroup::infrastructure) return;
      for (std::int32_t m = c.period.first; m < c.period.last; ++m)
        if (const auto year = static_cast<std::size_t>((m - first) / 12); year < spent.size())
          spent[year] += amount / c.period.months();
    });
    const double spent_highest = *std::max_element(spent.begin(), spent.end());
    if (!(spent_highest > 0)) return missing();
    const double spent_share = spent.front() / spent_highest;
    for (const std::uint32_t id : portfolio_.metrics_of(product_)) {
      const Metric& metric = portfolio_.metrics()[id];
      if (metric.level < Level::used || metric.kind == Kind::rate || metric.direction == Direction::decrease) continue;
      const std::vector<double> usage = yearly_usage(id, {first, last});
      if (usage.size() < 2) continue;
      const double usage_highest = *std::max_element(usage.begin(), usage.end());
      if (!(usage_highest > 0)) continue;
      const double usage_share = usage.front() / usage_highest, ratio = spent_share / usage_share;
      std::string basis = say("infrastructure : première année ", "infrastructure: first year ") +
                          figure_text(spent_share) + say(" de la plus haute ; ", " of the highest; ") + metric.id +
                          ": " + figure_text(usage_share);
      return {"infrastructure", ratio, std::move(basis), verdict(ratio >= 3, ratio <= 1.5)};
    }
    return missing();
  }

  DifferenceLine early_release() const {
    if (!first_spend_) return unknown("early_release", "aucune dépense enregistrée", "no spending recorded");
    if (never_live()) {
      const int months = last_spend_ - *first_spend_;
      return {"early_release", std::numeric_limits<double>::infinity(),
              say("jamais ouvert, après ", "never live, after ") + std::to_string(months) +
                  say(" mois de dépense", " months of spending"),
              Verdict::project};
    }
    if (!product().go_live)
      return unknown("early_release", "date d'ouverture non enregistrée", "go_live is not recorded");
    const double months = months_until(*first_spend_, *product().go_live);
    const std::string basis = say("première dépense ", "first spend ") +
                              date_text(Period{*first_spend_, *first_spend_ + 1}.start()) +
                              say(", ouverture le ", ", live on ") + date_text(*product().go_live);
    if (months < 0)
      return {"early_release", std::numeric_limits<double>::quiet_NaN(),
              basis + say(" : les dépenses d'avant l'ouverture ne sont pas enregistrées",
                          ": spending before it went live is not recorded"),
              Verdict::cannot_tell};
    return {"early_release", months, basis, verdict(months >= 24, months <= 12)};
  }

  const View& view_;
  const Portfolio& portfolio_;
  std::uint32_t product_;
  bool french_;
  CostStatus status_ = CostStatus::committed;
  std::optional<std::int32_t> first_spend_;
  std::int32_t last_spend_ = std::numeric_limits<std::int32_t>::min();
};

}  // namespace detail

ESSOR_INLINE std::vector<DifferenceLine> seven_differences(const View& view, std::uint32_t product, Language language) {
  return detail::DifferenceFacts(view, product, language).lines();
}

}  // namespace essor
