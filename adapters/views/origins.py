"""Origins: which events each notification became."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

from adapters.mapper import type_name
from adapters.view_rows import Row, put
from adapters.views.steps import Halves, Step, Tables
from projections import origins

_COLUMNS: Final = (*origins.COLUMNS, "type")


def make(steps: Sequence[Step]) -> list[Row]:
    """A row of each event that a notification became."""
    return list(_rows(steps))


def write(connection: Connection, tables: Tables, rows: list[Row]) -> None:
    """Write which events each notification became."""
    put(connection, tables["notification_events"], _COLUMNS, rows)


save: Final = Halves(make, write)


def _rows(steps: Sequence[Step]) -> Iterator[Row]:
    for step in steps:
        row = origins.row(step.stream, step.version, step.position, step.entry)
        if row is not None:
            yield (*row.values(), type_name(step.entry.event))
