"""Double entry: the accounts, and postings between them that sum to nothing in every currency."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from domain.money import Money
from domain.quick import quick


class Account(StrEnum):
    """The accounts, each kept in every currency apart: `Assets:PayPal:USD`."""

    PAYPAL = "Assets:PayPal"
    HELD = "Assets:Held"  # pulled back net of fee, while a case lasts
    SALES = "Income:Sales"
    SUBSCRIPTIONS = "Income:Subscriptions"
    REFUNDS = "Income:Refunds"
    REVERSALS = "Income:Reversals"  # pulled back in full
    PAYOUTS = "Expenses:Payouts"
    CHARGEBACKS = "Expenses:Chargebacks"
    CHARGEBACK_FEES = "Expenses:ChargebackFees"
    FEES = "Expenses:Fees"
    CONVERSION = "Equity:Conversion"


_ORDER: dict[str, int] = {account: place for place, account in enumerate(Account)}


class EntryKind(StrEnum):
    """What an entry of the ledger tells of."""

    SALE = "sale"
    SUBSCRIPTION_PAYMENT = "subscription_payment"
    REFUND = "refund"
    REVERSAL = "reversal"
    CANCELED_REVERSAL = "canceled_reversal"
    ADJUSTMENT = "adjustment"
    PAYOUT = "payout"
    PAYOUT_RETURN = "payout_return"
    CONVERSION = "conversion"
    CORRECTION = "correction"  # something is known better than when it was entered


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount that came to an account, or left it if negative; the account's name ends in the currency."""

    account: str
    amount: Money


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money that moved at once: what it was, the id it moved under, when, and between which accounts."""

    kind: EntryKind
    txn_id: str
    occurred_at: datetime | None
    postings: tuple[Posting, ...]


# What leaves one account and comes to another. An amount below nothing goes the other way.
Transfer = tuple[Account, Account, Money | None]


def postings(transfers: Iterable[Transfer]) -> tuple[Posting, ...]:
    """One posting for each account that something came to or left, in the order of the accounts."""
    sums: dict[str, Money] = {}
    for source, target, amount in transfers:
        if amount is not None:
            _add(sums, _in(target, amount.currency), amount)
            _add(sums, _in(source, amount.currency), -amount)
    return _of(sums)


def difference(after: Iterable[Posting], before: Iterable[Posting]) -> tuple[Posting, ...]:
    """The postings that make of those before those after; none when they are alike."""
    sums: dict[str, Money] = {}
    for posting in after:
        _add(sums, posting.account, posting.amount)
    for posting in before:
        _add(sums, posting.account, -posting.amount)
    return _of(sums)


def amounts_in(account: Account, some: Iterable[Posting]) -> Iterator[Money]:
    """What came to an account, in each currency."""
    return (posting.amount for posting in some if posting.account.rpartition(":")[0] == account)


# There are as many of both as accounts in currencies, and nothing of a message is in their names.
@cache
def _in(account: Account, currency: str) -> str:
    return f"{account}:{currency}"


def _add(sums: dict[str, Money], account: str, amount: Money) -> None:
    sums[account] = sums[account] + amount if account in sums else amount


def _of(sums: Mapping[str, Money]) -> tuple[Posting, ...]:
    return tuple(
        Posting(account, sums[account]) for account in sorted(sums, key=_rank) if sums[account].amount
    )


@cache
def _rank(account: str) -> tuple[int, str]:
    return _ORDER[account.rpartition(":")[0]], account
