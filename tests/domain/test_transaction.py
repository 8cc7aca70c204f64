"""The heart: what a fact means where a transaction stands, and how its events fold."""

from datetime import timedelta

import pytest

from domain import events as e
from domain.facts import Capture, Case, Doubt, Fact, Follower, Report
from domain.folding import evolve, fold
from domain.state import Transaction
from domain.transaction import Decision, decide, hear_capture, vet_again
from domain.vocabulary import Outcome, PaymentStatus
from tests.given import (
    NOON,
    SHOP,
    MemoryBook,
    adjustment,
    authorization,
    case,
    entries,
    fact_of,
    follower,
    order,
    payment,
    pending,
    transaction_fact,
)

PAID, WAITS = fact_of(payment(), Report), fact_of(pending(), Report)
REFUND, DISPUTE = fact_of(follower("Refunded", "R1"), Follower), fact_of(case(), Case)
DOUBTS = (Doubt(rule="unpriced", detail="no price was agreed for an item without a number"),)


def given(*facts: e.Event) -> Transaction:
    return fold("T1", entries(*facts))


def decided(transaction: Transaction, fact: Fact, n: int = 99) -> tuple[str, list[str]]:
    decision = decide(transaction, fact, n, NOON)
    return decision.outcome.value, [type(entry.event).__name__ for entry in decision.entries]


TOLD: dict[str, tuple[list[bytes], bytes, str, list[str]]] = {
    # name: heard before, heard now, its outcome, the events
    "money": ([], payment(), "recorded", ["PaymentCompleted"]),
    "an eCheck": ([], pending(), "recorded", ["PaymentPended"]),
    "an eCheck that cleared": ([pending()], payment(), "recorded", ["PaymentCompleted"]),
    "an eCheck, after it cleared": ([payment()], pending(), "stale", []),
    "a review after the eCheck": (
        [pending()],
        pending(reason="paymentreview"),
        "recorded",
        ["PaymentPended"],
    ),
    "money twice": ([payment()], payment(), "duplicate", []),
    "money twice, and an eCheck between": ([payment(), pending()], payment(), "duplicate", []),
    "a denial": ([pending()], payment(status="Denied"), "recorded", ["PaymentDenied"]),
    "a denial after the money": ([payment()], payment(status="Denied"), "refused", ["ReportRefused"]),
    "money after its denial": ([payment(status="Denied")], payment(), "recorded", ["PaymentCompleted"]),
    "another amount": ([payment()], payment(gross="25.00"), "recorded", ["PaymentCompleted"]),
    "an authorization": ([], authorization("T1"), "recorded", ["AuthorizationGranted"]),
    "an order": ([], order("T1"), "recorded", ["OrderPlaced"]),
    "a void of an authorization": (
        [authorization("T1")],
        payment(status="Voided"),
        "recorded",
        ["AuthorizationVoided"],
    ),
    "an authorization after its void": (
        [payment(status="Voided")],
        authorization("T1"),
        "recorded",  # it moves nothing, but it is the first to say what was voided
        ["AuthorizationGranted"],
    ),
    "a refund too early": ([], follower("Refunded", "R1"), "parked", ["FollowerParked"]),
    "a refund too early, twice": (
        [follower("Refunded", "R1")],
        follower("Refunded", "R1"),
        "duplicate",
        [],
    ),
    "a case too early": ([], case(), "parked", ["CaseParked"]),
    "money that a refund and a case wait for": (
        [follower("Refunded", "R1"), case()],
        payment(),
        "recorded",
        ["PaymentCompleted", "PaymentRefunded", "CaseOpened"],
    ),
    "a reversal that its return waits for": (
        [payment(), follower("Canceled_Reversal", "W1", gross="20.00")],
        follower("Reversed", "V1"),
        "recorded",
        ["PaymentReversed", "ReversalCanceled"],
    ),
    "a refund of more than was paid": (
        [payment()],
        follower("Refunded", "R1", gross="-21.00"),
        "refused",
        ["FollowerRefused"],
    ),
    "a refused refund, twice": (
        [payment(), follower("Refunded", "R1", gross="-21.00")],
        follower("Refunded", "R1", gross="-21.00"),
        "duplicate",
        [],
    ),
    "an adjustment": ([payment()], adjustment("X1"), "recorded", ["PaymentAdjusted"]),
    "a case a stage further": ([payment(), case()], case(case_type="complaint"), "recorded", ["CaseOpened"]),
    "a case twice": ([payment(), case()], case(), "duplicate", []),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_fact_is_recorded_once_and_where_it_belongs(name: str) -> None:
    before, now, outcome, events = TOLD[name]
    transaction = MemoryBook().deliver(*before).transaction("T1")
    assert decided(transaction, transaction_fact(now)) == (outcome, events)


@pytest.mark.parametrize("name", TOLD)
def test_the_same_delivery_decided_again_comes_out_as_before_and_adds_nothing(name: str) -> None:
    before, now, outcome, _ = TOLD[name]
    book = MemoryBook().deliver(*before)
    book.process(now, 99)
    again = decide(book.transaction("T1"), transaction_fact(now), 99, NOON)
    assert again.entries == ()
    assert again.outcome.value == outcome


def test_a_refusal_says_what_speaks_against_what() -> None:
    denied = fact_of(payment(status="Denied"), Report)
    decision = decide(given(e.PaymentCompleted(PAID)), denied, 9, NOON)
    assert decision.reason == "transition: denied after completed"
    assert decide(given(e.PaymentDenied(denied)), REFUND, 9, NOON).reason == (
        "transition: refund of all or the rest, while denied"
    )


def test_what_is_stale_says_how_far_the_transaction_is() -> None:
    decision = decide(given(e.PaymentCompleted(PAID)), WAITS, 9, NOON)
    assert decision == Decision(outcome=Outcome.STALE, reason="the transaction is completed already")


def test_what_is_parked_says_what_it_waits_for() -> None:
    assert decide(given(), REFUND, 9, NOON).reason == "waits for T1"


def test_events_keep_the_number_the_moment_and_the_doubts() -> None:
    (entry,) = decide(given(), PAID, 9, NOON, DOUBTS).entries
    assert entry == e.Entry(event=e.PaymentCompleted(PAID, DOUBTS), at=NOON, n=9)


def test_those_that_waited_are_settled_under_their_own_numbers() -> None:
    waiting = given(e.FollowerParked(REFUND, "T1"), e.CaseParked(DISPUTE, "T1"))
    decision = decide(waiting, PAID, 9, NOON)
    assert [entry.n for entry in decision.entries] == [9, 1, 2]
    assert decision.released == ((1, Outcome.RECORDED, None), (2, Outcome.RECORDED, None))


def test_one_that_waited_in_vain_is_refused_under_its_own_number() -> None:
    denied = fact_of(payment(status="Denied"), Report)
    decision = decide(given(e.FollowerParked(REFUND, "T1")), denied, 9, NOON)
    assert decision.outcome is Outcome.RECORDED
    assert decision.released == ((1, Outcome.REFUSED, "transition: refund of all or the rest, while denied"),)


def test_folding_counts_events_and_keeps_the_first_and_the_last_moment() -> None:
    transaction = given(e.PaymentPended(WAITS), e.PaymentCompleted(PAID), e.PaymentRefunded(REFUND))
    assert transaction.version == 3
    assert transaction.first_heard == NOON + timedelta(seconds=1)
    assert transaction.last_changed == NOON + timedelta(seconds=3)
    assert [heard.report for heard in transaction.reports] == [WAITS, PAID]
    assert [heard.n for heard in transaction.reports] == [1, 2]


def test_what_was_refused_is_kept_and_marked() -> None:
    transaction = given(
        e.PaymentCompleted(PAID), e.ReportRefused(WAITS, "why", DOUBTS), e.FollowerRefused(REFUND, "why")
    )
    assert [heard.refused for heard in transaction.reports] == [None, "why"]
    assert [heard.doubts for heard in transaction.reports] == [(), DOUBTS]
    assert [heard.refused for heard in transaction.followers] == ["why"]


@pytest.mark.parametrize(
    "settled", [e.PaymentRefunded(REFUND), e.FollowerRefused(REFUND, "why")], ids=["heard", "refused"]
)
def test_one_that_waited_waits_no_more_once_it_is_settled(settled: e.Event) -> None:
    other = fact_of(follower("Refunded", "R2"), Follower)
    transaction = given(
        e.FollowerParked(REFUND, "T1"), e.FollowerParked(other, "T1"), e.CaseParked(DISPUTE, "T1"), settled
    )
    assert [parked.fact for parked in transaction.parked] == [other, DISPUTE]
    opened = evolve(transaction, e.Entry(event=e.CaseOpened(DISPUTE), at=NOON))
    assert [parked.fact for parked in opened.parked] == [other]


def test_an_id_that_turned_out_to_be_a_followers_hands_on_what_waited_for_it() -> None:
    transaction = given(e.FollowerParked(REFUND, "T1"), e.FollowerIdentified("T0"))
    assert transaction.follows == "T0"
    assert transaction.parked == ()


def test_what_happens_to_invoices_does_not_happen_to_payments() -> None:
    with pytest.raises(AssertionError, match="InvoicePaid does not happen to a transaction"):
        given(e.InvoicePaid("T1", "T1"))


def test_an_authorization_is_told_of_a_capture_once_for_each_thing_that_it_tells() -> None:
    waits = Capture(txn_id="C1", status=PaymentStatus.PENDING)
    told = given(e.CaptureHeard(waits))
    assert hear_capture(told, waits, 9, NOON) == ()
    done = Capture(txn_id="C1", status=PaymentStatus.COMPLETED)
    assert hear_capture(told, done, 9, NOON) == (e.Entry(event=e.CaptureHeard(done), at=NOON, n=9),)


def test_doubts_are_recorded_anew_only_where_they_changed() -> None:
    transaction = given(e.PaymentCompleted(PAID, DOUBTS))
    assert vet_again(transaction, DOUBTS, NOON) == ()
    (entry,) = vet_again(transaction, (), NOON)
    assert evolve(transaction, entry).reports[0].doubts == ()
    assert vet_again(given(), DOUBTS, NOON) == ()


def test_new_doubts_are_about_the_report_that_stands() -> None:
    transaction = given(e.PaymentPended(WAITS), e.PaymentCompleted(PAID), e.PaymentVetted(DOUBTS))
    assert [heard.doubts for heard in transaction.reports] == [(), DOUBTS]


def test_the_whole_history_folds_into_what_was_decided_step_by_step() -> None:
    book = MemoryBook(SHOP).deliver(case(), pending(), payment(), follower("Refunded", "R1", gross="-5.00"))
    history = book.streams["T1"]
    step = Transaction(txn_id="T1")
    for entry in history:
        step = evolve(step, entry)
    assert step == fold("T1", history) == book.transaction("T1")
    assert step.version == len(history)


@pytest.mark.parametrize("name", TOLD)
def test_every_event_has_the_moment_at_which_it_was_decided(name: str) -> None:
    before, now, _, _ = TOLD[name]
    decision = decide(MemoryBook().deliver(*before).transaction("T1"), transaction_fact(now), 99, NOON)
    assert {entry.at for entry in decision.entries} <= {NOON}


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ([], follower("Refunded", "R1"), "waits for T1"),
        ([payment()], payment(status="Denied"), "transition: denied after completed"),
    ],
    ids=["parked", "refused"],
)
def test_the_same_delivery_decided_again_gives_the_same_reason(
    before: list[bytes], now: bytes, reason: str
) -> None:
    book = MemoryBook().deliver(*before)
    book.process(now, 99)
    assert decide(book.transaction("T1"), transaction_fact(now), 99, NOON).reason == reason


def test_a_refused_report_keeps_the_doubts_about_it() -> None:
    denied = fact_of(payment(status="Denied"), Report)
    (entry,) = decide(given(e.PaymentCompleted(PAID)), denied, 9, NOON, DOUBTS).entries
    assert entry.event == e.ReportRefused(denied, "denied after completed", DOUBTS)


def test_what_waits_keeps_for_what_and_since_which_delivery() -> None:
    transaction = given(e.FollowerParked(REFUND, "T1"), e.CaseParked(DISPUTE, "T1"))
    assert [(parked.n, parked.waits_for) for parked in transaction.parked] == [(1, "T1"), (2, "T1")]


def test_a_capture_keeps_the_delivery_that_told_of_it() -> None:
    done = Capture(txn_id="C1", status=PaymentStatus.COMPLETED)
    assert [(heard.capture, heard.n) for heard in given(e.CaptureHeard(done)).captures] == [(done, 1)]


def test_doubts_are_recorded_anew_at_their_own_moment() -> None:
    assert vet_again(given(e.PaymentCompleted(PAID)), DOUBTS, NOON) == (
        e.Entry(event=e.PaymentVetted(DOUBTS), at=NOON),
    )
