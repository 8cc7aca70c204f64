"""What messages said that this version does not know: each new word once, with the first that brought it."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapters.tables import notifications

DRIFTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Drift:
    """Something new, an example of it, and the first delivery in which it was seen."""

    what: str
    example: str
    n: int


def read_drift(book: Connection) -> tuple[Drift, ...]:
    """List each distinct pair of what and example once, the earliest first, at most `DRIFTS_MAX` of them."""
    row = notifications.c
    seen: dict[tuple[str, str], Drift] = {}
    noted = select(row.n, row.drift).where(row.drift.is_not(None)).order_by(row.n)
    for n, text in book.execute(noted):
        for what, example in json.loads(text):
            seen.setdefault((what, example), Drift(what, example, n))
        if len(seen) >= DRIFTS_MAX:
            break
    return tuple(seen.values())[:DRIFTS_MAX]
