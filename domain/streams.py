"""The kinds of streams in the book: a transaction has its id for a name, the others a prefix before it."""

from collections.abc import Iterable

from domain import invoice, subscription, todo
from domain.events import Entry
from domain.folding import evolve
from domain.invoice import Invoice, evolve_invoice
from domain.state import Transaction
from domain.subscription import Subscription, evolve_subscription
from domain.todo import Todo, evolve_todo

Aggregate = Transaction | Invoice | Subscription | Todo
_PREFIXES = (invoice.STREAM_PREFIX, subscription.STREAM_PREFIX, todo.STREAM_PREFIX)


def is_transaction(stream: str) -> bool:
    """Whether a stream is a transaction's."""
    return not stream.startswith(_PREFIXES)


def new(stream: str) -> Aggregate:
    """What a stream holds before anything was heard."""
    if is_transaction(stream):
        return Transaction(txn_id=stream)
    if stream.startswith(invoice.STREAM_PREFIX):
        return Invoice(name=stream.removeprefix(invoice.STREAM_PREFIX))
    if stream.startswith(subscription.STREAM_PREFIX):
        return Subscription(subscription_id=stream.removeprefix(subscription.STREAM_PREFIX))
    return Todo(id=stream.removeprefix(todo.STREAM_PREFIX))


def grown(aggregate: Aggregate, entry: Entry) -> Aggregate:
    """The aggregate after one more entry of its stream."""
    match aggregate:
        case Transaction():
            return evolve(aggregate, entry)
        case Invoice():
            return evolve_invoice(aggregate, entry)
        case Subscription():
            return evolve_subscription(aggregate, entry)
        case Todo():
            return evolve_todo(aggregate, entry)


def folded(stream: str, entries: Iterable[Entry]) -> Aggregate:
    """The aggregate from its whole history."""
    aggregate = new(stream)
    for entry in entries:
        aggregate = grown(aggregate, entry)
    return aggregate
