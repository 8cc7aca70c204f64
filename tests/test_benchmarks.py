"""The small parts that every message passes, with pytest-benchmark.

`pytest tests/test_benchmarks.py --benchmark-enable` measures them. In the ordinary suite each runs once, as a
test of what it comes to; no time is asserted.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from eventsourcing.persistence import JSONTranscoder
from pytest_benchmark.fixture import BenchmarkFixture

from adapters.in_memory import StreamsInMemory
from adapters.mapper import EntryMapper, Placed
from adapters.readings import read as read_with_drift
from domain.folding import fold
from domain.notification import Notification, read
from domain.recording import Recording
from domain.vetting import Shop
from domain.vocabulary import Outcome, Status
from projections.transactions import document
from scripts.measuring.bodies import RECEIVER, ROUND, message

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHOP = Shop(receivers=frozenset({RECEIVER}), ship_unpriced=True)
COMPLETED = 1  # the number of a message about a payment that is completed at once


def notification(number: int) -> Notification:
    return read(message(number).body, number + 1)


def recorded(streams: StreamsInMemory, one: Notification) -> Recording:
    recording = Recording(streams, SHOP, NOW)
    recording.record(one)
    return recording


@pytest.fixture
def placed() -> Placed:
    """The first event of a payment."""
    streams = StreamsInMemory()
    return streams.keep(recorded(streams, notification(COMPLETED)))[0]


@pytest.fixture
def mapper() -> EntryMapper:
    return EntryMapper(JSONTranscoder())


def test_reading_a_body(benchmark: BenchmarkFixture) -> None:
    body = message(COMPLETED).body
    said = benchmark(read, body, 1)
    assert said.n == 1
    assert len(said.facts) == 1


def test_reading_a_body_and_what_is_new_in_it(benchmark: BenchmarkFixture) -> None:
    body = message(COMPLETED).body
    found = benchmark(read_with_drift, body, 1)
    assert found.drift == ()


def test_deciding_a_first_message(benchmark: BenchmarkFixture) -> None:
    one = notification(COMPLETED)
    recording = benchmark(lambda: recorded(StreamsInMemory(), one))
    assert recording.settled[one.n][0] is Outcome.RECORDED


def test_deciding_a_round_of_messages(benchmark: BenchmarkFixture) -> None:
    round_ = [notification(number) for number in range(ROUND)]

    def decide() -> list[Any]:
        streams = StreamsInMemory()
        return [placed for one in round_ for placed in streams.keep(recorded(streams, one))]

    assert len(benchmark(decide)) > ROUND


def test_mapping_an_event_to_what_is_stored(
    benchmark: BenchmarkFixture, mapper: EntryMapper, placed: Placed
) -> None:
    stored = benchmark(mapper.to_stored_event, placed)
    assert stored.originator_id == placed.originator_id


def test_mapping_what_is_stored_to_an_event(
    benchmark: BenchmarkFixture, mapper: EntryMapper, placed: Placed
) -> None:
    stored = mapper.to_stored_event(placed)
    assert benchmark(mapper.to_domain_event, stored) == placed


def test_folding_a_transaction(benchmark: BenchmarkFixture) -> None:
    streams = StreamsInMemory()
    told = [
        placed for number in range(ROUND) for placed in streams.keep(recorded(streams, notification(number)))
    ]
    refunded = message(ROUND - 1).txn_id
    entries = [one.entry for one in told if one.originator_id == refunded]
    assert document(benchmark(fold, refunded, entries))["status"] == Status.REFUNDED


def test_a_transactions_document(benchmark: BenchmarkFixture, placed: Placed) -> None:
    transaction = fold(placed.originator_id, [placed.entry])
    assert benchmark(document, transaction)["txn_id"] == placed.originator_id
