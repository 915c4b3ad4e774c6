// The words and figures of a committee document, in French and in English.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "essor/committee/dossier.hpp"
#include "essor/config.hpp"
#include "essor/indicators/window.hpp"
#include "essor/model/bounds.hpp"
#include "essor/model/date.hpp"
#include "essor/model/period.hpp"
#include "essor/model/vocabulary.hpp"

namespace essor {

// Figures. French typography: decimal comma, narrow no-break space (U+202F) between thousands, no-break space (U+00A0)
// before a unit. A figure that is NaN reads "non connu" or "not known", an infinite one "sans limite" or "without
// limit".

/// A number whose whole part is always written in full and whose decimals bring it to `significant` digits: with 3
/// digits, 1 234 567.8 reads "1 234 568" and 0.42345 reads "0,423". Zeros at the end of the decimals are left out.
std::string number_text(double value, Language language, int significant = 3);

/// A number with exactly so many decimals: "0,40".
std::string decimal_text(double value, Language language, int decimals);

/// A count for a sentence or an axis: "4 millions", "1,2 million", "2,05 milliards", "350 000"; three digits from a
/// million on.
std::string count_text(double value, Language language);

/// An amount: "1 200 000 €", "£1,200,000"; two decimals below 100, three significant digits below 0.1.
/// Currencies other than EUR, GBP and USD are written by their code.
std::string money_text(double value, std::string_view currency, Language language);

/// An amount of three significant digits: "1,2 M€", "350 k€", "13,3 M€", "2,05 Md€"; "€1.2M", "€350k", "€2.05bn".
std::string compact_money_text(double value, std::string_view currency, Language language);

/// "0,40 € par dossier", "€0.40 per file".
std::string unit_cost_text(double value, std::string_view currency, std::string_view unit, Language language);

/// A share: "85 %", "4,2 %"; what is rounded never reads 0 % or 100 %.
std::string percent_text(double share, Language language);

/// A probability: "97 %", "99,5 %", "> 99,9 %", "< 0,1 %"; 100 % and 0 % only when it is exactly so.
std::string probability_text(double probability, Language language);

/// A relative change with its sign: 0.12 reads "+12 %"; from eleven times on, "× 148".
std::string change_text(double change, Language language);

/// A growth of logarithms, as the change that it is: ln 2.2 reads "+120 %".
std::string growth_text(double log_growth, Language language);

/// What is known of a number: "plus de 4 millions", "moins de 300", "entre 2 et 3", or the value itself.
std::string bounds_text(const Bounds& bounds, Language language);

/// The same for an amount of money, compact.
std::string money_bounds_text(const Bounds& bounds, std::string_view currency, Language language);

/// The same for a unit cost: "plus de 1,00 € par dossier".
std::string unit_cost_bounds_text(const Bounds& bounds, std::string_view currency, std::string_view unit,
                                  Language language);

/// A figure with its unit: `unit` is "probability", "share", "growth" (of logarithms), a currency ("EUR"), a currency
/// per something ("EUR/file"), or what is counted ("file").
std::string figure_text(double value, std::string_view unit, Language language);

/// What is known of a count, with what is counted: "plus de 4 millions de dossiers", "3 million files", "1 file". A
/// unit of one word takes a plural s from two on, unless it ends in s, x or z or holds a dash.
std::string counted_text(const Bounds& bounds, std::string_view unit, Language language);
std::string counted_text(double value, std::string_view unit, Language language);

/// Whether a text is a code of three capital letters, as a currency's is.
bool is_currency(std::string_view text) noexcept;

// Dates and periods.

/// "1er janvier 2022", "1 January 2022".
std::string date_text(Date day, Language language);

/// "2021", "1er semestre 2021" / "first half of 2021", "2e trimestre 2021", "avril 2021", "avril 2021 – mars 2022".
std::string period_text(const Period& period, Language language);

/// The same for an axis or a table: "2021", "S1 2021" / "H1 2021", "T2 2021" / "Q2 2021", "avr. 2021".
std::string short_period_text(const Period& period, Language language);

/// The period in a sentence: "en 2021", "au 1er semestre 2021", "d'avril 2021 à mars 2022"; "in the first half of
/// 2021".
std::string during_text(const Period& period, Language language);

// Words.

std::string_view label(Phase, Language) noexcept;
std::string_view label(Level, Language) noexcept;
std::string_view label(Kind, Language) noexcept;
std::string_view label(Direction, Language) noexcept;
std::string_view label(CostStatus, Language) noexcept;
std::string_view label(Basis, Language) noexcept;
std::string_view label(MeasurementStatus, Language) noexcept;
std::string_view label(DecisionKind, Language) noexcept;
std::string_view label(PublishedQuantity, Language) noexcept;
std::string_view label(Activity, Language) noexcept;
std::string_view label(ActivityGroup, Language) noexcept;
std::string_view label(Resource, Language) noexcept;
std::string_view label(Trajectory, Language) noexcept;
std::string_view label(Verdict, Language) noexcept;
std::string_view label(AnswerStatus, Language) noexcept;

/// The name in the language of an activity written as a word ("development"); the text itself where it is no known
/// word.
std::string activity_label(std::string_view activity, Language language);

/// What a cost per unit is at a level: "coût à l'usage", "cost per unit of impact"; empty for activity.
std::string_view unit_cost_label(Level level, Language language) noexcept;

/// The name of one of the seven differences (`cost_setting`, `spend_before_live`, `aim`, `coordination`, `steering`,
/// `infrastructure`, `early_release`); the text itself where it is none of them.
std::string difference_label(std::string_view difference, Language language);

/// What its figure is: "part du coût engagée avant l'ouverture au public"; empty where it is none of them.
std::string_view difference_figure_label(std::string_view difference, Language language) noexcept;

/// The question 1-12, whole. @throw ArgumentError for another number.
std::string_view question_text(int question, Language language);

/// The same in two to five words, for a first page. @throw ArgumentError for another number.
std::string_view question_title(int question, Language language);

/// A line of the sponsor's grid: the part of the meeting it belongs to (1 the last months, 2 the next, 3 needs).
struct GridQuestion {
  int part = 1;
  std::string_view text;
};

/// The ten lines of the sponsor's grid, in order: four, three and three.
std::array<GridQuestion, 10> grid_questions(Language language) noexcept;

/// Words of the language for "not known".
std::string_view unknown_text(Language language) noexcept;

/// Prose with the spaces of the language: in French, a no-break space before `:` and `%` and inside « », a narrow one
/// before
/// `;`, `?` and `!`, where a plain space was written, and a curved apostrophe between letters. English stays as it is.
std::string typeset(std::string_view prose, Language language);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/committee/detail/wording_inl.hpp"
#endif
