"""The errors of the library: each names the place, the value found there and the rule that it breaks."""

from __future__ import annotations

__all__ = ["ArgumentError", "FormatError", "PlacedError", "RecordError"]


class PlacedError(ValueError):
    """What every error of the library says: where, what was found, which rule it breaks.

    The message reads ``place: value: rule``; an empty value is left out.

    Parameters
    ----------
    place : str
        Where: a function and its parameter, a table with row and column, a file with line or path.
    value : str
        What was found there, as text.
    rule : str
        The rule that it breaks.

    Examples
    --------
    >>> str(RecordError("costs, row 3, amount", "-5", "must be >= 0"))
    'costs, row 3, amount: -5: must be >= 0'
    """

    def __init__(self, place: str, value: str, rule: str) -> None:
        self.place = place
        self.value = value
        self.rule = rule
        # All three stay in args, so that an error pickled in a worker process comes back whole.
        super().__init__(place, value, rule)

    def __str__(self) -> str:
        """Return the message, ``place: value: rule``."""
        return f"{self.place}: {self.value}: {self.rule}" if self.value else f"{self.place}: {self.rule}"


class ArgumentError(PlacedError):
    """A call was wrong: the place is ``function: parameter``."""


class RecordError(PlacedError):
    """A record states something that cannot be: the place is a cell of a table, a line or a path in a document."""


class FormatError(PlacedError):
    """A document could not be read at all: the place is the file and the line, byte or path."""
