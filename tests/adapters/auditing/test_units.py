"""Events one after another, and which of them seem to belong together."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from eventsourcing.persistence import StoredEvent

from adapters.auditing.units import Ahead, Placed, placed, rest_of
from adapters.mapper import encode
from domain.act_events import GoodsReleased
from domain.events import Entry
from tests.given import NOON


def one(position: int, *, n: int | None = 1, by: str | None = None, seconds: int = 0) -> Placed:
    entry = Entry(event=GoodsReleased(), at=NOON + timedelta(seconds=seconds), n=n, by=by)
    return placed(position, StoredEvent("T1", position, *encode(entry)))


def ruin(position: int) -> Placed:
    return placed(position, StoredEvent("T1", position, "GoodsReleased:1", b"["))


def test_the_book_is_read_as_far_as_somebody_looks() -> None:
    asked: list[int] = []

    def pages() -> Iterator[Sequence[Placed]]:
        for start in (1, 3, 5):
            asked.append(start)
            yield [one(start), one(start + 1)]

    ahead = Ahead(pages())
    assert [each.position for each in ahead.see(1)] == [1]
    assert asked == [1]
    assert [each.position for each in ahead.see(3)] == [1, 2, 3]
    ahead.pass_by(3)
    assert [each.position for each in ahead.see(10)] == [4, 5, 6]
    ahead.pass_by(3)
    assert ahead.see(1) == []


def test_an_event_says_where_it_comes_from_unless_it_is_damaged() -> None:
    origin = one(1, n=7).origin
    assert origin is not None
    assert (origin.n, origin.by, origin.rules) == (7, None, None)
    assert ruin(1).origin is None
    assert ruin(1).stream == "T1"


def test_what_was_appended_at_once_of_one_delivery_belongs_together() -> None:
    assert rest_of([one(1), one(2), one(3, n=None), one(4, n=2)]) == 3
    assert rest_of([one(1), one(2, seconds=1)]) == 1
    assert rest_of([one(1), one(2, n=None, by="ann")]) == 1
    assert rest_of([one(1), ruin(2)]) == 1
    assert rest_of([ruin(1), one(2)]) == 1
