// One record of the ledger, checked and in its canonical spelling.
#pragma once

#include <string>
#include <string_view>

namespace essor {

/// A record as the ledger keeps it.
struct LedgerRecord {
  std::string kind;      ///< "decision", "target" or "note"
  std::string product;   ///< id of the product
  std::string date;      ///< ISO day of the decision, target or note
  std::string known_on;  ///< ISO day from which a committee could know it; `date` unless the record says another
  std::string body;      ///< the whole record as canonical JSON
};

/// Checks a record and spells it canonically: keys in the order of their bytes, no spaces, numbers by number_text (0
/// for -0), texts as UTF-8 with only what JSON must escape. Equal records have equal bodies in every language, whatever
/// the order of keys.
///
/// A record is a JSON object with kind, product, date and, optionally, known_on; the rest is free: the decision, its
/// targets, the dossier it was taken on.
/// @throw RecordError naming the path inside the record, the value and the rule: kind, product, a day that does not
/// exist, a number that is not finite or a whole number beyond 2^53, a NUL character.
/// @throw FormatError for text that is no JSON object, keys that occur twice, nesting deeper than 32.
LedgerRecord ledger_record(std::string_view json);

}  // namespace essor
