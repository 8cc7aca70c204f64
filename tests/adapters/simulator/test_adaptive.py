from decimal import Decimal

from adapters.simulator import adaptive
from adapters.simulator.messages import Message
from tests.adapters.simulator.stage import told, values


def amount(message: Message, name: str) -> Decimal:
    currency, _, value = (message.value(name) or "").partition(" ")
    assert currency == "USD"
    return Decimal(value)


def test_an_adaptive_payment_is_of_another_kind_than_all_other_messages() -> None:
    (message,) = told(adaptive.adaptive_payment)
    assert values(message, "transaction_type", "status", "notify_version") == [
        "Adaptive Payment PAY",
        "COMPLETED",
        "UNVERSIONED",
    ]
    for absent in ("txn_type", "txn_id", "payment_status", "mc_gross", "ipn_track_id"):
        assert message.value(absent) is None
    assert b"&transaction%5B0%5D.is_primary_receiver=true&" in message.body
    assert b"&transaction%5B1%5D.amount=USD+4.50&" in message.body
    assert message.value("payment_request_date") == "Fri Nov 20 13:05:09 PST 2026"


def test_the_shop_is_paid_first_and_passes_less_on() -> None:
    (message,) = told(adaptive.adaptive_payment)
    assert message.value("transaction[0].receiver") == "seller@example.com"
    assert amount(message, "transaction[0].amount") > amount(message, "transaction[1].amount")


def test_a_refund_is_an_adjustment_of_the_same_pay_key_and_still_completed() -> None:
    paid, refund = told(adaptive.adaptive_refund)
    assert values(refund, "transaction_type", "reason_code", "status") == [
        "Adjustment",
        "Refund",
        "COMPLETED",
    ]
    assert refund.value("pay_key") == paid.value("pay_key")
    for n in (0, 1):
        leg = f"transaction[{n}]"
        assert values(paid, f"{leg}.status", f"{leg}.refund_id") == ["Completed", None]
        assert refund.value(f"{leg}.status") == "Refunded"
        assert refund.value(f"{leg}.id") == paid.value(f"{leg}.id")
        assert amount(refund, f"{leg}.refund_amount") == amount(paid, f"{leg}.amount")
