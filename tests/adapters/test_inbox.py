from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from adapters.delivered import Delivered, Delivery
from adapters.engines import StoreEngine, StoreError, prepare
from adapters.inbox import Inbox
from adapters.sqlite.engine import sqlite_engine
from adapters.tables import INBOX, deliveries
from tests.engines import open_parts

# What a header can be once its bytes are read as latin-1.
LATIN_1 = st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))
DELIVERIES = st.builds(
    Delivery,
    received_us=st.integers(min_value=0, max_value=2**62),
    peer=st.text(max_size=40),
    headers=st.lists(st.tuples(LATIN_1, LATIN_1), max_size=8).map(tuple),
    body=st.binary(min_size=1, max_size=3000),
)


def delivery(body: bytes = b"a=b", *, peer: str = "192.0.2.7") -> Delivery:
    return Delivery(received_us=1_700_000_000_000_000, peer=peer, headers=(("host", "shop"),), body=body)


@pytest.fixture(scope="module")
def engine(any_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreEngine]:
    with open_parts(tmp_path_factory.mktemp("inbox"), busy_seconds=0.1) as parts:
        yield parts.inbox


@pytest.fixture
def inbox(engine: StoreEngine) -> Inbox:
    with engine.begin() as connection:
        connection.execute(deliveries.delete())
    return Inbox(engine)


@given(rows=st.lists(DELIVERIES, min_size=1, max_size=5))
def test_every_byte_comes_back(engine: StoreEngine, rows: list[Delivery]) -> None:
    inbox = Inbox(engine)
    before = inbox.last()
    ns = inbox.keep(rows)
    found = inbox.after(before, 100)
    assert [one.n for one in found] == ns == sorted(ns)
    assert [(one.received_us, one.headers, one.body) for one in found] == [
        (row.received_us, row.headers, row.body) for row in rows
    ]
    assert inbox.bodies(ns) == {n: row.body for n, row in zip(ns, rows, strict=True)}


def test_an_empty_inbox_says_so(inbox: Inbox) -> None:
    assert inbox.after(0, 10) == []
    assert inbox.last_received_us() is None
    assert inbox.one(1) is None
    assert inbox.bodies([1, 2]) == {}
    assert inbox.keep([]) == []


def test_the_last_number_of_an_inbox_without_rows_is_none(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "fresh.db")
    prepare(engine, INBOX)
    assert Inbox(engine).last() == 0
    assert Inbox(engine).keep([delivery(), delivery()]) == [1, 2]
    assert Inbox(engine).last() == 2
    engine.dispose()


def test_one_is_found_by_its_number(inbox: Inbox) -> None:
    first, second = inbox.keep([delivery(b"a=1"), delivery(b"a=2")])
    assert inbox.one(second) == Delivered(
        n=second,
        received_us=1_700_000_000_000_000,
        peer="192.0.2.7",
        headers=(("host", "shop"),),
        opened=b"a=2",
    )
    assert inbox.last() == second == first + 1
    assert inbox.last_received_us() == 1_700_000_000_000_000


def test_the_same_bytes_twice_are_two_deliveries(inbox: Inbox) -> None:
    ns = inbox.keep([delivery(), delivery()]) + inbox.keep([delivery()])
    assert len(set(ns)) == 3
    assert set(inbox.bodies(ns).values()) == {b"a=b"}


def test_pages_follow_each_other(inbox: Inbox) -> None:
    ns = inbox.keep([delivery(b"%d" % i) for i in range(7)])
    pages, after = [], 0
    while page := inbox.after(after, 3):
        pages.append([one.n for one in page])
        after = page[-1].n
    assert pages == [ns[:3], ns[3:6], ns[6:]]


def test_many_are_kept_in_one_commit(inbox: Inbox, engine: StoreEngine) -> None:
    commits: list[object] = []

    def committed(connection: object) -> None:
        commits.append(connection)

    event.listen(engine, "commit", committed)
    ns = inbox.keep([delivery(b"%d" % i) for i in range(4500)])
    event.remove(engine, "commit", committed)
    assert len(commits) == 1
    assert inbox.bodies(ns) == {n: b"%d" % i for i, n in enumerate(ns)}


def test_a_peer_that_is_no_text_spoils_nothing(inbox: Inbox) -> None:
    odd, good = inbox.keep([delivery(peer="\ud800\x00é"), delivery(peer="2001:db8::7")])
    found = {one.n: one.peer for one in inbox.after(0, 10)}
    assert found[good] == "2001:db8::7"
    assert found[odd].isascii()


def test_only_what_is_claimed_under_the_lock_is_kept(inbox: Inbox, engine: StoreEngine) -> None:
    def claim() -> list[Delivery]:
        with pytest.raises(StoreError) as caught:
            Inbox(engine).keep([delivery(b"somebody else")])
        assert caught.value.locked
        return [delivery(b"still wanted")]

    (n,) = inbox.keep_claimed(claim)
    assert inbox.bodies([n]) == {n: b"still wanted"}
    assert len(inbox.after(0, 10)) == 1


def test_nothing_of_a_failed_commit_is_kept(inbox: Inbox) -> None:
    bad = Delivery(received_us=2**63, peer="", headers=(), body=b"a number too big for the column")
    with pytest.raises((OverflowError, StoreError)):
        inbox.keep([delivery(), bad])
    assert inbox.after(0, 10) == []
    assert len(inbox.keep([delivery()])) == 1


def test_a_lost_file_is_a_store_error(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "nowhere" / "inbox.db")
    inbox = Inbox(engine)
    for ask in (
        inbox.last,
        inbox.last_received_us,
        lambda: inbox.keep([delivery()]),
        lambda: inbox.bodies([1]),
    ):
        with pytest.raises(StoreError, match="cannot be opened"):
            ask()
    engine.dispose()


@pytest.mark.parametrize("fate", ["removed", "replaced"])
def test_a_file_that_is_taken_away_while_it_is_open_keeps_nothing_more(tmp_path: Path, fate: str) -> None:
    engine = sqlite_engine(tmp_path / "inbox.db")
    prepare(engine, INBOX)
    inbox = Inbox(engine)
    row = Delivery(received_us=1, peer="127.0.0.1", headers=(), body=b"a=1")
    assert inbox.keep([row]) == [1]
    (tmp_path / "inbox.db").rename(tmp_path / "elsewhere.db")
    if fate == "replaced":
        (tmp_path / "inbox.db").touch()
    with pytest.raises(StoreError, match="start again"):
        inbox.keep([row])
    engine.dispose()
