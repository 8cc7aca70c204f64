"""The book as a delivery found it that left nothing in it."""

from datetime import timedelta

from adapters.auditing.moments import moments
from adapters.times import from_us
from tests.adapters.auditing.conftest import COPY, Store


def test_the_book_is_told_as_it_stood_then(store: Store) -> None:
    at = from_us(store.workshop.row(COPY)["settled_us"])
    first = next(moments(store.workshop.book, 10_000, COPY, at))
    assert first.aggregate("T1").version == 1
    before = next(moments(store.workshop.book, 10_000, 1, at - timedelta(minutes=1)))
    assert before.aggregate("T1").version == 0


def test_where_clocks_differ_it_may_have_been_a_little_earlier_or_later(store: Store) -> None:
    at = from_us(store.workshop.row(COPY)["settled_us"])
    seen = set()
    for one in moments(store.workshop.book, 10_000, COPY, at):
        seen.add(one.aggregate("T1").version)
    assert {0, 1} <= seen
