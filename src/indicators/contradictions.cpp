#include "essor/indicators/detail/contradictions_inl.hpp"
