"""What the office asks of the book: what was known when, and prices agreed while payments come in."""

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.book import Book, LostRaceError
from adapters.mapper import Placed
from adapters.office_book import AgreedOrders, OfficeBook
from adapters.persistence import Beside
from domain.transaction import fold
from domain.vetting import Shop
from domain.vocabulary import Verdict
from projections.transactions import document
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import NOON, SELLER, adjustment, case, follower, payment, pending
from tests.given_streams import batch, record, signup

HOLDING = Shop(receivers=frozenset({SELLER}))


def as_json(transaction: Any) -> Any:
    return json.loads(json.dumps(document(transaction)))


def orders_of(workshop: Workshop) -> AgreedOrders:
    workshop.shop = HOLDING
    return AgreedOrders(workshop.book, workshop.shop, workshop.clock)


def standing(workshop: Workshop, txn_id: str = "T1") -> tuple[str, list[str]]:
    shown = document(fold(txn_id, workshop.book.streams([txn_id])[txn_id]))
    return shown["fulfillment"], [doubt["rule"] for doubt in shown["doubts"]]


# ---- as of a time ----

STORY = (pending(), payment(), case(), follower("Refunded", "R1", gross="-5.00"), follower("Reversed", "V1"))


def test_nothing_was_known_before_the_first_event(workshop: Workshop) -> None:
    office = OfficeBook(workshop.book)
    assert office.as_of("T1", NOON) is None
    workshop.deliver(payment())
    (entry,) = workshop.book.streams(["T1"])["T1"]
    assert office.as_of("T1", entry.at - timedelta(microseconds=1)) is None
    assert (office.as_of("T1", entry.at) or {})["status"] == "completed"
    assert office.as_of("T2", entry.at) is None
    assert office.as_of("", entry.at) is None


def test_at_each_moment_it_is_what_the_events_up_to_then_make(workshop: Workshop) -> None:
    for one in STORY:
        workshop.deliver(one)
    office = OfficeBook(workshop.book)
    entries = workshop.book.streams(["T1"])["T1"]
    assert len(entries) == 5
    for count, entry in enumerate(entries, start=1):
        expected = as_json(fold("T1", entries[:count]))
        assert office.as_of("T1", entry.at) == expected
        assert office.as_of("T1", entry.at + timedelta(microseconds=1)) == expected
    statuses = [(office.as_of("T1", entry.at) or {})["status"] for entry in entries]
    assert statuses == ["pending", "completed", "disputed", "disputed", "reversed"]


def test_now_it_is_what_the_view_shows(workshop: Workshop) -> None:
    for one in STORY:
        workshop.deliver(one)
    workshop.follower.follow()
    for txn_id in ("T1", "R1", "V1"):
        found = OfficeBook(workshop.book).as_of(txn_id, workshop.at)
        assert found == json.loads(workshop.queries.transaction(txn_id) or b"")


def test_the_id_of_a_follower_leads_to_what_it_follows_as_that_was_then(workshop: Workshop) -> None:
    moments: list[datetime] = []
    for one in (adjustment("X1", "V1"), follower("Reversed", "V1"), payment()):
        workshop.deliver(one)
        moments.append(workshop.at)
    office = OfficeBook(workshop.book)
    found = [office.as_of("X1", moment) or {} for moment in moments]
    # Before its parent was heard of, it led to where it was parked.
    assert [one["txn_id"] for one in found] == ["V1", "T1", "T1"]
    assert [one["status"] for one in found] == ["awaited", "awaited", "reversed"]
    assert office.as_of("V1", moments[2]) == office.as_of("T1", moments[2]) == found[2]


def test_a_payout_is_told_as_of_a_time_under_the_id_that_it_has(workshop: Workshop) -> None:
    moments = []
    for status in ("Unclaimed", "Returned"):
        workshop.deliver(batch(record(1, status), record(2, status, masspay_txn_id="")))
        moments.append(workshop.at)
    office = OfficeBook(workshop.book)
    for txn_id in ("M1", "payout:u-2"):
        found = [office.as_of(txn_id, moment) or {} for moment in moments]
        assert [(one["txn_id"], one["status"]) for one in found] == [
            (txn_id, "unclaimed"),
            (txn_id, "returned"),
        ]


def test_what_is_no_transaction_has_no_state_as_of_a_time(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="i"), signup())
    for stream in ("invoice:i", "subscription:S-1"):
        assert OfficeBook(workshop.book).history(stream) != []
        assert OfficeBook(workshop.book).as_of(stream, workshop.at) is None


def test_loops_of_followers_end(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "A", "B"), follower("Refunded", "B", "A"))
    for txn_id in ("A", "B"):
        OfficeBook(workshop.book).as_of(txn_id, workshop.at)


def test_history_is_the_books(workshop: Workshop) -> None:
    workshop.deliver(payment())
    assert OfficeBook(workshop.book).history("T1") == workshop.book.history("T1") != []
    assert OfficeBook(workshop.book).history("T2") == []


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

    def late(book: Book, placed: Sequence[Placed], beside: Sequence[Beside] = ()) -> None:
        if left[0]:
            left[0] -= 1
            monkeypatch.setattr(Book, "append", append)
            by()
            monkeypatch.setattr(Book, "append", late)
        append(book, placed, beside)

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
def test_prices_and_payments_at_once_end_right_whoever_was_first(tmp_path: Path, attempt: int) -> None:
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
