#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "essor/committee/wording.hpp"
#include "essor/error/errors.hpp"

namespace essor {
namespace detail::wording {

inline constexpr std::string_view no_break = "\u00a0";
inline constexpr std::string_view narrow = "\u202f";
inline constexpr std::string_view minus = "\u2212";

ESSOR_INLINE bool french(Language language) noexcept { return language == Language::french; }

/// The word of an enumeration's value in the language, from one list of words per language.
template <class E, std::size_t n>
constexpr std::string_view pick(const std::array<std::array<std::string_view, 2>, n>& list, E value,
                                Language language) noexcept {
  static_assert(n == words<E>::list.size());
  return list[static_cast<std::size_t>(value)][static_cast<std::size_t>(language)];
}

/// The digits of a finite number with so many decimals, without a sign; a point before the decimals, whatever the
/// locale.
ESSOR_INLINE std::string digits(double value, int decimals) {
  std::array<char, 400> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value), std::chars_format::fixed, decimals);
  return {buffer.data(), end.ptr};
}

ESSOR_INLINE bool is_zero(std::string_view digits) noexcept {
  return digits.find_first_not_of("0.") == std::string_view::npos;
}

/// Digits with the separators of the language, and the sign of `value` unless what is printed is zero.
ESSOR_INLINE std::string dressed(double value, std::string_view digits, Language language) {
  std::string text;
  if (value < 0 && !is_zero(digits)) text += minus;
  const std::size_t point = std::min(digits.find('.'), digits.size());
  for (std::size_t i = 0; i < point; ++i) {
    if (i > 0 && (point - i) % 3 == 0) text += french(language) ? narrow : std::string_view(",");
    text += digits[i];
  }
  if (point < digits.size()) {
    text += french(language) ? ',' : '.';
    text += digits.substr(point + 1);
  }
  return text;
}

ESSOR_INLINE std::string without_final_zeros(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

/// The exponent of ten of a number once it is rounded to `significant` digits, so that 999.96 counts as a thousand.
ESSOR_INLINE int magnitude(double value, int significant) {
  if (value == 0) return 0;
  const int exponent = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const double rounded = std::round(std::abs(value) / std::pow(10.0, exponent) * std::pow(10.0, significant - 1));
  return rounded >= std::pow(10.0, significant) ? exponent + 1 : exponent;
}

/// Decimals that bring a number to so many significant digits.
ESSOR_INLINE int decimals_for(double value, int significant) {
  return std::max(0, significant - 1 - magnitude(value, significant));
}

ESSOR_INLINE std::string not_finite(double value, Language language) {
  if (std::isnan(value)) return std::string(unknown_text(language));
  return french(language) ? "sans limite" : "without limit";
}

/// Numbers too long to be read in full: "1,2 × 10^18".
ESSOR_INLINE bool needs_power(double value) noexcept {
  return std::abs(value) >= 1e15 || (value != 0 && std::abs(value) < 1e-6);
}

ESSOR_INLINE std::string with_power(double value, Language language, int significant) {
  const int exponent = magnitude(value, significant);
  const double mantissa = value / std::pow(10.0, exponent);
  std::string text = dressed(value, without_final_zeros(digits(mantissa, significant - 1)), language);
  text += no_break;
  text += "×";
  text += no_break;
  text += "10^";
  if (exponent < 0) text += minus;
  return text + std::to_string(std::abs(exponent));
}

/// A number rounded to so many significant digits, which may be fewer than its whole part has.
ESSOR_INLINE std::string rounded_text(double value, Language language, int significant) {
  if (needs_power(value)) return with_power(value, language, significant);
  const int exponent = magnitude(value, significant);
  const double step = std::pow(10.0, std::max(0, exponent - significant + 1));
  const double rounded = exponent >= significant ? std::round(value / step) * step : value;
  return dressed(value, without_final_zeros(digits(rounded, decimals_for(value, significant))), language);
}

/// Digits of a percentage: few decimals, but enough for what is not 0 % or 100 % not to be rounded to it.
ESSOR_INLINE std::string percent_digits(double percent) {
  const double size = std::abs(percent);
  const bool whole = size == 0 || std::abs(size - 100) < 1e-9;
  int decimals = size < 10 && !whole ? 1 : 0;
  std::string text = without_final_zeros(digits(size, decimals));
  while (!whole && decimals < 9 && (is_zero(text) || (text == "100" && size < 100)))
    text = without_final_zeros(digits(size, ++decimals));
  return text;
}

ESSOR_INLINE std::string percent_sign(Language language) {
  return french(language) ? std::string(no_break) + "%" : "%";
}

/// The symbol of a currency that has one in common use, else its code.
ESSOR_INLINE std::string_view symbol(std::string_view currency) noexcept {
  if (currency == "EUR") return "€";
  if (currency == "GBP") return "£";
  if (currency == "USD") return "$";
  return currency;
}

/// An amount from its number: the currency after it in French, before it in English; `scale` is "k", "M", ...
ESSOR_INLINE std::string with_currency(std::string number, std::string_view scale, std::string_view currency,
                                       Language language) {
  const std::string_view sign = symbol(currency);
  if (currency.empty()) return scale.empty() ? number : number + std::string(no_break) + std::string(scale);
  if (french(language)) {
    number += no_break;
    number += scale;
    if (!scale.empty() && sign == currency) number += no_break;
    return number + std::string(sign);
  }
  std::string text;
  if (number.starts_with(minus)) {
    text = minus;
    number.erase(0, minus.size());
  }
  text += sign;
  if (sign == currency) text += no_break;
  return text + number + std::string(scale);
}

/// Words for bounds around a figure, each end written by `write`.
template <class Write>
std::string bounded(const Bounds& bounds, Language language, Write write) {
  const bool has_low = std::isfinite(bounds.low) && bounds.low != 0;
  const bool has_high = std::isfinite(bounds.high);
  if (bounds.is_exact() && has_high) return write(bounds.high);
  std::string around;
  if (has_low && has_high)
    around = (french(language) ? "entre " : "between ") + write(bounds.low) + (french(language) ? " et " : " and ") +
             write(bounds.high);
  else if (has_low)
    around = (french(language) ? "plus de " : "more than ") + write(bounds.low);
  else if (has_high)
    around = (french(language) ? "moins de " : "less than ") + write(bounds.high);
  if (!bounds.is_point()) return around.empty() ? std::string(unknown_text(language)) : around;
  return around.empty() ? write(bounds.value) : write(bounds.value) + " (" + around + ")";
}

struct YearMonth {
  int year;
  int month;  ///< 0 to 11
};

ESSOR_INLINE YearMonth year_month(std::int32_t month) noexcept {
  const std::int32_t years = month >= 0 ? month / 12 : -((11 - month) / 12);
  return {1970 + years, static_cast<int>(month - 12 * years)};
}

ESSOR_INLINE std::string_view month_name(int month, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 12>, 2> names{
      {{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre"},
       {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December"}}};
  return names[static_cast<std::size_t>(language)][static_cast<std::size_t>(month)];
}

ESSOR_INLINE std::string_view short_month_name(int month, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 12>, 2> names{
      {{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
       {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}}};
  return names[static_cast<std::size_t>(language)][static_cast<std::size_t>(month)];
}

ESSOR_INLINE std::string month_text(std::int32_t month, Language language) {
  const auto [year, index] = year_month(month);
  return std::string(month_name(index, language)) + std::string(no_break) + std::to_string(year);
}

ESSOR_INLINE std::string short_month_text(std::int32_t month, Language language) {
  const auto [year, index] = year_month(month);
  return std::string(short_month_name(index, language)) + std::string(no_break) + std::to_string(year);
}

enum class Span : std::uint8_t { empty, month, quarter, half, year, years, other };

ESSOR_INLINE Span span_of(const Period& period) noexcept {
  if (period.months() <= 0) return Span::empty;
  const int month = year_month(period.first).month;
  if (period.months() == 1) return Span::month;
  if (period.months() == 3 && month % 3 == 0) return Span::quarter;
  if (period.months() == 6 && month % 6 == 0) return Span::half;
  if (period.months() == 12 && month == 0) return Span::year;
  return period.months() % 12 == 0 && month == 0 ? Span::years : Span::other;
}

/// "1er", "2e"; "first", "second".
ESSOR_INLINE std::string_view ordinal(int rank, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 4>, 2> list{
      {{"1er", "2e", "3e", "4e"}, {"first", "second", "third", "fourth"}}};
  return list[static_cast<std::size_t>(language)][static_cast<std::size_t>(rank - 1)];
}

/// "1er semestre 2021", "first half of 2021"; the same for quarters.
ESSOR_INLINE std::string part_of_year(const Period& period, Language language) {
  const auto [year, month] = year_month(period.first);
  const bool half = period.months() == 6;
  const std::string_view rank = ordinal(month / period.months() + 1, language);
  if (french(language))
    return std::string(rank) + std::string(no_break) + (half ? "semestre" : "trimestre") + std::string(no_break) +
           std::to_string(year);
  return std::string(rank) + (half ? " half of " : " quarter of ") + std::to_string(year);
}

/// Whether "de" before the month loses its vowel: d'avril, d'août, d'octobre.
ESSOR_INLINE bool elides(int month) noexcept { return month == 3 || month == 7 || month == 9; }

struct Difference {
  std::string_view word;
  std::array<std::string_view, 2> name;
  std::array<std::string_view, 2> figure;
};

inline constexpr std::array<Difference, 7> differences{{
    {"cost_setting",
     {"Comment le montant est fixé", "How the amount is set"},
     {"décisions par an qui fixent un montant", "decisions a year that set an amount"}},
    {"spend_before_live",
     {"Dépense avant l’ouverture au public", "Spending before going live"},
     {"part du coût dépensée avant l’ouverture au public", "share of cost spent before going live"}},
    {"aim",
     {"Ce que visent les objectifs", "What targets aim at"},
     {"part des objectifs qui ne visent que l’activité ou la facilité d’usage",
      "share of targets on activity or ease of use alone"}},
    {"coordination",
     {"Coordination ou construction", "Coordination or building"},
     {"part de la coordination dans le coût", "share of coordination in cost"}},
    {"steering",
     {"Décider d’après des mesures", "Deciding from measurements"},
     {"part des décisions précédées d’une mesure d’usage ou d’impact",
      "share of decisions that a measurement of use or impact came before"}},
    {"infrastructure",
     {"Infrastructure au rythme de l’usage", "Infrastructure in step with use"},
     {"dimensionnement de départ de l’infrastructure, rapporté à celui de l’usage",
      "infrastructure in its first year against use in its first year"}},
    {"early_release",
     {"Mise en service rapide", "Early release"},
     {"mois entre la première dépense et l’ouverture au public", "months from first spending to going live"}},
}};

ESSOR_INLINE const Difference* find_difference(std::string_view difference) noexcept {
  for (const Difference& known : differences)
    if (known.word == difference) return &known;
  return nullptr;
}

struct Question {
  std::array<std::string_view, 2> title;
  std::array<std::string_view, 2> text;
};

inline constexpr std::array<Question, 12> questions{{
    {{"But, mesures, démonstration", "Purpose, measures, demonstration"},
     {"À quoi sert le produit, sur quelles mesures d’impact nous sommes-nous accordés, et peut-on le voir "
      "fonctionner\u202f?",
      "What is the product for, which impact measures did we agree on, and can we see it working?"}},
    {{"Situation actuelle", "Where it stands"},
     {"Où en est le produit aujourd’hui\u202f?", "Where does the product stand today?"}},
    {{"Le dernier financement", "The last funding"},
     {"Notre administration en a-t-elle eu pour son argent ces six derniers mois\u202f?",
      "Did our administration get its money’s worth in the last six months?"}},
    {{"Coût et impact", "Cost against impact"},
     {"Le coût annuel croît-il moins vite que l’impact\u202f?", "Does annual cost grow more slowly than impact?"}},
    {{"Montant et objectifs", "Amount and targets"},
     {"Combien investir pour les six prochains mois, et quels objectifs sont réalistes pour ce montant\u202f?",
      "How much should we invest for the next six months, and which targets are realistic for that amount?"}},
    {{"Confiance dans l’équipe", "Trust in the team"},
     {"Peut-on compter sur l’équipe pour atteindre ces objectifs\u202f?",
      "Can we count on the team to reach these targets?"}},
    {{"Retour sur investissement", "Return on investment"},
     {"Quel est le retour sur investissement, et que vaut pour nous une unité d’impact\u202f?",
      "What is the return on investment, and what is one unit of impact worth to us?"}},
    {{"Accélérer\u202f?", "Accelerate?"}, {"Est-ce le moment d’accélérer\u202f?", "Is it time to accelerate?"}},
    {{"Ralentir ou arrêter\u202f?", "Slow down or stop?"},
     {"Est-ce le moment de ralentir ou d’arrêter, et qu’y perdrait-on\u202f?",
      "Is it time to slow down or stop, and what would be lost?"}},
    {{"Décider maintenant\u202f?", "Decide now?"},
     {"Faut-il décider maintenant, ou demander d’abord d’autres preuves\u202f?",
      "Should we decide now, or ask for more evidence first?"}},
    {{"Le prochain euro", "The next euro"},
     {"Dans l’ensemble du portefeuille, où le prochain euro serait-il le plus utile\u202f?",
      "Across the portfolio, where would the next euro do most?"}},
    {{"Produit ou projet", "Product or project"},
     {"Pilotons-nous un produit, ou menons-nous un projet\u202f?", "Are we steering a product, or running a project?"}},
}};

ESSOR_INLINE const Question& question(int number) {
  if (number < 1 || number > 12)
    throw ArgumentError("question_text: question", std::to_string(number), "must be from 1 to 12");
  return questions[static_cast<std::size_t>(number - 1)];
}

/// Whether "de" loses its vowel before a word; an h is taken as silent.
ESSOR_INLINE bool starts_with_vowel(std::string_view word) noexcept {
  if (word.empty()) return false;
  if (std::string_view("aeiouyhAEIOUYH").find(word[0]) != std::string_view::npos) return true;
  for (const std::string_view accented : {"é", "è", "ê", "à", "â", "î", "ô", "û", "É", "È", "Ê", "À", "Â", "Î", "Ô"})
    if (word.starts_with(accented)) return true;
  return false;
}

ESSOR_INLINE bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace detail::wording

ESSOR_INLINE std::string_view unknown_text(Language language) noexcept {
  return detail::wording::french(language) ? "non connu" : "not known";
}

ESSOR_INLINE std::string number_text(double value, Language language, int significant) {
  using namespace detail::wording;
  if (!std::isfinite(value)) return not_finite(value, language);
  if (needs_power(value)) return with_power(value, language, significant);
  return dressed(value, without_final_zeros(digits(value, decimals_for(value, significant))), language);
}

ESSOR_INLINE std::string decimal_text(double value, Language language, int decimals) {
  using namespace detail::wording;
  if (!std::isfinite(value)) return not_finite(value, language);
  if (std::abs(value) >= 1e15) return with_power(value, language, 3);
  return dressed(value, digits(value, decimals), language);
}

ESSOR_INLINE std::string count_text(double value, Language language) {
  using namespace detail::wording;
  if (!std::isfinite(value)) return not_finite(value, language);
  const int exponent = magnitude(value, 3);
  if (exponent < 6 || needs_power(value)) return number_text(value, language);
  const bool billions = exponent >= 9;
  const double scaled = value / (billions ? 1e9 : 1e6);
  const std::string number = rounded_text(scaled, language, 3) + std::string(no_break);
  if (!french(language)) return number + (billions ? "billion" : "million");
  return number + (billions ? "milliard" : "million") + (std::abs(scaled) < 2 ? "" : "s");
}

ESSOR_INLINE std::string money_text(double value, std::string_view currency, Language language) {
  using namespace detail::wording;
  if (!std::isfinite(value)) return not_finite(value, language);
  const double size = std::abs(value);
  if (size == 0) return with_currency("0", "", currency, language);
  if (size < 0.1 || size >= 1e15) return with_currency(number_text(value, language), "", currency, language);
  return with_currency(decimal_text(value, language, size < 99.995 ? 2 : 0), "", currency, language);
}

ESSOR_INLINE std::string compact_money_text(double value, std::string_view currency, Language language) {
  using namespace detail::wording;
  if (!std::isfinite(value)) return not_finite(value, language);
  const int exponent = magnitude(value, 3);
  if (exponent < 4 || needs_power(value)) return money_text(value, currency, language);
  if (exponent >= 9)
    return with_currency(rounded_text(value / 1e9, language, 3), french(language) ? "Md" : "bn", currency, language);
  if (exponent >= 6) return with_currency(rounded_text(value / 1e6, language, 3), "M", currency, language);
  return with_currency(rounded_text(value / 1e3, language, 3), "k", currency, language);
}

ESSOR_INLINE std::string unit_cost_text(double value, std::string_view currency, std::string_view unit,
                                        Language language) {
  if (!std::isfinite(value)) return detail::wording::not_finite(value, language);
  return money_text(value, currency, language) + (detail::wording::french(language) ? " par " : " per ") +
         std::string(unit);
}

ESSOR_INLINE std::string percent_text(double share, Language language) {
  using namespace detail::wording;
  if (!std::isfinite(share)) return not_finite(share, language);
  if (std::abs(share) >= 1e9) return with_power(100 * share, language, 3) + percent_sign(language);
  return dressed(share, percent_digits(100 * share), language) + percent_sign(language);
}

ESSOR_INLINE std::string probability_text(double probability, Language language) {
  using namespace detail::wording;
  if (!(probability >= 0 && probability <= 1)) return std::string(unknown_text(language));
  const double percent = 100 * probability;
  const std::string sign = percent_sign(language);
  if (probability < 1 && probability > 0.999) return ">" + std::string(no_break) + dressed(1, "99.9", language) + sign;
  if (probability > 0 && probability < 0.001) return "<" + std::string(no_break) + dressed(1, "0.1", language) + sign;
  const bool near_an_end = probability > 0.99 || probability < 0.01;
  return dressed(percent, without_final_zeros(digits(percent, near_an_end ? 1 : 0)), language) + sign;
}

ESSOR_INLINE std::string change_text(double change, Language language) {
  using namespace detail::wording;
  if (!std::isfinite(change)) return not_finite(change, language);
  if (change >= 10) return "×" + std::string(no_break) + rounded_text(1 + change, language, 3);
  const std::string text = dressed(change, percent_digits(100 * change), language) + percent_sign(language);
  return change > 0 && !text.starts_with("0" + percent_sign(language)) ? "+" + text : text;
}

ESSOR_INLINE std::string growth_text(double log_growth, Language language) {
  return change_text(std::isfinite(log_growth) ? std::expm1(log_growth) : log_growth, language);
}

ESSOR_INLINE std::string bounds_text(const Bounds& bounds, Language language) {
  return detail::wording::bounded(bounds, language, [&](double x) { return count_text(x, language); });
}

ESSOR_INLINE std::string money_bounds_text(const Bounds& bounds, std::string_view currency, Language language) {
  return detail::wording::bounded(bounds, language,
                                  [&](double x) { return compact_money_text(x, currency, language); });
}

ESSOR_INLINE std::string unit_cost_bounds_text(const Bounds& bounds, std::string_view currency, std::string_view unit,
                                               Language language) {
  std::string text =
      detail::wording::bounded(bounds, language, [&](double x) { return money_text(x, currency, language); });
  if (text == unknown_text(language)) return text;
  return text + (detail::wording::french(language) ? " par " : " per ") + std::string(unit);
}

ESSOR_INLINE bool is_currency(std::string_view text) noexcept {
  return text.size() == 3 && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

ESSOR_INLINE std::string figure_text(double value, std::string_view unit, Language language) {
  if (unit == "probability") return probability_text(value, language);
  if (unit == "share") return percent_text(value, language);
  if (unit == "growth") return growth_text(value, language);
  if (is_currency(unit)) return compact_money_text(value, unit, language);
  if (!std::isfinite(value)) return detail::wording::not_finite(value, language);
  const std::size_t slash = unit.find('/');
  if (slash != std::string_view::npos && is_currency(unit.substr(0, slash)))
    return unit_cost_text(value, unit.substr(0, slash), unit.substr(slash + 1), language);
  return counted_text(value, unit, language);
}

ESSOR_INLINE std::string counted_text(const Bounds& bounds, std::string_view unit, Language language) {
  std::string text = bounds_text(bounds, language);
  if (unit.empty() || !bounds.known()) return text;
  text += detail::wording::no_break;
  if (detail::wording::french(language) &&
      text.find("illi", text.rfind(' ') == std::string::npos ? 0 : text.rfind(' ')) != std::string::npos)
    text += detail::wording::starts_with_vowel(unit) ? "d’" : "de ";
  const double size = bounds.is_point() ? bounds.value : std::isinf(bounds.high) ? bounds.low : bounds.high;
  const bool several = detail::wording::french(language) ? size >= 2 : size != 1;
  const bool plain = std::isalpha(static_cast<unsigned char>(unit.back())) &&
                     unit.find_first_of(" -'_") == std::string_view::npos &&
                     std::string_view("sxz").find(unit.back()) == std::string_view::npos;
  return text + std::string(unit) + (several && plain ? "s" : "");
}

ESSOR_INLINE std::string counted_text(double value, std::string_view unit, Language language) {
  return counted_text(Bounds::exactly(value), unit, language);
}

ESSOR_INLINE std::string date_text(Date day, Language language) {
  const std::chrono::year_month_day parts(day);
  const auto number = static_cast<unsigned>(parts.day());
  const int month = static_cast<int>(static_cast<unsigned>(parts.month())) - 1;
  const bool first = number == 1 && detail::wording::french(language);
  return std::to_string(number) + (first ? "er" : "") + std::string(detail::wording::no_break) +
         std::string(detail::wording::month_name(month, language)) + std::string(detail::wording::no_break) +
         std::to_string(static_cast<int>(parts.year()));
}

ESSOR_INLINE std::string period_text(const Period& period, Language language) {
  using namespace detail::wording;
  switch (span_of(period)) {
    case Span::empty:
      return std::string(unknown_text(language));
    case Span::month:
      return month_text(period.first, language);
    case Span::quarter:
    case Span::half:
      return part_of_year(period, language);
    case Span::year:
      return std::to_string(year_month(period.first).year);
    case Span::years:
      return std::to_string(year_month(period.first).year) + "–" + std::to_string(year_month(period.last - 1).year);
    case Span::other:
      break;
  }
  return month_text(period.first, language) + " – " + month_text(period.last - 1, language);
}

ESSOR_INLINE std::string short_period_text(const Period& period, Language language) {
  using namespace detail::wording;
  const auto [year, month] = year_month(period.first);
  const std::string after = std::string(no_break) + std::to_string(year);
  switch (span_of(period)) {
    case Span::month:
      return short_month_text(period.first, language);
    case Span::quarter:
      return (french(language) ? "T" : "Q") + std::to_string(month / 3 + 1) + after;
    case Span::half:
      return (french(language) ? "S" : "H") + std::to_string(month / 6 + 1) + after;
    case Span::other:
      break;
    default:
      return period_text(period, language);
  }
  return short_month_text(period.first, language) + " – " + short_month_text(period.last - 1, language);
}

ESSOR_INLINE std::string during_text(const Period& period, Language language) {
  using namespace detail::wording;
  const Span span = span_of(period);
  if (span == Span::empty) return period_text(period, language);
  if (span == Span::years || span == Span::other) {
    const bool years = span == Span::years;
    const auto end = [&](std::int32_t month) {
      return years ? std::to_string(year_month(month).year) : month_text(month, language);
    };
    if (!french(language)) return "from " + end(period.first) + " to " + end(period.last - 1);
    const bool apostrophe = !years && elides(year_month(period.first).month);
    return (apostrophe ? "d’" : "de ") + end(period.first) + " à " + end(period.last - 1);
  }
  const bool part = span == Span::half || span == Span::quarter;
  const std::string_view before = french(language) ? (part ? "au " : "en ") : (part ? "in the " : "in ");
  return std::string(before) + period_text(period, language);
}

ESSOR_INLINE std::string_view label(Phase phase, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 7> list{{{"investigation", "investigation"},
                                                                 {"construction", "construction"},
                                                                 {"accélération", "acceleration"},
                                                                 {"consolidation", "consolidation"},
                                                                 {"transféré", "transferred"},
                                                                 {"en exploitation", "in operation"},
                                                                 {"abandonné", "abandoned"}}};
  return detail::wording::pick(list, phase, language);
}

ESSOR_INLINE std::string_view label(Level level, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 6> list{{{"activité", "activity"},
                                                                 {"utilisable", "usable"},
                                                                 {"utilisé", "used"},
                                                                 {"utile", "useful"},
                                                                 {"à impact", "impactful"},
                                                                 {"efficient", "efficient"}}};
  return detail::wording::pick(list, level, language);
}

ESSOR_INLINE std::string_view label(Kind kind, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 4> list{
      {{"flux", "flow"}, {"stock", "stock"}, {"cumul", "cumulative"}, {"taux", "rate"}}};
  return detail::wording::pick(list, kind, language);
}

ESSOR_INLINE std::string_view label(Direction direction, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 2> list{
      {{"à augmenter", "to increase"}, {"à réduire", "to decrease"}}};
  return detail::wording::pick(list, direction, language);
}

ESSOR_INLINE std::string_view label(CostStatus status, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 3> list{
      {{"prévu", "planned"}, {"engagé", "committed"}, {"payé", "paid"}}};
  return detail::wording::pick(list, status, language);
}

ESSOR_INLINE std::string_view label(Basis basis, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 2> list{
      {{"mesuré", "measured"}, {"coût unitaire × volume", "unit cost × volume"}}};
  return detail::wording::pick(list, basis, language);
}

ESSOR_INLINE std::string_view label(MeasurementStatus status, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 6> list{{{"mesuré", "measured"},
                                                                 {"estimé", "estimated"},
                                                                 {"reconduit sans mesure", "carried forward"},
                                                                 {"masqué", "suppressed"},
                                                                 {"manquant", "missing"},
                                                                 {"non demandé", "not requested"}}};
  return detail::wording::pick(list, status, language);
}

ESSOR_INLINE std::string_view label(DecisionKind decision, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 6> list{{{"accélérer", "accelerate"},
                                                                 {"continuer", "continue"},
                                                                 {"ralentir", "slow down"},
                                                                 {"arrêter", "stop"},
                                                                 {"financer à titre provisoire", "fund provisionally"},
                                                                 {"transférer", "transfer"}}};
  return detail::wording::pick(list, decision, language);
}

ESSOR_INLINE std::string_view label(PublishedQuantity quantity, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 3> list{{{"coût par unité", "unit cost"},
                                                                 {"croissance du coût", "growth of cost"},
                                                                 {"croissance de l’impact", "growth of impact"}}};
  return detail::wording::pick(list, quantity, language);
}

ESSOR_INLINE std::string_view label(Activity activity, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 17> list{{{"pilotage", "management"},
                                                                  {"administration", "administration"},
                                                                  {"accompagnement", "coaching"},
                                                                  {"développement", "development"},
                                                                  {"conception", "design"},
                                                                  {"données", "data"},
                                                                  {"déploiement", "deployment"},
                                                                  {"communication", "communication"},
                                                                  {"assistance", "support"},
                                                                  {"sécurité", "security"},
                                                                  {"hébergement", "hosting"},
                                                                  {"réseau", "network"},
                                                                  {"exploitation", "operations"},
                                                                  {"coordination", "coordination"},
                                                                  {"construction", "build"},
                                                                  {"infrastructure", "infrastructure"},
                                                                  {"autre", "other"}}};
  return detail::wording::pick(list, activity, language);
}

ESSOR_INLINE std::string_view label(ActivityGroup group, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 4> list{
      {{"coordination", "coordination"},
       {"construction et déploiement", "build and deployment"},
       {"infrastructure", "infrastructure"},
       {"autre", "other"}}};
  return detail::wording::pick(list, group, language);
}

ESSOR_INLINE std::string_view label(Resource resource, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 6> list{{{"agents", "staff"},
                                                                 {"prestations", "external services"},
                                                                 {"matériel", "hardware"},
                                                                 {"logiciels", "software"},
                                                                 {"frais de structure", "structure"},
                                                                 {"autre", "other"}}};
  return detail::wording::pick(list, resource, language);
}

ESSOR_INLINE std::string_view label(Trajectory trajectory, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 9> list{{{"trop tôt pour conclure", "too early to tell"},
                                                                 {"licorne", "unicorn"},
                                                                 {"déclin", "declining"},
                                                                 {"coût en baisse", "falling cost"},
                                                                 {"stagnation", "stagnating"},
                                                                 {"coût stable", "flat cost"},
                                                                 {"rendements croissants", "increasing returns"},
                                                                 {"rendements constants", "constant returns"},
                                                                 {"rendements décroissants", "decreasing returns"}}};
  return detail::wording::pick(list, trajectory, language);
}

ESSOR_INLINE std::string_view label(Verdict verdict, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 3> list{
      {{"projet", "project"}, {"produit", "product"}, {"on ne peut conclure", "cannot tell"}}};
  return detail::wording::pick(list, verdict, language);
}

ESSOR_INLINE std::string_view label(AnswerStatus status, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 3> list{{{"réponse donnée", "answered"},
                                                                 {"donnée manquante", "record missing"},
                                                                 {"pas encore calculé", "not computed yet"}}};
  return detail::wording::pick(list, status, language);
}

ESSOR_INLINE std::string activity_label(std::string_view activity, Language language) {
  const auto known = from_word<Activity>(activity);
  return std::string(known ? label(*known, language) : activity);
}

ESSOR_INLINE std::string_view unit_cost_label(Level level, Language language) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 6> list{
      {{"", ""},
       {"coût par unité d’utilisabilité", "cost per unit of usability"},
       {"coût à l’usage", "cost per usage"},
       {"coût à l’utilité", "cost per utility"},
       {"coût à l’impact", "cost per impact"},
       {"coût par unité d’efficience", "cost per unit of efficiency"}}};
  return detail::wording::pick(list, level, language);
}

ESSOR_INLINE std::string difference_label(std::string_view difference, Language language) {
  const auto* known = detail::wording::find_difference(difference);
  return std::string(known ? known->name[static_cast<std::size_t>(language)] : difference);
}

ESSOR_INLINE std::string_view difference_figure_label(std::string_view difference, Language language) noexcept {
  const auto* known = detail::wording::find_difference(difference);
  return known ? known->figure[static_cast<std::size_t>(language)] : std::string_view();
}

ESSOR_INLINE std::string_view question_text(int question, Language language) {
  return detail::wording::question(question).text[static_cast<std::size_t>(language)];
}

ESSOR_INLINE std::string_view question_title(int question, Language language) {
  return detail::wording::question(question).title[static_cast<std::size_t>(language)];
}

ESSOR_INLINE std::array<GridQuestion, 10> grid_questions(Language language) noexcept {
  if (detail::wording::french(language))
    return {
        {{1, "Le produit s’attaque-t-il au bon problème, pour les bonnes personnes\u202f?"},
         {1, "Est-il facile à prendre en main, vraiment employé, et profitable à ceux qui l’emploient\u202f?"},
         {1, "Ce qui avait été promis est-il tenu, ou l’effet sur la politique publique déjà démontré\u202f?"},
         {1, "Sait-on ce que coûte aujourd’hui une unité d’impact, et ce coût nous convient-il\u202f?"},
         {2, "Les objectifs proposés sont-ils ceux qui comptent\u202f?"},
         {2, "Le coût par unité d’impact attendu nous convient-il\u202f?"},
         {2, "Les priorités retenues mènent-elles à ces objectifs\u202f?"},
         {3, "Le montant demandé est-il à la mesure des objectifs et de ce qu’il reste à gagner\u202f?"},
         {3, "L’équipe décide-t-elle d’après l’impact, et le mesure-t-elle\u202f?"},
         {3, "L’équipe a-t-elle les personnes, l’organisation et la liberté qu’il faut pour changer de cap\u202f?"}}};
  return {{{1, "Does the product tackle the right problem, for the right people?"},
           {1, "Is it easy to take up, really used, and of benefit to those who use it?"},
           {1, "Was what had been promised delivered, or its effect on public policy already shown?"},
           {1, "Do we know what a unit of impact costs today, and are we content with it?"},
           {2, "Are the targets put forward the ones that matter?"},
           {2, "Are we content with the cost per unit of impact that is expected?"},
           {2, "Do the chosen priorities lead to these targets?"},
           {3, "Is the amount asked for in keeping with the targets and with what is left to gain?"},
           {3, "Does the team decide from impact, and does it measure it?"},
           {3, "Does the team have the people, the organisation and the freedom to change course?"}}};
}

ESSOR_INLINE std::string typeset(std::string_view prose, Language language) {
  using namespace detail::wording;
  if (!french(language)) return std::string(prose);
  std::string text;
  text.reserve(prose.size() + prose.size() / 16);
  for (std::size_t i = 0; i < prose.size(); ++i) {
    const std::string_view rest = prose.substr(i + 1);
    if (prose[i] == ' ' && !rest.empty() && (rest[0] == ';' || rest[0] == '?' || rest[0] == '!'))
      text += narrow;
    else if (prose[i] == ' ' &&
             (rest.starts_with(":") || rest.starts_with("%") || rest.starts_with("»") || text.ends_with("«")))
      text += no_break;
    else if (prose[i] == '\'' && i > 0 && is_letter(prose[i - 1]) && !rest.empty() && is_letter(rest[0]))
      text += "’";
    else
      text += prose[i];
  }
  return text;
}

}  // namespace essor
