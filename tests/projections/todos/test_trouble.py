"""Trouble at PayPal: cases to answer in time, and what cannot all be true."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.acting import Acting
from domain.contradictions import contradictions
from domain.vocabulary import CaseType
from projections.todos.kinds import Todo, TodoKind
from projections.todos.trouble import trouble
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
from tests.given_streams import batch, paid, record

DUE = datetime(2026, 12, 1, 17, tzinfo=UTC)


def asked(*bodies: bytes, txn_id: str = "T1") -> list[Todo]:
    return list(trouble(MemoryBook().deliver(*bodies).transaction(txn_id)))


# ---- cases ----


def test_an_open_case_is_to_be_answered_within_ten_days() -> None:
    (todo,) = asked(payment(), case())
    assert (todo.kind, todo.part, todo.due) == (TodoKind.ANSWER_CASE, "PP-1", DUE)
    assert todo.what == (
        "Answer the dispute PP-1 in PayPal's Resolution Center: the buyer complained, and PayPal has not been"
        " asked to decide. The reason: the buyer says that nothing arrived (non_receipt). What helps: come to"
        " terms with the buyer in the Resolution Center; within 20 days it may be escalated. Goods that have"
        " not left are held."
    )


def test_each_open_case_is_a_to_do_of_its_own_in_one_order() -> None:
    bodies = payment(), case("PP-2"), case("PP-1", case_type="chargeback")
    for arrival in itertools.permutations(bodies):
        assert [todo.part for todo in asked(*arrival)] == ["PP-1", "PP-2"]


def test_a_case_is_asked_about_at_its_highest_stage() -> None:
    stages = case(), case(case_type="chargeback", case_creation_date="09:00:00 Nov 25, 2026 PST")
    for arrival in itertools.permutations((payment(), *stages)):
        (todo,) = asked(*arrival)
        assert todo.what.startswith("Answer the chargeback PP-1 in PayPal")
        assert todo.due == datetime(2026, 12, 5, 17, tzinfo=UTC)


@pytest.mark.parametrize("case_type", CaseType)
def test_every_type_of_case_is_said_in_words(case_type: CaseType) -> None:
    (todo,) = asked(payment(), case(case_type=case_type.value))
    assert todo.what.startswith(("Answer the ", "Look at the bank return PP-1"))
    assert "_" not in todo.what.replace("non_receipt", "")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "non_receipt",
            "the buyer says that nothing arrived (non_receipt). What helps: send PayPal the tracking",
        ),
        ("unauthorized", "the card's owner did not pay (unauthorized). What helps: send PayPal the tracking"),
        ("merchandise", "the buyer does not accept the goods (merchandise). What helps: answer the case in"),
        ("guarantee", "(guarantee). What helps: answer the case"),
        ("something_new", "a reason that this version does not know (something_new). What helps: look at"),
        ("", "PayPal gives no reason. What helps: answer the case"),
    ],
)
def test_what_the_buyer_claims_is_said_as_far_as_it_is_known(reason: str, said: str) -> None:
    (todo,) = asked(payment(), case(case_type="chargeback", reason_code=reason))
    assert said in todo.what


def test_a_case_without_a_date_is_due_at_no_known_time() -> None:
    (todo,) = asked(payment(), case(case_creation_date=""))
    assert todo.due is None


def test_texts_of_a_case_steer_nothing() -> None:
    (todo,) = asked(payment(), case(reason_code="a\u202e\x1b[2J", charset="utf-8"))
    assert "\ufffd\ufffd[2" in todo.what
    assert "\x1b" not in todo.what


@pytest.mark.parametrize(
    "ended",
    [
        (follower("Refunded", "R1"),),
        (follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00")),
    ],
)
def test_a_case_that_is_over_is_answered(ended: tuple[bytes, ...]) -> None:
    assert asked(payment(), case(), *ended) == []


def test_a_case_that_a_person_closed_is_over_until_it_goes_further() -> None:
    book = MemoryBook().deliver(payment(), case())

    def close(acting: Acting) -> None:
        acting.close_case("T1", "PP-1", "they agreed")

    book.acting("me", close)
    assert list(trouble(book.transaction("T1"))) == []
    book.deliver(case(case_type="chargeback"))
    (todo,) = trouble(book.transaction("T1"))
    assert todo.what.startswith("Answer the chargeback")


def test_a_case_of_a_payment_that_was_never_heard_of_waits() -> None:
    assert asked(case()) == []


# ---- contradictions ----

CONTRADICTIONS = {
    "completed and denied": (
        (payment(), payment(status="Denied")),
        "PayPal reported both completed and denied",
    ),
    "over-refund": (
        (payment(), follower("Refunded", "R1", gross="-25.00")),
        "25.00 of 20.00 USD refunded: more than was paid",
    ),
    "two amounts": (
        (payment(), payment(gross="21.00")),
        "PayPal reported more than one amount: 20.00 USD, 21.00 USD",
    ),
    "a refund of nothing": (
        (payment(status="Failed"), follower("Refunded", "R1")),
        "refund R1 of a transaction that is failed",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_contradicts_itself_is_to_be_looked_at_in_any_order(name: str) -> None:
    bodies, detail = CONTRADICTIONS[name]
    for order_of_arrival in itertools.permutations(bodies):
        (todo,) = asked(*order_of_arrival)
        assert (todo.kind, todo.due) == (TodoKind.CONTRADICTION, None)
        assert todo.what == (
            "Look at the transaction in PayPal; nothing is shipped by itself meanwhile: " + detail + "."
        )


def test_a_payout_that_contradicts_itself_is_to_be_looked_at() -> None:
    (todo,) = asked(batch(record(1)), batch(record(1, "Failed")), txn_id="M1")
    assert todo.kind is TodoKind.CONTRADICTION
    assert todo.what == (
        "Look at the payout in PayPal; what it moved is taken from its furthest status:"
        " PayPal reported both failed and completed."
    )


def test_a_payout_that_comes_back_is_nothing_to_do() -> None:
    bodies = batch(record(1, "Unclaimed")), batch(record(1, "Returned"))
    assert asked(*bodies, txn_id="M1") == []


def test_many_contradictions_are_one_to_do_of_bearable_length() -> None:
    refunds = [follower("Refunded", f"R{i}") for i in range(40)]
    (todo,) = asked(payment(status="Failed"), *refunds)
    assert todo.what.endswith("; and 36 more.")
    assert todo.what.count("a transaction that is failed") == 4


PIECES = [
    payment(), payment(gross="21.00"), payment(status="Denied"), pending(reason="unilateral"),
    payment(status="Voided"), follower("Refunded", "R1"), follower("Refunded", "R1", gross="-9.00"),
    follower("Refunded", "R2", gross="-20.00"), follower("Reversed", "V1", mc_currency="EUR"), case(),
    adjustment("X1"), authorization("T1"), order("T1"), capture("C1", "T1"), capture("T1", "A1"),
    payment(item_name="A"), payment(item_name="B"), paid("T1", ""),
    batch(record(1, masspay_txn_id="T1")), batch(record(1, "Failed", masspay_txn_id="T1")),
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=5))
def test_every_contradiction_is_asked_about_and_nothing_else(bodies: list[bytes]) -> None:
    transaction = MemoryBook().deliver(*bodies).transaction("T1")
    found = [todo for todo in trouble(transaction) if todo.kind is TodoKind.CONTRADICTION]
    assert bool(found) == bool(list(contradictions(transaction)))
    for doubt in list(contradictions(transaction))[:5]:
        assert doubt.detail in found[0].what
