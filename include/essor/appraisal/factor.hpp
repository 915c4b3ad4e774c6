// A factor of an appraisal: a number that may be known, counted, or guessed by an expert.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace essor {

/// What a factor is: a share lies in [0, 1]; a quantity (persons, euros) is not negative.
enum class FactorDomain { share, quantity };

/// A number that may be uncertain. A plain double converts to a fixed factor.
class Factor {
 public:
  enum class Kind { fixed, beta, interval90 };

  /// A number known without error.
  Factor(double value) : Factor(Kind::fixed, value, value) {}  // NOLINT(*-explicit-constructor)

  /// A number known without error.
  static Factor fixed(double value) { return {value}; }

  /// A share of which `successes` in `trials` are known: the posterior
  /// \f[ \mathrm{Beta}(\text{successes} + 1/2,\; \text{trials} - \text{successes} + 1/2) \f]
  /// under Jeffreys' prior Beta(1/2, 1/2), which keeps shares of 0 and of all trials possible but not certain.
  /// Counts need not be whole (weighted surveys).
  /// @throw ArgumentError unless trials > 0 and 0 <= successes <= trials
  /// @par Source H. Jeffreys (1946), Proceedings of the Royal Society A 186, 453-461, doi:10.1098/rspa.1946.0056.
  static Factor beta(double successes, double trials);

  /// A share with a beta distribution of these two shapes.
  /// @throw ArgumentError unless both are > 0 and finite
  static Factor beta_shapes(double first, double second);

  /// An expert's central 90 % interval: 5 % below `low`, 5 % above `high`. Normal on the logit scale for a share, on
  /// the log scale for a quantity; which of them, the place of use knows and checks.
  /// @throw ArgumentError unless 0 < low < high, both finite
  static Factor interval90(double low, double high);

  /// A share observed elsewhere, from counts: counts are pooled and treated as beta() does.
  /// @throw ArgumentError if the lists are empty or differ in size, or a count is out of range
  static Factor pooled_share(std::span<const double> successes, std::span<const double> trials);

  /// A share observed elsewhere, from a series of rates alone: the beta distribution whose mean is that of the rates
  /// and whose standard deviation is the standard error of that mean (sample standard deviation over the root of the
  /// number of rates). Rates that are all equal give a fixed factor.
  /// @throw ArgumentError below two rates (one shows no spread), for a rate outside [0, 1], or if the spread is as
  /// large as a share can have (two rates, 0 and 1)
  static Factor mean_share(std::span<const double> rates);

  Kind kind() const noexcept { return kind_; }
  bool is_fixed() const noexcept { return kind_ == Kind::fixed; }
  /// The value; or the two shapes of the beta; or the two ends of the interval.
  double first() const noexcept { return first_; }
  double second() const noexcept { return second_; }

  /// @throw ArgumentError, in the name of `function`, if the factor cannot be of that domain
  void check(std::string_view function, std::string_view name, FactorDomain domain) const;

  /// Draw number i comes from the random stream (seed, path i, period, purpose), whatever else is drawn.
  Eigen::ArrayXd sample(FactorDomain domain, Eigen::Index draws, std::uint64_t seed, std::uint16_t period,
                        std::uint16_t purpose) const;

 private:
  Factor(Kind kind, double first, double second) : kind_(kind), first_(first), second_(second) {}

  Kind kind_;
  double first_;
  double second_;
};

/// A factor for every period: the same in each (one draw for all of them), or a list with one, drawn apart, for each.
class PerPeriod {
 public:
  PerPeriod(double value) : factors_{Factor(value)}, is_list_(false) {}               // NOLINT(*-explicit-constructor)
  PerPeriod(Factor factor) : factors_{factor}, is_list_(false) {}                     // NOLINT(*-explicit-constructor)
  PerPeriod(std::vector<Factor> list) : factors_(std::move(list)), is_list_(true) {}  // NOLINT(*-explicit-constructor)

  bool is_list() const noexcept { return is_list_; }
  const std::vector<Factor>& factors() const noexcept { return factors_; }

 private:
  std::vector<Factor> factors_;
  bool is_list_;
};

}  // namespace essor

#ifndef ESSOR_COMPILED
#include "essor/appraisal/detail/factor_inl.hpp"
#endif
