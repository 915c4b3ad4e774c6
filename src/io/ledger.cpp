#include "essor/io/ledger.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <tuple>
#include <utility>

#include "detail/sha256.hpp"
#include "essor/error/errors.hpp"
#include "essor_ledger_schema.hpp"

namespace essor {
namespace {

constexpr std::uint32_t application_id = 1165194095;
constexpr std::uint32_t schema_version = 1;
constexpr int patience_ms = 10'000;
constexpr const char* columns = "sequence, recorded, kind, product, date, known_on, body, previous, hash";

/// What stands for the hash before the first entry's.
std::string first_previous() { return std::string(64, '0'); }

std::string chain_hash(const std::string& previous, const LedgerEntry& entry) {
  return detail::sha256(previous + '\n' + std::to_string(entry.sequence) + '\n' + entry.recorded + '\n' +
                        entry.record.body);
}

/// The present time as "2026-01-31T09:30:00.000Z".
std::string utc_now() {
  using std::chrono::floor;
  const auto now = floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto day = floor<std::chrono::days>(now);
  const std::chrono::hh_mm_ss time(now - day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d.%03dZ", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return date_text(day) + text.data();
}

/// An open SQLite file.
class Connection {
 public:
  Connection(const std::string& path, int flags) : path_(path) {
    const int status = sqlite3_open_v2(path.c_str(), &database_, flags, nullptr);
    if (status == SQLITE_OK) sqlite3_busy_timeout(database_, patience_ms);
    if (status == SQLITE_OK) return;
    const std::string reason = database_ == nullptr ? sqlite3_errstr(status) : sqlite3_errmsg(database_);
    sqlite3_close(database_);
    throw FormatError(path_, "", "the ledger cannot be opened: " + reason);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close(database_); }

  sqlite3* get() const noexcept { return database_; }

  void run(const std::string& sql) const {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }

  [[noreturn]] void fail() const {
    const std::string reason = sqlite3_errmsg(database_);
    throw FormatError(path_, "", "the ledger cannot be used: " + reason);
  }

 private:
  std::string path_;
  sqlite3* database_ = nullptr;
};

/// A statement being run.
class Statement {
 public:
  Statement(const Connection& connection, const std::string& sql) : connection_(connection) {
    if (sqlite3_prepare_v2(connection.get(), sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK) connection.fail();
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  void bind(int index, std::string_view text) {
    const char* bytes = text.empty() ? "" : text.data();  // a null pointer would bind NULL
    const int status = sqlite3_bind_text64(statement_, index, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    if (status != SQLITE_OK) connection_.fail();
  }

  void bind(int index, std::int64_t value) {
    if (sqlite3_bind_int64(statement_, index, value) != SQLITE_OK) connection_.fail();
  }

  /// Whether there is one more row.
  bool next() {
    const int status = sqlite3_step(statement_);
    if (status != SQLITE_ROW && status != SQLITE_DONE) connection_.fail();
    return status == SQLITE_ROW;
  }

  std::int64_t whole(int column) const { return sqlite3_column_int64(statement_, column); }

  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr ? std::string()
                            : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  const Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
};

std::uint32_t big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         std::uint32_t{bytes[3]};
}

/// Looks at the file's header before SQLite may touch it (offsets: the SQLite file format, section 1.3).
void check_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return;
  if (file < 0) throw FormatError(path, "", "the ledger cannot be opened: " + std::generic_category().message(errno));
  std::array<unsigned char, 100> header{};
  struct stat status{};
  const bool told = ::fstat(file, &status) == 0;
  const ssize_t got = ::read(file, header.data(), header.size());
  ::close(file);
  if (told && status.st_size == 0) return;  // no ledger yet, or the creation of one was interrupted
  const bool is_sqlite = got == 100 && std::string_view(reinterpret_cast<const char*>(header.data()), 16) ==
                                           std::string_view("SQLite format 3\0", 16);
  if (!is_sqlite || big_endian(&header[68]) != application_id)
    throw FormatError(path, "", "the file is no ledger of this library");
  const std::uint32_t version = big_endian(&header[60]);
  if (version > schema_version) {
    throw FormatError(path, std::to_string(version),
                      "version " + std::to_string(version) + " is newer than this library reads (" +
                          std::to_string(schema_version) + ")");
  }
  // With a journal beside it the file is in the middle of a write, which SQLite will undo.
  struct stat journal{};
  const std::uint32_t stored = std::uint32_t{header[16]} << 8 | header[17];
  const std::int64_t page_size = stored == 1 ? 65536 : stored;
  if (::stat((path + "-journal").c_str(), &journal) != 0 && status.st_size < page_size * big_endian(&header[28])) {
    throw FormatError(
        path, std::to_string(status.st_size) + " bytes",
        "the ledger is truncated: its header tells " + std::to_string(page_size * big_endian(&header[28])));
  }
}

Connection opened(const std::string& path, int flags = SQLITE_OPEN_READWRITE) {
  check_file(path);
  return Connection(path, flags);
}

LedgerEntry entry_of(const Statement& row) {
  return {row.whole(0), row.text(1), {row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)}, row.text(8)};
}

/// The definitions of tables and triggers, in order of their names.
std::string schema_of(const Connection& connection) {
  Statement rows(connection, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name");
  std::string schema;
  while (rows.next()) schema += rows.text(0) + '\n' + rows.text(1) + '\n';
  return schema;
}

std::string expected_schema() {
  const Connection memory(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  memory.run(detail::ledger_schema);
  return schema_of(memory);
}

/// What is wrong with the file as a whole, empty when nothing is.
std::string damage(const Connection& connection) {
  Statement check(connection, "PRAGMA integrity_check(1)");
  const std::string found = check.next() ? check.text(0) : "no answer";
  if (found != "ok") return "the file is damaged: " + found;
  if (schema_of(connection) != expected_schema()) return "the tables or triggers of the ledger were altered";
  return {};
}

/// What is wrong with an entry, empty when nothing is.
std::string fault(const LedgerEntry& entry, const std::string& stored_previous, std::int64_t sequence,
                  const std::string& previous) {
  if (entry.sequence != sequence) return "entry " + std::to_string(sequence) + " is missing";
  if (stored_previous != previous) return "it does not follow the entry before";
  if (chain_hash(previous, entry) != entry.hash) return "its content does not match its hash";
  try {
    const LedgerRecord again = ledger_record(entry.record.body);
    if (again.body != entry.record.body) return "its record is not in canonical form";
    const auto fields = [](const LedgerRecord& r) { return std::tie(r.kind, r.product, r.date, r.known_on); };
    if (fields(again) != fields(entry.record)) return "its columns do not repeat its record";
  } catch (const PlacedError& error) {
    return error.what();
  }
  return {};
}

/// Follows the chain from the first entry to the first bad one.
void walk(const Connection& connection, LedgerCheck& check) {
  std::string previous = first_previous();
  Statement rows(connection, "SELECT " + std::string(columns) + " FROM entry ORDER BY sequence");
  while (rows.next()) {
    const LedgerEntry entry = entry_of(rows);
    const std::int64_t sequence = check.records + 1;
    check.reason = fault(entry, rows.text(7), sequence, previous);
    if (!check.reason.empty()) {
      check.first_bad = sequence;
      return;
    }
    previous = entry.hash;
    check.records = sequence;
  }
}

}  // namespace

Ledger::Ledger(std::string path) : path_(std::move(path)) {
  if (path_.empty() || path_.find('\0') != std::string::npos)
    throw FormatError(path_.c_str(), "", "a ledger has a path");
  const Connection connection = opened(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  {  // finished before the transaction: two readers that both wanted to write would wait for each other
    Statement version(connection, "PRAGMA user_version");
    if (version.next() && version.whole(0) != 0) return;
  }
  // One transaction, of statements that do nothing where another process was faster.
  connection.run("PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE;" + std::string(detail::ledger_schema) + "COMMIT;");
}

LedgerEntry Ledger::append(std::string_view json) {
  LedgerEntry entry;
  entry.record = ledger_record(json);
  const Connection connection = opened(path_);
  connection.run("PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE");  // a connection that closes rolls back
  std::string previous = first_previous();
  {
    Statement last(connection, "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1");
    if (last.next()) {
      entry.sequence = last.whole(0);
      previous = last.text(1);
    }
  }
  ++entry.sequence;
  entry.recorded = utc_now();
  entry.hash = chain_hash(previous, entry);
  {
    Statement insert(connection, "INSERT INTO entry (" + std::string(columns) + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, entry.sequence);
    const LedgerRecord& record = entry.record;
    const std::array<const std::string*, 8> texts{&entry.recorded,  &record.kind, &record.product, &record.date,
                                                  &record.known_on, &record.body, &previous,       &entry.hash};
    for (std::size_t i = 0; i < texts.size(); ++i) insert.bind(static_cast<int>(i) + 2, *texts[i]);
    insert.next();
  }
  connection.run("COMMIT");
  return entry;
}

std::vector<LedgerEntry> Ledger::history(std::string_view product, std::optional<Date> as_of) const {
  const Connection connection = opened(path_);
  Statement rows(connection,
                 "SELECT " + std::string(columns) +
                     " FROM entry WHERE (?1 = '' OR product = ?1) AND (?2 = '' OR known_on <= ?2) ORDER BY sequence");
  rows.bind(1, product);
  rows.bind(2, as_of ? date_text(*as_of) : std::string());
  std::vector<LedgerEntry> entries;
  while (rows.next()) entries.push_back(entry_of(rows));
  return entries;
}

LedgerCheck Ledger::verify() const {
  const Connection connection = opened(path_);
  LedgerCheck check;
  try {
    check.reason = damage(connection);
    if (check.reason.empty()) walk(connection, check);
  } catch (const FormatError& error) {  // SQLite gave up on the file
    check.reason = error.rule();
  }
  check.sound = check.reason.empty();
  return check;
}

}  // namespace essor
