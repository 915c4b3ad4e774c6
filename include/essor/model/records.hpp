// The records: what is known of a product, each a plain value. Portfolio validates them.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "essor/model/bounds.hpp"
#include "essor/model/date.hpp"
#include "essor/model/period.hpp"
#include "essor/model/vocabulary.hpp"

namespace essor {

/// A text kept once by the portfolio; 0 is the empty text. See Portfolio::text.
using TextId = std::uint32_t;

/// What is funded.
struct Product {
  std::string id, name, mission, url, demo_url, priority;
  std::optional<Date> go_live;
  std::optional<Phase> phase;
};

/// What is counted: metric `id` of one product.
struct Metric {
  std::uint32_t product = 0;  ///< index into Portfolio::products()
  std::string id, unit;
  Level level = Level::impactful;
  Kind kind = Kind::flow;
  Direction direction = Direction::increase;
  double value_per_unit =
      std::numeric_limits<double>::quiet_NaN();  ///< what one unit is worth, in the product's currency
  bool ratio_applies = true;                     ///< false: no cost-benefit ratio is sensible for it
  std::string agreed_by;                         ///< empty: nobody has agreed
  std::optional<Date> agreed_on;
};

/// Money spent, promised or planned in a period.
struct CostEntry {
  std::uint32_t product = 0;
  Period period;
  Bounds amount;
  TextId currency = 0;
  std::int32_t price_year = 0;  ///< 0: prices of the period itself
  TextId funder = 0;
  TextId perimeter = 0;
  TextId source = 0;
  Date known_on;
  Activity activity = Activity::other;
  Resource resource = Resource::other;
  CostStatus status = CostStatus::paid;
  Basis basis = Basis::measured;
};

/// What was counted in a period.
struct Measurement {
  std::uint32_t metric = 0;  ///< index into Portfolio::metrics()
  Period period;
  Bounds value;                                                 ///< not known for the statuses that carry no figure
  double numerator = std::numeric_limits<double>::quiet_NaN();  ///< rates only
  double denominator = std::numeric_limits<double>::quiet_NaN();
  TextId scope = 0;  ///< empty: the whole; else a part, such as one administration
  TextId source = 0;
  Date known_on;
  MeasurementStatus status = MeasurementStatus::measured;
  bool correction = false;

  /// Carried-forward, suppressed and absent figures say nothing about the period.
  bool informs() const noexcept {
    return status == MeasurementStatus::measured || status == MeasurementStatus::estimated;
  }
};

/// What was promised for a period, on a day.
struct Target {
  std::uint32_t metric = 0;
  Period period;
  double value = 0;
  Date set_on;
};

/// What a committee decided.
struct Decision {
  std::uint32_t product = 0;
  Date date;
  DecisionKind decision = DecisionKind::continue_;
  double amount = std::numeric_limits<double>::quiet_NaN();
  TextId funder = 0;
  TextId conditions = 0;
};

/// A published claim, to be checked against the record. Growths are fractions of the period before: 1.2 is +120 %.
struct Published {
  std::uint32_t metric = 0;
  Period period;
  PublishedQuantity quantity = PublishedQuantity::unit_cost;
  Bounds value;
  TextId source = 0;
  Date known_on;
};

}  // namespace essor
