"""One notification's way into the streams it concerns: its own, what it follows or was captured from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from domain import invoice, subscription
from domain.captures import tell_the_source
from domain.draft import Draft, Streams
from domain.events import Entry, FollowerIdentified, InvoicePaid
from domain.facts import Case, Doubt, Fact, Follower, Report
from domain.notification import Notification, Told
from domain.revetting import vet_payments_again
from domain.standing import describing
from domain.state import Transaction
from domain.subscription import hear_cycle, hear_report, numbers_of_report
from domain.subscription_facts import Cycle, SubscriptionReport
from domain.transaction import Decision, decide, numbers_of, vet_again
from domain.txn_types import OUTSTANDING_PAYMENT
from domain.vetting import Shop, not_for_us, party_of, vet
from domain.vocabulary import Kind, Outcome, PaymentStatus

# Of several facts in one message the first of these that came of any is what became of it.
_GRAVEST_FIRST = (Outcome.REFUSED, Outcome.PARKED, Outcome.RECORDED, Outcome.STALE, Outcome.DUPLICATE)


Settlement = tuple[Outcome, str | None]


@dataclass(slots=True)
class Recording:
    """What one notification adds to the book; reads its own additions."""

    streams: Streams
    shop: Shop
    at: datetime
    settled: dict[int, Settlement] = field(default_factory=dict)
    draft: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.draft = Draft(self.streams)

    @property
    def appended(self) -> list[tuple[str, Entry]]:
        """The events to append, each with its stream, in order."""
        return self.draft.appended

    def record(self, notification: Notification) -> Settlement:
        """Decide a verified notification in every stream it concerns, and settle it with an outcome."""
        reason = not_for_us(notification, self.shop)
        heard = [self._was_heard(fact, notification.n) for fact in notification.facts]
        # What was recorded stays so, whatever the settings have become since.
        if reason is not None and not any(heard):
            settlement: Settlement = (Outcome.REFUSED, reason)
        else:
            decisions = [self._take(fact, notification.n) for fact in notification.facts]
            settlement = _gravest(decisions)
            if settlement[0] is Outcome.PARKED:
                # What it waited for may have waited for it: then it was released in the same breath.
                settlement = self.settled.get(notification.n, settlement)
            for fact, again in zip(notification.facts, heard, strict=True):
                if again and reason is None and isinstance(fact, Report):
                    self._take_up_again(fact, notification.n)
        self.settled[notification.n] = settlement
        return settlement

    def _take_up_again(self, report: Report, n: int) -> None:
        """A person asked: by the settings and prices of today, and told to all that this version tells."""
        self._tell_the_subscriptions(report, n)
        transaction = self.draft.transaction(report.txn_id)
        top = describing(transaction)
        if top is not None:
            for entry in vet_again(transaction, self._doubts(top.report), self.at):
                self.draft.append(report.txn_id, entry)

    def _was_heard(self, fact: Told, n: int) -> bool:
        if isinstance(fact, SubscriptionReport):
            return n in numbers_of_report(self.draft.subscription(fact.subscription_id), fact)
        named = fact.parent_txn_id if isinstance(fact, Follower) else fact.txn_id
        return n in numbers_of(self.draft.root(named), fact)

    def _take(self, fact: Told, n: int | None) -> Decision:
        match fact:
            case Report():
                return self._take_report(fact, n)
            case Follower():
                return self._take_follower(fact, n)
            case Case():
                return self._decide(self.draft.root(fact.txn_id), fact, n)
            case SubscriptionReport():
                return self._take_subscription(fact, n)

    def _take_report(self, report: Report, n: int | None) -> Decision:
        before = self.draft.transaction(report.txn_id)
        decision = self._decide(before, report, n, self._doubts(report))
        if decision.entries:
            tell_the_source(self.draft, report, n, self.at)
            self._tell_the_invoice(report, n)
        # What is stale to the payment may still be the only word that its subscription gets of it.
        self._tell_the_subscriptions(report, n)
        return decision

    def _doubts(self, report: Report) -> tuple[Doubt, ...]:
        """Our doubts about money that arrived; until it has, there are no goods to hold."""
        if report.kind is not Kind.PAYMENT or report.status is not PaymentStatus.COMPLETED:
            return ()
        return vet(report, self.shop, self.draft.invoice(report.invoice) if report.invoice else None)

    def _take_follower(self, follower: Follower, n: int | None) -> Decision:
        root = self.draft.root(follower.parent_txn_id, besides=follower.txn_id)
        decision = self._decide(root, follower, n)
        own = self.draft.transaction(follower.txn_id)
        # An id that has reports of its own is a transaction of its own, whatever else is said under it.
        if own.txn_id != root.txn_id and own.follows is None and not own.reports:
            self.draft.append(
                own.txn_id, Entry(event=FollowerIdentified(follower.parent_txn_id), n=n, at=self.at)
            )
            for parked in own.parked:
                handed_on = self._decide(self.draft.root(root.txn_id), parked.fact, parked.n)
                self._settle(parked.n, handed_on.outcome, handed_on.reason)
        return decision

    def _take_subscription(self, report: SubscriptionReport, n: int | None) -> Decision:
        known = numbers_of_report(self.draft.subscription(report.subscription_id), report)
        if known:
            return Decision(outcome=Outcome.RECORDED if n in known else Outcome.DUPLICATE)
        entry = hear_report(report, n, self.at)
        self.draft.append(subscription.stream_of(report.subscription_id), entry)
        return Decision(outcome=Outcome.RECORDED, entries=(entry,))

    def _tell_the_subscriptions(self, report: Report, n: int | None) -> None:
        """Every payment that names a subscription, profile or agreement is told to it."""
        names = {report.subscription, report.agreement} - {None}
        if not names or report.kind is not Kind.PAYMENT:
            return
        cycle = Cycle(
            txn_id=report.txn_id,
            status=report.status,
            gross=report.gross,
            occurred_at=report.occurred_at,
            next_payment_at=report.next_payment_at,
            owed=report.txn_type == OUTSTANDING_PAYMENT,
        )
        for name in sorted(names, key=str):
            assert name is not None, "a subscription without an id"
            for entry in hear_cycle(self.draft.subscription(name), cycle, n, self.at):
                self.draft.append(subscription.stream_of(name), entry)

    def _decide(
        self, transaction: Transaction, fact: Fact, n: int | None, doubts: tuple[Doubt, ...] = ()
    ) -> Decision:
        decision = decide(transaction, fact, n, self.at, doubts)
        for entry in decision.entries:
            self.draft.append(transaction.txn_id, entry)
        for released, outcome, reason in decision.released:
            self._settle(released, outcome, reason)
        return decision

    def _settle(self, n: int | None, outcome: Outcome, reason: str | None) -> None:
        if n is not None:
            self.settled[n] = (outcome, reason)

    def _tell_the_invoice(self, report: Report, n: int | None) -> None:
        if not report.invoice or report.status is not PaymentStatus.COMPLETED:
            return
        known, paid = self.draft.invoice(report.invoice), InvoicePaid(report.txn_id, party_of(report))
        if report.kind is Kind.PAYMENT and paid not in known.payments:
            self.draft.append(invoice.stream_of(known.name), Entry(event=paid, n=n, at=self.at))
            # Only the second party changes what is doubted of the others; of itself it is known by now.
            now = self.draft.invoice(known.name)
            if now.is_paid_twice != known.is_paid_twice:
                vet_payments_again(self.draft, now, self.shop, self.at)


def _gravest(decisions: Iterable[Decision]) -> Settlement:
    """What became of a message by what became of its facts."""
    first = min(decisions, key=lambda decision: _GRAVEST_FIRST.index(decision.outcome))
    return first.outcome, first.reason
