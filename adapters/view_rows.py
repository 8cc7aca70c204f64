"""Rows of the views: keys taken a statement's worth at a time, rows written whether they are new or not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Table, TableClause, delete, select, true, update
from sqlalchemy.sql.expression import ClauseElement

from adapters.keys import KEY_CHARACTERS_MAX, Key, shortened
from adapters.statements import Given, Insert, Statement

_ROWS_MAX = 500  # a statement's bound values are limited
# Of each table that is written; there are some dozens.
_STATEMENTS_MAX = 256

# The values of a row, in the order of its columns.
Row: TypeAlias = tuple[Any, ...]
# What becomes of a row that is there already: the insert, told so.
Meeting: TypeAlias = Callable[[Table, Insert], Insert]


def chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many keys at a time as one statement takes."""
    return (keys[start : start + _ROWS_MAX] for start in range(0, len(keys), _ROWS_MAX))


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of the same columns, each in the place of the one with its key, if there is one.

    Of several with one key the last is written.
    """
    if rows:
        columns, keys = tuple(rows[0]), [column.name for column in table.primary_key]
        last = {tuple(map(row.__getitem__, keys)): tuple(map(row.__getitem__, columns)) for row in rows}
        put(connection, table, columns, list(last.values()))


def in_its_place(table: Table, statement: Insert) -> Insert:
    """The new row stands in the place of the one that is there; what it does not tell is null."""
    keys = [column.name for column in table.primary_key]
    fresh = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    if not fresh:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)


def put(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Row],
    meeting: Meeting = in_its_place,
) -> None:
    """Write rows whose values are in the order of these columns, no two of one key and no key null."""
    if rows:
        keyed, statement = _writing(table, columns, meeting)
        statement.run(connection, _shortened(rows, keyed))


def add(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Write rows that are not there yet."""
    put(connection, table, columns, rows, _alone)


def change(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Change rows that are there: the first columns are the primary key's, the others what is new."""
    _changing(table, columns).run(connection, rows)


def remove(connection: Connection, table: Table, column: str, keys: Sequence[str]) -> None:
    """Take the rows away of which a column is one of these keys."""
    _removing(table, column).run(connection, _shortened_keys(table, column, keys))


def find(
    connection: Connection, table: Table, columns: tuple[str, ...], column: str, keys: Sequence[str]
) -> list[Any]:
    """These columns of the rows of which one is one of these keys, as the driver gives them."""
    return _finding(table, columns, column).read(connection, _shortened_keys(table, column, keys))


def _alone(_: Table, statement: Insert) -> Insert:
    return statement


def _given(table: Table, columns: Sequence[str]) -> Given:
    # Not by their own names, of which some are SQL's words.
    return Given(*((f"v{place}", table.c[name].type) for place, name in enumerate(columns)))


@lru_cache(_STATEMENTS_MAX)
def _changing(table: Table, columns: tuple[str, ...]) -> Statement:
    keys = len(table.primary_key)

    def make(_: object, given: TableClause) -> ClauseElement:
        told = dict(zip(columns, given.c, strict=True))
        here = (table.c[name] == told[name] for name in columns[:keys])
        return update(table).where(*here).values({name: told[name] for name in columns[keys:]})

    return Statement(_given(table, columns), make)


@lru_cache(_STATEMENTS_MAX)
def _removing(table: Table, column: str) -> Statement:
    given = _given(table, [column])
    return Statement(given, lambda _, some: delete(table).where(table.c[column].in_(select(some.c.v0))))


@lru_cache(_STATEMENTS_MAX)
def _finding(table: Table, columns: tuple[str, ...], column: str) -> Statement:
    given, wanted = _given(table, [column]), select(*(table.c[name] for name in columns))
    return Statement(given, lambda _, some: wanted.where(table.c[column].in_(select(some.c.v0))))


def _shortened(rows: Sequence[Row], keyed: Sequence[int]) -> Sequence[Row]:
    """The rows as they are stored: of texts that are looked for by an index, long ones are shortened."""
    for place in keyed:
        texts = map(itemgetter(place), rows)
        if any(len(text) > KEY_CHARACTERS_MAX for text in texts if text is not None):
            rows = [(*row[:place], _short(row[place]), *row[place + 1 :]) for row in rows]
    return rows


def _shortened_keys(table: Table, column: str, keys: Sequence[str]) -> Sequence[Row]:
    rows = [(key,) for key in keys]
    return _shortened(rows, [0]) if isinstance(table.c[column].type, Key) else rows


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= KEY_CHARACTERS_MAX else shortened(text)


@lru_cache(_STATEMENTS_MAX)
def _writing(table: Table, columns: tuple[str, ...], meeting: Meeting) -> tuple[Sequence[int], Statement]:
    """The places of columns whose long texts are shortened, and the statement that writes rows."""
    keyed = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, Key)]
    return keyed, Statement(_given(table, columns), partial(_insert, table, columns, meeting))


def _insert(
    table: Table,
    columns: tuple[str, ...],
    meeting: Meeting,
    insert_into: Callable[[Table], Any],
    given: TableClause,
) -> ClauseElement:
    # Without a condition SQLite would take what follows for one of a join.
    rows = select(*given.c).where(true())
    return cast("ClauseElement", meeting(table, insert_into(table).from_select(list(columns), rows)))
