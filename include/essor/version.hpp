// The one place of the version: CMake and pyproject.toml read it from here.
#pragma once

namespace essor {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;
inline constexpr const char* version = "0.1.0";

}  // namespace essor
