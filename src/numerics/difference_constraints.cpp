#include "essor/numerics/detail/difference_constraints_inl.hpp"
