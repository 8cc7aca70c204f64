"""The ledger for beancount: accounts opened, entries with where they come from, balances at the end."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from adapters.exports.texts import items, narration, one_line, payee
from adapters.queries.ledger_book import BookedEntry, LedgerBook
from adapters.units import currency_of, spelled
from domain.spelling import moment

_HEAD: Final = 'option "title" "Counterfoil"\n'
_ASSETS: Final = "Assets:"


def write_beancount(book: LedgerBook) -> Iterator[str]:
    """Write it piece by piece; `bean-check` accepts the whole."""
    currencies = sorted({currency_of(account) for account in book.balances})
    yield _HEAD
    for currency in currencies:
        yield f'option "operating_currency" "{currency}"\n'
    if book.first is None or book.last is None:
        return
    begin = _day(book.first)
    yield "\n"
    for currency in currencies:
        yield f"{begin} commodity {currency}\n"
    for account in book.balances:
        yield f"{begin} open {account} {currency_of(account)}\n"
    for entry in book.entries:
        yield _transaction(entry)
    yield "\n"
    yield from _balances(_day(book.last) + timedelta(days=1), book.balances)


def _balances(day: date, balances: Mapping[str, int]) -> Iterator[str]:
    # Exactly so much: unasked, beancount would overlook a cent.
    for account, units in balances.items():
        if account.startswith(_ASSETS):
            currency = currency_of(account)
            yield f"{day} balance {account} {spelled(units, currency)} ~ {spelled(0, currency)} {currency}\n"


def _transaction(entry: BookedEntry) -> str:
    who = payee(entry)
    words = f"{_quoted(who)} {_quoted(narration(entry))}" if who else _quoted(narration(entry))
    head = f"\n{_day(entry.dated_at)} * {words}\n"
    told = "".join(f"  {name}: {_quoted(text)}\n" for name, text in _metadata(entry) if text)
    return head + told + "".join(_posting(account, units) for account, units in entry.postings)


def _posting(account: str, units: int) -> str:
    currency = currency_of(account)
    return f"  {account}  {spelled(units, currency)} {currency}\n"


def _metadata(entry: BookedEntry) -> Iterator[tuple[str, str]]:
    yield "entry", entry.id
    yield "kind", entry.kind
    yield "txn", one_line(entry.txn_id)
    yield "transaction", one_line(entry.transaction)
    yield "notification", "" if entry.n is None else str(entry.n)
    yield "occurred", moment(entry.occurred_at) or ""
    yield "recorded", moment(entry.recorded_at) or ""
    yield "email", one_line(entry.about.email)
    yield "invoice", one_line(entry.about.invoice)
    yield "custom", one_line(entry.about.custom)
    yield "items", items(entry)


def _day(when: datetime) -> date:
    return when.astimezone(UTC).date()


def _quoted(text: str) -> str:
    """A string of beancount's: a backslash and a quote have one before them."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
