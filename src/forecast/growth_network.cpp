#include "essor/forecast/detail/growth_network_inl.hpp"
