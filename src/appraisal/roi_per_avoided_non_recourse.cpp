#include "essor/appraisal/detail/roi_per_avoided_non_recourse_inl.hpp"
