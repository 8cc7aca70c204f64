"""What messages said that this version does not know: each new thing once, with its first delivery."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from adapters.tables import drift
from domain.drift import FIELD, WHATS

DRIFTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Drift:
    """Something new, an example of it, the first delivery that said it, and how many did."""

    what: str
    example: str
    n: int
    count: int


@dataclass(frozen=True, slots=True)
class Sightings:
    """How many new things are of one kind, and how often deliveries said any of them."""

    distinct: int
    seen: int


def read_drift(book: Connection) -> tuple[Drift, ...]:
    """List what is new, the earliest first, at most `DRIFTS_MAX` of it."""
    row = drift.c
    found = select(row.what, row.example, row.n, row.count).order_by(row.n, row.what, row.example)
    return tuple(Drift(*each) for each in book.execute(found.limit(DRIFTS_MAX)))


def read_sightings(book: Connection) -> Mapping[str, Sightings]:
    """Count by kind; every kind that there is, is there, and each is a word of ours."""
    row = drift.c
    sums = select(row.what, func.count(), func.sum(row.count)).group_by(row.what)
    found = dict.fromkeys(sorted(WHATS), Sightings(0, 0))
    for what, distinct, seen in book.execute(sums):
        # A version before or after this one may have had another word for it.
        kind = what if what in WHATS else FIELD
        found[kind] = Sightings(found[kind].distinct + int(distinct), found[kind].seen + int(seen))
    return found
