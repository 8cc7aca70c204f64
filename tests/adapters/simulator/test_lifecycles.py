from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest

from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.messages import Message
from adapters.simulator.scene import Scene

NOW = datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)


def told(name: str, seed: int = 1) -> list[Message]:
    return LIFECYCLES[name](Scene(Random(seed), NOW))


def in_short(message: Message) -> str:
    reason = message.value("pending_reason") if message.value("payment_status") == "Pending" else None
    said = [message.value("txn_type") or "-", message.value("payment_status") or "-", reason]
    return " ".join(filter(None, said))


SEQUENCES = {
    "completed": ["web_accept Completed"],
    "cart_completed": ["cart Completed"],
    "echeck_completed": ["web_accept Pending echeck", "web_accept Completed"],
    "echeck_failed": ["web_accept Pending echeck", "web_accept Failed"],
    "echeck_denied": ["web_accept Pending echeck", "web_accept Denied"],
    "payment_review_completed": ["web_accept Pending paymentreview", "web_accept Completed"],
    "payment_review_denied": ["web_accept Pending paymentreview", "web_accept Denied"],
    "fraud_filter_accepted": ["web_accept Pending address", "web_accept Completed"],
    "fraud_filter_denied": ["web_accept Pending address", "web_accept Denied"],
    "order_authorization_captures": [
        "express_checkout Pending order",
        "express_checkout Pending authorization",
        "express_checkout Completed",
        "express_checkout Completed",
        "express_checkout Completed",
    ],
    "authorization_voided": ["express_checkout Pending authorization", "express_checkout Voided"],
    "authorization_expired": ["express_checkout Pending authorization", "express_checkout Expired"],
    "partial_refund": ["web_accept Completed", "- Refunded"],
    "full_refund": ["web_accept Completed", "- Refunded"],
    "two_partial_refunds": ["web_accept Completed", "- Refunded", "- Refunded"],
    "reversal_won": ["web_accept Completed", "new_case -", "- Reversed", "- Canceled_Reversal"],
    "reversal_lost": [
        "web_accept Completed",
        "new_case -",
        "- Reversed",
        "- Canceled_Reversal",
        "- Refunded",
    ],
    "chargeback_adjustment": [
        "web_accept Completed",
        "new_case -",
        "- Reversed",
        "- Canceled_Reversal",
        "adjustment Completed",
    ],
    "dispute_then_claim": ["web_accept Completed", "new_case -", "new_case -", "- Reversed"],
    "unilateral": ["web_accept Pending unilateral", "web_accept Completed"],
    "multi_currency": ["web_accept Pending multi_currency", "web_accept Completed"],
}


def test_every_lifecycle_is_in_the_table_of_this_test() -> None:
    assert list(SEQUENCES) == list(LIFECYCLES)


@pytest.mark.parametrize(("name", "sequence"), SEQUENCES.items(), ids=SEQUENCES.keys())
def test_a_lifecycle_says_what_paypal_would(name: str, sequence: list[str]) -> None:
    assert [in_short(message) for message in told(name)] == sequence


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_is_repeatable_and_its_messages_all_differ(name: str) -> None:
    bodies = [message.body for message in told(name)]
    assert bodies == [message.body for message in told(name)]
    assert bodies != [message.body for message in told(name, seed=2)]
    assert len(set(bodies)) == len(bodies)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_parent_was_told_before(name: str) -> None:
    for seed in range(20):
        known = set()
        for message in told(name, seed):
            parent = message.value("parent_txn_id")
            assert not parent or parent in known
            known.add(message.value("txn_id"))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_says_in_a_line_what_it_is(name: str) -> None:
    assert (LIFECYCLES[name].__doc__ or "").endswith(".")


def test_captures_add_up_to_the_order() -> None:
    order, _, first, second, _ = told("order_authorization_captures")
    captured = sum(Decimal(message.value("mc_gross") or "") for message in (first, second))
    assert captured == Decimal(order.value("mc_gross") or "")


def test_filters_are_still_listed_when_the_shop_has_decided() -> None:
    for name in ("fraud_filter_accepted", "fraud_filter_denied"):
        for message in told(name):
            assert message.value("fraud_management_pending_filters_1") == "Maximum Transaction Amount"


def test_a_review_of_a_sale_names_the_fee_and_an_echeck_does_not() -> None:
    assert told("payment_review_completed")[0].value("mc_fee") is not None
    pending, cleared = told("echeck_completed")
    assert pending.value("mc_fee") is None
    assert cleared.value("payment_type") == pending.value("payment_type") == "echeck"


def test_money_that_is_nobodys_yet_names_no_merchant() -> None:
    waiting, claimed = told("unilateral")
    assert (waiting.value("receiver_id"), waiting.value("business")) == (None, None)
    assert waiting.value("receiver_email") == "seller@example.com"
    assert claimed.value("receiver_id") == "S8XGHLYDW9T3S"


def test_a_conversion_can_be_reckoned() -> None:
    pending, completed = told("multi_currency")
    gross, fee, rate, settled = (
        Decimal(completed.value(n) or "") for n in ("mc_gross", "mc_fee", "exchange_rate", "settle_amount")
    )
    assert round((gross - fee) * rate, 2) == settled
    assert pending.value("mc_fee") is None
    assert pending.value("settle_amount") is None
