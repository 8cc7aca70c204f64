"""Retelling: rows that were written anew are those that a rebuild would make."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.personal.retelling import RETELL
from adapters.rebuilding.shadow import Shadow
from adapters.slots import is_empty, other
from adapters.tables import rebuilds, set_aside
from adapters.views.places import read_places
from adapters.views.registry import PROJECTIONS
from domain.erasure import ERASED
from tests.adapters.sealed_workshop import SealedWorkshop, left_of, of_user, open_sealed
from tests.engines import spoil
from tests.given import case, follower, payment, pending
from tests.given_streams import batch, record, signup
from tests.test_retention import differences_when_rebuilt, views

PERSON = {"payer_email": "buyer@example.com", "first_name": "Test", "last_name": "User"}
STORY = (
    *(of_user(), payment("T2", payer_id="P2"), follower("Refunded", "R1", gross="-5.00"), case()),
    *(pending("T3", **PERSON), of_user("T3", gross="7.00"), of_user("T3", gross="9.00")),
    *(signup(payer_id="PAYER1", **PERSON), batch(record(1, receiver_email="buyer@example.com"))),
)


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path) as opened:
        opened.deliver(*STORY)
        opened.follower.follow()
        yield opened


def test_every_projection_that_tells_of_persons_is_retold(house: SealedWorkshop) -> None:
    shown = {table for table, _, _ in left_of([house.engine])}
    owners = {
        name
        for name, it in PROJECTIONS.items()
        if any(t in f"{table}_a {table}_b" for t in shown for table in it.tables)
    }
    assert owners <= RETELL.keys() <= PROJECTIONS.keys()
    assert {"transactions", "subscriptions", "customers", "fulfillment", "ledger"} <= owners


def test_what_was_forgotten_is_in_no_row_and_all_else_as_it_was(house: SealedWorkshop) -> None:
    before = views(house)
    house.forget("PAYER1")
    assert left_of([house.engine, house.inbox_engine]) == set()
    after = views(house)
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    for name in ("ledger_postings", "ledger_days", "customer_sums", "identities", "notification_events"):
        assert after[name] == before[name]
    assert any(ERASED in repr(rows) for rows in after.values())
    assert differences_when_rebuilt(house) == 0


def test_rows_that_are_behind_the_book_stay_so(any_engine: str, tmp_path: Path) -> None:
    with open_sealed(tmp_path) as house:
        house.deliver(*STORY)
        house.follower.follow(4)
        house.forget("PAYER1")
        house.follower.follow()
        assert left_of([house.engine, house.inbox_engine]) == set()
        assert differences_when_rebuilt(house) == 0


def test_a_stream_that_was_set_aside_stays_as_far_as_it_was_told(any_engine: str, tmp_path: Path) -> None:
    with open_sealed(tmp_path) as house:
        house.deliver(of_user(status="Pending", pending_reason="echeck"), of_user())
        with house.parts.book.begin() as connection:
            spoil(connection, house.book.last_position())
        house.follower.follow()
        with house.engine.connect() as connection:
            assert connection.execute(select(set_aside.c.stream)).scalars().first() == "T1"
        house.forget("PAYER1")
        assert left_of([house.engine, house.inbox_engine]) == set()
        assert b'"status":"pending"' in (house.queries.transaction("T1") or b"")


def test_a_rebuild_that_was_under_way_begins_again(house: SealedWorkshop) -> None:
    shadow = Shadow(house.book, house.engine, house.clock, list(PROJECTIONS.values()))
    shadow.begin()
    while not shadow.empty():
        pass
    shadow.build(house.book.last_position(), 1_000)
    house.forget("PAYER1")
    with house.engine.connect() as connection:
        assert connection.execute(select(rebuilds).where(rebuilds.c.projection.in_(list(RETELL)))).all() == []
        places = read_places(connection)
        for name in RETELL:
            assert is_empty(connection, PROJECTIONS[name].tables, other(places[name].slot))
    assert left_of([house.engine, house.inbox_engine]) == set()
