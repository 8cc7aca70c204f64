"""Customers: what messages tell of each payer, and what each payment adds to its payer's sums."""

from dataclasses import dataclass

from domain.answers import answered_once
from domain.events import Entry, ReportHeard, ReportRefused
from domain.facts import Address
from domain.money import Money
from domain.quick import quick
from domain.standing import describing, kind_of, sums
from domain.state import Transaction
from domain.vocabulary import Kind, PaymentStatus

NAME = "customers"
VERSION = 1


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one message told of a payer; null where it told nothing."""

    payer: str
    name: str | None
    email: str | None
    country: str | None
    address: Address | None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one payment adds to its payer's sums, all of it in one currency."""

    payer: str
    paid: Money
    refunded: Money
    disputed: Money


def telling(entry: Entry) -> Telling | None:
    """What an entry tells of a payer; None when it tells of none.

    It is said of the payer whom that message names, whatever else PayPal says of the transaction. Whoever
    pays a payout is we.
    """
    if not isinstance(entry.event, ReportHeard | ReportRefused):
        return None
    report = entry.event.report
    if report.payer.id is None or report.kind is Kind.PAYOUT:
        return None
    return Telling(
        payer=report.payer.id,
        name=report.payer.name,
        email=report.payer.email,
        country=report.payer.country,
        address=report.address,
    )


@answered_once
def share(transaction: Transaction) -> Share | None:
    """What a transaction adds to its payer's sums: nothing unless it is a payment that was completed.

    Who that is, and how much, is what the transaction's document shows; authorizations, orders and payouts
    bring no money.
    """
    top = describing(transaction)
    if top is None or kind_of(transaction) is not Kind.PAYMENT:
        return None
    report, undone = top.report, sums(transaction)
    if report.status is not PaymentStatus.COMPLETED or report.payer.id is None:
        return None
    if report.gross is None or undone is None or report.gross <= Money.zero(report.gross.currency):
        return None
    refunded, disputed = undone
    return Share(payer=report.payer.id, paid=report.gross, refunded=refunded, disputed=disputed)
