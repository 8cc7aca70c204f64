"""Entries: what each event changed, never changed again, and together what all events tell."""

import random
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import PriceAgreed
from domain.movements import movements
from domain.streams import new
from projections.ledger import About, LedgerEntry, about_of, entries_of, entry_id
from tests.given import MemoryBook, adjustment, authorization, case, follower, payment, pending
from tests.given_streams import batch, record
from tests.ledgers import entries, in_words, steps_of
from tests.lives import LIFECYCLES, POOL
from tests.summing import balance

HOLD = follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88")
SOLD = "T1:1 sale T1 n=1: Assets:PayPal:USD 19.12, Income:Sales:USD -20.00, Expenses:Fees:USD 0.88"


def entered(*bodies: bytes) -> list[str]:
    return [in_words(entry) for entry in entries(MemoryBook().deliver(*bodies))]


ENTERED = {
    "a sale when it is completed, not before": (
        [pending(), payment()],
        [SOLD.replace("T1:1", "T1:2").replace("n=1", "n=2")],
    ),
    "nothing for what moves nothing": (
        [payment(), case(), authorization(), payment(status="Denied"), payment()],
        [SOLD],
    ),
    "two entries of one event": (
        [payment(settle_amount="17.21", settle_currency="EUR")],
        [SOLD,
         ("T1:1:2 conversion T1 n=1: Assets:PayPal:EUR 17.21, Assets:PayPal:USD -19.12,"
         " Equity:Conversion:EUR -17.21, Equity:Conversion:USD 19.12")],
    ),
    "a refund under its own id": (
        [payment(), follower("Refunded", "R1", gross="-5.00")],
        [SOLD, "T1:2 refund R1 n=2: Assets:PayPal:USD -5.00, Income:Refunds:USD 5.00"],
    ),
    "a refund that came first, with what it waited for": (
        [follower("Refunded", "R1", gross="-5.00"), payment()],
        [SOLD.replace("T1:1", "T1:2").replace("n=1", "n=2"),
         "T1:3 refund R1 n=1: Assets:PayPal:USD -5.00, Income:Refunds:USD 5.00"],
    ),
    "a fee that is told later": (
        [payment(mc_fee=""), payment()],
        ["T1:1 sale T1 n=1: Assets:PayPal:USD 20.00, Income:Sales:USD -20.00",
         "T1:2 correction T1 n=2: Assets:PayPal:USD -0.88, Expenses:Fees:USD 0.88"],
    ),
    "a smaller amount that is told later": (
        [payment(), payment(gross="15.00")],
        [SOLD, "T1:2 correction T1 n=2: Assets:PayPal:USD -5.00, Income:Sales:USD 5.00"],
    ),
    "a subscription that is told later": (
        [payment(), pending(subscr_id="S-1")],
        [SOLD, "T1:2 correction T1 n=2: Income:Sales:USD 20.00, Income:Subscriptions:USD -20.00"],
    ),
    "a conversion that is told later": (
        [payment(gross="25.00"), payment(settle_amount="17.21", settle_currency="EUR")],
        ["T1:1 sale T1 n=1: Assets:PayPal:USD 24.12, Income:Sales:USD -25.00, Expenses:Fees:USD 0.88",
         "T1:2 correction T1 n=2: Assets:PayPal:USD -5.00, Income:Sales:USD 5.00",
         ("T1:2:2 conversion T1 n=2: Assets:PayPal:EUR 17.21, Assets:PayPal:USD -19.12,"
         " Equity:Conversion:EUR -17.21, Equity:Conversion:USD 19.12")],
    ),
    "a larger refund under the same id": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R1", gross="-7.00")],
        [SOLD, "T1:2 refund R1 n=2: Assets:PayPal:USD -5.00, Income:Refunds:USD 5.00",
         "T1:3 correction R1 n=3: Assets:PayPal:USD -2.00, Income:Refunds:USD 2.00"],
    ),
    "a hold that another amount of the payment makes a part": (
        [payment(), HOLD, payment(gross="19.50")],
        [SOLD, "T1:2 reversal V1 n=2: Assets:PayPal:USD -19.12, Assets:Held:USD 19.12",
         "T1:3 correction T1 n=3: Assets:PayPal:USD -0.50, Income:Sales:USD 0.50",
         ("T1:3:2 correction V1 n=3: Assets:PayPal:USD 0.88, Assets:Held:USD -19.12,"
         " Income:Reversals:USD 19.12, Expenses:Fees:USD -0.88")],
    ),
    "a payment that came to nothing": (
        [payment(mc_fee=""), payment(gross="0.00", mc_fee="0.00")],
        ["T1:1 sale T1 n=1: Assets:PayPal:USD 20.00, Income:Sales:USD -20.00",
         "T1:2 correction T1 n=2: Assets:PayPal:USD -20.00, Income:Sales:USD 20.00"],
    ),
    "a payout and its way back": (
        [batch(record(1, "Unclaimed")), batch(record(1)), batch(record(1, "Returned"))],
        ["M1:1 payout M1 n=1: Assets:PayPal:USD -5.10, Expenses:Payouts:USD 5.00, Expenses:Fees:USD 0.10",
         ("M1:3 payout_return M1 n=3: Assets:PayPal:USD 5.10, Expenses:Payouts:USD -5.00,"
         " Expenses:Fees:USD -0.10")],
    ),
    "a payout that never left": ([batch(record(1, "Failed")), batch(record(1))], []),
    "an adjustment of a denied payment": (
        [payment(status="Denied"), adjustment("X1", gross="", payment_fee="-20.00")],
        ["T1:2 adjustment X1 n=2: Assets:PayPal:USD -20.00, Expenses:ChargebackFees:USD 20.00"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTERED)
def test_what_is_entered(name: str) -> None:
    bodies, expected = ENTERED[name]
    assert entered(*bodies) == expected


def summed(found: list[LedgerEntry]) -> dict[str, Decimal]:
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in found:
        for posting in entry.postings:
            total[posting.account] += posting.amount.amount
    return {account: amount for account, amount in total.items() if amount}


def known(book: MemoryBook) -> dict[str, Decimal]:
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    for stream in book.streams:
        aggregate = book.aggregate(stream)
        if hasattr(aggregate, "reports") and hasattr(aggregate, "followers"):
            for movement in movements(book.transaction(stream)).values():
                for posting in movement.postings:
                    total[posting.account] += posting.amount.amount
    return {account: amount for account, amount in total.items() if amount}


@given(st.lists(st.sampled_from(POOL), max_size=12), st.randoms())
def test_entries_come_to_what_is_known_in_whatever_order_it_was_told(
    bodies: list[bytes], chance: random.Random
) -> None:
    sums = []
    for _ in range(2):
        book = MemoryBook().deliver(*bodies)
        found = entries(book)
        assert all(entry.postings and not any(balance(entry.postings).values()) for entry in found)
        assert len({entry.id for entry in found}) == len(found)
        assert summed(found) == known(book)
        sums.append(summed(found))
        chance.shuffle(bodies)
    assert sums[0] == sums[1]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_life_comes_to_the_same_backwards(name: str) -> None:
    bodies, *_ = LIFECYCLES[name]
    forwards, backwards = MemoryBook().deliver(*bodies), MemoryBook().deliver(*reversed(bodies))
    assert summed(entries(forwards)) == summed(entries(backwards)) == known(forwards)


def test_hearing_it_again_enters_nothing() -> None:
    assert len(entered(payment(), payment(), follower("Refunded", "R1"), follower("Refunded", "R1"))) == 2


def test_what_is_no_transaction_and_what_adds_no_fact_enters_nothing() -> None:
    book = MemoryBook().deliver(payment(invoice="abc"))
    book.agree("abc", PriceAgreed(Decimal("25.00"), "USD"))
    steps = list(steps_of(book))
    assert {type(step.entry.event).__name__ for step in steps} >= {"PriceAgreed", "PaymentVetted"}
    assert len(entries(book)) == 1
    assert entries_of("invoice:a", 1, steps[0].entry, new("invoice:a"), new("invoice:a")) == ()


def test_an_entry_has_both_times_and_says_what_told_of_it() -> None:
    book = MemoryBook().deliver(payment(), follower("Refunded", "R1", "T1", gross="-5.00"))
    sale, refund = entries(book)
    assert (refund.transaction, refund.txn_id, refund.n) == ("T1", "R1", 2)
    assert refund.occurred_at == datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    assert refund.recorded_at > sale.recorded_at
    undated = entries(MemoryBook().deliver(payment(payment_date="no date")))
    assert undated[0].occurred_at is None


def test_a_payout_that_comes_back_is_dated_by_its_return() -> None:
    back = batch(record(1, "Returned"), payment_date="10:00:00 Dec 20, 2026 PST")
    _, returned = entries(MemoryBook().deliver(batch(record(1)), back))
    assert returned.occurred_at == datetime(2026, 12, 20, 18, 0, tzinfo=UTC)


def test_a_payment_that_came_to_nothing_is_dated_as_it_was() -> None:
    nothing = payment(gross="0.00", mc_fee="0.00", payment_date="10:00:00 Dec 20, 2026 PST")
    sale, correction = entries(MemoryBook().deliver(payment(mc_fee=""), nothing))
    assert correction.occurred_at == sale.occurred_at


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("61E67681CH3238416", "61E67681CH3238416:3"),
        ("payout:a:1", "payout~3Aa~3A1:3"),
        ("payout:ä/ ~", "payout~3A~C3~A4~2F~20~7E:3"),
    ],
)
def test_an_id_stands_in_an_address_and_is_no_other_s(stream: str, expected: str) -> None:
    assert entry_id(stream, 3, 1) == expected
    assert entry_id(stream, 3, 2) == f"{expected}:2"


def test_an_entry_says_who_and_what_for() -> None:
    told = payment(
        first_name="Test", last_name="User", payer_email="b@example.com", invoice="abc-1", custom="xyz",
        num_cart_items="2", item_name1="A book", item_number1="B-1", item_number2="B-2",
    )  # fmt: skip
    about = About(
        name="Test User", email="b@example.com", invoice="abc-1", custom="xyz", items=("A book", "B-2")
    )
    for entry in entries(MemoryBook().deliver(told, follower("Refunded", "R1"))):
        assert entry.about == about


def test_a_payout_says_who_was_paid() -> None:
    (entry,) = entries(MemoryBook().deliver(batch(record(1))))
    assert entry.about == About(email="payee1@example.com", custom="u-1")


def test_long_texts_are_cut_and_what_was_never_described_says_nothing() -> None:
    lines = {f"item_name{i}": f"{i}" + "x" * 1000 for i in range(1, 40)}
    (entry,) = entries(MemoryBook().deliver(payment(custom="y" * 1000, first_name="z" * 400, **lines)))
    assert entry.about.custom == "y" * 256
    assert len(entry.about.items) == 20
    assert max(map(len, (*entry.about.items, entry.about.name or ""))) == 256
    assert about_of(MemoryBook().transaction("T1")) == About()
