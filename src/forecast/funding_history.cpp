#include "essor/forecast/detail/funding_history_inl.hpp"
