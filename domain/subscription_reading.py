"""Messages about subscriptions, recurring profiles and billing agreements, read into what they tell."""

from decimal import Decimal

from domain.body import Fields
from domain.facts import READING, Report
from domain.money import Money
from domain.reading import (
    Unmodelled,
    Unreadable,
    count,
    date,
    identity,
    optional_identity,
    quoted,
    sum_of,
    text,
)
from domain.report import invoice_of, payer_of, receiver_of
from domain.subscription_facts import SubscriptionReport, Terms, Trial
from domain.txn_types import Type
from domain.vocabulary import Change, Kind, PaymentStatus, SubscriptionKind
from domain.words import PROFILE_STATUSES, STATUSES, spelled

ID_FIELDS: dict[SubscriptionKind, str] = {
    SubscriptionKind.SUBSCRIPTION: "subscr_id",
    SubscriptionKind.PROFILE: "recurring_payment_id",
    SubscriptionKind.AGREEMENT: "mp_id",
}
_FLAGS = {"1": True, "0": False}
_TRIALS = ("1", "2")


def read_subscription(fields: Fields, told: Type) -> tuple[SubscriptionReport | Report, ...]:
    """What the message says of the subscription; of a new profile, its initial payment too."""
    kind, change = told.kind, told.change
    assert kind is not None, "a type of subscriptions says of which kind"
    assert change is not None, "a type of subscriptions says what changed"
    profile_status = spelled(fields.get("profile_status"))
    if profile_status and profile_status not in PROFILE_STATUSES:
        message = quoted(fields, "profile_status")
        raise Unmodelled(message)
    also = PROFILE_STATUSES.get(profile_status)
    currency = _currency(fields)
    report = SubscriptionReport(
        subscription_id=identity(fields, ID_FIELDS[kind]),
        kind=kind,
        change=change,
        also=None if also is change else also,
        waits=profile_status == "pending",
        txn_type=text(fields, "txn_type"),
        terms=_terms(fields, kind, currency),
        outstanding=sum_of(fields.get("outstanding_balance"), currency, "outstanding_balance"),
        item_number=text(fields, "item_number"),
        item_name=text(fields, "item_name") or text(fields, "product_name") or text(fields, "mp_desc"),
        invoice=invoice_of(fields),
        custom=text(fields, "custom") or text(fields, "mp_custom"),
        payer=payer_of(fields),
        receiver=receiver_of(fields),
        replaces=optional_identity(fields, "old_subscr_id"),
        reason=spelled(fields.get("reason_code")) or None,
        dated_at=date(fields, "time_created" if kind is SubscriptionKind.PROFILE else "subscr_date"),
        effective_at=date(fields, "subscr_effective"),
        retry_at=date(fields, "retry_at"),
        next_payment_at=date(fields, "next_payment_date"),
    )
    return (report, *_initial_payment(fields, report, currency))


def _currency(fields: Fields) -> str:
    told = (text(fields, name) for name in ("mc_currency", "currency_code", "mp_currency"))
    return next(filter(None, told), "")


def _terms(fields: Fields, kind: SubscriptionKind, currency: str) -> Terms:
    if kind is SubscriptionKind.AGREEMENT:
        return Terms(currency=currency or None)
    if kind is SubscriptionKind.PROFILE:
        amount = _bare(fields, currency, "amount_per_cycle", "amount", "mc_amount3")
        return Terms(amount=amount, currency=currency or None, period=text(fields, "payment_cycle"))
    trials = (
        Trial(
            amount=_bare(fields, currency, f"mc_amount{i}", f"amount{i}"), period=text(fields, f"period{i}")
        )
        for i in _TRIALS
    )
    return Terms(
        amount=_bare(fields, currency, "mc_amount3", "amount3"),
        currency=currency or None,
        period=text(fields, "period3"),
        trials=tuple(trial for trial in trials if trial != Trial()),
        recurring=_FLAGS.get(fields.get("recurring")),
        reattempt=_FLAGS.get(fields.get("reattempt")),
        times=count(fields.get("recur_times")),
    )


def _bare(fields: Fields, currency: str, *names: str) -> Decimal | None:
    name = next((name for name in names if fields.get(name)), None)
    found = sum_of(fields.get(name), currency or "USD", name) if name else None
    return found.amount if found else None


def _initial_payment(fields: Fields, report: SubscriptionReport, currency: str) -> tuple[Report, ...]:
    """The payment inside a new profile's message, under its own id.

    [?] No guide promises another message about it. It is told here as a report like any other of that id, so
    a second message adds its fee and counts nothing twice.
    """
    word = spelled(fields.get("initial_payment_status"))
    if report.change is not Change.START or not word:
        return ()
    if word not in STATUSES:
        message = quoted(fields, "initial_payment_status")
        raise Unmodelled(message)
    status = STATUSES[word]
    txn_id = optional_identity(fields, "initial_payment_txn_id")
    if txn_id is None and status is not PaymentStatus.COMPLETED:
        return ()  # nothing moved, and PayPal gave it no id
    gross = sum_of(fields.get("initial_payment_amount"), currency, "initial_payment_amount")
    if txn_id is None and gross is not None and gross == Money.zero(gross.currency):
        return ()  # nothing was due at the beginning
    if txn_id is None or gross is None or gross < Money.zero(gross.currency):
        missing = "initial_payment_txn_id" if txn_id is None else "initial_payment_amount"
        message = f"{missing} is missing or negative, and the initial payment is {word}"
        raise Unreadable(message)
    return (
        Report(
            txn_id=txn_id,
            kind=Kind.PAYMENT,
            status=status,
            txn_type=report.txn_type,
            gross=gross,
            invoice=report.invoice,
            custom=report.custom,
            subscription=report.subscription_id,
            payer=report.payer,
            receiver=report.receiver,
            occurred_at=report.dated_at,
            next_payment_at=report.next_payment_at,
            reading=READING,
        ),
    )
