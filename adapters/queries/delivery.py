"""One delivery with everything kept of it: its bytes, its fields, each post-back and what it became."""

import base64
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, RowMapping, select

from adapters.delivered import BodyDamagedError
from adapters.queries.notifications import Entry, events_of, new_entry, taken_entry
from adapters.tables import deliveries, notifications, post_backs
from adapters.times import rfc3339
from domain.body import pairs

# The body of a delivery: by its number, the name of its key and what is stored; None where it was forgotten.
Open = Callable[[int, str, bytes], bytes | None]


def one(book: Connection, inbox: Connection, n: int, open_: Open) -> Entry | None:
    """Show delivery `n`, or None; where its bytes were purged or forgotten there are no fields.

    They are gone from the moment that this was decided, though a purge that was killed may have left them.
    Raises what `open_` raises.
    """
    # The inbox first: a delivery that is taken in meanwhile is then found in the book.
    kept = inbox.execute(select(deliveries).where(deliveries.c.n == n)).mappings().first()
    taken = book.execute(select(notifications).where(notifications.c.n == n)).mappings().first()
    if taken is not None:
        entry = taken_entry(taken, events_of(book, [n]).get(n, []))
    elif kept is not None:
        entry = new_entry(kept)
    else:
        return None
    purged_us = None if taken is None else taken["purged_us"]
    there = kept is not None and purged_us is None
    body = _opened(kept, open_) if kept is not None and there else None
    return entry | {
        "raw": None if body is None else base64.b64encode(body).decode("ascii"),
        "fields": [] if body is None else [list(pair) for pair in pairs(body)],
        "purged_at": rfc3339(purged_us),
        "forgotten": there and body is None,
        "post_backs": _post_backs(book, n),
    }


def shown(book: Connection, inbox: Connection, n: int, open_: Open) -> Entry | None:
    """The same for a page: where the bytes do not open, `damaged` says why, and all else is told."""
    why: list[str] = []

    def opened(n: int, name: str, stored: bytes) -> bytes | None:
        try:
            return open_(n, name, stored)
        except BodyDamagedError as error:
            why.append(str(error))
            return None

    found = one(book, inbox, n, opened)
    if found is None or not why:
        return found and found | {"damaged": None}
    return found | {"damaged": why[0], "forgotten": False}


def headers(inbox: Connection, n: int) -> list[list[str]]:
    """The headers that delivery `n` came with, in order; none where it is not there any more."""
    kept = inbox.scalar(select(deliveries.c.headers).where(deliveries.c.n == n))
    return [] if kept is None else msgspec.json.decode(kept, type=list[list[str]])


def _opened(kept: RowMapping, open_: Open) -> bytes | None:
    stored = bytes(kept["body"])
    return stored if kept["sealed_by"] is None else open_(kept["n"], kept["sealed_by"], stored)


def _post_backs(book: Connection, n: int) -> list[Entry]:
    row = post_backs.c
    asked = book.execute(select(post_backs).where(row.n == n).order_by(row.attempt))
    return [
        {
            "attempt": each.attempt,
            "time": rfc3339(each.asked_us),
            "status": each.status,
            "answer": each.answer,
            "seconds": each.seconds,
            "verdict": each.verdict,
        }
        for each in asked
    ]
