#include "essor/appraisal/detail/avoided_non_recourse_inl.hpp"
