#include "essor/numerics/detail/quantile_inl.hpp"
