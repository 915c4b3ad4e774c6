#include "essor/forecast/detail/reference_class_inl.hpp"
