"""Copies of a house's two files that belong together, made while others read and write them."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from adapters.backups.making import Holding, Shown, new_file
from adapters.engines import StoreError

_PAGES: Final = 2_000  # copied at once; between them whoever wants to stop can
_LOCK_SECONDS: Final = 10.0


def copy_house(book: Path, inbox: Path, folder: Path, shown: Shown = lambda _, __: None) -> Holding:
    """Copy both as they were at one moment, check the copies, and say what they hold; StoreError.

    `shown` hears how many pages are copied, and of how many.
    """
    with ExitStack() as stack:
        sources = {path: stack.enter_context(_opened(path)) for path in (book, inbox)}
        with _said(book):
            _look_at_once(sources, stack.enter_context(_opened(book)))
        sizes = [_pages(source) for source in sources.values()]
        done = 0
        for size, (path, source) in zip(sizes, sources.items(), strict=True):
            _copy(source, folder / path.name, partial(_add, shown, done, sum(sizes)))
            done += size
    return _checked(folder / book.name, folder / inbox.name)


def _add(shown: Shown, before: int, of: int, done: int) -> None:
    shown(before + done, of)


def _look_at_once(sources: Mapping[Path, sqlite3.Connection], lock: sqlite3.Connection) -> None:
    """Have each see one state from now on, and both states of one moment.

    Nobody writes the book in that moment: every body that went from the inbox by then is marked in the book,
    and all that the book has taken in by then is in the inbox.
    """
    lock.execute("BEGIN IMMEDIATE")
    for path, source in sources.items():
        with _said(path):
            source.execute("BEGIN")
            _pages(source)
    lock.execute("ROLLBACK")


def _copy(source: sqlite3.Connection, target: Path, shown: Callable[[int], None]) -> None:
    new_file(target)
    with _said(target), closing(sqlite3.connect(target)) as made:
        # The source is in a transaction already: however long it takes, it is that one state that is copied.
        source.backup(made, pages=_PAGES, progress=lambda _, left, all_: shown(all_ - left))


def _checked(book: Path, inbox: Path) -> Holding:
    with _read(book) as made, _said(book):
        _sound(made, book)
        (events,) = made.execute("SELECT count(*) FROM stored_events").fetchone()
        (layout,) = made.execute("PRAGMA user_version").fetchone()
    with _read(inbox) as made, _said(inbox):
        _sound(made, inbox)
        (deliveries,) = made.execute("SELECT count(*) FROM deliveries").fetchone()
        given = made.execute("SELECT seq FROM sqlite_sequence WHERE name = 'deliveries'").fetchone()
    last_given = given[0] if given else 0
    return Holding(deliveries=deliveries, last_given=last_given, events=events, layout=layout)


def _sound(made: sqlite3.Connection, path: Path) -> None:
    (found,) = made.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError(f"{path.name}: it is damaged, and so is its copy ({str(found).splitlines()[0]})")


def _pages(source: sqlite3.Connection) -> int:
    # Whatever is asked first is what a transaction sees from then on.
    (count,) = source.execute("PRAGMA page_count").fetchone()
    source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return int(count)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file: start `counterfoil serve` first, or set DATABASE")
    with _said(path):
        # Not made where it is missing; written only in that its readers are counted.
        found = sqlite3.connect(_uri(path, "rw"), uri=True, timeout=_LOCK_SECONDS, isolation_level=None)
    with closing(found):
        yield found


@contextmanager
def _read(path: Path) -> Iterator[sqlite3.Connection]:
    # Nobody else knows it yet, so no log need be made beside it.
    with closing(sqlite3.connect(_uri(path, "ro") + "&immutable=1", uri=True)) as found:
        yield found


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.resolve()))}?mode={mode}"


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: it could not be copied ({str(error).splitlines()[0]})") from error
