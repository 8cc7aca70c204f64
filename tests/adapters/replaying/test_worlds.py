"""Two worlds: one as long as they are alike, and each its own from where they part."""

from datetime import timedelta

from adapters.replaying.worlds import Worlds
from domain.notification import read
from domain.recording import Recording
from domain.state import Transaction
from domain.vetting import Shop
from tests.given import NOON, SHOP, payment, pending

HOLDING = Shop(receivers=SHOP.receivers)


def recorded(worlds: Worlds, body: bytes, n: int, shop: Shop = SHOP) -> Recording:
    recording = Recording(worlds.would, shop, NOON + timedelta(seconds=n))
    recording.record(read(body, n))
    return recording


def test_what_is_alike_is_kept_once() -> None:
    worlds = Worlds()
    first = recorded(worlds, pending(), 1)
    worlds.go_on(first.appended, first.appended)
    second = recorded(worlds, payment(), 2)
    worlds.go_on(second.appended, second.appended, second.draft.known)
    assert list(worlds.apart()) == []
    assert worlds.was("T1") is worlds.would.aggregate("T1")
    assert list(worlds.all_recorded()) == [worlds.was("T1")]


def test_what_parts_is_followed_in_both() -> None:
    worlds = Worlds()
    first = recorded(worlds, pending(), 1)
    worlds.go_on(first.appended, first.appended)
    was, would = recorded(worlds, payment(), 2), recorded(worlds, payment(), 2, HOLDING)
    worlds.go_on(was.appended, would.appended, would.draft.known)
    (parted,) = worlds.apart()
    stream, one, other = parted
    assert stream == "T1"
    assert isinstance(one, Transaction)
    assert isinstance(other, Transaction)
    assert [len(it.reports) for it in (one, other)] == [2, 2]
    assert [bool(it.reports[-1].doubts) for it in (one, other)] == [False, True]
    # Alike or not, from now on each goes its own way.
    third = recorded(worlds, payment("T1", "Denied"), 3)
    worlds.go_on(third.appended, third.appended)
    assert worlds.was("T1").version == worlds.would.aggregate("T1").version == 3


def test_what_would_not_be_recorded_was() -> None:
    worlds = Worlds()
    one = recorded(worlds, payment(), 1)
    worlds.go_on(one.appended, [])
    assert worlds.was("T1").version == 1
    assert worlds.would.aggregate("T1").version == 0
    assert [stream for stream, _, _ in worlds.apart()] == ["T1"]
