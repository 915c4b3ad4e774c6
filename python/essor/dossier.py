"""The dossier of an investment committee: a value, and the page printed from it."""

from __future__ import annotations

import os
from typing import Any

from essor import _core, files
from essor.errors import ArgumentError

__all__ = ["Dossier"]


class Dossier:
    """What a committee reads before it decides on one product: twelve questions answered, and the evidence.

    `Portfolio.dossier` makes it. Each answer has a ``status`` (``answered``, ``missing_record`` with the record that
    would answer it, or ``not_computed``), the answer in words, its value with unit, standard error and 90 % interval,
    and the rows used as evidence. A notebook shows the printed page.

    Parameters
    ----------
    core : _core.Dossier
        What the compiled core assembled.

    Examples
    --------
    >>> import essor
    >>> sheet = {"product": ["aid"] * 2, "period": ["2020", "2021"], "cost": [1.2e6, 1.3e6], "value": [1000, 2200]}
    >>> dossier = essor.Portfolio.from_table(sheet).dossier("aid", lang="en")
    >>> dossier.answers["Q4"]["status"]
    'answered'
    """

    def __init__(self, core: _core.Dossier) -> None:
        self._core = core

    def to_dict(self) -> dict[str, Any]:
        """Return the dossier as plain values; ``["answers"]["Q1"]`` to ``["Q12"]`` are the answers.

        Figures that do not apply are None, days are ISO texts, money is in the product's currency.
        """
        return self._core.to_dict()

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The answers by question, ``"Q1"`` to ``"Q12"``."""
        answers: dict[str, dict[str, Any]] = self.to_dict()["answers"]
        return answers

    def to_html(self) -> str:
        """Return one self-contained HTML page, which prints on A4 and can be read by a screen reader."""
        return self._core.to_html()

    def to_markdown(self) -> str:
        """Return the same content as Markdown, with the charts as tables of figures."""
        return self._core.to_markdown()

    def to_json(self) -> str:
        """Return `to_dict` as JSON."""
        import json

        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the dossier to a file, in the format of its suffix; the file is replaced whole or left as it was.

        Parameters
        ----------
        path : path
            Ends with ``.html``, ``.md`` or ``.json``.

        Raises
        ------
        ArgumentError
            When the suffix is another one.
        FormatError
            When the file cannot be written; names the path and the system's reason.
        """
        writers = {".html": self.to_html, ".md": self.to_markdown, ".json": self.to_json}
        name = os.fspath(path)
        suffix = os.path.splitext(name)[1].lower()
        if suffix not in writers:
            raise ArgumentError("Dossier.save: path", name, "ends with .html, .md or .json")
        files.write(path, writers[suffix]())

    def __repr__(self) -> str:
        content = self.to_dict()
        answered = sum(answer["status"] == "answered" for answer in content["answers"].values())
        asked = len(content["answers"])
        return f"Dossier({content['product']!r}, {content['date']}: {answered} of {asked} questions answered)"

    def _repr_html_(self) -> str:
        """Show the page inside a notebook, in a frame of its own so that styles do not mix."""
        import html

        page = html.escape(self.to_html(), quote=True)
        title = html.escape(repr(self), quote=True)
        return f'<iframe title="{title}" srcdoc="{page}" style="width:100%;height:40em;border:1px solid #ccc"></iframe>'
