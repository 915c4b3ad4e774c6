// Discounting, avoided non-recourse, and the return on it.
#pragma once

#include "essor/appraisal/avoided_non_recourse.hpp"
#include "essor/appraisal/discounting.hpp"
#include "essor/appraisal/factor.hpp"
#include "essor/appraisal/roi_per_avoided_non_recourse.hpp"
