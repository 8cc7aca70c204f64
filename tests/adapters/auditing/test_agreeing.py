"""Events beside those that were derived: stream, version and words must be the same."""

from collections.abc import Sequence

from eventsourcing.persistence import StoredEvent

from adapters.auditing.agreeing import difference
from adapters.auditing.units import Placed, placed
from adapters.mapper import decode, encode
from domain.act_events import GoodsReleased
from domain.events import Entry
from tests.given import NOON

ONE = Entry(event=GoodsReleased("why"), at=NOON, by="ann")
OTHER = Entry(event=GoodsReleased("because"), at=NOON, by="ann")


def stored(entry: Entry, version: int, stream: str = "T1") -> Placed:
    return placed(version, StoredEvent(stream, version, *encode(entry, 1)))


def read(one: StoredEvent) -> Entry:
    return decode(one.topic, one.state)


def differs(derived: Sequence[tuple[str, Entry]], *some: Placed) -> str | None:
    return difference(derived, some, lambda _: 4, read)


def test_the_same_is_the_same_also_in_other_bytes() -> None:
    assert differs([("T1", ONE), ("T1", OTHER)], stored(ONE, 5), stored(OTHER, 6)) is None
    spaced = StoredEvent("T1", 5, stored(ONE, 5).stored.topic, stored(ONE, 5).stored.state + b" ")
    assert differs([("T1", ONE)], placed(5, spaced)) is None


def test_what_is_not_is_said_in_words() -> None:
    assert differs([]) == "adds nothing to the book as it stood then"
    assert differs([("T1", ONE)], stored(OTHER, 5)) is not None
    assert "of another stream" in str(differs([("T2", ONE)], stored(ONE, 5)))
    assert "is version 6, and 5 was next" in str(differs([("T1", ONE)], stored(ONE, 6)))
    assert "the 2. event from here" in str(
        differs([("T1", ONE), ("T1", ONE)], stored(ONE, 5), stored(OTHER, 6))
    )
    assert "of which 1 are there" in str(differs([("T1", ONE), ("T1", ONE)], stored(ONE, 5)))
    ruin = placed(5, StoredEvent("T1", 5, "Unknown:1", b"{}"))
    assert differs([("T1", ONE)], ruin) is not None
