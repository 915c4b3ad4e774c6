#include "essor/error/detail/number_text_inl.hpp"
