"""The messages behind one transaction: what became of each, and how often PayPal was asked about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from adapters.queries.notifications import taken_entry
from adapters.tables import notifications, post_backs
from adapters.times import rfc3339

Entry: TypeAlias = dict[str, Any]


def behind(book: Connection, ids: Collection[str], numbers: Collection[int], limit: int) -> list[Entry]:
    """The deliveries of these numbers, and the newest `limit` that name one of these ids; oldest first."""
    row = notifications.c
    found = {each["n"]: each for each in _rows(book, row.n.in_(numbers))}
    for column in (row.txn_id, row.parent_txn_id):
        found |= {each["n"]: each for each in _rows(book, column.in_(ids), limit)}
    named = sorted(found.keys() - set(numbers))
    shown = sorted({*named[-limit:], *(found.keys() & set(numbers))})
    asked = _post_backs(book, shown)
    return [_entry(found[n], asked[n]) for n in shown]


def _rows(book: Connection, wanted: ColumnElement[bool], limit: int | None = None) -> Iterable[RowMapping]:
    query = select(notifications).where(wanted).order_by(notifications.c.n.desc())
    return book.execute(query if limit is None else query.limit(limit)).mappings()


def _entry(row: RowMapping, asked: list[Entry]) -> Entry:
    return taken_entry(row, []) | {"settled_at": rfc3339(row["settled_us"]), "post_backs": asked}


def _post_backs(book: Connection, numbers: Collection[int]) -> dict[int, list[Entry]]:
    asked: dict[int, list[Entry]] = defaultdict(list)
    for n, told in _asked(book, numbers):
        asked[n].append(told)
    return asked


def _asked(book: Connection, numbers: Collection[int]) -> Iterator[tuple[int, Entry]]:
    row = post_backs.c
    wanted = select(post_backs).where(row.n.in_(numbers)).order_by(row.n, row.attempt)
    for each in book.execute(wanted):
        yield (
            each.n,
            {
                "attempt": each.attempt,
                "time": rfc3339(each.asked_us),
                "status": each.status,
                "answer": each.answer,
                "seconds": each.seconds,
                "verdict": each.verdict,
            },
        )
