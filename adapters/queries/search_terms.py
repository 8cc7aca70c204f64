"""What a search of deliveries may ask, each as a condition that the store answers, or as one on a body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, not_, or_, select, true

from adapters.queries.prefixes import begins_with
from adapters.tables import deliveries, notifications
from adapters.times import to_us
from adapters.view_tables import transactions
from domain.vocabulary import Outcome, Verdict

# The columns of a delivery as conditions see them; no text is ever null there.
Columns: TypeAlias = Mapping[str, ColumnElement[str]]

_TEXTS: Final = ("txn_id", "parent_txn_id", "txn_type", "payment_status", "peer", "reason")
TAKEN: Final[Columns] = {
    **{name: func.coalesce(notifications.c[name], "") for name in _TEXTS},
    # No index knows them so: which one is used is said by whoever asks.
    **{name: notifications.c[name].op("||")("") for name in ("outcome", "verdict")},
}
# One that nobody has looked at yet says nothing of itself.
NEW: Final[Columns] = {
    **dict.fromkeys(_TEXTS, literal("")),
    "peer": deliveries.c.peer,
    "outcome": literal(Outcome.WAITING.value),
    "verdict": literal(Verdict.UNKNOWN.value),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One of these words stands in a column, in any case; an empty one means that nothing does."""

    column: str
    words: tuple[str, ...]
    negated: bool = False

    def holds(self, row: Columns) -> ColumnElement[bool]:
        """As a condition."""
        # Stores fold the letters of ASCII alone; PayPal's words have no others.
        found = func.lower(row[self.column]).in_([folded(word) for word in self.words])
        return not_(found) if self.negated else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Begins:
    """One of these columns begins so."""

    columns: tuple[str, ...]
    text: str
    negated: bool = False

    def holds(self, row: Columns) -> ColumnElement[bool]:
        """As a condition."""
        found = or_(*(begins_with(row[name], self.text) for name in self.columns))
        return not_(found) if self.negated else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """One of these columns is exactly so."""

    columns: tuple[str, ...]
    text: str
    negated: bool = False

    def holds(self, row: Columns) -> ColumnElement[bool]:
        """As a condition."""
        found = or_(*(row[name] == self.text for name in self.columns))
        return not_(found) if self.negated else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """A column has this in it, in any case."""

    column: str
    text: str
    negated: bool = False

    def holds(self, row: Columns) -> ColumnElement[bool]:
        """As a condition."""
        found = func.lower(row[self.column]).contains(folded(self.text), autoescape=True)
        return not_(found) if self.negated else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoiced:
    """It is about a transaction whose invoice begins so; `or_id`: or whose id does, or it has this number."""

    text: str
    or_id: bool = False
    negated: bool = False

    def holds(self, row: Columns) -> ColumnElement[bool]:
        """As a condition."""
        found = or_(*self._ways(row))
        return not_(found) if self.negated else found

    def _ways(self, row: Columns) -> list[ColumnElement[bool]]:
        known, own = transactions.c, [row[name] for name in IDS]
        if row is TAKEN:
            ways: list[ColumnElement[bool]] = [
                exists(
                    select(known.txn_id).where(known.txn_id == name, begins_with(known.invoice, self.text))
                )
                for name in own
            ]
        else:
            ways = [false()]  # what it is about is not known yet
        if self.or_id:
            ways += [begins_with(name, self.text) for name in own]
            if (number := number_of(self.text)) is not None:
                ways.append((notifications if row is TAKEN else deliveries).c.n == number)
        return ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Its number is one of these."""

    first: int
    last: int
    negated: bool = False

    def holds(self, row: Columns) -> ColumnElement[bool]:
        """As a condition."""
        n = (notifications if row is TAKEN else deliveries).c.n
        found = n.between(self.first, self.last)
        return not_(found) if self.negated else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """It came from then on, and before then."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, row: Columns) -> ColumnElement[bool]:
        """As a condition."""
        received = (notifications if row is TAKEN else deliveries).c.received_us + 0
        return and_(
            received >= to_us(self.since) if self.since else true(),
            received < to_us(self.until) if self.until else true(),
        )


class Order(StrEnum):
    """How an amount is compared."""

    IS, OVER, UNDER, LEAST, MOST = "=", ">", "<", ">=", "<="


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """The message names a payer whose id, e-mail address or name, or a word of it, begins so."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """The message tells of so much, without regard to sign and currency."""

    order: Order
    amount: Decimal
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """The message is about money of one of these currencies."""

    words: tuple[str, ...]
    negated: bool = False


IDS: Final = ("txn_id", "parent_txn_id")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")  # which every store can hold

OfRow: TypeAlias = Words | Begins | Is | Contains | Invoiced | Numbers | Received
OfBody: TypeAlias = Payer | Amount | Currency
Term: TypeAlias = OfRow | OfBody


@dataclass(frozen=True, slots=True)
class Search:
    """What deliveries are looked for: all of the terms hold. `everywhere`: in messages, not by the views."""

    terms: tuple[Term, ...] = ()
    everywhere: bool = False

    @property
    def of_rows(self) -> tuple[OfRow, ...]:
        """The terms that the store answers."""
        return tuple(term for term in self.terms if not isinstance(term, Payer | Amount | Currency))

    @property
    def of_bodies(self) -> tuple[OfBody, ...]:
        """The terms for which messages are read."""
        return tuple(term for term in self.terms if isinstance(term, Payer | Amount | Currency))


def folded(word: str) -> str:
    """Small letters as stores make them: of ASCII, and no others."""
    return "".join(character.lower() if character.isascii() else character for character in word)


def number_of(text: str) -> int | None:
    """The number that a text is, if it is one."""
    return int(text) if _NUMBER.fullmatch(text) else None
