"""What kind of message a body is: told by its status first, by its type second, guessed never."""

import contextlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Case, Follower, Report
from domain.money import Money
from domain.notification import glance, read
from domain.reading import Unmodelled, Unreadable
from domain.vocabulary import CaseType, FollowerKind, Kind, PaymentStatus
from tests.given import (
    adjustment,
    authorization,
    body,
    case,
    fact_of,
    follower,
    only_fact,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, profiled, record, subscribed

DISPATCH = {
    # name: body, what it is read as
    "a payment": (payment(), PaymentStatus.COMPLETED),
    "a payment of old, without a type": (payment(txn_type=""), PaymentStatus.COMPLETED),
    "an eCheck": (pending(), PaymentStatus.PENDING),
    "a type in capitals": (payment(txn_type="Web_Accept"), PaymentStatus.COMPLETED),
    "a status in capitals": (payment(status="COMPLETED"), PaymentStatus.COMPLETED),
    "in progress": (payment(status="In-Progress"), PaymentStatus.PROCESSED),
    "a charge of a subscription": (
        payment(txn_type="subscr_payment", subscr_id="S-1"),
        PaymentStatus.COMPLETED,
    ),
    "a charge of a profile": (payment(txn_type="recurring_payment"), PaymentStatus.COMPLETED),
    "an authorization": (authorization(), PaymentStatus.PENDING),
    "an order": (order(), PaymentStatus.PENDING),
    "a refund, as on the wire": (follower("Refunded", "R1"), FollowerKind.REFUND),
    "a refund with a simulator's type": (
        follower("Refunded", "R1", txn_type="web_accept"),
        FollowerKind.REFUND,
    ),
    "a refund of a cart": (follower("Refunded", "R1", txn_type="cart"), FollowerKind.REFUND),
    "a reversal": (follower("Reversed", "V1"), FollowerKind.REVERSAL),
    "a reversal in lower case": (follower("reversed", "V1"), FollowerKind.REVERSAL),
    "a canceled reversal": (follower("Canceled_Reversal", "W1"), FollowerKind.CANCELED_REVERSAL),
    "a canceled reversal of 2005": (follower("Canceled-Reversal", "W1"), FollowerKind.CANCELED_REVERSAL),
    "an adjustment": (adjustment("X1"), FollowerKind.ADJUSTMENT),
    "an adjustment that is reversed": (
        adjustment("X1", payment_status="Reversed"),
        FollowerKind.REVERSAL,
    ),
    "a case": (case(), CaseType.DISPUTE),
    "a claim": (case(case_type="claim"), CaseType.COMPLAINT),
    "a case without a type": (case(txn_type=""), CaseType.DISPUTE),
}


@pytest.mark.parametrize("name", DISPATCH)
def test_a_message_is_what_its_status_and_type_say(name: str) -> None:
    raw, expected = DISPATCH[name]
    match only_fact(raw):
        case Report() as report:
            assert report.status is expected
        case Follower() as heard:
            assert heard.kind is expected
        case Case() as opened:
            assert opened.type is expected


UNMODELLED = {
    "a newer payout": payment(txn_type="payout"),
    "a batch of tomorrow": batch(record(1), status="Teleported"),
    "a record of tomorrow": batch(record(1), record(2, status="Teleported")),
    "a profile of tomorrow": profiled("skipped", profile_status="Dreaming"),
    "an initial payment of tomorrow": profiled("profile_created", initial_payment_status="Teleported"),
    "an entity of tomorrow": payment(transaction_entity="wish"),
    "a type of tomorrow": payment(txn_type="quantum_pay"),
    "a refund of a type of tomorrow": follower("Refunded", "R1", txn_type="quantum_pay"),
    "a status of tomorrow": payment(status="Teleported"),
    "a simulator's status": payment(status="Inflight"),
    "a refund in part under the payment's own id": payment(status="Partially_Refunded"),
    "a payment without a status": payment(status=""),
    "an adjustment without a status": adjustment("X1", payment_status=""),
    "a case of tomorrow": case(case_type="duel"),
    "a case of no type": case(case_type=""),
    "Adaptive Payments": body(transaction_type="Adaptive Payment PAY", status="COMPLETED", pay_key="AP-1"),
    "neither type nor status": body(txn_id="T1", mc_gross="5.00", mc_currency="USD"),
    "nothing": b"",
    "noise": b"\xff\xfe\x00&&==%",
}
SAYS = re.compile(
    r"(txn_type|payment_status|case_type|neither|status_2|profile_status|initial_payment_status"
    r"|transaction_entity|Adaptive Payments: transaction_type)\b"
)


@pytest.mark.parametrize("name", UNMODELLED)
def test_what_this_version_does_not_know_is_unmodelled_and_says_what_it_is(name: str) -> None:
    with pytest.raises(Unmodelled) as put_aside:
        read(UNMODELLED[name], 1)
    assert SAYS.match(str(put_aside.value))


UNREADABLE = {
    # name: body, what the sentence begins with
    "no id": (payment(""), "txn_id"),
    "an id that is none": (payment("T 1"), "txn_id"),
    "a parent that is none": (follower("Refunded", "R1", "T/1"), "parent_txn_id"),
    "no amount": (payment(gross=""), "mc_gross is missing"),
    "a refund of no amount": (follower("Refunded", "R1", gross=""), "mc_gross is missing"),
    "a refund of a fee only": (follower("Refunded", "R1", gross="", mc_fee="-1.00"), "mc_gross is missing"),
    "an adjustment of nothing": (adjustment("X1", gross=""), "mc_gross is missing"),
    "an adjustment of nobody": (adjustment("X1", ""), "an adjustment that names no parent_txn_id"),
    "NaN": (payment(gross="NaN"), "mc_gross: 'NaN'"),
    "an unknown currency": (payment(mc_currency="XXX"), "mc_gross: 'XXX'"),
    "no currency": (payment(mc_currency=""), "mc_gross: ''"),
    "places of a yen": (payment(gross="150.00", mc_currency="JPY", mc_fee=""), "mc_gross: '150.00'"),
    "a fee that is none": (payment(mc_fee="1,00"), "mc_fee: '1,00'"),
    "a negative payment": (payment(gross="-20.00"), "mc_gross -20.00 is negative"),
    "a settled amount that is none": (
        payment(settle_amount="1.234", settle_currency="EUR"),
        "settle_amount: '1.234'",
    ),
    "a settled amount in nothing": (payment(settle_amount="1.23"), "settle_amount: ''"),
    "a case without an id": (case(""), "case_id is missing"),
    "a case against nothing": (case(txn_id=""), "txn_id is missing"),
    "a status said twice": (
        payment() + b"&payment_status=Refunded",
        "payment_status is said more than once",
    ),
    "an amount said twice": (payment() + b"&mc_gross=1.00", "mc_gross is said more than once"),
    "a receiver said twice": (payment() + b"&receiver_email=x", "receiver_email is said more than once"),
    "a charset said twice": (payment() + b"&charset=UTF-8", "charset is said more than once"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_exactly_is_unreadable_and_names_the_field(name: str) -> None:
    raw, sentence = UNREADABLE[name]
    with pytest.raises(Unreadable) as refused:
        read(raw, 1)
    assert str(refused.value).startswith(sentence)


def test_a_field_that_decides_nothing_may_be_said_twice() -> None:
    assert fact_of(payment(custom="a") + b"&custom=b", Report).custom == "b"


def test_a_field_said_twice_alike_is_said_once() -> None:
    assert read(payment() + b"&mc_gross=20.00", 1) == read(payment(), 1)


@pytest.mark.parametrize("status", ["Refunded", "Reversed"])
@pytest.mark.parametrize("gross", ["-20.00", "20.00"])
@pytest.mark.parametrize("fee", ["-0.88", "0.88"])
def test_refunds_and_reversals_take_money_away_whatever_sign_a_simulator_writes(
    status: str, gross: str, fee: str
) -> None:
    heard = fact_of(follower(status, "F1", gross=gross, mc_fee=fee), Follower)
    assert (str(heard.gross), str(heard.fee)) == ("-20.00", "-0.88")


@pytest.mark.parametrize(("written", "read_as"), [("-5.00", "-5.00"), ("5.00", "5.00")])
def test_adjustments_and_canceled_reversals_go_by_their_sign(written: str, read_as: str) -> None:
    assert str(fact_of(adjustment("X1", gross=written), Follower).gross) == read_as
    assert str(fact_of(follower("Canceled_Reversal", "W1", gross=written), Follower).gross) == read_as


def test_an_adjustment_may_be_of_a_fee_alone() -> None:
    heard = fact_of(adjustment("X1", gross="", payment_fee="-20.00"), Follower)
    assert (heard.gross, heard.fee) == (None, Money.of("-20.00", "USD"))


def test_a_refund_tells_whom_it_follows_why_and_when() -> None:
    heard = fact_of(follower("Refunded", "R1", gross="-5.00", reason_code="Buyer-Complaint"), Follower)
    assert heard == Follower(
        txn_id="R1",
        parent_txn_id="T1",
        kind=FollowerKind.REFUND,
        gross=Money.of("-5.00", "USD"),
        fee=None,
        reason="buyer_complaint",
        occurred_at=datetime(2026, 11, 22, 18, tzinfo=UTC),
        reading=3,
    )


def test_a_reversal_that_names_no_parent_follows_its_own_id() -> None:
    assert fact_of(follower("Reversed", "T1", ""), Follower).parent_txn_id == "T1"


def test_a_case_tells_its_payment_its_stage_and_when_it_was_opened() -> None:
    opened = fact_of(case(case_type="chargeback"), Case)
    assert opened == Case(
        case_id="PP-1",
        txn_id="T1",
        type=CaseType.CHARGEBACK,
        reason="non_receipt",
        opened_at=datetime(2026, 11, 21, 17, tzinfo=UTC),
    )


def test_the_date_of_a_payment_is_not_that_of_its_case() -> None:
    assert fact_of(case(case_creation_date=""), Case).opened_at is None


def test_everybody_that_a_message_names_as_paid_is_heard_in_lower_case() -> None:
    raw = payment(receiver_email="Seller@Example.COM", receiver_id="S8XGHLYDW9T3S", business="Alias@Shop.de")
    assert read(raw, 1).receivers == {"seller@example.com", "s8xghlydw9t3s", "alias@shop.de"}
    assert read(adjustment("X1"), 1).receivers == frozenset()


@pytest.mark.parametrize(("value", "sandbox"), [("1", True), ("", False), ("0", False), ("true", False)])
def test_only_a_one_marks_the_sandbox(value: str, sandbox: bool) -> None:  # noqa: FBT001
    assert read(payment(test_ipn=value), 1).sandbox is sandbox


def test_a_message_keeps_its_number() -> None:
    assert read(payment(), 17).n == 17


def test_money_with_an_unreadable_date_is_money() -> None:
    report = fact_of(payment(payment_date="once upon a time"), Report)
    assert (report.gross, report.occurred_at) == (Money.of("20.00", "USD"), None)


def test_a_glance_tells_what_a_message_calls_itself() -> None:
    told = glance(follower("Refunded", "R1"))
    assert (told.txn_id, told.parent_txn_id) == ("R1", "T1")
    assert (told.txn_type, told.payment_status) == (None, "Refunded")
    assert glance(b"txn_id=" + b"x" * 500).txn_id == "x" * 64


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_glanced_at_and_read_or_put_aside(raw: bytes) -> None:
    glance(raw)
    with contextlib.suppress(Unreadable, Unmodelled):
        read(raw, 1)


NAMES = st.sampled_from(
    [
        *("txn_id", "parent_txn_id", "txn_type", "payment_status", "mc_gross", "mc_currency", "mc_fee"),
        *("payment_gross", "payment_fee", "pending_reason", "transaction_entity", "auth_id", "case_id"),
        *("case_type", "payment_date", "remaining_settle", "exchange_rate", "settle_amount", "charset"),
        *("settle_currency", "tax", "discount", "mc_gross_1", "quantity1", "item_name1", "item_number"),
    ]
)
VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *("Completed", "Refunded", "Reversed", "Pending", "web_accept", "new_case", "adjustment"),
            *("dispute", "auth", "order", "USD", "JPY", "5.00", "-5.00", "150", "NaN", "T1", "O-1"),
            *("9" * 400, "0", "-0.00", "UTF-8", "Shift_JIS", "echeck", ".", "1.", "\u0665", "²"),
        ]
    ),
)


@given(st.dictionaries(NAMES, VALUES), st.sampled_from([payment(), follower("Refunded", "R1"), case(), b""]))
def test_any_fields_at_all_are_read_or_put_aside(fields: dict[str, str], before: bytes) -> None:
    kept = [pair for pair in before.split(b"&") if pair.partition(b"=")[0].decode() not in fields]
    raw = b"&".join([*kept, body(**fields)])
    try:
        told = only_fact(raw)
    except (Unreadable, Unmodelled):
        return
    if isinstance(told, Report) and told.kind is Kind.PAYMENT and told.status is PaymentStatus.COMPLETED:
        assert told.gross is not None
        assert Money.zero(told.gross.currency) <= told.gross


def test_a_body_of_a_hundred_thousand_fields_is_glanced_at_and_not_read() -> None:
    body = b"txn_id=T1&" + b"a&" * 100_000 + b"txn_id=T2"
    assert glance(body).txn_id == "T1"
    with pytest.raises(Unreadable, match="more than 10000 fields"):
        read(body, 1)


LONG = "x" * 5_000


@pytest.mark.parametrize(
    "one",
    [
        payment(txn_type=LONG),
        payment(status=LONG),
        payment(transaction_entity=LONG),
        case(case_type=LONG),
        profiled("profile_cancel", profile_status=LONG),
        profiled("profile_created", initial_payment_status=LONG),
        batch(record(1, status=LONG)),
    ],
    ids=["type", "status", "entity", "case", "profile", "initial payment", "payout"],
)
def test_a_reason_quotes_the_beginning_of_an_unknown_word_only(one: bytes) -> None:
    # Hundreds of reasons stand in one list, and a body may be a quarter of a megabyte.
    with pytest.raises(Unmodelled) as refused:
        read(one, 1)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "one",
    [follower("Refunded", "R1", reason_code=LONG), authorization(auth_status=LONG), pending(reason=LONG)],
    ids=["reason", "authorization", "pending reason"],
)
def test_no_word_is_kept_longer_than_any_other_text(one: bytes) -> None:
    assert "x" * 1_025 not in repr(read(one, 1).facts)


def test_a_case_is_about_the_payment_that_it_names_as_parent() -> None:
    assert fact_of(case(txn_id="D1", parent_txn_id="T1"), Case).txn_id == "T1"


def test_an_old_refund_gives_its_amount_in_dollars_alone() -> None:
    told = fact_of(follower("Refunded", "R1", "T1", "", payment_gross="-5.00", payment_fee="-0.20"), Follower)
    assert (str(told.gross), str(told.fee)) == ("-5.00", "-0.20")


def test_money_in_a_message_about_a_subscription_goes_before_the_subscription() -> None:
    refund = {"txn_id": "R1", "parent_txn_id": "T1", "mc_gross": "-10.00", "mc_currency": "USD"}
    told = fact_of(subscribed("subscr_cancel", payment_status="Refunded", **refund), Follower)
    assert (told.kind, told.parent_txn_id) == (FollowerKind.REFUND, "T1")
    with pytest.raises(Unmodelled, match="payment_status 'Completed'"):
        read(profiled("skipped", payment_status="Completed", txn_id="T9", mc_gross="10.00"), 1)


# ---- what returned money was converted to ----

SETTLED = {"settle_amount": "18.00", "settle_currency": "EUR", "exchange_rate": "0.9"}


def test_money_that_comes_back_is_told_with_what_it_was_converted_to() -> None:
    told = fact_of(follower("Canceled_Reversal", "W1", gross="20.00", **SETTLED), Follower)
    assert told.settled == Money.of("18.00", "EUR")
    assert str(told.exchange_rate) == "0.9"


@pytest.mark.parametrize("status", ["Refunded", "Reversed"])
def test_money_that_leaves_is_not_converted(status: str) -> None:
    told = fact_of(follower(status, "R1", **SETTLED), Follower)
    assert (told.settled, told.exchange_rate) == (None, None)


def test_a_conversion_that_cannot_be_read_is_said() -> None:
    with pytest.raises(Unreadable, match="settle_amount"):
        read(follower("Canceled_Reversal", "W1", settle_amount="1,8", settle_currency="EUR"), 1)
