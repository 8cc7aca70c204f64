"""Acts of people: appended in one commit, decided again when somebody was faster, shown at once."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.acts import Acts
from adapters.book import Book, LostRaceError, StoreAwayError
from adapters.engines import StoreError
from adapters.mapper import Placed
from domain.acting import Acting, ActRefusedError
from domain.fulfillment import fulfillment_of
from domain.state import Transaction
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import follower, payment


def claims(txn_id: str = "T1", seconds: int = 600) -> Callable[[Acting], None]:
    return lambda acting: acting.claim(txn_id, seconds)


def fulfills(txn_id: str = "T1") -> Callable[[Acting], None]:
    return lambda acting: acting.fulfill(txn_id)


def acts_in(workshop: Workshop, bring_forward: Callable[[], object] | None = None) -> Acts:
    shown = bring_forward or workshop.follower.follow
    return Acts(workshop.book, workshop.shop, workshop.clock, shown)


def transaction(workshop: Workshop, txn_id: str = "T1") -> Transaction:
    found = acts_in(workshop, lambda: None).act("nobody", lambda _: None)(txn_id)
    assert isinstance(found, Transaction)
    return found


def state(workshop: Workshop, txn_id: str = "T1") -> str:
    return fulfillment_of(transaction(workshop, txn_id), workshop.at)


def test_an_act_is_in_the_book_with_who_and_when(workshop: Workshop) -> None:
    workshop.deliver(payment())
    aggregate = acts_in(workshop).act("ann", claims())
    after = aggregate("T1")
    assert isinstance(after, Transaction)
    assert after.goods.claim is not None
    entry = workshop.book.streams(["T1"])["T1"][-1]
    assert (entry.by, entry.at, entry.n) == ("ann", workshop.at - timedelta(seconds=1), None)
    assert workshop.events() == ["PaymentCompleted", "GoodsClaimed"]


def test_whoever_acted_reads_what_he_did(workshop: Workshop) -> None:
    workshop.deliver(payment())
    acts_in(workshop).act("ann", claims())
    assert b'"fulfillment":"claimed"' in (workshop.queries.transaction("T1") or b"")


def test_an_act_that_is_refused_leaves_everything_as_it_is(workshop: Workshop) -> None:
    workshop.deliver(payment())
    shown: list[int] = []
    acts = acts_in(workshop, lambda: shown.append(1))
    position = workshop.book.last_position()
    with pytest.raises(ActRefusedError, match="only held goods"):
        acts.act("ann", lambda acting: acting.approve("T1", "fine"))
    assert (workshop.book.last_position(), shown) == (position, [])


def test_what_adds_nothing_shows_nothing(workshop: Workshop) -> None:
    shown: list[int] = []
    acts_in(workshop, lambda: shown.append(1)).act("ann", lambda _: None)
    assert (workshop.book.last_position(), shown) == (0, [])


@pytest.mark.parametrize("error", [StoreError("locked", locked=True), StoreAwayError("gone")])
def test_an_act_stands_though_the_views_cannot_be_brought_forward(
    workshop: Workshop, error: Exception
) -> None:
    def fails() -> None:
        raise error

    workshop.deliver(payment())
    with structlog.testing.capture_logs() as logs:
        acts_in(workshop, fails).act("ann", claims())
    assert workshop.events() == ["PaymentCompleted", "GoodsClaimed"]
    assert [line["event"] for line in logs] == ["views_not_brought_forward"]


# ---- races ----


def overtaken(monkeypatch: pytest.MonkeyPatch, by: Callable[[], object]) -> None:
    """The next append comes too late: something else was written between its reading and its writing."""
    append = Book.append

    def late(book: Book, placed: Sequence[Placed], *more: Any) -> None:
        monkeypatch.setattr(Book, "append", append)
        by()
        append(book, placed, *more)

    monkeypatch.setattr(Book, "append", late)


def test_whoever_comes_second_is_refused_and_not_written(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(payment())
    acts = acts_in(workshop)
    overtaken(monkeypatch, lambda: acts.act("bob", claims()))
    with pytest.raises(ActRefusedError, match="bob has claimed the goods"):
        acts.act("ann", claims())
    assert workshop.events() == ["PaymentCompleted", "GoodsClaimed"]


def test_a_refund_that_comes_while_goods_are_claimed_or_sent_is_seen(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(payment())
    acts = acts_in(workshop)
    for act in (claims(), fulfills()):
        refund = follower("Refunded", f"R-{len(workshop.events())}", gross="-1.00")
        answered = workshop.answer(workshop.claim(refund))
        overtaken(monkeypatch, lambda answered=answered: workshop.processor().settle(answered))  # type: ignore[misc]
        with pytest.raises(ActRefusedError, match="the goods of T1 are held"):
            acts.act("ann", act)
    assert state(workshop) == "held"


def test_goods_that_are_sent_while_a_refund_is_recorded_are_to_be_called_back(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.deliver(payment())
    acts = acts_in(workshop)
    answered = workshop.answer(workshop.claim(follower("Refunded", "R1")))
    overtaken(monkeypatch, lambda: acts.act("ann", fulfills()))
    workshop.processor().settle(answered)
    assert workshop.events() == ["PaymentCompleted", "GoodsFulfilled", "PaymentRefunded"]
    assert state(workshop) == "recall"


def test_a_race_that_is_never_won_is_said(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise LostRaceError("T1")

    workshop.deliver(payment())
    monkeypatch.setattr(Book, "append", lost)
    with pytest.raises(LostRaceError, match="20 times"):
        acts_in(workshop).act("ann", claims())


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Do all of it at the same moment; what went wrong."""
    ready, failures = threading.Barrier(len(works)), list[Exception]()

    def guarded(work: Callable[[], object]) -> None:
        ready.wait(30)
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_claim_the_goods_of_many_payments_each_gets_some_and_never_the_same(
    any_engine: str, tmp_path: Path, attempt: int
) -> None:
    with ExitStack() as stack:
        one, other = (stack.enter_context(open_workshop(tmp_path)) for _ in range(2))
        names = [f"T{n}" for n in range(12)]
        one.deliver(*map(payment, names))
        won: list[tuple[str, str]] = []

        def claim_all(workshop: Workshop, by: str, order: Sequence[str]) -> None:
            for name in order:
                try:
                    acts_in(workshop, lambda: None).act(by, claims(name))
                except ActRefusedError:
                    continue
                won.append((name, by))

        failures = at_once(lambda: claim_all(one, "ann", names), lambda: claim_all(other, "bob", names[::-1]))
        assert failures == []
        assert sorted(name for name, _ in won) == sorted(names)
        for name, by in won:
            claim = transaction(one, name).goods.claim
            assert claim is not None
            assert claim.by == by


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_payments_for_one_invoice_one_is_served_whoever_was_first(
    any_engine: str, tmp_path: Path, attempt: int
) -> None:
    with ExitStack() as stack:
        one, other = (stack.enter_context(open_workshop(tmp_path)) for _ in range(2))
        one.deliver(payment(invoice="i"), payment("T2", invoice="i"))
        for txn_id in ("T1", "T2"):
            acts_in(one).act("ann", lambda acting, txn_id=txn_id: acting.approve(txn_id, "fine"))  # type: ignore[misc]
        failures = at_once(
            lambda: acts_in(one, lambda: None).act("ann", fulfills("T1")),
            lambda: acts_in(other, lambda: None).act("bob", fulfills("T2")),
        )
        assert [type(failure) for failure in failures] == [ActRefusedError]
        assert sorted(state(one, txn_id) for txn_id in ("T1", "T2")) == ["fulfilled", "held"]
        assert one.events("invoice:i") == ["InvoicePaid", "InvoicePaid", "InvoiceServed"]
