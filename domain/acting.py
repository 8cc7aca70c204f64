"""What people do: each act decided against all that stands, and refused in words where it cannot be."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import invoice
from domain.act_events import (
    CaseClosed,
    GoodsApproved,
    GoodsClaimed,
    GoodsFulfilled,
    GoodsReleased,
    InvoiceServed,
    TodoDone,
)
from domain.draft import Draft, Streams
from domain.events import Entry, Event, PriceAgreed
from domain.fulfillment import fulfillment_of, holding
from domain.revetting import vet_payments_again
from domain.spelling import moment
from domain.standing import cases, describing
from domain.state import Transaction
from domain.vetting import Shop, party_of
from domain.vocabulary import Fulfillment

_MAY_LEAVE = (Fulfillment.READY, Fulfillment.CLAIMED)
_SENT_ANYWAY = (*_MAY_LEAVE, Fulfillment.HELD, Fulfillment.WITHDRAWN)


class ActRefusedError(Exception):
    """What a person wants cannot be done as things stand; str says why."""


class NoSuchCaseError(Exception):
    """Nobody has heard of this case of the transaction."""


@dataclass(slots=True)
class Acting:
    """One act of a person: what it adds to the book. Every method but `agree` may raise ActRefusedError."""

    streams: Streams
    shop: Shop
    at: datetime
    by: str
    draft: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.draft = Draft(self.streams)

    @property
    def appended(self) -> list[tuple[str, Entry]]:
        """The events to append, each with its stream, in order."""
        return self.draft.appended

    def claim(self, txn_id: str, seconds: int) -> None:
        """Take it on to send the goods, for so many seconds; whoever holds them already holds them longer."""
        transaction = self._free(txn_id)
        if fulfillment_of(transaction, self.at) not in _MAY_LEAVE:
            raise self._refused(transaction, "only ready goods can be claimed")
        held = transaction.goods.claim_at(self.at)
        until = self.at + timedelta(seconds=seconds)
        self._append(txn_id, GoodsClaimed(until if held is None else max(until, held.until)))

    def release(self, txn_id: str, why: str | None = None, *, anybodys: bool = False) -> None:
        """Give a claim back; `anybodys`: whoever holds it."""
        transaction = self.draft.transaction(txn_id) if anybodys else self._free(txn_id)
        claim = transaction.goods.claim
        if claim is None or claim.until <= self.at:
            raise self._refused(transaction, "nobody has claimed the goods")
        self._append(txn_id, GoodsReleased(why))

    def fulfill(self, txn_id: str, note: str | None = None, *, left_already: bool = False) -> None:
        """Say that the goods left; other payments of the same invoice are held for it.

        `left_already`: they are gone, though they ought not to be by now; what happened is recorded.
        """
        transaction = self._free(txn_id)
        allowed = _SENT_ANYWAY if left_already else _MAY_LEAVE
        if fulfillment_of(transaction, self.at) not in allowed:
            raise self._refused(transaction, f"only goods that are {' or '.join(allowed)} can leave")
        self._append(txn_id, GoodsFulfilled(note))
        self._tell_the_invoice(transaction)

    def approve(self, txn_id: str, why: str, version: int | None = None) -> None:
        """Let the goods go in spite of the doubts that hold them now; with `version` only those seen then."""
        transaction = self.draft.transaction(txn_id)
        if fulfillment_of(transaction, self.at) is not Fulfillment.HELD:
            raise self._refused(transaction, "only held goods can be approved")
        self._as_seen(transaction, version)
        self._append(txn_id, GoodsApproved(holding(transaction), why))

    def close_case(self, txn_id: str, case_id: str, why: str, version: int | None = None) -> None:
        """Say that a case is over, as far as it has gone; with `version` only as it was seen then.

        NoSuchCaseError when there is none of this id.
        """
        transaction = self.draft.transaction(txn_id)
        found = [(case, is_open) for case, is_open in cases(transaction) if case.case_id == case_id]
        if not found:
            raise NoSuchCaseError(case_id)
        ((case, is_open),) = found
        if not is_open:
            raise self._refused(transaction, f"case {case_id} is closed already")
        self._as_seen(transaction, version)
        self._append(txn_id, CaseClosed(case_id, case.type, why))

    def close_todo(self, stream: str, todo_id: str, note: str | None) -> None:
        """Say that a to-do is done; whether it is open is the caller's to know."""
        self._append(stream, TodoDone(todo_id, note))

    def agree(self, name: str, price: PriceAgreed) -> None:
        """Agree a price; payments of the invoice that are here already are vetted again."""
        if self.draft.invoice(name).price != price:
            self._append(invoice.stream_of(name), price)
        vet_payments_again(self.draft, self.draft.invoice(name), self.shop, self.at)

    def _tell_the_invoice(self, transaction: Transaction) -> None:
        top = describing(transaction)
        if top is None or not top.report.invoice:
            return
        name, party = top.report.invoice, party_of(top.report)
        if party not in self.draft.invoice(name).served:
            self._append(invoice.stream_of(name), InvoiceServed(transaction.txn_id, party))
            vet_payments_again(self.draft, self.draft.invoice(name), self.shop, self.at)

    def _free(self, txn_id: str) -> Transaction:
        """The transaction, unless somebody else has claimed its goods."""
        transaction = self.draft.transaction(txn_id)
        claim = transaction.goods.claim
        if claim is not None and self.at < claim.until and claim.by != self.by:
            raise self._refused(transaction, f"{claim.by} has claimed the goods until {moment(claim.until)}")
        return transaction

    def _as_seen(self, transaction: Transaction, version: int | None) -> None:
        if version is not None and version != transaction.version:
            raise self._refused(transaction, f"it changed since version {version}: look at it again")

    def _refused(self, transaction: Transaction, why: str) -> ActRefusedError:
        state = fulfillment_of(transaction, self.at)
        return ActRefusedError(f"the goods of {transaction.txn_id} are {state}: {why}")

    def _append(self, stream: str, event: Event) -> None:
        self.draft.append(stream, Entry(event=event, by=self.by, at=self.at))
