from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from adapters.simulator.followers import (
    adjusted,
    case_opened,
    charged_fee,
    held,
    refunded,
    refunded_by_judgement,
    released,
    taken_back,
)
from adapters.simulator.sales import new_sale
from adapters.simulator.scene import Scene

SALE = new_sale(Scene(Random(1), datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)), currency="USD", days_ago=9)


def test_refunds_and_reversals_name_their_payment_and_no_type() -> None:
    for message in (
        refunded(SALE, Decimal("5.00")),
        refunded_by_judgement(SALE),
        held(SALE, "chargeback"),
        taken_back(SALE, "other"),
        released(SALE, "chargeback"),
    ):
        assert message.value("parent_txn_id") == SALE.txn_id
        assert message.value("txn_id") != SALE.txn_id
        assert message.value("payment_date") == "13:05:09 Nov 20, 2026 PST"
        for absent in ("txn_type", "payer_status", "quantity", "tax"):
            assert message.value(absent) is None


def test_a_partial_refund_is_refunded_with_less_and_keeps_the_invoice() -> None:
    message = refunded(SALE, Decimal("5.00"))
    names = ("payment_status", "mc_gross", "mc_fee", "payment_gross", "reason_code", "invoice")
    assert [message.value(n) for n in names] == [
        "Refunded",
        "-5.00",
        "-0.15",
        "-5.00",
        "refund",
        SALE.invoice,
    ]


def test_a_refund_returns_the_percentage_of_the_fee_unless_it_is_said_otherwise() -> None:
    whole = refunded(SALE, SALE.gross, fee=SALE.fee)
    assert [whole.value(n) for n in ("mc_gross", "mc_fee")] == ["-19.95", "-0.88"]
    assert refunded(SALE, SALE.gross).value("mc_fee") == "-0.58"
    none = refunded(SALE, SALE.gross, fee=Decimal("0.00"), more={"auth_id": "A-1"})
    assert [none.value(n) for n in ("mc_fee", "payment_fee", "auth_id")] == [None, None, "A-1"]


def test_what_is_taken_back_for_good_is_the_full_gross_with_the_fee_beside_it() -> None:
    message = taken_back(SALE, "admin_fraud_reversal")
    assert [message.value(n) for n in ("payment_status", "mc_gross", "mc_fee", "reason_code")] == [
        "Reversed",
        "-19.95",
        "-0.88",
        "admin_fraud_reversal",
    ]


def test_a_hold_is_net_of_the_fee_and_its_release_undoes_it() -> None:
    hold, release = held(SALE, "buyer_complaint"), released(SALE, "buyer_complaint")
    assert [hold.value(n) for n in ("payment_status", "mc_gross", "mc_fee")] == [
        "Reversed",
        "-19.07",
        "-0.88",
    ]
    assert [release.value(n) for n in ("payment_status", "mc_gross", "mc_fee")] == [
        "Canceled_Reversal",
        "19.07",
        None,
    ]


def test_a_lost_case_ends_in_a_refund_of_everything_without_a_fee() -> None:
    message = refunded_by_judgement(SALE)
    assert [message.value(n) for n in ("payment_status", "mc_gross", "mc_fee")] == [
        "Refunded",
        "-19.95",
        None,
    ]


def test_an_adjustment_is_completed_and_negative_and_names_no_receiver() -> None:
    message = adjusted(SALE)
    names = ("txn_type", "payment_status", "mc_gross", "payment_fee", "payer_email", "parent_txn_id")
    assert [message.value(n) for n in names] == [
        "adjustment",
        "Completed",
        "-19.95",
        "-20.00",
        "seller@example.com",
        SALE.txn_id,
    ]
    for absent in ("receiver_email", "receiver_id", "business", "mc_fee", "payment_type"):
        assert message.value(absent) is None


def test_an_adjustment_may_be_without_a_fee_and_the_fee_without_gross() -> None:
    settled = adjusted(SALE, fee=Decimal(0))
    assert [settled.value(n) for n in ("mc_gross", "payment_fee")] == ["-19.95", None]
    fee = charged_fee(SALE, "ADJ1")
    names = ("txn_type", "payment_status", "mc_gross", "payment_gross", "payment_fee", "parent_txn_id")
    assert [fee.value(n) for n in names] == ["adjustment", "Completed", None, None, "-20.00", "ADJ1"]
    assert fee.value("mc_currency") == "USD"


def test_a_case_bears_the_payments_id_and_date_and_no_amount() -> None:
    message = case_opened(SALE, "PP-001", "dispute", "non_receipt", days_ago=2)
    assert message.value("txn_id") == SALE.txn_id
    assert message.value("payment_date") == SALE.scene.date(9)
    assert message.value("case_creation_date") == SALE.scene.date(2)
    assert message.fields[0] == ("txn_type", "new_case")
    for absent in ("payment_status", "mc_gross", "parent_txn_id", "mc_currency"):
        assert message.value(absent) is None
