// The umbrella header in a second translation unit: linked with the tests, it shows that every definition is inline or
// compiled once.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "essor/essor.hpp"
#include "essor/version.hpp"

TEST_CASE("the version's parts and its text agree") {
  const std::string_view text = essor::version;
  CHECK(text == std::to_string(essor::version_major) + "." + std::to_string(essor::version_minor) + "." +
                    std::to_string(essor::version_patch));
}
