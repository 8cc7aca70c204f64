"""To-dos: what a person has to do about a transaction, for as long as its facts ask for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from domain.contradictions import contradictions
from domain.events import Entry
from domain.facts import Report
from domain.standing import describing, kind_of, rung, status_of
from domain.state import Transaction
from domain.vocabulary import Kind, Status


class TodoKind(StrEnum):
    """What has to be done: the first three are told by transactions, the others by deliveries."""

    ACCEPT_CURRENCY = "accept_currency"
    UNILATERAL = "unilateral"
    CONTRADICTION = "contradiction"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    UNMODELLED = "unmodelled"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What stands to be done about a transaction, in words, and by when."""

    kind: TodoKind
    what: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A to-do as it is listed: `since` and `n` are the entry's that opened it."""

    kind: TodoKind
    txn_id: str
    n: int | None
    since: datetime
    due: datetime | None
    what: str
    open: bool = True
    closed_by: str | None = None
    note: str | None = None


SETTLED = "settled by itself"
# PayPal's own, for a payment in a currency that we do not hold and for one to an unconfirmed address. [?] How
# the latter ends is not documented; a person who looks before then has lost nothing.
DAYS_GIVEN = 30
_WAITING = {"multi_currency": TodoKind.ACCEPT_CURRENCY, "unilateral": TodoKind.UNILATERAL}
_MONEY_LEFT = (Status.REFUNDED, Status.REVERSED)
_DETAILS_MAX = 5
_TEXT_MAX = 400
# In an address without being encoded, and in no need of it: unreserved characters and a colon.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:")


def todo_id(kind: TodoKind, *parts: str) -> str:
    """An id that stands in a URL as it is; whatever does not is written as `~` and two digits a byte."""
    return ":".join((kind.value, *map(_in_url, parts)))


def _in_url(text: str) -> str:
    return "".join(c if c in _PLAIN else "".join(f"~{byte:02X}" for byte in c.encode()) for c in text)


def harmless(text: str, characters_max: int = _TEXT_MAX) -> str:
    """A text of a message as a sentence may quote it: short, and nothing in it steers a terminal or page."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:characters_max])


def todos_of(transaction: Transaction) -> tuple[Todo, ...]:
    """What stands to be done about a transaction, one of a kind at most."""
    return (*_waiting(transaction), *_contradicting(transaction))


def fold(rows: Mapping[TodoKind, Row], transaction: Transaction, entry: Entry) -> dict[TodoKind, Row]:
    """The transaction's rows after an entry that made it what it is now.

    What holds no more is closed and stays; what holds again is opened again.
    """
    held = {todo.kind: todo for todo in todos_of(transaction)}
    after = {
        kind: replace(row, open=False, note=SETTLED) if row.open and kind not in held else row
        for kind, row in rows.items()
    }
    for kind, todo in held.items():
        known = rows.get(kind)
        if known is not None and known.open:
            after[kind] = replace(known, due=todo.due, what=todo.what)
        else:
            after[kind] = Row(
                kind=kind, txn_id=transaction.txn_id, n=entry.n, since=entry.at, due=todo.due, what=todo.what
            )
    return after


def _waiting(transaction: Transaction) -> Iterator[Todo]:
    """Money that PayPal holds until somebody does something there."""
    # Asked first because it is cheap: hardly any transaction has ever waited so.
    if not any(heard.report.pending_reason in _WAITING for heard in transaction.reports):
        return
    top = describing(transaction)
    if top is None or kind_of(transaction) is not Kind.PAYMENT or rung(transaction) is not Status.PENDING:
        return
    kind = _WAITING.get(top.report.pending_reason or "")
    if kind is not None and status_of(transaction) not in _MONEY_LEFT:
        asked = _to_accept if kind is TodoKind.ACCEPT_CURRENCY else _to_confirm
        yield Todo(kind=kind, what=asked(top.report), due=_due(top.report.occurred_at))


def _to_accept(report: Report) -> str:
    currency = report.gross.currency if report.gross else "its currency"
    return (
        f"Accept or deny the payment{_amount(report)} in PayPal: Activity, the payment, Accept or Deny."
        f" There is no balance in {currency}, so PayPal asks first; it waits {DAYS_GIVEN} days."
    )


def _to_confirm(report: Report) -> str:
    address = harmless(report.receiver.email) if report.receiver.email else "the e-mail address that was paid"
    return (
        f"Confirm {address} in PayPal: Profile, E-mail addresses. The payment{_amount(report)}"
        f" waits for it, and goes back to the buyer after {DAYS_GIVEN} days."
    )


def _amount(report: Report) -> str:
    return f" of {report.gross.spelled()}" if report.gross else ""


def _due(occurred_at: datetime | None) -> datetime | None:
    return occurred_at + timedelta(days=DAYS_GIVEN) if occurred_at is not None else None


def _contradicting(transaction: Transaction) -> Iterator[Todo]:
    """What PayPal told that cannot all be true."""
    # One fact contradicts nothing, and most transactions never have a second.
    if len(transaction.reports) + len(transaction.followers) <= 1:
        return
    found = contradictions(transaction)
    details = [harmless(doubt.detail) for doubt in islice(found, _DETAILS_MAX)]
    if not details:
        return
    more = sum(1 for _ in found)
    said = "; ".join(details) + (f"; and {more} more" if more else "")
    yield Todo(kind=TodoKind.CONTRADICTION, what=f"{_looked_at(transaction)}: {said}.")


def _looked_at(transaction: Transaction) -> str:
    if kind_of(transaction) is Kind.PAYOUT:
        return "Look at the payout in PayPal; what it moved is taken from its furthest status"
    return "Look at the transaction in PayPal; nothing is shipped by itself meanwhile"
