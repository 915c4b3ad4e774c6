#include "essor/forecast/detail/naive_inl.hpp"
