"""An older file is brought forward: nothing of what it holds is lost, and only once, whoever comes first."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    update,
)

from adapters import layouts
from adapters.engines import StoreError, prepare
from adapters.layouts import SCHEMA_VERSION, bring_forward
from adapters.sqlite.engine import SqliteEngine, sqlite_engine
from adapters.tables import (
    BOOK,
    DRIFT_EXAMPLES_MAX,
    INBOX,
    drift,
    notifications,
    positions,
)
from adapters.view_tables import VIEWS as TODAYS_VIEWS
from adapters.view_tables import identities, notification_events, transactions

ROOT = Path(__file__).resolve().parents[2]
FIRST = ROOT / "tests" / "stores" / "1"
VIEWS = (transactions, identities, notification_events, positions)


def version(engine: SqliteEngine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


_LATER = ("purged_us", "digest", "sealed_by")


def held(engine: SqliteEngine, *names: str) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with engine.connect() as connection:
        for name in names:
            query = f"SELECT * FROM {name} ORDER BY 1, 2"  # noqa: S608 - our tables
            rows = connection.exec_driver_sql(query).mappings()
            # Which columns came later, and say nothing yet, is another test's.
            found[name] = [
                tuple(row[c] for c in row if c not in _LATER or row[c] is not None) for row in rows
            ]
    return found


def news(engine: SqliteEngine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(drift).order_by(drift.c.n, drift.c.what))]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqliteEngine]:
    """The book of layout 1, as its version left it."""
    shutil.copy(FIRST / "house.db", tmp_path)
    engine = sqlite_engine(tmp_path / "house.db")
    yield engine
    engine.dispose()


def note(book: SqliteEngine, n: int, *pairs: tuple[str, str]) -> None:
    """Write news as version 1 did."""
    with book.begin() as connection:
        connection.execute(
            update(notifications).where(notifications.c.n == n).values(drift=json.dumps(pairs))
        )


def test_a_new_file_is_of_todays_layout(tmp_path: Path) -> None:
    for metadata in (INBOX, BOOK):
        engine = sqlite_engine(tmp_path / f"{id(metadata)}.db")
        prepare(engine, metadata)
        assert version(engine) == SCHEMA_VERSION
        engine.dispose()


def test_a_book_of_layout_1_becomes_one_of_today(book: SqliteEngine) -> None:
    assert version(book) == 1
    evidence = held(book, "notifications", "post_backs", "stored_events")
    assert all(evidence.values())
    assert all(held(book, *(view.name for view in VIEWS)).values())
    prepare(book, BOOK)
    assert version(book) == SCHEMA_VERSION
    assert held(book, *evidence) == evidence
    made = inspect(book)
    for name, table in BOOK.tables.items():
        assert {column["name"] for column in made.get_columns(name)} == set(table.columns.keys())
        assert {index["name"] for index in made.get_indexes(name)} == {index.name for index in table.indexes}


@pytest.mark.parametrize("layout", [1, 2])
def test_every_view_can_be_read_afterwards(tmp_path: Path, layout: int) -> None:
    shutil.copy(FIRST.parent / str(layout) / "house.db", tmp_path)
    engine = sqlite_engine(tmp_path / "house.db")
    prepare(engine, BOOK)
    made = inspect(engine)
    assert set(made.get_view_names()) == set(TODAYS_VIEWS.tables)
    assert set(made.get_table_names()) == {*BOOK.tables, "stored_events"}
    with engine.connect() as connection:
        for view in TODAYS_VIEWS.tables.values():
            connection.execute(select(view)).all()
    engine.dispose()


@pytest.fixture
def second(tmp_path: Path) -> Iterator[SqliteEngine]:
    """The book of layout 2, as its version left it."""
    shutil.copy(FIRST.parent / "2" / "house.db", tmp_path)
    engine = sqlite_engine(tmp_path / "house.db")
    yield engine
    engine.dispose()


VIEWS_2 = ("transactions", "identities", "subscriptions", "todos", "notification_events")


def test_the_rows_of_layout_2_are_read_at_once(second: SqliteEngine) -> None:
    with second.connect() as connection:
        before = {
            name: connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2").mappings().all()  # noqa: S608 - our tables
            for name in VIEWS_2
        }
        (position,) = set(connection.exec_driver_sql("SELECT position FROM positions").scalars())
    assert all(before.values())
    prepare(second, BOOK)
    with second.connect() as connection:
        for name, told in before.items():
            view = TODAYS_VIEWS.tables[name]
            found = connection.execute(select(view).order_by(*list(view.columns)[:2])).mappings().all()
            common = [name for name in view.columns.keys() if name in told[0]]  # noqa: SIM118
            assert [[row[c] for c in common] for row in found] == [[row[c] for c in common] for row in told]
        places = {row.projection: row for row in connection.execute(select(positions))}
    assert set(places) == {"transactions", "identities", "origins", "subscriptions", "todos"}
    assert {(p.position, p.slot, p.version, p.digest) for p in places.values()} == {
        (position, "a", None, None)
    }


def test_nothing_but_views_is_touched_in_a_book_of_layout_2(second: SqliteEngine) -> None:
    names = ("notifications", "post_backs", "drift", "stored_events", "heartbeats")
    before = held(second, *names)
    prepare(second, BOOK)
    assert held(second, *names) == before


def test_columns_that_are_new_to_a_row_hold_something(second: SqliteEngine) -> None:
    made = Table(
        "identities_a", MetaData(), Column("txn_id", Text, primary_key=True), Column("follows", Text),
        Column("text", Text, nullable=False), Column("number", BigInteger, nullable=False),
        Column("yes", Boolean, nullable=False), Column("bytes", LargeBinary, nullable=False),
        Column("none", Text), Column("said", Text, nullable=False, server_default="x"),
    )  # fmt: skip
    prepare(second, BOOK)
    with second.begin() as connection:
        layouts._reshape(connection, made)
        (row, *_) = connection.execute(select(made).order_by(made.c.txn_id)).mappings()
    assert [row[name] for name in ("text", "number", "yes", "bytes", "none", "said")] == [
        "", 0, False, b"", None, "x",
    ]  # fmt: skip


def test_the_views_are_emptied_so_that_the_book_is_folded_anew(book: SqliteEngine) -> None:
    prepare(book, BOOK)
    assert held(book, *(view.name for view in VIEWS)) == {view.name: [] for view in VIEWS}


def test_what_version_1_noted_is_counted(book: SqliteEngine) -> None:
    note(book, 5, ("charset", "klingon"), ("payment_date", "then"))
    note(book, 9, ("payment_date", "then"), ("payment_date", "then"))
    note(book, 2, ("auth_exp", "never"))
    with book.connect() as connection:
        rows = connection.execute(select(notifications.c.n, notifications.c.received_us))
        received = {row.n: row.received_us for row in rows}
    prepare(book, BOOK)
    assert news(book) == [
        ("auth_exp", "never", 2, received[2], 1),
        ("charset", "klingon", 5, received[5], 1),
        ("payment_date", "then", 5, received[5], 2),
    ]
    with book.connect() as connection:
        noted = select(func.count()).where(notifications.c.drift.is_not(None))
        assert connection.execute(noted).scalar_one() == 3


def test_a_flood_that_version_1_noted_is_cut(book: SqliteEngine) -> None:
    note(book, 1, *(("payment_date", f"day {i}") for i in range(DRIFT_EXAMPLES_MAX + 10)))
    note(book, 2, ("payment_date", "day 0"), ("payment_date", "later still"), ("charset", "klingon"))
    prepare(book, BOOK)
    found = news(book)
    assert len(found) == DRIFT_EXAMPLES_MAX + 1
    assert [row[4] for row in found if row[1] == "day 0"] == [2]
    assert [row[:2] for row in found if row[2] == 2] == [("charset", "klingon")]


def test_a_book_without_news_has_none_afterwards(book: SqliteEngine) -> None:
    prepare(book, BOOK)
    assert news(book) == []


def test_a_file_of_today_is_left_as_it_is(book: SqliteEngine) -> None:
    prepare(book, BOOK)
    with book.begin() as connection:
        row = {"projection": "transactions", "position": 5, "moved_us": 1}
        connection.execute(insert(positions).values(row))
    before = held(book, "positions", "drift")
    prepare(book, BOOK)
    assert held(book, "positions", "drift") == before


def test_what_the_inbox_holds_is_not_changed(tmp_path: Path) -> None:
    shutil.copy(FIRST / "house.inbox.db", tmp_path)
    engine = sqlite_engine(tmp_path / "house.inbox.db")
    before = held(engine, "deliveries")
    prepare(engine, INBOX)
    assert version(engine) == SCHEMA_VERSION
    assert held(engine, "deliveries") == before
    assert set(inspect(engine).get_table_names()) == {"deliveries"}
    engine.dispose()


def test_a_step_that_fails_changes_nothing(book: SqliteEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    note(book, 5, ("charset", "klingon"))
    before = held(book, "notifications", *(view.name for view in VIEWS))

    def fail(connection: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(layouts, "STEPS", (*layouts.STEPS, (SCHEMA_VERSION, BOOK, fail)))
        with pytest.raises(RuntimeError, match="power"):
            prepare(book, BOOK)
    assert version(book) == 1
    assert held(book, *before) == before
    assert "drift" not in inspect(book).get_table_names()
    prepare(book, BOOK)
    assert [row[:2] for row in news(book)] == [("charset", "klingon")]


def test_steps_are_those_between_the_file_and_today(
    book: SqliteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    steps = [(number, BOOK, lambda _, number=number: taken.append(number)) for number in (2, 3, 4)]
    monkeypatch.setattr(layouts, "STEPS", (*steps, (3, INBOX, lambda _: taken.append(-1))))
    monkeypatch.setattr(layouts, "make_views", lambda _: None)  # of a file that no step has made today's
    with book.begin() as connection:
        for found, expected in ((0, []), (1, [2, 3, 4]), (2, [3, 4]), (4, [])):
            taken.clear()
            bring_forward(connection, BOOK, found)
            assert taken == expected


def test_a_program_of_the_earlier_layout_refuses_what_became_of_its_book(
    book: SqliteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(book, BOOK)
    monkeypatch.setattr("adapters.layouts.SCHEMA_VERSION", 1)
    with pytest.raises(StoreError, match="newer version"):
        prepare(book, BOOK)


PREPARE = """
import sys
from pathlib import Path
from adapters.engines import prepare
from adapters.sqlite.engine import sqlite_engine
from adapters.tables import BOOK
print("ready", flush=True)
sys.stdin.readline()
prepare(sqlite_engine(Path(sys.argv[1])), BOOK)
"""


def test_eight_processes_may_bring_one_file_forward_at_once(book: SqliteEngine, tmp_path: Path) -> None:
    note(book, 5, ("charset", "klingon"))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PREPARE, str(tmp_path / "house.db")],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(8)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=60)[0], process.returncode) for process in processes] == [
        ("", 0)
    ] * 8
    assert version(book) == SCHEMA_VERSION
    assert [row[:3] + row[4:] for row in news(book)] == [("charset", "klingon", 5, 1)]
