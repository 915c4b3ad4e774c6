// The seven differences between steering a product and running a project, each measured on the record.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "essor/config.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

enum class Verdict : std::uint8_t { project, product, cannot_tell };
template <>
struct words<Verdict> {
  static constexpr std::array list{"project", "product", "cannot tell"};
};

/// One of the seven differences between a project and a product.
struct DifferenceLine {
  std::string
      difference;  ///< cost_setting, spend_before_live, aim, coordination, steering, infrastructure, early_release
  double figure = std::numeric_limits<double>::quiet_NaN();
  std::string basis;  ///< what the figure was computed from
  Verdict verdict = Verdict::cannot_tell;
};

/// The seven differences of a product.
///
/// | difference | figure | project | product |
/// |---|---|---|---|
/// | cost_setting | decisions a year that set an amount | a total planned for more than 18 months, known within 6
/// months of the first spend, and < 0.5 | >= 1 | | spend_before_live | share of cost before go_live | >= 0.6 | <= 0.4 |
/// | aim | share of targets at level activity or usable | >= 0.6 | <= 0.4 |
/// | coordination | share of coordination in the cost stated by activity | >= 0.5 | build and deployment >= 0.5 |
/// | steering | share of decisions by whose day a measurement at level used or above was known | <= 0.2, or < 0.8 and
/// 18 months of spending without a decision | >= 0.8, and never 18 months without one | | infrastructure |
/// (infrastructure first year / highest) / (usage first year / highest) | >= 3 | <= 1.5 | | early_release | months from
/// first spend to go_live | >= 24, or never | <= 12 |
///
/// 80 % and two thirds are the founding document's; the thresholds between are this library's. A cost entry that
/// straddles a day is spread evenly over its months. A product counts as never live when it has no go_live, no usage,
/// and its phase is investigation, construction or abandoned.
std::vector<DifferenceLine> seven_differences(const View& view, std::uint32_t product,
                                              Language language = Language::english);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/indicators/detail/differences_inl.hpp"
#endif
