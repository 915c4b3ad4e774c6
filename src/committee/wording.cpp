#include "essor/committee/detail/wording_inl.hpp"
