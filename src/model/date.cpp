#include "essor/model/detail/date_inl.hpp"
