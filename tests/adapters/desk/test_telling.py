"""Events in words, every one that can happen to a transaction."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from adapters.desk.telling import is_about_a_case, telling
from adapters.mapper import type_name
from domain import act_events as a
from domain import events as e
from domain.events import Entry
from domain.facts import Capture, Case, Doubt, Follower, Report
from domain.money import Money
from domain.vocabulary import CaseType, FollowerKind, Kind, PaymentStatus

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DOUBT = Doubt(rule="amount", detail="too little")
REPORT = Report(
    txn_id="T1",
    kind=Kind.PAYMENT,
    status=PaymentStatus.PENDING,
    pending_reason="echeck",
    gross=Money.of("20.00", "USD"),
    fee=Money.of("0.88", "USD"),
    occurred_at=AT,
)
REFUND = Follower(
    txn_id="R1",
    parent_txn_id="T1",
    kind=FollowerKind.CANCELED_REVERSAL,
    gross=Money.of("5.00", "USD"),
    reason="other",
    occurred_at=AT,
)
CASE = Case(case_id="PP-1", txn_id="T1", type=CaseType.DISPUTE, reason="non_receipt", opened_at=AT)
SAYINGS = (
    (e.PaymentPended(REPORT), ("PayPal says pending, because of echeck: 20.00 USD, fee 0.88 USD",)),
    (e.ReportRefused(REPORT, "x after y"), (..., "It contradicts what was told before: x after y")),
    (e.ReversalCanceled(REFUND), ("canceled reversal R1, because of other: 5.00 USD",)),
    (e.FollowerRefused(REFUND, "no"), (..., "It contradicts what was told before: no")),
    (e.FollowerParked(REFUND, "T1"), (..., "It came too early, and waits for T1")),
    (e.CaseOpened(CASE), ("dispute PP-1, because of non_receipt",)),
    (e.CaseParked(CASE, "T1"), ("dispute PP-1, because of non_receipt", ...)),
    (e.FollowerIdentified("T0"), ("It follows T0, and has no life of its own",)),
    (
        e.CaptureHeard(Capture(txn_id="C1", status=PaymentStatus.COMPLETED, gross=Money.of("5.00", "USD"))),
        ("C1 is completed: 5.00 USD",),
    ),
    (e.PaymentVetted((DOUBT,)), ("The checks were made again",)),
    (e.PaymentVetted(()), ("The checks were made again, and found nothing",)),
    (a.GoodsClaimed(AT), ("Claimed until 2026-11-20 12:00:00 UTC",)),
    (a.GoodsReleased(), ()),
    (a.GoodsReleased("lunch"), ("“lunch”",)),
    (a.GoodsFulfilled("DHL 1"), ("“DHL 1”",)),
    (a.GoodsApproved((DOUBT,), "fine"), ("“fine”",)),
    (a.CaseClosed("PP-1", CaseType.DISPUTE, "they said so"), ("dispute PP-1", "“they said so”")),
    (a.TodoDone("x", "done"), ("“done”",)),
)


@pytest.mark.parametrize(("event", "lines"), SAYINGS)
def test_an_event_says_what_it_tells(event: e.Event, lines: tuple[object, ...]) -> None:
    said = telling(type_name(event), Entry(event=event, at=AT))
    assert len(said.lines) == len(lines)
    for one, wanted in zip(said.lines, lines, strict=True):
        assert wanted is ... or one == wanted


def test_no_event_of_a_transaction_is_forgotten() -> None:
    told = tuple(type(event) for event, _ in SAYINGS)
    for kind in (*get_args(e.TransactionEvent), *get_args(a.ActEvent)):
        if isinstance(kind, type):
            assert any(issubclass(one, kind) for one in told), kind


def test_names_are_read_as_words_and_paypals_clock_is_told() -> None:
    said = telling("PaymentPended", Entry(event=e.PaymentPended(REPORT, (DOUBT,)), at=AT))
    assert (said.title, said.occurred, said.doubts) == ("Payment pended", "2026-11-20T12:00:00Z", (DOUBT,))
    assert telling("CaseOpened", Entry(event=e.CaseOpened(CASE), at=AT)).occurred == "2026-11-20T12:00:00Z"
    assert telling("TodoDone", Entry(event=a.TodoDone("x"), at=AT)).occurred is None
    assert is_about_a_case(e.CaseOpened(CASE))
    assert not is_about_a_case(a.TodoDone("x"))
