// Windows of months in which both cost and impact are known, and the indicators of each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "essor/config.hpp"
#include "essor/indicators/constants.hpp"
#include "essor/indicators/window.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

struct IndicatorOptions {
  int months = 12;       ///< length of a window
  bool history = false;  ///< every window, not the latest only
};

/// The windows of one metric, latest first: the first ends at the last day, known by the view's, at which cost and
/// impact are both tiled exactly by their periods; the others go back without overlap. Growths compare with the window
/// before where it is adjacent, of the same perimeter and price year.
///
/// | | |
/// |---|---|
/// | flow | sum of the periods that tile the window |
/// | stock | mean stock x months (unit-months) |
/// | cumulative | differenced first; the first row counts from its start only where all rows share that start |
/// | rate | sum of numerators / sum of denominators; no unit cost |
/// | cost | paid, else committed, never planned; all entries of one perimeter and price year |
///
/// @throw ArgumentError when months < 1.
std::vector<WindowFigures> windows_of(const View& view, std::uint32_t metric, int months = 12);

/// The indicators of every metric of every product, but those at level activity: the latest window of each, or every
/// window, latest first. A metric without a window has one row whose window is empty.
std::vector<WindowFigures> indicators(const View& view, const IndicatorOptions& options = {});

/// P(d > 0) over a span of adjacent windows, from `first` (older) to `last` (later): the sum of its d.
/// @throw ArgumentError when the windows are not of one metric, or not comparable.
double probability_of_fall_over(const View& view, const WindowFigures& first, const WindowFigures& last);

/// What a row of indicators was computed from, in words: rows, statuses, errors, prior.
std::string evidence_text(const Portfolio& portfolio, const WindowFigures& figures);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/indicators/detail/windows_inl.hpp"
#endif
