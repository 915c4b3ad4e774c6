#include "essor/io/json.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "detail/json_errors.hpp"
#include "detail/table_checks.hpp"
#include "detail/text.hpp"
#include "detail/text_builder.hpp"

namespace essor {
namespace {

using detail::pointer_part;
using detail::prefix;
using detail::shown;

constexpr int deepest = 8;
constexpr std::size_t longest_shown = 60;
constexpr std::size_t most_columns = 1000;  // a document of unlike records would else take memory for rows x columns
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

struct KnownTable {
  std::string_view name;
  std::span<const std::string_view> columns;
};

constexpr std::array<std::string_view, 8> product_columns{"product",  "name",    "mission", "url",
                                                          "demo_url", "go_live", "phase",   "priority"};
constexpr std::array<std::string_view, 16> cost_columns{
    "product",  "start",    "end",    "amount", "low",       "high",  "currency", "price_year",
    "activity", "resource", "funder", "status", "perimeter", "basis", "known_on", "source"};
constexpr std::array<std::string_view, 10> metric_columns{"product",   "metric",    "unit",           "level",
                                                          "kind",      "direction", "value_per_unit", "ratio_applies",
                                                          "agreed_by", "agreed_on"};
constexpr std::array<std::string_view, 14> measurement_columns{
    "product",   "metric",      "start", "end",    "value",      "low",      "high",
    "numerator", "denominator", "scope", "status", "correction", "known_on", "source"};
constexpr std::array<std::string_view, 6> target_columns{"product", "metric", "start", "end", "value", "set_on"};
constexpr std::array<std::string_view, 6> decision_columns{"product", "date",   "decision",
                                                           "amount",  "funder", "conditions"};
constexpr std::array<std::string_view, 10> published_columns{"product", "metric", "start", "end",    "quantity",
                                                             "value",   "low",    "high",  "source", "known_on"};

constexpr std::array<KnownTable, 7> known_tables{{{"products", product_columns},
                                                  {"costs", cost_columns},
                                                  {"metrics", metric_columns},
                                                  {"measurements", measurement_columns},
                                                  {"targets", target_columns},
                                                  {"decisions", decision_columns},
                                                  {"published", published_columns}}};

/// The index of a table, or how many there are.
std::size_t table_index(std::string_view name) {
  for (std::size_t i = 0; i < known_tables.size(); ++i) {
    if (known_tables[i].name == name) return i;
  }
  return known_tables.size();
}

std::string table_names() {
  std::string names;
  for (const KnownTable& table : known_tables) names += (names.empty() ? "" : ", ") + std::string(table.name);
  return names;
}

/// How columns are ordered: known columns in the order of the format, then labels by name.
auto column_rank(std::size_t table, const std::string& column) {
  const auto columns = known_tables[table].columns;
  const auto at = std::find(columns.begin(), columns.end(), column);
  return std::pair(at - columns.begin(), at == columns.end() ? std::string_view(column) : std::string_view());
}

// --- reading -------------------------------------------------------------------------------------

enum class CellType : std::uint8_t { none, text, number, boolean };

constexpr std::array<std::string_view, 4> cell_type_words{"nothing", "text", "number", "true or false"};

/// A column of which the rows so far are known.
struct ColumnInProgress {
  std::string name;
  CellType type = CellType::none;
  std::size_t last_row = nowhere;   // the last record that had this key, be it null
  std::size_t typed_row = nowhere;  // the first record that had a value
  detail::TextBuilder texts;
  NumberColumn numbers;
  BooleanColumn booleans;

  void push_number(std::size_t row, double value) {
    pad_numbers(row);
    numbers.values.push_back(value);
    if (!numbers.present.empty()) numbers.present.push_back(1);
  }

  void push_boolean(std::size_t row, bool value) {
    booleans.values.resize(row, -1);
    booleans.values.push_back(value ? 1 : 0);
  }

  void push_text(std::size_t row, std::string_view value) {
    texts.pad(row);
    texts.push(value);
  }

  Column finish(std::size_t rows) {
    switch (type) {
      case CellType::text:
        texts.pad(rows);
        return {std::move(name), texts.take()};
      case CellType::number:
        pad_numbers(rows);
        return {std::move(name), std::move(numbers)};
      default:
        booleans.values.resize(rows, -1);
        return {std::move(name), std::move(booleans)};
    }
  }

 private:
  void pad_numbers(std::size_t rows) {
    if (numbers.values.size() == rows) return;
    if (numbers.present.empty()) numbers.present.assign(numbers.values.size(), 1);
    numbers.values.resize(rows, 0.0);
    numbers.present.resize(rows, 0);
  }
};

/// A table of which the records so far are known.
class TableInProgress {
 public:
  bool begun = false;
  std::size_t rows = 0;

  /// The column of a key of the current record, or nullptr when there are too many.
  ColumnInProgress* column(const std::string& key) {
    // Records mostly have the same keys in the same order.
    if (next_ < columns_.size() && columns_[next_].name == key) return &columns_[next_++];
    const auto [at, is_new] = index_.try_emplace(key, columns_.size());
    if (is_new) {
      if (columns_.size() == most_columns) return nullptr;
      columns_.emplace_back().name = key;
    }
    next_ = at->second + 1;
    return &columns_[at->second];
  }

  void begin_record() { next_ = 0; }

  Table finish(std::size_t index, std::string_view source) {
    Table table;
    table.name = known_tables[index].name;
    table.rows = rows;
    table.style = PlaceStyle::pointer;
    table.source = source;
    for (ColumnInProgress& column : columns_) {
      if (column.type != CellType::none) table.columns.push_back(column.finish(rows));
    }
    std::sort(table.columns.begin(), table.columns.end(), [&](const Column& a, const Column& b) {
      return column_rank(index, a.name) < column_rank(index, b.name);
    });
    return table;
  }

 private:
  std::vector<ColumnInProgress> columns_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t next_ = 0;
};

/// Receives the events of nlohmann's parser and builds the columns as they come.
class DocumentReader {
 public:
  DocumentReader(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  bool null() {
    const bool absent = depth_ == in_record || (depth_ == at_top && top_ == TopKey::table);
    return skipping() || absent || misplaced("null");
  }

  bool boolean(bool value) {
    if (skipping()) return true;
    const char* word = value ? "true" : "false";
    if (depth_ != in_record) return misplaced(word);
    begin_cell(CellType::boolean, word).push_boolean(row(), value);
    return true;
  }

  bool number_integer(std::int64_t value) { return whole_number(detail::magnitude_of(value), value < 0); }
  bool number_unsigned(std::uint64_t value) { return whole_number(value, false); }

  bool number_float(double value, const std::string& text) {
    if (skipping()) return true;
    if (depth_ != in_record) return misplaced(text);
    if (detail::may_have_lost_digits(value, text)) detail::check_number_text(value, text, place_at(in_cell));
    begin_cell(CellType::number, text).push_number(row(), value);
    return true;
  }

  bool string(std::string& value) {
    if (skipping()) return true;
    if (depth_ == at_top && top_ == TopKey::format && value == portfolio_format) return true;
    if (depth_ != in_record) return misplaced(shown(value));
    if (value.find('\0') != std::string::npos)
      throw RecordError(place_at(in_cell), shown(value), "texts hold no NUL character");
    begin_cell(CellType::text, value).push_text(row(), value);
    return true;
  }

  bool binary(std::vector<std::uint8_t>&) { return true; }  // JSON text has none

  bool start_object(std::size_t) {
    enter();
    if (depth_ == in_record && !skipping()) table().begin_record();
    return skipping() || depth_ == at_top || depth_ == in_record || misplaced_nesting("an object");
  }

  bool start_array(std::size_t) {
    enter();
    if (skipping()) return true;
    if (depth_ != in_table || top_ != TopKey::table) return misplaced_nesting("a list");
    table().begun = true;
    return true;
  }

  bool key(std::string& key) {
    if (skipping()) return true;
    if (depth_ == at_top) return key_at_top(key);
    key_.swap(key);
    const std::string place = key_.empty() || key_.find('\0') != std::string::npos ? place_at(in_cell) : "";
    if (!place.empty()) throw RecordError(place, shown(key_), "a column has a name, without NUL characters");
    column_ = table().column(key_);
    if (column_ == nullptr)
      throw FormatError(place_at(in_cell), shown(key_),
                        "a table has at most " + std::to_string(most_columns) + " columns");
    if (column_->last_row == row()) throw FormatError(place_at(in_cell), shown(key_), "a key occurs once in a record");
    column_->last_row = row();
    return true;
  }

  bool end_object() {
    if (depth_ == in_record && !skipping()) ++table().rows;
    return leave();
  }

  bool end_array() { return leave(); }

  bool parse_error(std::size_t position, const std::string& last_token, const nlohmann::detail::exception& error) {
    if (error.id != detail::number_overflow)
      detail::throw_syntax_error(text_, source_, position, last_token, error.what());
    const std::string number = last_token.substr(0, longest_shown);
    if (depth_ == in_record && !skipping()) throw RecordError(place_at(in_cell), number, detail::finite_rule);
    throw FormatError(prefix(source_) + detail::line_and_column(text_, position - 1), number, detail::finite_rule);
  }

  Tables finish() {
    const std::string document = place_at(at_top);
    const auto require = [&](TopKey key, const std::string& rule) {
      if (!seen_[static_cast<std::size_t>(key)]) throw FormatError(document, "", rule);
    };
    require(TopKey::format,
            "\"format\" is missing: a portfolio document says \"" + std::string(portfolio_format) + "\"");
    require(TopKey::version, "\"version\" is missing: this library reads version " + std::to_string(portfolio_version));
    // Said only now: of a document of another format or a newer version, that is the thing to say.
    if (unknown_) {
      throw FormatError(prefix(source_) + pointer_part(*unknown_), shown(*unknown_),
                        "no such table: a portfolio document has format, version, " + table_names());
    }
    Tables tables;
    for (std::size_t i = 0; i < known_tables.size(); ++i) {
      if (tables_[i].begun) tables.push_back(tables_[i].finish(i, source_));
    }
    return tables;
  }

 private:
  enum class TopKey : std::uint8_t { format, version, table, unknown };

  // Depths: what the innermost open bracket is.
  static constexpr int at_top = 1;
  static constexpr int in_table = 2;
  static constexpr int in_record = 3;
  static constexpr int in_cell = 4;

  static constexpr const char* document_rule = "a portfolio document is one JSON object";
  static constexpr const char* table_rule = "a table is a list of records";
  static constexpr const char* record_rule = "a record is an object of cells";

  bool skipping() const noexcept { return skip_from_ != 0; }
  TableInProgress& table() { return tables_[table_]; }
  std::size_t row() const { return tables_[table_].rows; }

  /// The path of what is open at a depth: the document, a table, a record, a cell.
  std::string place_at(int depth) const {
    if (depth <= at_top) return source_.empty() ? "document" : std::string(source_);
    std::string path = pointer_part(top_key_);
    if (depth >= in_record) path += "/" + std::to_string(row());
    if (depth >= in_cell) path += pointer_part(key_);
    return prefix(source_) + path;
  }

  void enter() {
    if (++depth_ <= deepest) return;
    throw FormatError(place_at(std::min(skip_from_, in_cell)), "depth " + std::to_string(depth_),
                      "nesting is at most " + std::to_string(deepest) + " deep");
  }

  bool leave() {
    --depth_;
    if (depth_ >= skip_from_) return true;
    skip_from_ = 0;
    if (nested_) throw *nested_;
    return true;
  }

  bool key_at_top(std::string& key) {
    top_key_.swap(key);
    table_ = table_index(top_key_);
    top_ = table_ < known_tables.size() ? TopKey::table
           : top_key_ == "format"       ? TopKey::format
           : top_key_ == "version"      ? TopKey::version
                                        : TopKey::unknown;
    if (top_ == TopKey::unknown) {
      if (!unknown_) unknown_ = top_key_;
      return true;
    }
    bool& seen = top_ == TopKey::table ? table_seen_[table_] : seen_[static_cast<std::size_t>(top_)];
    if (std::exchange(seen, true))
      throw FormatError(place_at(in_table), shown(top_key_), "a key occurs once in a document");
    return true;
  }

  /// What to say of a value where something else must stand.
  [[noreturn]] void throw_misplaced(int depth, const std::string& value) const {
    const std::string place = place_at(depth);
    if (depth == at_top) throw FormatError(place, value, document_rule);
    if (depth == in_record) throw FormatError(place, value, record_rule);
    if (top_ == TopKey::format)
      throw FormatError(place, value, "the format is \"" + std::string(portfolio_format) + "\"");
    if (top_ == TopKey::version) throw FormatError(place, value, "the version is a whole number");
    throw FormatError(place, value, table_rule);
  }

  /// A value that is neither a list nor an object, and no cell.
  bool misplaced(std::string_view value) const {
    if (depth_ == at_top && top_ == TopKey::unknown) return true;
    throw_misplaced(depth_ + 1, std::string(value.substr(0, longest_shown)));
  }

  /// A list or an object where none may be. Those in cells are passed over first: nesting too deep is the graver error.
  bool misplaced_nesting(const char* what) {
    const bool unknown = depth_ == in_table && top_ == TopKey::unknown;
    if (depth_ != in_cell && !unknown) throw_misplaced(depth_, what);
    if (!unknown) nested_.emplace(place_at(in_cell), what, "a cell is a text, a number, true, false or null");
    skip_from_ = depth_;
    return true;
  }

  bool whole_number(std::uint64_t magnitude, bool negative) {
    if (skipping()) return true;
    const std::string sign = negative ? "-" : "";
    if (depth_ == at_top && top_ == TopKey::version) return version(magnitude, sign);
    if (depth_ != in_record) return misplaced(sign + std::to_string(magnitude));
    if (magnitude > detail::largest_exact)
      throw RecordError(place_at(in_cell), sign + std::to_string(magnitude), detail::digits_rule);
    const auto value = static_cast<double>(magnitude);
    if (column_->type != CellType::number) begin_cell(CellType::number, sign + std::to_string(magnitude));
    column_->push_number(row(), negative ? -value : value);
    return true;
  }

  bool version(std::uint64_t magnitude, const std::string& sign) const {
    const std::string value = sign + std::to_string(magnitude);
    if (!sign.empty() || magnitude == 0) throw FormatError(place_at(in_table), value, "versions are counted from 1");
    if (magnitude <= static_cast<std::uint64_t>(portfolio_version)) return true;
    throw FormatError(
        place_at(in_table), value,
        "version " + value + " is newer than this library reads (" + std::to_string(portfolio_version) + ")");
  }

  ColumnInProgress& begin_cell(CellType type, std::string_view value) {
    ColumnInProgress& column = *column_;
    if (column.type == type) return column;
    if (column.type != CellType::none) throw_mixed(column, type, value);
    column.type = type;
    column.typed_row = row();
    return column;
  }

  [[noreturn]] void throw_mixed(const ColumnInProgress& column, CellType type, std::string_view value) const {
    const auto word = [](CellType t) { return std::string(cell_type_words[static_cast<std::size_t>(t)]); };
    const std::string there = pointer_part(top_key_) + "/" + std::to_string(column.typed_row) + pointer_part(key_);
    throw RecordError(place_at(in_cell),
                      type == CellType::text ? shown(value) : std::string(value.substr(0, longest_shown)),
                      "a column holds one type: " + word(type) + " here, " + word(column.type) + " at " + there);
  }

  std::string_view text_;
  std::string_view source_;
  int depth_ = 0;
  int skip_from_ = 0;  // depth of the value being passed over, 0 when none is
  std::optional<RecordError> nested_;
  TopKey top_ = TopKey::unknown;
  std::string top_key_;
  std::string key_;
  std::size_t table_ = known_tables.size();
  ColumnInProgress* column_ = nullptr;
  std::array<TableInProgress, known_tables.size()> tables_;
  std::array<bool, known_tables.size()> table_seen_{};
  std::array<bool, 2> seen_{};  // format, version
  std::optional<std::string> unknown_;
};

// --- writing -------------------------------------------------------------------------------------

/// A column with its cells' texts made once: the key, and each distinct text.
struct ColumnToWrite {
  const Column* column = nullptr;
  std::string key;
  std::vector<std::string> texts;
};

std::vector<std::string> json_texts(const Table& table, const Column& column, const TextColumn& cells) {
  std::vector<std::string> texts(cells.texts.size());
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (cells.codes[row] < 0) continue;
    const auto code = static_cast<std::size_t>(cells.codes[row]);
    if (!texts[code].empty()) continue;
    detail::check_text(place_of(table, row, column.name), cells.texts[code]);
    detail::append_json_string(texts[code], cells.texts[code]);
  }
  return texts;
}

std::vector<ColumnToWrite> columns_to_write(const Table& table, std::size_t index) {
  std::vector<ColumnToWrite> columns;
  for (const Column& column : table.columns) {
    detail::check_text(place_of(table, 0, column.name), column.name);
    ColumnToWrite& to_write = columns.emplace_back();
    to_write.column = &column;
    detail::append_json_string(to_write.key, column.name);
    to_write.key += ": ";
    if (const auto* cells = std::get_if<TextColumn>(&column.cells)) to_write.texts = json_texts(table, column, *cells);
  }
  std::sort(columns.begin(), columns.end(), [&](const ColumnToWrite& a, const ColumnToWrite& b) {
    return column_rank(index, a.column->name) < column_rank(index, b.column->name);
  });
  return columns;
}

void append_cell(std::string& out, const Table& table, const ColumnToWrite& to_write, std::size_t row) {
  const Column& column = *to_write.column;
  if (const auto* text = std::get_if<TextColumn>(&column.cells)) {
    out += to_write.texts[static_cast<std::size_t>(text->codes[row])];
  } else if (const auto* number = std::get_if<NumberColumn>(&column.cells)) {
    out += detail::finite_text(table, column, row, number->values[row]);
  } else {
    out += std::get<BooleanColumn>(column.cells).values[row] == 1 ? "true" : "false";
  }
}

void append_record(std::string& out, const Table& table, const std::vector<ColumnToWrite>& columns, std::size_t row) {
  out += row == 0 ? "\n    {" : ",\n    {";
  bool first = true;
  for (const ColumnToWrite& to_write : columns) {
    if (!detail::has_cell(*to_write.column, row)) continue;
    if (!std::exchange(first, false)) out += ", ";
    out += to_write.key;
    append_cell(out, table, to_write, row);
  }
  out += '}';
}

void append_table(std::string& out, const Table& table, std::size_t index) {
  out += ",\n  \"" + table.name + "\": [";
  const std::vector<ColumnToWrite> columns = columns_to_write(table, index);
  for (std::size_t row = 0; row < table.rows; ++row) append_record(out, table, columns, row);
  out += table.rows == 0 ? "]" : "\n  ]";
}

/// The tables in the order of the format, nullptr where there is none. @throw ArgumentError
std::array<const Table*, known_tables.size()> in_order(const Tables& tables) {
  std::array<const Table*, known_tables.size()> ordered{};
  for (const Table& table : tables) {
    const std::size_t index = table_index(table.name);
    if (index == known_tables.size())
      throw ArgumentError("tables_to_json: tables", shown(table.name), "the tables are " + table_names());
    if (ordered[index] != nullptr)
      throw ArgumentError("tables_to_json: tables", shown(table.name), "each table is given once");
    detail::check_table("tables_to_json", table);
    ordered[index] = &table;
  }
  return ordered;
}

}  // namespace

Tables tables_from_json(std::string_view text, std::string_view source) {
  DocumentReader reader(text, source);
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return reader.finish();
}

std::string tables_to_json(const Tables& tables) {
  std::string out = "{\n  \"format\": \"" + std::string(portfolio_format) +
                    "\",\n  \"version\": " + std::to_string(portfolio_version);
  const auto ordered = in_order(tables);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    if (ordered[i] != nullptr) append_table(out, *ordered[i], i);
  }
  out += "\n}\n";
  return out;
}

}  // namespace essor
