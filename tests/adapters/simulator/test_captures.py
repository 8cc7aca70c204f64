from decimal import Decimal

from adapters.simulator import captures
from tests.adapters.simulator.stage import column, number, told, values


def test_captures_add_up_to_the_order() -> None:
    order, _, first, second, _ = told(captures.order_authorization_captures)
    assert number(first, "mc_gross") + number(second, "mc_gross") == number(order, "mc_gross")


def test_what_is_voided_after_a_capture_has_captures_left() -> None:
    _, captured, voided = told(captures.authorization_voided_in_part)
    assert number(captured, "mc_gross") == Decimal("8.00")
    assert values(voided, "payment_status", "remaining_settle") == ["Voided", "9"]


def test_a_review_comes_before_the_authorization_under_its_id() -> None:
    messages = told(captures.authorization_review)
    assert column(messages, "pending_reason") == ["paymentreview", "authorization", None, "authorization"]
    reviewed, authorized, captured, spent = column(messages, "txn_id")
    assert reviewed == authorized == spent != captured


def test_a_reauthorization_has_an_id_of_its_own_and_is_what_is_captured() -> None:
    first, second, captured = told(captures.reauthorization)
    assert column([first, second, captured], "transaction_entity") == ["auth", "reauth", "payment"]
    assert first.value("txn_id") != second.value("txn_id") == captured.value("auth_id")
    assert second.value("parent_txn_id") == first.value("txn_id")


def test_a_capture_that_is_denied_waited_under_the_same_id() -> None:
    authorized, pending, denied = told(captures.capture_denied)
    assert pending.value("txn_id") == denied.value("txn_id") != authorized.value("txn_id")
    assert values(pending, "payment_status", "pending_reason") == ["Pending", "multi_currency"]
    assert values(denied, "payment_status", "pending_reason") == ["Denied", None]


def test_a_refund_of_a_capture_names_the_capture_and_the_authorization() -> None:
    authorized, captured, _, refund = told(captures.capture_refunded)
    assert refund.value("parent_txn_id") == captured.value("txn_id")
    assert refund.value("auth_id") == authorized.value("txn_id")
    assert values(refund, "txn_type", "transaction_entity", "mc_gross") == [None, "payment", "-3.00"]
