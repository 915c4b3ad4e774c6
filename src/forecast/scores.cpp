#include "essor/forecast/detail/scores_inl.hpp"
