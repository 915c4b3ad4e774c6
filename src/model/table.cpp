#include "essor/model/detail/table_inl.hpp"
