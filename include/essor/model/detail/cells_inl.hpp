// Reads the columns of a table as texts, numbers, words, days and yes or no, each distinct text once.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "essor/error/errors.hpp"
#include "essor/error/number_text.hpp"
#include "essor/model/bounds.hpp"
#include "essor/model/date.hpp"
#include "essor/model/detail/blank.hpp"
#include "essor/model/period.hpp"
#include "essor/model/table.hpp"
#include "essor/model/vocabulary.hpp"

namespace essor {

double parse_number(std::string_view text, std::string_view place);

}  // namespace essor

namespace essor::detail {

ESSOR_INLINE std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

ESSOR_INLINE std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// Lower case, trimmed, with runs of spaces and dashes as one underscore.
ESSOR_INLINE std::string word_key(std::string_view text) {
  std::string key;
  for (const char c : lower_case(trimmed(text))) {
    const bool gap = c == ' ' || c == '-' || c == '_';
    if (!gap)
      key += c;
    else if (!key.empty() && key.back() != '_')
      key += '_';
  }
  return key;
}

/// The column of a table whose name is `name` in any case; nothing when there is none. @throw RecordError when two are.
ESSOR_INLINE const Column* find_column(const Table& table, std::string_view name) {
  const Column* found = nullptr;
  for (const Column& column : table.columns) {
    if (word_key(column.name) != name) continue;
    if (found != nullptr)
      throw RecordError((table.source.empty() ? "" : table.source + " ") + table.name,
                        quoted(found->name) + " and " + quoted(column.name),
                        "two columns are both read as " + std::string(name) + ": keep one");
    found = &column;
  }
  return found;
}

ESSOR_INLINE std::string table_place(const Table& table) {
  return (table.source.empty() ? "" : table.source + " ") + table.name;
}

ESSOR_INLINE const Column& required_column(const Table& table, std::string_view name) {
  if (const Column* column = find_column(table, name)) return *column;
  std::string there;
  for (const Column& column : table.columns) there += (there.empty() ? "" : ", ") + column.name;
  throw RecordError(table_place(table), there.empty() ? "no columns" : "columns " + there,
                    "the column " + std::string(name) + " is missing");
}

/// A column read as texts; numbers become their shortest text. A blank cell is absent.
class TextCells {
 public:
  TextCells(const Table& table, std::string_view name, const Column* column) : table_(&table), name_(name) {
    if (column == nullptr) return;
    if (const auto* text = std::get_if<TextColumn>(&column->cells))
      column_ = text;
    else if (const auto* numbers = std::get_if<NumberColumn>(&column->cells))
      convert(*numbers);
    else
      throw RecordError(place(first_present(std::get<BooleanColumn>(column->cells))), "true or false",
                        "has the wrong type: a text is expected");
    blank_.reserve(column_->texts.size());
    for (const std::string& text : column_->texts) blank_.push_back(trimmed(text).empty());
  }
  TextCells(const TextCells&) = delete;
  TextCells& operator=(const TextCells&) = delete;

  /// Index of the cell's distinct text, -1 when absent.
  std::int32_t code(std::size_t row) const noexcept {
    const std::int32_t code = column_ == nullptr ? -1 : column_->codes[row];
    return code < 0 || blank_[static_cast<std::size_t>(code)] ? -1 : code;
  }
  bool exists() const noexcept { return column_ != nullptr; }
  std::size_t distinct() const noexcept { return blank_.size(); }
  std::string_view text(std::int32_t code) const noexcept {
    return trimmed(column_->texts[static_cast<std::size_t>(code)]);
  }
  std::string_view at(std::size_t row) const noexcept {
    const auto c = code(row);
    return c < 0 ? std::string_view{} : text(c);
  }
  std::string place(std::size_t row) const { return place_of(*table_, row, name_); }
  const Table& table() const noexcept { return *table_; }

  std::int32_t required(std::size_t row) const {
    const std::int32_t found = code(row);
    if (found < 0) throw RecordError(place(row), "an empty cell", std::string(name_) + " must be given");
    return found;
  }

  /// `read(text, place)` of every distinct text in use, by code; the place is the first row that has it.
  template <class T, class Read>
  std::vector<T> each(Read read) const {
    return each_row<T>([&](std::string_view text, std::size_t row) { return read(text, place(row)); });
  }
  /// The same with the row for a place, which is spelt when it is needed.
  template <class T, class Read>
  std::vector<T> each_row(Read read) const {
    std::vector<T> values(distinct());
    std::vector<char> seen(distinct(), 0);
    if (column_ == nullptr) return values;
    for (std::size_t row = 0; row < column_->codes.size(); ++row) {
      const std::int32_t c = code(row);
      if (c < 0 || seen[static_cast<std::size_t>(c)]) continue;
      seen[static_cast<std::size_t>(c)] = 1;
      values[static_cast<std::size_t>(c)] = read(text(c), row);
    }
    return values;
  }

 private:
  static std::size_t first_present(const BooleanColumn& column) {
    return static_cast<std::size_t>(
        std::find_if(column.values.begin(), column.values.end(), [](auto v) { return v >= 0; }) -
        column.values.begin());
  }
  void convert(const NumberColumn& numbers) {
    std::unordered_map<double, std::int32_t> known;
    for (std::size_t row = 0; row < numbers.values.size(); ++row) {
      if (!numbers.present.empty() && !numbers.present[row]) {
        converted_.codes.push_back(-1);
        continue;
      }
      const double x = numbers.values[row];
      const auto [at, fresh] = known.try_emplace(x, static_cast<std::int32_t>(converted_.texts.size()));
      if (fresh) converted_.texts.push_back(number_text(x));
      converted_.codes.push_back(at->second);
    }
    column_ = &converted_;
  }

  const Table* table_;
  std::string_view name_;
  const TextColumn* column_ = nullptr;
  TextColumn converted_;
  std::vector<char> blank_;
};

/// A column read as finite numbers; NaN where absent.
class NumberCells {
 public:
  NumberCells(const Table& table, std::string_view name, const Column* column) : table_(&table), name_(name) {
    if (column == nullptr) return;
    if (const auto* numbers = std::get_if<NumberColumn>(&column->cells))
      check(*numbers);
    else if (std::holds_alternative<TextColumn>(column->cells))
      parse(TextCells(table, name, column));
    else
      throw RecordError(table_place(table) + ", column " + std::string(name), "true or false",
                        "has the wrong type: a number is expected");
  }
  double at(std::size_t row) const noexcept { return values_ == nullptr ? absent : (*values_)[row]; }
  bool has(std::size_t row) const noexcept { return !std::isnan(at(row)); }
  std::string place(std::size_t row) const { return place_of(*table_, row, name_); }

 private:
  static constexpr double absent = std::numeric_limits<double>::quiet_NaN();
  void check(const NumberColumn& numbers) {
    for (std::size_t row = 0; row < numbers.values.size(); ++row)
      if ((numbers.present.empty() || numbers.present[row]) && !std::isfinite(numbers.values[row]))
        throw RecordError(place(row), number_text(numbers.values[row]),
                          "must be a finite number (leave the cell empty when it is not known)");
    if (numbers.present.empty()) {
      values_ = &numbers.values;
      return;
    }
    own_ = numbers.values;
    for (std::size_t row = 0; row < own_.size(); ++row)
      if (!numbers.present[row]) own_[row] = absent;
    values_ = &own_;
  }
  void parse(const TextCells& cells) {
    const auto by_code =
        cells.each<double>([](std::string_view text, const std::string& where) { return parse_number(text, where); });
    own_.resize(cells.table().rows, absent);
    for (std::size_t row = 0; row < own_.size(); ++row)
      if (const auto code = cells.code(row); code >= 0) own_[row] = by_code[static_cast<std::size_t>(code)];
    values_ = &own_;
  }

  const Table* table_;
  std::string_view name_;
  const std::vector<double>* values_ = nullptr;
  std::vector<double> own_;
};

/// A column read as yes or no; nothing where absent.
class BooleanCells {
 public:
  BooleanCells(const Table& table, std::string_view name, const Column* column) {
    if (column == nullptr) return;
    if (const auto* booleans = std::get_if<BooleanColumn>(&column->cells)) {
      values_ = booleans->values;
      return;
    }
    const TextCells cells(table, name, column);
    const auto by_code = cells.each<int>([](std::string_view text, const std::string& where) {
      const std::string key = word_key(text);
      if (key == "true" || key == "yes" || key == "oui" || key == "vrai" || key == "1") return 1;
      if (key == "false" || key == "no" || key == "non" || key == "faux" || key == "0") return 0;
      throw RecordError(where, quoted(text), "must be true or false");
    });
    for (std::size_t row = 0; row < table.rows; ++row) {
      const auto code = cells.code(row);
      values_.push_back(code < 0 ? std::int8_t{-1} : static_cast<std::int8_t>(by_code[static_cast<std::size_t>(code)]));
    }
  }
  std::optional<bool> at(std::size_t row) const noexcept {
    if (values_.empty() || values_[row] < 0) return std::nullopt;
    return values_[row] == 1;
  }

 private:
  std::vector<std::int8_t> values_;
};

/// The words of a vocabulary, for an error.
template <class E>
std::string word_list() {
  std::string list;
  for (const auto* name : words<E>::list) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

/// A column of words of a vocabulary, with a default where absent.
template <class E>
class WordCells {
 public:
  WordCells(const Table& table, std::string_view name, E otherwise)
      : cells_(table, name, find_column(table, name)),
        otherwise_(otherwise),
        values_(cells_.each<E>([](std::string_view text, const std::string& where) {
          if (const auto value = from_word<E>(word_key(text))) return *value;
          throw RecordError(where, quoted(text), "must be one of " + word_list<E>());
        })) {}
  bool has(std::size_t row) const noexcept { return cells_.code(row) >= 0; }
  E at(std::size_t row) const noexcept {
    const auto code = cells_.code(row);
    return code < 0 ? otherwise_ : values_[static_cast<std::size_t>(code)];
  }

 private:
  TextCells cells_;
  E otherwise_;
  std::vector<E> values_;
};

/// A column of days.
class DateCells {
 public:
  DateCells(const Table& table, std::string_view name)
      : cells_(table, name, find_column(table, name)),
        values_(cells_.each<Date>(
            [](std::string_view text, const std::string& where) { return existing_day(text, where); })) {}
  std::optional<Date> at(std::size_t row) const noexcept {
    const auto code = cells_.code(row);
    if (code < 0) return std::nullopt;
    return values_[static_cast<std::size_t>(code)];
  }
  std::string place(std::size_t row) const { return cells_.place(row); }

 private:
  TextCells cells_;
  std::vector<Date> values_;
};

/// The columns START and END, read together.
class PeriodCells {
 public:
  explicit PeriodCells(const Table& table)
      : start_(table, "start", &required_column(table, "start")),
        end_(table, "end", &required_column(table, "end")),
        first_(start_.each<std::int32_t>(
            [](std::string_view text, const std::string& where) { return start_month(text, where); })),
        last_(end_.each<EndMonth>(
            [](std::string_view text, const std::string& where) { return end_month(text, where); })) {}

  Period at(std::size_t row) {
    const std::int32_t first = first_[static_cast<std::size_t>(start_.required(row))];
    const EndMonth last = last_[static_cast<std::size_t>(end_.required(row))];
    inclusive_ += last.inclusive;
    if (first < last.month) return {first, last.month};
    return ordered_period(first, last.month, place_of(start_.table(), row, "end"));
  }
  std::size_t inclusive() const noexcept { return inclusive_; }

 private:
  TextCells start_, end_;
  std::vector<std::int32_t> first_;
  std::vector<EndMonth> last_;
  std::size_t inclusive_ = 0;
};

/// A figure from its value, or its bounds. Open sides are 0 and +infinity.
ESSOR_INLINE Bounds figure(double value, double low, double high, const Table& table, std::size_t row,
                           std::string_view name) {
  const auto refuse = [&](double x, std::string_view column, std::string rule) {
    throw RecordError(place_of(table, row, column), number_text(x), std::move(rule));
  };
  for (const auto& [x, column] :
       {std::pair{value, name}, std::pair{low, std::string_view("low")}, std::pair{high, std::string_view("high")}})
    if (x < 0)
      refuse(x, column,
             table.name == "costs" ? "a cost is not negative: record a refund by lowering the entry it refunds"
             : table.name == "measurements"
                 ? "must not be negative: record harm as a metric whose good direction is decrease"
                 : "must not be negative");
  if (low > high) refuse(low, "low", "low must not be above high (" + number_text(high) + ")");
  if (value < low) refuse(value, name, "must not be below low (" + number_text(low) + ")");
  if (value > high) refuse(value, name, "must not be above high (" + number_text(high) + ")");
  if (std::isnan(value) && std::isnan(low) && std::isnan(high)) return {};
  if (std::isnan(low) && std::isnan(high)) return Bounds::exactly(value);
  return {value, std::isnan(low) ? 0.0 : low, std::isnan(high) ? std::numeric_limits<double>::infinity() : high};
}

}  // namespace essor::detail
