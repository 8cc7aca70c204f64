"""The layouts: what changed in the stores from version to version, and the steps from one to the next."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    delete,
    insert,
    inspect,
    literal,
    select,
    update,
)
from sqlalchemy.schema import CreateColumn, CreateIndex

from adapters.engines import StoreError
from adapters.slots import FIRST, SLOTS, make_views, read_from, table
from adapters.tables import (
    BOOK,
    DRIFT_EXAMPLES_MAX,
    INBOX,
    deliveries,
    drift,
    notifications,
    notifications_todo,
    positions,
)
from adapters.view_tables import VIEWS, identities, notification_events, transactions

SCHEMA_VERSION: Final = 5

Step = Callable[[Connection], None]


def refuse_newer(version: int, place: str) -> None:
    """Leave alone what a newer program wrote; StoreError says which that is."""
    if version > SCHEMA_VERSION:
        message = (
            f"{place}: written by a newer version (schema {version}, this one knows {SCHEMA_VERSION}):"
            " start that version, or name another database"
        )
        raise StoreError(message)


def missing(connection: Connection, metadata: MetaData) -> frozenset[str]:
    """The tables that are not there."""
    return frozenset(metadata.tables.keys() - set(inspect(connection).get_table_names()))


def bring_forward(
    connection: Connection, metadata: MetaData, version: int, lost: frozenset[str] = frozenset()
) -> None:
    """Take every step from `version` to today's layout; missing tables were made before.

    A file of version 0 is new and needs none. Views whose tables were `lost`, as when somebody dropped them,
    are told anew by the worker. Runs inside the caller's transaction: all of it, or nothing.
    """
    for number, tables, step in STEPS:
        if tables is metadata and 0 < version < number:
            step(connection)
    if metadata is BOOK:
        make_views(connection)
        if lost and version == SCHEMA_VERSION:
            _tell_anew(connection, lost)


def _tell_anew(connection: Connection, lost: frozenset[str]) -> None:
    """Have all views told anew: beside what is left; from bare, where nobody knows how far they were."""
    connection.execute(update(positions).values(digest=None))
    if positions.name in lost:
        for name in VIEWS.tables:
            for slot in SLOTS:
                connection.execute(delete(table(name, slot)))
            # A rebuild that was broken off may have left it without.
            for index in table(name, FIRST).indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
            read_from(connection, [name], FIRST)


def _book_2(connection: Connection) -> None:
    """Drift has a table of its own with counts, and the views are folded anew under more rules."""
    connection.exec_driver_sql("DROP INDEX IF EXISTS notifications_drift")
    notifications_todo.create(connection)
    _count_drift(connection)
    for view in (transactions, identities, notification_events, positions):
        connection.execute(delete(view))


def _count_drift(connection: Connection) -> None:
    row = notifications.c
    noted = select(row.n, row.received_us, row.drift).where(row.drift.is_not(None)).order_by(row.n)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    examples: Counter[str] = Counter()
    for n, received_us, text in connection.execute(noted):
        for what, example in dict.fromkeys((what, example) for what, example in json.loads(text)):
            if (what, example) not in found and examples[what] < DRIFT_EXAMPLES_MAX:
                examples[what] += 1
                first = {"what": what, "example": example, "n": n, "first_us": received_us}
                found[what, example] = first | {"count": 0}
            if (what, example) in found:
                found[what, example]["count"] += 1
    if found:
        connection.execute(insert(drift), list(found.values()))


def _book_3(connection: Connection) -> None:
    """Views have two slots: the rows that there are become the first slot's, and serve until told anew."""
    _reshape(connection, positions)
    there = inspect(connection).get_table_names()
    for name in _VIEWS_2:
        if name in there:
            _into_first_slot(connection, name)
    # They were told together so far.
    row = positions.c
    same = select(literal("todos"), row.position, row.moved_us).where(row.projection == "transactions")
    names = [row.projection, row.position, row.moved_us]
    connection.execute(insert(positions).from_select(names, same, include_defaults=False))


def _book_4(connection: Connection) -> None:
    """A delivery says when its body was purged."""
    _reshape(connection, notifications)


def _book_5(connection: Connection) -> None:
    """Events carry a digest; those that there are get theirs from the notary alone, beside them."""
    found = inspect(connection)
    if EVENTS_TABLE in found.get_table_names():
        there = {column["name"] for column in found.get_columns(EVENTS_TABLE)}
        if "digest" not in there:
            kind = LargeBinary().compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {EVENTS_TABLE} ADD COLUMN digest {kind}")


def _inbox_5(connection: Connection) -> None:
    """A delivery says by which key its body is sealed."""
    _reshape(connection, deliveries)


def _into_first_slot(connection: Connection, name: str) -> None:
    made = table(name, FIRST)
    made.drop(connection)  # made empty a moment ago, with what else was missing
    for found in inspect(connection).get_indexes(name):
        connection.exec_driver_sql(f'DROP INDEX "{found["name"]}"')
    connection.exec_driver_sql(f'ALTER TABLE "{name}" RENAME TO "{made.name}"')
    _reshape(connection, made)
    for index in made.indexes:
        index.create(connection)


def _reshape(connection: Connection, made: Table) -> None:
    """Give a table that there is the columns of today."""
    there = {column["name"] for column in inspect(connection).get_columns(made.name)}
    for name in there - set(made.columns.keys()):
        connection.exec_driver_sql(f'ALTER TABLE "{made.name}" DROP COLUMN "{name}"')
    for column in made.columns:
        if column.name not in there:
            connection.exec_driver_sql(f'ALTER TABLE "{made.name}" ADD COLUMN {_said(connection, column)}')


def _said(connection: Connection, column: Column[Any]) -> str:
    said = str(CreateColumn(column).compile(dialect=connection.dialect))
    if column.nullable or column.server_default is not None:
        return said
    # Rows that there are need some value until they are told anew.
    return f"{said} DEFAULT {_NOTHING[column.type.python_type]}"


# The views of layout 2 that were tables then.
_VIEWS_2: Final = ("transactions", "identities", "subscriptions", "todos", "notification_events")
_NOTHING: Final[dict[type, str]] = {str: "''", int: "0", bool: "0", bytes: "X''"}
# The library's, or of its shape.
EVENTS_TABLE: Final = "stored_events"
# Each step by the version that it leads to and the part that it is for.
STEPS: Final[tuple[tuple[int, MetaData, Step], ...]] = (
    (2, BOOK, _book_2),
    (3, BOOK, _book_3),
    (4, BOOK, _book_4),
    (5, BOOK, _book_5),
    (5, INBOX, _inbox_5),
)
