#include "essor/forecast/detail/growth_model_inl.hpp"
