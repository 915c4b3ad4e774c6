#include "essor/forecast/detail/pool_model_inl.hpp"
