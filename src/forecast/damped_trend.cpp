#include "essor/forecast/detail/damped_trend_inl.hpp"
