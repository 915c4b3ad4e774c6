#!/usr/bin/env python3
"""Check that every file includes only what lies below it.

Usage: check_layers.py [ROOT], or check_layers.py --self-test, which checks the checker on a small tree with known
mistakes.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

# An area may include itself, the layers below, and the areas left of it in its own row.
LAYERS = [
    ["error", "units"],
    ["numerics", "random"],
    ["model"],
    ["indicators", "dynamics"],
    ["forecast", "simulation"],
    ["appraisal", "allocation"],
    ["committee"],
    ["io"],
]
RANK = {area: rank for rank, area in enumerate(area for row in LAYERS for area in row)}
FREE = {"config", "version", "concepts"}  # of no area: everyone may include them
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def area_of(path: Path) -> str:
    """Return the area that a file of include/essor or src belongs to; the umbrellas are "essor" and "<area>"."""
    parts = path.parts
    inner = parts[2:] if parts[0] == "include" else parts[1:]
    return inner[0].removesuffix(".hpp")


def fault(path: Path, target: str) -> str | None:
    """Return what is wrong with `path` including `target`, if anything."""
    area = area_of(path)
    if target.startswith("nlohmann/"):
        return None if path.parts[:2] == ("src", "io") else "nlohmann-json belongs in src/io only"
    if not target.startswith("essor/"):
        return None
    parts = target.split("/")[1:]
    used = parts[0].removesuffix(".hpp")
    if "detail" in parts and used != area:
        return f"detail/ of {used} is private to it"
    if used in FREE:
        return None
    if used == "essor":
        return "only tests, examples and bindings include the umbrella"
    if used not in RANK:
        return f"{used} is no area"
    if area == "essor":
        return "the umbrella leaves io out" if used == "io" else None
    if area in FREE:
        return f"{area}.hpp lies below every area"
    if len(parts) == 1 and used == area:
        return "an area does not include its own umbrella"
    return None if RANK[used] <= RANK[area] else f"{area} lies below {used}"


def faults(root: Path) -> list[str]:
    """Return every include of the tree that breaks the order, as "file:line: include: reason"."""
    found = []
    for path in sorted([*root.glob("include/essor/**/*.hpp"), *root.glob("src/**/*.[ch]pp")]):
        relative = path.relative_to(root)
        if area_of(relative) not in RANK.keys() | FREE | {"essor"}:
            found.append(f"{relative}:1: {area_of(relative)} is no area")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            match = INCLUDE.match(line)
            reason = fault(relative, match.group(1)) if match else None
            if match and reason:
                found.append(f"{relative}:{number}: {match.group(1)}: {reason}")
    return found


def self_test() -> int:
    """Run the check on a tree of one right and several wrong includes, and compare."""
    tree = {
        "include/essor/model/good.hpp": (
            '#include "essor/error/errors.hpp"\n#include "essor/model/detail/good_inl.hpp"\n'
        ),
        "include/essor/appraisal/good.hpp": '#include "essor/forecast/forecast.hpp"\n#include <Eigen/Core>\n',
        "include/essor/model/upward.hpp": '#include "essor/indicators/returns.hpp"\n',
        "include/essor/forecast/right.hpp": '#include "essor/simulation/simulate.hpp"\n',
        "include/essor/indicators/peeping.hpp": '#include "essor/model/detail/good_inl.hpp"\n',
        "include/essor/numerics/umbrella.hpp": '  #  include "essor/essor.hpp"\n',
        "include/essor/essor.hpp": '#include "essor/model.hpp"\n#include "essor/io.hpp"\n',
        "include/essor/strange/thing.hpp": "\n",
        "src/io/json.cpp": "#include <nlohmann/json.hpp>\n",
        "src/model/json.cpp": "#include <nlohmann/json.hpp>\n",
    }
    wrong = [
        "include/essor/essor.hpp:2",
        "include/essor/forecast/right.hpp:1",
        "include/essor/indicators/peeping.hpp:1",
        "include/essor/model/upward.hpp:1",
        "include/essor/numerics/umbrella.hpp:1",
        "include/essor/strange/thing.hpp:1",
        "src/model/json.cpp:1",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tree.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = [":".join(line.split(":")[:2]) for line in faults(Path(folder))]
    if found != wrong:
        print("check_layers: expected", wrong, "but found", found, sep="\n  ")
        return 1
    print(f"check_layers: caught all {len(wrong)} known mistakes, nothing else")
    return 0


def main(arguments: list[str]) -> int:
    """Run the command line; 0 when all is in order."""
    if arguments == ["--self-test"]:
        return self_test()
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    found = faults(root)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"check_layers: {len(found)} includes against the order of the layers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
