"""Where a search looks."""

from datetime import timedelta

import pytest

from adapters.queries import search_places
from adapters.queries.search_places import Candidates, Span, candidates, span_of
from adapters.queries.search_terms import (
    IDS,
    Begins,
    Contains,
    Invoiced,
    Numbers,
    Payer,
    Received,
    Search,
    Term,
    Words,
)
from tests.adapters.conftest import NOON, Shelf

ALL = Span(1, 2**63 - 1)


def candidates_of(
    shelf: Shelf, *terms: Term, span: Span = ALL, everywhere: bool = False
) -> Candidates | None:
    with shelf.book.connect() as book:
        return candidates(book, Search(terms, everywhere=everywhere), span)


def span(shelf: Shelf, *terms: Term, before: int | None = None) -> Span:
    with shelf.book.connect() as book:
        return span_of(book, Search(terms), before)


@pytest.fixture
def some(shelf: Shelf) -> Shelf:
    for n in range(1, 7):
        at = NOON + timedelta(hours=n)
        shelf.take_in(n, at=at, txn_id=f"T{n}", parent_txn_id=f"T{n - 1}", outcome="recorded")
    shelf.take_in(7, at=NOON, txn_id="X", outcome="parked")
    shelf.show("T2", invoice="abc-2", payer_id="P1", payer_email="ann@example.com")
    return shelf


def test_numbers_and_times_say_between_which_numbers_to_look(some: Shelf) -> None:
    assert span(some) == ALL
    assert span(some, before=5) == Span(1, 5)
    assert span(some, Numbers(first=2, last=4), before=9) == Span(2, 5)
    assert span(some, Numbers(first=2, last=4, negated=True)) == ALL
    assert span(some, Received(since=NOON + timedelta(hours=3))) == Span(3, 2**63 - 1)
    # The clock was put back before the last: it is looked at, too.
    assert span(some, Received(until=NOON + timedelta(hours=3))) == Span(1, 8)
    assert span(some, Received(since=NOON + timedelta(days=9))) == Span(8, 2**63 - 1)


@pytest.mark.parametrize(
    ("term", "numbers"),
    [
        (Begins(columns=IDS, text="T2"), (3, 2)),
        (Invoiced(text="abc"), (3, 2)),
        (Invoiced(text="X", or_id=True), (7,)),
        (Words(column="outcome", words=("parked",)), (7,)),
        (Payer(text="ann"), (7, 3, 2)),  # whose the parked one is no view tells
    ],
)
def test_an_index_leaves_few(some: Shelf, term: Term, numbers: tuple[int, ...]) -> None:
    found = candidates_of(some, Contains(column="reason", text="x"), term)
    assert found is not None
    assert (found.numbers, found.reached) == (numbers, 0)


@pytest.mark.parametrize(
    "term",
    [
        Contains(column="reason", text="x"),
        Begins(columns=IDS, text="T", negated=True),
        Begins(columns=("peer",), text="1"),
        Words(column="outcome", words=("recorded",)),
        Words(column="outcome", words=("parked", "recorded")),
        Words(column="outcome", words=("parked",), negated=True),
        Payer(text="nobody"),
        Payer(text="ann", negated=True),
    ],
)
def test_elsewhere_all_are_looked_at(some: Shelf, term: Term) -> None:
    assert candidates_of(some, term) is None


def test_where_messages_are_read_the_views_are_not_asked(some: Shelf) -> None:
    assert candidates_of(some, Payer(text="ann"), everywhere=True) is None


def test_more_than_few_are_given_from_the_newest_on(some: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    some.take_in(8, outcome="parked", txn_id="Y")
    monkeypatch.setattr(search_places, "CANDIDATES_MAX", 1)
    parked = Words(column="outcome", words=("parked",))
    assert candidates_of(some, parked) == Candidates((8,), 8)
    assert candidates_of(some, parked, span=Span(1, 8)) == Candidates((7,), 7)
    assert candidates_of(some, Begins(columns=IDS, text="T")) is None


def test_where_many_are_meant_all_are_looked_at(some: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    some.show("T3", invoice="abc-3", payer_id="P1", at=NOON)
    monkeypatch.setattr(search_places, "IDS_MAX", 1)
    assert candidates_of(some, Invoiced(text="abc")) is None
    assert candidates_of(some, Invoiced(text="abc-3")) is not None
