"""The checks before goods may leave: all of them are made, and each that fails is a doubt in words."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from domain.facts import Doubt, Item, Report
from domain.invoice import Invoice
from domain.notification import Notification, Told
from domain.subscription_facts import SubscriptionReport
from domain.vocabulary import Kind, SubscriptionKind

ANY_AMOUNT = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one piece of an item costs; no amount: any is welcome, as for donations."""

    amount: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What the shop's settings say: who we are, and what things cost."""

    receivers: frozenset[str] = frozenset()  # in lower case
    live: bool = False
    prices: Mapping[str, tuple[Price, ...]] = field(default_factory=dict)  # by item number
    ship_unpriced: bool = False


# The version of what is decided in this code: another number when the same message after the same history
# would be decided otherwise than by an earlier release. Who derives old events again knows what to expect.
DECISIONS = 1

RECEIVER, ENVIRONMENT = "receiver", "environment"
# Rules that to-dos of their own are about.
INVOICE, SERVED = "invoice", "served"


def not_for_us(notification: Notification, shop: Shop) -> str | None:
    """Why a verified message is none of ours, or None: the wrong receiver or the wrong PayPal.

    [?] Payers may get messages about what they paid, too: those name another as receiver and are refused.

    All names of the receiver in one verified message are of one account, so one of ours among them is enough
    (PayPal fills in the account's primary address, whatever alias the button named). A follower or case that
    names no receiver goes by its parent; billing agreements never name one. A Mass Pay batch is ours when we
    are who pays.
    """
    if notification.sandbox is shop.live:
        return ENVIRONMENT
    if not shop.receivers or shop.receivers & notification.receivers:
        return None
    needs_none = not notification.receivers and all(map(_may_name_nobody, notification.facts))
    return None if needs_none else RECEIVER


def _may_name_nobody(fact: Told) -> bool:
    """Followers and cases go by what they name; an agreement moves no money, and PayPal names no receiver."""
    if isinstance(fact, SubscriptionReport):
        return fact.kind is SubscriptionKind.AGREEMENT
    return not isinstance(fact, Report)


def vet(report: Report, shop: Shop, invoice: Invoice | None) -> tuple[Doubt, ...]:
    """All doubts about a payment's own report, by the settings and the agreed price of this moment."""
    return tuple(doubt for check in CHECKS for doubt in check(report, shop, invoice))


def _receiver_is_set(report: Report, shop: Shop, _: Invoice | None) -> Iterator[Doubt]:
    if not shop.receivers:
        paid = report.receiver.email or report.receiver.id or "nobody named"
        yield Doubt(rule="receiver", detail=f"RECEIVERS is empty, so nobody can say that {paid} is us")


def _lines_add_up(report: Report, _: Shop, __: Invoice | None) -> Iterator[Doubt]:
    extras = report.extras
    lines = [item.gross for item in report.items if item.gross is not None]
    if report.gross is None or not report.items:
        return
    total = sum(lines, start=extras.sum)
    # What is not told, or told below nothing, would let a cheap line pay for a dear one.
    if len(lines) < len(report.items):
        detail = "a line without an amount"
    elif min(*lines, extras.tax, extras.shipping, extras.handling, extras.insurance) < 0:
        detail = "a line, tax, shipping or handling below nothing"
    elif total != report.gross.amount:
        paid = report.gross.spelled()
        detail = f"the lines with tax, shipping and discount make {total:f}, paid were {paid}"
    else:
        return
    yield Doubt(rule="arithmetic", detail=detail)


def _price_is_right(report: Report, shop: Shop, invoice: Invoice | None) -> Iterator[Doubt]:
    if invoice is not None and invoice.price is not None:
        yield from _as_agreed(report, invoice)
    else:
        yield from _as_listed(report, shop)


def _as_agreed(report: Report, invoice: Invoice) -> Iterator[Doubt]:
    price = invoice.price
    assert price is not None, "no price was agreed"
    agreed = f"{price.amount:f} {price.currency} were agreed for invoice {invoice.name}"
    if report.gross is None:
        yield Doubt(rule="amount", detail=f"{agreed}, no amount was told")
        return
    if report.gross.currency != price.currency:
        yield Doubt(rule="currency", detail=f"{agreed}, paid were {report.gross.spelled()}")
    elif report.gross.amount != price.amount:
        yield Doubt(rule="amount", detail=f"{agreed}, paid were {report.gross.spelled()}")
    if price.items and report.items and _counted(price.items) != _counted(report.items):
        yield Doubt(rule="items", detail=f"other items than were agreed for invoice {invoice.name}")


def _counted(items: tuple[Item, ...]) -> Counter[tuple[str | None, str]]:
    return Counter((item.number, item.quantity or "1") for item in items)


def _as_listed(report: Report, shop: Shop) -> Iterator[Doubt]:
    items = report.items or (Item(gross=report.gross.amount if report.gross else None),)
    for item in items:
        listed = shop.prices.get(item.number or "")
        what = f"item {item.number}" if item.number else "an item without a number"
        if listed is None:
            if not shop.ship_unpriced:
                yield Doubt(rule="unpriced", detail=f"no price was agreed for {what}")
        else:
            yield from _listed_line(report, item, listed, what)


def _listed_line(report: Report, item: Item, listed: tuple[Price, ...], what: str) -> Iterator[Doubt]:
    currency = report.gross.currency if report.gross else None
    price = next((price for price in listed if price.currency == currency), None)
    if price is None:
        known = ", ".join(sorted(price.currency for price in listed))
        yield Doubt(rule="currency", detail=f"{what} is sold in {known}, not in {currency}")
        return
    if price.amount is None:
        return
    quantity = item.quantity or "1"
    # Donation buttons send a quantity of 0 for one; a price times nothing would make anything right.
    count = Decimal(quantity) if quantity.isascii() and quantity.isdecimal() and len(quantity) <= 9 else None  # noqa: PLR2004
    if not count or item.gross is None or item.gross != count * price.amount:
        told = f"{item.gross:f}" if item.gross is not None else "nothing"
        detail = f"{quantity} of {what} at {price.amount:f} {price.currency} each, paid were {told}"
        yield Doubt(rule="amount", detail=detail)


def _invoice_is_paid_once(_: Report, __: Shop, invoice: Invoice | None) -> Iterator[Doubt]:
    if invoice is not None and invoice.is_paid_twice:
        # Who paid it is not said here: a doubt that changed with each payment would be written to all again.
        yield Doubt(rule=INVOICE, detail=f"invoice {invoice.name} was paid by more than one transaction")


def _invoice_is_served_once(report: Report, _: Shop, invoice: Invoice | None) -> Iterator[Doubt]:
    if invoice is not None and invoice.served and invoice.served - {party_of(report)}:
        detail = f"the goods of invoice {invoice.name} left with another payment"
        yield Doubt(rule=SERVED, detail=detail)


_RATE_DIGITS_MIN = 3  # PayPal writes six; with fewer than these a tenth of the money could go unnoticed


def _conversion_adds_up(report: Report, _: Shop, __: Invoice | None) -> Iterator[Doubt]:
    """What was settled is gross less fee at the rate, as far as PayPal's rounding of both lets it be said."""
    gross, fee, settled, rate = report.gross, report.fee, report.settled, report.exchange_rate
    if gross is None or settled is None:
        return
    if rate is None:
        yield Doubt(rule="conversion", detail=f"PayPal settled {settled.spelled()} and told no rate")
        return
    net = gross - fee if fee is not None and fee.currency == gross.currency else gross
    slack = _half_unit(settled.amount) + abs(net.amount) * _half_unit(rate)
    if settled.currency == net.currency:
        if settled != net:
            yield Doubt(rule="conversion", detail=f"PayPal settled {net.spelled()} as {settled.spelled()}")
    elif len(rate.as_tuple().digits) < _RATE_DIGITS_MIN:
        detail = f"PayPal settled {settled.spelled()} at {rate:f}, which is too coarse to check it by"
        yield Doubt(rule="conversion", detail=detail)
    elif abs(settled.amount - net.amount * rate) > slack:
        detail = f"{net.spelled()} at {rate:f} is not the {settled.spelled()} that PayPal settled"
        yield Doubt(rule="conversion", detail=detail)


def _half_unit(rounded: Decimal) -> Decimal:
    exponent = rounded.as_tuple().exponent
    assert isinstance(exponent, int), "an amount or rate is a number"
    return Decimal(5).scaleb(exponent - 1)


Check = Callable[[Report, Shop, Invoice | None], Iterator[Doubt]]
CHECKS: tuple[Check, ...] = (
    _receiver_is_set,
    _lines_add_up,
    _conversion_adds_up,
    _price_is_right,
    _invoice_is_paid_once,
    _invoice_is_served_once,
)


def party_of(report: Report) -> str:
    """What payments that may share an invoice have in common: a subscription, an authorization, or itself."""
    if report.kind is Kind.PAYMENT:
        return report.subscription or report.auth_id or report.txn_id
    return report.txn_id
