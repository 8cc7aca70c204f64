"""Views are disposable: whatever somebody drops of them is there again, with all that people did."""

import sqlite3
from pathlib import Path

import pytest

from adapters.slots import SLOTS
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


@pytest.mark.parametrize("views", [True, False], ids=["and their names", "not their names"])
@pytest.mark.parametrize("name", DROPPED)
def test_what_was_dropped_is_told_anew(tmp_path: Path, name: str, views: bool) -> None:  # noqa: FBT001
    with LocalPayPal(honest).running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, [*STORY, payment("L1"), case("PP-9", "L1"), follower("Refunded", "L2", "L1")])
        work_off(settings)
        act(settings)
        before = everything(settings)
        connection = sqlite3.connect(settings.book_path)
        for view in VIEWS.tables if views else ():
            connection.execute(f"DROP VIEW {view}")
        for table in DROPPED[name]:
            connection.execute(f"DROP TABLE {table}")
        connection.commit()
        connection.close()
        work_off(settings)
        assert everything(settings) == before
