#include "essor/forecast/detail/curve_posterior_inl.hpp"
