"""Indexes of rows that nobody reads: away while many rows come or go, and all there again after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, text

from adapters import slots
from adapters.engines import StoreEngine
from adapters.rebuilding import indexes
from adapters.view_tables import VIEWS, WRITERS_INDEXES
from tests.engines import open_parts

NAMES = ["todos", "identities"]
SOME = list(slots.tables(NAMES, "b").values())
ALL = list(slots.tables(VIEWS.tables, "b").values())


@pytest.fixture
def engine(any_engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoreEngine]:
    monkeypatch.setattr(indexes, "MANY_ROWS", 3)
    with open_parts(tmp_path) as parts:
        yield parts.views


def fill(engine: StoreEngine, count: int, slot: str = "b") -> None:
    told = {"kind": "x", "txn_id": "T", "since_us": 1, "what": "x", "open": True}
    with engine.begin() as connection:
        rows = [{**told, "id": f"x:{n}"} for n in range(count)]
        connection.execute(insert(slots.table("todos", slot)), rows)


def there(engine: StoreEngine, slot: str = "b") -> set[str]:
    made = slots.tables(VIEWS.tables, slot).values()
    return {str(one["name"]) for table in made for one in inspect(engine).get_indexes(table.name)}


def rows(engine: StoreEngine, slot: str = "b") -> int:
    with engine.connect() as connection:
        return slots.count_rows(connection, NAMES, slot)


def lightened(engine: StoreEngine) -> bool:
    with engine.begin() as connection:
        return indexes.lighten(connection, SOME)


def made_again(engine: StoreEngine) -> int:
    made = 0
    with engine.begin() as connection:
        while indexes.make_one(connection, ALL):
            made += 1
    return made


def test_few_rows_go_as_they_are(engine: StoreEngine) -> None:
    before = there(engine)
    fill(engine, 3)
    assert not lightened(engine)
    assert (there(engine), rows(engine)) == (before, 3)


def test_of_many_rows_on_sqlite_an_index_goes_at_a_time_and_then_the_rows(
    on_sqlite: str, engine: StoreEngine
) -> None:
    before = there(engine)
    fill(engine, 4)
    fill(engine, 4, "a")
    left = []
    while lightened(engine):
        left.append((len(before) - len(there(engine)), rows(engine)))
    assert left == [(1, 4), (2, 4), (3, 4), (3, 0)]
    assert before - there(engine) == {"todos_open_b", "todos_kind_b", "todos_txn_id_b"}
    assert rows(engine, "a") == 4
    assert made_again(engine) == 3
    assert there(engine) == before


def test_of_very_many_rows_on_sqlite_only_indexes_go(
    on_sqlite: str, engine: StoreEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "WHOLE_ROWS_MAX", 5)
    before = there(engine)
    fill(engine, 6)
    while lightened(engine):
        assert rows(engine) == 6
    assert len(before) - len(there(engine)) == 3
    with engine.begin() as connection:
        slots.empty_some(connection, NAMES, "b", 1)
    # The rest is not too much.
    assert lightened(engine)
    assert rows(engine) == 0
    assert not lightened(engine)


def test_a_table_whose_numbers_lie_far_apart_has_no_more_rows_for_that(
    on_sqlite: str, engine: StoreEngine
) -> None:
    entries = slots.table("ledger_entries", "b")

    def put(*numbers: int) -> None:
        told = {column.name: column.type.python_type(1) for column in entries.columns}
        with engine.begin() as connection:
            connection.execute(insert(entries), [told | {"number": number << 20} for number in numbers])

    def lightened_entries() -> bool:
        with engine.begin() as connection:
            return indexes.lighten(connection, [entries])

    before = there(engine)
    put(1, 2, 3)
    assert not lightened_entries()
    assert there(engine) == before
    put(4)
    while lightened_entries():
        pass
    with engine.connect() as connection:
        assert slots.count_rows(connection, ["ledger_entries"], "b") == 0


def test_many_rows_on_postgresql_go_at_once_and_those_that_are_read_stay(
    on_postgresql: str, engine: StoreEngine
) -> None:
    before = there(engine)
    fill(engine, 4)
    fill(engine, 4, "a")
    assert lightened(engine)
    assert (rows(engine), rows(engine, "a"), there(engine)) == (0, 4, before)
    assert not lightened(engine)


def test_what_a_dump_holds_on_postgresql_stays_and_the_transaction_goes_on(
    on_postgresql: str, engine: StoreEngine
) -> None:
    fill(engine, 4)
    before = there(engine)
    with engine.connect() as dump:
        dump.execute(text("LOCK TABLE todos_b IN ACCESS SHARE MODE"))
        with engine.begin() as connection:
            with pytest.raises(indexes.HeldError):
                indexes.lighten(connection, SOME)
            indexes.take_away(connection, SOME)
            assert slots.empty_some(connection, NAMES, "b", 10) == 4
    assert (rows(engine), there(engine)) == (0, before)


def test_from_under_a_dump_that_holds_no_table_yet_no_index_goes(
    on_postgresql: str, engine: StoreEngine
) -> None:
    before = there(engine)
    with engine.connect() as dump:
        # What every reader takes first, a dump too.
        dump.execute(text("SELECT 1"))
        with engine.begin() as connection:
            indexes.take_away(connection, ALL)
    assert there(engine) == before


def test_all_go_but_those_that_writers_need_and_come_again(engine: StoreEngine) -> None:
    before, others = there(engine), there(engine, "a")
    with engine.begin() as connection:
        indexes.take_away(connection, ALL)
    assert there(engine) == {f"{name}_b" for name in WRITERS_INDEXES}
    assert there(engine, "a") == others
    assert made_again(engine) == len(before) - len(WRITERS_INDEXES)
    assert there(engine) == before
    assert made_again(engine) == 0


def test_those_that_writers_need_are_indexes_of_ours() -> None:
    assert {index.name for shape in VIEWS.tables.values() for index in shape.indexes} >= WRITERS_INDEXES
