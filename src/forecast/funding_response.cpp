#include "essor/forecast/detail/funding_response_inl.hpp"
