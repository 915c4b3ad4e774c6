// What the record says today.
#pragma once

#include "essor/indicators/constants.hpp"       // IWYU pragma: export
#include "essor/indicators/contradictions.hpp"  // IWYU pragma: export
#include "essor/indicators/differences.hpp"     // IWYU pragma: export
#include "essor/indicators/growth.hpp"          // IWYU pragma: export
#include "essor/indicators/returns.hpp"         // IWYU pragma: export
#include "essor/indicators/series.hpp"          // IWYU pragma: export
#include "essor/indicators/window.hpp"          // IWYU pragma: export
#include "essor/indicators/windows.hpp"         // IWYU pragma: export
