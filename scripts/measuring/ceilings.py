"""The ceiling of whatever reads the book: SELECT and decode of the same rows by driver and msgspec alone."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from adapters.databases import SQLITE
from adapters.topics import TOPICS

WORDS: Final = "SELECT and decode of the same rows"
_PAGE_ROWS: Final = 5_000
_SELECT: Final = "SELECT {place}, originator_id, originator_version, topic, state FROM stored_events"
_PAGE: Final = " WHERE {place} > {mark} ORDER BY {place} LIMIT {mark}"
_SQLITE: Final = (_SELECT + _PAGE).format(place="rowid", mark="?")
_POSTGRESQL: Final = (_SELECT + _PAGE).format(place="notification_id", mark="%s")


class _Stored(msgspec.Struct):
    """What is written of an entry, as far as every reader wants it."""

    at: datetime
    event: msgspec.Raw
    n: int | None = None
    by: str | None = None
    rules: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """How many events were read and decoded in which time."""

    events: int
    seconds: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


def select_and_decode(address: str) -> Read:
    """Read the whole book of the setting DATABASE so, once."""
    stored = msgspec.json.Decoder(_Stored)
    decoders = {topic: msgspec.json.Decoder(event) for topic, event in TOPICS.items()}
    events, begun = 0, time.perf_counter()
    for page in _pages(address):
        for _, _, _, topic, state in page:
            decoders[topic].decode(stored.decode(state).event)
        events += len(page)
    return Read(events, time.perf_counter() - begun)


def _pages(address: str) -> Iterator[Sequence[Any]]:
    if address.startswith(SQLITE):
        with closing(sqlite3.connect(address.removeprefix(SQLITE))) as file:
            yield from _paged(file, _SQLITE)
    else:
        with psycopg.connect(address) as server:
            yield from _paged(server, _POSTGRESQL)


def _paged(connection: Any, query: str) -> Iterator[Sequence[Any]]:  # noqa: ANN401 - one of two drivers
    after = 0
    while page := connection.execute(query, (after, _PAGE_ROWS)).fetchall():
        yield page
        after = page[-1][0]
