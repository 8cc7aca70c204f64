"""Identities: which ids turned out to be followers', and what each follows."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from adapters.view_rows import Row, put
from adapters.views.steps import Halves, Step, Tables
from projections import identities

_COLUMNS: Final = ("txn_id", "follows")


def make(steps: Sequence[Step]) -> list[Row]:
    """The ids that turned out to be followers', each with what was told last."""
    rows = (identities.row(step.stream, step.entry) for step in steps)
    last = {row["txn_id"]: row["follows"] for row in rows if row is not None}
    return list(last.items())


def write(connection: Connection, tables: Tables, rows: list[Row]) -> None:
    """Write which ids turned out to be followers'."""
    put(connection, tables["identities"], _COLUMNS, rows)


save: Final = Halves(make, write)
