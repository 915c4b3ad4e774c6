#include "essor/appraisal/detail/factor_inl.hpp"
