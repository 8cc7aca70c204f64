"""Steps made from stored events: each stream by itself, whatever lies in between."""

import pytest

from adapters.views.making import read_batch, reason, walk
from domain.state import Transaction
from domain.streams import folded
from tests import engines
from tests.adapters.workshop import Workshop
from tests.given import follower, payment, pending
from tests.given_streams import signup


def spoil(workshop: Workshop, position: int, topic: str) -> None:
    with workshop.engine.begin() as connection:
        engines.spoil(connection, position, topic)


def test_steps_come_in_the_order_of_the_book_with_their_streams_state(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), pending("T2"), payment("T1"), signup(), payment("T2"))
    batch = read_batch(workshop.book, 0, 100)
    placed = workshop.book.after(0, 100)
    assert [(s.position, s.stream, s.version, s.entry) for s in batch.steps] == [
        (at, one.originator_id, one.originator_version, one.entry) for at, one in placed
    ]
    for step in batch.steps:
        entries = workshop.book.streams([step.stream])[step.stream]
        assert step.before == folded(step.stream, entries[: step.version - 1])
        assert step.after == folded(step.stream, entries[: step.version])
    assert (batch.start, batch.end, batch.events, batch.stumbles) == (0, placed[-1][0], len(placed), [])


def test_wherever_a_batch_begins_its_steps_are_the_same(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), pending("T2"), payment("T1"), follower("Refunded", "R1"), payment("T2"))
    whole = read_batch(workshop.book, 0, 100)
    for start in range(whole.end + 1):
        later = read_batch(workshop.book, start, 100)
        assert later.steps == [step for step in whole.steps if step.position > start]
        for until in range(start, whole.end + 1):
            cut = read_batch(workshop.book, start, 100, until)
            assert cut.steps == [step for step in later.steps if step.position <= until]
            assert cut.end == until


def test_no_more_events_are_read_than_asked_for(workshop: Workshop) -> None:
    workshop.deliver(*[pending(f"T{i}") for i in range(10)])
    batch = read_batch(workshop.book, 2, 3)
    assert (batch.start, batch.end, batch.events) == (2, 5, 3)
    nothing = read_batch(workshop.book, 10, 3)
    assert (nothing.start, nothing.end, nothing.events, nothing.steps) == (10, 10, 0, [])


def test_more_streams_than_one_statement_takes(workshop: Workshop) -> None:
    workshop.deliver(*[pending(f"T{i}") for i in range(600)])
    workshop.deliver(*[payment(f"T{i}") for i in range(600)])
    steps = read_batch(workshop.book, 600, 1_000).steps
    assert len(steps) == 600
    assert all(isinstance(s.before, Transaction) and s.before.version == 1 for s in steps)


def test_a_stream_ends_at_the_event_that_cannot_be_read(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), pending("T2"))
    workshop.deliver(payment("T1"), payment("T2"))
    workshop.deliver(follower("Refunded", "R1"))
    spoil(workshop, 3, "Tomorrow:7")
    batch = read_batch(workshop.book, 0, 100)
    assert [s.position for s in batch.steps if s.stream == "T1"] == [1]
    assert [s.position for s in batch.steps if s.stream == "T2"] == [2, 4]
    (stumble,) = batch.stumbles
    assert (stumble.stream, stumble.position, stumble.version) == ("T1", 3, 2)
    assert "'Tomorrow:7' unknown to this version" in stumble.why
    assert (batch.end, batch.events) == (6, 6)


def test_a_stream_whose_earlier_events_cannot_be_read_ends_before_the_batch(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), pending("T2"))
    workshop.deliver(payment("T1"), payment("T2"))
    spoil(workshop, 1, "Tomorrow:7")
    batch = read_batch(workshop.book, 2, 100)
    assert [s.stream for s in batch.steps] == ["T2"]
    assert [(s.stream, s.position, s.version) for s in batch.stumbles] == [("T1", 3, 2)]


def test_an_event_that_cannot_happen_to_its_stream_ends_it(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"), signup())
    spoil(workshop, 1, "SubscriptionEnded:1")
    (stumble,) = read_batch(workshop.book, 0, 100).stumbles
    assert (stumble.stream, stumble.position) == ("T1", 1)
    assert "Error at " in stumble.why


def test_one_stream_can_be_walked_alone(workshop: Workshop) -> None:
    workshop.deliver(pending("T1"))
    workshop.deliver(payment("T1"))
    stored = workshop.book.stored_streams(["T1"], 100)["T1"]
    steps, stumble = walk(workshop.book, "T1", stored[:1], stored[1:])
    assert stumble is None
    assert steps == read_batch(workshop.book, 1, 10).steps


def test_a_reason_quotes_nothing_that_a_payer_wrote() -> None:
    with pytest.raises(ValueError, match="Payer") as caught:
        int("Jörg Payer")
    assert reason(caught.value).startswith("ValueError at test_making.py:")
