// The errors of the library, the checks that throw them, and how numbers are written in them.
#pragma once

#include "essor/error/check.hpp"
#include "essor/error/errors.hpp"
#include "essor/error/number_text.hpp"
