-- The ledger of decisions, targets and notes: one SQLite file, entries appended and never changed.
-- Python (essor.Ledger) and C++ (essor::Ledger) both run this file, inside one transaction, on a file they create, and verify()
-- compares the statements with those of the file: changing one of them, be it a space, is a new version.
--
-- sequence: 1, 2, 3, ... without a gap. recorded: when the entry was appended, UTC, 2026-01-31T09:30:00.000Z.
-- body: the record as canonical JSON; kind, product, date and known_on repeat what it says.
-- hash: SHA-256, as hexadecimal digits, of the UTF-8 text
--   previous LF sequence LF recorded LF body
-- where previous is the hash of the entry before, and 64 zeros for the first.

-- "Esso", then the version of this schema.
PRAGMA application_id = 1165194095;
PRAGMA user_version = 1;

CREATE TABLE IF NOT EXISTS entry (
  sequence INTEGER PRIMARY KEY NOT NULL,
  recorded TEXT NOT NULL CHECK (length(recorded) = 24),
  kind TEXT NOT NULL CHECK (kind IN ('decision', 'target', 'note')),
  product TEXT NOT NULL CHECK (length(product) > 0),
  date TEXT NOT NULL CHECK (length(date) = 10),
  known_on TEXT NOT NULL CHECK (length(known_on) = 10),
  body TEXT NOT NULL CHECK (typeof(body) = 'text'),
  previous TEXT NOT NULL CHECK (length(previous) = 64),
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
);

CREATE TRIGGER IF NOT EXISTS entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: an entry is never changed');
END;

CREATE TRIGGER IF NOT EXISTS entry_is_never_removed BEFORE DELETE ON entry
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: an entry is never removed');
END;

CREATE TRIGGER IF NOT EXISTS entry_is_appended BEFORE INSERT ON entry
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM entry)
  OR NEW.previous IS NOT coalesce((SELECT hash FROM entry ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: an entry follows the last one');
END;
