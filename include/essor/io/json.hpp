// The portfolio's document: versioned JSON, strict when read, canonical when written.
#pragma once

#include <string>
#include <string_view>

#include "essor/model/portfolio.hpp"
#include "essor/model/table.hpp"

namespace essor {

/// The value of "format" in a portfolio document.
inline constexpr std::string_view portfolio_format = "essor/portfolio";
/// The newest version of the document that this library reads, and the one it writes.
inline constexpr int portfolio_version = 1;

/// Reads `{"format": "essor/portfolio", "version": 1, "costs": [{"product": "x", ...}, ...], ...}`.
///
/// Tables are products, costs, metrics, measurements, targets, decisions and published, each a list of records; a
/// record is an object of cells: texts, finite numbers, true or false. Null and left out both mean absent. A column
/// holds one type; a column that this library does not know is a label, and kept. An empty table is kept, a column
/// without any value is not.
///
/// @param source the document's name, for places such as "portfolio.json /costs/3/amount".
/// @throw FormatError for what is no such document: syntax (with line and column), truncation, text after the end,
/// another format, a version that is missing or newer, unknown keys at the top, keys that occur twice, nesting deeper
/// than 8.
/// @throw RecordError for a cell that cannot be: a list or an object, two types in one column, a number that is not
/// finite or a whole number beyond 2^53, which would lose digits, a NUL character.
Tables tables_from_json(std::string_view text, std::string_view source);

/// The canonical document: fixed order of tables and of known columns, labels after them by name; one record a line;
/// absent cells left out; numbers by the shortest text that reads back as the same number. Reading it back and writing
/// it again is the same text.
/// @throw RecordError for texts that are not UTF-8, texts with a NUL character, numbers that are not finite.
/// @throw ArgumentError for tables that are none: an unknown name, one name twice, columns of unequal length.
std::string tables_to_json(const Tables& tables);

/// tables_from_json, then Portfolio::from_tables. @throw FormatError, RecordError
Portfolio portfolio_from_json(std::string_view text, std::string_view source);

/// The canonical document of a portfolio: portfolio_from_json reads the same portfolio back.
std::string portfolio_to_json(const Portfolio& portfolio);

/// Reads a file: a portfolio's document when it begins with a brace, else a CSV of five columns (see
/// from_five_columns).
/// @throw FormatError naming the path when it cannot be read or is neither. @throw RecordError
Portfolio read_portfolio(const std::string& path, const FiveColumns& options = {});

}  // namespace essor
