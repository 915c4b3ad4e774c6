#include "essor/forecast/detail/curve_fit_inl.hpp"
