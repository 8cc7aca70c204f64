"""The keyring: payers' keys as they stand in the book, known for a second at most after one was destroyed."""

import hmac
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from adapters.engines import StoreEngine, StoreError, store_errors
from adapters.personal.payers import generation, of_generation
from adapters.personal.sealing import body_key, event_key, new_key
from adapters.statements import insert_into
from adapters.tables import payer_keys
from adapters.times import to_us

# For how long a process may use a key that was destroyed meanwhile.
KEY_LIFE_SECONDS: Final = 1.0
# Rows of the table that are no payer's: the secret of digests, and when a key was destroyed last.
HOUSE: Final = "house"
DESTROYED_LAST: Final = "#destroyed-last"
_KNOWN_MAX: Final = 20_000  # of one process
_AT_ONCE: Final = 500
_TRIES_MAX: Final = 10
_DIGEST_CHARACTERS: Final = 32


class Keyring:
    """Belongs to one process; any of its threads. Every method raises StoreError when the store fails."""

    def __init__(
        self,
        engine: StoreEngine,
        *,
        seals: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`engine` must be durable. `seals`: whether what is new is sealed; `seconds` never go back."""
        self.seals = seals
        self._engine = engine
        self._clock = clock
        self._seconds = seconds
        self._known: dict[str, bytes | None] = {}
        self._current: dict[str, str] = {}
        self._destroyed_us: int | None = None
        self._looked_at = float("-inf")
        self._turn = threading.RLock()

    def close(self) -> None:
        """Let the connections go."""
        self._engine.dispose()

    def look_again(self) -> None:
        """Trust nothing that is known without having looked."""
        self._looked_at = float("-inf")

    def ended(self) -> int | None:
        """A number that is another one after each end of a key, as far as is known here."""
        with self._turn:
            self._look()
            return self._destroyed_us

    def digest(self, text: str) -> str:
        """A digest that nobody makes who has not this house's secret."""
        _, secret = self.current([HOUSE])[HOUSE]
        return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:_DIGEST_CHARACTERS]

    def keys(self, names: Iterable[str]) -> dict[str, bytes | None]:
        """The keys of these names, null where one was destroyed or never was."""
        wanted = list(dict.fromkeys(names))
        with self._turn:
            self._look()
            missing = [name for name in wanted if name not in self._known]
            if len(self._known) + len(missing) > _KNOWN_MAX:
                self._known.clear()
                missing = wanted
            if missing:
                self._known |= self._read(missing)
            return {name: self._known.get(name) for name in wanted}

    def key(self, name: str) -> bytes | None:
        """The key of one name, null where it was destroyed or never was."""
        with self._turn:
            self._look()
            return self._known[name] if name in self._known else self.keys([name])[name]

    def destroyed(self, names: Iterable[str]) -> set[str]:
        """Those of these names whose keys were there and were destroyed. Raises StoreError."""
        row, gone, wanted = payer_keys.c, set[str](), list(dict.fromkeys(names))
        with store_errors(self._engine), self._engine.read_singly() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                some = select(row.payer).where(
                    row.payer.in_(wanted[start : start + _AT_ONCE]), row.key.is_(None)
                )
                gone.update(connection.execute(some).scalars())
        return gone

    def body_key(self, n: int, name: str) -> bytes | None:
        """The key of one body, to be shown to whoever is to read that alone."""
        key = self.key(name)
        return None if key is None else body_key(key, n)

    def event_key(self, stream: str, version: int, name: str) -> bytes | None:
        """The key of one event, to be shown to whoever is to read that alone."""
        key = self.key(name)
        return None if key is None else event_key(key, stream, version)

    def current(self, payers: Iterable[str]) -> Mapping[str, tuple[str, bytes]]:
        """The key of each payer that is in use, and its name: made, and synced, where there is none."""
        wanted = list(dict.fromkeys(payers))
        for _ in range(_TRIES_MAX):
            found = self._living(wanted)
            if len(found) == len(wanted):
                return found
            # In nobody's way: whoever holds the store's lock may be asking for keys meanwhile.
            self._make([payer for payer in wanted if payer not in found])
        raise StoreError(f"{self._engine.place}: payers' keys are destroyed as fast as they are made")

    def _living(self, payers: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        with self._turn:
            self._look()
            self._learn(payers)
            names = {payer: self._current[payer] for payer in payers if payer in self._current}
            keys = self.keys(names.values())
        return {payer: (name, key) for payer, name in names.items() if (key := keys[name]) is not None}

    def _learn(self, payers: Sequence[str]) -> None:
        if len(self._current) + len(payers) > _KNOWN_MAX:
            self._current.clear()
        unknown = [payer for payer in payers if payer not in self._current]
        if unknown:
            with store_errors(self._engine), self._engine.read_singly() as connection:
                for payer, (name, key) in _latest(connection, unknown).items():
                    if key is not None:
                        self._current[payer], self._known[name] = name, key

    def _make(self, payers: Sequence[str]) -> None:
        made_us = to_us(self._clock())
        with store_errors(self._engine), self._engine.begin() as connection:
            latest = _latest(connection, payers)
            numbers = {
                payer: of_generation(latest[payer][0])[1] if payer in latest else 0 for payer in payers
            }
            rows = [
                {"payer": generation(payer, number + 1), "key": new_key(), "made_us": made_us}
                for payer, number in numbers.items()
                if payer not in latest or latest[payer][1] is None  # else another made it meanwhile
            ]
            if rows:
                connection.execute(insert_into(connection, payer_keys).on_conflict_do_nothing(), rows)
        for payer in payers:
            self._current.pop(payer, None)

    def _read(self, names: Sequence[str]) -> dict[str, bytes | None]:
        row, found = payer_keys.c, dict.fromkeys(names, None)
        with store_errors(self._engine), self._engine.read_singly() as connection:
            for start in range(0, len(names), _AT_ONCE):
                some = names[start : start + _AT_ONCE]
                of_some = select(row.payer, row.key).where(row.payer.in_(some))
                found |= {name: key for name, key in connection.execute(of_some)}  # noqa: C416 - of rows
        return found

    def _look(self) -> None:
        """See whether a key was destroyed since the last look; then nothing that was known counts."""
        seconds = self._seconds()
        if seconds - self._looked_at < KEY_LIFE_SECONDS:
            return
        with store_errors(self._engine), self._engine.read_singly() as connection:
            destroyed_us = destroyed_last(connection)
        if destroyed_us != self._destroyed_us:
            self._known.clear()
            self._current.clear()
        self._destroyed_us, self._looked_at = destroyed_us, seconds


def destroyed_last(connection: Connection) -> int | None:
    """A number that grows whenever a key is destroyed; None while none ever was."""
    row = payer_keys.c
    return connection.execute(select(row.destroyed_us).where(row.payer == DESTROYED_LAST)).scalar()


def _latest(connection: Connection, payers: Sequence[str]) -> dict[str, tuple[str, bytes | None]]:
    """The newest key of each payer who ever had one, and its name."""
    row, found = payer_keys.c, {}
    for start in range(0, len(payers), _AT_ONCE):
        # Hardly anybody ever has a second one: the first of all are asked for together.
        firsts = {generation(payer, 1): payer for payer in payers[start : start + _AT_ONCE]}
        of_some = select(row.payer, row.key).where(row.payer.in_(list(firsts)))
        for name, key in connection.execute(of_some).all():
            found[firsts[name]] = (name, key) if key is not None else _last(connection, firsts[name])
    return found


def _last(connection: Connection, payer: str) -> tuple[str, bytes | None]:
    row = payer_keys.c
    # All that begin with the name and '#'; the next character after that ends them.
    named = select(row.payer, row.key).where(row.payer > f"{payer}#", row.payer < f"{payer}$")
    found = [(name, key) for name, key in connection.execute(named)]
    return max(found, key=lambda one: of_generation(one[0])[1])
