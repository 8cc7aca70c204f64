"""Which messages are meant, and of which of them nothing is left to replay."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text

from adapters.replaying.choosing import NUMBER_MAX, Choosing, Wanted, gaps, spans_of, written
from adapters.tables import payer_keys
from domain.vocabulary import Outcome, Verdict
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import follower, payment

NUMBERS = st.integers(1, 60)
SPANS = st.lists(st.tuples(NUMBERS, NUMBERS).map(lambda two: (min(two), max(two))))


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        opened.deliver(payment(), payment(), payment("T2", receiver_email="x@example.com"))
        opened.deliver(follower("Refunded", "R1", "T9"), b"forged=1", verdict=Verdict.VERIFIED)
        yield opened


def choosing(workshop: Workshop) -> Choosing:
    return Choosing(workshop.parts.book, workshop.parts.inbox)


def of(*outcomes: Outcome) -> frozenset[Outcome]:
    return frozenset(outcomes)


@given(SPANS)
def test_spans_hold_the_same_numbers_in_order_and_apart(some: list[tuple[int, int]]) -> None:
    joined = spans_of(some)
    numbers = {n for first, last in some for n in range(first, last + 1)}
    assert {n for first, last in joined for n in range(first, last + 1)} == numbers
    assert all(one[1] + 1 < other[0] for one, other in pairwise(joined))
    wanted = Wanted(spans=tuple(joined))
    assert {n for n in range(70) if joined and wanted.has(n, Outcome.RECORDED)} == numbers


@given(SPANS, st.frozensets(NUMBERS))
def test_gaps_are_what_is_not_there(some: list[tuple[int, int]], there: frozenset[int]) -> None:
    for first, last in some:
        missing = {n for one, other in gaps((first, last), sorted(n for n in there if first <= n <= last))
                   for n in range(one, other + 1)}  # fmt: skip
        assert missing == set(range(first, last + 1)) - there


def test_spans_are_written_as_people_write_them() -> None:
    assert [written(span) for span in spans_of([3, 1, 2, 9])] == ["1-3", "9"]


def test_numbers_and_outcomes_choose_together(workshop: Workshop) -> None:
    def chosen(**wanted: object) -> list[int]:
        return list(choosing(workshop).choose(Wanted(**wanted)).rows)  # type: ignore[arg-type]

    assert chosen(spans=((2, 4),)) == [2, 3, 4]
    assert chosen(outcomes=of(Outcome.PARKED, Outcome.REFUSED)) == [3, 4]
    assert chosen(spans=((1, 3),), outcomes=of(Outcome.DUPLICATE)) == [2]
    assert chosen(outcomes=of(Outcome.STALE)) == []


def test_what_is_not_there_is_named(workshop: Workshop) -> None:
    found = choosing(workshop).choose(Wanted(spans=((4, 7), (10, NUMBER_MAX))))
    assert list(found.rows) == [4, 5]
    assert found.not_there == [(6, 7), (10, NUMBER_MAX)]
    assert not found.complete
    # Of a filter alone nothing is missing.
    assert choosing(workshop).choose(Wanted(outcomes=of(Outcome.STALE))).complete


def test_of_some_nothing_is_left(workshop: Workshop) -> None:
    with workshop.parts.book.begin() as connection:
        connection.execute(text("UPDATE notifications SET purged_us = 1 WHERE n = 2"))
        row = {"payer": "P#1", "key": None, "made_us": 1, "destroyed_us": 2}
        connection.execute(insert(payer_keys).values(row))
    with workshop.parts.inbox.begin() as connection:
        connection.execute(text("DELETE FROM deliveries WHERE n = 1"))
        connection.execute(text("UPDATE deliveries SET sealed_by = 'P#1' WHERE n = 3"))
        connection.execute(text("UPDATE deliveries SET sealed_by = 'P#2' WHERE n = 4"))
    found = choosing(workshop).choose(Wanted(spans=((1, 5),)))
    assert (found.lost, found.purged, found.forgotten, list(found.rows)) == ([1], [2], [3], [4, 5])
    assert not found.complete


def test_how_they_stand_is_told(workshop: Workshop) -> None:
    row = choosing(workshop).look([4, 99])[4]
    assert (row.outcome, row.reason, row.verdict) == (Outcome.PARKED, "waits for T9", Verdict.VERIFIED)
    assert row.concerns == {"R1", "T9"}
    assert row.settled_us is not None
    assert choosing(workshop).look([]) == {}


def test_thousands_of_single_numbers_are_looked_for_in_pages(workshop: Workshop) -> None:
    found = choosing(workshop).choose(Wanted(spans=tuple((n, n) for n in range(1, 3000, 2))))
    assert list(found.rows) == [1, 3, 5]
    assert len(found.not_there) == 1497
