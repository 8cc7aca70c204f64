"""One notification's way into the streams it concerns: its own, what it follows or was captured from."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.events import Entry, FollowerIdentified, InvoicePaid, PriceAgreed
from domain.facts import Capture, Doubt, Fact, Follower, Report
from domain.invoice import Invoice, evolve_invoice, stream_of
from domain.notification import Notification
from domain.standing import describing, rung
from domain.state import Transaction
from domain.transaction import Decision, decide, evolve, hear_capture, numbers_of, vet_again
from domain.vetting import Shop, not_for_us, party_of, vet
from domain.vocabulary import Kind, Outcome, PaymentStatus, Status

# A follower of a follower of a follower is already rare; beyond this it is a loop.
_DEPTH_MAX = 16


class Streams(Protocol):
    """Where the walk reads what stands so far."""

    def transaction(self, txn_id: str) -> Transaction:
        """The transaction as it stands, new if it was never heard of."""

    def invoice(self, name: str) -> Invoice:
        """The invoice as it stands, new if it was never heard of."""


Settlement = tuple[Outcome, str | None]


@dataclass(slots=True)
class Recording:
    """What one notification, or one act of a person, adds to the book; reads its own additions."""

    streams: Streams
    shop: Shop
    at: datetime
    appended: list[tuple[str, Entry]] = field(default_factory=list)
    settled: dict[int, Settlement] = field(default_factory=dict)
    _transactions: dict[str, Transaction] = field(default_factory=dict)
    _invoices: dict[str, Invoice] = field(default_factory=dict)

    # ---- what a notification does ----

    def record(self, notification: Notification) -> Settlement:
        """Decide a verified notification in every stream it concerns, and settle it with an outcome."""
        reason = not_for_us(notification, self.shop)
        again = self._was_heard(notification)
        # What was recorded stays so, whatever the settings have become since.
        if reason is not None and not again:
            settlement: Settlement = (Outcome.REFUSED, reason)
        else:
            decision = self._take(notification.fact, notification.n)
            settlement = (decision.outcome, decision.reason)
            if again and reason is None and isinstance(notification.fact, Report):
                self._vet_once_more(notification.fact.txn_id)
        self.settled[notification.n] = settlement
        return settlement

    def _vet_once_more(self, txn_id: str) -> None:
        """A person asked: by the settings and prices of today."""
        transaction = self.transaction(txn_id)
        top = describing(transaction)
        if top is not None:
            for entry in vet_again(transaction, self._doubts(top.report), self.at):
                self._append(txn_id, entry)

    def _was_heard(self, notification: Notification) -> bool:
        fact = notification.fact
        named = fact.parent_txn_id if isinstance(fact, Follower) else fact.txn_id
        return notification.n in numbers_of(self._root(named), fact)

    def _take(self, fact: Fact, n: int | None) -> Decision:
        if isinstance(fact, Report):
            return self._take_report(fact, n)
        if isinstance(fact, Follower):
            return self._take_follower(fact, n)
        return self._decide(self._root(fact.txn_id), fact, n)

    def _take_report(self, report: Report, n: int | None) -> Decision:
        before = self.transaction(report.txn_id)
        decision = self._decide(before, report, n, self._doubts(report))
        if decision.entries:
            self._tell_what_it_was_captured_from(report, n)
            self._tell_the_invoice(report, n)
        return decision

    def _doubts(self, report: Report) -> tuple[Doubt, ...]:
        """Our doubts about money that arrived; until it has, there are no goods to hold."""
        if report.kind is not Kind.PAYMENT or report.status is not PaymentStatus.COMPLETED:
            return ()
        return vet(report, self.shop, self.invoice(report.invoice) if report.invoice else None)

    def _take_follower(self, follower: Follower, n: int | None) -> Decision:
        root = self._root(follower.parent_txn_id, besides=follower.txn_id)
        decision = self._decide(root, follower, n)
        own = self.transaction(follower.txn_id)
        # An id that has reports of its own is a transaction of its own, whatever else is said under it.
        if own.txn_id != root.txn_id and own.follows is None and not own.reports:
            self._append(own.txn_id, Entry(event=FollowerIdentified(follower.parent_txn_id), n=n, at=self.at))
            for parked in own.parked:
                handed_on = self._decide(self._root(root.txn_id), parked.fact, parked.n)
                self._settle(parked.n, handed_on.outcome, handed_on.reason)
        return decision

    def _decide(
        self, transaction: Transaction, fact: Fact, n: int | None, doubts: tuple[Doubt, ...] = ()
    ) -> Decision:
        decision = decide(transaction, fact, n, self.at, doubts)
        for entry in decision.entries:
            self._append(transaction.txn_id, entry)
        for released, outcome, reason in decision.released:
            self._settle(released, outcome, reason)
        return decision

    def _settle(self, n: int | None, outcome: Outcome, reason: str | None) -> None:
        if n is not None:
            self.settled[n] = (outcome, reason)

    def _root(self, txn_id: str, besides: str | None = None) -> Transaction:
        """The transaction that an id leads to, through any followers between; loops end where they began."""
        seen = {besides}
        transaction = self.transaction(txn_id)
        while transaction.follows is not None and transaction.follows not in seen and len(seen) < _DEPTH_MAX:
            seen.add(transaction.txn_id)
            transaction = self.transaction(transaction.follows)
        return transaction

    # ---- captures: money under an id of its own, taken from an authorization or order ----

    def _tell_what_it_was_captured_from(self, report: Report, n: int | None) -> None:
        if report.kind is not Kind.PAYMENT:
            self._pass_on_all(self.transaction(report.txn_id), n)
        elif source := report.auth_id or report.parent_txn_id:
            spent = report.auth_status == "completed" or report.captures_left == 0
            taken = Capture(txn_id=report.txn_id, status=report.status, gross=report.gross, spent=spent)
            self._hear_capture(source, taken, n)

    def _pass_on_all(self, authorization: Transaction, n: int | None) -> None:
        """What is known of an authorization, told again: its order may be known only now."""
        if rung(authorization, Kind.AUTHORIZATION) is Status.CAPTURED:
            used_up = Capture(txn_id=authorization.txn_id, status=PaymentStatus.COMPLETED)
            self._pass_on(authorization, used_up, n)
        for heard in authorization.captures:
            self._pass_on(authorization, heard.capture, heard.n)

    def _hear_capture(self, source: str, capture: Capture, n: int | None, depth: int = 0) -> None:
        transaction = self.transaction(source)
        if source == capture.txn_id or depth > _DEPTH_MAX:
            return
        for entry in hear_capture(transaction, capture, n, self.at):
            self._append(source, entry)
            self._pass_on(self.transaction(source), capture, n, depth + 1)

    def _pass_on(self, authorization: Transaction, capture: Capture, n: int | None, depth: int = 0) -> None:
        """An order hears of what was captured from the authorizations under it."""
        for parent in sorted({heard.report.parent_txn_id or "" for heard in authorization.reports} - {""}):
            self._hear_capture(parent, capture, n, depth)

    # ---- invoices: what was agreed, and who paid ----

    def agree(self, invoice: str, price: PriceAgreed, by: str) -> None:
        """A person agreed a price; payments of the invoice that are here already are vetted again."""
        if self.invoice(invoice).price != price:
            self._append(stream_of(invoice), Entry(event=price, at=self.at, by=by), invoice)
        self._vet_again(self.invoice(invoice))

    def _tell_the_invoice(self, report: Report, n: int | None) -> None:
        if not report.invoice or report.status is not PaymentStatus.COMPLETED:
            return
        invoice, paid = self.invoice(report.invoice), InvoicePaid(report.txn_id, party_of(report))
        if report.kind is Kind.PAYMENT and paid not in invoice.payments:
            self._append(stream_of(invoice.name), Entry(event=paid, n=n, at=self.at), invoice.name)
            # Only the second party changes what is doubted of the others; of itself it is known by now.
            if (len(invoice.parties) > 1) != (len(self.invoice(invoice.name).parties) > 1):
                self._vet_again(self.invoice(invoice.name))

    def _vet_again(self, invoice: Invoice) -> None:
        for txn_id in sorted({paid.txn_id for paid in invoice.payments}):
            transaction = self.transaction(txn_id)
            top = describing(transaction)
            # Told of two invoices, a payment is held against the one that describes it.
            if top is not None and top.report.invoice == invoice.name:
                for entry in vet_again(transaction, vet(top.report, self.shop, invoice), self.at):
                    self._append(txn_id, entry)

    # ---- reading what was just written ----

    def transaction(self, txn_id: str) -> Transaction:
        """The transaction, with what this recording added to it."""
        known = self._transactions.get(txn_id)
        return known if known is not None else self.streams.transaction(txn_id)

    def invoice(self, name: str) -> Invoice:
        """The invoice, with what this recording added to it."""
        known = self._invoices.get(name)
        return known if known is not None else self.streams.invoice(name)

    def _append(self, stream: str, entry: Entry, invoice: str | None = None) -> None:
        if invoice is None:
            self._transactions[stream] = evolve(self.transaction(stream), entry)
        else:
            self._invoices[invoice] = evolve_invoice(self.invoice(invoice), entry)
        self.appended.append((stream, entry))
