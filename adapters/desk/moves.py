"""The moves that a status can make, found by letting the domain decide: no table is written twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Final, TypeAlias

from domain.facts import Capture, Case, Fact, Follower, Report
from domain.folding import evolve
from domain.money import UNITS, Money
from domain.standing import captures, describing, kind_of, paid, rung, status_of, sums
from domain.state import Transaction
from domain.transaction import decide, hear_capture
from domain.transitions import REPORTS, TRANSITIONS
from domain.vocabulary import CaseType, FollowerKind, Kind, PaymentStatus, Status

# Of whatever is only imagined; a case is opened after all that was heard, and ended later still.
_ID: Final = "?"
_OPENED: Final = datetime(2199, 1, 1, tzinfo=UTC)
_ENDED: Final = datetime(2199, 2, 1, tzinfo=UTC)
_PROMISED: Final = Money.of("10.00", "USD")

Told: TypeAlias = Fact | Capture


@dataclass(frozen=True, slots=True)
class Ladder:
    """The statuses of a kind, first those that reports tell, in their order; and the moves between them."""

    statuses: tuple[Status, ...]
    reported: int
    moves: frozenset[tuple[Status, Status]]


@cache
def ladder_of(kind: Kind) -> Ladder:
    """The ladder of all transactions of a kind."""
    moves: set[tuple[Status, Status]] = set()
    seen: set[tuple[Status, Status]] = set()
    left = [Transaction(txn_id=_ID)]
    while left:
        before = left.pop()
        for _, told in _imagined(before, kind):
            after = _heard(before, told)
            place = status_of(after), rung(after, kind)
            if kind_of(after) is not kind:
                continue
            if place[0] is not status_of(before):
                moves.add((status_of(before), place[0]))
            if place not in seen:
                seen.add(place)
                left.append(after)
    reported = tuple(TRANSITIONS[kind])
    others = {status for move in moves for status in move} - set(reported)
    statuses = (*reported, *(status for status in Status if status in others))
    return Ladder(statuses, len(reported), frozenset(moves))


def next_moves(transaction: Transaction) -> Mapping[Status, tuple[str, ...]]:
    """Where one more word of PayPal's would lead this transaction, and which word that is."""
    found: dict[Status, dict[str, None]] = {}
    here = status_of(transaction)
    for words, told in _imagined(transaction, kind_of(transaction)):
        to = status_of(_heard(transaction, told))
        if to is not here:
            found.setdefault(to, {})[words] = None
    return {to: tuple(words) for to, words in found.items()}


def _heard(transaction: Transaction, told: Told) -> Transaction:
    if isinstance(told, Capture):
        entries = hear_capture(transaction, told, None, _ENDED)
    else:
        entries = decide(transaction, told, None, _ENDED).entries
    for entry in entries:
        transaction = evolve(transaction, entry)
    return transaction


def _imagined(transaction: Transaction, kind: Kind) -> Iterator[tuple[str, Told]]:
    """Everything that PayPal may tell of it next, each in words."""
    top = describing(transaction)
    if top is not None:
        report = replace(top.report, kind=kind)
    else:
        # Of what nobody has told, no amount is known either, where anything waits that may speak of another.
        gross = None if transaction.parked else _PROMISED
        report = Report(txn_id=_ID, kind=kind, status=PaymentStatus.COMPLETED, gross=gross)
    for status in REPORTS[kind]:
        yield f"PayPal says {status.value.capitalize()}", replace(report, status=status)
    if kind is Kind.PAYMENT:
        yield from _after_money(transaction)
    elif kind is not Kind.PAYOUT:
        yield from _captured(transaction)


def _after_money(transaction: Transaction) -> Iterator[tuple[str, Told]]:
    yield "a case is opened", Case(case_id=_ID, txn_id=_ID, type=CaseType.DISPUTE, opened_at=_OPENED)
    gross, undone = paid(transaction), sums(transaction)
    if gross is None or undone is None:
        return
    back, pulled = undone
    zero, part = Money.zero(gross.currency), Money(UNITS[gross.currency], gross.currency)
    rest = gross - back
    follower = partial(_follower, f"{_ID}{len(transaction.followers)}")  # another each time
    if part < rest:
        yield "a part is refunded", follower(FollowerKind.REFUND, zero - part)
        yield "a part is pulled back", follower(FollowerKind.REVERSAL, zero - part)
    if zero < rest:
        yield "all that is left is refunded", follower(FollowerKind.REFUND, zero - rest)
        yield "all of it is pulled back", follower(FollowerKind.REVERSAL, zero - gross)
    if zero < pulled:
        yield "what was pulled back comes back", follower(FollowerKind.CANCELED_REVERSAL, pulled)


def _captured(transaction: Transaction) -> Iterator[tuple[str, Told]]:
    promised = paid(transaction) or _PROMISED
    part = Money(UNITS[promised.currency], promised.currency)
    here = f"{_ID}{len(captures(transaction))}"  # another each time
    capture = Capture(txn_id=here, status=PaymentStatus.COMPLETED, gross=part)
    yield "a part is captured", capture
    yield "all of it is captured", replace(capture, gross=promised, spent=True)


def _follower(txn_id: str, kind: FollowerKind, gross: Money) -> Follower:
    return Follower(txn_id=txn_id, parent_txn_id=_ID, kind=kind, gross=gross, occurred_at=_ENDED)
