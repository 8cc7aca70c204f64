"""One delivery with everything kept of it: its bytes, its fields, each post-back and what it became."""

import base64

from sqlalchemy import Connection, select

from adapters.queries.notifications import Entry, events_of, new_entry, taken_entry
from adapters.tables import deliveries, notifications, post_backs
from adapters.times import rfc3339
from domain.body import pairs


def one(book: Connection, inbox: Connection, n: int) -> Entry | None:
    """Show delivery `n`, or None; where its bytes were purged, raw is None and there are no fields.

    They are gone from the moment that this was decided, though a purge that was killed may have left them.
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
    body = None if kept is None or purged_us is not None else bytes(kept["body"])
    return entry | {
        "raw": None if body is None else base64.b64encode(body).decode("ascii"),
        "fields": [] if body is None else [list(pair) for pair in pairs(body)],
        "purged_at": rfc3339(purged_us),
        "post_backs": _post_backs(book, n),
    }


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
