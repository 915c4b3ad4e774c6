// The records of a portfolio.
#pragma once

#include "essor/model/bounds.hpp"      // IWYU pragma: export
#include "essor/model/date.hpp"        // IWYU pragma: export
#include "essor/model/period.hpp"      // IWYU pragma: export
#include "essor/model/portfolio.hpp"   // IWYU pragma: export
#include "essor/model/records.hpp"     // IWYU pragma: export
#include "essor/model/table.hpp"       // IWYU pragma: export
#include "essor/model/vocabulary.hpp"  // IWYU pragma: export
