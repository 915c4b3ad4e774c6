// Everything but files and rendering (essor/io.hpp).
#pragma once

#include "essor/appraisal.hpp"   // IWYU pragma: export
#include "essor/committee.hpp"   // IWYU pragma: export
#include "essor/config.hpp"      // IWYU pragma: export
#include "essor/error.hpp"       // IWYU pragma: export
#include "essor/forecast.hpp"    // IWYU pragma: export
#include "essor/indicators.hpp"  // IWYU pragma: export
#include "essor/model.hpp"       // IWYU pragma: export
#include "essor/numerics.hpp"    // IWYU pragma: export
#include "essor/random.hpp"      // IWYU pragma: export
#include "essor/units.hpp"       // IWYU pragma: export
#include "essor/version.hpp"     // IWYU pragma: export
