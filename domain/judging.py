"""What the table of followers says of one fact, all that was told so far considered."""

from domain.events import CaseOpened, CaseParked, FollowerParked, FollowerRefused, TransactionEvent
from domain.facts import Case, Follower
from domain.money import Money
from domain.standing import paid, rung
from domain.state import Transaction
from domain.sums import refunded
from domain.transitions import FOLLOWER_EVENTS, FOLLOWERS, Move, Told
from domain.vocabulary import FollowerKind, Status


def judge_follower(transaction: Transaction, fact: Follower | Case) -> Move:
    """What the table says of a follower, all that was told so far considered."""
    return FOLLOWERS[rung(transaction)][_told(transaction, fact)]


_SIMPLE = {
    FollowerKind.REVERSAL: Told.REVERSAL,
    FollowerKind.CANCELED_REVERSAL: Told.CANCELED_REVERSAL,
}


def _told(transaction: Transaction, fact: Follower | Case) -> Told:
    if isinstance(fact, Case):
        return Told.CASE
    if fact.kind is FollowerKind.ADJUSTMENT:
        return Told.ADJUSTMENT
    reversals = any(heard.follower.kind is FollowerKind.REVERSAL for heard in transaction.followers)
    if fact.kind is FollowerKind.CANCELED_REVERSAL and not reversals:
        return Told.FIRST_CANCELED_REVERSAL
    gross = paid(transaction)
    if gross is not None and fact.gross is not None and fact.gross.currency != gross.currency:
        return Told.FOREIGN
    if fact.kind in _SIMPLE:
        return _SIMPLE[fact.kind]
    return Told.PARTIAL_REFUND if gross is None else _refund(transaction, fact, gross)


def _refund(transaction: Transaction, fact: Follower, gross: Money) -> Told:
    back = refunded([*(heard.follower for heard in transaction.followers), fact], gross)
    if gross < back:
        return Told.EXCESS_REFUND
    return Told.FULL_REFUND if back == gross else Told.PARTIAL_REFUND


def waits_for(transaction: Transaction, fact: Follower | Case) -> str:
    """What a parked fact waits for, as it stands: its payment to be heard of, or what must come between."""
    if rung(transaction) is Status.AWAITED or isinstance(fact, Case):
        return transaction.txn_id
    if fact.kind is FollowerKind.CANCELED_REVERSAL:
        return f"reversal of {transaction.txn_id}"
    return f"completion of {transaction.txn_id}"


def follower_event(transaction: Transaction, fact: Follower | Case, move: Move) -> TransactionEvent:
    if isinstance(fact, Case):
        return CaseParked(fact, transaction.txn_id) if move is Move.PARK else CaseOpened(fact)
    if move is Move.PARK:
        return FollowerParked(fact, waits_for(transaction, fact))
    if move is Move.REFUSE:
        return FollowerRefused(fact, f"{_told(transaction, fact)}, while {rung(transaction)}")
    return FOLLOWER_EVENTS[fact.kind](fact)
