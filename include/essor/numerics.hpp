// Formulas on numbers: distributions, quantiles, moments, quadrature, estimates.
#pragma once

#include "essor/numerics/beta.hpp"
#include "essor/numerics/cholesky.hpp"
#include "essor/numerics/difference_constraints.hpp"
#include "essor/numerics/estimate.hpp"
#include "essor/numerics/gamma.hpp"
#include "essor/numerics/logistic.hpp"
#include "essor/numerics/moments.hpp"
#include "essor/numerics/normal.hpp"
#include "essor/numerics/quadrature.hpp"
#include "essor/numerics/quantile.hpp"
#include "essor/numerics/student_t.hpp"
