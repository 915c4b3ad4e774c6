// Tables of bad inputs: what is read, and the error that must come of it.
#pragma once

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <string_view>

#include "essor/error/errors.hpp"

namespace essor_test {

enum class Raises { format, record };

struct BadInput {
  std::string_view text;
  Raises raises;
  std::string_view place;
  std::string_view value;
  std::string_view rule;  ///< a part of it
};

template <class Error, class Read>
void check_error(const BadInput& bad, Read read) {
  try {
    read(bad.text);
    FAIL_CHECK("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.place() == bad.place);
    CHECK(error.value() == bad.value);
    CHECK_MESSAGE(error.rule().find(bad.rule) != std::string::npos, error.rule());
  }
}

template <class Read>
void check_all(std::span<const BadInput> inputs, Read read) {
  for (const BadInput& bad : inputs) {
    CAPTURE(std::string(bad.text));
    if (bad.raises == Raises::format) check_error<essor::FormatError>(bad, read);
    if (bad.raises == Raises::record) check_error<essor::RecordError>(bad, read);
  }
}

}  // namespace essor_test
