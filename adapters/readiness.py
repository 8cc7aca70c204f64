"""Readiness: may messages come, and does anything become of them? Four checks, each with its limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from adapters.engines import StoreEngine
from adapters.queries.brief import STORE_FAILURES, read_briefly, write_nothing
from adapters.queries.figures import Vitals, read_vitals
from adapters.queries.heartbeat import Heartbeat, newest_heartbeat
from adapters.queries.progress import age_seconds
from adapters.queries.reader import Queries
from adapters.times import rfc3339, to_us

HEARTBEAT_AGE_SECONDS_MAX: Final = 15.0
OLDEST_UNVERIFIED_SECONDS_MAX: Final = 300.0
LAG_SECONDS_MAX: Final = 60.0
LAG_EVENTS_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of being ready: its figures beside their limits."""

    name: str
    ok: bool
    detail: Mapping[str, Any]
    limit: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, the failed ones among them, and figures that are told without a verdict."""

    checks: tuple[Check, ...]
    information: Mapping[str, Any]

    @property
    def ready(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)


@dataclass(frozen=True, slots=True)
class _Known:
    now: datetime
    vitals: Vitals
    heartbeat: Heartbeat | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Asks the stores through the engines of `queries`; waits for no lock longer than half a second."""

    queries: Queries

    def report(self, *, waits: bool = True) -> Report:
        """Check everything now; a store that cannot be read fails the checks that need it.

        Without `waits`, a store that somebody else is writing to counts as one that can be written.
        """
        tried = self._try_to_write(waits=waits)
        said = {name: "ok" if failure is None else _words(failure) for name, failure in tried.items()}
        store = Check("store_writable", ok=set(said.values()) == {"ok"}, detail=said)
        away = next(filter(self._is_away, tried.values()), None)
        try:
            if away is not None:
                raise away
            with read_briefly(self.queries.book) as book, read_briefly(self.queries.inbox) as inbox:
                known = self._know(book, inbox)
        except STORE_FAILURES as failure:
            unknown = {"error": _words(failure)}
            failed = tuple(Check(name, ok=False, detail=unknown) for name in CHECKS)
            return Report((store, *failed), {})
        checks = (check(name, known) for name, check in CHECKS.items())
        return Report((store, *checks), _information(known))

    def _try_to_write(self, *, waits: bool) -> dict[str, Exception | None]:
        tried: dict[str, Exception | None] = {}
        for name, engine in (("book", self.queries.book), ("inbox", self.queries.inbox)):
            # A server that is not there has both; to ask it again takes seconds each time.
            tried[name] = next(filter(self._is_away, tried.values()), None) or _failure(engine, waits=waits)
        return tried

    def _is_away(self, failure: Exception | None) -> bool:
        return isinstance(failure, DBAPIError) and self.queries.book.explained(failure).away

    def _know(self, book: Connection, inbox: Connection) -> _Known:
        asked = self.queries
        now = asked.clock()
        vitals = read_vitals(book, inbox, asked.tail, asked.projections, now)
        return _Known(now, vitals, newest_heartbeat(book))


def _worker_heartbeat(name: str, known: _Known) -> Check:
    limit = {"age_seconds": HEARTBEAT_AGE_SECONDS_MAX}
    if known.heartbeat is None:
        return Check(name, ok=False, detail={"age_seconds": None}, limit=limit)
    age = age_seconds(known.now, known.heartbeat.at)
    return Check(name, ok=age <= HEARTBEAT_AGE_SECONDS_MAX, detail={"age_seconds": age}, limit=limit)


def _oldest_unverified(name: str, known: _Known) -> Check:
    age = age_seconds(known.now, known.vitals.oldest_waiting)
    detail = {"age_seconds": age, "waiting": known.vitals.waiting}
    return Check(
        name,
        ok=age <= OLDEST_UNVERIFIED_SECONDS_MAX,
        detail=detail,
        limit={"age_seconds": OLDEST_UNVERIFIED_SECONDS_MAX},
    )


def _projection_lag(name: str, known: _Known) -> Check:
    lags = known.vitals.projections
    detail = {
        lag.name: {
            "lag_events": lag.lag_events,
            "lag_seconds": lag.lag_seconds,
            "set_aside": lag.streams_set_aside,  # told without a verdict: all other streams go on
        }
        for lag in lags
    }
    late = [lag for lag in lags if lag.lag_seconds > LAG_SECONDS_MAX or lag.lag_events > LAG_EVENTS_MAX]
    return Check(
        name,
        ok=not late,
        detail=detail,
        limit={"lag_events": LAG_EVENTS_MAX, "lag_seconds": LAG_SECONDS_MAX},
    )


CHECKS: Final[Mapping[str, Callable[[str, _Known], Check]]] = {
    "worker_heartbeat": _worker_heartbeat,
    "oldest_unverified": _oldest_unverified,
    "projection_lag": _projection_lag,
}


def _information(known: _Known) -> dict[str, Any]:
    vitals, last = known.vitals, known.vitals.last_received
    return {
        "last_received_at": None if last is None else rfc3339(to_us(last)),
        # Silence is told, not judged: how often messages come is the merchant's to know.
        "silence_seconds": None if last is None else age_seconds(known.now, last),
        "backlog": {"waiting": vitals.waiting, "parked": vitals.parked},
        "breaker": None if known.heartbeat is None else dict(known.heartbeat.detail),
    }


def _failure(engine: StoreEngine, *, waits: bool) -> Exception | None:
    try:
        write_nothing(engine, waits=waits)
    except STORE_FAILURES as failure:
        return failure
    return None


def _words(failure: Exception) -> str:
    # The driver's own words, without SQLAlchemy's quotation of the statement.
    return str(getattr(failure, "orig", None) or failure).splitlines()[0]
