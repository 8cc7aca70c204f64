"""Views: every row that is read is what the book tells by then, told anew beside them, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, Table, inspect, select, text

from adapters import slots
from adapters.auditing.comparing import compare_rows
from adapters.auditing.findings import Findings, Key
from adapters.auditing.private import private_store
from adapters.auditing.scene import PLACE, Scene, Shown
from adapters.engines import store_errors
from adapters.layouts import EVENTS_TABLE
from adapters.tables import payer_keys, set_aside
from adapters.view_tables import VIEWS
from adapters.views.making import Batch, Stumble, walk
from adapters.views.places import Place, begun, read_places
from adapters.views.registry import PROJECTIONS, Projection
from adapters.views.steps import Step
from adapters.views.telling import Target, tell

_PAGE: Final = 2_000
_MORE: Final = 4
_Placed = tuple[int, StoredEvent]
_Aside = dict[tuple[str, str], tuple[int, int]]  # by projection and stream: position and version


def check_views(scene: Scene, said: Findings, shown: Shown) -> None:
    """Tell all views anew in a private place, as far as each is, and compare them row by row."""
    with store_errors(scene.book), scene.book.read_patiently() as live, private_store() as told:
        places = _places(live, said)
        end = max(place.position for place in places.values())
        aside = _set_aside(live, places, scene, said)
        views = _Telling(scene, said, told, places, aside)
        for page in _streams(live, end):
            views.tell(page, end)
            shown(sum(map(len, page.values())))
        views.say_stumbles()
        forgetting = _is_forgetting(live)
        for name, projection in PROJECTIONS.items():
            _check_place(live, places[name], scene, said)
            if not forgetting:
                _compare(live, told, projection, places[name], said)
        if forgetting:
            said.notes.append(
                "rows were not compared: a payer is being forgotten, and some still show what no key opens;"
                " if no `counterfoil forget` is at work, one was cut off, and the next one ends it"
            )


def _is_forgetting(live: Connection) -> bool:
    """Whether keys are destroyed of which the views may still show something."""
    row = payer_keys.c
    unclean = select(row.payer).where(row.destroyed_us.is_not(None), row.cleaned_us.is_(None))
    return live.execute(unclean.limit(1)).first() is not None


def _places(live: Connection, said: Findings) -> dict[str, Place]:
    found = read_places(live)
    for name in found.keys() - PROJECTIONS.keys():
        said.found("positions", {"projection": name}, "there is no such projection")
    places = {}
    for name, projection in PROJECTIONS.items():
        place = found.get(name)
        if place is not None and place.slot not in slots.SLOTS:
            said.found("positions", {"projection": name}, "it is in a slot that there is not")
            place = replace(place, slot=slots.FIRST)
        elif not (place and place.position) and any(_is_read(live, one) for one in projection.tables):
            said.found("positions", {"projection": name}, "rows are read, and nobody says how far they go")
        places[name] = place or begun(projection)
    return places


def _is_read(live: Connection, name: str) -> bool:
    read = VIEWS.tables[name]
    return live.execute(select(*read.primary_key).limit(1)).first() is not None


def _set_aside(live: Connection, places: dict[str, Place], scene: Scene, said: Findings) -> _Aside:
    """Where streams end for a projection that stumbled over them; each must be an event of the book."""
    row, found = set_aside.c, _Aside()
    for one in live.execute(select(row.projection, row.slot, row.stream, row.position, row.version)):
        if one.projection not in places or one.slot != places[one.projection].slot:
            continue
        key = {"projection": one.projection, "slot": one.slot, "stream": one.stream}
        stored = scene.events.stored_streams([one.stream], one.position)[one.stream]
        if not stored or (stored[-1][0], stored[-1][1].originator_version) != (one.position, one.version):
            said.found("set_aside", key, f"no version {one.version} of it stands at position {one.position}")
            continue
        found[one.projection, one.stream] = one.position, one.version
        said.count("streams that a projection set aside")
    return found


def _streams(live: Connection, end: int) -> Iterator[dict[str, list[_Placed]]]:
    """Whole streams, some thousand events at a time."""
    place, after, limit = PLACE[live.dialect.name], "", _PAGE
    query = text(
        f"SELECT {place}, originator_id, originator_version, topic, state FROM {EVENTS_TABLE}"  # noqa: S608 - names of ours
        f" WHERE originator_id > :after AND {place} <= :end"
        " ORDER BY originator_id, originator_version LIMIT :limit"
    )
    while True:
        rows = live.execute(query, {"after": after, "end": end, "limit": limit}).all()
        page: dict[str, list[_Placed]] = {}
        for row in rows:
            stored = StoredEvent(row[1], row[2], row[3], bytes(row[4]))
            page.setdefault(row[1], []).append((row[0], stored))
        if len(rows) == limit:
            # The last may go on; alone, it is longer than that.
            if len(page) == 1:
                limit *= _MORE
                continue
            page.popitem()
        if not page:
            return
        yield page
        after, limit = next(reversed(page)), _PAGE


class _Telling:
    """The private rows of all projections, stream by stream."""

    def __init__(
        self, scene: Scene, said: Findings, told: Connection, places: dict[str, Place], aside: _Aside
    ) -> None:
        self._scene, self._said, self._told = scene, said, told
        self._places, self._aside = places, aside
        end = max(place.position for place in places.values())
        # Nearly always: nothing of it is told to some of them only.
        self._whole = {n for n, p in places.items() if p.position == end} - {name for name, _ in aside}

    def tell(self, page: dict[str, list[_Placed]], end: int) -> None:
        """Some streams from their beginnings."""
        steps: list[Step] = []
        for stream, events in page.items():
            made, stumble = walk(self._scene.events, stream, (), events)
            steps += made
            if stumble is not None:
                self._stumbled(stumble)
        for name, projection in PROJECTIONS.items():
            target = Target(projection, slots.FIRST, 0)
            mine = steps if name in self._whole else [step for step in steps if self._is_told(name, step)]
            tell(self._told, [target], Batch(0, end, len(mine), mine, ()), 0)

    def _stumbled(self, stumble: Stumble) -> None:
        names = [n for n, p in PROJECTIONS.items() if p.wants(stumble.stream) and self._is_told(n, stumble)]
        if names:
            key: Key = {"stream": stumble.stream, "position": stumble.position}
            what = f"it cannot be folded, and was not set aside by {', '.join(names)}: {stumble.why}"
            self._said.found("set_aside", key, what)

    def _is_told(self, name: str, one: Step | Stumble) -> bool:
        aside = self._aside.get((name, one.stream))
        return one.position <= self._places[name].position and (aside is None or one.position < aside[0])

    def say_stumbles(self) -> None:
        """What cannot be told, and was never set aside."""
        row = set_aside.c
        for name, stream, position, why in self._told.execute(
            select(row.projection, row.stream, row.position, row.why)
        ):
            key: Key = {"projection": name, "stream": stream, "position": position}
            self._said.found("set_aside", key, f"it cannot be told, and was not set aside: {why}")


def _check_place(live: Connection, place: Place, scene: Scene, said: Findings) -> None:
    key = {"projection": place.projection}
    last = scene.events.last_position()
    if place.position > last:
        said.found("positions", key, f"it stands at {place.position}, and the book ends at {last}")
    for name in PROJECTIONS[place.projection].tables:
        definition = str(inspect(live).get_view_definition(name))
        if slots.table(name, place.slot).name not in definition:
            said.found("positions", key, f"{name} is read from another slot than is written")


def _compare(
    live: Connection, told: Connection, projection: Projection, place: Place, said: Findings
) -> None:
    ours = begun(projection)
    same_code = (place.version, place.digest) == (ours.version, ours.digest)
    for name in projection.tables:
        read = VIEWS.tables[name]
        rows = 0
        for key, what in compare_rows(
            _rows(live, read),
            _rows(told, slots.table(name, slots.FIRST)),
            [c.name for c in read.columns],
            _keys(read),
        ):
            if what is None:
                rows += 1
            elif same_code:
                said.found(name, key, what)
            else:
                said.count("rows that other code told")
        said.count("rows", rows)


def _keys(read: Table) -> list[str]:
    return [column.name for column in read.primary_key]


def _rows(connection: Connection, read: Table) -> Iterator[Sequence[Any]]:
    found = connection.execute(
        select(read).order_by(*read.primary_key), execution_options={"yield_per": 1_000}
    )
    yield from found
