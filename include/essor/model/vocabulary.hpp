// The closed vocabularies of the records, one enumeration each, with the words that files use for them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace essor {

/// The languages in which the library writes.
enum class Language : std::uint8_t { french, english };

enum class Phase : std::uint8_t {
  investigation,
  construction,
  acceleration,
  consolidation,
  transferred,
  operated,
  abandoned
};
enum class Level : std::uint8_t { activity, usable, used, useful, impactful, efficient };
enum class Kind : std::uint8_t { flow, stock, cumulative, rate };
enum class Direction : std::uint8_t { increase, decrease };
enum class CostStatus : std::uint8_t { planned, committed, paid };
enum class Basis : std::uint8_t { measured, unit_cost_x_volume };
enum class MeasurementStatus : std::uint8_t {
  measured,
  estimated,
  carried_forward,
  suppressed,
  missing,
  not_requested
};
enum class DecisionKind : std::uint8_t { accelerate, continue_, slow_down, stop, provisional, transfer };
enum class PublishedQuantity : std::uint8_t { unit_cost, growth_cost, growth_impact };
/// Activities of a cost, then the groups that the seven differences need.
enum class Activity : std::uint8_t {
  management,
  administration,
  coaching,
  development,
  design,
  data,
  deployment,
  communication,
  support,
  security,
  hosting,
  network,
  operations,
  coordination,
  build,
  infrastructure,
  other
};
enum class ActivityGroup : std::uint8_t { coordination, build_and_deployment, infrastructure, other };
enum class Resource : std::uint8_t { staff, external_services, hardware, software, structure, other };

/// The words of an enumeration in the order of its values.
template <class E>
struct words;
template <>
struct words<Phase> {
  static constexpr std::array list{"investigation", "construction", "acceleration", "consolidation",
                                   "transferred",   "operated",     "abandoned"};
};
template <>
struct words<Level> {
  static constexpr std::array list{"activity", "usable", "used", "useful", "impactful", "efficient"};
};
template <>
struct words<Kind> {
  static constexpr std::array list{"flow", "stock", "cumulative", "rate"};
};
template <>
struct words<Direction> {
  static constexpr std::array list{"increase", "decrease"};
};
template <>
struct words<CostStatus> {
  static constexpr std::array list{"planned", "committed", "paid"};
};
template <>
struct words<Basis> {
  static constexpr std::array list{"measured", "unit_cost_x_volume"};
};
template <>
struct words<MeasurementStatus> {
  static constexpr std::array list{"measured",   "estimated", "carried_forward",
                                   "suppressed", "missing",   "not_requested"};
};
template <>
struct words<DecisionKind> {
  static constexpr std::array list{"accelerate", "continue", "slow_down", "stop", "provisional", "transfer"};
};
template <>
struct words<PublishedQuantity> {
  static constexpr std::array list{"unit_cost", "growth_cost", "growth_impact"};
};
template <>
struct words<Activity> {
  static constexpr std::array list{"management", "administration", "coaching", "development",    "design",  "data",
                                   "deployment", "communication",  "support",  "security",       "hosting", "network",
                                   "operations", "coordination",   "build",    "infrastructure", "other"};
};
template <>
struct words<ActivityGroup> {
  static constexpr std::array list{"coordination", "build_and_deployment", "infrastructure", "other"};
};
template <>
struct words<Resource> {
  static constexpr std::array list{"staff", "external_services", "hardware", "software", "structure", "other"};
};

/// The word of a value, as files spell it.
template <class E>
constexpr std::string_view word(E value) noexcept {
  return words<E>::list[static_cast<std::size_t>(value)];
}

/// The value of a word, or nothing.
template <class E>
constexpr std::optional<E> from_word(std::string_view text) noexcept {
  for (std::size_t i = 0; i < words<E>::list.size(); ++i)
    if (text == words<E>::list[i]) return static_cast<E>(i);
  return std::nullopt;
}

/// The group of an activity (DESIGN: coordination, build and deployment, infrastructure, other).
constexpr ActivityGroup group_of(Activity activity) noexcept {
  switch (activity) {
    case Activity::management:
    case Activity::administration:
    case Activity::coaching:
    case Activity::coordination:
      return ActivityGroup::coordination;
    case Activity::development:
    case Activity::design:
    case Activity::data:
    case Activity::deployment:
    case Activity::communication:
    case Activity::support:
    case Activity::security:
    case Activity::build:
      return ActivityGroup::build_and_deployment;
    case Activity::hosting:
    case Activity::network:
    case Activity::operations:
    case Activity::infrastructure:
      return ActivityGroup::infrastructure;
    case Activity::other:
      break;
  }
  return ActivityGroup::other;
}

}  // namespace essor
