"""The command line: what it prints, its exit status, and errors without a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import essor
import pytest
from essor.cli import main

CSV = "product,period,cost,value\naid,2020,1200000,1000\naid,2021,1300000,2200\n"


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    path = tmp_path / "spend.csv"
    path.write_text(CSV)
    return str(path)


@pytest.fixture
def document(tmp_path: Path, sheet: str) -> str:
    path = tmp_path / "portfolio.json"
    essor.Portfolio.from_table(sheet).to_json(path)
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def fail(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("essor: ")
    assert captured.err.count("\n") == 1
    return captured.err


def test_check_lists_the_notes(capsys: pytest.CaptureFixture[str], sheet: str, document: str) -> None:
    assert "- no column metric: every value is taken as 'impact'" in run(capsys, "check", sheet)
    assert "1 product" in run(capsys, "check", document)
    assert json.loads(run(capsys, "check", sheet, "--json"))["products"] == ["aid"]


def test_indicators(capsys: pytest.CaptureFixture[str], sheet: str, document: str) -> None:
    header, row = run(capsys, "indicators", document).splitlines()
    assert header.split()[:4] == ["product", "metric", "start", "end"]
    assert row.split()[:4] == ["aid", "impact", "2021-01-01", "2022-01-01"]
    assert "1 300 000" in row
    assert "evidence" not in header
    assert run(capsys, "indicators", sheet).splitlines()[0] == header
    (record,) = json.loads(run(capsys, "indicators", document, "--json"))
    assert (record["cost"], record["impact"]) == (1_300_000, 2_200)
    assert record["evidence"]
    (record,) = json.loads(run(capsys, "indicators", document, "--json", "--as-of", "2020-12-31"))
    assert record["g_cost"] is None
    assert len(json.loads(run(capsys, "indicators", document, "--json", "--history"))) == 2
    assert "files" in run(capsys, "indicators", sheet, "--metric", "files", "--product", "aid")


def test_forecast(capsys: pytest.CaptureFixture[str], document: str) -> None:
    text = run(capsys, "forecast", document, "--horizon", "2", "--json")
    rows = json.loads(text)
    assert len(rows) == 10
    assert {row["quantile"] for row in rows} == {0.05, 0.25, 0.5, 0.75, 0.95}
    assert text == run(capsys, "forecast", document, "--horizon", "2", "--json")
    assert run(capsys, "forecast", document).splitlines()[0].split()[0] == "unique_id"


def test_a_forecast_takes_season_and_class_of_its_windows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    values = [80, 60, 90, 66, 99, 75, 112]
    periods = [f"{2018 + t // 2}-H{t % 2 + 1}" for t in range(len(values))]
    rows = "".join(f"p,{period},1000,{y}\n" for period, y in zip(periods, values, strict=True))
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("product,period,cost,value\n" + rows)

    def medians(*options: str) -> list[float]:
        assert main(["forecast", str(sheet), "--months", "6", "--horizon", "2", "--json", *options]) == 0
        shown = json.loads(capsys.readouterr().out)
        return [row["value"] for row in shown if row["quantile"] == 0.5]

    def expected(**options: Any) -> list[float]:
        frame = {"unique_id": ["p: impact"] * len(values), "ds": periods, "y": values}
        return [float(y) for y in essor.forecast(frame, 2, **options).quantiles(0.5)["value"]]

    assert medians() == pytest.approx(expected(season=2, reference="public_service_volume"))
    assert medians("--season", "1", "--reference", "general") == pytest.approx(expected(reference="general"))
    own = essor.ReferenceClass.shipped("general")
    own.to_json(tmp_path / "own.json")
    assert medians("--reference", str(tmp_path / "own.json")) == pytest.approx(expected(season=2, reference=own))


def test_notes_of_a_forecast_go_to_stderr(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("product,period,cost,value\np,2019,1000,5\np,2020,1000,0\np,2021,1000,7\n")
    assert main(["forecast", str(sheet)]) == 0
    assert "essor: p: impact: the history has zeros" in capsys.readouterr().err


def test_dossier(capsys: pytest.CaptureFixture[str], document: str, tmp_path: Path) -> None:
    assert "\n# aid\n" in run(capsys, "dossier", document, "--lang", "en")
    assert set(json.loads(run(capsys, "dossier", document, "--json"))["answers"]) == {f"Q{n}" for n in range(1, 13)}
    for suffix, part in ((".html", "<!DOCTYPE html>"), (".md", "\n# aid\n"), (".json", '"Q12"')):
        out = tmp_path / f"dossier{suffix}"
        assert run(capsys, "dossier", document, "--product", "aid", "--out", str(out)).strip() == str(out)
        assert part in out.read_text(encoding="utf-8")


def test_errors_name_place_value_and_rule(capsys: pytest.CaptureFixture[str], tmp_path: Path, document: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(CSV.replace("1200000", '"1,234"'))
    message = fail(capsys, "check", str(bad))
    assert f"{bad} line 2, column cost: '1,234': " in message
    assert "write 1234 or 1.234" in message
    assert str(tmp_path / "absent.csv") in fail(capsys, "check", str(tmp_path / "absent.csv"))
    assert "'x'" in fail(capsys, "indicators", document, "--product", "x")
    assert "'x'" in fail(capsys, "forecast", document, "--metric", "x")
    assert "'x'" in fail(capsys, "dossier", document, "--product", "x")
    assert "soon" in fail(capsys, "indicators", document, "--as-of", "soon")
    assert "--months: 36: must be 1, 3, 6 or 12" in fail(capsys, "forecast", document, "--months", "36")
    assert "at least one" in fail(capsys, "forecast", document, "--as-of", "2001-01-01")
    assert "reference: x: must be general" in fail(capsys, "forecast", document, "--reference", "x")
    assert "season: 0: must be >= 1" in fail(capsys, "forecast", document, "--season", "0")
    assert "months" in fail(capsys, "indicators", document, "--months", "0")
    assert "dossier.pdf" in fail(capsys, "dossier", document, "--out", str(tmp_path / "dossier.pdf"))
    assert "no" in fail(capsys, "dossier", document, "--out", str(tmp_path / "no" / "dossier.md"))
    (tmp_path / "two.csv").write_text(CSV + "other,2021,1,2\n")
    assert "aid, other" in fail(capsys, "dossier", str(tmp_path / "two.csv"))


@pytest.mark.parametrize("arguments", [[], ["walk"], ["check"], ["dossier", "x", "--lang", "la"]])
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: essor" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["check", "-h"], ["--version"]])
def test_help_and_version(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert essor.__version__ in out if arguments == ["--version"] else "essor check spend.csv" in out


def test_as_a_process(document: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "essor.cli"]
    done = subprocess.run([*command, "indicators", document], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("product")
    done = subprocess.run([*command, "check", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(tmp_path) in done.stderr
