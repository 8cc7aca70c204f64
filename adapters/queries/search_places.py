"""Where a search looks: at the deliveries that an index leaves, if few, else at all of them, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from adapters.queries.notifications import frontier
from adapters.queries.prefixes import begins_with
from adapters.queries.search_terms import (
    IDS,
    Begins,
    Invoiced,
    Is,
    Numbers,
    Payer,
    Received,
    Search,
    Words,
    number_of,
)
from adapters.tables import notifications
from adapters.times import to_us
from adapters.view_tables import customers, transactions
from domain.vocabulary import Outcome, Verdict

# Of one look: how many numbers an index gives, and how many ids of transactions or payers are followed.
CANDIDATES_MAX: Final = 1_000
IDS_MAX: Final = 500
_CLOCK_BACK_MAX: Final = 5_000  # deliveries that a clock which was put back may have dated wrong
# Most deliveries are so: no index makes them fewer.
_USUAL: Final = {Outcome.RECORDED, Outcome.DUPLICATE, Verdict.VERIFIED}
# Of these the views may not tell whose they are; the newest are read, the others where everything is.
UNTOLD_MAX: Final = 300
_UNTOLD: Final = (
    *(Outcome.WAITING, Outcome.PARKED, Outcome.REFUSED, Outcome.UNREADABLE, Outcome.UNMODELLED),
    Outcome.INVALID,
)

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` on, and below `high`."""

    low: int
    high: int

    def holds(self, column: Any) -> Condition:  # noqa: ANN401 - of either table, or a label
        """Whether a number is one of these."""
        found: Condition = (column >= self.low) & (column < self.high)
        return found


@dataclass(frozen=True, slots=True)
class Candidates:
    """Numbers, the newest first; all from `reached` on that there are, 0 when there are no others."""

    numbers: tuple[int, ...]
    reached: int
    # From where on messages that became no transaction are among them, 0 when all are.
    untold_from: int = 0


def span_of(book: Connection, search: Search, before: int | None) -> Span:
    """Between which numbers everything lies that a search can find, below `before`."""
    low, high = 1, 2**63 - 1 if before is None else before
    for term in search.of_rows:
        match term:
            case Numbers(first=first, last=last, negated=False):
                low, high = max(low, first), min(high, last + 1)
            case Received(since=since, until=until):
                # Numbers are given in the order of arrival; times nearly are.
                if since is not None:
                    low = max(low, _at_the_edge(book, since_us=to_us(since)))
                if until is not None:
                    high = min(high, _at_the_edge(book, until_us=to_us(until)))
            case _:
                pass
    return Span(low, high)


def _at_the_edge(book: Connection, *, since_us: int = 0, until_us: int | None = None) -> int:
    row = notifications.c
    if until_us is None:
        some = select(row.n).where(row.received_us >= since_us).order_by(row.received_us)
        first = book.scalar(select(func.min(some.limit(_CLOCK_BACK_MAX).subquery().c.n)))
        return first or frontier(book) + 1
    some = select(row.n).where(row.received_us < until_us).order_by(row.received_us.desc())
    last = book.scalar(select(func.max(some.limit(_CLOCK_BACK_MAX).subquery().c.n)))
    # What is not taken in yet has no row here: it is looked at in any case.
    return (last or 0) + 1


def candidates(book: Connection, search: Search, span: Span) -> Candidates | None:
    """The deliveries that one of the terms leaves; None where none of them leaves few."""
    for find in (_by_id, _by_word, _by_payer):
        for term in search.terms:
            found = find(book, term, span, everywhere=search.everywhere)
            if found is not None:
                return found
    return None


def _by_id(book: Connection, term: object, span: Span, *, everywhere: bool) -> Candidates | None:  # noqa: ARG001 - as the others
    row = notifications.c
    match term:
        case Begins(columns=names, text=text, negated=False) if names == IDS:
            ways = [begins_with(row[name], text) for name in IDS]
        case Is(columns=names, text=text, negated=False) if names == IDS:
            ways = [row[name] == text for name in IDS]
        case Invoiced(text=text, or_id=or_id, negated=False):
            known = _ids(book, [begins_with(transactions.c.invoice, text)])
            if known is None:
                return None
            ways = [row[name].in_(known) for name in IDS]
            if or_id:
                ways += [begins_with(row[name], text) for name in IDS]
                ways += [row.n == number for number in (number_of(text),) if number is not None]
        case _:
            return None
    # Few are found first and sorted then; where they are not few, all are looked at in their order.
    found = book.execute(select(row.n).where(or_(*ways)).limit(CANDIDATES_MAX + 1)).scalars().all()
    if len(found) > CANDIDATES_MAX:
        return None
    inside = (n for n in found if span.low <= n < span.high)
    return Candidates(tuple(sorted(inside, reverse=True)), 0)


def _by_payer(book: Connection, term: object, span: Span, *, everywhere: bool) -> Candidates | None:
    """What is known to be a payer's, and what may be anybody's; None where the views know none, or many."""
    if not isinstance(term, Payer) or term.negated or everywhere:
        return None
    row, person, paid, asked = notifications.c, customers.c, transactions.c, term.text.lower()
    so = (
        begins_with(person.payer_id, term.text),
        *(begins_with(column, asked) for column in (person.email_folded, person.name_folded)),
    )
    payers = book.execute(select(person.payer_id).where(or_(*so)).limit(IDS_MAX + 1)).scalars().all()
    if len(payers) > IDS_MAX:
        return None
    known = _ids(book, [paid.payer_id.in_(payers), begins_with(paid.payer_email, asked)])
    if not known:
        return None
    theirs = _merged(book, [select(row.n).where(row[name].in_(known)) for name in IDS], span)
    of_anybody = [row.outcome == outcome.value for outcome in _UNTOLD] + [row.txn_id.is_(None)]
    all_of_them = Span(span.low, frontier(book) + 1)
    untold = _merged(book, [select(row.n).where(way) for way in of_anybody], all_of_them, UNTOLD_MAX)
    numbers = {*theirs.numbers, *(n for n in untold.numbers if theirs.reached <= n < span.high)}
    return Candidates(tuple(sorted(numbers, reverse=True)), theirs.reached, untold.reached)


def _by_word(book: Connection, term: object, span: Span, *, everywhere: bool) -> Candidates | None:  # noqa: ARG001 - as the others
    row = notifications.c
    match term:
        case Words(column=("outcome" | "verdict") as name, words=words, negated=False):
            if _USUAL.intersection(words):
                return None
            return _merged(book, [select(row.n).where(row[name] == word) for word in words], span)
        case _:
            return None


def _ids(book: Connection, ways: Sequence[Condition]) -> list[str] | None:
    """The transactions that are so; None where they are many."""
    wanted = select(transactions.c.txn_id).where(or_(*ways)).limit(IDS_MAX + 1)
    found = list(book.execute(wanted).scalars())
    return None if len(found) > IDS_MAX else found


def _merged(
    book: Connection, wanted: Iterable[Select[int]], span: Span, most: int | None = None
) -> Candidates:
    """The newest of all these together; each is read in the order of an index."""
    numbers, reached, most = set[int](), 0, most or CANDIDATES_MAX
    for some in wanted:
        newest = some.where(span.holds(notifications.c.n)).order_by(notifications.c.n.desc())
        found = book.execute(newest.limit(most)).scalars().all()
        numbers.update(found)
        if len(found) == most:
            reached = max(reached, found[-1])
    kept = sorted((n for n in numbers if n >= reached), reverse=True)[:most]
    return Candidates(tuple(kept), kept[-1] if len(kept) == most else reached)
