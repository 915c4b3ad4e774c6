#include "essor/forecast/detail/curve_noise_inl.hpp"
