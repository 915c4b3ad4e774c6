"""Fit the shipped reference classes and write include/essor/forecast/detail/shipped_numbers.hpp.

Each class is `essor.ReferenceClass.fit` on series of the evaluation data, whole: every rolling origin of every series.
The class general serves any unit and any collection: it learns nothing from the level of a series, and its parts held
back are whole collections. Numbers are kept to six digits.

Data: the folder named by ESSOR_EVALUATION_DATA. Run, with the package installed or the build tree on PYTHONPATH:
python src/tools/fit_reference_classes.py [--without m3] > include/essor/forecast/detail/shipped_numbers.hpp
"""

from __future__ import annotations

import sys
from typing import Any

import essor
from evaluation_series import read_series

YEARS = ("m1_yearly", "m3_yearly", "tourism_yearly")
QUARTERS = ("m1_quarterly", "m3_quarterly", "tourism_quarterly")
MONTHS = ("m1_monthly", "m3_monthly", "tourism_monthly")
SERVICES = ("uk_panel_halfyear",)
SOURCES = {
    "general": "M1, M3 and tourism competitions: yearly, quarterly and monthly series, these two also by half-year",
    "digital": "broadband, mobile and internet use by country, yearly from launch",
    "service": "transactions of services of the British government by half-year, 2012-2017; from five half-years on "
    "also the half-years of the class general",
}
#: Name of the table: files, season, steps, months of a period, whether it serves any unit.
TABLES = {
    "general_1": (YEARS, 1, 6, 12, True),
    "general_2": (QUARTERS + MONTHS, 2, 4, 6, True),
    "general_4": (QUARTERS, 4, 8, 3, True),
    "general_12": (MONTHS, 12, 12, 1, True),
    "digital_1": (("digital_full",), 1, 5, 12, False),
    "service_1": (SERVICES, 1, 4, 6, True),
    "service_2": (SERVICES, 2, 4, 6, True),
}
#: Ten half-years of services are too few to teach the pool of models: competition series are borrowed.
BORROWED = {"service_2": QUARTERS + MONTHS}
#: Longest part of a series that is taken: its last values, or, from a launch, all.
LONGEST = {1: 40, 2: 40, 4: 48, 12: 96}
#: Most series of one collection among several, so that none outweighs the others; more are thinned evenly.
MOST = 260


def usable(file: str) -> dict[str, list[float]]:
    """Series of a file with three values or more, none negative, not all 0."""
    return {k: v for k, v in read_series(file).items() if len(v) >= 3 and min(v) >= 0 and max(v) > 0}


def half_years(file: str, values: list[float]) -> list[float]:
    """Sums of two quarters or six months, the last complete one last."""
    per = 2 if "quarterly" in file else 6
    first = len(values) % per
    return [sum(values[t : t + per]) for t in range(first, len(values), per)]


def panel(files: tuple[str, ...], season: int) -> dict[str, list[Any]]:
    """A frame of several files; the group is the collection, or the country of a digital series."""
    frame: dict[str, list[Any]] = {"unique_id": [], "ds": [], "y": [], "label": [], "group": []}
    for file in files:
        series = usable(file)
        step = -(-len(series) // MOST) if len(files) > 1 else 1
        for identity, values in list(series.items())[::step]:
            digital = file.startswith("digital")
            if season == 2 and "yearly" not in file and not file.startswith("uk_"):
                values = half_years(file, values)
            kept = values if digital else values[-LONGEST[season] :]
            group = identity.rsplit("_", 1)[-1] if digital else file if len(files) > 1 else identity
            frame["unique_id"] += [identity] * len(kept)
            frame["ds"] += list(range(1, len(kept) + 1))
            frame["y"] += kept
            frame["label"] += [identity.split("_", 1)[0] if digital else ""] * len(kept)
            frame["group"] += [group] * len(kept)
    if not any(frame["label"]):
        del frame["label"]
    return frame


def table(name: str, numbers: list[float]) -> str:
    """A C++ array of the numbers."""
    texts = [f"{number:.6g}" for number in numbers]
    texts = [text if any(c in text for c in ".en") else f"{text}.0" for text in texts]
    lines, line = [], ""
    for text in texts:
        if len(line) + len(text) > 108:
            lines.append(line.rstrip())
            line = ""
        line += f"{text}F, "
    lines.append(line.rstrip())
    body = "\n    ".join(lines)
    return f"inline constexpr std::array<float, {len(numbers)}> {name} = {{\n    {body}}};\n"


def main() -> None:
    """Fit all classes and print the header."""
    left_out = sys.argv[2] if sys.argv[1:2] == ["--without"] else None
    print("// Made by src/tools/fit_reference_classes.py from the evaluation data; do not edit.")
    print("#pragma once\n\n#include <array>\n#include <string_view>\n")
    print("namespace essor::detail::shipped {\n\n// clang-format off")
    for name, text in SOURCES.items():
        print(f'inline constexpr std::string_view {name}_source =\n    "{text}";')
    print('inline constexpr std::array<std::string_view, 3> digital_labels = {"bb", "cell", "inet"};\n')
    for name, (files, season, steps, months, any_unit) in TABLES.items():
        used = tuple(file for file in files if left_out is None or not file.startswith(left_out))
        borrow = panel(BORROWED[name], season) if name in BORROWED else None
        made = essor.ReferenceClass.fit(
            panel(used, season), steps, season=season, any_unit=any_unit, borrow=borrow, prior=None
        )
        (model,) = made._parts()["models"]
        if made.labels:
            assert made.labels == ["bb", "cell", "inet"], made.labels
        numbers = list(model["numbers"])
        numbers[2] = float(months)
        held = model["held_back"]
        print(
            f"// {', '.join(used)}: {model['series']} series, {model['origins']} origins;"
            f" pool {', '.join(f'{x:.1f}' for x in model['pool_weight'])}; held back: CRPS {held['crps']:.3f},"
            f" inside 50, 80, 95 %:"
            f" {held['coverage50']:.3f}, {held['coverage80']:.3f}, {held['coverage95']:.3f}."
        )
        print(table(name, numbers))
        print(f"{name}: {model}".replace(str(model["numbers"]), "..."), file=sys.stderr)
    print("// clang-format on\n\n}  // namespace essor::detail::shipped")


if __name__ == "__main__":
    main()
