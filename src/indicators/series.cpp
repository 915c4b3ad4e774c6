#include "essor/indicators/detail/series_inl.hpp"
