"""What the office asks of the book: what was known at a time, what changed since, and why it is so."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

import msgspec

from adapters.book import Book
from adapters.queries.leases import as_it_stands
from adapters.story import Story, happenings, moments_of
from adapters.views.transactions import encode_document
from domain import subscription
from domain.changes import changed_fields
from domain.events import Entry
from domain.explain import explain
from domain.folding import evolve, fold
from domain.invoice import Invoice, stream_of
from domain.standing import describing, kind_of
from domain.state import Transaction
from domain.streams import folded, is_transaction
from domain.vetting import Shop
from projections.fulfillment import Row, row_of, shown, standing
from projections.fulfillment import told as goods_told
from projections.transactions import is_follower

_DEPTH_MAX: Final = 16
_POSITION_MAX: Final = 2**63 - 1


class OfficeBook:
    """The book, as the office reads it: also where no worker has brought the views forward."""

    def __init__(self, book: Book, shop: Shop | None = None) -> None:
        """`shop` is what explanations speak of today. The book stays the caller's to close."""
        self._book = book
        self._shop = shop or Shop()

    def lead(self, txn_id: str) -> str | None:
        """Name the transaction that an id leads to now; None when the book has none."""
        found = self._followed(txn_id, None)
        return None if found is None else found.txn_id

    def as_of(self, stream: str, moment: datetime) -> dict[str, Any] | None:
        """The transaction's document from the events recorded up to a moment; None when there were none."""
        found = self._followed(stream, moment)
        return None if found is None else _document(found, moment)

    def history(self, stream: str) -> list[dict[str, Any]]:
        """The events of a stream as plain data, oldest first."""
        return self._book.history(stream) if is_transaction(stream) else []

    def subscription_history(self, subscription_id: str) -> list[dict[str, Any]]:
        """The events of a subscription as plain data, oldest first."""
        return self._book.history(subscription.stream_of(subscription_id))

    def goods(self, stream: str, moment: datetime) -> dict[str, Any] | None:
        """The queue's row of a transaction as of a moment; None where it had no goods to speak of."""
        transaction, row = Transaction(txn_id=stream), None
        last: tuple[Row, Transaction] | None = None
        for entry in self._entries(stream, moment):
            transaction = evolve(transaction, entry)
            row = row_of(last[0] if last else None, entry, transaction)
            last = (row, transaction) if row is not None else last
        if last is None:
            return None
        row, transaction = last
        return shown(stream, row.version, standing(row.stood, moment), goods_told(transaction))

    def explain(self, stream: str, moment: datetime) -> dict[str, Any] | None:
        """Why a transaction's goods may leave or not, as of a moment; None when nothing was known."""
        transaction = self._followed(stream, moment)
        if transaction is None:
            return None
        invoice = self._invoice(transaction, moment)
        told: dict[str, Any] = msgspec.to_builtins(explain(transaction, invoice, self._shop, moment))
        return {"txn_id": transaction.txn_id, **told}

    def changes(self, stream: str, since: datetime, until: datetime) -> dict[str, Any] | None:
        """What was known of a transaction at two times, what differs, and the events between; or None."""
        entries = self._entries(stream, until)
        if not entries or not is_transaction(stream):
            return None
        first = len(self._entries(stream, since))
        before = _document(fold(stream, entries[:first]), since) if first else None
        after = _document(fold(stream, entries), until)
        return {
            "before": before,
            "after": after,
            "changed": changed_fields(before, after),
            "events": self._book.history(stream)[first : len(entries)],
        }

    def story(
        self, stream: str, now: datetime, *, as_of: datetime | None = None, whole: bool = False
    ) -> Story | None:
        """The transaction now, or as of a moment, and how it came there; None when nothing was known of it.

        Without `whole` a long story is told without its middle.
        """
        found = self._followed(stream, as_of)
        if found is None:
            return None
        stored = self._book.stored_streams([found.txn_id], _POSITION_MAX)[found.txn_id]
        placed = [(position, self._book.entry(event)) for position, event in stored]
        told = placed[: found.version]
        invoice, moment = self._invoice(found, as_of), as_of or now
        return Story(
            transaction=found,
            kind=kind_of(found),
            document=_document(found, moment),
            explained=msgspec.to_builtins(explain(found, invoice, self._shop, moment)),
            goods=goods_told(found),
            invoice=invoice,
            happenings=happenings(found.txn_id, told, whole=whole),
            events=len(told),
            numbers=frozenset(entry.n for _, entry in told if entry.n is not None),
            moments=moments_of(placed),
        )

    def _invoice(self, transaction: Transaction, moment: datetime | None) -> Invoice | None:
        top = describing(transaction)
        if top is None or not top.report.invoice:
            return None
        name = stream_of(top.report.invoice)
        found = folded(name, self._entries(name, moment))
        assert isinstance(found, Invoice), "an invoice's stream holds an invoice"
        return found

    def _followed(self, stream: str, moment: datetime | None) -> Transaction | None:
        """The transaction that an id led to at a moment, or leads to now."""
        for _ in range(_DEPTH_MAX):
            entries = self._entries(stream, moment) if is_transaction(stream) else ()
            if not entries:
                return None
            transaction = fold(stream, entries)
            if not is_follower(transaction) or transaction.follows is None:
                return transaction
            stream = transaction.follows
        return None

    def _entries(self, stream: str, moment: datetime | None) -> Sequence[Entry]:
        """What was recorded up to a moment: nothing that stands behind something later."""
        entries = self._book.streams([stream])[stream]
        if moment is None:
            return entries
        return list(takewhile(lambda entry: entry.at <= moment, entries))


def _document(transaction: Transaction, moment: datetime) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.json.decode(as_it_stands(encode_document(transaction), moment))
    return document
