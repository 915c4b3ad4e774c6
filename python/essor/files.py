"""Files: read whole, written whole or not at all, each error naming the path."""

from __future__ import annotations

import os

from essor import _core
from essor.errors import FormatError

__all__ = ["read", "spelt", "write"]


def read(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file. Raises FormatError naming the path and the system's reason."""
    return _core.read_text(_encoded(path))


def write(path: str | os.PathLike[str], text: str) -> None:
    """Replace a file in one step. Raises FormatError naming the path and the reason; the file is then as it was."""
    _core.write_text(_encoded(path), text)


def spelt(path: str | os.PathLike[str]) -> str:
    """Return the path as errors spell it: bytes that are no text as escapes."""
    return os.fsdecode(path).encode("utf-8", "backslashreplace").decode()


def _encoded(path: str | os.PathLike[str]) -> bytes:
    name = os.fspath(path)
    if "\0" in name:
        raise FormatError(ascii(name), "NUL", "a path holds no NUL character")
    try:
        return os.fsencode(name)
    except UnicodeEncodeError as error:
        raise FormatError(ascii(name), "", "a path is valid Unicode, without a lone surrogate") from error
