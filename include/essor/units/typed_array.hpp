// A column of numbers of one unit: Eigen inside, the unit as a type outside.
//
// Boost.Units does the algebra of the units, Eigen keeps its expression templates: a whole formula is one fused loop
// over doubles. Arrays of quantities are several times slower to run and to compile, and a quantity of an array copies
// its buffer on every move.
#pragma once

#include <Eigen/Core>
#include <type_traits>
#include <utility>

#include "essor/units/quantities.hpp"

namespace essor {

/// A formula on columns that has not been evaluated yet. It refers to its columns: store it in a TypedArray.
template <class Unit, class Expr>
class TypedExpr {
 public:
  using unit_type = Unit;
  constexpr explicit TypedExpr(Expr expr) : expr_(std::move(expr)) {}
  const Expr& raw() const { return expr_; }

 private:
  Expr expr_;
};

/// A column that owns its numbers, each in `Unit`.
template <class Unit>
class TypedArray {
 public:
  using unit_type = Unit;
  TypedArray() = default;
  explicit TypedArray(Eigen::ArrayXd values) : values_(std::move(values)) {}
  /// Evaluates the formula.
  template <class Expr>
  TypedArray(const TypedExpr<Unit, Expr>& formula) : values_(formula.raw()) {}  // NOLINT(*-explicit-constructor)
  /// Evaluates the formula in place: no temporary, no allocation when the size is unchanged.
  template <class Expr>
  TypedArray& operator=(const TypedExpr<Unit, Expr>& formula) {
    values_ = formula.raw();
    return *this;
  }
  boost::units::quantity<Unit> operator[](Eigen::Index row) const {
    return boost::units::quantity<Unit>::from_value(values_[row]);
  }
  const Eigen::ArrayXd& raw() const { return values_; }
  Eigen::ArrayXd& raw() { return values_; }
  Eigen::Index size() const { return values_.size(); }

 private:
  Eigen::ArrayXd values_;
};

namespace detail {
template <class T>
struct IsTyped : std::false_type {};
template <class Unit, class Expr>
struct IsTyped<TypedExpr<Unit, Expr>> : std::true_type {};
template <class Unit>
struct IsTyped<TypedArray<Unit>> : std::true_type {};

template <class Unit, class Expr>
TypedExpr<Unit, Expr> typed(Expr expr) {
  return TypedExpr<Unit, Expr>(std::move(expr));
}
}  // namespace detail

/// A TypedArray or a TypedExpr.
template <class T>
concept Typed = detail::IsTyped<std::remove_cvref_t<T>>::value;

/// The unit of a column.
template <Typed T>
using UnitOf = typename std::remove_cvref_t<T>::unit_type;

template <Typed A, Typed B>
  requires std::is_same_v<UnitOf<A>, UnitOf<B>>
auto operator+(const A& a, const B& b) {
  return detail::typed<UnitOf<A>>(a.raw() + b.raw());
}
template <Typed A, Typed B>
  requires std::is_same_v<UnitOf<A>, UnitOf<B>>
auto operator-(const A& a, const B& b) {
  return detail::typed<UnitOf<A>>(a.raw() - b.raw());
}
template <Typed A, Typed B>
auto operator*(const A& a, const B& b) {
  return detail::typed<UnitProduct<UnitOf<A>, UnitOf<B>>>(a.raw() * b.raw());
}
template <Typed A, Typed B>
auto operator/(const A& a, const B& b) {
  return detail::typed<UnitQuotient<UnitOf<A>, UnitOf<B>>>(a.raw() / b.raw());
}
template <Typed A>
auto operator+(const A& a, const boost::units::quantity<UnitOf<A>>& q) {
  return detail::typed<UnitOf<A>>(a.raw() + q.value());
}
template <Typed A>
auto operator-(const A& a, const boost::units::quantity<UnitOf<A>>& q) {
  return detail::typed<UnitOf<A>>(a.raw() - q.value());
}
template <Typed A, class Unit>
auto operator*(const A& a, const boost::units::quantity<Unit>& q) {
  return detail::typed<UnitProduct<UnitOf<A>, Unit>>(a.raw() * q.value());
}
template <Typed A, class Unit>
auto operator/(const A& a, const boost::units::quantity<Unit>& q) {
  return detail::typed<UnitQuotient<UnitOf<A>, Unit>>(a.raw() / q.value());
}
/// Scaling by a dimensionless number.
template <Typed A>
auto operator*(const A& a, double factor) {
  return detail::typed<UnitOf<A>>(a.raw() * factor);
}

/// Sum and mean of a column; the mean of an empty column is NaN.
template <Typed A>
boost::units::quantity<UnitOf<A>> sum(const A& a) {
  return boost::units::quantity<UnitOf<A>>::from_value(a.raw().sum());
}
template <Typed A>
boost::units::quantity<UnitOf<A>> mean(const A& a) {
  return boost::units::quantity<UnitOf<A>>::from_value(a.raw().sum() / static_cast<double>(a.raw().size()));
}
/// Share of the rows above a threshold, dimensionless; NaN for an empty column.
template <Typed A>
double share_above(const A& a, const boost::units::quantity<UnitOf<A>>& threshold) {
  return static_cast<double>((a.raw() > threshold.value()).count()) / static_cast<double>(a.raw().size());
}

}  // namespace essor
