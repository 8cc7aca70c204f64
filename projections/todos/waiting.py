"""What PayPal waits for: money that somebody must let through, and promises of money that run out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.facts import Report
from domain.spelling import moment
from domain.standing import describing, kind_of, reports_of, rung, status_of
from domain.state import Transaction
from domain.vocabulary import Kind, Status
from projections.todos.kinds import Todo, TodoKind
from projections.todos.words import amount_of, harmless

# PayPal's own, for a payment in a currency that we do not hold and for one to an unconfirmed address. [?] How
# the latter ends is not documented; a person who looks before then has lost nothing.
DAYS_GIVEN: Final = 30
# Three to six business days, says PayPal; by the last of them something must have come.
ECHECK_BUSINESS_DAYS: Final = 6
# How long an authorization lasts where PayPal does not say: seen were 29 and 30 days.
AUTHORIZATION_DAYS: Final = 29
WARNING_DAYS: Final = 3
_MONEY_LEFT = (Status.REFUNDED, Status.REVERSED)
_UNCAPTURED = (Status.AUTHORIZED, Status.PARTIALLY_CAPTURED)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a pending reason asks for: in which words, and by when."""

    kind: TodoKind
    words: Callable[[Report], str]
    due: Callable[[datetime], datetime]


def waiting(transaction: Transaction) -> Iterator[Todo]:
    """What PayPal waits for; at most one thing."""
    kind = kind_of(transaction)
    if kind is Kind.PAYMENT:
        yield from _on_its_way(transaction)
    elif kind is Kind.AUTHORIZATION:
        yield from _running_out(transaction)


def _on_its_way(transaction: Transaction) -> Iterator[Todo]:
    # Asked first because it is cheap: most transactions have never waited so.
    if not any(heard.report.pending_reason in _PENDING for heard in transaction.reports):
        return
    top = describing(transaction)
    if top is None or rung(transaction) is not Status.PENDING or status_of(transaction) in _MONEY_LEFT:
        return
    asked = _PENDING.get(top.report.pending_reason or "")
    if asked is not None:
        occurred_at = top.report.occurred_at
        due = asked.due(occurred_at) if occurred_at is not None else None
        yield Todo(kind=asked.kind, what=asked.words(top.report), due=due)


def _running_out(transaction: Transaction) -> Iterator[Todo]:
    """An authorization of which something may still be captured, some days before it ends.

    Where PayPal told two ends the earlier is taken; where it told none, they are counted from the
    authorization's own date, or else from when it was first heard of.
    """
    top = describing(transaction)
    if top is None or rung(transaction) is not Status.AUTHORIZED:
        return
    status = status_of(transaction)
    if status not in _UNCAPTURED:
        return
    reports = [heard.report for heard in reports_of(transaction, Kind.AUTHORIZATION)]
    ends = [report.expires_at for report in reports if report.expires_at is not None]
    began = [report.occurred_at for report in reports if report.occurred_at is not None]
    begun = min(began, default=transaction.first_heard)
    assert begun is not None, "a report that was never heard"
    end = min(ends, default=begun + timedelta(days=AUTHORIZATION_DAYS))
    rest = "what is left of the" if status is Status.PARTIALLY_CAPTURED else "the"
    when = f"before {moment(end)}, when it ends" if ends else f"in time: it lasts {AUTHORIZATION_DAYS} days"
    yield Todo(
        kind=TodoKind.AUTHORIZATION_EXPIRING,
        what=f"Capture {rest} authorization{amount_of(top.report)} in PayPal, or void it, {when}.",
        due=end,
        since=end - timedelta(days=WARNING_DAYS),
    )


def business_days_after(start: datetime, days: int) -> datetime:
    """The same time of day so many business days later; Saturdays and Sundays are none."""
    found = start
    while days:
        found += timedelta(days=1)
        days -= found.weekday() < _SATURDAY
    return found


def _to_accept(report: Report) -> str:
    currency = report.gross.currency if report.gross else "its currency"
    return (
        f"Accept or deny the payment{amount_of(report)} in PayPal: Activity, the payment, Accept or Deny."
        f" There is no balance in {currency}, so PayPal asks first; it waits {DAYS_GIVEN} days."
    )


def _to_confirm(report: Report) -> str:
    address = harmless(report.receiver.email) if report.receiver.email else "the e-mail address that was paid"
    return (
        f"Confirm {address} in PayPal: Profile, E-mail addresses. The payment{amount_of(report)}"
        f" waits for it, and goes back to the buyer after {DAYS_GIVEN} days."
    )


def _to_wait(report: Report) -> str:
    return (
        f"Wait for the eCheck{amount_of(report)}, and send nothing before: the buyer's bank pays it within 3"
        f" to {ECHECK_BUSINESS_DAYS} business days, or it fails. If nothing has come by then, look in PayPal."
    )


def _days_given(occurred_at: datetime) -> datetime:
    return occurred_at + timedelta(days=DAYS_GIVEN)


_PENDING: Final = {
    "multi_currency": _Asked(TodoKind.ACCEPT_CURRENCY, _to_accept, _days_given),
    "unilateral": _Asked(TodoKind.UNILATERAL, _to_confirm, _days_given),
    "echeck": _Asked(
        TodoKind.ECHECK, _to_wait, lambda occurred_at: business_days_after(occurred_at, ECHECK_BUSINESS_DAYS)
    ),
}
