#include "essor/numerics/detail/cholesky_inl.hpp"
