"""What README.md and the pages of python/docs show is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "python" / "docs").rglob("*.md"))


def blocks(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer(text)]


def check_listings(page: Path) -> int:
    """Run the Python listings of a page in turn; a block of text that follows one is what it must print."""
    names: dict[str, object] = {"__name__": "__main__"}
    found = blocks(page.read_text(encoding="utf-8"))
    ran = 0
    for index, (language, code) in enumerate(found):
        if language != "python":
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, f"{page.name}, listing {ran + 1}", "exec"), names)
        ran += 1
        if index + 1 < len(found) and found[index + 1][0] == "text":
            assert said.getvalue() == found[index + 1][1], f"{page.name}, listing {ran}"
    return ran


def body(path: Path, start: str) -> str:
    """Return an example from the line that begins with `start` on."""
    text = path.read_text(encoding="utf-8")
    return text[text.index(start) :]


def test_readme_prints_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_listings(ROOT / "README.md") == 1
    assert "<html" in (tmp_path / "dossier.html").read_text(encoding="utf-8")


def test_readme_shows_the_examples_as_they_are() -> None:
    shown = dict(blocks((ROOT / "README.md").read_text(encoding="utf-8")))
    assert shown["python"] == body(ROOT / "examples" / "python" / "02_ten_lines.py", "import essor").replace(
        "  # fmt: skip", ""
    )
    assert shown["cpp"] == body(ROOT / "examples" / "cpp" / "02_ten_lines.cpp", "#include")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_print_what_they_show(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_listings(page) > 0
