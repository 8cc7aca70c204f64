"""Rows of the views: folded states read by their keys, rows written whether they are new or not."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.sqlite import insert

State = TypeVar("State")

_ROWS_MAX = 500  # a statement's bound values are limited


def chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many keys at a time as one statement takes."""
    return (keys[start : start + _ROWS_MAX] for start in range(0, len(keys), _ROWS_MAX))


def load_states(
    connection: Connection, table: Table, keys: Sequence[str], decoder: msgspec.json.Decoder[State]
) -> dict[str, State]:
    """The states of those rows that there are; the key is the table's one primary key."""
    (key,) = table.primary_key
    found: dict[str, State] = {}
    for some in chunks(keys):
        rows = connection.execute(select(key, table.c.state).where(key.in_(some)))
        found |= {str(name): decoder.decode(state) for name, state in rows}
    return found


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    """Write rows, each in the place of the one with its key, if there is one."""
    if not rows:
        return
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    fresh = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), list(rows))
