#include "essor/numerics/detail/normal_inl.hpp"
