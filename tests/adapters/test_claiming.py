"""The statements of claiming, and how the engines go about them."""

import pytest
from sqlalchemy import text

from adapters.claiming import CLAIM, LOOK
from adapters.statements import Asked, compiled
from adapters.times import to_us
from tests.adapters.workshop import Workshop
from tests.given import NOON, payment

ASKED = {"now_us": 5, "far_us": 9, "limit": 1, "until_us": 7, "by": "w"}


def plan(workshop: Workshop, asked: Asked) -> str:
    made = compiled(asked.statement, "sqlite")
    with workshop.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {made.text}", made.bound(ASKED))
        return " ".join(str(row[3]) for row in rows)


def test_the_next_is_found_by_the_index_in_its_order(workshop: Workshop, on_sqlite: str) -> None:
    found = plan(workshop, CLAIM[False, False])
    assert "notifications_due" in found
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize("way", [(True, False), (True, True)])
def test_for_what_is_urgent_the_backlog_is_not_walked(
    workshop: Workshop, on_sqlite: str, way: tuple[bool, bool]
) -> None:
    assert "notifications_urgent" in plan(workshop, CLAIM[way])


def test_who_looks_goes_by_the_indexes_alone(workshop: Workshop, on_sqlite: str) -> None:
    found = plan(workshop, LOOK)
    assert {"notifications_due", "notifications_urgent"} <= set(found.split())
    assert found.count("TEMP B-TREE") == 1  # of the few that are urgent
    assert "SCAN notifications" not in found.replace("SCAN notifications USING", "")


def test_a_claim_on_postgresql_writes_hardly_any_index_anew(workshop: Workshop, on_postgresql: str) -> None:
    workshop.keep(*[payment(f"T{n}") for n in range(200)])
    workshop.claims.take_in()
    far_us = to_us(NOON) + 10**12
    asked = {"now_us": far_us, "far_us": far_us, "limit": 200, "until_us": far_us, "by": "w"}
    with workshop.engine.begin() as connection:
        assert len(CLAIM[False, False].execute(connection, asked).all()) == 200
        changed = text(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'notifications'"
        )
        updated, in_place = connection.execute(changed).one()
        assert updated == 200
        assert in_place > 0.9 * updated


def test_none_waits_for_another_workers_rows() -> None:
    for way in CLAIM:
        assert "SKIP LOCKED" in compiled(CLAIM[way].statement, "postgresql").text
