#include "essor/forecast/detail/forecast_inl.hpp"
