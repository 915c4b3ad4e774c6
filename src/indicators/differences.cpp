#include "essor/indicators/detail/differences_inl.hpp"
