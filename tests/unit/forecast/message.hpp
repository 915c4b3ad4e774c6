// What an error says: for tests of wrong arguments.
#pragma once

#include <string>

#include "essor/error/errors.hpp"

template <class Call>
std::string message(Call call) {
  try {
    call();
  } catch (const essor::ArgumentError& error) {
    return error.what();
  }
  return "no error";
}
