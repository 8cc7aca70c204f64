"""The guard: what is forgotten while a worker has it in hand leaves nothing, however far it was."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.book import Book
from adapters.delivered import Delivered
from adapters.inbox import Inbox
from adapters.mapper import Placed
from adapters.personal.guard import FORGOTTEN
from adapters.times import to_us
from domain.vocabulary import Verdict
from tests.adapters.sealed_workshop import SealedWorkshop, left_of, of_user, open_sealed


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[SealedWorkshop]:
    with open_sealed(tmp_path) as opened:
        yield opened


def destroy(house: SealedWorkshop) -> None:
    """As another process does it: nobody here is told."""
    house.forgetting().destroy(["payer:PAYER1#1"])


def nothing_is_left(house: SealedWorkshop) -> bool:
    house.forgetting().clean()
    return left_of([house.engine, house.inbox_engine]) == set()


def test_what_was_forgotten_while_paypal_was_asked_is_never_recorded(house: SealedWorkshop) -> None:
    claimed = house.claim(
        of_user(), of_user("T2", payer_id="P2", payer_email="", first_name="", last_name="")
    )
    destroy(house)
    house.keys.look_again()
    settled = house.processor().settle(house.answer(claimed))
    assert [one.n for one in settled] == [2]
    assert house.events("T1") == []
    assert house.outcomes() == ["waiting", "recorded"]


def test_nor_what_was_leased_as_it_was_taken_in(house: SealedWorkshop) -> None:
    house.keep(of_user(), of_user("T2", payer_id="P2"))
    claimed, _ = house.claims.take_in_some(9, to_us(house.clock()), 0)
    destroy(house)
    assert [one.n for one in house.processor().settle(house.answer(claimed))] == [2]
    assert (house.events("T1"), len(house.events("T2"))) == ([], 1)


def test_of_two_that_seal_a_body_the_second_goes_by_the_key_of_the_first(
    any_engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its payer is forgotten in between: under a key of its own, the second would take it for readable."""
    with open_sealed(tmp_path) as house, open_sealed(tmp_path) as other:
        house.deliver(of_user("T0"))
        house.keep(of_user("T1"), of_user("T2", payer_id="P2"), of_user("T3", payer_id="P3"))
        after = Inbox.after

        def overtaken(inbox: Inbox, n: int, limit: int, **more: Any) -> list[Delivered]:
            monkeypatch.setattr(Inbox, "after", after)
            found = after(inbox, n, limit, **more)
            other.inbox.seal(other.inbox.after(1, 2))
            destroy(other)
            return found

        monkeypatch.setattr(Inbox, "after", overtaken)
        claimed, free = house.claims.take_in_some(9, to_us(house.clock()), 1)
        assert free
        assert {one.n: one.sealed_by for one in claimed} == {3: "payer:P2#1", 4: "payer:P3#1"}
        house.processor().settle(house.answer(claimed))
        assert house.claims.claim(10, to_us(house.clock())) == []
        assert house.outcomes() == ["recorded", "unreadable", "recorded", "recorded"]


def test_what_is_forgotten_in_the_moment_of_its_commit_is_not_recorded(
    house: SealedWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = house.claim(of_user(), of_user("T2", payer_id="P2"))
    append = Book.append
    done: list[bool] = []

    def overtaken(book: Book, placed: Sequence[Placed], *more: Any, **named: Any) -> None:
        if not done:
            done.append(True)
            destroy(house)
        append(book, placed, *more, **named)

    monkeypatch.setattr(Book, "append", overtaken)
    assert [one.n for one in house.processor().settle(house.answer(claimed))] == [2]
    assert (house.events("T1"), len(house.events("T2"))) == ([], 1)
    assert set(house.keys.keys(["payer:PAYER1#2"]).values()) == {None}


def test_whoever_claims_it_then_gives_it_to_a_person(house: SealedWorkshop) -> None:
    house.deliver(of_user(), verdict=Verdict.UNKNOWN)
    destroy(house)
    house.keys.look_again()
    assert house.claims.claim(10, to_us(house.clock()) + 10**9) == []
    row = house.row(1)
    assert (row["outcome"], row["reason"], row["due_us"], row["lease_by"]) == (
        "unreadable",
        FORGOTTEN,
        None,
        None,
    )
    assert row["settled_us"] is not None


def test_what_became_of_a_message_before_stays(house: SealedWorkshop) -> None:
    house.deliver(of_user())
    assert house.claims.ask_again(1, 0)
    destroy(house)
    house.keys.look_again()
    assert house.claims.claim(10, to_us(house.clock())) == []
    row = house.row(1)
    assert (row["outcome"], row["reason"], row["due_us"]) == ("recorded", None, None)


def test_one_forgotten_before_it_was_taken_in_is_said_to_be(house: SealedWorkshop) -> None:
    house.keep(of_user())
    house.inbox.seal(house.inbox.after(0, 1))
    destroy(house)
    house.keys.look_again()
    assert house.claims.take_in() == 1
    assert house.claims.claim(10, to_us(house.clock())) == []
    assert (house.row(1)["txn_id"], house.row(1)["outcome"]) == (None, "unreadable")
    assert nothing_is_left(house)


def test_what_comes_after_is_a_new_matter(house: SealedWorkshop) -> None:
    house.deliver(of_user())
    house.forget("PAYER1")
    house.deliver(of_user("T2"))
    (after,) = house.book.streams(["T2"])["T2"]
    assert after.event.report.payer.name == "Test User"  # type: ignore[union-attr]
    assert house.inbox.sealed_by([1, 2]) == {1: "payer:PAYER1#1", 2: "payer:PAYER1#2"}
    house.forget("PAYER1")
    assert nothing_is_left(house)


def test_what_comes_a_moment_after_is_recorded_though_this_process_was_not_told(
    house: SealedWorkshop,
) -> None:
    house.deliver(of_user())
    destroy(house)
    house.deliver(of_user("T2"))
    assert house.outcomes() == ["recorded", "recorded"]
    assert house.inbox.sealed_by([1, 2]) == {1: "payer:PAYER1#1", 2: "payer:PAYER1#2"}
    (after,) = house.book.streams(["T2"])["T2"]
    assert after.event.report.payer.name == "Test User"  # type: ignore[union-attr]
