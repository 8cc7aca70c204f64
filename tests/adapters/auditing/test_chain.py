"""A changed event is found where it is, and the events after it are not blamed for it."""

import pytest

from adapters.notary.seals import EVENT
from adapters.tables import checkpoints, seals
from tests.adapters.auditing.conftest import Store, where


def place_of(store: Store, stream: str, version: int) -> dict[str, object]:
    stored = store.workshop.book.stored_streams([stream], 10_000)[stream]
    position = next(place for place, one in stored if one.originator_version == version)
    return {"position": position, "stream": stream, "version": version}


def test_a_store_that_nobody_touched_is_whole(store: Store) -> None:
    assert store.check("chain") == []


@pytest.mark.parametrize("change", [{"state": b"{}"}, {"topic": "PaymentVoided:1"}, {"digest": None}])
def test_a_changed_event_is_named_and_no_other(store: Store, change: dict[str, object]) -> None:
    ((name, value),) = change.items()
    # One of three names.
    statement = (
        f"UPDATE stored_events SET {name} = :value WHERE originator_id = 'T1' AND originator_version = 1"  # noqa: S608
    )
    store.execute(statement, value=value)
    assert where(store.check("chain")) == [("stored_events", place_of(store, "T1", 1))]


def test_a_removed_event_leaves_its_seal_and_a_gap(store: Store) -> None:
    place = place_of(store, "T1", 2)
    store.execute("DELETE FROM stored_events WHERE originator_id = 'T1' AND originator_version = 2")
    found = where(store.check("chain"))
    assert ("seals", {"kind": EVENT, "number": place["position"]}) in found
    assert ("stored_events", place_of(store, "T1", 3)) in found


def test_an_event_that_was_put_in_between_was_never_sealed(store: Store) -> None:
    with store.workshop.engine.begin() as book:
        book.execute(seals.delete().where(seals.c.kind == EVENT, seals.c.number == store.positions()[0]))
    (found,) = store.check("chain")
    assert (found.key["position"], found.what) == (
        store.positions()[0],
        "was never sealed, though later ones were",
    )


def test_the_tail_that_is_not_sealed_yet_is_counted_only(store: Store) -> None:
    store.history.live(10, sealed=False)
    (said,) = store.said("chain")
    assert said.first == []
    assert said.counts["events not sealed yet"] > 0


def test_events_of_before_there_were_digests_may_be_bare_up_to_what_the_first_checkpoint_says(
    store: Store,
) -> None:
    with store.workshop.engine.begin() as book:
        book.execute(seals.delete())
        book.execute(checkpoints.delete())
    last = store.positions()[-1]
    store.execute("UPDATE stored_events SET digest = NULL WHERE {place} = :last", last=last)
    assert [one.key["position"] for one in store.check("chain")] == [last], "those before it carry theirs"
    store.execute("UPDATE stored_events SET digest = NULL")
    assert store.check("chain") == []  # nothing was signed for yet
    store.history.seal()
    assert store.check("chain") == []
    store.history.live(5)
    store.history.seal()
    assert store.check("chain") == []
    last = store.positions()[-1]
    store.execute("UPDATE stored_events SET digest = NULL WHERE {place} = :last", last=last)
    assert [one.key["position"] for one in store.check("chain")] == [last]


def test_what_a_checkpoint_was_signed_for_is_hashed_again_too(store: Store) -> None:
    store.execute("UPDATE stored_events SET topic = 'PaymentVoided:1' WHERE originator_id = 'T8'")
    assert store.check("chain") != []
    assert store.check("chain", since=True) == store.check("chain")
