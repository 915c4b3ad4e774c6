"""The ledger: what is appended stays, in order, whatever happens to the process or the file."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from essor import ArgumentError, FormatError, Ledger, RecordError, _core
from hypothesis import given
from hypothesis import strategies as st


def decision(product: str = "files", date: str = "2022-01-31", **more: Any) -> dict[str, Any]:
    return {"kind": "decision", "product": product, "date": date, **more}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "committee.ledger"


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def test_what_is_appended_comes_back(path: Path) -> None:
    record = decision(
        decision="continue",
        amount=6e5,
        targets=[{"metric": "filed", "value": 3_300_000}],
        conditions=None,
        text="é\n\u2028",
    )
    before = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")[:23]
    entry = Ledger(path).append(record)
    assert entry == record
    assert (entry.sequence, entry.known_on) == (1, "2022-01-31")
    assert before <= entry.recorded[:23]
    assert entry.recorded.endswith("Z")
    assert Ledger(path).history() == [record]
    assert Ledger(str(path)).history()[0].hash == entry.hash
    check = Ledger(path).verify()
    assert check
    assert (check.records, check.first_bad, check.reason) == (1, None, "")


def test_the_chain_is_that_of_the_documentation(path: Path) -> None:
    ledger = Ledger(path)
    previous = "0" * 64
    for day in range(1, 4):
        entry = ledger.append(decision(date=f"2022-01-0{day}"))
        body = json.dumps(entry, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(f"{previous}\n{day}\n{entry.recorded}\n{body}".encode()).hexdigest()
        assert entry.hash == previous


def test_history_by_product_and_as_it_was_known(path: Path) -> None:
    ledger = Ledger(path)
    assert ledger.history() == []
    ledger.append(decision("a", "2022-01-31"))
    ledger.append(decision("b", "2022-02-28"))
    ledger.append(decision("a", "2021-06-30", known_on="2022-03-01"))  # an old decision found later
    assert [entry["product"] for entry in ledger.history()] == ["a", "b", "a"]
    assert [entry["date"] for entry in ledger.history("a")] == ["2022-01-31", "2021-06-30"]
    assert [entry.sequence for entry in ledger.history("a", as_of="2022-02-28")] == [1]
    assert [entry.sequence for entry in ledger.history(as_of=datetime.date(2022, 3, 1))] == [1, 2, 3]
    assert ledger.history(as_of="2022-01-30") == []
    assert ledger.history("none") == []


@pytest.mark.parametrize("day", ["2022", "2022-02-30", "2022-1-1", "20220101", "", 3])
def test_as_of_is_a_day(path: Path, day: Any) -> None:
    with pytest.raises(ArgumentError, match="as_of"):
        Ledger(path).history(as_of=day)


NESTED: Any = "x"
for _ in range(32):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("record", "error", "place", "rule"),
    [
        ({}, RecordError, "record /kind", "kind"),
        (decision(kind="decided"), RecordError, "record /kind", "decision, target or note"),
        (decision(product=""), RecordError, "record /product", "product"),
        (decision(product=3), RecordError, "record /product", "product"),
        ({"kind": "note", "product": "a"}, RecordError, "record /date", "date"),
        (decision(date="2022-02-30"), RecordError, "record /date", "existing day"),
        (decision(date="31/01/2022"), RecordError, "record /date", "existing day"),
        (decision(date=datetime.date(2022, 1, 31)), RecordError, "record /date", "2026-01-31"),
        (decision(known_on=None), RecordError, "record /known_on", "existing day"),
        (decision(a={"b/c": [1, math.nan]}), RecordError, "record /a/b~1c/1", "finite"),
        (decision(a=math.inf), RecordError, "record /a", "finite"),
        (decision(a=2**53 + 1), RecordError, "record /a", "2^53"),
        (decision(a=-(10**5000)), RecordError, "record /a", "2^53"),
        (decision(a="\ud800"), RecordError, "record /a", "surrogate"),
        (decision(**{"\udfff": 1}), RecordError, "record", "surrogate"),
        (decision(a="\0"), RecordError, "record /a", "NUL"),
        (decision(a={1: 2}), RecordError, "record /a", "keys are texts"),
        (decision(a=(1, 2)), RecordError, "record /a", "lists and dicts"),
        (decision(a={1, 2}), RecordError, "record /a", "lists and dicts"),
        (decision(a=b"x"), RecordError, "record /a", "lists and dicts"),
        (decision(a=NESTED), FormatError, None, "at most 32 deep"),
        ([], FormatError, "record", "JSON object"),
        (None, FormatError, "record", "JSON object"),
    ],
)
def test_bad_records_are_refused_and_nothing_is_written(
    path: Path, record: Any, error: type[ValueError], place: str | None, rule: str
) -> None:
    ledger = Ledger(path)
    ledger.append(decision())
    before = path.read_bytes()
    with pytest.raises(error) as caught:
        ledger.append(record)
    assert rule in caught.value.rule  # type: ignore[attr-defined]
    if place is not None:
        assert caught.value.place == place  # type: ignore[attr-defined]
    assert path.read_bytes() == before


scalars = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
payloads = st.recursive(
    scalars | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(payloads)
def test_any_payload_has_one_canonical_spelling(payload: Any) -> None:
    record = decision(payload=payload)
    body = _core.ledger_record(json.dumps(record))[4]
    assert json.loads(body) == record
    assert _core.ledger_record(body)[4] == body
    shuffled = dict(reversed(record.items()))
    assert _core.ledger_record(json.dumps(shuffled, ensure_ascii=False, indent=1))[4] == body


def test_numbers_are_spelt_by_the_shortest_text() -> None:
    record = decision(a=[1e21, 1e-7, 5e-324, -0.0, 0.1, 6e5, 2**53, 1e15, 123456789.0])
    body = _core.ledger_record(json.dumps(record))[4]
    assert '"a":[1e+21,1e-07,5e-324,0,0.1,600000,9.007199254740992e+15,1e+15,123456789]' in body


def test_sqlite_refuses_changes(path: Path) -> None:
    ledger = Ledger(path)
    for _ in range(2):
        ledger.append(decision())
    for statement in (
        "UPDATE entry SET product = 'b'",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry",
        "INSERT INTO entry SELECT 5, recorded, kind, product, date, known_on, body, previous, hash FROM entry",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            tamper(path, statement)
    assert ledger.verify()


def test_verify_names_the_first_bad_entry(path: Path) -> None:
    ledger = Ledger(path)
    for day in range(1, 5):
        ledger.append(decision(date=f"2022-01-0{day}"))
    whole = path.read_bytes()
    connection = sqlite3.connect(path)
    triggers = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    connection.close()

    def after(trigger: str, *statements: str, put_back: bool = True) -> tuple[int | None, str]:
        path.write_bytes(whole)
        tamper(path, f"DROP TRIGGER {trigger}", *statements, *([triggers[trigger]] if put_back else []))
        check = ledger.verify()
        assert not check
        return check.first_bad, check.reason

    changed = "entry_is_never_changed"
    assert after(changed, "UPDATE entry SET body = replace(body, '01-03', '01-09') WHERE sequence = 3") == (
        3,
        "its content does not match its hash",
    )
    assert after(changed, "UPDATE entry SET product = 'other' WHERE sequence = 2") == (
        2,
        "its columns do not repeat its record",
    )
    assert after("entry_is_never_removed", "DELETE FROM entry WHERE sequence = 2") == (2, "entry 2 is missing")
    assert after(changed, "UPDATE entry SET previous = hash WHERE sequence = 4") == (
        4,
        "it does not follow the entry before",
    )
    assert after(changed, put_back=False) == (None, "the tables or triggers of the ledger were altered")


def test_an_entry_rewritten_with_its_hash_breaks_the_next_one(path: Path) -> None:
    ledger = Ledger(path)
    first = ledger.append(decision())
    ledger.append(decision())
    body = _core.ledger_record(json.dumps(decision("other")))[4]
    digest = hashlib.sha256(f"{'0' * 64}\n1\n{first.recorded}\n{body}".encode()).hexdigest()
    connection = sqlite3.connect(path)
    (trigger,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_is_never_changed'").fetchone()
    connection.close()
    change = f"UPDATE entry SET product = 'other', body = '{body}', hash = '{digest}' WHERE sequence = 1"
    tamper(path, "DROP TRIGGER entry_is_never_changed", change, trigger)
    check = ledger.verify()
    assert (check.first_bad, check.reason) == (2, "it does not follow the entry before")


def test_files_that_are_no_ledger_are_refused_and_left_as_they_are(tmp_path: Path, path: Path) -> None:
    ledger = Ledger(path)
    for _ in range(50):
        ledger.append(decision(text="x" * 500))
    whole = path.read_bytes()
    cases = {
        "no ledger": [b"x", whole[:50], b"product,period\n" + b"x" * 300, b"SQLite format 3\0" + b"\0" * 200],
        "truncated": [whole[:100], whole[:4096], whole[:-1], whole[:-4096]],
        "version 2 is newer": [whole[:60] + (2).to_bytes(4, "big") + whole[64:]],
    }
    foreign = tmp_path / "foreign.sqlite"
    tamper(foreign, "CREATE TABLE entry (a)")
    cases["no ledger"].append(foreign.read_bytes())
    other = tmp_path / "other"
    for reason, contents in cases.items():
        for content in contents:
            other.write_bytes(content)
            with pytest.raises(FormatError, match=reason) as caught:
                Ledger(other)
            assert caught.value.place == str(other)
            assert other.read_bytes() == content
    path.write_bytes(whole[:-4096])
    with pytest.raises(FormatError, match="truncated"):
        ledger.append(decision())
    assert path.read_bytes() == whole[:-4096]
    for bad in (tmp_path, tmp_path / "no" / "where", "", "a\0b"):
        with pytest.raises(FormatError):
            Ledger(bad)


def test_damaged_pages_are_reported(path: Path) -> None:
    ledger = Ledger(path)
    for _ in range(60):
        ledger.append(decision(text="x" * 500))
    content = bytearray(path.read_bytes())
    content[3 * 4096 : 4 * 4096] = b"Z" * 4096
    path.write_bytes(content)
    check = ledger.verify()
    assert not check
    assert check.reason


def test_paths_with_odd_characters(tmp_path: Path) -> None:
    for name in ("a?b", "a#b", "a%20b", "é è"):
        Ledger(tmp_path / name).append(decision())
        assert (tmp_path / name).exists()
        assert Ledger(tmp_path / name).verify().records == 1


def test_writers_wait_for_one_another(path: Path) -> None:
    def write(_: int) -> None:
        ledger = Ledger(path)
        for _ in range(10):
            ledger.append(decision())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert Ledger(path).verify().records == 40


WRITER = textwrap.dedent(
    """
    import sys
    from essor import Ledger

    ledger = Ledger(sys.argv[1])
    while True:
        entry = ledger.append({"kind": "note", "product": "files", "date": "2022-01-31", "text": "x" * 20000})
        print(entry.sequence, flush=True)
    """
)


def test_a_killed_writer_never_damages_the_ledger(path: Path) -> None:
    chance = random.Random(7)
    told = 0
    for _ in range(25):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        writer.stdout.readline()  # it is at work
        time.sleep(chance.random() * 0.03)
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read()
        writer.stdout.close()
        writer.wait()
        numbers = [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        told = max([told, *numbers])
        check = Ledger(path).verify()
        assert check, check.reason
        assert check.records >= told  # what was said to be appended is there


def test_a_write_interrupted_half_way_is_undone(path: Path) -> None:
    """The journal of an unfinished transaction beside a half-written file: the state after a power cut."""
    ledger = Ledger(path)
    ledger.append(decision())
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_spill = 1")
    connection.execute("PRAGMA cache_size = 1")  # pages reach the file before the transaction ends
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE filler (text)")
    connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 200)
    cut = path.with_name("cut.ledger")
    journal = Path(f"{path}-journal")
    assert journal.exists()
    assert path.stat().st_size > 100_000
    shutil.copy(path, cut)
    shutil.copy(journal, f"{cut}-journal")
    connection.execute("ROLLBACK")
    connection.close()
    check = Ledger(cut).verify()
    assert check, check.reason
    assert check.records == 1


def test_cpp_reads_and_continues_what_python_began(path: Path) -> None:
    program = os.environ.get("ESSOR_UNIT_TESTS")
    if not program:
        pytest.skip("ESSOR_UNIT_TESTS is not set: it names the program of the C++ unit tests")
    ledger = Ledger(path)
    ledger.append(decision(a=[1e21, 1e-7, 5e-324, -0.0, 0.1, 2**53, True, None], text='é\n\u2028"\\\x01'))
    ledger.append(decision("é", known_on="2022-06-30"))
    outcome = subprocess.run(
        [program, "--test-case=a ledger begun by Python*", "--no-skip"],
        env={**os.environ, "ESSOR_PYTHON_LEDGER": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "test cases: 0" in " ".join(outcome.stdout.split()):
        pytest.skip("the C++ ledger is not built: SQLite was not found")
    assert outcome.returncode == 0, outcome.stdout
    assert ledger.verify().records == 4
    history = ledger.history()
    assert history[:2] == history[2:]
