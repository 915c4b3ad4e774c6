// The ledger: decisions, targets and notes, appended and never changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "essor/io/ledger_record.hpp"
#include "essor/model/date.hpp"

namespace essor {

/// A record in the ledger.
struct LedgerEntry {
  std::int64_t sequence = 0;  ///< 1, 2, 3, ...
  std::string recorded;       ///< when it was appended: UTC, "2026-01-31T09:30:00.000Z"
  LedgerRecord record;
  std::string hash;  ///< SHA-256, in hexadecimal digits, of what chains it to the entry before
};

/// What Ledger::verify found.
struct LedgerCheck {
  bool sound = true;
  std::int64_t records = 0;  ///< how many were found sound, from the first on
  std::optional<std::int64_t>
      first_bad;       ///< sequence of the first one that is not; nothing when the file itself is damaged
  std::string reason;  ///< empty when sound
};

/// An append-only record of decisions, targets and notes in one SQLite file, shared with Python's essor.Ledger.
///
/// Each append is one transaction that has reached the disk when the call returns: an interrupted one leaves the ledger
/// as it was. Entries are chained by SHA-256 over (hash before, sequence, time, canonical record), so that verify()
/// sees any change made behind the library's back, except the loss of the last entries: keep the last hash elsewhere to
/// see that too. Several processes may append at once; they wait for one another. An object may be used by one thread
/// at a time.
class Ledger {
 public:
  /// Opens a ledger, or creates one where there is no file.
  /// @throw FormatError naming the path when it is no ledger, is truncated, or is of a newer version. The file is left
  /// as it is.
  explicit Ledger(std::string path);

  /// Appends a record given as JSON. @throw RecordError, FormatError (see ledger_record; nothing is appended then)
  LedgerEntry append(std::string_view json);

  /// Entries in the order they were appended.
  /// @param product those of one product only; empty: all.
  /// @param as_of those known by that day only (LedgerRecord::known_on), whenever they were appended.
  std::vector<LedgerEntry> history(std::string_view product = {}, std::optional<Date> as_of = std::nullopt) const;

  /// Recomputes the chain, checks every record again and the file's own structure.
  LedgerCheck verify() const;

 private:
  std::string path_;
};

}  // namespace essor
