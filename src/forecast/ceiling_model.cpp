#include "essor/forecast/detail/ceiling_model_inl.hpp"
