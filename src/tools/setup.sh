# Sourced by examples/run and tests/run: what a fresh Debian or Ubuntu machine needs, the checkout's own .venv, and the package in it.
# Apart from Debian packages (and pip's download cache) everything stays in the checkout, in .venv and build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
unset PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
jobs=$(nproc 2>/dev/null || echo 2)
venv=$PWD/.venv
package_build=$PWD/build/package

say() { printf '%s\n' "$@"; }

# install_debian PACKAGE...: with root or a sudo that asks nothing; else prints the one line to type and stops.
install_debian() {
  local as_root=()
  if ! command -v apt-get >/dev/null; then
    say "This machine needs the equivalent of these Debian packages: $*" >&2
    return 1
  elif [ "$(id -u)" -eq 0 ]; then
    as_root=(env)
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo env)
  else
    say "Please type this once, then run this command again:" "  sudo apt-get install -y $*" >&2
    return 1
  fi
  say "installing Debian packages: $*"
  "${as_root[@]}" apt-get -qq update
  "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" >/dev/null
}

# missing TEST PACKAGE: adds PACKAGE to the list `wanted` when the shell test TEST fails.
missing() { eval "$1" >/dev/null 2>&1 || wanted+=("$2"); }
header() { echo '#include <'"$1"'>' | g++ -E -x c++ -I/usr/include/eigen3 - ; }

# The Python to use: $PYTHON, or the first at least 3.11.
find_python() {
  local name
  for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      command -v "$name"
      return
    fi
  done
  return 1
}

# What examples/run needs: a compiler, Python >= 3.11 with its headers and venv.
set_up_machine() {
  local wanted=() python name=python3
  python=$(find_python) || { wanted+=(python3); python=python3; }
  [[ $python =~ python3\.[0-9]+$ ]] && name=${python##*/}
  missing 'command -v g++' g++
  missing "$python -c 'import ensurepip, venv'" "$name-venv"
  missing "$python -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path(\"include\") + \"/Python.h\"))'" "$name-dev"
  [ ${#wanted[@]} -eq 0 ] || install_debian "${wanted[@]}"
  if ! python=$(find_python); then
    say "Essor needs Python 3.11 or newer; this machine has $(python3 --version 2>&1). Set PYTHON to one that is." >&2
    return 1
  fi
  [ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null || { rm -rf "$venv"; "$python" -m venv "$venv"; }
  export PATH="$venv/bin:$PATH" VIRTUAL_ENV="$venv"
}

# require_python EXTRA...: the build requirements, the dependencies and these extras of pyproject.toml, in .venv.
require_python() {
  local list stamp="$venv/.essor-requirements-$*"
  list=$("$venv/bin/python" - "$@" <<'PYTHON'
import sys, tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
wanted = project["build-system"]["requires"] + project["project"]["dependencies"]
for extra in sys.argv[1:]:
    wanted += project["project"]["optional-dependencies"][extra]
print("\n".join(sorted(set(wanted))))
PYTHON
  )
  # cmake and ninja too, where the machine itself has none that will do.
  local own_path=${PATH//"$venv/bin:"/}
  PATH=$own_path command -v ninja >/dev/null || list+=$'\nninja'
  PATH=$own_path "$venv/bin/python" - <<'PYTHON' || list+=$'\ncmake>=3.25,<5'
import re, subprocess, sys
try:
    text = subprocess.run(["cmake", "--version"], capture_output=True, text=True, check=True).stdout
except (OSError, subprocess.CalledProcessError):
    sys.exit(1)
sys.exit(tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups())) < (3, 25))
PYTHON
  if [ "$(cat "$stamp" 2>/dev/null)" != "$list" ]; then
    say "installing Python packages in .venv (extras: $*)"
    mapfile -t lines <<<"$list"
    "$venv/bin/python" -m pip install --quiet "${lines[@]}"
    printf '%s\n' "$list" >"$stamp"
  fi
}

# install_package: builds the wheel (only what changed) and the C++ examples in build/package, installs the wheel in .venv.
# Its parts are chained by && because callers ask for its status, and then "set -e" does not stop it.
install_package() {
  local stamp="$venv/.essor-installed" now
  now=$(find CMakeLists.txt pyproject.toml README.md LICENSE include src python examples/cpp examples/CMakeLists.txt \
    -type f -not -path '*/__pycache__/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && [ -d "$package_build" ]; then
    say "package and C++ examples are up to date"
    return
  fi
  rm -rf build/wheel "$stamp" &&
    "$venv/bin/python" -m pip wheel --no-build-isolation --no-deps --wheel-dir build/wheel \
      --config-settings=build-dir="$package_build" --config-settings=cmake.define.ESSOR_BUILD_EXAMPLES=ON . &&
    "$venv/bin/python" -m pip install --quiet --no-deps --force-reinstall build/wheel/essor-*.whl &&
    cmake --build "$package_build" -j "$jobs" --target essor_examples &&
    printf '%s\n' "$now" >"$stamp"
}
