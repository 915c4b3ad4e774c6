#include "essor/model/detail/period_inl.hpp"
