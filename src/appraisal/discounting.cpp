#include "essor/appraisal/detail/discounting_inl.hpp"
