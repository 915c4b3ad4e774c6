#include "essor/forecast/detail/least_squares_inl.hpp"
