// The three errors of the library. Each names the place, the value found there and the rule it breaks.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace essor {

/// What every error of the library says: where, what was found, which rule it breaks.
/// The message reads "place: value: rule"; an empty value is left out.
class PlacedError : public std::invalid_argument {
 public:
  PlacedError(std::string place, std::string value, std::string rule)
      : std::invalid_argument(value.empty() ? place + ": " + rule : place + ": " + value + ": " + rule),
        place_(std::move(place)),
        value_(std::move(value)),
        rule_(std::move(rule)) {}

  const std::string& place() const noexcept { return place_; }
  const std::string& value() const noexcept { return value_; }
  const std::string& rule() const noexcept { return rule_; }

 private:
  std::string place_;
  std::string value_;
  std::string rule_;
};

/// A call was wrong: the place is "function: parameter".
class ArgumentError : public PlacedError {
  using PlacedError::PlacedError;
};

/// A record states something that cannot be: the place is a table, row and column, a line of a file, or a path in a
/// document.
class RecordError : public PlacedError {
  using PlacedError::PlacedError;
};

/// A document could not be read at all: the place is the file and the line, byte or path.
class FormatError : public PlacedError {
  using PlacedError::PlacedError;
};

}  // namespace essor
