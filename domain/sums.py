"""What followers undid of a payment, counted once each, in gross terms, whatever order they came in."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from domain.facts import Follower
from domain.money import Money
from domain.ties import Tie
from domain.vocabulary import FollowerKind

_NOTHING = Decimal(0)


def refunded(followers: Iterable[Follower], paid: Money) -> Money:
    """The sum of all refunds in the payment's currency, each follower id counted once."""
    refunds = _counted(followers, FollowerKind.REFUND, paid.currency)
    return _sum((abs(_gross(f)) for f in refunds), paid.currency)


def reversed_now(followers: Iterable[Follower], paid: Money) -> Money:
    """What is pulled back at present: the reversals less the canceled reversals, never below nothing."""
    heard = tuple(followers)
    reversals = _counted(heard, FollowerKind.REVERSAL, paid.currency)
    returned = (
        _returned(canceled, reversals, paid)
        for canceled in _counted(heard, FollowerKind.CANCELED_REVERSAL, paid.currency)
    )
    pulled = _sum((part_undone(f, paid) for f in reversals), paid.currency)
    return max(pulled - _sum(returned, paid.currency), Money.zero(paid.currency), key=lambda m: m.amount)


def part_undone(follower: Follower, paid: Money) -> Money:
    """What a reversal undid of the payment, in gross terms.

    PayPal writes a hold for a dispute net of the fee (gross and fee together are the payment's gross) and a
    final reversal in full gross (reference: messages of both kinds; no guide says so). [?] Which reasons use
    which is not known, so the reason is not asked: only the two amounts together tell a whole reversal from a
    part of one.
    """
    gross = abs(_gross(follower))
    return paid if follower.fee is not None and gross + abs(follower.fee) == paid else gross


def _returned(canceled: Follower, reversals: tuple[Follower, ...], paid: Money) -> Money:
    """What a canceled reversal gives back: as much as the reversal of its amount had undone."""
    gross = _gross(canceled)
    if gross < Money.zero(gross.currency):
        # [?] A help text of PayPal's has the sign tell who won, and no real one was ever seen; a negative one
        # gives nothing back, so the goods stay where they are until a person looks.
        return Money.zero(gross.currency)
    twins = [part_undone(r, paid) for r in reversals if abs(_gross(r)) == gross]
    return max(twins, key=lambda m: m.amount) if twins else part_undone(canceled, paid)


def _counted(followers: Iterable[Follower], kind: FollowerKind, currency: str) -> tuple[Follower, ...]:
    """One follower an id; told twice with two amounts, the larger is taken, and a person hears of it."""
    by_id: dict[str, Follower] = {}
    for follower in followers:
        if follower.kind is not kind or follower.gross is None or follower.gross.currency != currency:
            continue
        known = by_id.get(follower.txn_id)
        if known is None or weight(known) < weight(follower):
            by_id[follower.txn_id] = follower
    return tuple(sorted(by_id.values(), key=lambda f: f.txn_id))


def weight(follower: Follower) -> tuple[Decimal, Decimal, Tie[Follower]]:
    """By which one of two tellings of the same follower is believed: the larger, then a fixed choice."""
    amounts = (abs(money.amount) if money else _NOTHING for money in (follower.gross, follower.fee))
    first, second = amounts
    return first, second, Tie(_without_parent, follower)


def _without_parent(follower: Follower) -> str:
    return repr(replace(follower, parent_txn_id=""))


def _gross(follower: Follower) -> Money:
    assert follower.gross is not None, "a follower without an amount was counted"
    return follower.gross


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, start=Money.zero(currency))
