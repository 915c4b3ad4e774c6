#include "essor/io/ledger_record.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "detail/json_errors.hpp"
#include "detail/text.hpp"
#include "essor/error/number_text.hpp"
#include "essor/model/date.hpp"

namespace essor {
namespace {

using detail::shown;

constexpr std::size_t deepest = 32;
constexpr std::string_view document = "record";

/// Receives the events of nlohmann's parser and spells each list and object canonically when it closes.
class RecordReader {
 public:
  explicit RecordReader(std::string_view text) : text_(text) {}

  bool null() { return add("null"); }
  bool boolean(bool value) { return add(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return whole_number(detail::magnitude_of(value), value < 0); }
  bool number_unsigned(std::uint64_t value) { return whole_number(value, false); }

  bool number_float(double value, const std::string& text) {
    if (detail::may_have_lost_digits(value, text)) detail::check_number_text(value, text, place());
    return add(value == 0.0 ? "0" : number_text(value));
  }

  bool string(std::string& value) {
    if (value.find('\0') != std::string::npos) throw RecordError(place(), shown(value), "texts hold no NUL character");
    if (open_.size() == 1 && open_[0].is_object) note_field(value);
    std::string spelt;
    detail::append_json_string(spelt, value);
    return add(std::move(spelt));
  }

  bool binary(std::vector<std::uint8_t>&) { return true; }  // JSON text has none

  bool start_object(std::size_t) { return open(true); }
  bool start_array(std::size_t) { return open(false); }

  bool key(std::string& key) {
    Open& object = open_.back();
    object.members.emplace_back(std::move(key), std::string());
    const std::string& name = object.members.back().first;
    if (name.find('\0') != std::string::npos) throw RecordError(place(), shown(name), "names hold no NUL character");
    if (open_.size() == 1 && name == "known_on") has_known_on_ = true;
    return true;
  }

  bool end_array() {
    std::string spelt = "[";
    for (const auto& [key, value] : open_.back().members) spelt += (spelt.size() > 1 ? "," : "") + value;
    open_.pop_back();
    return add(spelt + ']');
  }

  bool end_object() {
    auto& members = open_.back().members;
    std::sort(members.begin(), members.end());
    const auto twice = std::adjacent_find(members.begin(), members.end(),
                                          [](const auto& a, const auto& b) { return a.first == b.first; });
    std::string spelt = "{";
    if (twice != members.end()) {
      const std::string name = twice->first;
      open_.pop_back();
      throw FormatError(place(detail::pointer_part(name)), shown(name), "a key occurs once in an object");
    }
    for (const auto& [key, value] : members) {
      if (spelt.size() > 1) spelt += ',';
      detail::append_json_string(spelt, key);
      spelt += ':' + value;
    }
    open_.pop_back();
    return add(spelt + '}');
  }

  bool parse_error(std::size_t position, const std::string& last_token, const nlohmann::detail::exception& error) {
    if (error.id != detail::number_overflow)
      detail::throw_syntax_error(text_, document, position, last_token, error.what());
    throw RecordError(place(), last_token.substr(0, 60), detail::finite_rule);
  }

  LedgerRecord finish() {
    if (record_.body.empty() || record_.body.front() != '{') {
      throw FormatError(std::string(document), shown(record_.body), "a record is a JSON object");
    }
    require("kind", record_.kind, "a record says its kind: decision, target or note");
    if (record_.kind != "decision" && record_.kind != "target" && record_.kind != "note") {
      throw RecordError("record /kind", shown(record_.kind), "the kind is decision, target or note");
    }
    require("product", record_.product, "a record names its product");
    require("date", record_.date, "a record has a date: 2026-01-31");
    check_day("/date", record_.date);
    if (!has_known_on_) record_.known_on = record_.date;
    check_day("/known_on", record_.known_on);
    return std::move(record_);
  }

 private:
  /// A list or an object that is not closed yet. Items of a list have empty keys.
  struct Open {
    bool is_object = false;
    std::vector<std::pair<std::string, std::string>> members;
  };

  std::string place(const std::string& below = {}) const {
    std::string path;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      // The member in progress has its key in an object already; in a list it is the next item.
      const Open& level = open_[i];
      if (!level.is_object) {
        path += "/" + std::to_string(level.members.size());
      } else if (!level.members.empty()) {
        path += detail::pointer_part(level.members.back().first);
      }
    }
    path += below;
    return std::string(document) + (path.empty() ? "" : " " + path);
  }

  bool open(bool is_object) {
    if (open_.size() == deepest) {
      throw FormatError(place(), "depth " + std::to_string(deepest + 1),
                        "nesting is at most " + std::to_string(deepest) + " deep");
    }
    open_.push_back({is_object, {}});
    return true;
  }

  bool add(std::string spelt) {
    if (open_.empty()) {
      record_.body = std::move(spelt);
    } else if (open_.back().is_object) {
      open_.back().members.back().second = std::move(spelt);
    } else {
      open_.back().members.emplace_back(std::string(), std::move(spelt));
    }
    return true;
  }

  bool whole_number(std::uint64_t magnitude, bool negative) {
    const std::string sign = negative ? "-" : "";
    if (magnitude > detail::largest_exact)
      throw RecordError(place(), sign + std::to_string(magnitude), detail::digits_rule);
    return add((magnitude == 0 ? "" : sign) + number_text(static_cast<double>(magnitude)));
  }

  void note_field(const std::string& value) {
    const std::string& key = open_[0].members.back().first;
    if (key == "kind") record_.kind = value;
    if (key == "product") record_.product = value;
    if (key == "date") record_.date = value;
    if (key == "known_on") record_.known_on = value;
  }

  static void require(const char* key, const std::string& value, const char* rule) {
    if (value.empty()) throw RecordError("record /" + std::string(key), "", rule);
  }

  static void check_day(const char* path, const std::string& text) {
    const auto day = parse_date(text);
    if (!day || date_text(*day) != text) {
      throw RecordError("record " + std::string(path), shown(text), "a date is an existing day written 2026-01-31");
    }
  }

  std::string_view text_;
  std::vector<Open> open_;
  LedgerRecord record_;
  bool has_known_on_ = false;
};

}  // namespace

LedgerRecord ledger_record(std::string_view json) {
  RecordReader reader(json);
  nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  return reader.finish();
}

}  // namespace essor
