"""How many goods wait for somebody, by the state that they stand in now."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, literal, select, union_all

from adapters.times import to_us
from adapters.view_tables import fulfillment
from domain.vocabulary import Fulfillment
from projections.fulfillment import WAITING

# An index is walked no further: beyond it nobody needs the exact number.
COUNTED_MAX: Final = 999


def goods_waiting(book: Connection, now: datetime) -> Mapping[Fulfillment, int]:
    """Count the goods of each state that waits for somebody; one more than `COUNTED_MAX` means more."""
    parts = []
    for state in WAITING:
        for conditions in _found(state, to_us(now)):
            some = select(literal(1)).where(*conditions).limit(COUNTED_MAX + 1).subquery()
            parts.append(
                select(literal(state.value).label("state"), func.count().label("count")).select_from(some)
            )
    counted = dict.fromkeys(WAITING, 0)
    for row in book.execute(union_all(*parts)).mappings():
        counted[Fulfillment(row["state"])] += row["count"]
    return {state: min(count, COUNTED_MAX + 1) for state, count in counted.items()}


def _found(state: Fulfillment, now_us: int) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Where an index has them; ready are those, too, that nobody claims any more."""
    row = fulfillment.c
    known = row.superseded_us.is_(None)
    running = (row.runs_out_us > now_us,) if state is Fulfillment.CLAIMED else ()
    yield (row.state == state.value, known, *running)
    if state is Fulfillment.READY:
        yield (known, row.runs_out_us <= now_us)
