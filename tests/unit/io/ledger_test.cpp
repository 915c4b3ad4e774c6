#include "essor/io/ledger.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "../../../src/io/detail/sha256.hpp"
#include "bad_input.hpp"
#include "essor/error/errors.hpp"
#include "essor/io/files.hpp"

namespace {

namespace fs = std::filesystem;
using essor_test::BadInput;
using enum essor_test::Raises;

/// A folder of its own with the path of a ledger in it, removed at the end.
class Place {
 public:
  Place() : folder_(fs::temp_directory_path() / ("essor_ledger_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(folder_); }

  std::string path(const char* name = "committee.ledger") const { return (folder_ / name).string(); }

 private:
  fs::path folder_;
};

std::string decision(const std::string& product, const std::string& date, const std::string& more = "") {
  return R"({"kind": "decision", "product": ")" + product + R"(", "date": ")" + date + "\"" + more + "}";
}

/// Runs SQL on the file as somebody would who does not use the library; false when SQLite refused.
bool tamper(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  sqlite3_open(path.c_str(), &database);
  const int status = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_close(database);
  return status == SQLITE_OK;
}

/// The message of the error that opening a file as a ledger raises; the file must come out as it went in.
std::string refusal(const std::string& path) {
  const std::string before = essor::read_text(path);
  std::string message = "nothing was thrown";
  try {
    essor::Ledger ledger(path);
  } catch (const essor::FormatError& error) {
    message = error.what();
  }
  CHECK(essor::read_text(path) == before);
  return message;
}

}  // namespace

TEST_CASE("SHA-256: the vectors of FIPS 180-4 (NIST, examples with intermediate values) and every padding") {
  using essor::detail::sha256;
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrs"
               "tnopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  // The digests of 0 to 130 letters, chained: worked out with another implementation (Python's hashlib).
  std::string all;
  for (std::size_t size = 0; size <= 130; ++size) all += sha256(std::string(size, 'x'));
  CHECK(sha256(all) == "87aca1c44bc7ba8897768170211f0a02063de70801131ff86c7edb9ce32c6a50");
}

TEST_CASE("a record has one canonical spelling") {
  const auto record = essor::ledger_record(
      R"( {"product": "\u00e9\/", "z": {"b": [1e21, 1e-7, 5e-324, -0.0, -0, 0.10, 6E5, 9007199254740992, true, null], "a": {}}, "date": "2022-01-31",
      "kind": "note", "text": "\u0001\t\"\\\u2028"} )");
  CHECK(record.body ==
        "{\"date\":\"2022-01-31\",\"kind\":\"note\",\"product\":\"é/\",\"text\":\"\\u0001\\t\\\"\\\\\u2028\","
        "\"z\":{\"a\":{},\"b\":[1e+21,1e-07,5e-324,0,0,0.1,600000,9.007199254740992e+15,true,null]}}");
  CHECK(record.product == "é/");
  CHECK(record.known_on == "2022-01-31");
  CHECK(essor::ledger_record(record.body).body == record.body);
}

TEST_CASE("bad records") {
  const std::string start = R"({"kind": "note", "product": "p", "date": "2022-01-31", )";
  const std::vector<std::string> texts{start + R"("a": [1, {"b/c": 1e999}]})",
                                       start + R"("a": 9007199254740993})",
                                       start + R"("a": "\u0000"})",
                                       start + R"("a\u0000": 1})",
                                       start + R"("a": [{"b": 1, "b": 2}]})",
                                       start + R"("product": "q"})",
                                       start + R"("a": )" + std::string(32, '[') + std::string(32, ']') + "}",
                                       start + R"("known_on": "2022-1-31"})",
                                       start + R"("known_on": 3})",
                                       start + R"("a": 1)"};
  const BadInput bad[] = {
      {texts[0], record, "record /a/1/b~1c", "1e999", "finite"},
      {texts[1], record, "record /a", "9007199254740993", "2^53"},
      {texts[2], record, "record /a", "\"\\x00\"", "NUL"},
      {texts[3], record, std::string_view("record /a\0", 10), "\"a\\x00\"", "NUL"},
      {texts[4], format, "record /a/0/b", "\"b\"", "a key occurs once"},
      {texts[5], format, "record /product", "\"product\"", "a key occurs once"},
      {texts[6], format, "record /a/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0", "depth 33",
       "at most 32 deep"},
      {texts[7], record, "record /known_on", "\"2022-1-31\"", "an existing day"},
      {texts[8], record, "record /known_on", "\"\"", "an existing day"},
      {texts[9], format, "record line 1, column 62", "", "truncated"},
      {"[]", format, "record", "\"[]\"", "a record is a JSON object"},
      {"{}", record, "record /kind", "", "says its kind"},
      {R"({"kind": "decided"})", record, "record /kind", "\"decided\"", "decision, target or note"},
      {R"({"kind": "note"})", record, "record /product", "", "names its product"},
      {R"({"kind": "note", "product": ""})", record, "record /product", "", "names its product"},
      {R"({"kind": "note", "product": "p"})", record, "record /date", "", "has a date"},
      {R"({"kind": "note", "product": "p", "date": "2022-02-30"})", record, "record /date", "\"2022-02-30\"",
       "an existing day"},
      {R"({"kind": "note", "product": "p", "date": "2022-01-31T00:00"})", record, "record /date",
       "\"2022-01-31T00:00\"", "an existing day"},
  };
  const Place place;
  essor::Ledger ledger(place.path());
  essor_test::check_all(bad, [&](std::string_view text) { ledger.append(text); });
  CHECK(ledger.history().empty());
}

TEST_CASE("what is appended comes back, as it was known on a day") {
  const Place place;
  essor::Ledger ledger(place.path());
  CHECK(ledger.history().empty());
  CHECK(ledger.verify().sound);
  const auto first = ledger.append(decision("a", "2022-01-31", R"(, "amount": 6e5)"));
  ledger.append(decision("b", "2022-02-28"));
  ledger.append(decision("a", "2021-06-30", R"(, "known_on": "2022-03-01")"));
  CHECK(first.sequence == 1);
  CHECK(first.record.body == R"({"amount":600000,"date":"2022-01-31","kind":"decision","product":"a"})");
  CHECK(first.recorded.size() == 24);
  CHECK(first.hash ==
        essor::detail::sha256(std::string(64, '0') + "\n1\n" + first.recorded + "\n" + first.record.body));

  const essor::Ledger again(place.path());
  CHECK(again.history().size() == 3);
  CHECK(again.history("a").size() == 2);
  CHECK(again.history("none").empty());
  CHECK(again.history("a", essor::parse_date("2022-02-28")).size() == 1);
  CHECK(again.history({}, essor::parse_date("2022-03-01")).size() == 3);
  CHECK(again.history({}, essor::parse_date("2022-01-30")).empty());
  CHECK(again.history()[0].hash == first.hash);
  CHECK(again.verify().sound);
  CHECK(again.verify().records == 3);
}

TEST_CASE("SQLite refuses to change, remove or insert entries") {
  const Place place;
  essor::Ledger ledger(place.path());
  ledger.append(decision("a", "2022-01-31"));
  ledger.append(decision("a", "2022-02-28"));
  CHECK_FALSE(tamper(place.path(), "UPDATE entry SET product = 'b'"));
  CHECK_FALSE(tamper(place.path(), "DELETE FROM entry WHERE sequence = 2"));
  CHECK_FALSE(
      tamper(place.path(),
             "INSERT INTO entry SELECT 4, recorded, kind, product, date, known_on, body, hash, previous FROM entry"));
  CHECK_FALSE(tamper(place.path(), "INSERT OR REPLACE INTO entry SELECT * FROM entry"));
  CHECK(ledger.verify().records == 2);
}

TEST_CASE("verify names the first bad entry") {
  const Place place;
  essor::Ledger ledger(place.path());
  for (const char* day : {"2022-01-31", "2022-02-28", "2022-03-31"}) ledger.append(decision("a", day));
  const std::string whole = essor::read_text(place.path());
  const std::string no_update =
      "CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry\nBEGIN\n  SELECT RAISE(ABORT, 'the ledger is "
      "append-only: an entry is never changed');\nEND";
  const std::string no_delete =
      "CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry\nBEGIN\n  SELECT RAISE(ABORT, 'the ledger is "
      "append-only: an entry is never removed');\nEND";
  const auto check_after = [&](const std::string& sql, std::optional<std::int64_t> first_bad, const char* reason) {
    CAPTURE(sql);
    essor::write_text(place.path(), whole);
    REQUIRE(tamper(place.path(), sql));
    const essor::LedgerCheck check = ledger.verify();
    CHECK_FALSE(check.sound);
    CHECK(check.first_bad == first_bad);
    CHECK_MESSAGE(check.reason.find(reason) != std::string::npos, check.reason);
  };
  const std::string drop = "DROP TRIGGER entry_is_never_changed; ";
  check_after(drop, std::nullopt, "altered");
  check_after(drop + "UPDATE entry SET body = replace(body, '02-28', '02-27') WHERE sequence = 2; " + no_update, 2,
              "does not match its hash");
  check_after(drop + "UPDATE entry SET date = '2020-01-01' WHERE sequence = 3; " + no_update, 3,
              "columns do not repeat");
  check_after(drop + "UPDATE entry SET recorded = '2020-01-01T00:00:00.000Z' WHERE sequence = 1; " + no_update, 1,
              "does not match its hash");
  check_after("DROP TRIGGER entry_is_never_removed; DELETE FROM entry WHERE sequence = 2; " + no_delete, 2,
              "entry 2 is missing");
  check_after(drop + "UPDATE entry SET previous = hash WHERE sequence = 2; " + no_update, 2, "does not follow");
}

TEST_CASE("files that are no ledger are refused and left as they are") {
  const Place place;
  {
    essor::Ledger ledger(place.path());
    for (int i = 0; i < 60; ++i)
      ledger.append(decision("a", "2022-01-31", ", \"text\": \"" + std::string(500, 'x') + "\""));
  }
  const std::string whole = essor::read_text(place.path());
  const std::string other = place.path("other");
  for (const std::size_t size : {std::size_t{1}, std::size_t{50}, std::size_t{99}}) {
    essor::write_text(other, whole.substr(0, size));
    CHECK(refusal(other).find("no ledger") != std::string::npos);
  }
  for (const std::size_t size : {std::size_t{100}, std::size_t{4096}, whole.size() - 1, whole.size() - 4096}) {
    essor::write_text(other, whole.substr(0, size));
    CHECK(refusal(other).find("truncated") != std::string::npos);
  }
  essor::write_text(other, "product,period,cost,value\n" + std::string(200, 'x'));
  CHECK(refusal(other).find("no ledger") != std::string::npos);
  fs::remove(other);
  tamper(other, "CREATE TABLE entry (a)");
  CHECK(refusal(other).find("no ledger") != std::string::npos);
  essor::write_text(other, whole);
  tamper(other, "PRAGMA user_version = 2");
  CHECK(refusal(other) == other + ": 2: version 2 is newer than this library reads (1)");
  CHECK_THROWS_AS(essor::Ledger(place.path("no/where")), essor::FormatError);
  CHECK_THROWS_AS(essor::Ledger(fs::temp_directory_path().string()), essor::FormatError);
  CHECK_THROWS_AS(essor::Ledger(""), essor::FormatError);
}

TEST_CASE("damaged pages are reported, not followed") {
  const Place place;
  essor::Ledger ledger(place.path());
  for (int i = 0; i < 60; ++i)
    ledger.append(decision("a", "2022-01-31", ", \"text\": \"" + std::string(500, 'x') + "\""));
  std::string damaged = essor::read_text(place.path());
  for (std::size_t i = 3 * 4096; i < 4 * 4096; ++i) damaged[i] = '\x5A';
  essor::write_text(place.path(), damaged);
  const essor::LedgerCheck check = ledger.verify();
  CHECK_FALSE(check.sound);
  CHECK_FALSE(check.reason.empty());
}

TEST_CASE("writers wait for one another") {
  const Place place;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      essor::Ledger ledger(place.path());
      for (int round = 0; round < 10; ++round) ledger.append(decision("a", "2022-01-31"));
    });
  }
  for (std::thread& writer : writers) writer.join();
  const essor::LedgerCheck check = essor::Ledger(place.path()).verify();
  CHECK(check.sound);
  CHECK(check.records == 40);
}

// The Python tests run this case with a ledger of theirs: both languages must read and continue it.
TEST_CASE("a ledger begun by Python is read and continued" *
          doctest::skip(std::getenv("ESSOR_PYTHON_LEDGER") == nullptr)) {
  const char* path = std::getenv("ESSOR_PYTHON_LEDGER");
  REQUIRE(path != nullptr);
  essor::Ledger ledger(path);
  const auto found = ledger.verify();
  CHECK_MESSAGE(found.sound, found.reason);
  REQUIRE(found.records > 0);
  for (const essor::LedgerEntry& entry : ledger.history()) ledger.append(entry.record.body);
  CHECK(ledger.verify().records == 2 * found.records);
}
