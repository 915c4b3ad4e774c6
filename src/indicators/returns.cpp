#include "essor/indicators/detail/returns_inl.hpp"
