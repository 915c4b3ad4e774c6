// CSV: one table of text cells, from a spreadsheet.
#pragma once

#include <string>
#include <string_view>

#include "essor/model/table.hpp"

namespace essor {

/// Reads RFC 4180 text: the first line names the columns, each line after it is a row, cells may be quoted (`"a ""b"",
/// c"`).
///
/// - The delimiter is the comma, the semicolon or the tab: the one that occurs most often in the header, outside
/// quotes.
/// - A byte-order mark is skipped. Lines end with LF or CRLF, and quoted cells may hold either.
/// - Lines without anything but spaces and delimiters are skipped: spreadsheets append such lines.
/// - Spaces and tabs around a cell are no part of it, unless it is quoted. An empty cell is absent, quoted or not.
/// - Every cell is text; the model reads the numbers.
///
/// @param source the file's name, for places such as "spend.csv line 5, column amount".
/// @param name the table's name.
/// @throw FormatError for text that is no such table: not UTF-8, no header, no row, a header empty or there twice, a
/// quote left open or misplaced.
/// @throw RecordError for a row with too few or too many cells, and for a cell with a NUL character.
Table table_from_csv(std::string_view text, std::string_view source, std::string name);

/// The table as CSV with commas and LF; absent cells are empty. table_from_csv reads it back, numbers and booleans as
/// their text.
/// @throw RecordError for a row without any cell, an empty text (both would read back as absent), a number that is not
/// finite.
/// @throw ArgumentError for a table that is not one: columns of unequal length, without a name, or two of one name.
std::string table_to_csv(const Table& table);

}  // namespace essor
