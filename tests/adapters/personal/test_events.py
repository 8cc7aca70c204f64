"""Events: stored without what they tell of persons, read with it, and erased when the key is gone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from adapters.mapper import Placed, UnknownEventError, decode, encode, maker_of, recorded_at
from adapters.personal.events import name_in, names_in
from domain.erasure import ERASED
from domain.events import Entry, Event, PaymentCompleted
from domain.facts import Report
from domain.notification import read
from tests.adapters.personal.test_masking import EVENTS
from tests.adapters.sealed_workshop import SealedWorkshop, of_user, open_sealed
from tests.given import NOON
from tests.given_streams import batch, record, signup


@pytest.fixture(scope="module")
def house(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture
def fresh(any_engine: str, tmp_path: Path) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path) as opened:
        yield opened


def states(house: SealedWorkshop) -> list[bytes]:
    return [bytes(stored.state) for _, stored in house.book.stored_between(0, 999, 999)]


@given(event=EVENTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_event_at_all_is_read_as_it_was_written(house: SealedWorkshop, event: Event) -> None:
    entry = Entry(event=event, at=NOON, n=7, by="me")
    placed = Placed("T1", 3, entry, 2)
    stored = house.book.mapper.to_stored_event(placed)
    assert house.book.mapper.to_domain_event(stored) == placed
    name = name_in(stored.state)
    if name is None:
        assert (stored.topic, stored.state) == encode(entry, 2)
    else:
        assert name.startswith(("payer:", "email:", "odd:", "nobody"))
        assert name in house.keys.keys([name])
    assert (recorded_at(stored.state), maker_of(stored.state)) == (NOON, 7)
    # Without keys it is the same event of the same shape.
    assert type(decode(stored.topic, stored.state).event) is type(event)


def test_no_text_of_a_message_passes_for_the_name_of_a_key(house: SealedWorkshop) -> None:
    hostile = '"sealed":{"by":"payer:P2#1"'
    entry = Entry(event=replace(decode_one(of_user(custom=hostile))), at=NOON, by=hostile)
    assert name_in(encode(entry)[1]) is None
    assert names_in([b"{}", b'{"sealed":{"by":"payer:P#1","box":""}}']) == {"payer:P#1"}


def decode_one(body: bytes) -> Event:
    (fact,) = read(body, 1).facts
    assert isinstance(fact, Report)
    return PaymentCompleted(fact)


def test_nothing_of_a_person_is_stored_readably(fresh: SealedWorkshop) -> None:
    fresh.deliver(of_user(), signup(payer_email="buyer@example.com", first_name="Test", last_name="User"))
    fresh.deliver(batch(record(1, receiver_email="buyer@example.com")))
    assert len(states(fresh)) >= 3
    for state in states(fresh):
        assert b"buyer@" not in state
        assert b"User" not in state
        assert b"Main St" not in state
    assert {name_in(state) for state in states(fresh)} > {"payer:PAYER1#1"}


def test_a_destroyed_key_erases_what_it_sealed_and_nothing_else(fresh: SealedWorkshop) -> None:
    fresh.deliver(of_user(), of_user("T2", payer_id="P2", payer_email="other@example.com"))
    before = fresh.book.streams(["T1", "T2"])
    fresh.forget("PAYER1")
    after = fresh.book.streams(["T1", "T2"])
    assert after["T2"] == before["T2"]
    (was,), (now,) = before["T1"], after["T1"]
    told, left = was.event.report, now.event.report  # type: ignore[union-attr]
    assert isinstance(told, Report)
    assert isinstance(left, Report)
    assert left.address is not None
    assert (left.payer.name, left.payer.email, left.address.street) == (ERASED, ERASED, ERASED)
    assert (left.payer.id, left.payer.country, left.gross) == (told.payer.id, "US", told.gross)


@pytest.mark.parametrize(
    ("old", "new"),
    [("PAYER1", "PAYER2"), ('"box":"A', '"box":"B'), ("(erased)", "(ersaed)"), ('id":"T1', 'id":"T2')],
)
def test_a_changed_event_is_an_error_in_words(fresh: SealedWorkshop, old: str, new: str) -> None:
    fresh.deliver(of_user())
    (state,) = states(fresh)
    changed = state.replace(old.encode(), new.encode(), 1)
    assert changed != state
    with fresh.parts.book.begin() as connection:
        connection.execute(text("UPDATE stored_events SET state = :state"), {"state": changed})
    with pytest.raises(UnknownEventError, match="cannot be opened"):
        fresh.book.streams(["T1"])


def test_the_chain_holds_after_forgetting(fresh: SealedWorkshop) -> None:
    fresh.deliver(of_user())
    before = fresh.book.sealed_between(0, 99, 99)
    fresh.forget("PAYER1")
    assert fresh.book.sealed_between(0, 99, 99) == before
