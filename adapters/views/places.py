"""Places: how far each projection's rows are, in which slot, and which streams were set aside there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from adapters.personal.keyring import destroyed_last
from adapters.slots import FIRST
from adapters.tables import positions, set_aside
from adapters.view_rows import upsert
from adapters.views.code import digest_of
from adapters.views.making import Stumble
from adapters.views.registry import Projection


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of a projection as far as a position: those of a slot, and the code that made them."""

    projection: str
    position: int
    slot: str
    version: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a batch is made ready for, and what must still be so when it is written."""

    places: Mapping[str, Place]
    aside: Mapping[tuple[str, str], set[str]]
    destroyed_us: int | None  # when the last payer's key was


def begun(projection: Projection) -> Place:
    """The place of one that has told nothing yet."""
    return Place(projection.name, 0, FIRST, projection.version, digest_of(projection))


def read_places(connection: Connection) -> dict[str, Place]:
    """The place of each projection that has ever moved: of the rows that are read."""
    row = positions.c
    found = connection.execute(select(row.projection, row.position, row.slot, row.version, row.digest))
    return {place.projection: Place(*place) for place in found}


def read_seen(connection: Connection) -> Seen:
    """All that may change between two batches by others' doing."""
    return Seen(read_places(connection), read_aside(connection), destroyed_last(connection))


def write_places(connection: Connection, places: Iterable[Place], now_us: int) -> None:
    """Say how far the rows are that are written in the same transaction."""
    upsert(
        connection,
        positions,
        [
            {
                "projection": place.projection,
                "position": place.position,
                "moved_us": now_us,
                "slot": place.slot,
                "version": place.version,
                "digest": place.digest,
            }
            for place in places
        ],
    )


def read_aside(connection: Connection) -> dict[tuple[str, str], set[str]]:
    """The streams that were set aside, by projection and slot."""
    row = set_aside.c
    found: dict[tuple[str, str], set[str]] = {}
    for projection, slot, stream in connection.execute(select(row.projection, row.slot, row.stream)):
        found.setdefault((projection, slot), set()).add(stream)
    return found


def set_streams_aside(
    connection: Connection, stumbles: Mapping[tuple[str, str], Iterable[Stumble]], now_us: int
) -> None:
    """Note by projection and slot where the streams ended."""
    rows = [
        {
            "projection": projection,
            "slot": slot,
            "stream": stumble.stream,
            "position": stumble.position,
            "version": stumble.version,
            "why": stumble.why,
            "since_us": now_us,
        }
        for (projection, slot), some in stumbles.items()
        for stumble in some
    ]
    upsert(connection, set_aside, rows)


def forget_aside(connection: Connection, projection: str, slot: str, stream: str | None = None) -> None:
    """Take away what was noted of a slot, or of one stream in it."""
    row = set_aside.c
    gone = delete(set_aside).where(row.projection == projection, row.slot == slot)
    connection.execute(gone if stream is None else gone.where(row.stream == stream))
