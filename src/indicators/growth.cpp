#include "essor/indicators/detail/growth_inl.hpp"
