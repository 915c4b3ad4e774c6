#include "essor/forecast/detail/pool_inl.hpp"
