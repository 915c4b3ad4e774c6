# Eigen and Boost, headers only, for this build and for whoever finds the installed package; nlohmann-json for the build alone.
# Order: what the caller points to (CMAKE_PREFIX_PATH, Eigen3_DIR, ...), the system, then the header wheels of the Python at
# hand: cmeel-eigen, libboost-headers (or boost-headers), nlohmann-json. ESSOR_DEPENDENCIES_FROM_PYPI=ON skips the first two.
option(ESSOR_DEPENDENCIES_FROM_PYPI "Take Eigen, Boost and nlohmann-json from Python packages only" OFF)

# Where Python imports from. The interpreter itself answers, so PYTHONPATH and pip's build isolation are honoured.
function(essor_python_path out)
  if(NOT Python_EXECUTABLE)
    find_package(Python QUIET COMPONENTS Interpreter)
  endif()
  set(paths "")
  if(Python_EXECUTABLE)
    execute_process(
      COMMAND ${Python_EXECUTABLE} -c "import sys; print(';'.join(p.replace('\\\\', '/') for p in sys.path if p))"
      OUTPUT_VARIABLE paths OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  set(${out} "${paths}" PARENT_SCOPE)
endfunction()

# Eigen3::Eigen and Boost::headers. Sets ESSOR_EIGEN_DIR and ESSOR_BOOST_INCLUDE to where Python packages hold them (empty when
# the usual search found them), so that an installed Essor can name the same place.
macro(essor_find_dependencies)
  find_package(Threads REQUIRED)  # batches of forecasts
  if(NOT ESSOR_DEPENDENCIES_FROM_PYPI)
    find_package(Eigen3 3.4 QUIET NO_MODULE)
    if(POLICY CMP0167)
      cmake_policy(SET CMP0167 NEW)  # BoostConfig.cmake; FindBoost is removed
    endif()
    find_package(Boost 1.74 QUIET)
  endif()
  set(essor_eigen_hints ${ESSOR_EIGEN_DIR})
  set(essor_boost_hints ${ESSOR_BOOST_INCLUDE})
  set(ESSOR_EIGEN_DIR "")
  set(ESSOR_BOOST_INCLUDE "")
  if(NOT TARGET Eigen3::Eigen OR NOT TARGET Boost::headers)
    essor_python_path(essor_import_paths)
  endif()
  if(NOT TARGET Eigen3::Eigen)
    unset(Eigen3_DIR CACHE)
    set(essor_eigen_prefixes ${essor_import_paths})
    list(TRANSFORM essor_eigen_prefixes APPEND /cmeel.prefix)
    find_package(Eigen3 3.4 REQUIRED NO_MODULE PATHS ${essor_eigen_hints} ${essor_eigen_prefixes} NO_DEFAULT_PATH)
    set(ESSOR_EIGEN_DIR "${Eigen3_DIR}")
  endif()
  if(NOT TARGET Boost::headers)
    unset(ESSOR_BOOST_FOUND_AT CACHE)
    find_path(ESSOR_BOOST_FOUND_AT boost/units/quantity.hpp
      PATHS ${essor_boost_hints} ${essor_import_paths}
      PATH_SUFFIXES libboost_headers/include boost_headers/include cmeel.prefix/include NO_DEFAULT_PATH REQUIRED)
    add_library(Boost::headers INTERFACE IMPORTED)
    target_include_directories(Boost::headers SYSTEM INTERFACE "${ESSOR_BOOST_FOUND_AT}")
    set(ESSOR_BOOST_INCLUDE "${ESSOR_BOOST_FOUND_AT}")
  endif()
endmacro()

# The folder that holds nlohmann/json.hpp: needed by a few files of src/io and by nobody who links them.
function(essor_find_json out)
  set(suffixes nlohmann_json/include)
  essor_python_path(import_paths)
  unset(ESSOR_JSON_FOUND_AT CACHE)
  if(NOT ESSOR_DEPENDENCIES_FROM_PYPI)
    find_path(ESSOR_JSON_FOUND_AT nlohmann/json.hpp)
  endif()
  find_path(ESSOR_JSON_FOUND_AT nlohmann/json.hpp PATHS ${import_paths} PATH_SUFFIXES ${suffixes} NO_DEFAULT_PATH REQUIRED)
  set(${out} "${ESSOR_JSON_FOUND_AT}" PARENT_SCOPE)
endfunction()
