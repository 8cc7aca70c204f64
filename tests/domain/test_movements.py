"""What money moved, by everything that PayPal told, in whatever order."""

import itertools
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.accounts import Posting
from domain.facts import Follower, Report
from domain.money import Money
from domain.movements import movements
from domain.state import HeardFollower, HeardReport, Transaction
from domain.vocabulary import FollowerKind, Kind, PaymentStatus
from tests.given import MemoryBook, adjustment, authorization, capture, follower, order, payment, pending
from tests.given_streams import batch, charged, profiled, record
from tests.lives import LIFECYCLES
from tests.summing import balance

SALE = "sale T1: Assets:PayPal:USD 19.12, Income:Sales:USD -20.00, Expenses:Fees:USD 0.88"
HOLD = follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88")
BACK = follower("Canceled_Reversal", "W1", gross="19.12")
HELD = "reversal V1: Assets:PayPal:USD -19.12, Assets:Held:USD 19.12"
RELEASED = "canceled_reversal W1: Assets:PayPal:USD 19.12, Assets:Held:USD -19.12"
REFUNDED = "refund R1: Assets:PayPal:USD -20.00, Income:Refunds:USD 20.00"
CONVERTED = payment(settle_amount="17.21", settle_currency="EUR", exchange_rate="0.900105")
CONVERSION = (
    "conversion T1: Assets:PayPal:EUR 17.21, Assets:PayPal:USD -19.12,"
    " Equity:Conversion:EUR -17.21, Equity:Conversion:USD 19.12"
)
CYCLE = SALE.replace("sale", "subscription_payment").replace("Sales", "Subscriptions")
ADJUSTED = (
    "adjustment X1: Assets:PayPal:USD -25.00,"
    " Expenses:Chargebacks:USD 5.00, Expenses:ChargebackFees:USD 20.00"
)
PAID_OUT = "payout M1: Assets:PayPal:USD -5.10, Expenses:Payouts:USD 5.00, Expenses:Fees:USD 0.10"


def moved(*bodies: bytes, txn_id: str = "T1") -> list[str]:
    """The movements in words; an account's root comes first in each, so that amounts read as in a book."""
    return told(MemoryBook().deliver(*bodies).transaction(txn_id))


def told(transaction: Transaction) -> list[str]:
    return [
        f"{one.kind} {one.txn_id}: {', '.join(map(in_words, one.postings))}"
        for one in movements(transaction).values()
    ]


def in_words(posting: Posting) -> str:
    assert posting.account.endswith(f":{posting.amount.currency}")
    return f"{posting.account} {posting.amount}"


MOVED = {
    "a sale": ([payment()], [SALE]),
    "a sale without a fee": (
        [payment(mc_fee="")],
        ["sale T1: Assets:PayPal:USD 20.00, Income:Sales:USD -20.00"],
    ),
    "a sale in yen": (
        [payment(gross="2000", mc_fee="88", mc_currency="JPY")],
        ["sale T1: Assets:PayPal:JPY 1912, Income:Sales:JPY -2000, Expenses:Fees:JPY 88"],
    ),
    "a cycle of a subscription": (
        [payment(txn_type="subscr_payment", subscr_id="S-1")],
        [CYCLE],
    ),
    "a cycle of a profile": (
        [payment(txn_type="recurring_payment", recurring_payment_id="I-1")],
        [CYCLE],
    ),
    "a cycle of which only the pending message names the subscription": (
        [payment(), pending(subscr_id="S-1")],
        [CYCLE],
    ),
    "a charge under an agreement is a sale": ([payment(txn_type="merch_pmt", mp_id="B-1")], [SALE]),
    "nothing yet": ([pending()], []),
    "nothing, on its way": ([payment(status="Created"), payment(status="Processed")], []),
    "nothing, denied": ([pending(), payment(status="Denied")], []),
    "nothing, failed, voided, expired": (
        [payment(status="Failed"), payment(status="Voided"), payment(status="Expired")], [],
    ),
    "a payment of nothing": ([payment(gross="0.00", mc_fee="0.00")], []),
    "a payment of nothing that cost a fee": (
        [payment(gross="0.00", mc_fee="0.30")],
        ["sale T1: Assets:PayPal:USD -0.30, Expenses:Fees:USD 0.30"],
    ),
    "a refund that is paid from what remains": ([payment(), follower("Refunded", "R1")], [SALE, REFUNDED]),
    "a refund with all of the fee": (
        [payment(), follower("Refunded", "R1", mc_fee="-0.88")],
        [SALE, "refund R1: Assets:PayPal:USD -19.12, Income:Refunds:USD 20.00, Expenses:Fees:USD -0.88"],
    ),
    "refunds in parts": (
        [payment(), follower("Refunded", "R2", gross="-15.00"),
         follower("Refunded", "R1", gross="-5.00", mc_fee="-0.22")],
        [SALE, "refund R1: Assets:PayPal:USD -4.78, Income:Refunds:USD 5.00, Expenses:Fees:USD -0.22",
         "refund R2: Assets:PayPal:USD -15.00, Income:Refunds:USD 15.00"],
    ),
    "more refunded than paid": (
        [payment(), follower("Refunded", "R1"), follower("Refunded", "R2", gross="-5.00")],
        [SALE, REFUNDED, "refund R2: Assets:PayPal:USD -5.00, Income:Refunds:USD 5.00"],
    ),
    "a refund of what is pending": ([pending(reason="unilateral"), follower("Refunded", "R1")], [REFUNDED]),
    "a refund of what was denied, refused": (
        [payment(status="Denied"), follower("Refunded", "R1")], [REFUNDED],
    ),
    "a refund of what was never heard of": ([follower("Refunded", "R1")], []),
    "a refund in another currency": (
        [payment(), follower("Refunded", "R1", mc_currency="EUR", mc_fee="-0.50")],
        [SALE, "refund R1: Assets:PayPal:EUR -19.50, Income:Refunds:EUR 20.00, Expenses:Fees:EUR -0.50"],
    ),
    "a refund told with two amounts": (
        [payment(), follower("Refunded", "R1", gross="-7.00"), follower("Refunded", "R1")],
        [SALE, REFUNDED],
    ),
    "a hold": ([payment(), HOLD], [SALE, HELD]),
    "a hold and its release": ([payment(), HOLD, BACK], [SALE, RELEASED, HELD]),
    "a release that tells its fee": (
        [payment(), HOLD, follower("Canceled_Reversal", "W1", gross="19.12", mc_fee="0.88")],
        [SALE, RELEASED, HELD],
    ),
    "a release under the hold's id": (
        [payment(), HOLD, follower("Canceled_Reversal", "V1", gross="19.12")],
        [SALE, RELEASED.replace("W1", "V1"), HELD],
    ),
    "a case lost by a refund": (
        [payment(), HOLD, BACK, follower("Refunded", "R1")], [SALE, RELEASED, REFUNDED, HELD],
    ),
    "a hold of a review": (
        [pending(reason="paymentreview", mc_fee="0.88"), follower("Reversed", "T1", "")],
        ["reversal T1: Assets:PayPal:USD -20.00, Income:Reversals:USD 20.00"],
    ),
    "a reversal in full": (
        [payment(), follower("Reversed", "V1", mc_fee="-0.88")],
        [SALE, "reversal V1: Assets:PayPal:USD -19.12, Income:Reversals:USD 20.00, Expenses:Fees:USD -0.88"],
    ),
    "a reversal in full, canceled": (
        [payment(), follower("Reversed", "V1", mc_fee="-0.88"),
         follower("Canceled_Reversal", "W1", gross="20.00", mc_fee="0.88")],
        [SALE,
         "canceled_reversal W1: Assets:PayPal:USD 19.12, Income:Reversals:USD -20.00, Expenses:Fees:USD 0.88",
         "reversal V1: Assets:PayPal:USD -19.12, Income:Reversals:USD 20.00, Expenses:Fees:USD -0.88"],
    ),
    "a reversal of a part": (
        [payment(), follower("Reversed", "V1", gross="-5.00", mc_fee="-0.15")],
        [SALE, "reversal V1: Assets:PayPal:USD -4.85, Income:Reversals:USD 5.00, Expenses:Fees:USD -0.15"],
    ),
    "a canceled reversal without a reversal of its amount": (
        [payment(), follower("Reversed", "V1"),
         follower("Canceled_Reversal", "W1", gross="19.12", mc_fee="0.88")],
        [SALE, RELEASED, "reversal V1: Assets:PayPal:USD -20.00, Income:Reversals:USD 20.00"],
    ),
    "a canceled reversal without a reversal": ([payment(), BACK], [SALE]),
    "a canceled reversal that takes": (
        [payment(), HOLD, follower("Canceled_Reversal", "W1", gross="-19.12")],
        [SALE, "canceled_reversal W1: Assets:PayPal:USD -19.12, Assets:Held:USD 19.12", HELD],
    ),
    "a hold of a payment in another currency": (
        [payment(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88", mc_currency="EUR")],
        [SALE, "reversal V1: Assets:PayPal:EUR -18.24, Income:Reversals:EUR 19.12, Expenses:Fees:EUR -0.88"],
    ),
    "a chargeback lost: released, taken, and its fee": (
        [payment(), HOLD, BACK, adjustment("X1"), adjustment("X2", "X1", gross="", payment_fee="-20.00")],
        [SALE,
         "adjustment X1: Assets:PayPal:USD -20.00, Expenses:Chargebacks:USD 20.00",
         "adjustment X2: Assets:PayPal:USD -20.00, Expenses:ChargebackFees:USD 20.00",
         RELEASED, HELD],
    ),
    "an adjustment with its fee": (
        [payment(), adjustment("X1", gross="-5.00", mc_fee="-20.00")],
        [SALE, ADJUSTED],
    ),
    "an adjustment in our favour": (
        [payment(), adjustment("X1", gross="3.00")],
        [SALE, "adjustment X1: Assets:PayPal:USD 3.00, Expenses:Chargebacks:USD -3.00"],
    ),
    "an adjustment of what was denied": (
        [payment(status="Denied"), adjustment("X1", gross="-3.00")],
        ["adjustment X1: Assets:PayPal:USD -3.00, Expenses:Chargebacks:USD 3.00"],
    ),
    "an adjustment of what is pending waits": ([pending(), adjustment("X1")], []),
    "a sale that was converted": ([CONVERTED], [SALE, CONVERSION]),
    "a sale that was accepted without conversion": ([pending(reason="multi_currency"), payment()], [SALE]),
    "a sale converted, while it is pending": (
        [pending(settle_amount="17.21", settle_currency="EUR")], [],
    ),
    "a sale converted into its own currency": (
        [payment(settle_amount="19.00", settle_currency="USD")],
        [SALE],
    ),
    "a release that was converted": (
        [CONVERTED, HOLD, follower("Canceled_Reversal", "W1", gross="19.12", settle_amount="17.00",
                                   settle_currency="EUR")],
        [SALE, CONVERSION, RELEASED,
         CONVERSION.replace("T1", "W1").replace("17.21", "17.00"),
         HELD],
    ),
    "completed and denied": ([payment(), payment(status="Denied")], [SALE]),
    "two amounts: the smaller": ([payment(gross="25.00"), payment()], [SALE]),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVED)
def test_what_moved(name: str) -> None:
    bodies, expected = MOVED[name]
    assert sorted(moved(*bodies)) == sorted(expected)


OF_OTHERS = {
    "an authorization": ([authorization(), authorization(status="Completed")], "A1", []),
    "an order": ([order()], "O-1", []),
    "a capture": ([authorization(), capture("T1")], "T1", [SALE]),
    "what it was captured from": ([authorization(), capture("T1")], "A1", []),
    "a voided authorization": ([authorization(), authorization(status="Voided")], "A1", []),
    "a payout": ([batch(record(1))], "M1", [PAID_OUT]),
    "a payout that nobody claimed yet": ([batch(record(1, "Unclaimed"))], "M1", [PAID_OUT]),
    "a payout on its way": ([batch(record(1, "Pending"))], "M1", [PAID_OUT]),
    "a payout that came back": ([batch(record(1, "Unclaimed")), batch(record(1, "Returned"))], "M1", []),
    "a payout that was taken back": ([batch(record(1)), batch(record(1, "Reversed"))], "M1", []),
    "a payout that failed": ([batch(record(1, "Failed"))], "M1", []),
    "a payout that was denied": ([batch(record(1, "Denied"))], "M1", []),
    "a payout under our own id": (
        [batch(record(1, masspay_txn_id=""))], "payout:u-1", [PAID_OUT.replace("M1", "payout:u-1")],
    ),
    "an initial payment": (
        [profiled("profile_created", initial_payment_status="Completed", initial_payment_txn_id="T1",
                  initial_payment_amount="20.00")],
        "T1", ["subscription_payment T1: Assets:PayPal:USD 20.00, Income:Subscriptions:USD -20.00"],
    ),
    "a cycle": (
        [charged("T1", "10:00:00 Nov 20, 2026 PST")],
        "T1", [CYCLE.replace("19.12", "9.12").replace("20.00", "10.00")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_OTHERS)
def test_what_moved_under_other_ids(name: str) -> None:
    bodies, txn_id, expected = OF_OTHERS[name]
    assert moved(*bodies, txn_id=txn_id) == expected


def test_what_moved_is_dated_as_paypal_dates_it() -> None:
    book = MemoryBook().deliver(CONVERTED, follower("Refunded", "R1"), adjustment("X1"))
    dates = [f"{one.occurred_at:%m-%d}" for one in movements(book.transaction("T1")).values()]
    assert dates == ["11-20", "11-20", "11-22", "11-25"]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_life_moves_the_same_money_in_every_order(name: str) -> None:
    bodies, txn_id, *_ = LIFECYCLES[name]
    orders = itertools.islice(itertools.permutations(bodies), 24)
    ends = {tuple(moved(*order, txn_id=txn_id)) for order in orders}
    assert len(ends) == 1


CENTS = st.integers(-3000, 3000)
FEES = st.none() | st.integers(-3000, 3000)
CURRENCIES = st.sampled_from(("USD", "EUR", "JPY"))


def money(units: int, currency: str) -> Money:
    return Money(Decimal(units).scaleb(0 if currency == "JPY" else -2), currency)


@st.composite
def reports(draw: st.DrawFn) -> HeardReport:
    currency, kind = draw(CURRENCIES), draw(st.sampled_from((Kind.PAYMENT, Kind.PAYMENT, *Kind)))
    usual = set(PaymentStatus) - {PaymentStatus.UNCLAIMED, PaymentStatus.RETURNED, PaymentStatus.REVERSED}
    unusual = {PaymentStatus.CREATED, PaymentStatus.PROCESSED, PaymentStatus.DECLINED, PaymentStatus.EXPIRED,
               PaymentStatus.VOIDED}  # fmt: skip
    statuses = set(PaymentStatus) - unusual if kind is Kind.PAYOUT else usual
    gross, fee = abs(draw(CENTS)), draw(FEES)
    settled = draw(st.none() | st.tuples(CENTS, CURRENCIES))
    report = Report(
        txn_id="T1",
        kind=kind,
        status=draw(st.sampled_from(sorted(statuses | {PaymentStatus.COMPLETED}))),
        gross=money(gross, currency),
        fee=None if fee is None else money(fee, currency),
        settled=None if settled is None else money(*settled),
        subscription=draw(st.sampled_from((None, "S-1"))),
    )
    return HeardReport(report, 1)


@st.composite
def heard_followers(draw: st.DrawFn) -> HeardFollower:
    currency, kind = draw(CURRENCIES), draw(st.sampled_from(sorted(set(FollowerKind) - {FollowerKind.CASE})))
    gross, fee = draw(st.none() | CENTS), draw(FEES)
    settled = draw(st.none() | st.tuples(CENTS, CURRENCIES))
    told = Follower(
        txn_id=draw(st.sampled_from(("F1", "F2", "F3", "T1"))),
        parent_txn_id="T1",
        kind=kind,
        gross=None if gross is None else money(gross, currency),
        fee=None if fee is None else money(fee, currency),
        settled=None if settled is None else money(*settled),
    )
    return HeardFollower(told, 1, draw(st.sampled_from((None, "refused"))))


FEE_ALONE = HeardFollower(
    Follower(txn_id="F1", parent_txn_id="T1", kind=FollowerKind.REVERSAL, gross=None, fee=money(88, "USD")),
    1,
)
PAID = HeardReport(
    Report(
        txn_id="T1", kind=Kind.PAYMENT, status=PaymentStatus.COMPLETED, gross=money(1995, "USD"), fee=None
    ),
    1,
)


@example([PAID], [FEE_ALONE], random.Random(1))
@given(st.lists(reports(), max_size=4), st.lists(heard_followers(), max_size=6), st.randoms())
def test_any_facts_at_all_balance_and_their_order_moves_nothing(
    told_reports: list[HeardReport], told_followers: list[HeardFollower], chance: random.Random
) -> None:
    transaction = Transaction(txn_id="T1", reports=tuple(told_reports), followers=tuple(told_followers))
    found = movements(transaction)
    for movement in found.values():
        assert not any(balance(movement.postings).values())
        assert all(posting.amount.amount for posting in movement.postings)
    chance.shuffle(told_reports)
    chance.shuffle(told_followers)
    shuffled = replace(transaction, reports=tuple(told_reports), followers=tuple(told_followers))
    assert movements(shuffled) == found
