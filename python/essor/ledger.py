"""The ledger: decisions, targets and notes, appended and never changed."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import importlib.resources
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from essor import _core
from essor.errors import ArgumentError, FormatError, RecordError

__all__ = ["Ledger", "LedgerCheck", "LedgerEntry"]

_APPLICATION_ID = 1165194095
_VERSION = 1
_FIRST_PREVIOUS = "0" * 64
_PATIENCE_SECONDS = 10.0
_DEEPEST = 32
_LARGEST_EXACT = 2**53
_COLUMNS = "sequence, recorded, kind, product, date, known_on, body, previous, hash"
_Row = tuple[int, str, str, str, str, str, str, str, str]


class LedgerEntry(dict[str, Any]):
    """A record in the ledger: the record itself, as a dict, and what the ledger adds as attributes.

    Parameters
    ----------
    record : Mapping
        The record as it was appended. Whole numbers come back as int.
    sequence : int
        1 for the first entry, then 2, 3, ...
    recorded : str
        When it was appended: UTC, ``2026-01-31T09:30:00.000Z``.
    known_on : str
        ISO day from which a committee could know it: the record's ``known_on``, else its ``date``.
    hash : str
        SHA-256, in hexadecimal digits, of what chains it to the entry before.
    """

    def __init__(self, record: Mapping[str, Any], *, sequence: int, recorded: str, known_on: str, hash: str) -> None:
        super().__init__(record)
        self.sequence = sequence
        self.recorded = recorded
        self.known_on = known_on
        self.hash = hash


@dataclass(frozen=True)
class LedgerCheck:
    """What `Ledger.verify` found; true when the ledger is sound.

    Parameters
    ----------
    sound : bool
        Whether nothing is wrong.
    records : int
        How many entries were found sound, from the first on.
    first_bad : int or None
        Sequence of the first entry that is not; None when there is none, or the file itself is damaged.
    reason : str
        What is wrong, empty when sound.
    """

    sound: bool
    records: int
    first_bad: int | None
    reason: str

    def __bool__(self) -> bool:
        """Return whether the ledger is sound."""
        return self.sound


class Ledger:
    """An append-only record of decisions, targets and notes in one SQLite file, shared with C++'s ``essor::Ledger``.

    Each append is one transaction that has reached the disk when the call returns: an interrupted one leaves the
    ledger as it was. Entries are chained by SHA-256 over (hash before, sequence, time, canonical record), so that
    `verify` sees any change made behind the library's back, except the loss of the last entries: keep the last hash
    elsewhere to see that too. Several processes and threads may append at once; they wait for one another.

    Parameters
    ----------
    path : str or os.PathLike
        The file. It is created when there is none.

    Raises
    ------
    FormatError
        The file is no ledger, is truncated, or is of a newer version. It is left as it is.

    Examples
    --------
    >>> import os, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> ledger = Ledger(os.path.join(folder.name, "committee.ledger"))
    >>> entry = ledger.append(
    ...     {"kind": "decision", "product": "files", "date": "2022-01-31", "decision": "continue", "amount": 600000}
    ... )
    >>> entry.sequence
    1
    >>> [entry["decision"] for entry in ledger.history("files", as_of="2022-06-30")]
    ['continue']
    >>> bool(ledger.verify())
    True
    >>> folder.cleanup()
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if not isinstance(path, str | os.PathLike):
            raise ArgumentError("Ledger: path", repr(path), "must be a path")
        self._path = os.fspath(path)
        if not self._path or "\0" in self._path:
            raise FormatError(self._path.replace("\0", "\\0"), "", "a ledger has a path")
        with self._opened("rwc") as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                # One transaction, of statements that do nothing where another process was faster.
                connection.executescript(f"BEGIN IMMEDIATE;{_schema()}COMMIT;")

    def __repr__(self) -> str:
        """Return the call that opens this ledger."""
        return f"Ledger({self._path!r})"

    def append(self, record: Mapping[str, Any]) -> LedgerEntry:
        """Append a record.

        Parameters
        ----------
        record : Mapping
            ``kind`` ("decision", "target" or "note"), ``product``, ``date`` (ISO day) and, optionally, ``known_on``
            (the day from which a committee could know it; `date` by default). The rest is free: texts, finite
            numbers, booleans, None, lists and dicts of these, such as the dossier that the decision was taken on.

        Returns
        -------
        LedgerEntry
            The record as the ledger keeps it.

        Raises
        ------
        RecordError
            Something in the record cannot be kept; the error names its path. Nothing is appended.
        """
        plain = dict(record) if isinstance(record, Mapping) else record
        _check_value(plain, "record", 1)
        kind, product, date, known_on, body = _core.ledger_record(json.dumps(plain, ensure_ascii=False))
        with self._opened("rw") as connection:
            connection.execute("BEGIN IMMEDIATE")  # a connection that closes rolls back
            last = connection.execute("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1").fetchone()
            sequence, previous = (last[0] + 1, last[1]) if last else (1, _FIRST_PREVIOUS)
            recorded = _utc_now()
            digest = _chain_hash(previous, sequence, recorded, body)
            row: _Row = (sequence, recorded, kind, product, date, known_on, body, previous, digest)
            connection.execute(f"INSERT INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")
        return _entry(row)

    def history(self, product: str | None = None, as_of: str | datetime.date | None = None) -> list[LedgerEntry]:
        """Return entries in the order they were appended.

        Parameters
        ----------
        product : str, optional
            Those of one product only.
        as_of : str or datetime.date, optional
            Those known by that day only (`LedgerEntry.known_on`), whenever they were appended; ``recorded`` says when.

        Returns
        -------
        list of LedgerEntry
            Empty when there are none.
        """
        if product is not None and not isinstance(product, str):
            raise ArgumentError("Ledger.history: product", repr(product), "must be text")
        day = None if as_of is None else _iso_day(as_of)
        query = (
            f"SELECT {_COLUMNS} FROM entry WHERE (?1 IS NULL OR product = ?1) AND (?2 IS NULL OR known_on <= ?2) "
            "ORDER BY sequence"
        )
        with self._opened("rw") as connection:
            return [_entry(row) for row in connection.execute(query, (product, day))]

    def verify(self) -> LedgerCheck:
        """Recompute the chain, check every record again and the file's own structure.

        Returns
        -------
        LedgerCheck
            Whether the ledger is sound; if not, the first bad entry and the reason.
        """
        records = 0
        try:
            with self._opened("rw") as connection:
                reason = _damage(connection)
                if reason:
                    return LedgerCheck(False, 0, None, reason)
                previous = _FIRST_PREVIOUS
                for row in connection.execute(f"SELECT {_COLUMNS} FROM entry ORDER BY sequence"):
                    reason = _fault(row, records + 1, previous)
                    if reason:
                        return LedgerCheck(False, records, records + 1, reason)
                    records += 1
                    previous = row[-1]
        except _UnusableError as error:  # SQLite gave up on the file
            return LedgerCheck(False, records, None, error.rule)
        return LedgerCheck(True, records, None, "")

    @contextlib.contextmanager
    def _opened(self, mode: str) -> Iterator[sqlite3.Connection]:
        """Give a connection without implicit transactions, and say SQLite's errors as ours."""
        _check_file(self._path)
        try:
            uri = f"file:{_uri_path(self._path)}?mode={mode}"
            with contextlib.closing(
                sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE_SECONDS)
            ) as connection:
                connection.execute("PRAGMA synchronous = EXTRA")
                yield connection
        except sqlite3.Error as error:
            raise _UnusableError(self._path, "", f"the ledger cannot be used: {error}") from None


class _UnusableError(FormatError):
    """SQLite cannot use the file."""


def _schema() -> str:
    return importlib.resources.files("essor").joinpath("schema", "ledger.sql").read_text(encoding="utf-8")


def _uri_path(path: str) -> str:
    """Return a path as SQLite's URIs spell it (https://www.sqlite.org/uri.html)."""
    return os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _check_file(path: str) -> None:
    """Look at the file's header before SQLite may touch it (offsets: the SQLite file format, section 1.3)."""
    try:
        with open(path, "rb") as file:
            header = file.read(100)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return
    except OSError as error:
        raise FormatError(path, "", f"the ledger cannot be opened: {error.strerror}") from None
    if not header:  # no ledger yet, or the creation of one was interrupted
        return
    is_sqlite = len(header) == 100 and header.startswith(b"SQLite format 3\0")
    if not is_sqlite or int.from_bytes(header[68:72], "big") != _APPLICATION_ID:
        raise FormatError(path, "", "the file is no ledger of this library")
    version = int.from_bytes(header[60:64], "big")
    if version > _VERSION:
        raise FormatError(path, str(version), f"version {version} is newer than this library reads ({_VERSION})")
    # With a journal beside it the file is in the middle of a write, which SQLite will undo.
    stored = int.from_bytes(header[16:18], "big")
    told = (65536 if stored == 1 else stored) * int.from_bytes(header[28:32], "big")
    if size < told and not os.path.exists(f"{path}-journal"):
        raise FormatError(path, f"{size} bytes", f"the ledger is truncated: its header tells {told}")


def _check_value(value: object, place: str, depth: int) -> None:
    """Refuse what JSON cannot keep as it is."""
    if depth > _DEEPEST:
        raise FormatError(place, f"depth {depth}", f"nesting is at most {_DEEPEST} deep")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise RecordError(place, repr(key)[:60], "keys are texts")
            _check_value(key, place, depth)
            _check_value(item, _below(place, key), depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_value(item, _below(place, str(index)), depth + 1)
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise RecordError(place, ascii(value)[:60], "texts hold no lone surrogate")
    elif isinstance(value, float):
        if value - value != 0.0:
            raise RecordError(place, repr(value), "numbers are finite")
    elif isinstance(value, int):
        if abs(value) > _LARGEST_EXACT:
            raise RecordError(place, hex(value)[:60], "a whole number beyond 2^53 would lose digits; write it as text")
    elif value is not None:
        raise RecordError(
            place,
            f"{type(value).__name__} {value!r}"[:60],
            "a record holds texts, numbers, booleans, None, lists and dicts (write a date as 2026-01-31)",
        )


def _below(place: str, key: str) -> str:
    """Return the place one level deeper: ``record /targets/0``, a JSON pointer after the first space."""
    part = key.replace("~", "~0").replace("/", "~1")
    return f"{place} /{part}" if place == "record" else f"{place}/{part}"


def _iso_day(day: str | datetime.date) -> str:
    text = day.isoformat()[:10] if isinstance(day, datetime.date) else day
    try:
        if isinstance(text, str) and datetime.date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ArgumentError("history: as_of", repr(day)[:60], "a day is written 2026-01-31")


def _utc_now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _chain_hash(previous: str, sequence: int, recorded: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{sequence}\n{recorded}\n{body}".encode()).hexdigest()


def _entry(row: _Row) -> LedgerEntry:
    sequence, recorded, _, _, _, known_on, body, _, digest = row
    return LedgerEntry(json.loads(body), sequence=sequence, recorded=recorded, known_on=known_on, hash=digest)


def _definitions(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()


def _damage(connection: sqlite3.Connection) -> str:
    """Return what is wrong with the file as a whole, empty when nothing is."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        return f"the file is damaged: {found}"
    with contextlib.closing(sqlite3.connect(":memory:")) as memory:
        memory.executescript(_schema())
        if _definitions(connection) != _definitions(memory):
            return "the tables or triggers of the ledger were altered"
    return ""


def _fault(row: _Row, sequence: int, previous: str) -> str:
    """Return what is wrong with an entry, empty when nothing is."""
    found, recorded, kind, product, date, known_on, body, stored_previous, digest = row
    if found != sequence:
        return f"entry {sequence} is missing"
    if stored_previous != previous:
        return "it does not follow the entry before"
    if _chain_hash(previous, sequence, recorded, body) != digest:
        return "its content does not match its hash"
    try:
        again = _core.ledger_record(body)
    except (RecordError, FormatError) as error:
        return str(error)
    if again[4] != body:
        return "its record is not in canonical form"
    if again[:4] != (kind, product, date, known_on):
        return "its columns do not repeat its record"
    return ""
