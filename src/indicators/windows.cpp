#include "essor/indicators/detail/windows_inl.hpp"
