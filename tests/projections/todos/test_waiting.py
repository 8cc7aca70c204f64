"""What PayPal waits for: somebody's word, a bank's money, a capture before it is too late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.todos.kinds import Todo, TodoKind
from projections.todos.waiting import business_days_after, waiting
from tests.given import (
    NOON,
    SELLER,
    MemoryBook,
    authorization,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, record

PAID_AT = datetime(2026, 11, 20, 16, 12, 59, tzinfo=UTC)  # a Friday
FOREIGN = {"mc_currency": "EUR", "gross": "12.00"}
EXPIRES = "08:12:59 Dec 19, 2026 PST"


def asked(*bodies: bytes, txn_id: str = "T1") -> list[Todo]:
    return list(waiting(MemoryBook().deliver(*bodies).transaction(txn_id)))


def test_a_payment_in_another_currency_is_to_be_accepted_in_paypal() -> None:
    (todo,) = asked(pending(reason="multi_currency", **FOREIGN))
    assert (todo.kind, todo.due) == (TodoKind.ACCEPT_CURRENCY, PAID_AT + timedelta(days=30))
    assert todo.what == (
        "Accept or deny the payment of 12.00 EUR in PayPal: Activity, the payment, Accept or Deny."
        " There is no balance in EUR, so PayPal asks first; it waits 30 days."
    )


def test_the_older_spelling_of_the_reason_is_the_same() -> None:
    assert asked(pending(reason="multi-currency")) == asked(pending(reason="multi_currency"))


def test_a_payment_to_an_unconfirmed_address_asks_for_its_confirmation() -> None:
    (todo,) = asked(pending(reason="unilateral", receiver_email="Sales@Example.com", business=SELLER))
    assert (todo.kind, todo.due) == (TodoKind.UNILATERAL, PAID_AT + timedelta(days=30))
    assert todo.what == (
        "Confirm Sales@Example.com in PayPal: Profile, E-mail addresses."
        " The payment of 20.00 USD waits for it, and goes back to the buyer after 30 days."
    )


def test_the_address_in_a_sentence_is_quoted_without_harm() -> None:
    (todo,) = asked(
        pending(reason="unilateral", receiver_email="a\u202e\x1b[2J@b", business=SELLER, charset="utf-8")
    )
    assert "Confirm a\ufffd\ufffd[2J@b in PayPal" in todo.what


def test_an_echeck_is_to_be_waited_for_some_business_days() -> None:
    (todo,) = asked(pending(reason="echeck"))
    assert (todo.kind, todo.due) == (TodoKind.ECHECK, PAID_AT + timedelta(days=10))
    assert todo.what == (
        "Wait for the eCheck of 20.00 USD, and send nothing before: the buyer's bank pays it within 3 to 6"
        " business days, or it fails. If nothing has come by then, look in PayPal."
    )


@given(st.integers(0, 70_000), st.integers(0, 12))
def test_business_days_end_on_one_and_count_no_weekend(day: int, days: int) -> None:
    start = datetime(1998, 1, 1, tzinfo=UTC) + timedelta(days=day)
    end = business_days_after(start, days)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == days
    assert days == 0 or end.weekday() < 5


def test_without_a_date_it_is_due_at_no_known_time() -> None:
    for reason in ("multi_currency", "unilateral", "echeck"):
        (todo,) = asked(pending(reason=reason, payment_date="soon"))
        assert todo.due is None


@pytest.mark.parametrize("reason", ["multi_currency", "unilateral", "echeck"])
@pytest.mark.parametrize(
    "settled",
    [
        payment(),
        payment(status="Denied"),
        payment(status="Failed"),
        payment(status="Voided"),
        payment(status="Expired"),
        follower("Refunded", "R1"),
        follower("Reversed", "V1"),
    ],
)
def test_once_paypal_has_settled_it_nothing_is_asked(reason: str, settled: bytes) -> None:
    before = pending(reason=reason)
    for bodies in ((before, settled), (settled, before)):
        assert asked(*bodies) == []


@pytest.mark.parametrize("beside", [case(), follower("Refunded", "R1", gross="-5.00")])
def test_what_happens_beside_it_does_not_settle_it(beside: bytes) -> None:
    assert [todo.kind for todo in asked(pending(reason="multi_currency"), beside)] == [
        TodoKind.ACCEPT_CURRENCY
    ]


@pytest.mark.parametrize(
    "body",
    [
        payment(),
        pending(reason="paymentreview"),
        authorization("T1", pending_reason="multi_currency", status="Voided"),
        order("T1"),
        order("T1", auth_exp=EXPIRES),
        case(),
        payment(pending_reason="multi_currency"),
        payment(auth_exp=EXPIRES),
        batch(record(1, "Unclaimed", masspay_txn_id="T1")),
        follower("Refunded", "R1"),
    ],
)
def test_most_things_wait_for_nobody(body: bytes) -> None:
    assert asked(body) == []


# ---- authorizations ----

END = datetime(2026, 12, 19, 16, 12, 59, tzinfo=UTC)
LASTING = authorization(auth_exp=EXPIRES)


def test_an_authorization_is_to_be_captured_before_it_ends() -> None:
    (todo,) = asked(LASTING, txn_id="A1")
    assert todo == Todo(
        kind=TodoKind.AUTHORIZATION_EXPIRING,
        what="Capture the authorization of 20.00 USD in PayPal, or void it, before 2026-12-19T16:12:59Z,"
        " when it ends.",
        due=END,
        since=END - timedelta(days=3),
    )


def test_where_paypal_told_no_end_it_is_counted_from_its_date() -> None:
    (todo,) = asked(authorization(), txn_id="A1")
    assert (todo.since, todo.due) == (PAID_AT + timedelta(days=26), PAID_AT + timedelta(days=29))
    assert todo.what == (
        "Capture the authorization of 20.00 USD in PayPal, or void it, in time: it lasts 29 days."
    )


def test_where_it_has_no_date_it_is_counted_from_when_it_was_heard_of() -> None:
    (todo,) = asked(authorization(payment_date="soon"), txn_id="A1")
    assert todo.due == NOON + timedelta(seconds=1, days=29)


def test_of_two_ends_the_earlier_is_taken_in_any_order() -> None:
    earlier = authorization(auth_exp="08:12:59 Dec 01, 2026 PST")
    for bodies in ((LASTING, earlier), (earlier, LASTING)):
        (todo,) = asked(*bodies, txn_id="A1")
        assert todo.due == END - timedelta(days=18)


def test_what_is_left_of_a_captured_one_can_be_captured_still() -> None:
    for bodies in ((LASTING, capture("C1", gross="5.00")), (capture("C1", gross="5.00"), LASTING)):
        (todo,) = asked(*bodies, txn_id="A1")
        assert todo.what.startswith("Capture what is left of the authorization of 20.00 USD in PayPal")


@pytest.mark.parametrize(
    "ended",
    [
        (capture("C1"),),
        (capture("C1", gross="5.00", remaining_settle="0", auth_status="Completed"),),
        (authorization(status="Completed"),),
        (authorization(status="Voided"),),
        (authorization(status="Expired"),),
        (capture("C1", gross="5.00"), authorization(status="Voided")),
        (capture("C1", gross="5.00"), authorization(status="Expired")),
    ],
)
def test_what_can_no_longer_be_captured_is_not_asked_for(ended: tuple[bytes, ...]) -> None:
    for bodies in ((LASTING, *ended), (*ended, LASTING)):
        assert asked(*bodies, txn_id="A1") == []


def test_of_an_authorization_known_by_its_captures_alone_nothing_is_known() -> None:
    assert asked(capture("C1", gross="5.00"), txn_id="A1") == []
