// Any bytes, read as JSON, CSV or a record of the ledger: an error of the library, or content that survives a round
// trip.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "essor/error/errors.hpp"
#include "essor/io/csv.hpp"
#include "essor/io/json.hpp"
#include "essor/io/ledger_record.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read_json(std::string_view text) {
  const std::string written = essor::tables_to_json(essor::tables_from_json(text, "input"));
  require(essor::tables_to_json(essor::tables_from_json(written, "written")) == written);
}

void read_csv(std::string_view text) {
  const std::string written = essor::table_to_csv(essor::table_from_csv(text, "input", "table"));
  require(essor::table_to_csv(essor::table_from_csv(written, "written", "table")) == written);
}

void read_record(std::string_view text) {
  const std::string body = essor::ledger_record(text).body;
  require(essor::ledger_record(body).body == body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 3) {
      case 0:
        read_json(text);
        break;
      case 1:
        read_csv(text);
        break;
      default:
        read_record(text);
    }
  } catch (const essor::PlacedError&) {  // what a caller is told of bad input
  }
  return 0;
}
