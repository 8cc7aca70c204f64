"""The statements of claiming, asked of SQLite how it would go about them."""

import pytest

from adapters.claiming import CLAIM, DUE
from adapters.statements import compiled
from tests.adapters.workshop import Workshop

ASKED = {"now_us": 5, "far_us": 9, "limit": 1, "until_us": 7, "by": "w"}


def plan(workshop: Workshop, way: tuple[bool, bool]) -> str:
    made = compiled(DUE[way].statement, "sqlite")
    with workshop.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {made.text}", made.bound(ASKED))
        return " ".join(str(row[3]) for row in rows)


def test_the_next_is_found_by_the_index_in_its_order(workshop: Workshop, on_sqlite: str) -> None:
    found = plan(workshop, (False, False))
    assert "notifications_due" in found
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize("way", [(True, False), (True, True)])
def test_for_what_is_urgent_the_backlog_is_not_walked(
    workshop: Workshop, on_sqlite: str, way: tuple[bool, bool]
) -> None:
    assert "notifications_urgent" in plan(workshop, way)


def test_none_waits_for_another_workers_rows() -> None:
    for way in DUE:
        assert "SKIP LOCKED" in compiled(CLAIM[way].statement, "postgresql").text
