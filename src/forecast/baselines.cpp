#include "essor/forecast/detail/baselines_inl.hpp"
