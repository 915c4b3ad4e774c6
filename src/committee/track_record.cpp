#include "essor/committee/detail/track_record_inl.hpp"
