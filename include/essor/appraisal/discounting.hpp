// What flows of money over periods are worth today, and when they pay back.
#pragma once

#include <optional>

#include "essor/units/quantities.hpp"
#include "essor/units/rates.hpp"
#include "essor/units/typed_array.hpp"

namespace essor {

/// When in its period a flow is paid.
enum class CashTiming { start, middle, end };

/// The present value of one flow per period, the first period starting today.
/// \f[ \sum_t x_t (1 + r)^{-(t + \theta) m / 12}, \quad \theta = 0, 1/2, 1 \text{ at start, middle, end} \f]
/// 0 for no flow at all.
/// @param flows euros, one per period
/// @param period length of each period, months
/// @throw ArgumentError unless the flows are finite, the period > 0 and the rate > -1
Money present_value(const TypedArray<EuroUnit>& flows, AnnualRate rate, Months period,
                    CashTiming timing = CashTiming::middle);

/// Net present value: the present value of the benefits less that of the costs.
/// @throw ArgumentError as present_value, and if the lists differ in size
Money net_present_value(const TypedArray<EuroUnit>& benefits, const TypedArray<EuroUnit>& costs, AnnualRate rate,
                        Months period, CashTiming timing = CashTiming::middle);

/// Simple payback: the time after which the flows, each spread evenly over its period, have first covered the outlay of
/// today. 0 for an outlay of 0; nothing if they never do.
/// @throw ArgumentError unless the outlay is >= 0, the flows finite and the period > 0
std::optional<Months> payback(Money outlay, const TypedArray<EuroUnit>& flows, Months period);

/// Discounted payback: the same with each flow discounted as present_value does.
/// @throw ArgumentError as payback, and unless the rate > -1
std::optional<Months> discounted_payback(Money outlay, const TypedArray<EuroUnit>& flows, AnnualRate rate,
                                         Months period, CashTiming timing = CashTiming::middle);

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/appraisal/detail/discounting_inl.hpp"
#endif
