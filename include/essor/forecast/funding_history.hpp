// From a portfolio to the history of funding and impact of one metric.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "essor/forecast/funding_response.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

/// The history of a metric, and what was read to make it.
struct RecordedFunding {
  FundingHistory history;
  Period last;                     ///< period of the last figure: the first step to come begins at its end
  std::string currency;            ///< of the funding
  std::vector<std::string> notes;  ///< each reading that was made
};

/// Funding and impact of a metric in equal periods, around the last one whose cost and impact are both known exactly.
///
/// Periods are of `months`, or of the length of 1, 3, 6 and 12 months into which most of the record falls (the longest
/// of equals). Impact is that of `series_of`: the count of a period of flows and cumulative metrics, the mean of
/// stocks. Funding is the cost of the windows of `windows_of`, of one perimeter and price year; earlier and
/// later figures are kept without their funding. What lies before a period without an exact figure is left out, and the
/// notes say how much.
/// @throw ArgumentError when months < 0; the metric is a rate or its product has no cost; or no period has a cost and
/// an exact figure of the metric.
RecordedFunding recorded_funding(const View& view, std::uint32_t metric, int months = 0);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/forecast/detail/funding_history_inl.hpp"
#endif
