// From a portfolio to the dossier of one product.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "essor/committee/dossier.hpp"
#include "essor/config.hpp"
#include "essor/model/portfolio.hpp"

namespace essor {

/// The dossier of a product: Q1-Q12 and the evidence behind them.
///
/// The main metric is the one at the highest level (impactful, efficient, useful, used, usable) among those with the
/// most windows; windows are of 12 months, or of the longest of 6, 3 and 1 that the record can tile. Where funding and
/// impact are known over the same periods the forecast is that of `forecast_funding`, for the amount spent last and for
/// candidates around it; else it is that of `forecast`, with today's funding going on.
/// @throw ArgumentError when there is no such product, or no such funder in its costs.
Dossier assemble_dossier(const Portfolio& portfolio, std::string_view product, const DossierOptions& options = {});

/// The question that a committee should ask of a product on a trajectory.
std::string question_to_ask(Trajectory trajectory, Language language);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/committee/detail/assemble_inl.hpp"
#endif
