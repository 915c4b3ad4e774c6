// What a record of falls of unit cost says of their trend.
#pragma once

namespace essor {

/// The trend of a record of falls d_t.
struct TrendPosterior {
  double probability = 0;  ///< P(mu > 0 | d)
  double mean = 0;
  double sd = 0;
  double sd_ratio = 1;  ///< posterior sd / prior sd; above 0.9 the record does not identify a trend
};

}  // namespace essor
