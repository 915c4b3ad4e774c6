#include "essor/model/detail/portfolio_inl.hpp"
