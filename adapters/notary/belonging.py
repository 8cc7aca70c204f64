"""Which streams tell of one transaction: its own, those of what follows it, and its invoice's."""

from adapters.book import Book
from adapters.office_book import OfficeBook
from domain import subscription
from domain.folding import fold
from domain.invoice import stream_of
from domain.state import Transaction


def streams_of(book: Book, txn_id: str) -> list[str]:
    """The streams that have events, the first one that of the transaction that the id leads to.

    A subscription's id gives its own stream alone. Empty where nothing is recorded of the id.
    Raises StoreAwayError when the store cannot be read.
    """
    lead = OfficeBook(book).lead(txn_id)
    if lead is None:
        return _with_events(book, [subscription.stream_of(txn_id)])
    names, invoices = [lead], list[str]()
    for name in names:  # grows by what follows what is in it
        told = fold(name, book.streams([name])[name])
        invoices += [stream_of(heard.report.invoice) for heard in told.reports if heard.report.invoice]
        names += [one for one in _followers(book, told) if one not in names]
    return names + _with_events(book, invoices)


def _followers(book: Book, told: Transaction) -> list[str]:
    """The ids of what follows it that are nothing else."""
    parked = [one.follower for one in told.parked if one.follower]
    ids = [follower.txn_id for follower in (*(heard.follower for heard in told.followers), *parked)]
    streams = book.streams(one for one in ids if one != told.txn_id)
    return [name for name, entries in streams.items() if fold(name, entries).follows is not None]


def _with_events(book: Book, names: list[str]) -> list[str]:
    return [name for name, entries in book.streams(names).items() if entries]
