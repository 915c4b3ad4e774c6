#include "essor/numerics/detail/beta_inl.hpp"
