"""Retelling: rows of views that show what was forgotten, written anew in their places."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from adapters.book import Book
from adapters.engines import StoreEngine, store_errors
from adapters.rebuilding.lease import RebuildBusyError
from adapters.rebuilding.shadow import Shadow
from adapters.slots import tables
from adapters.tables import rebuilds, set_aside
from adapters.view_rows import chunks
from adapters.views import customers, fulfillment, ledger, subscriptions, todos, transactions
from adapters.views.making import POSITION_MAX, walk
from adapters.views.places import Place, read_places
from adapters.views.registry import PROJECTIONS
from adapters.views.steps import Step, Tables

_STREAMS_MAX: Final = 50  # of one transaction: for so long nobody else writes
_TRIES_MAX: Final = 20
_PAUSE_SECONDS: Final = 0.1
Retell: TypeAlias = Callable[[Connection, Tables, Sequence[Step]], None]


def _instead(save: Retell, table: str) -> Retell:
    """The rows of these streams taken away, and told from their beginning."""

    def retell(connection: Connection, made: Tables, steps: Sequence[Step]) -> None:
        for some in chunks(sorted({step.stream for step in steps})):
            connection.execute(delete(made[table]).where(made[table].c.txn_id.in_(some)))
        save(connection, made, steps)

    return retell


def _about(connection: Connection, made: Tables, steps: Sequence[Step]) -> None:
    """What entries of the ledger say of whom they are about; their amounts are what they were."""
    table = made["ledger_entries"]
    rows = [
        {"_number": number, "about": msgspec.json.encode(entry.about)}
        for number, entry in ledger.numbered(steps)
    ]
    if rows:
        connection.execute(update(table).where(table.c.number == bindparam("_number")), rows)


def _last_told(connection: Connection, made: Tables, steps: Sequence[Step]) -> None:
    """What was told last of a payer, where one of these events told it."""
    table = made["customers"]
    told = {step.position: dict(found) for step in steps if (found := customers.told(step.entry)) is not None}
    payers = {found["payer_id"] for found in told.values()}
    for some in chunks(sorted(payers)):
        for row in connection.execute(select(table).where(table.c.payer_id.in_(some))).mappings().all():
            changed = {
                name: told[position][name]
                for name in customers.TOLD
                if (position := row[f"{name}_position"]) in told
            }
            if changed:
                fresh = customers.with_folded({**row, **changed})
                connection.execute(update(table).where(table.c.payer_id == row["payer_id"]).values(**fresh))


# Each projection whose rows tell of persons. The others tell of ids alone.
RETELL: Final[Mapping[str, Retell]] = {
    "transactions": transactions.save,
    "subscriptions": subscriptions.save,
    "todos": _instead(todos.save, "todos"),
    "fulfillment": _instead(fulfillment.save, "fulfillment"),
    "customers": _last_told,
    "ledger": _about,
}


class Retelling:
    """Beside a house that runs: what is rebuilt at that moment begins again."""

    def __init__(
        self,
        book: Book,
        engine: StoreEngine,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`engine` writes the views."""
        self._book = book
        self._engine = engine
        self._clock = clock
        self._sleep = sleep

    def run(self, streams: Sequence[str]) -> None:
        """Tell these streams anew wherever they are shown. Raises StoreError or StoreAwayError."""
        shadow = self._sole_shadow()
        try:
            while not shadow.empty():
                pass  # each call takes some rows away
        finally:
            shadow.end()
        for start in range(0, len(streams), _STREAMS_MAX):
            with store_errors(self._engine), self._engine.begin() as connection:
                self._retell(connection, streams[start : start + _STREAMS_MAX])

    def _sole_shadow(self) -> Shadow:
        """The slots that nobody reads, taken from whoever fills them, perhaps with what was forgotten."""
        shadow = Shadow(self._book, self._engine, self._clock, [PROJECTIONS[name] for name in RETELL])
        for left in reversed(range(_TRIES_MAX)):
            with store_errors(self._engine), self._engine.begin() as connection:
                connection.execute(delete(rebuilds).where(rebuilds.c.projection.in_(list(RETELL))))
            try:
                shadow.begin()
            except RebuildBusyError:
                if not left:
                    raise
                self._sleep(_PAUSE_SECONDS)
            else:
                break
        return shadow

    def _retell(self, connection: Connection, streams: Sequence[str]) -> None:
        places, aside = read_places(connection), _aside(connection)
        steps: list[Step] = []
        for stream, stored in self._book.stored_streams(streams, POSITION_MAX).items():
            # As far as it can be read, and so was told.
            steps += walk(self._book, stream, (), stored)[0] if stored else []
        for name, retell in RETELL.items():
            place = places.get(name)
            if place is not None:
                wanted = [s for s in steps if PROJECTIONS[name].wants(s.stream) and _is_told(s, place, aside)]
                if wanted:
                    retell(connection, tables(PROJECTIONS[name].tables, place.slot), wanted)


def _aside(connection: Connection) -> dict[tuple[str, str, str], int]:
    row = set_aside.c
    found = connection.execute(select(row.projection, row.slot, row.stream, row.position))
    return {(name, slot, stream): position for name, slot, stream, position in found}


def _is_told(step: Step, place: Place, aside: Mapping[tuple[str, str, str], Any]) -> bool:
    """Whether the rows tell this step already: those of a stream that was set aside end before that event."""
    ends = aside.get((place.projection, place.slot, step.stream), POSITION_MAX)
    return step.position <= place.position and step.position < ends
