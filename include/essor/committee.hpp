// The dossier of an investment committee.
#pragma once

#include "essor/committee/assemble.hpp"      // IWYU pragma: export
#include "essor/committee/dossier.hpp"       // IWYU pragma: export
#include "essor/committee/track_record.hpp"  // IWYU pragma: export
#include "essor/committee/wording.hpp"       // IWYU pragma: export
