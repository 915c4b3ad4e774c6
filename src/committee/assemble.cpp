#include "essor/committee/detail/assemble_inl.hpp"
