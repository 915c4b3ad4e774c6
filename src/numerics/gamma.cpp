#include "essor/numerics/detail/gamma_inl.hpp"
