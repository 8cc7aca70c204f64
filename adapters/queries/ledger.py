"""The ledger as the view keeps it: entries newest first, and what each account held at any time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, tuple_

from adapters.queries.paging import BadCursorError, Page, Place, read_cursor, write_cursor
from adapters.queries.transactions import lead
from adapters.times import rfc3339, to_us
from adapters.units import currency_of, spelled
from adapters.view_tables import ledger_days, ledger_entries, ledger_postings
from adapters.views.ledger import DAY_US

LIST: Final = "ledger"
Posting = tuple[str, int]  # an account, and what came to it in minor units


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFilters:
    """What to show; None shows all. From `since` on, and before `until`, as recorded by us."""

    account: str | None = None
    txn_id: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def page(book: Connection, filters: EntryFilters, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
    """List entries, the one recorded last first; BadCursorError when the cursor is none."""
    when, number, conditions = _wanted(book, filters)
    wanted = select(when, number).where(*conditions, *_between(when, filters))
    if cursor is not None:
        wanted = wanted.where(tuple_(when, number) < tuple_(*_place(cursor)))
    found = book.execute(wanted.order_by(when.desc(), number.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    more = write_cursor(LIST, Place(shown[-1][0], str(shown[-1][1]))) if len(found) > limit else None
    return Page(tuple(_shown(book, [number for _, number in shown])), more)


_Wanted = tuple[ColumnElement[int], ColumnElement[int], Sequence[ColumnElement[bool]]]


def _wanted(book: Connection, filters: EntryFilters) -> _Wanted:
    """Where time and number of entries are looked for, and by what, so that an index answers in order."""
    entry, posting = ledger_entries.c, ledger_postings.c
    by_kind = filters.kind is not None
    if filters.txn_id is not None:
        return _of_transaction(book, filters, filters.txn_id)
    if filters.account is not None:
        conditions = [posting.account == filters.account] + [posting.kind == filters.kind] * by_kind
        return posting.recorded_us, posting.number, conditions
    return entry.recorded_us, entry.number, [entry.kind == filters.kind] * by_kind


def _of_transaction(book: Connection, filters: EntryFilters, txn_id: str) -> _Wanted:
    """Entries of the transaction that an id leads to, and what moved under the id wherever that is told.

    They are few; a kind, an account and a day have very many. So those are only compared, never looked up:
    no index knows a sum.
    """
    entry, posting = ledger_entries.c, ledger_postings.c
    conditions = [or_(entry.stream == (lead(book, txn_id) or txn_id), entry.txn_id == txn_id)]
    if filters.kind is not None:
        conditions.append(entry.kind + "" == filters.kind)
    if filters.account is not None:
        touched = select(posting.number).where(
            posting.number == entry.number, posting.account == filters.account
        )
        conditions.append(touched.exists())
    return entry.recorded_us + 0, entry.number, conditions


def _between(when: ColumnElement[int], filters: EntryFilters) -> Iterator[ColumnElement[bool]]:
    if filters.since is not None:
        yield when >= to_us(filters.since)
    if filters.until is not None:
        yield when < to_us(filters.until)


def _place(cursor: str) -> tuple[int, int]:
    place = read_cursor(LIST, cursor)
    if not (place.text.isascii() and place.text.isdecimal() and len(place.text) < 20):  # noqa: PLR2004
        raise BadCursorError(f"not a cursor of {LIST}")
    return place.number, int(place.text)


def _shown(book: Connection, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    entries = rows_of(book, numbers)
    postings = postings_of(book, numbers)
    for number in numbers:
        entry = entries[number]
        yield {
            "id": entry.id,
            "txn_id": entry.txn_id,
            "transaction": entry.stream,
            "n": entry.n,
            "kind": entry.kind,
            "occurred_at": rfc3339(entry.occurred_us),
            "recorded_at": rfc3339(entry.recorded_us),
            "postings": [
                {
                    "account": account,
                    "currency": currency_of(account),
                    "amount": spelled(units, currency_of(account)),
                }
                for account, units in postings[number]
            ],
        }


def rows_of(book: Connection, numbers: Sequence[int]) -> dict[int, Row[Any]]:
    """The entries of these numbers, no more than a statement takes."""
    found = book.execute(select(ledger_entries).where(ledger_entries.c.number.in_(numbers)))
    return {row.number: row for row in found}


def postings_of(book: Connection, numbers: Sequence[int]) -> dict[int, list[Posting]]:
    """The postings of these entries, in the order of the accounts' names."""
    row = ledger_postings.c
    wanted = select(row.number, row.account, row.units).where(row.number.in_(numbers))
    postings: dict[int, list[Posting]] = {number: [] for number in numbers}
    for number, account, units in book.execute(wanted.order_by(row.number, row.account)):
        postings[number].append((account, units))
    return postings


def balances(book: Connection, as_of: datetime | None) -> dict[str, int]:
    """What each account held by the entries recorded up to a time, in minor units and in order of names.

    Accounts to which nothing was ever posted are not named. The days before are summed from their sums, so
    only the postings of one day are read.
    """
    row = ledger_days.c
    whole = select(row.account, func.sum(row.units)).group_by(row.account)
    if as_of is None:
        return _summed(book, [whole])
    day = to_us(as_of) // DAY_US
    touched = book.scalars(select(row.account).where(row.day == day)).all()
    return _summed(book, [whole.where(row.day < day), _part_of_a_day(touched, day, as_of)])


def _part_of_a_day(accounts: Sequence[str], day: int, as_of: datetime) -> Select[Any]:
    row = ledger_postings.c
    within = row.recorded_us.between(day * DAY_US, to_us(as_of))
    return (
        select(row.account, func.sum(row.units))
        .where(row.account.in_(accounts), within)
        .group_by(row.account)
    )


def _summed(book: Connection, parts: Iterable[Select[Any]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for part in parts:
        for account, units in book.execute(part):
            sums[account] = sums.get(account, 0) + units
    return dict(sorted(sums.items()))


def show_balances(found: dict[str, int]) -> list[dict[str, str]]:
    """Balances as people and programs read them."""
    return [
        {
            "account": account,
            "currency": currency_of(account),
            "balance": spelled(units, currency_of(account)),
        }
        for account, units in found.items()
    ]


def show_changes(before: dict[str, int], after: dict[str, int]) -> list[dict[str, str]]:
    """Two balances of every account that either names, and what lies between them."""
    return [
        {
            "account": account,
            "currency": currency_of(account),
            "before": spelled(before.get(account, 0), currency_of(account)),
            "after": spelled(after.get(account, 0), currency_of(account)),
            "difference": spelled(after.get(account, 0) - before.get(account, 0), currency_of(account)),
        }
        for account in sorted(before.keys() | after.keys())
    ]
