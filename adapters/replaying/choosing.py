"""Choosing messages: by numbers and by what became of them; of some there is nothing left to replay."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, or_, select

from adapters.engines import StoreEngine, store_errors
from adapters.tables import deliveries, notifications, payer_keys
from domain.vocabulary import Outcome, Verdict

NUMBER_MAX: Final = 2**63 - 1
_SPANS_MAX: Final = 200  # in one statement
_ROWS_MAX: Final = 500
_COLUMNS: Final = ("n", "outcome", "reason", "verdict", "settled_us", "txn_id", "parent_txn_id", "purged_us")

Span = tuple[int, int]  # from and to, both of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages: of these numbers (none: of any), with one of these outcomes (none: with any).

    The spans are in order, and none touches another.
    """

    spans: tuple[Span, ...] = ()
    outcomes: frozenset[Outcome] = frozenset()

    def has(self, n: int, outcome: Outcome) -> bool:
        """Whether a message is among them."""
        return (not self.spans or self._names(n)) and (not self.outcomes or outcome in self.outcomes)

    def _names(self, n: int) -> bool:
        place = bisect_right(self.spans, (n, NUMBER_MAX)) - 1
        return place >= 0 and n <= self.spans[place][1]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as it stands; `settled_us` in microseconds since 1970, null while it waits."""

    n: int
    outcome: Outcome
    reason: str | None
    verdict: Verdict
    settled_us: int | None
    concerns: frozenset[str]


@dataclass(slots=True)
class Chosen:
    """What can be replayed, and what was named and cannot be."""

    rows: dict[int, Standing] = field(default_factory=dict)
    not_there: list[Span] = field(default_factory=list)
    purged: list[int] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)  # sealed with a key that was destroyed
    lost: list[int] = field(default_factory=list)  # of which the inbox has no body

    @property
    def complete(self) -> bool:
        """Whether all that was named can be."""
        return not (self.not_there or self.purged or self.forgotten or self.lost)


class Choosing:
    """The messages of a store. Every call raises StoreError."""

    def __init__(self, book: StoreEngine, inbox: StoreEngine) -> None:
        """Both stay the caller's."""
        self._book = book
        self._inbox = inbox

    def choose(self, wanted: Wanted) -> Chosen:
        """All of them that there are, those with something to replay apart."""
        chosen = Chosen(not_there=list(self._missing(wanted.spans)))
        found = [row for condition in _conditions(wanted) for row in self._rows(condition)]
        chosen.purged = [row.n for row in found if row.purged_us is not None]
        left = [row for row in found if row.purged_us is None]
        sealed_by = self._sealed_by([row.n for row in left])
        destroyed = self._destroyed()
        for row in left:
            if row.n not in sealed_by:
                chosen.lost.append(row.n)
            elif sealed_by[row.n] in destroyed:
                chosen.forgotten.append(row.n)
            else:
                chosen.rows[row.n] = _row(row)
        return chosen

    def look(self, ns: Iterable[int]) -> dict[int, Standing]:
        """How these stand now."""
        spans = tuple(spans_of(ns))
        if not spans:
            return {}
        conditions = _conditions(Wanted(spans=spans))
        return {row.n: _row(row) for condition in conditions for row in self._rows(condition)}

    def _missing(self, spans: Sequence[Span]) -> Iterator[Span]:
        for span in spans:
            yield from gaps(span, self._numbers(*span))

    def _numbers(self, first: int, last: int) -> Sequence[int]:
        row = notifications.c
        with store_errors(self._book), self._book.connect() as connection:
            return (
                connection.execute(select(row.n).where(row.n.between(first, last)).order_by(row.n))
                .scalars()
                .all()
            )

    def _rows(self, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
        row = notifications.c
        query = select(*(row[name] for name in _COLUMNS)).where(condition).order_by(row.n)
        with store_errors(self._book), self._book.connect() as connection:
            return connection.execute(query).all()

    def _sealed_by(self, ns: Sequence[int]) -> dict[int, str | None]:
        """Those of which there is a body, each with the name of the key that it is sealed with."""
        row = deliveries.c
        found: dict[int, str | None] = {}
        with store_errors(self._inbox), self._inbox.connect() as connection:
            for start in range(0, len(ns), _ROWS_MAX):
                some = select(row.n, row.sealed_by).where(row.n.in_(ns[start : start + _ROWS_MAX]))
                found.update((one.n, one.sealed_by) for one in connection.execute(some))
        return found

    def _destroyed(self) -> frozenset[str]:
        query = select(payer_keys.c.payer).where(payer_keys.c.destroyed_us.is_not(None))
        with store_errors(self._book), self._book.connect() as connection:
            return frozenset(connection.execute(query).scalars())


def gaps(span: Span, there: Iterable[int]) -> Iterator[Span]:
    """What of a span is not among these numbers, which come in order."""
    following, last = span
    for n in there:
        if n > following:
            yield following, n - 1
        following = n + 1
    if following <= last:
        yield following, last


def spans_of(ns: Iterable[int | Span]) -> list[Span]:
    """Numbers and spans as spans in order, none touching another."""
    spans = sorted((one, one) if isinstance(one, int) else one for one in ns)
    joined: list[Span] = []
    for first, last in spans:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def written(span: Span) -> str:
    """A span as people write it: `12`, or `12-40`."""
    first, last = span
    return f"{first}" if first == last else f"{first}-{last}"


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    row = notifications.c
    of_outcome = [row.outcome.in_(sorted(wanted.outcomes))] if wanted.outcomes else []
    if not wanted.spans:
        yield and_(row.n > 0, *of_outcome)
    for start in range(0, len(wanted.spans), _SPANS_MAX):
        some = wanted.spans[start : start + _SPANS_MAX]
        yield and_(or_(*(row.n.between(first, last) for first, last in some)), *of_outcome)


def _row(row: Row[Any]) -> Standing:
    concerns = frozenset(filter(None, (row.txn_id, row.parent_txn_id)))
    return Standing(row.n, Outcome(row.outcome), row.reason, Verdict(row.verdict), row.settled_us, concerns)
