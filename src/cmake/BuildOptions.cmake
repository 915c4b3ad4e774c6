# What every file built here is compiled with. A project that takes Essor by add_subdirectory keeps its own options:
# only -ffp-contract=off, which the figures rest on, stays with the libraries (see src/CMakeLists.txt).
if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
  endif()
  # -O2: -O3 makes these files larger and slower to build, and not measurably faster.
  string(REGEX REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
  set(CMAKE_CXX_EXTENSIONS OFF)

  if(MSVC)
    add_compile_options(/W4 $<$<BOOL:${ESSOR_WARNINGS_AS_ERRORS}>:/WX>)
  else()
    add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${ESSOR_WARNINGS_AS_ERRORS}>:-Werror>)
    if(ESSOR_SANITIZERS)
      add_compile_options(-fsanitize=${ESSOR_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer)
      add_link_options(-fsanitize=${ESSOR_SANITIZERS})
    endif()
    if(ESSOR_COVERAGE)
      add_compile_options(--coverage)
      add_link_options(--coverage)
    endif()
  endif()
endif()
