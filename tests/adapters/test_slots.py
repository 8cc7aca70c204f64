"""Slots: what is read changes from one commit to the next, for everybody, and never is nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, inspect, select

from adapters import slots
from adapters.engines import StoreEngine, prepare
from adapters.tables import BOOK
from adapters.view_tables import VIEWS, identities, todos, transactions
from tests.engines import open_parts, store_in


@pytest.fixture
def engine(any_engine: str, tmp_path: Path) -> Iterator[StoreEngine]:
    with open_parts(tmp_path) as parts:
        yield parts.views


def fill(engine: StoreEngine, slot: str, *txn_ids: str) -> None:
    rows = [{"txn_id": txn_id, "follows": slot} for txn_id in txn_ids]
    with engine.begin() as connection:
        connection.execute(insert(slots.table("identities", slot)), rows)


def found(engine: StoreEngine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(identities).order_by(identities.c.txn_id))]


def switch(engine: StoreEngine, slot: str) -> None:
    with engine.begin() as connection:
        slots.read_from(connection, ["identities"], slot)


def test_each_view_has_two_tables_of_its_shape_and_their_indexes_have_names_of_their_own() -> None:
    for name, shape in VIEWS.tables.items():
        names = set()
        for slot in slots.SLOTS:
            made = slots.table(name, slot)
            assert (made.name, made.metadata) == (f"{name}_{slot}", BOOK)
            assert [(c.name, c.primary_key, c.nullable) for c in made.columns] == [
                (c.name, c.primary_key, c.nullable) for c in shape.columns
            ]
            assert {index.name for index in made.indexes} == {f"{i.name}_{slot}" for i in shape.indexes}
            names |= {index.name for index in made.indexes}
        assert len(names) == 2 * len(shape.indexes)
    assert slots.tables(["todos"], "b") == {"todos": slots.table("todos", "b")}
    assert todos.metadata is VIEWS


def test_one_slot_is_the_others_other() -> None:
    assert (slots.other("a"), slots.other("b")) == ("b", "a")


def test_a_new_file_reads_the_first_slot(engine: StoreEngine) -> None:
    assert set(inspect(engine).get_view_names()) == set(VIEWS.tables)
    fill(engine, "b", "B")
    assert found(engine) == []
    fill(engine, "a", "A")
    assert found(engine) == [("A", "a")]


def test_what_was_switched_stays_so_when_the_file_is_opened_again(engine: StoreEngine) -> None:
    fill(engine, "b", "B")
    switch(engine, "b")
    prepare(engine, BOOK)
    with engine.begin() as connection:
        slots.make_views(connection)
    assert found(engine) == [("B", "b")]


@pytest.mark.parametrize("slot", ["a", "b"])
def test_a_view_that_somebody_dropped_is_made_again_over_the_rows_that_there_are(
    engine: StoreEngine, slot: str
) -> None:
    fill(engine, slot, "B")
    switch(engine, slot)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW identities")
        connection.exec_driver_sql("DROP VIEW todos")
    prepare(engine, BOOK)
    assert found(engine) == [("B", slot)]
    assert set(inspect(engine).get_view_names()) == set(VIEWS.tables)


def test_nothing_can_be_written_by_a_plain_name(engine: StoreEngine, on_sqlite: str) -> None:
    with pytest.raises(Exception, match="because it is a view"), engine.begin() as connection:
        connection.execute(insert(identities), {"txn_id": "A", "follows": "B"})


def test_a_switch_is_all_or_nothing(engine: StoreEngine) -> None:
    fill(engine, "a", "A")

    def fail() -> None:
        with engine.begin() as connection:
            slots.read_from(connection, ["identities"], "b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert found(engine) == [("A", "a")]


def test_who_began_to_read_before_a_switch_sees_the_old_rows_to_the_end(
    engine: StoreEngine, on_sqlite: str
) -> None:
    fill(engine, "a", "A")
    fill(engine, "b", "B", "C")
    count = select(func.count()).select_from(identities)
    with engine.connect() as reader:
        assert reader.execute(count).scalar_one() == 1
        switch(engine, "b")
        with engine.begin() as connection:
            assert slots.empty_some(connection, ["identities"], "a", 10) == 1
        assert reader.execute(count).scalar_one() == 1
        assert reader.execute(select(identities.c.follows)).scalars().all() == ["a"]
    assert found(engine) == [("B", "b"), ("C", "b")]


def test_connections_that_are_open_already_read_on_over_any_number_of_switches(
    engine: StoreEngine, tmp_path: Path
) -> None:
    """With statements that SQLAlchemy and the driver have prepared before the views were made anew."""
    names = ["A", "B", "C"]
    for slot in slots.SLOTS:
        fill(engine, slot, *names)
    other = store_in(tmp_path).views()
    stop = threading.Event()
    wrong: list[object] = []
    read = 0

    def poll() -> None:
        nonlocal read
        wanted = select(identities.c.txn_id, identities.c.follows).where(identities.c.txn_id.in_(names))
        try:
            with other.connect() as kept:
                while not stop.is_set():
                    rows = kept.execute(wanted).all()
                    kept.rollback()
                    read += 1
                    if len(rows) != 3 or len({row.follows for row in rows}) != 1:
                        wrong.append(rows)
        except Exception as error:  # noqa: BLE001 - told to the test
            wrong.append(error)

    threads = [threading.Thread(target=poll) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        for slot in ("b", "a"):
            switch(engine, slot)
    stop.set()
    for thread in threads:
        thread.join(30)
    other.dispose()
    assert wrong == []
    assert read > 100


def test_a_slot_is_emptied_bit_by_bit(engine: StoreEngine) -> None:
    fill(engine, "b", *(f"T{i}" for i in range(25)))
    fill(engine, "a", "A")
    with engine.begin() as connection:
        assert not slots.is_empty(connection, ["identities"], "b")
        gone = [slots.empty_some(connection, ["todos", "identities"], "b", 10) for _ in range(4)]
        assert gone == [10, 10, 5, 0]
        assert slots.is_empty(connection, ["identities"], "b")
        assert slots.count_rows(connection, ["identities", "todos"], "a") == 1
    assert found(engine) == [("A", "a")]


def test_lists_are_answered_by_the_indexes_of_the_slot_that_is_read(
    engine: StoreEngine, on_sqlite: str
) -> None:
    asked = select(transactions.c.txn_id).where(transactions.c.status == "x")
    asked = asked.order_by(transactions.c.first_heard_us.desc(), transactions.c.txn_id.desc()).limit(5)
    with engine.begin() as connection:
        for slot in ("a", "b"):
            slots.read_from(connection, ["transactions"], slot)
            text = str(asked.compile(connection, compile_kwargs={"literal_binds": True}))
            # A text of its own: an explanation, unlike a query, is not made anew when the schema changed.
            explain = f"EXPLAIN QUERY PLAN {text} -- {slot}"
            plans = [row[3] for row in connection.exec_driver_sql(explain)]
            assert plans == [
                f"SEARCH transactions_{slot} USING COVERING INDEX transactions_status_{slot} (status=?)"
            ]
