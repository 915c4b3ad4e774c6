// Records and documents in and out. Not part of the umbrella essor.hpp; link essor::io.
// The ledger needs SQLite and is included by itself: essor/io/ledger.hpp.
#pragma once

#include "essor/io/csv.hpp"
#include "essor/io/files.hpp"
#include "essor/io/json.hpp"
#include "essor/io/ledger_record.hpp"
#include "essor/io/render.hpp"
