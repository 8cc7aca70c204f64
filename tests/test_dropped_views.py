"""Views are disposable: whatever somebody drops of them is there again, with all that people did."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import inspect

from adapters.slots import SLOTS
from adapters.slots import tables as slot_tables
from adapters.view_tables import VIEWS
from scripts.settings import Settings
from tests.given import case, follower, payment
from tests.house import LocalPayPal, keep, office_of, others_of, settings_in, views_of, work_off
from tests.make_store import act
from tests.test_walk import STORY, honest

TABLES = [f"{name}_{slot}" for name in VIEWS.tables for slot in SLOTS]
DROPPED = {
    "the tables": TABLES,
    "the tables and how far they were": [*TABLES, "positions"],
    "how far they were": ["positions"],
    "one table": ["ledger_postings_a"],
}


def everything(settings: Settings) -> object:
    return views_of(settings), others_of(settings), office_of(settings)


def drop(settings: Settings, views: Iterable[str], tables: Iterable[str]) -> None:
    engine = settings.store.book()
    # Where a view says of which table it is, it goes with it.
    with_it = "" if settings.store.kind == "sqlite" else " CASCADE"
    with engine.begin() as connection:
        for view in views:
            connection.exec_driver_sql(f"DROP VIEW {view}")
        for table in tables:
            connection.exec_driver_sql(f"DROP TABLE {table}{with_it}")
    engine.dispose()


@pytest.mark.parametrize("views", [True, False], ids=["and their names", "not their names"])
@pytest.mark.parametrize("name", DROPPED)
def test_what_was_dropped_is_told_anew(any_engine: str, tmp_path: Path, name: str, views: bool) -> None:  # noqa: FBT001
    with LocalPayPal(honest).running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, [*STORY, payment("L1"), case("PP-9", "L1"), follower("Refunded", "L2", "L1")])
        work_off(settings)
        act(settings)
        before = everything(settings)
        drop(settings, VIEWS.tables if views else (), DROPPED[name])
        work_off(settings)
        assert everything(settings) == before


def test_a_slot_that_a_broken_off_rebuild_left_bare_has_its_indexes_before_it_is_read(
    any_engine: str, tmp_path: Path
) -> None:
    with LocalPayPal(honest).running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, [payment("L1")])
        work_off(settings)
        engine = settings.store.book()
        with engine.begin() as connection:
            for index in (
                index for made in slot_tables(VIEWS.tables, "a").values() for index in made.indexes
            ):
                index.drop(connection)
        drop(settings, (), ["positions"])
        work_off(settings)
        found = inspect(engine)
        for made in slot_tables(VIEWS.tables, "a").values():
            assert {one["name"] for one in found.get_indexes(made.name)} == {one.name for one in made.indexes}
        engine.dispose()
