#include "essor/forecast/detail/curves_inl.hpp"
