"""The ledger for hledger: commodities and accounts declared, entries with tags, balances asserted."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from adapters.exports.texts import items, narration, one_line, payee
from adapters.queries.ledger_book import BookedEntry, LedgerBook
from adapters.units import currency_of, spelled
from domain.money import PLACES
from domain.spelling import moment

# What ends a description or a tag, or begins another thing in a comment: written wide, it is a letter.
_WIDE: Final = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in ";|,:[]"})


def write_hledger(book: LedgerBook) -> Iterator[str]:
    """Write it piece by piece; `hledger check --strict` accepts the whole."""
    yield "; Counterfoil\n"
    for currency in sorted({currency_of(account) for account in book.balances}):
        yield f"commodity {_sample(currency)}\n"
    for account in book.balances:
        yield f"account {account}\n"
    for entry in book.entries:
        yield _transaction(entry)
    if book.last is not None:
        yield _assertions(_day(book.last) + timedelta(days=1), book.balances)


def _sample(currency: str) -> str:
    """An amount that shows how many places there are; hledger wants the decimal point even before none."""
    return f"1000.{'0' * PLACES[currency]} {currency}"


def _transaction(entry: BookedEntry) -> str:
    head = f"\n{_day(entry.dated_at)} * ({entry.id}) {_inert(payee(entry))} | {_inert(narration(entry))}\n"
    told = "".join(f"    ; {name}: {text}\n" for name, text in _tags(entry) if text)
    return head + told + "".join(_posting(account, units) for account, units in entry.postings)


def _posting(account: str, units: int) -> str:
    currency = currency_of(account)
    return f"    {account}  {spelled(units, currency)} {currency}\n"


def _tags(entry: BookedEntry) -> Iterator[tuple[str, str]]:
    yield "kind", entry.kind
    yield "txn", _inert(one_line(entry.txn_id))
    yield "transaction", _inert(one_line(entry.transaction))
    yield "notification", "" if entry.n is None else str(entry.n)
    yield "occurred", moment(entry.occurred_at) or ""
    yield "recorded", moment(entry.recorded_at) or ""
    yield "email", _inert(one_line(entry.about.email))
    yield "invoice", _inert(one_line(entry.about.invoice))
    yield "custom", _inert(one_line(entry.about.custom))
    yield "items", _inert(items(entry))


def _assertions(day: date, balances: Mapping[str, int]) -> str:
    """A transaction that moves nothing and says what every account must hold."""
    lines = [f"\n{day} * Balances\n"]
    for account, units in balances.items():
        currency = currency_of(account)
        lines.append(
            f"    {account}  {spelled(0, currency)} {currency} = {spelled(units, currency)} {currency}\n"
        )
    return "".join(lines)


def _day(when: datetime) -> date:
    return when.astimezone(UTC).date()


def _inert(text: str) -> str:
    return text.translate(_WIDE)
