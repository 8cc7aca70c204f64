"""The tables are total, and each cell keeps what the ladder promises about order."""

import itertools

import pytest

from domain.contradictions import contradictions
from domain.facts import Report
from domain.standing import rung, status_of
from domain.state import HeardReport, Transaction
from domain.transitions import FOLLOWER_EVENTS, FOLLOWERS, REPORTS, TRANSITIONS, Move, Told
from domain.vocabulary import FollowerKind, Kind, PaymentStatus, Status
from domain.words import PAYOUT_STATUSES, STATUSES
from tests.given import MemoryBook, authorization, comparable, order, payment
from tests.given_streams import batch, record

KINDS = list(TRANSITIONS)
# What PayPal reports of each kind: a Mass Pay record has words of its own.
REPORTED = {kind: set(STATUSES.values()) for kind in KINDS} | {Kind.PAYOUT: set(PAYOUT_STATUSES.values())}
# A message about each kind, under one id, with a given status.
MESSAGES = {
    Kind.PAYMENT: lambda status: payment("X1", status, transaction_entity="payment", mc_fee=""),
    Kind.AUTHORIZATION: lambda status: authorization("X1", status),
    Kind.ORDER: lambda status: order("X1", status),
    Kind.PAYOUT: lambda status: batch(record(1, status, masspay_txn_id="X1")),
}
CELLS = [
    (kind, row, column) for kind in KINDS for row in TRANSITIONS[kind] for column in TRANSITIONS[kind][row]
]


def ladder(kind: Kind) -> list[Status]:
    return list(TRANSITIONS[kind][Status.AWAITED])


def heard(kind: Kind, *statuses: PaymentStatus) -> Transaction:
    reports = (Report(txn_id="X1", kind=kind, status=status) for status in statuses)
    return Transaction(txn_id="X1", reports=tuple(HeardReport(report, 1) for report in reports))


def test_every_kind_that_has_reports_has_a_table() -> None:
    assert set(REPORTS) == set(TRANSITIONS) == set(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_leads_to_a_rung(kind: Kind) -> None:
    assert set(REPORTS[kind]) == REPORTED[kind]
    assert {rung for rung, _ in REPORTS[kind].values()} == set(ladder(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_status_and_report_have_a_cell(kind: Kind) -> None:
    rows = TRANSITIONS[kind]
    assert list(rows) == [Status.AWAITED, *ladder(kind)]
    assert all(list(row) == ladder(kind) for row in rows.values())


@pytest.mark.parametrize(("kind", "row", "column"), CELLS)
def test_a_higher_report_is_recorded_and_a_lower_one_never_moves_a_transaction(
    kind: Kind, row: Status, column: Status
) -> None:
    rungs = [Status.AWAITED, *ladder(kind)]
    move = TRANSITIONS[kind][row][column]
    if rungs.index(column) >= rungs.index(row):
        assert move is Move.RECORD
    else:
        assert move in (Move.STALE, Move.REFUSE)


@pytest.mark.parametrize("kind", KINDS)
def test_what_contradicts_the_highest_is_told_whichever_was_heard_first(kind: Kind) -> None:
    for first, second in itertools.permutations(REPORTS[kind], 2):
        one, other = heard(kind, first, second), heard(kind, second, first)
        doubts = list(contradictions(one))
        assert doubts == list(contradictions(other))
        assert status_of(one) == status_of(other)
        low, high = sorted((REPORTS[kind][s][0] for s in (first, second)), key=ladder(kind).index)
        refused = TRANSITIONS[kind][high][low] is Move.REFUSE
        assert bool(doubts) is refused
        if refused:
            assert doubts[0].detail == f"PayPal reported both {high} and {low}"


@pytest.mark.parametrize("kind", KINDS)
def test_any_three_reports_in_any_order_end_in_one_state(kind: Kind) -> None:
    for statuses in itertools.combinations(REPORTS[kind], 3):
        bodies = [MESSAGES[kind](status.capitalize()) for status in statuses]
        ends = [
            comparable(MemoryBook().deliver(*shuffled).shown("X1"))
            for shuffled in itertools.permutations(bodies)
        ]
        assert all(end == ends[0] for end in ends)


@pytest.mark.parametrize("kind", KINDS)
def test_the_highest_report_is_where_a_transaction_stands(kind: Kind) -> None:
    for statuses in itertools.combinations(REPORTS[kind], 3):
        rungs = [REPORTS[kind][status][0] for status in statuses]
        assert rung(heard(kind, *statuses)) == max(rungs, key=ladder(kind).index)


PROMISES = [
    # stands at, PayPal reports, what that is
    (Status.PENDING, Status.COMPLETED, Move.RECORD),
    (Status.PENDING, Status.DENIED, Move.RECORD),
    (Status.PENDING, Status.FAILED, Move.RECORD),
    (Status.PENDING, Status.PENDING, Move.RECORD),  # for another reason
    (Status.COMPLETED, Status.PENDING, Move.STALE),
    (Status.COMPLETED, Status.CREATED, Move.STALE),
    (Status.COMPLETED, Status.PROCESSED, Move.STALE),
    (Status.COMPLETED, Status.DENIED, Move.REFUSE),
    (Status.COMPLETED, Status.FAILED, Move.REFUSE),
    (Status.COMPLETED, Status.EXPIRED, Move.REFUSE),
    (Status.COMPLETED, Status.VOIDED, Move.REFUSE),
    (Status.COMPLETED, Status.DECLINED, Move.REFUSE),
    (Status.DENIED, Status.COMPLETED, Move.RECORD),  # money outranks its denial
    (Status.DENIED, Status.FAILED, Move.REFUSE),
    (Status.DENIED, Status.PENDING, Move.STALE),
    (Status.FAILED, Status.COMPLETED, Move.RECORD),
    (Status.FAILED, Status.VOIDED, Move.REFUSE),
    (Status.VOIDED, Status.PENDING, Move.STALE),
    (Status.EXPIRED, Status.PENDING, Move.STALE),
]


@pytest.mark.parametrize(("stands", "told", "move"), PROMISES)
def test_payments_move_as_paypals_guide_has_it(stands: Status, told: Status, move: Move) -> None:
    assert TRANSITIONS[Kind.PAYMENT][stands][told] is move


PAYOUTS = [
    (Status.PENDING, Status.UNCLAIMED, Move.RECORD),
    (Status.UNCLAIMED, Status.COMPLETED, Move.RECORD),
    (Status.UNCLAIMED, Status.RETURNED, Move.RECORD),
    (Status.COMPLETED, Status.REVERSED, Move.RECORD),
    (Status.COMPLETED, Status.RETURNED, Move.RECORD),  # money that came back outranks the word before it
    (Status.COMPLETED, Status.UNCLAIMED, Move.STALE),
    (Status.REVERSED, Status.COMPLETED, Move.STALE),
    (Status.RETURNED, Status.UNCLAIMED, Move.STALE),
    (Status.RETURNED, Status.COMPLETED, Move.REFUSE),
    (Status.RETURNED, Status.DENIED, Move.REFUSE),
    (Status.DENIED, Status.COMPLETED, Move.REFUSE),
    (Status.REVERSED, Status.RETURNED, Move.REFUSE),
]


@pytest.mark.parametrize(("stands", "told", "move"), PAYOUTS)
def test_payouts_move_as_paypals_mass_pay_guide_has_it(stands: Status, told: Status, move: Move) -> None:
    assert TRANSITIONS[Kind.PAYOUT][stands][told] is move


@pytest.mark.parametrize("kind", KINDS)
def test_what_contradicts_the_end_contradicts_whatever_would_hide_it(kind: Kind) -> None:
    # What was stale to a rung between was never recorded; if the top refused it, the order would tell.
    rows = TRANSITIONS[kind]
    for low, between, top in itertools.combinations(ladder(kind), 3):
        if rows[top][low] is Move.REFUSE and rows[between][low] is Move.STALE:
            assert rows[top][between] is Move.REFUSE, f"{low}, {between}, {top}"


@pytest.mark.parametrize("kind", [Kind.AUTHORIZATION, Kind.ORDER])
def test_a_promise_that_ran_out_after_its_money_was_taken_contradicts_nothing(kind: Kind) -> None:
    assert TRANSITIONS[kind][Status.CAPTURED][Status.EXPIRED] is Move.STALE
    assert TRANSITIONS[kind][Status.CAPTURED][Status.VOIDED] is Move.REFUSE
    assert TRANSITIONS[kind][Status.VOIDED][Status.EXPIRED] is Move.STALE


def test_every_status_has_a_cell_for_everything_that_a_follower_can_tell() -> None:
    rungs = {Status.AWAITED} | {rung for kind in KINDS for rung in ladder(kind)}
    assert set(FOLLOWERS) == rungs
    assert all(list(row) == list(Told) for row in FOLLOWERS.values())
    assert all(move is not Move.STALE for row in FOLLOWERS.values() for move in row.values())


ON_THEIR_WAY = (Status.CREATED, Status.PENDING, Status.PROCESSED, Status.COMPLETED)
UNPAID = (Status.DECLINED, Status.EXPIRED, Status.VOIDED, Status.FAILED, Status.DENIED)
OF_PROMISES = (Status.AUTHORIZED, Status.CAPTURED, Status.ORDERED)
OF_PAYOUTS = (Status.UNCLAIMED, Status.RETURNED, Status.REVERSED)


def test_before_anything_was_heard_everything_waits() -> None:
    assert set(FOLLOWERS[Status.AWAITED].values()) == {Move.PARK}


@pytest.mark.parametrize("status", [s for s in FOLLOWERS if s is not Status.AWAITED])
def test_a_case_is_heard_wherever_a_transaction_stands(status: Status) -> None:
    assert FOLLOWERS[status][Told.CASE] is Move.RECORD


@pytest.mark.parametrize("status", [s for s in FOLLOWERS if s is not Status.AWAITED])
def test_more_back_than_was_paid_or_in_another_currency_is_refused(status: Status) -> None:
    assert FOLLOWERS[status][Told.EXCESS_REFUND] is Move.REFUSE
    assert FOLLOWERS[status][Told.FOREIGN] is Move.REFUSE


@pytest.mark.parametrize("status", ON_THEIR_WAY)
def test_what_was_paid_may_go_back_and_corrections_wait_until_it_is_here(status: Status) -> None:
    row = FOLLOWERS[status]
    assert row[Told.FULL_REFUND] is row[Told.PARTIAL_REFUND] is row[Told.REVERSAL] is Move.RECORD
    assert row[Told.CANCELED_REVERSAL] is Move.RECORD
    assert row[Told.FIRST_CANCELED_REVERSAL] is Move.PARK
    assert row[Told.ADJUSTMENT] is (Move.RECORD if status is Status.COMPLETED else Move.PARK)


@pytest.mark.parametrize("status", [*UNPAID, *OF_PROMISES, *OF_PAYOUTS])
def test_where_nothing_was_paid_nothing_goes_back_but_paypals_corrections_are_heard(status: Status) -> None:
    row = FOLLOWERS[status]
    assert {row[t] for t in (Told.PARTIAL_REFUND, Told.FULL_REFUND, Told.REVERSAL)} == {Move.REFUSE}
    assert row[Told.ADJUSTMENT] is Move.RECORD


def test_every_follower_that_moves_money_has_its_event() -> None:
    assert set(FOLLOWER_EVENTS) == set(FollowerKind) - {FollowerKind.CASE}
    assert len(set(FOLLOWER_EVENTS.values())) == len(FOLLOWER_EVENTS)
