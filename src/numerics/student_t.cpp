#include "essor/numerics/detail/student_t_inl.hpp"
