"""Which engine a test runs on, and where its stores are.

A test that touches a store wants the fixture `any_engine`, by itself or through another, and is run on each
engine; one about SQLite's own files wants `on_sqlite` and says so by that. What makes a store asks
`database_in(folder)`, which refuses where nobody wanted either: no store is forgotten on one of the engines.
"""

import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, LargeBinary, bindparam, text

from adapters.databases import Database, database_of
from adapters.engines import StoreEngine
from adapters.postgresql.engine import postgresql_engine
from adapters.postgresql.locks import Lock, waiting_for
from adapters.sqlite.engine import sqlite_engine
from adapters.tables import BOOK, INBOX
from tests.clean_databases import clean_databases
from tests.postgres import close_session_server, session_server

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
ENGINES: Final = (SQLITE, POSTGRESQL)
BOOK_FILE: Final = "house.db"
_LONG: Final = ("test_campaign.py", "test_walk.py", "test_rebuild_under_load.py", "test_any_history.py")
_ASKED: Final = frozenset({"any_engine", *(f"on_{kind}" for kind in ENGINES)})


class _Now:
    """What the running test, or the fixture that is being made, is on; and the databases of folders."""

    kind: str | None = None
    owner: object = None
    taken: dict[Path, "_Taken"] = {}  # noqa: RUF012 - one for the process


@dataclass(frozen=True)
class _Taken:
    """A database of the common server, and what it was made for."""

    address: str
    name: str | None
    owner: object


def engine_now() -> str | None:
    """The engine of the running test; None when it is on none."""
    return _Now.kind


def database_in(folder: Path, *, empty: bool = False) -> str:
    """The address of the house in a folder, the same each time; it ends with the test or what it was made in.

    `empty`: nobody prepared it, where it would be (on SQLite it never is).
    """
    assert _Now.kind is not None, (
        "a store is touched: want `any_engine` here (or in the fixture), or `on_sqlite`"
    )
    if _Now.kind == SQLITE:
        return f"sqlite:///{folder}/{BOOK_FILE}"
    place = folder.resolve()
    if place not in _Now.taken:
        name = session_server().create() if empty else clean_databases().take()
        _Now.taken[place] = _Taken(session_server().url(name), name, _Now.owner)
    return _Now.taken[place].address


def adopt(folder: Path, address: str) -> None:
    """In a test's own process: what its parent knows of a folder."""
    _Now.kind = database_of(address).kind
    _Now.taken[folder.resolve()] = _Taken(address, None, None)


def store_in(folder: Path) -> Database:
    """The database of the house in a folder."""
    return database_of(database_in(folder))


def served_in(folder: Path) -> Database:
    """The database of a house that was started in a folder by its default settings."""
    file = f"sqlite:///{folder}/var/counterfoil.db"
    return database_of(file if _Now.kind == SQLITE else database_in(folder))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A house's database, and engines for each part as its users are given them."""

    database: Database
    inbox: StoreEngine
    book: StoreEngine
    views: StoreEngine
    claims: StoreEngine

    def close(self) -> None:
        for engine in (self.inbox, self.book, self.views, self.claims):
            engine.dispose()


def parts_in(folder: Path, *, busy_seconds: float = 10.0) -> Parts:
    """Those of the house in a folder; on SQLite nothing is synced, which takes long on some disks."""
    address = database_in(folder)
    database = database_of(address)
    if database.kind == SQLITE:
        of_book, of_inbox = (
            sqlite_engine(path, busy_seconds=busy_seconds, durable=False) for path in database.files
        )
        of_inbox.prepare(INBOX)
        of_book.prepare(BOOK)
        return Parts(database=database, inbox=of_inbox, book=of_book, views=of_book, claims=of_book)
    # Prepared from the first.
    return Parts(
        database=database,
        inbox=postgresql_engine(address, lock=Lock.INBOX, busy_seconds=busy_seconds),
        book=postgresql_engine(address, busy_seconds=busy_seconds),
        views=postgresql_engine(address, lock=Lock.VIEWS, durable=False, busy_seconds=busy_seconds),
        claims=postgresql_engine(address, durable=False, busy_seconds=busy_seconds),
    )


@contextmanager
def open_parts(folder: Path, *, busy_seconds: float = 10.0) -> Iterator[Parts]:
    """The same, closed at the end."""
    parts = parts_in(folder, busy_seconds=busy_seconds)
    try:
        yield parts
    finally:
        parts.close()


def remove_house(folder: Path) -> None:
    """Remove a folder with all that a house has, before the test ends."""
    shutil.rmtree(folder)
    one = _Now.taken.pop(folder.resolve(), None)
    if one is not None and one.name is not None:
        clean_databases().give_back(one.name)


def spoil(
    connection: Connection, position: int, topic: str = "Tomorrow:1", state: bytes | None = None
) -> None:
    """Make of the event at a position in the book one that this version cannot read."""
    place = {SQLITE: "rowid", POSTGRESQL: "notification_id"}[connection.dialect.name]
    # One of two names.
    change = (
        f"UPDATE stored_events SET topic = :topic, state = coalesce(:state, state) WHERE {place} = :place"  # noqa: S608
    )
    values = {"topic": topic, "state": state, "place": position}
    connection.execute(text(change).bindparams(bindparam("state", type_=LargeBinary)), values)


class HeldError(Exception):
    """Somebody else is writing, for longer than was to be waited."""


def is_held(error: Exception) -> bool:
    """Whether somebody else is to blame for it."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY) == sqlite3.SQLITE_BUSY


class Hold:
    """Who keeps everybody else from writing a part of a house, `book` or `inbox`; they may go on reading.

    It may be let go in another thread.
    """

    def __init__(self, folder: Path, part: str = "book", *, seconds: float = 30.0) -> None:
        """Waits so long for whoever is writing; raises HeldError when that is not enough."""
        address = database_in(folder)
        database = database_of(address)
        with ExitStack() as stack:
            if database.kind == SQLITE:
                file = database.files[("book", "inbox").index(part)]
                self._connection: Any = sqlite3.connect(
                    file, timeout=seconds, isolation_level=None, check_same_thread=False
                )
                take: Callable[[str], None] = self._take_file
            else:
                patience = f"-c lock_timeout={int(seconds * 1000)}"
                self._connection = psycopg.connect(address, options=patience)
                take = self._take_tables
            stack.callback(self._connection.close)
            try:
                take(part)
            except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable) as error:
                if not is_held(error):
                    raise
                raise HeldError from error
            stack.pop_all()

    def _take_file(self, _: str) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def _take_tables(self, part: str) -> None:
        inbox = part == "inbox"
        for lock in (Lock.INBOX,) if inbox else (Lock.BOOK, Lock.VIEWS):
            self._connection.execute(waiting_for(lock))
        tables = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND (relname = 'deliveries') = %s",
            [inbox],
        ).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in tables)
        self._connection.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(names))

    def let_go(self) -> None:
        self._connection.rollback()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()


def copy_house(origin: Path, folder: Path) -> Path:
    """A folder with all that a house, to which nobody is connected, has in its own."""
    shutil.copytree(origin, folder)
    if _Now.kind == POSTGRESQL:
        known = _Now.taken[origin.resolve()].name
        assert known is not None
        name = clean_databases().copy(known)
        _Now.taken[folder.resolve()] = _Taken(session_server().url(name), name, _Now.owner)
    return folder


@contextmanager
def passing_folder() -> Iterator[Path]:
    """A folder whose stores end with the block: where one test makes many."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        before, _Now.owner = _Now.owner, folder
        try:
            yield folder
        finally:
            _Now.owner = before
            _give_back(folder)


def _give_back(owner: object) -> None:
    for place, one in list(_Now.taken.items()):
        if one.owner is owner and one.name is not None:
            del _Now.taken[place]
            clean_databases().give_back(one.name)


# What follows are pytest's hooks; tests/conftest.py takes them up.


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, help="run tests that touch a store on this engine only")


@pytest.fixture(scope="module")
def any_engine(request: pytest.FixtureRequest) -> str:
    """The test is run once on each engine; its name by now."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def on_sqlite(any_engine: str) -> str:
    """The test is about SQLite's files, and run on nothing else."""
    return any_engine


@pytest.fixture(scope="module")
def on_postgresql(any_engine: str) -> str:
    """The test is about a server, and run on nothing else."""
    return any_engine


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "any_engine" in metafunc.fixturenames:
        wanted = [kind for kind in ENGINES if f"on_{kind}" in metafunc.fixturenames]
        metafunc.parametrize("any_engine", wanted or ENGINES, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # What takes minutes begins first, or one process would be busy with it long after all others are done.
    items.sort(key=lambda item: _LONG.index(item.path.name) if item.path.name in _LONG else len(_LONG))
    only = config.getoption("--engine")
    if only is not None:
        others = [item for item in items if _kind_of(item) not in (None, only)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _kind_of(item) in (None, only)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    _Now.kind, _Now.owner = _kind_of(item), item
    try:
        return (yield)
    finally:
        _give_back(item)
        _Now.kind, _Now.owner = None, None


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    """What outlives a test has stores of its own, and says that it is made anew for each engine."""
    if fixturedef.scope == "function":
        return (yield)
    before = (_Now.kind, _Now.owner)
    kind = None if _ASKED.isdisjoint(fixturedef.argnames) else _Now.kind
    _Now.kind, _Now.owner = kind, fixturedef
    fixturedef.addfinalizer(lambda: _give_back(fixturedef))
    try:
        return (yield)
    finally:
        _Now.kind, _Now.owner = before


def pytest_sessionfinish() -> None:
    close_session_server()


def _kind_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    kind: str | None = None if callspec is None else callspec.params.get("any_engine")
    return kind
