"""The money that moved, by all that was heard of a transaction: a set of facts has one set of movements."""

from collections.abc import Iterator, Mapping

from domain.accounts import Account, EntryKind, Movement, Transfer, amounts_in, postings
from domain.answers import answered_once
from domain.facts import Follower, Report
from domain.money import Money
from domain.standing import describing, followers, kind_of, paid, subscription_of
from domain.state import Transaction
from domain.sums import part_undone
from domain.vocabulary import FollowerKind, Kind, PaymentStatus

# Alike for one movement however well it is known: what it is, and the id that it moved under.
Key = tuple[str, str]

PAYMENT, PAYOUT, CONVERSION = "payment", "payout", "conversion"

# A payout is out of our hands in all of these; in the others it has come back or never left (contract, 8).
_OUT = (PaymentStatus.PENDING, PaymentStatus.UNCLAIMED, PaymentStatus.COMPLETED)

_KINDS: dict[FollowerKind, EntryKind] = {
    FollowerKind.REFUND: EntryKind.REFUND,
    FollowerKind.REVERSAL: EntryKind.REVERSAL,
    FollowerKind.CANCELED_REVERSAL: EntryKind.CANCELED_REVERSAL,
    FollowerKind.ADJUSTMENT: EntryKind.ADJUSTMENT,
}
# Where the gross of what follows a payment comes from (or goes to, below nothing), and its fee.
_ACCOUNTS: dict[EntryKind, tuple[Account, Account]] = {
    EntryKind.SALE: (Account.SALES, Account.FEES),
    EntryKind.SUBSCRIPTION_PAYMENT: (Account.SUBSCRIPTIONS, Account.FEES),
    EntryKind.REFUND: (Account.REFUNDS, Account.FEES),
    EntryKind.REVERSAL: (Account.REVERSALS, Account.FEES),
    EntryKind.CANCELED_REVERSAL: (Account.REVERSALS, Account.FEES),
    EntryKind.ADJUSTMENT: (Account.CHARGEBACKS, Account.CHARGEBACK_FEES),
}


@answered_once
def movements(transaction: Transaction) -> Mapping[Key, Movement]:
    """Every movement that PayPal told of, the refused followers' too; what is parked has moved nothing.

    A movement of nothing is none. Each balances in every currency.
    """
    return {key: movement for key, movement in _all(transaction) if movement.postings}


def _all(transaction: Transaction) -> Iterator[tuple[Key, Movement]]:
    top = describing(transaction)
    if top is not None:
        yield from _own(transaction, top.report)
    if transaction.followers:
        yield from _followers(transaction)


def _own(transaction: Transaction, report: Report) -> Iterator[tuple[Key, Movement]]:
    """What moved under the transaction's own id: authorizations and orders move nothing."""
    kind = kind_of(transaction)
    if kind is Kind.PAYMENT and report.status is PaymentStatus.COMPLETED:
        what = EntryKind.SUBSCRIPTION_PAYMENT if subscription_of(transaction) else EntryKind.SALE
        paid_in = _movement(what, report, _gross_less_fee(what, report))
        yield (PAYMENT, report.txn_id), paid_in
        yield from _converted(PAYMENT, paid_in, report.settled)
    elif kind is Kind.PAYOUT and report.status in _OUT:
        paid_out = (
            (Account.PAYPAL, Account.PAYOUTS, report.gross),
            (Account.PAYPAL, Account.FEES, report.fee),
        )
        yield (PAYOUT, report.txn_id), _movement(EntryKind.PAYOUT, report, paid_out)


def _followers(transaction: Transaction) -> Iterator[tuple[Key, Movement]]:
    told, gross = followers(transaction), paid(transaction)
    for follower in told:
        what = _KINDS[follower.kind]
        if gross is not None and _is_hold(follower, told, gross):
            # Net of fee, the amount alone moved: its fee stayed where it was.
            transfers: tuple[Transfer, ...] = ((Account.HELD, Account.PAYPAL, follower.gross),)
        elif what is EntryKind.ADJUSTMENT:
            transfers = _gross_and_fee(what, follower)
        else:
            transfers = _gross_less_fee(what, follower)
        moved = _movement(what, follower, transfers)
        yield (follower.kind, follower.txn_id), moved
        yield from _converted(follower.kind, moved, follower.settled)


def _gross_less_fee(what: EntryKind, told: Report | Follower) -> tuple[Transfer, ...]:
    source, fees = _ACCOUNTS[what]
    return (source, Account.PAYPAL, told.gross), (Account.PAYPAL, fees, told.fee)


def _gross_and_fee(what: EntryKind, told: Follower) -> tuple[Transfer, ...]:
    """An adjustment moves both by their signs: a chargeback fee is told as a fee of -20.00."""
    source, fees = _ACCOUNTS[what]
    return (source, Account.PAYPAL, told.gross), (fees, Account.PAYPAL, told.fee)


def _is_hold(follower: Follower, told: tuple[Follower, ...], gross: Money) -> bool:
    """Whether a reversal is written net of fee, or a canceled one gives back what was taken so."""
    if follower.kind is FollowerKind.REVERSAL:
        return _is_net(follower, gross)
    if follower.kind is not FollowerKind.CANCELED_REVERSAL:
        return False
    twins = [
        one for one in told if one.kind is FollowerKind.REVERSAL and _size(one) == _size(follower) is not None
    ]
    return any(_is_net(one, gross) for one in twins or (follower,))


def _is_net(follower: Follower, gross: Money) -> bool:
    if follower.gross is None:
        return False
    # Of money in another currency than the payment's nothing says which part of it was taken.
    currencies = {money.currency for money in (follower.gross, follower.fee) if money is not None}
    return currencies == {gross.currency} and part_undone(follower, gross) != _size(follower)


def _size(follower: Follower) -> Money | None:
    return None if follower.gross is None else abs(follower.gross)


def _converted(key: str, movement: Movement, settled: Money | None) -> Iterator[tuple[Key, Movement]]:
    """What PayPal converted on its way: out of one balance, and into another."""
    if settled is None or settled.currency in {posting.amount.currency for posting in movement.postings}:
        return  # nothing was converted, whatever the message says besides
    out = [
        (Account.PAYPAL, Account.CONVERSION, amount)
        for amount in amounts_in(Account.PAYPAL, movement.postings)
    ]
    transfers = (*out, (Account.CONVERSION, Account.PAYPAL, settled))
    moved = Movement(
        kind=EntryKind.CONVERSION,
        txn_id=movement.txn_id,
        occurred_at=movement.occurred_at,
        postings=postings(transfers),
    )
    yield (f"{CONVERSION} of {key}", movement.txn_id), moved


def _movement(kind: EntryKind, told: Report | Follower, transfers: tuple[Transfer, ...]) -> Movement:
    return Movement(kind=kind, txn_id=told.txn_id, occurred_at=told.occurred_at, postings=postings(transfers))
