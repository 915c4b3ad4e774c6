#include "essor/forecast/detail/saturation_inl.hpp"
