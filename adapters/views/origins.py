"""Origins: which events each notification became."""

from collections.abc import Sequence

from sqlalchemy import Connection

from adapters.mapper import type_name
from adapters.view_rows import upsert
from adapters.views.steps import Step, Tables
from projections import origins


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Write which events each notification became."""
    rows: list[dict[str, object]] = []
    for step in steps:
        row = origins.row(step.stream, step.version, step.position, step.entry)
        if row is not None:
            rows.append({**row, "type": type_name(step.entry.event)})
    upsert(connection, tables["notification_events"], rows)
