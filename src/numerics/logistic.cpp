#include "essor/numerics/detail/logistic_inl.hpp"
