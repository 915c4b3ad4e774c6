"""The examples in C++ and in Python tell the same story, to the last digit and the last byte."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import essor
import pytest

MAIN_JOB = "01_committee"
LANGUAGES = ("fr", "en")


def packaged() -> Path:
    return Path(essor.datasets.path("benefit")).parent


def run(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(Path(essor.__file__).parents[1]), "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def run_python(root: Path, name: str, folder: Path, *arguments: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return run([sys.executable, str(root / "examples" / "python" / f"{name}.py"), *arguments], folder)


def run_cpp(examples: Path, name: str, folder: Path, *arguments: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return run([str((examples / name).resolve()), *arguments], folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def both(root: Path, examples: Path, datasets: Path, folder: Path) -> tuple[str, dict[str, bytes]]:
    """Run the main job in both languages, check that they agree, and return what they said and wrote."""
    places = {"python": folder / "python", "cpp": folder / "cpp"}
    said = {
        "python": run_python(root, MAIN_JOB, folder, "--datasets", str(datasets), "--out", str(places["python"])),
        "cpp": run_cpp(examples, MAIN_JOB, folder, "--datasets", str(datasets), "--out", str(places["cpp"])),
    }
    assert said["python"] == said["cpp"]
    written = {language: contents(place) for language, place in places.items()}
    assert written["python"].keys() == written["cpp"].keys()
    differing = [name for name, text in written["python"].items() if written["cpp"][name] != text]
    assert not differing, "dossiers that differ between Python and C++: " + ", ".join(differing)
    return said["python"], written["python"]


def figures(document: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Return where the plain figures of a portfolio's document are: amounts and values that no bound encloses."""
    return [
        (table, row, key)
        for table, key in (("costs", "amount"), ("measurements", "value"))
        for row, record in enumerate(document[table])
        if isinstance(record.get(key), int | float) and record[key] > 0 and not {"low", "high"} & record.keys()
    ]


def change_one_figure(datasets: Path, seed: int) -> str:
    """Change one figure, chosen at random, by a random factor below 1 (so that shares stay shares); say which.

    Records with a cumulative count are left alone: a count that falls is an error, as it should be.
    """
    chance = random.Random(seed)
    path = chance.choice([path for path in sorted(datasets.glob("*.json")) if '"cumulative"' not in path.read_text()])
    document = json.loads(path.read_text(encoding="utf-8"))
    table, row, key = chance.choice(figures(document))
    before = document[table][row][key]
    document[table][row][key] = before * chance.uniform(0.4, 0.9)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return f"{path.name} /{table}/{row}/{key}: {before} became {document[table][row][key]} (seed {seed})"


@pytest.fixture(scope="module")
def first_run(root: Path, cpp_examples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    return both(root, cpp_examples, packaged(), tmp_path_factory.mktemp("first"))


def test_both_languages_print_and_write_the_same(first_run: tuple[str, dict[str, bytes]]) -> None:
    said, written = first_run
    products = {
        product["product"]
        for name in essor.datasets.names()
        for product in json.loads(essor.datasets.path(name).read_text(encoding="utf-8"))["products"]
    }
    assert written.keys() == {f"{p}.{lang}.{kind}" for p in products for lang in LANGUAGES for kind in ("html", "md")}
    for product in products:
        assert f"\n{product} " in said
    for text in written.values():
        assert b"nan" not in text.lower().split()


def test_what_must_come_out_of_the_cases(first_run: tuple[str, dict[str, bytes]]) -> None:
    said, _ = first_run
    # The fixed check of avoided non-recourse, to the digits that were published with it.
    for name, value in {
        "newly avoided": 4958.4939,
        "receiving at the end": 4289.7238,
        "person-months": 55901.388,
        "EUR per avoided non-recourse": 242.0090,
        "EUR per person-month": 21.46637,
    }.items():
        line = next(line for line in said.splitlines() if line.startswith(f"{name}: "))
        assert float(line.split(": ")[1]) == pytest.approx(value, rel=5e-7)
    years = {line[:4]: line.split() for line in said.splitlines() if line[:4].isdigit() and line[4:6] == "  "}
    assert [years[year][-1] for year in ("2021", "2022", "2023")] == ["unicorn", "declining", "decreasing"]
    assert float(years["2021"][-2]) > 0.99
    assert "cannot all be true" in said


def test_they_still_agree_after_a_figure_was_changed(
    root: Path, cpp_examples: Path, tmp_path: Path, first_run: tuple[str, dict[str, bytes]]
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    datasets = tmp_path / "datasets"
    datasets.mkdir()
    for file in packaged().glob("*.json"):
        (datasets / file.name).write_bytes(file.read_bytes())
    changed = change_one_figure(datasets, seed)
    try:
        said, written = both(root, cpp_examples, datasets, tmp_path)
    except AssertionError as error:
        raise AssertionError(f"after {changed}: {error}") from error
    assert (said, written) != first_run, f"nothing changed after {changed}"


def test_ten_lines_say_the_same_in_both_languages(root: Path, cpp_examples: Path, tmp_path: Path) -> None:
    said = run_python(root, "02_ten_lines", tmp_path / "python")
    assert said == run_cpp(cpp_examples, "02_ten_lines", tmp_path / "cpp")
    assert contents(tmp_path / "python") == contents(tmp_path / "cpp")
    assert "unicorn" in said
