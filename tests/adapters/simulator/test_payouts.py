from decimal import Decimal

import pytest

from adapters.simulator import payouts
from adapters.simulator.lifecycles import Lifecycle
from adapters.simulator.messages import Message
from tests.adapters.simulator.stage import column, number, told, values


def stands(message: Message) -> list[str | None]:
    return values(message, "payment_status", "status_1", "status_2", "status_3")


@pytest.mark.parametrize(
    "lifecycle",
    [payouts.mass_pay, payouts.mass_pay_item_failed, payouts.mass_pay_item_reversed, payouts.mass_pay_denied],
)
def test_of_a_mass_pay_the_shop_is_the_payer_and_no_transaction_is_the_batchs(lifecycle: Lifecycle) -> None:
    for message in told(lifecycle):
        assert values(message, "txn_type", "payer_email", "payer_id") == [
            "masspay",
            "seller@example.com",
            "S8XGHLYDW9T3S",
        ]
        for absent in ("txn_id", "mc_gross", "receiver_email", "receiver_id", "business"):
            assert message.value(absent) is None
        for n in (1, 2, 3):
            assert message.value(f"mc_gross_{n}") == message.value(f"payment_gross_{n}")
            assert message.value(f"mc_fee_{n}") == message.value(f"payment_fee_{n}")
            assert message.value(f"receiver_email_{n}")
            assert message.value(f"unique_id_{n}")


def test_what_is_unclaimed_is_claimed_or_returned_within_a_month() -> None:
    processed, completed = told(payouts.mass_pay)
    assert stands(processed) == ["Processed", "Completed", "Unclaimed", "Unclaimed"]
    assert stands(completed) == ["Completed", "Completed", "Returned", "Completed"]
    for n in (1, 2, 3):
        assert processed.value(f"masspay_txn_id_{n}") == completed.value(f"masspay_txn_id_{n}") is not None
    assert column([processed, completed], "payment_date") == [
        "14:05:09 Oct 21, 2026 PDT",
        "13:05:09 Nov 20, 2026 PST",
    ]


def test_what_failed_has_a_reason_and_neither_id_nor_fee() -> None:
    for message in told(payouts.mass_pay_item_failed):
        assert stands(message)[1:] == ["Completed", "Failed", "Completed"]
        assert values(message, "reason_code_2", "masspay_txn_id_2", "mc_fee_2") == ["1003", None, None]
        assert values(message, "reason_code_1", "reason_code_3") == [None, None]


def test_what_was_paid_may_be_reversed() -> None:
    processed, completed = told(payouts.mass_pay_item_reversed)
    assert stands(processed) == ["Processed", "Completed", "Completed", "Unclaimed"]
    assert stands(completed) == ["Completed", "Completed", "Reversed", "Completed"]


def test_a_batch_is_denied_as_a_whole() -> None:
    (message,) = told(payouts.mass_pay_denied)
    assert stands(message) == ["Denied", None, None, None]
    assert values(message, "masspay_txn_id_1", "mc_fee_1") == [None, None]


@pytest.mark.parametrize(("gross", "fee"), [("10.00", "0.20"), ("24.75", "0.50"), ("50.01", "1.00")])
def test_the_fee_is_two_percent_and_a_dollar_at_most(gross: str, fee: str) -> None:
    assert payouts.fee_on_payout(Decimal(gross)) == Decimal(fee)
    first, _ = told(payouts.mass_pay)
    assert number(first, "mc_fee_1") == 1
