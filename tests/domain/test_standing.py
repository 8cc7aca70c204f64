"""Where a transaction stands: its kind, its status, its sums, its captures, its cases."""

import itertools
from dataclasses import replace

import pytest

from domain.standing import captures, cases, describing, followers, kind_of, paid, rung, status_of, sums
from domain.state import Transaction
from domain.vocabulary import CaseType, Kind, Status
from tests.given import (
    MemoryBook,
    adjustment,
    authorization,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, record


def after(*bodies: bytes, txn_id: str = "T1") -> Transaction:
    return MemoryBook().deliver(*bodies).transaction(txn_id)


KINDS = {
    "nothing heard": ([], "T1", Kind.PAYMENT),
    "money": ([payment()], "T1", Kind.PAYMENT),
    "an authorization": ([authorization("T1")], "T1", Kind.AUTHORIZATION),
    "an order": ([order("T1")], "T1", Kind.ORDER),
    "a void of nobody knows what": ([payment(status="Voided")], "T1", Kind.PAYMENT),
    "a void of an authorization": ([payment(status="Voided"), authorization("T1")], "T1", Kind.AUTHORIZATION),
    "only captures heard": ([capture("C1", "T1")], "T1", Kind.AUTHORIZATION),
    "money outweighs a promise": ([authorization("T1"), payment()], "T1", Kind.PAYMENT),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_stream_is_about_money_or_a_promise_of_it(name: str) -> None:
    bodies, txn_id, kind = KINDS[name]
    assert kind_of(after(*bodies, txn_id=txn_id)) is kind


HOLD = follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88")
BACK = follower("Canceled_Reversal", "W1", gross="19.12")

STATUSES: dict[str, tuple[list[bytes], Status]] = {
    "nothing but a refund heard": ([follower("Refunded", "R1")], Status.AWAITED),
    "created": ([payment(status="Created")], Status.CREATED),
    "pending": ([pending()], Status.PENDING),
    "processed": ([payment(status="In-Progress")], Status.PROCESSED),
    "completed": ([payment()], Status.COMPLETED),
    "denied": ([payment(status="Denied")], Status.DENIED),
    "declined": ([payment(status="Declined")], Status.DECLINED),
    "failed": ([payment(status="Failed")], Status.FAILED),
    "expired": ([payment(status="Expired")], Status.EXPIRED),
    "voided": ([payment(status="Voided")], Status.VOIDED),
    "a part refunded": ([payment(), follower("Refunded", "R1", gross="-19.99")], Status.PARTIALLY_REFUNDED),
    "all refunded": ([payment(), follower("Refunded", "R1")], Status.REFUNDED),
    "more than all refunded": ([payment(), follower("Refunded", "R1", gross="-25.00")], Status.REFUNDED),
    "a case": ([payment(), case()], Status.DISPUTED),
    "a case over a part refunded": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), case()],
        Status.DISPUTED,
    ),
    "a full refund over a case": ([payment(), case(), follower("Refunded", "R1")], Status.REFUNDED),
    "reversed": ([payment(), HOLD], Status.REVERSED),
    "reversed over a case": ([payment(), HOLD, case()], Status.REVERSED),
    "reversed over all refunded": ([payment(), follower("Refunded", "R1"), HOLD], Status.REVERSED),
    "a part pulled back": ([payment(), follower("Reversed", "V1", gross="-5.00")], Status.DISPUTED),
    "a part pulled back over a part refunded": (
        [payment(), follower("Reversed", "V1", gross="-5.00"), follower("Refunded", "R1", gross="-5.00")],
        Status.DISPUTED,
    ),
    "a part refunded and the rest pulled back": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Reversed", "V1", gross="-15.00")],
        Status.REVERSED,
    ),
    "returned": ([payment(), HOLD, BACK], Status.COMPLETED),
    "returned, a part refunded before": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), HOLD, BACK],
        Status.PARTIALLY_REFUNDED,
    ),
    "returned and lost": ([payment(), HOLD, BACK, follower("Refunded", "R1")], Status.REFUNDED),
    "returned and pulled back again": ([payment(), HOLD, BACK, follower("Reversed", "V2")], Status.REVERSED),
    "returned by a negative amount": (
        [payment(), HOLD, follower("Canceled_Reversal", "W1", gross="-19.12")],
        Status.REVERSED,
    ),
    "an adjustment changes nothing": ([payment(), adjustment("X1")], Status.COMPLETED),
    "a refund in another currency changes nothing": (
        [payment(), follower("Refunded", "R1", mc_currency="EUR")],
        Status.COMPLETED,
    ),
    "a case against what waits": ([pending(), case()], Status.DISPUTED),
    "a case against what failed": ([payment(status="Failed"), case()], Status.FAILED),
    "completed over denied": ([payment(), payment(status="Denied")], Status.COMPLETED),
    "denied over failed": ([payment(status="Failed"), payment(status="Denied")], Status.DENIED),
}


@pytest.mark.parametrize("name", STATUSES)
def test_of_all_that_holds_the_gravest_shows(name: str) -> None:
    bodies, status = STATUSES[name]
    for shuffled in itertools.permutations(bodies):
        assert status_of(after(*shuffled)) is status


PROMISES: dict[str, tuple[list[bytes], str, Status]] = {
    "authorized": ([authorization()], "A1", Status.AUTHORIZED),
    "captured in part": ([authorization(), capture("C1", gross="5.00")], "A1", Status.PARTIALLY_CAPTURED),
    "captured in parts that make the whole": (
        [authorization(), capture("C1", gross="5.00"), capture("C2", gross="15.00")],
        "A1",
        Status.CAPTURED,
    ),
    "captured at once": ([authorization(), capture("C1")], "A1", Status.CAPTURED),
    "no captures are left": (
        [authorization(), capture("C1", gross="5.00", remaining_settle="0")],
        "A1",
        Status.CAPTURED,
    ),
    "the capture says that it was the last": (
        [authorization(), capture("C1", gross="5.00", auth_status="Completed")],
        "A1",
        Status.CAPTURED,
    ),
    "used up, by its own word": ([authorization(), authorization(status="Completed")], "A1", Status.CAPTURED),
    "a capture that waits": (
        [authorization(), capture("C1", status="Pending", pending_reason="multi_currency")],
        "A1",
        Status.CAPTURED,
    ),
    "a capture that was denied": ([authorization(), capture("C1", status="Denied")], "A1", Status.AUTHORIZED),
    "voided": ([authorization(), authorization(status="Voided")], "A1", Status.VOIDED),
    "the rest voided": (
        [authorization(), capture("C1", gross="5.00"), authorization(status="Voided")],
        "A1",
        Status.PARTIALLY_CAPTURED,
    ),
    "the rest expired": (
        [authorization(), capture("C1", gross="5.00"), authorization(status="Expired")],
        "A1",
        Status.PARTIALLY_CAPTURED,
    ),
    "spent, and then expired": (
        [authorization(), capture("C1"), authorization(status="Expired")],
        "A1",
        Status.CAPTURED,
    ),
    "expired": ([authorization(), authorization(status="Expired")], "A1", Status.EXPIRED),
    "denied": ([authorization(), authorization(status="Denied")], "A1", Status.DENIED),
    "only a capture heard": ([capture("C1")], "A1", Status.PARTIALLY_CAPTURED),
    "ordered": ([order()], "O-1", Status.ORDERED),
    "an order captured directly": ([order(), capture("C1", "O-1", auth_id="")], "O-1", Status.CAPTURED),
    "an order captured through its authorization": (
        [order(), authorization(parent_txn_id="O-1"), capture("C1", gross="5.00")],
        "O-1",
        Status.CAPTURED,
    ),
    "an order authorized": ([order(), authorization(parent_txn_id="O-1")], "O-1", Status.ORDERED),
    "an order voided": ([order(), order(status="Voided")], "O-1", Status.VOIDED),
    "an order expired": ([order(), order(status="Expired")], "O-1", Status.EXPIRED),
}


@pytest.mark.parametrize("name", PROMISES)
def test_a_promise_shows_what_was_taken_from_it(name: str) -> None:
    bodies, txn_id, status = PROMISES[name]
    for shuffled in itertools.permutations(bodies):
        assert status_of(after(*shuffled, txn_id=txn_id)) is status


def test_money_counts_once_though_its_authorization_completes_too() -> None:
    book = MemoryBook().deliver(authorization(), capture("C1"), authorization(status="Completed"))
    assert (book.shown("A1")["kind"], book.shown("A1")["fulfillment"]) == ("authorization", "none")
    assert (book.shown("C1")["kind"], book.shown("C1")["fulfillment"]) == ("payment", "ready")


def test_a_capture_told_twice_counts_once_with_its_smaller_amount() -> None:
    told = captures(after(authorization(), capture("C1"), capture("C1", gross="5.00"), txn_id="A1"))
    assert [(one.txn_id, str(one.gross)) for one in told] == [("C1", "5.00")]


def test_a_capture_that_completed_counts_by_that() -> None:
    waits = capture("C1", status="Pending", pending_reason="echeck")
    told = captures(after(capture("C1"), waits, txn_id="A1"))
    assert [one.status for one in told] == ["completed"]


def test_nothing_describes_a_transaction_that_was_not_heard_of() -> None:
    new = Transaction(txn_id="T1")
    assert (describing(new), paid(new), sums(new)) == (None, None, None)
    assert (rung(new), status_of(new)) == (Status.AWAITED, Status.AWAITED)


@pytest.mark.parametrize(
    ("bodies", "reason"),
    [
        ([pending(reason="echeck"), pending(reason="paymentreview")], "payment_review"),
        ([pending(reason="multi_currency"), pending(reason="echeck")], "multi_currency"),
        ([pending(reason="something new"), pending(reason="echeck")], "echeck"),
    ],
)
def test_of_several_pending_reasons_the_one_that_needs_a_person_shows(
    bodies: list[bytes], reason: str
) -> None:
    for shuffled in itertools.permutations(bodies):
        top = describing(after(*shuffled))
        assert top is not None
        assert top.report.pending_reason == reason


def test_of_two_amounts_for_one_payment_the_smaller_is_believed() -> None:
    for bodies in itertools.permutations([payment(gross="20.00"), payment(gross="19.00")]):
        assert str(paid(after(*bodies))) == "19.00"


def test_of_two_tellings_the_one_that_knows_the_fee_describes() -> None:
    for bodies in itertools.permutations([payment(), payment(mc_fee="", custom="later")]):
        top = describing(after(*bodies))
        assert top is not None
        assert str(top.report.fee) == "0.88"


def test_each_follower_counts_once_and_refused_ones_count_too() -> None:
    bodies = [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2")]
    for shuffled in itertools.permutations([*bodies, follower("Refunded", "R1", gross="-6.00")]):
        transaction = after(*shuffled)
        assert [(f.txn_id, str(f.gross)) for f in followers(transaction)] == [
            ("R1", "-6.00"),
            ("R2", "-20.00"),
        ]
        assert [str(part) for part in sums(transaction) or ()] == ["26.00", "0.00"]


RETURNED = "Canceled_Reversal"
CASES: dict[str, tuple[list[bytes], list[tuple[str, bool]]]] = {
    # name: heard besides the payment, each case's stage and whether it is open
    "opened": ([case()], [("dispute", True)]),
    "escalated": ([case(), case(case_type="complaint")], [("complaint", True)]),
    "a chargeback before its complaint": (
        [case(case_type="chargeback"), case(case_type="complaint")],
        [("chargeback", True)],
    ),
    "a bank return goes furthest": (
        [case(case_type="bank_return"), case(case_type="chargeback")],
        [("bank_return", True)],
    ),
    "two cases": (
        [case("PP-2", case_type="chargeback"), case("PP-1")],
        [("dispute", True), ("chargeback", True)],
    ),
    "closed by a later canceled reversal": (
        [case(), HOLD, follower(RETURNED, "W1", gross="19.12")],
        [("dispute", False)],
    ),
    "not closed by an earlier one": (
        [case(), HOLD, follower(RETURNED, "W1", gross="19.12", payment_date="08:59:59 Nov 21, 2026 PST")],
        [("dispute", True)],
    ),
    "not closed by one of the same second": (
        [case(), HOLD, follower(RETURNED, "W1", gross="19.12", payment_date="09:00:00 Nov 21, 2026 PST")],
        [("dispute", True)],
    ),
    "not closed by one without a date": (
        [case(), HOLD, follower(RETURNED, "W1", gross="19.12", payment_date="")],
        [("dispute", True)],
    ),
    "without a date, not closed by any": (
        [case(case_creation_date=""), HOLD, follower(RETURNED, "W1", gross="19.12")],
        [("dispute", True)],
    ),
    "of two, the one that was open then is closed": (
        [
            case("PP-1"),
            case("PP-2", case_creation_date="09:00:00 Nov 24, 2026 PST"),
            HOLD,
            follower(RETURNED, "W1", gross="19.12"),
        ],
        [("dispute", False), ("dispute", True)],
    ),
    "closed by a full refund": ([case(), follower("Refunded", "R1")], [("dispute", False)]),
    "without a date, closed by a full refund": (
        [case(case_creation_date=""), follower("Refunded", "R1")],
        [("dispute", False)],
    ),
    "not closed by a part": ([case(), follower("Refunded", "R1", gross="-5.00")], [("dispute", True)]),
    "not closed by its reversal": ([case(), HOLD], [("dispute", True)]),
    "not closed by an adjustment": ([case(), adjustment("X1")], [("dispute", True)]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_open_until_its_money_came_back_or_all_of_it_went(name: str) -> None:
    bodies, expected = CASES[name]
    for shuffled in itertools.permutations([payment(), *bodies]):
        assert [(str(one.type), is_open) for one, is_open in cases(after(*shuffled))] == expected


def test_a_case_about_a_payment_of_nothing_is_not_closed_by_no_refund() -> None:
    for shuffled in itertools.permutations([payment(gross="0.00"), case()]):
        assert status_of(after(*shuffled)) is Status.DISPUTED


def test_money_in_another_currency_uses_up_no_promise() -> None:
    for shuffled in itertools.permutations([authorization(), capture("C1", mc_currency="EUR")]):
        assert status_of(after(*shuffled, txn_id="A1")) is Status.PARTIALLY_CAPTURED


def test_a_word_that_is_none_outweighs_no_pending_reason() -> None:
    for shuffled in itertools.permutations([authorization("T1"), authorization("T1", pending_reason="")]):
        top = describing(after(*shuffled))
        assert top is not None
        assert top.report.pending_reason == "authorization"


CAPTURED_TWICE = {
    # what was told of one capture, in any order: its amount, and whether it was the last
    "two amounts": ([capture("C1"), capture("C1", gross="19.00")], ("19.00", False)),
    "two amounts of as many figures": ([capture("C1"), capture("C1", gross="9.00")], ("9.00", False)),
    "with an amount and without": (
        [capture("C1", status="Denied"), capture("C1", status="Denied", gross="")],
        ("20.00", False),
    ),
    "once as the last": ([capture("C1"), capture("C1", auth_status="Completed")], ("20.00", True)),
}


@pytest.mark.parametrize("name", CAPTURED_TWICE)
def test_a_capture_told_twice_is_one_whichever_was_told_first(name: str) -> None:
    bodies, expected = CAPTURED_TWICE[name]
    for shuffled in itertools.permutations(bodies):
        told = captures(after(authorization(), *shuffled, txn_id="A1"))
        assert [(str(one.gross), one.spent) for one in told] == [expected]


def test_a_case_told_twice_at_one_stage_is_one_whichever_was_told_first() -> None:
    told = [case(reason_code="non_receipt"), case(reason_code="special")]
    ends = [cases(after(payment(), *shuffled)) for shuffled in itertools.permutations(told)]
    assert len(ends[0]) == 1
    assert ends[0] == ends[1]


def test_a_void_that_does_not_say_of_what_is_of_no_payout() -> None:
    paid_out = batch(record(1, masspay_txn_id="T1"))
    for shuffled in itertools.permutations([paid_out, payment(status="Voided")]):
        transaction = after(*shuffled)
        assert (kind_of(transaction), status_of(transaction)) == (Kind.PAYOUT, Status.COMPLETED)


# ---- cases that a person closed ----

CLOSED: dict[str, tuple[CaseType, list[bytes], bool]] = {
    # name: the stage that was closed, what was heard, whether it is open
    "as far as it has gone": (CaseType.DISPUTE, [case()], False),
    "further than it has gone": (CaseType.CHARGEBACK, [case()], False),
    "less far than it has gone": (CaseType.DISPUTE, [case(case_type="complaint")], True),
    "before it went further": (CaseType.DISPUTE, [case(), case(case_type="chargeback")], True),
    "at its highest stage": (CaseType.CHARGEBACK, [case(), case(case_type="chargeback")], False),
    "another case": (CaseType.CHARGEBACK, [case("PP-2")], True),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_person_closes_a_case_up_to_the_stage_that_they_knew(name: str) -> None:
    stage, bodies, expected = CLOSED[name]
    for shuffled in itertools.permutations([payment(), *bodies]):
        transaction = replace(after(*shuffled), closed=(("PP-1", stage),))
        assert [is_open for _, is_open in cases(transaction)] == [expected]


def test_a_case_that_was_closed_twice_is_closed_as_far_as_either_said() -> None:
    heard = after(payment(), case(case_type="chargeback"))
    for stages in itertools.permutations((CaseType.DISPUTE, CaseType.CHARGEBACK)):
        closed = replace(heard, closed=tuple(("PP-1", stage) for stage in stages))
        assert [is_open for _, is_open in cases(closed)] == [False]
        assert status_of(closed) is Status.COMPLETED
