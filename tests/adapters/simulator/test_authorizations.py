from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from adapters.simulator.authorizations import Authorization
from adapters.simulator.sales import new_sale
from adapters.simulator.scene import Scene

SALE = new_sale(Scene(Random(1), datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)), currency="USD", days_ago=2)
UNDER_ORDER = Authorization(sale=SALE, order_id="O-1", valid_days=3)
ALONE = Authorization(sale=SALE)
AUTH = ("payment_status", "transaction_entity", "auth_status", "remaining_settle", "parent_txn_id", "txn_id")


def test_an_order_has_an_id_of_its_own_and_no_fee() -> None:
    message = UNDER_ORDER.ordered()
    assert [message.value(n) for n in ("txn_id", "pending_reason", "transaction_entity", "mc_fee")] == [
        "O-1",
        "order",
        "order",
        None,
    ]


def test_an_authorization_follows_its_order_or_stands_alone() -> None:
    message = UNDER_ORDER.authorized()
    assert [message.value(n) for n in AUTH] == ["Pending", "auth", "Pending", "10", "O-1", SALE.txn_id]
    assert message.value("auth_id") == SALE.txn_id
    assert message.value("auth_exp") == SALE.scene.date(-1)
    assert message.value("mc_fee") is None
    assert ALONE.authorized().value("parent_txn_id") == ""


def test_a_capture_is_money_under_its_own_id_and_follows_the_authorization() -> None:
    message = UNDER_ORDER.captured(Decimal("9.00"), left=9, days_ago=1)
    assert [message.value(n) for n in AUTH[:5]] == ["Completed", "payment", "In_Progress", "9", SALE.txn_id]
    assert message.value("txn_id") not in (SALE.txn_id, "O-1")
    assert [message.value(n) for n in ("mc_gross", "mc_fee", "auth_amount")] == ["9.00", "0.56", "19.95"]
    assert message.value("pending_reason") is None
    assert UNDER_ORDER.captured(Decimal("9.00"), left=0, days_ago=1).value("auth_status") == "Completed"


def test_a_spent_authorization_is_completed_and_no_money() -> None:
    message = UNDER_ORDER.spent()
    assert [message.value(n) for n in AUTH] == ["Completed", "auth", "Completed", "0", "O-1", SALE.txn_id]
    assert message.value("pending_reason") == "authorization"
    assert message.value("mc_fee") is None


def test_void_and_expiry_keep_id_and_date_of_the_authorization() -> None:
    for message, status in ((ALONE.voided(), "Voided"), (ALONE.expired(), "Expired")):
        assert [message.value(n) for n in AUTH] == [status, "auth", status, "10", "", SALE.txn_id]
        assert message.value("payment_date") == SALE.scene.date(2)
        assert message.value("pending_reason") is None


def test_what_is_left_of_a_right_may_be_given_back() -> None:
    assert ALONE.voided(left=9).value("remaining_settle") == "9"


def test_an_authorization_under_review_names_no_fee() -> None:
    message = ALONE.reviewed()
    assert [message.value(n) for n in AUTH] == ["Pending", "auth", "Pending", "10", "", SALE.txn_id]
    assert [message.value(n) for n in ("pending_reason", "mc_fee")] == ["paymentreview", None]


def test_a_capture_that_waits_or_is_denied_takes_no_fee() -> None:
    pending, denied = (
        ALONE.captured(Decimal("9.00"), left=9, days_ago=1, txn_id="C-1", status=status)
        for status in ("Pending", "Denied")
    )
    names = ("txn_id", "transaction_entity", "pending_reason", "mc_fee")
    assert [pending.value(n) for n in names] == ["C-1", "payment", "multi_currency", None]
    assert [denied.value(n) for n in names] == ["C-1", "payment", None, None]


def test_one_that_follows_another_says_so() -> None:
    again = Authorization(sale=SALE, order_id="A-0", entity="reauth").authorized()
    assert [again.value(n) for n in ("transaction_entity", "parent_txn_id")] == ["reauth", "A-0"]


def test_a_refund_of_a_capture_still_names_the_authorization_but_another_parent() -> None:
    kept = ALONE.kept(0)
    assert (kept["auth_id"], kept["transaction_entity"], kept["remaining_settle"]) == (
        SALE.txn_id,
        "payment",
        "0",
    )
    assert "parent_txn_id" not in kept
