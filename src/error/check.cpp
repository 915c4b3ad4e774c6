#include "essor/error/detail/check_inl.hpp"
