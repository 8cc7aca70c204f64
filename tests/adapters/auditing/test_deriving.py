"""Every event follows from its delivery and the events before it; what does not is named."""

from datetime import timedelta

import pytest

from adapters.auditing.deriving import Deriving, place_key
from adapters.auditing.findings import Findings
from adapters.auditing.units import placed
from adapters.mapper import Placed, encode
from adapters.tables import notifications
from domain.act_events import GoodsClaimed
from domain.events import Entry, PaymentVetted
from domain.facts import Doubt
from tests.adapters.auditing.conftest import Store, where


def rewrite(store: Store, stream: str, version: int, change: str, to: str) -> dict[str, object]:
    """Change words of a stored event, and say where it stands."""
    stored = store.workshop.book.stored_streams([stream], 10_000)[stream]
    position, one = next(found for found in stored if found[1].originator_version == version)
    state = one.state.replace(change.encode(), to.encode())
    assert state != one.state
    store.execute(
        "UPDATE stored_events SET state = :state WHERE {place} = :position", state=state, position=position
    )
    return {"position": position, "stream": stream, "version": version}


def test_a_store_that_nobody_touched_is_whole(store: Store) -> None:
    (said,) = store.said("derivation")
    assert said.first == []
    assert said.counts["events"] == len(store.positions())


@pytest.mark.parametrize(
    ("change", "to"), [('"20.00"', '"2000.00"'), ('"n":1', '"n":2'), ('"rules":1', '"rules":7')]
)
def test_an_event_that_its_delivery_does_not_tell_is_named(store: Store, change: str, to: str) -> None:
    place = rewrite(store, "T1", 1, change, to)
    assert ("stored_events", place) in where(store.check("derivation"))


def test_an_event_of_an_unverified_delivery_is_named(store: Store) -> None:
    store.change(notifications, {"verdict": "unknown"}, n=1)
    found = store.check("derivation")
    assert found
    assert {one.what for one in found} == {
        "is of delivery 1, which is unknown: nothing unverified moves money"
    }


def append(store: Store, entry: Entry, version: int, stream: str = "T1") -> None:
    store.workshop.book.append([Placed(stream, version, entry, 1)])


def version_of(store: Store, stream: str = "T1") -> int:
    return len(store.workshop.events(stream))


def test_what_nobody_could_do_is_named(store: Store) -> None:
    at = store.workshop.clock()
    append(
        store, Entry(event=GoodsClaimed(at + timedelta(minutes=1)), at=at, by="bob"), version_of(store) + 1
    )
    (found,) = store.check("derivation")
    assert found.what == "could not be done as the book stood then"


def test_doubts_that_nothing_raises_are_named(store: Store) -> None:
    event = PaymentVetted((Doubt(rule="amount", detail="too little"),))
    append(store, Entry(event=event, at=store.workshop.clock()), version_of(store) + 1)
    assert [one.key["version"] for one in store.check("derivation")] == [version_of(store)]


def test_since_there_are_digests_every_event_names_its_rules(store: Store) -> None:
    rewrite(store, "T1", 1, ',"rules":1', "")
    place = rewrite(store, "T1", 1, '"20.00"', '"2000.00"')
    assert place in [found for _, found in where(store.check("derivation"))]


def test_what_an_earlier_version_decided_otherwise_is_counted_only(store: Store) -> None:
    rewrite(store, "T1", 1, ',"rules":1', "")
    rewrite(store, "T1", 1, '"20.00"', '"2000.00"')
    store.execute("UPDATE stored_events SET digest = NULL")
    (said,) = store.said("derivation")
    assert "events that an earlier version decided" in said.counts


def test_a_damaged_event_is_named_and_the_walk_goes_on(store: Store) -> None:
    place = rewrite(store, "T8", 1, "{", "[")
    assert where(store.check("derivation")) == [("stored_events", place)]


def test_after_a_checkpoint_only_what_is_new_is_derived(store: Store) -> None:
    rewrite(store, "T1", 1, '"20.00"', '"2000.00"')
    assert store.check("derivation", since=True) == []
    store.history.live(10)
    assert store.check("derivation", since=True) == []


def test_where_the_walk_stands_streams_and_outcomes_are_known(store: Store) -> None:
    with store.scene() as scene:
        deriving = Deriving(scene, Findings("derivation"), lambda _: None)
        deriving.walk()
        assert deriving.known.aggregate("T1").version == version_of(store)
        assert deriving.settled[1] == ("recorded", None)
        assert deriving.drift[1] == (("field", "odd_field"),)
        first = scene.events.stored_between(0, 10_000, 1)[0]
        assert place_key(placed(*first))["version"] == 1
        assert encode(scene.events.entry(first[1]), 1)[0] == first[1].topic
