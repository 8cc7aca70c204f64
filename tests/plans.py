"""How an engine finds what it is asked for, in its own words."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event

Sent = list[tuple[str, Any]]


@contextmanager
def asked(connection: Connection) -> Iterator[Sent]:
    """Every statement that is sent over a connection meanwhile, with its values."""
    sent: Sent = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        sent.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def sqlite_plans(connection: Connection, sent: Sent) -> list[str]:
    """SQLite's plan of each statement, line by line."""
    return [
        str(row[3])
        for statement, values in sent
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]


@dataclass(frozen=True)
class Step:
    """A step of PostgreSQL's plan: what it does, over which index, and what the index is asked."""

    does: str
    table: str
    index: str
    condition: str
    rows: int


def postgresql_steps(connection: Connection, sent: Sent, *, run: bool = False) -> list[Step]:
    """The steps of each statement where reading whole tables and sorting are the last resort.

    `run`: with the rows that each step read in fact, those too that it then left out.
    """
    if not run:
        for name in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{name} = off")
    explain = f"EXPLAIN (FORMAT JSON{', ANALYZE' if run else ''})"
    found: list[Step] = []
    for statement, values in sent:
        plan = connection.exec_driver_sql(f"{explain} {statement}", values).scalar_one()
        (whole,) = json.loads(plan) if isinstance(plan, str) else plan
        found += _steps(whole["Plan"])
    return found


def _steps(node: dict[str, Any]) -> Iterator[Step]:
    lost = [node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck", "Join Filter")]
    rows = (node.get("Actual Rows", 0) + sum(lost)) * node.get("Actual Loops", 1)
    condition = node.get("Index Cond", "")
    yield Step(
        node["Node Type"], node.get("Relation Name", ""), node.get("Index Name", ""), condition, int(rows)
    )
    for child in node.get("Plans", ()):
        yield from _steps(child)


def reads_by_index(connection: Connection, sent: Sent, *tables: str) -> list[Step]:
    """The steps that read these tables; AssertionError when one of them reads a whole table."""
    steps = [step for step in postgresql_steps(connection, sent) if step.table.startswith(tables)]
    assert steps, sent
    assert [step for step in steps if not step.index] == []
    return steps


Ask = Callable[[Connection], object]


def selects(connection: Connection, ask: Ask) -> Sent:
    """What is asked of the connection, without what only sets it up."""
    with asked(connection) as sent:
        ask(connection)
    return [(statement, values) for statement, values in sent if statement.startswith(("SELECT", "WITH"))]
