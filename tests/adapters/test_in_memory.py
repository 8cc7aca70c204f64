"""Streams in memory: each addition at its place, and at once what stands."""

from datetime import timedelta

from adapters.in_memory import StreamsInMemory
from domain.notification import read
from domain.recording import Recording
from domain.state import Transaction
from tests.given import NOON, SHOP, MemoryBook, follower, payment


def recorded(streams: StreamsInMemory, body: bytes, n: int) -> Recording:
    recording = Recording(streams, SHOP, NOON + timedelta(seconds=n))
    recording.record(read(body, n))
    return recording


def test_what_was_never_heard_of_is_new() -> None:
    assert StreamsInMemory().aggregate("T1") == Transaction(txn_id="T1")
    assert list(StreamsInMemory().streams()) == []


def test_what_is_kept_is_read_by_the_next_and_has_its_place() -> None:
    streams = StreamsInMemory()
    first = streams.keep(recorded(streams, payment(), 1))
    second = streams.keep(recorded(streams, follower("Refunded", "R1", gross="-5.00"), 2))
    assert [(one.originator_id, one.originator_version) for one in (*first, *second)] == [
        ("T1", 1), ("T1", 2), ("R1", 1),
    ]  # fmt: skip
    book = MemoryBook().deliver(payment(), follower("Refunded", "R1", gross="-5.00"))
    assert streams.aggregate("T1") == book.transaction("T1")
    assert sorted(streams.streams()) == ["R1", "T1"]


def test_a_stream_may_stand_as_it_does_elsewhere() -> None:
    one, other = StreamsInMemory(), StreamsInMemory()
    one.keep(recorded(one, payment(), 1))
    other.adopt("T1", one.aggregate("T1"))
    assert other.aggregate("T1") is one.aggregate("T1")
    assert other.keep(recorded(other, payment(), 2)) == []
