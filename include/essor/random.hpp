// Counter-based random numbers and the samplers of the library.
#pragma once

#include "essor/random/philox.hpp"
#include "essor/random/samplers.hpp"
