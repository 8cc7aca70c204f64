"""Customers: what was told of each payer last, and sums to which every step adds what it changes.

Of two tellings the later in the book counts, and sums commute, so streams may be told in any order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, case, func

from adapters.statements import Insert
from adapters.times import to_us
from adapters.units import to_units
from adapters.view_rows import Row, put
from adapters.views.steps import Halves, Step, Tables
from domain.events import Entry
from domain.facts import Address
from domain.state import Transaction
from projections.customers import Share, Telling, share, telling

# What is told of a payer; each stands beside the position of the event that told it.
TOLD: Final = ("name", "email", "country", "address")
SUMS: Final = ("payments", "paid", "refunded", "disputed")
# Of what is looked for without regard to case.
_FOLDED: Final = {"name": "name_folded", "email": "email_folded"}
_ROW: Final = (
    "payer_id",
    "first_heard_us",
    "last_changed_us",
    *(column for name in TOLD for column in (name, f"{name}_position")),
    *_FOLDED.values(),
)
_SUM: Final = ("payer_id", "currency", *SUMS)
_values_of: Final = attrgetter(*TOLD)
_NOT_TOLD: Final = (None, None)
_NEVER: Final = (None, 0)
_encode: Final = msgspec.json.Encoder().encode


class Made(NamedTuple):
    """Rows of what was told of payers, and what is added to their sums."""

    told: list[Row]
    sums: list[Row]


@dataclass(slots=True)
class _Payer:
    """What steps tell of a payer: since when and until when, and each thing with its position."""

    first_heard_us: int
    last_changed_us: int
    told: dict[str, tuple[Any, int]] = field(default_factory=dict)


def make(steps: Sequence[Step]) -> Made:
    """What is told of payers, and what the steps change of their sums."""
    payers: dict[str, _Payer] = {}
    sums: dict[tuple[str, str], list[int]] = {}
    for step in steps:
        found, at_us = telling(step.entry), to_us(step.entry.at)
        if found is not None:
            told = _heard(payers, found.payer, at_us).told
            for name, value in _told(found):
                # Who audits tells one stream after the other, so a later step may stand earlier in the book.
                if value is not None and step.position >= told.get(name, _NEVER)[1]:
                    told[name] = value, step.position
        for added, sign in _changes(step):
            # Also what comes to nothing is written, so that which rows there are depends on no batch.
            _add(sums.setdefault((added.payer, added.paid.currency), [0] * len(SUMS)), added, sign)
            _heard(payers, added.payer, at_us)
    rows = [_row(name, payers[name]) for name in sorted(payers)]
    return Made(rows, [(*key, *sums[key]) for key in sorted(sums)])


def write(connection: Connection, tables: Tables, made: Made) -> None:
    """Write what is told of payers beside what was, and add to their sums."""
    put(connection, tables["customers"], _ROW, made.told, _told_last)
    put(connection, tables["customer_sums"], _SUM, made.sums, _summed)


save: Final = Halves(make, write)


def _heard(payers: dict[str, _Payer], name: str, at_us: int) -> _Payer:
    """The payer, of whom something is known since or until then."""
    payer = payers.get(name)
    if payer is None:
        payer = payers[name] = _Payer(at_us, at_us)
    elif at_us > payer.last_changed_us:
        payer.last_changed_us = at_us
    elif at_us < payer.first_heard_us:
        payer.first_heard_us = at_us
    return payer


def _told(found: Telling) -> Iterator[tuple[str, Any]]:
    return zip(TOLD, _values_of(found), strict=True)


def _changes(step: Step) -> Iterator[tuple[Share, int]]:
    """What the step takes away from a payer's sums and what it adds, where these differ."""
    if not isinstance(step.before, Transaction) or not isinstance(step.after, Transaction):
        return
    # Of what was never heard of there is no share.
    before, after = share(step.before) if step.version > 1 else None, share(step.after)
    if before != after:
        if before is not None:
            yield before, -1
        if after is not None:
            yield after, 1


def _add(sums: list[int], added: Share, sign: int) -> None:
    sums[0] += sign
    for place, amount in enumerate((added.paid, added.refunded, added.disputed), start=1):
        if amount.amount:  # nearly always all but the first are nothing
            sums[place] += sign * to_units(amount)


def _row(name: str, payer: _Payer) -> Row:
    told = payer.told.get
    called, email, address = told("name", _NOT_TOLD), told("email", _NOT_TOLD), told("address", _NOT_TOLD)
    return (
        name,
        payer.first_heard_us,
        payer.last_changed_us,
        *called,
        *email,
        *told("country", _NOT_TOLD),
        # Only what is told last is worth writing out.
        _written(address[0]),
        address[1],
        folded(called[0]),
        folded(email[0]),
    )


def _told_last(table: Table, statement: Insert) -> Insert:
    """Of each thing what was told last, whichever of two rows it is in."""
    row, new = table.c, statement.excluded
    earlier = new.first_heard_us < row.first_heard_us
    later = new.last_changed_us > row.last_changed_us
    conditions = {"first_heard_us": earlier, "last_changed_us": later}
    for name in TOLD:
        place = f"{name}_position"
        told_later = new[place] >= func.coalesce(row[place], 0)
        conditions |= dict.fromkeys(filter(None, (name, place, _FOLDED.get(name))), told_later)
    said = {name: case((is_so, new[name]), else_=row[name]) for name, is_so in conditions.items()}
    return statement.on_conflict_do_update(index_elements=["payer_id"], set_=said)


def _summed(table: Table, statement: Insert) -> Insert:
    added = {name: table.c[name] + statement.excluded[name] for name in SUMS}
    return statement.on_conflict_do_update(index_elements=["payer_id", "currency"], set_=added)


def with_folded(row: dict[str, Any]) -> dict[str, Any]:
    """A row, and beside name and e-mail address how they are looked for."""
    return row | {column: folded(row[name]) for name, column in _FOLDED.items()}


def told(entry: Entry) -> dict[str, Any] | None:
    """What an entry tells of a payer, by column; None where it tells of none."""
    found = telling(entry)
    if found is None:
        return None
    values = {name: _written(value) if name == "address" else value for name, value in _told(found)}
    return {"payer_id": found.payer, **values}


def _written(address: Address | None) -> str | None:
    return None if address is None else _encode(address).decode()


def folded(text: str | None) -> str | None:
    """A text as it is looked for, without regard to case."""
    return text if text is None else text.lower()
