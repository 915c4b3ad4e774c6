// What funding an amount brings in avoided non-recourse, and up to which amount it is worth it.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <utility>
#include <vector>

#include "essor/numerics/estimate.hpp"
#include "essor/units/quantities.hpp"
#include "essor/units/typed_array.hpp"

namespace essor {

/// Who asks, which decides what counts as a cost.
enum class Perspective {
  funder,         ///< an avoided non-recourse is worth its value to the one who funds; the funding is the cost
  public_budget,  ///< the benefits that are paid cost the budget too
  society         ///< benefits paid are a transfer: what the budget loses the person gains, and the two cancel
};

/// What each candidate amount would bring: draws of the persons whose non-recourse is avoided, one column per amount.
/// Draws in one row belong together. The amounts rise; the first is the reference policy. One row means expected values
/// known without sampling. Between two amounts the response is taken as linear.
struct FundingResponse {
  TypedArray<EuroUnit> amounts;
  Eigen::ArrayXXd avoided;  ///< draws x amounts, persons
};

/// An amount, and whether it is an end of the amounts that were given: the true one may then lie beyond.
struct HighestAmount : Estimate {
  HighestAmount(Estimate estimate, bool boundary) : Estimate(std::move(estimate)), at_boundary(boundary) {}
  bool at_boundary;
};

/// Return on investment per avoided non-recourse, lambda = value of one:
/// \f[ \mathrm{ROI} = \frac{\lambda\,E[dI] - E[dC]}{E[dC]} \f]
/// where d is the difference to the first amount and dC the funding, with the benefits paid to the persons of dI added
/// in the perspective of the public budget. Ratios are of expectations.
class RoiPerAvoidedNonRecourse {
 public:
  /// @param value_per_person what one avoided non-recourse is worth to the one who asks (in the perspective of society:
  /// beyond the transfer itself)
  /// @param benefit_per_person what is paid to one person over the span of the response; the public budget needs it,
  /// society may name it (it cancels), the funder must not
  /// @throw ArgumentError for a negative value or benefit, amounts that are fewer than two, negative or not rising,
  /// draws that are not finite or not >= 0, a number of columns that is not that of the amounts, no row, or a benefit
  /// that the perspective lacks or does not know
  RoiPerAvoidedNonRecourse(UnitCost<tags::avoided_non_recourse> value_per_person, Perspective perspective,
                           FundingResponse response,
                           std::optional<UnitCost<tags::avoided_non_recourse>> benefit_per_person = std::nullopt);

  Perspective perspective() const noexcept { return perspective_; }
  const TypedArray<EuroUnit>& amounts() const noexcept { return response_.amounts; }

  /// The return of each amount against the first, dimensionless. For the first itself it is 0/0: NaN.
  std::vector<Estimate> roi() const;

  /// The highest amount that is worth its price against today's:
  /// \f[ \sup\{B : \lambda\,E[v(B) - v(B_0)] \ge B - B_0\} \f]
  /// over the amounts given, B_0 = amount_today. The draws are the break-even of each draw's own response. Standard
  /// error by the delta method, sd(g) / (sqrt(n) |g'|) for g = lambda (v(B) - v(B_0)) - (B - B_0). At the boundary the
  /// answer is the end of the amounts, no solution of an equation, and has standard error 0.
  /// @throw ArgumentError if amount_today is outside the amounts given
  HighestAmount break_even(Money amount_today) const;

  /// The amount of the greatest net value, \f$ \arg\max_B \lambda\,E[v(B)] - B \f$; the smallest one of equals. Under a
  /// linear response between amounts it is one of the amounts given, whatever the shape. The standard error is the root
  /// mean square distance to the amounts that sampling error may have hidden,
  /// \f[ \sqrt{\textstyle\sum_k (B_k - B^*)^2\,\Phi(-\Delta_k / \mathrm{se}(\Delta_k))} \f]
  /// with Delta_k the loss of net value at B_k.
  HighestAmount optimum() const;

 private:
  double net_value_per_person() const noexcept { return value_eur_ - cost_per_person_eur_; }

  double value_eur_;
  double cost_per_person_eur_;  // benefits that count as a cost, 0 but for the public budget
  Perspective perspective_;
  FundingResponse response_;
};

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/appraisal/detail/roi_per_avoided_non_recourse_inl.hpp"
#endif
