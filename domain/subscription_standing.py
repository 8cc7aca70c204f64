"""Where a subscription stands: questions about the set of what was told, with one answer in any order."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from domain.answers import answered_once
from domain.cycles import Period, due_after, pauses, period_of
from domain.erasure import fixed_choice, nameless
from domain.facts import Doubt
from domain.money import Money
from domain.subscription import CHANGES, Subscription
from domain.subscription_facts import Cycle, SubscriptionReport, Terms
from domain.ties import Tie
from domain.transitions import TRANSITIONS
from domain.vocabulary import Change, Kind, PaymentStatus, Status, SubscriptionKind, SubscriptionStatus

T = TypeVar("T")

_LADDER = list(SubscriptionStatus)
_RUNGS = list(TRANSITIONS[Kind.PAYMENT][Status.AWAITED])
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_TELLS_WHEN_DUE = (Change.START, Change.FAIL, Change.SKIP)
_STOPPED = (SubscriptionStatus.CANCELLED, SubscriptionStatus.EXPIRED, SubscriptionStatus.ENDED)


@answered_once
def reports(subscription: Subscription) -> tuple[SubscriptionReport, ...]:
    """What was told, the one to describe it by first: newest terms, then the signup, then the rest."""
    if len(subscription.reports) == 1:  # nothing to weigh
        return (subscription.reports[0].report,)
    # Those that tell a person otherwise, and nothing else, are one: erasing must not make them fewer.
    told: dict[SubscriptionReport, SubscriptionReport] = {}
    for heard in subscription.reports:
        bare = nameless(heard.report)
        known = told.get(bare)
        if known is None or repr(known) < repr(heard.report):
            told[bare] = heard.report
    return tuple(sorted(told.values(), key=_weight, reverse=True))


def _weight(report: SubscriptionReport) -> tuple[bool, bool, datetime, Tie[SubscriptionReport]]:
    dated = report.effective_at or report.dated_at or _EARLIEST
    return report.change is Change.MODIFY, report.change is Change.START, dated, Tie(fixed_choice, report)


@answered_once
def cycles(subscription: Subscription) -> tuple[Cycle, ...]:
    """Each payment once, as its furthest report tells of it, in the order of their dates."""

    def weight(cycle: Cycle) -> tuple[int, bool, Tie[Cycle]]:
        known = cycle.next_payment_at is not None
        return _RUNGS.index(Status(cycle.status.value)), known, Tie(repr, cycle)

    best: dict[str, Cycle] = {}
    for heard in subscription.cycles:
        known = best.get(heard.cycle.txn_id)
        if known is None or weight(known) < weight(heard.cycle):
            best[heard.cycle.txn_id] = heard.cycle
    return tuple(sorted(best.values(), key=lambda c: (c.occurred_at or _EARLIEST, c.txn_id)))


def paid_cycles(subscription: Subscription) -> tuple[Cycle, ...]:
    """Those that brought money."""
    return tuple(cycle for cycle in cycles(subscription) if cycle.status is PaymentStatus.COMPLETED)


def kind_of(subscription: Subscription) -> SubscriptionKind | None:
    """Which kind it is; None while only its payments were heard of."""
    told = {report.kind for report in reports(subscription)}
    return next((kind for kind in SubscriptionKind if kind in told), None)


@answered_once
def status_of(subscription: Subscription) -> SubscriptionStatus:
    """Where it stands, of all that holds the gravest."""
    told = reports(subscription)
    reached = {_reached(change) for report in told for change in (report.change, report.also) if change}
    if all(report.waits for report in told):
        # Nothing but its own word that it waits: only money makes it active.
        reached.discard(SubscriptionStatus.ACTIVE)
        reached |= {SubscriptionStatus.PENDING} if told else {SubscriptionStatus.AWAITED}
    if paid_cycles(subscription):
        reached.add(SubscriptionStatus.ACTIVE)
    if SubscriptionStatus.SUSPENDED in reached and _went_on(subscription):
        reached = reached - {SubscriptionStatus.SUSPENDED} | {SubscriptionStatus.ACTIVE}
    return max(reached, key=_LADDER.index)


def _reached(change: Change) -> SubscriptionStatus:
    return CHANGES[change][0]


def _went_on(subscription: Subscription) -> bool:
    told_due = (r.next_payment_at for r in reports(subscription) if r.change in _TELLS_WHEN_DUE)
    # A charge that did not clear names the next date all the same.
    named = (cycle.next_payment_at for cycle in cycles(subscription))
    dues = [moment for moment in (*told_due, *named) if moment is not None]
    regular = [cycle for cycle in paid_cycles(subscription) if not cycle.owed]
    suspensions = sum(Change.SUSPEND in (r.change, r.also) for r in reports(subscription))
    return suspensions <= pauses(regular, dues, period(subscription))


def first_told(subscription: Subscription, question: Callable[[SubscriptionReport], T | None]) -> T | None:
    """The answer of the first report that has one, in the order of `reports`."""
    answers = (question(report) for report in reports(subscription))
    return next((answer for answer in answers if answer is not None), None)


@answered_once
def terms(subscription: Subscription) -> Terms:
    """What is agreed: the newest terms, and where they are silent the older ones."""
    return Terms(
        amount=first_told(subscription, lambda r: r.terms.amount),
        currency=first_told(subscription, lambda r: r.terms.currency),
        period=first_told(subscription, lambda r: r.terms.period),
        trials=first_told(subscription, lambda r: r.terms.trials or None) or (),
        recurring=first_told(subscription, lambda r: r.terms.recurring),
        reattempt=first_told(subscription, lambda r: r.terms.reattempt),
        times=first_told(subscription, lambda r: r.terms.times),
    )


def period(subscription: Subscription) -> Period | None:
    """How long a cycle is; None where nobody said it in words that are known."""
    return period_of(terms(subscription).period)


def paid_until(subscription: Subscription) -> datetime | None:
    """Until when it is paid for, whatever has become of it since; None where no date tells."""
    agreed = terms(subscription)
    regular = (cycle for cycle in paid_cycles(subscription) if not cycle.owed)
    ends = (due_after(cycle, _length(cycle, agreed)) for cycle in regular)
    return max((moment for moment in ends if moment is not None), default=None)


def _length(cycle: Cycle, agreed: Terms) -> Period | None:
    """How long a cycle runs: a trial's length where its price was paid, and not the regular one."""
    amount = cycle.gross.amount if cycle.gross else None
    tried = (trial.period for trial in agreed.trials if trial.amount == amount != agreed.amount)
    return period_of(next(tried, agreed.period))


def next_payment_at(subscription: Subscription) -> datetime | None:
    """When PayPal means to charge next, as last told; None once it will not."""
    if status_of(subscription) in (SubscriptionStatus.SUSPENDED, *_STOPPED):
        return None
    told = [report.next_payment_at for report in reports(subscription)]
    told += [cycle.next_payment_at for cycle in cycles(subscription)]
    return max((moment for moment in told if moment is not None), default=None)


def retry_at(subscription: Subscription) -> datetime | None:
    """When a failed charge is tried again; None when none is, or one was paid since."""
    told = [r.retry_at for r in reports(subscription) if r.change is Change.FAIL and r.retry_at is not None]
    latest = max(told, default=None)
    paid = (cycle.occurred_at for cycle in paid_cycles(subscription))
    if latest is None or status_of(subscription) in _STOPPED:
        return None
    return None if any(moment is not None and latest <= moment for moment in paid) else latest


def outstanding(subscription: Subscription) -> Money | None:
    """What it owes, as its latest message said; the undated ones are those that stopped it."""
    told = [report for report in reports(subscription) if report.outstanding is not None]

    def weight(report: SubscriptionReport) -> tuple[int, datetime, Tie[SubscriptionReport]]:
        stopped = _LADDER.index(_reached(report.change))
        return stopped, report.next_payment_at or _EARLIEST, Tie(fixed_choice, report)

    return max(told, key=weight).outstanding if told else None


def times_told(subscription: Subscription, change: Change) -> int:
    """How many different messages told of a change; copies of one count once."""
    return sum(report.change is change for report in reports(subscription))


def doubts_of(subscription: Subscription) -> Iterator[Doubt]:
    """What was told of it that cannot all be true."""
    told = reports(subscription)
    kinds = sorted({report.kind for report in told})
    if len(kinds) > 1:
        yield Doubt(rule="contradiction", detail=f"PayPal calls it {' and '.join(kinds)}")
    prices = {
        f"{r.terms.amount:f} {r.terms.currency}"
        for r in told
        if r.change is Change.START and r.terms.amount is not None
    }
    if len(prices) > 1:
        detail = f"PayPal told more than one price for its beginning: {', '.join(sorted(prices))}"
        yield Doubt(rule="contradiction", detail=detail)
