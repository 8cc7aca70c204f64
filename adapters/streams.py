"""The streams that a batch reads and adds to: loaded together, each addition placed at its version."""

from collections.abc import Iterable

from adapters.book import Book
from adapters.mapper import Placed
from domain.facts import Case, Follower, Report
from domain.invoice import STREAM_PREFIX, Invoice, evolve_invoice, fold_invoice, stream_of
from domain.notification import Notification
from domain.recording import Recording
from domain.state import Transaction
from domain.transaction import evolve, fold


class BatchStreams:
    """What stands in the book, and what the batch has added so far."""

    def __init__(self, book: Book) -> None:
        """Nothing is read until it is asked for, or preloaded."""
        self._book = book
        self._transactions: dict[str, Transaction] = {}
        self._invoices: dict[str, Invoice] = {}

    def preload(self, notifications: Iterable[Notification]) -> None:
        """Read in one query what these notifications will certainly ask for."""
        self._load(name for notification in notifications for name in _named(notification))

    def transaction(self, txn_id: str) -> Transaction:
        """The transaction as it stands, new if it was never heard of."""
        if txn_id not in self._transactions:
            self._load([txn_id])
        return self._transactions[txn_id]

    def invoice(self, name: str) -> Invoice:
        """The invoice as it stands, new if it was never heard of."""
        if name not in self._invoices:
            self._load([stream_of(name)])
        return self._invoices[name]

    def keep(self, recording: Recording) -> list[Placed]:
        """Take over what one recording added; the additions at their places."""
        placed = []
        for stream, entry in recording.appended:
            if stream.startswith(STREAM_PREFIX):
                name = stream.removeprefix(STREAM_PREFIX)
                self._invoices[name] = evolve_invoice(self.invoice(name), entry)
                version = self._invoices[name].version
            else:
                self._transactions[stream] = evolve(self.transaction(stream), entry)
                version = self._transactions[stream].version
            placed.append(Placed(stream, version, entry))
        return placed

    def _load(self, names: Iterable[str]) -> None:
        for stream, entries in self._book.streams(names).items():
            if stream.startswith(STREAM_PREFIX):
                name = stream.removeprefix(STREAM_PREFIX)
                self._invoices[name] = fold_invoice(name, entries)
            else:
                self._transactions[stream] = fold(stream, entries)


def _named(notification: Notification) -> list[str]:
    match notification.fact:
        case Report(txn_id=txn_id, invoice=invoice, auth_id=auth_id, parent_txn_id=parent):
            return [txn_id, *([stream_of(invoice)] if invoice else []), *filter(None, (auth_id, parent))]
        case Follower(txn_id=txn_id, parent_txn_id=parent):
            return [txn_id, parent]
        case Case(txn_id=txn_id):
            return [txn_id]
