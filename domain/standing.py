"""Where a transaction stands: questions about the set of facts, with one answer in any order of hearing."""

from decimal import Decimal

from domain.answers import answered_once
from domain.erasure import fixed_hearing
from domain.facts import Capture, Case, Follower, Report
from domain.money import Money
from domain.state import HeardReport, Transaction
from domain.sums import refunded, reversed_now, weight
from domain.ties import Tie
from domain.transitions import REPORTS, TRANSITIONS
from domain.vocabulary import FollowerKind, Kind, PaymentStatus, Status
from domain.words import PENDING_REASONS

ON_ITS_WAY = (Status.CREATED, Status.PENDING, Status.PROCESSED, Status.COMPLETED)
_TAKEN = (PaymentStatus.COMPLETED, PaymentStatus.PENDING, PaymentStatus.PROCESSED, PaymentStatus.CREATED)
_CASE_STAGES = ("dispute", "complaint", "chargeback", "bank_return")
# Where each rung stands on the ladder of its kind.
_LADDERS = {
    kind: {rung: place for place, rung in enumerate(rows[Status.AWAITED])}
    for kind, rows in TRANSITIONS.items()
}


@answered_once
def kind_of(transaction: Transaction) -> Kind:
    """What the stream is about; money outweighs a promise of it, and what is captured from is no payment."""
    told = {heard.report.kind for heard in transaction.reports}
    for kind in (Kind.PAYMENT, Kind.AUTHORIZATION, Kind.ORDER, Kind.PAYOUT):
        if kind in told:
            return kind
    return Kind.AUTHORIZATION if transaction.captures else Kind.PAYMENT


def kind_told(transaction: Transaction, report: Report) -> Kind:
    """The kind that a report speaks of: what it says, or else what its transaction is, if not a payout."""
    kind = report.kind or kind_of(transaction)
    return Kind.PAYMENT if report.kind is None and kind is Kind.PAYOUT else kind


def rung_of(heard: HeardReport, kind: Kind) -> Status:
    """The rung that a report would lead a transaction of this kind to."""
    return REPORTS[kind][heard.report.status][0]


def reports_of(transaction: Transaction, kind: Kind) -> tuple[HeardReport, ...]:
    """The reports that speak of this kind; payouts always say so, others that do not speak of any."""
    kinds = (kind,) if kind is Kind.PAYOUT else (kind, None)
    return tuple([heard for heard in transaction.reports if heard.report.kind in kinds])


def describing(transaction: Transaction) -> HeardReport | None:
    """The report that stands for the transaction: highest rung, then gravest reason, then a fixed choice."""
    # Nearly always there is but one.
    return transaction.reports[0] if len(transaction.reports) == 1 else _weightiest(transaction)


@answered_once
def _weightiest(transaction: Transaction) -> HeardReport | None:
    kind = kind_of(transaction)
    ladder = _LADDERS[kind]

    def standing(heard: HeardReport) -> tuple[int, int, bool, Decimal, Tie[HeardReport]]:
        report = heard.report
        known = report.pending_reason in PENDING_REASONS
        reason = PENDING_REASONS.index(report.pending_reason or "") if known else -1
        # Of two amounts for one payment the smaller is believed: it can only be too careful.
        amount = -report.gross.amount if report.gross else Decimal("-Infinity")
        tie = Tie(fixed_hearing, heard)
        return ladder[rung_of(heard, kind)], reason, report.fee is not None, amount, tie

    return max(reports_of(transaction, kind), key=standing, default=None)


def rung(transaction: Transaction, kind: Kind | None = None) -> Status:
    """Where the transaction stands by the reports under its own id alone."""
    if not transaction.reports:  # half of all that is asked
        return Status.AWAITED
    kind = kind or kind_of(transaction)
    rungs = [rung_of(heard, kind) for heard in reports_of(transaction, kind)]
    return max(rungs, key=_LADDERS[kind].__getitem__, default=Status.AWAITED)


def subscription_of(transaction: Transaction) -> str | None:
    """The subscription or profile that the payment is a cycle of, though not every report of it says so."""
    top = describing(transaction)
    told = sorted({heard.report.subscription or "" for heard in transaction.reports} - {""})
    return (top.report.subscription if top else None) or (told[0] if told else None)


def paid(transaction: Transaction) -> Money | None:
    """The gross of the transaction, or None while nothing was heard of it."""
    top = describing(transaction)
    return top.report.gross if top else None


@answered_once
def followers(transaction: Transaction) -> tuple[Follower, ...]:
    """Each follower once, the refused among them: money that PayPal says moved is counted.

    [?] A canceled reversal may carry its reversal's id, as in PayPal's settlement reports: id and kind
    together make one follower.
    """
    best: dict[tuple[str, FollowerKind], Follower] = {}
    for heard in transaction.followers:
        told = heard.follower
        known = best.get((told.txn_id, told.kind))
        if known is None or weight(known) < weight(told):
            best[told.txn_id, told.kind] = told
    return tuple(best[key] for key in sorted(best))


@answered_once
def sums(transaction: Transaction) -> tuple[Money, Money] | None:
    """Refunded and reversed, in gross terms; None while the gross is not known."""
    gross = paid(transaction)
    if gross is None:
        return None
    told, zero = followers(transaction), Money.zero(gross.currency)
    return (refunded(told, gross), reversed_now(told, gross)) if told else (zero, zero)


@answered_once
def status_of(transaction: Transaction) -> Status:
    """Where our transaction stands, of all that holds the gravest."""
    kind, base = kind_of(transaction), rung(transaction)
    if kind is not Kind.PAYMENT:
        return _status_of_no_payment(transaction, kind, base)
    gross, undone = paid(transaction), sums(transaction)
    if base not in ON_ITS_WAY or gross is None or undone is None:
        return base
    zero = Money.zero(gross.currency)
    back, pulled = undone
    if zero < pulled and gross <= pulled + back:
        return Status.REVERSED
    if zero < back and gross <= back:
        return Status.REFUNDED
    # Money pulled back in part is a dispute about that part; the rest is still paid.
    if zero < pulled or any(is_open for _, is_open in cases(transaction)):
        return Status.DISPUTED
    # A part of what has not arrived may be refunded; what matters to a person is that it has not arrived.
    return Status.PARTIALLY_REFUNDED if zero < back and base is Status.COMPLETED else base


def _status_of_no_payment(transaction: Transaction, kind: Kind, base: Status) -> Status:
    if kind is Kind.PAYOUT:
        return base
    taken = [capture for capture in captures(transaction) if capture.status in _TAKEN]
    if kind is Kind.ORDER:
        return Status.CAPTURED if taken else base
    if base is Status.CAPTURED or any(capture.spent for capture in taken):
        return Status.CAPTURED
    if not taken:
        return base
    promised = paid(transaction)
    sum_taken = [c.gross for c in taken if c.gross and promised and c.gross.currency == promised.currency]
    if promised and promised <= sum(sum_taken, start=Money.zero(promised.currency)):
        return Status.CAPTURED
    return Status.PARTIALLY_CAPTURED


def captures(transaction: Transaction) -> tuple[Capture, ...]:
    """Each capture once, as its furthest report tells of it; of two amounts the smaller, as for payments."""
    ladder = [PaymentStatus(rung.value) for rung in TRANSITIONS[Kind.PAYMENT][Status.AWAITED]]

    def weight_of(capture: Capture) -> tuple[int, Decimal, Tie[Capture]]:
        amount = -capture.gross.amount if capture.gross else Decimal("-Infinity")
        return ladder.index(capture.status), amount, Tie(repr, capture)

    best: dict[str, Capture] = {}
    for heard in transaction.captures:
        known = best.get(heard.capture.txn_id)
        if known is None or weight_of(known) < weight_of(heard.capture):
            best[heard.capture.txn_id] = heard.capture
    return tuple(best[txn_id] for txn_id in sorted(best))


@answered_once
def cases(transaction: Transaction) -> tuple[tuple[Case, bool], ...]:
    """Each case at its highest stage, and whether it is open.

    A case ends with a canceled reversal dated after it, a full refund, or when a person closes it; at a stage
    that the person did not know of it is open again. Where either date is unknown it stays open, since goods
    that wait can still leave and goods that left cannot wait. [?] Whether an escalation comes under the same
    case id is not certain: under one it is one case at its highest stage, under two there are two, and both
    must end.
    """
    if not transaction.cases:  # nearly always
        return ()
    highest: dict[str, Case] = {}
    for heard in transaction.cases:
        known = highest.get(heard.case.case_id)
        if known is None or _stage(known) < _stage(heard.case):
            highest[heard.case.case_id] = heard.case
    gross, undone = paid(transaction), sums(transaction)
    all_back = gross is not None and undone is not None and Money.zero(gross.currency) < undone[0] >= gross
    returned = [
        follower.occurred_at
        for follower in followers(transaction)
        if follower.kind is FollowerKind.CANCELED_REVERSAL and follower.occurred_at is not None
    ]
    return tuple(
        (
            case,
            not all_back
            and not any(case.opened_at and case.opened_at < moment for moment in returned)
            and not _is_closed(transaction, case),
        )
        for case in (highest[case_id] for case_id in sorted(highest))
    )


def _is_closed(transaction: Transaction, case: Case) -> bool:
    stages = [_CASE_STAGES.index(stage) for case_id, stage in transaction.closed if case_id == case.case_id]
    return _CASE_STAGES.index(case.type) <= max(stages, default=-1)


def _stage(case: Case) -> tuple[int, Tie[Case]]:
    return _CASE_STAGES.index(case.type), Tie(repr, case)
