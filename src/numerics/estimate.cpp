#include "essor/numerics/detail/estimate_inl.hpp"
