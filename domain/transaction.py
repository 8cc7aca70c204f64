"""The heart: decide what a verified fact means to a transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from domain.events import (
    CaptureHeard,
    CaseParked,
    Entry,
    FollowerParked,
    FollowerRefused,
    PaymentVetted,
    ReportRefused,
)
from domain.facts import Capture, Case, Doubt, Fact, Follower, Report, same
from domain.folding import evolve
from domain.judging import follower_event, judge_follower
from domain.quick import quick
from domain.standing import describing, kind_told, rung
from domain.state import HeardCase, HeardFollower, HeardReport, Parked, Transaction
from domain.transitions import REPORTS, TRANSITIONS, Move
from domain.vocabulary import Outcome

# The number of a notification that waited, its outcome now, and the reason.
Released = tuple[int | None, Outcome, str | None]


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a fact means: its outcome, the events to append, and what became of those that waited for it."""

    outcome: Outcome
    reason: str | None = None
    entries: tuple[Entry, ...] = ()
    released: tuple[Released, ...] = ()


_OUTCOMES = {Move.RECORD: Outcome.RECORDED, Move.REFUSE: Outcome.REFUSED, Move.PARK: Outcome.PARKED}
REFUSED_MOVE = "transition"


def decide(
    transaction: Transaction, fact: Fact, n: int | None, at: datetime, doubts: tuple[Doubt, ...] = ()
) -> Decision:
    """Name what a verified fact means, at the moment `at`. Hearing it again adds nothing.

    `n` is the notification that the fact came in: the same notification decided again (after a crash, or
    because a person asked) comes out as it did before; another with the same fact is a duplicate.
    """
    known = _alike(transaction, fact)
    if known:
        is_this = any(heard.n == n for heard in known)
        return _settled(known[0]) if is_this else Decision(outcome=Outcome.DUPLICATE)
    move, entry = _judge(transaction, fact, n, at, doubts)
    if move is Move.STALE:
        return Decision(outcome=Outcome.STALE, reason=f"the transaction is {rung(transaction)} already")
    assert entry is not None, "a move that is kept has an event"
    # What is parked now waits for something else than what it tells itself.
    entries, released = _release(evolve(transaction, entry), at) if transaction.parked else ([], [])
    return Decision(
        outcome=_OUTCOMES[move],
        reason=_reason(entry),
        entries=(entry, *entries),
        released=tuple(released),
    )


def _judge(
    transaction: Transaction, fact: Fact, n: int | None, at: datetime, doubts: tuple[Doubt, ...]
) -> tuple[Move, Entry | None]:
    if isinstance(fact, Report):
        kind = kind_told(transaction, fact)
        base = rung(transaction, kind)
        to, event = REPORTS[kind][fact.status]
        move = TRANSITIONS[kind][base][to]
        if move is Move.STALE and _links(fact) not in {_links(heard.report) for heard in transaction.reports}:
            # It moves nothing, but it is the first to say what the transaction is, or comes from.
            move = Move.RECORD
        if move is Move.STALE:
            return move, None
        why = f"{to} after {base}"
        heard = ReportRefused(fact, why, doubts) if move is Move.REFUSE else event(fact, doubts)
        return move, Entry(event=heard, n=n, at=at)
    move = judge_follower(transaction, fact)
    return move, Entry(event=follower_event(transaction, fact, move), n=n, at=at)


def _links(report: Report) -> tuple[str | None, ...]:
    return report.kind, report.parent_txn_id, report.auth_id, report.subscription


def _release(transaction: Transaction, at: datetime) -> tuple[list[Entry], list[Released]]:
    """Events for those that waited and need wait no more, each in its turn until nothing moves."""
    entries: list[Entry] = []
    released: list[Released] = []
    while True:
        waiting = transaction.parked
        ready = next((p for p in waiting if judge_follower(transaction, p.fact) is not Move.PARK), None)
        if ready is None:
            return entries, released
        move = judge_follower(transaction, ready.fact)
        entry = Entry(event=follower_event(transaction, ready.fact, move), n=ready.n, at=at)
        transaction = evolve(transaction, entry)
        entries.append(entry)
        released.append((ready.n, _OUTCOMES[move], _reason(entry)))


def _reason(entry: Entry) -> str | None:
    match entry.event:
        case ReportRefused(why=why) | FollowerRefused(why=why):
            return f"{REFUSED_MOVE}: {why}"
        case FollowerParked(waits_for=waits_for) | CaseParked(waits_for=waits_for):
            return f"waits for {waits_for}"
        case _:
            return None


_Heard = HeardReport | HeardFollower | HeardCase | Parked
_OF_ITS_KIND: dict[type[Fact], Callable[[Transaction], tuple[_Heard, ...]]] = {
    Report: attrgetter("reports"),
    Follower: attrgetter("followers"),
    Case: attrgetter("cases"),
}


def _alike(transaction: Transaction, fact: Fact) -> list[_Heard]:
    """Wherever the transaction was told this fact."""
    heard = _OF_ITS_KIND[type(fact)](transaction)
    if not heard and not transaction.parked:  # half of all facts are the first of their transaction
        return []
    return [one for one in (*heard, *transaction.parked) if same(one.fact, fact)]


def _settled(heard: _Heard) -> Decision:
    """What became of a fact that was heard."""
    if isinstance(heard, Parked):
        return Decision(outcome=Outcome.PARKED, reason=f"waits for {heard.waits_for}")
    if isinstance(heard, HeardCase) or heard.refused is None:
        return Decision(outcome=Outcome.RECORDED)
    return Decision(outcome=Outcome.REFUSED, reason=f"{REFUSED_MOVE}: {heard.refused}")


def numbers_of(transaction: Transaction, fact: Fact) -> set[int | None]:
    """The notifications that told the transaction this fact."""
    return {heard.n for heard in _alike(transaction, fact)}


def hear_capture(
    transaction: Transaction, capture: Capture, n: int | None, at: datetime
) -> tuple[Entry, ...]:
    """Tell an authorization or order of a payment captured from it; nothing when it knows."""
    if any(heard.capture == capture for heard in transaction.captures):
        return ()
    return (Entry(event=CaptureHeard(capture), n=n, at=at),)


def vet_again(transaction: Transaction, doubts: tuple[Doubt, ...], at: datetime) -> tuple[Entry, ...]:
    """Record today's doubts where a price or an invoice changed; nothing when they stand already."""
    top = describing(transaction)
    if top is None or top.doubts == doubts:
        return ()
    return (Entry(event=PaymentVetted(doubts), at=at),)
