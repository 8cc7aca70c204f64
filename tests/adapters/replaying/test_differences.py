"""Differences between two tellings of a stream: of what was decided, and not of how it was heard."""

from dataclasses import replace
from decimal import Decimal

from adapters.replaying.differences import add_movements, changes, kind_of, name_of, told
from domain.events import PriceAgreed
from domain.invoice import stream_of
from domain.streams import Aggregate, new
from domain.subscription import stream_of as subscription_stream
from domain.todo import stream_of as todo_stream
from domain.vetting import Shop
from tests.given import SHOP, MemoryBook, follower, payment, pending
from tests.given_streams import signup

HOLDING = Shop(receivers=SHOP.receivers)


def fields(was: Aggregate, would: Aggregate) -> dict[str, tuple[object, object]]:
    return {one["field"]: (one["before"], one["after"]) for one in changes(was, would)}


def test_how_it_was_heard_is_no_difference() -> None:
    one = MemoryBook().deliver(pending(), payment())
    other = MemoryBook().deliver(payment(), pending())
    other.at = replace(other).at
    assert changes(one.transaction("T1"), other.transaction("T1")) == []


def test_doubts_are_told_that_somebody_waved_through() -> None:
    good, held = MemoryBook().deliver(payment()), MemoryBook(HOLDING).deliver(payment())
    held.acting("ann", lambda acting: acting.approve("T1", "known"))
    doubts = [{"rule": "unpriced", "detail": "no price was agreed for an item without a number"}]
    assert fields(good.transaction("T1"), held.transaction("T1")) == {"doubts": ([], doubts)}


def test_a_refused_move_is_told_with_its_reason() -> None:
    one = MemoryBook().deliver(payment())
    other = MemoryBook().deliver(payment(), payment(status="Denied"))
    refused = [{"move": "denied T1", "why": "denied after completed"}]
    assert fields(one.transaction("T1"), other.transaction("T1"))["refused"] == ([], refused)


def test_of_what_would_not_be_there_only_the_decision_is_told() -> None:
    there, nowhere = MemoryBook().deliver(payment()).transaction("T1"), MemoryBook().transaction("T1")
    assert fields(there, nowhere) == {"status": ("completed", "awaited"), "fulfillment": ("ready", "none")}


def test_an_invoice_is_told_by_its_price_who_paid_and_who_was_served() -> None:
    book = MemoryBook().deliver(payment(invoice="i"))
    book.agree("i", PriceAgreed(Decimal(20), "USD"))
    book.acting("ann", lambda acting: acting.fulfill("T1"))
    assert told(book.invoice("i")) == {"price": "20.00 USD", "paid_by": ["T1"], "served": ["T1"]}
    assert told(MemoryBook().invoice("i")) == {"price": None, "paid_by": [], "served": []}


def test_each_kind_has_its_list_and_its_name() -> None:
    streams = {
        "T1": ("transactions", "T1"),
        stream_of("i"): ("invoices", "i"),
        subscription_stream("S-1"): ("subscriptions", "S-1"),
        todo_stream("refused:1"): ("todos", "refused:1"),
    }
    assert {name: (kind_of(new(name)), name_of(name, new(name))) for name in streams} == streams
    subscription = MemoryBook().deliver(signup()).subscription(told_of_signup())
    assert told(subscription)["status"] == "active"
    assert told(new(todo_stream("refused:1"))) == {"closed_by": None, "note": None}


def told_of_signup() -> str:
    book = MemoryBook().deliver(signup())
    (stream,) = (name for name in book.streams if name.startswith("subscription:"))
    return stream.removeprefix("subscription:")


def test_movements_are_added_up_and_taken_away() -> None:
    book = MemoryBook().deliver(payment(), follower("Refunded", "R1", gross="-5.00"))
    sums = add_movements({}, [book.transaction("T1"), new(stream_of("i"))])
    assert {account: str(amount) for account, amount in sums.items()} == {
        "Assets:PayPal:USD": "14.12",
        "Expenses:Fees:USD": "0.88",
        "Income:Sales:USD": "-20.00",
        "Income:Refunds:USD": "5.00",
    }
    nothing = add_movements(sums, [book.transaction("T1")], negative=True)
    assert {str(amount) for amount in nothing.values()} == {"0.00"}
