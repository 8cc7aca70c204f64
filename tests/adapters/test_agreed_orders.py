"""Prices agreed while payments come in, before them or after."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from adapters.acts import Acts
from adapters.agreed_orders import AgreedOrders
from adapters.book import Book, LostRaceError
from domain.folding import fold
from domain.vetting import Shop
from domain.vocabulary import Verdict
from projections.transactions import document
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import SELLER, payment

HOLDING = Shop(receivers=frozenset({SELLER}))


def orders_of(workshop: Workshop) -> AgreedOrders:
    workshop.shop = HOLDING
    acts = Acts(workshop.book, workshop.shop, workshop.clock, lambda: None)
    return AgreedOrders(workshop.book, acts)


def standing(workshop: Workshop, txn_id: str = "T1") -> tuple[str, list[str]]:
    shown = document(fold(txn_id, workshop.book.streams([txn_id])[txn_id]))
    return shown["fulfillment"], [doubt["rule"] for doubt in shown["doubts"]]


# ---- agreed prices ----


def test_a_price_that_was_agreed_before_lets_the_payment_pass(workshop: Workshop) -> None:
    orders = orders_of(workshop)
    assert orders.agree("abc-1", "20.00", "USD", None, "the shop") == {
        "invoice": "abc-1", "amount": "20.00", "currency": "USD", "items": [], "paid_by": [],
    }  # fmt: skip
    assert workshop.book.streams(["invoice:abc-1"])["invoice:abc-1"][0].by == "the shop"
    workshop.deliver(payment(invoice="abc-1"))
    assert standing(workshop) == ("ready", [])
    assert (orders.agreed("abc-1") or {})["paid_by"] == ["T1"]


def test_a_price_that_is_agreed_after_the_payment_is_looked_at_again(workshop: Workshop) -> None:
    orders = orders_of(workshop)
    workshop.deliver(payment(invoice="abc-1"))
    assert standing(workshop) == ("held", ["unpriced"])
    orders.agree("abc-1", "25.00", "USD", None, "the shop")
    assert standing(workshop) == ("held", ["amount"])
    orders.agree("abc-1", "20", "USD", None, "the shop")
    assert standing(workshop) == ("ready", [])
    assert workshop.events("invoice:abc-1") == ["InvoicePaid", "PriceAgreed", "PriceAgreed"]


def test_agreeing_again_adds_nothing(workshop: Workshop) -> None:
    orders = orders_of(workshop)
    workshop.deliver(payment(invoice="abc-1"))
    items = [{"number": "BOOK-1", "name": "A book", "quantity": "1", "gross": "20.00"}]
    first = orders.agree("abc-1", "20.00", "USD", items, "the shop")
    position = workshop.book.last_position()
    assert orders.agree("abc-1", "20.0", "USD", items, "another") == first == orders.agreed("abc-1")
    assert workshop.book.last_position() == position
    assert first["items"] == items


def test_what_was_never_agreed_is_not_shown(workshop: Workshop) -> None:
    orders = orders_of(workshop)
    workshop.deliver(payment(invoice="abc-1"))
    assert orders.agreed("abc-1") is None
    assert orders.agreed("nothing") is None


def test_amounts_are_in_the_places_of_their_currency(workshop: Workshop) -> None:
    agreed = orders_of(workshop).agree(
        "j",
        "150",
        "JPY",
        [{"number": "A", "quantity": "2", "gross": "150"}, {"number": "B", "quantity": "1"}],
        "me",
    )
    assert agreed["amount"] == "150"
    assert agreed["items"] == [
        {"number": "A", "name": None, "quantity": "2", "gross": "150"},
        {"number": "B", "name": None, "quantity": "1", "gross": None},
    ]


WRONG: dict[str, tuple[str, str, str, Sequence[dict[str, str]] | None, str]] = {
    "no invoice": ("", "1.00", "USD", None, "1 to 127 characters"),
    "a blank invoice": (" \t", "1.00", "USD", None, "1 to 127 characters"),
    "a long invoice": ("x" * 128, "1.00", "USD", None, "1 to 127 characters"),
    "an invoice with a NUL": ("a\x00b", "1.00", "USD", None, "1 to 127 characters"),
    "no amount": ("i", "", "USD", None, "not a plain decimal"),
    "not a number": ("i", "NaN", "USD", None, "not a plain decimal"),
    "with a separator": ("i", "1_000", "USD", None, "not a plain decimal"),
    "negative": ("i", "-1.00", "USD", None, "negative"),
    "too many places": ("i", "1.5", "JPY", None, "places"),
    "no currency": ("i", "1.00", "XXX", None, "currency"),
    "items worth more": (
        "i",
        "1.00",
        "USD",
        [{"number": "A", "quantity": "1", "gross": "1.01"}],
        "more than",
    ),
    "a wrong item": ("i", "1.00", "USD", [{"number": "A", "quantity": "1", "gross": "1,0"}], "plain decimal"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_price_is_said_and_nothing_is_written(name: str, workshop: Workshop) -> None:
    invoice, amount, currency, items, why = WRONG[name]
    with pytest.raises(ValueError, match=why):
        orders_of(workshop).agree(invoice, amount, currency, items, "me")
    assert workshop.book.last_position() == 0


# ---- races ----


def overtaken(monkeypatch: pytest.MonkeyPatch, by: Callable[[], object], times: int = 1) -> None:
    """The next appends come too late: something else was written between their reading and their writing."""
    append = Book.append
    left = [times]

    def late(book: Book, *words: Any) -> None:
        if left[0]:
            left[0] -= 1
            monkeypatch.setattr(Book, "append", append)
            by()
            monkeypatch.setattr(Book, "append", late)
        append(book, *words)

    monkeypatch.setattr(Book, "append", late)


def test_a_payment_that_comes_while_a_price_is_agreed_is_seen(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = orders_of(workshop)
    answered = workshop.answer(workshop.claim(payment(invoice="abc-1")))
    overtaken(monkeypatch, lambda: workshop.processor().settle(answered))
    agreed = orders.agree("abc-1", "20.00", "USD", None, "the shop")
    assert agreed["paid_by"] == ["T1"]
    assert standing(workshop) == ("ready", [])


def test_a_price_that_is_agreed_while_a_payment_is_decided_is_seen(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = orders_of(workshop)
    answered = workshop.answer(workshop.claim(payment(invoice="abc-1"), payment("T2", invoice="abc-2")))
    overtaken(monkeypatch, lambda: orders.agree("abc-1", "20.00", "USD", None, "the shop"))
    workshop.processor().settle(answered)
    assert standing(workshop) == ("ready", [])
    assert standing(workshop, "T2") == ("held", ["unpriced"])
    assert workshop.outcomes() == ["recorded", "recorded"]


def test_a_race_that_is_never_won_is_said(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise LostRaceError("i")

    monkeypatch.setattr(Book, "append", lost)
    with pytest.raises(LostRaceError, match="20 times"):
        orders_of(workshop).agree("i", "1.00", "USD", None, "me")


@pytest.mark.parametrize("attempt", range(4))
def test_prices_and_payments_at_once_end_right_whoever_was_first(
    any_engine: str, tmp_path: Path, attempt: int
) -> None:
    with ExitStack() as stack:
        houses = [stack.enter_context(open_workshop(tmp_path)) for _ in range(3)]
        orders = [orders_of(house) for house in houses]
        names = [f"i{n}" for n in range(12)]
        claimed = houses[0].claim(*[payment(f"T-{name}", invoice=name) for name in names])
        ready = threading.Barrier(3)
        failures: list[Exception] = []

        def guarded(act: Callable[[], object]) -> None:
            ready.wait(30)
            try:
                act()
            except Exception as error:  # noqa: BLE001 - told to the test
                failures.append(error)

        def pay() -> None:
            for one in claimed:
                houses[0].processor().settle(houses[0].answer([one], Verdict.VERIFIED))

        def agree(which: int) -> None:
            for name in names:
                orders[which].agree(name, "20.00", "USD", None, "the shop")

        acts: list[Callable[[], object]] = [pay, lambda: agree(1), lambda: agree(2)]
        threads = [threading.Thread(target=guarded, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        for name in names:
            assert standing(houses[0], f"T-{name}") == ("ready", [])
            events = houses[0].events(f"invoice:{name}")
            assert sorted(events) == ["InvoicePaid", "PriceAgreed"]
