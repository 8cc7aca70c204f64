"""Identities: which ids turned out to be followers', and what each follows."""

from collections.abc import Sequence

from sqlalchemy import Connection

from adapters.view_rows import upsert
from adapters.views.steps import Step, Tables
from projections import identities


def save(connection: Connection, tables: Tables, steps: Sequence[Step]) -> None:
    """Write which ids turned out to be followers'."""
    rows = (identities.row(step.stream, step.entry) for step in steps)
    upsert(connection, tables["identities"], [row for row in rows if row is not None])
