"""Telling: steps given to projections in one transaction; a stream that one stumbles over is set aside."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog
from sqlalchemy import Connection

from adapters.slots import tables
from adapters.together import together
from adapters.views.blame import is_the_stores
from adapters.views.making import Batch, Stumble, reason
from adapters.views.places import read_aside, set_streams_aside
from adapters.views.registry import Projection
from adapters.views.steps import Saving, Step, saving

_SAID_MAX = 5  # of one batch, so that a fault of our own does not fill the log

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Target:
    """The rows of a projection in one slot, which stand at a position."""

    projection: Projection
    slot: str
    position: int

    @property
    def key(self) -> tuple[str, str]:
        """The name that notes about these rows bear."""
        return self.projection.name, self.slot


@dataclass(frozen=True, slots=True)
class _Share:
    """What is new of a batch to one target, and of streams that it still follows."""

    target: Target
    steps: Sequence[Step]
    stumbles: Sequence[Stumble]

    def saving(self, steps: Sequence[Step]) -> "_Part":
        """A saving of some of these steps. Raises whatever an event brings about."""
        return self.target, saving(self.target.projection.save, steps)


_Part: TypeAlias = tuple[Target, Saving]
_Aside: TypeAlias = Mapping[tuple[str, str], set[str]]


class Telling:
    """What is new to each target, made ready as far as it can be before anybody waits for the lock."""

    def __init__(self, targets: Sequence[Target], batch: Batch, aside: _Aside) -> None:
        """`aside`: the streams that stand aside, which must be so still when it is written."""
        self._shares = [_share(target, batch, aside.get(target.key, set())) for target in targets]
        self._ready = _made_ready(self._shares)

    def write(self, connection: Connection, now_us: int) -> bool:
        """Tell it inside the caller's transaction, once; whether no stream was set aside.

        An event that cannot be told sets its stream aside for that target, from there on; the rest goes on.
        Raises only what the store is to blame for.
        """
        stumbles = {share.target.key: list(share.stumbles) for share in self._shares}
        ready, self._ready = self._ready, None
        if ready is None or not _saved(connection, ready):
            for share in self._shares:
                stumbles[share.target.key] += _save_apart(connection, share)
        set_streams_aside(connection, stumbles, now_us)
        _say(stumbles)
        return not any(stumbles.values())


def tell(connection: Connection, targets: Sequence[Target], batch: Batch, now_us: int) -> None:
    """Tell each target what is new to it, inside the caller's transaction; see `Telling.write`."""
    Telling(targets, batch, read_aside(connection)).write(connection, now_us)


def tell_again(connection: Connection, target: Target, steps: Sequence[Step]) -> bool:
    """Tell a target what was set aside, inside the caller's transaction; False when it stumbles again."""
    return _stumbled_over(connection, _Share(target, steps, ()), steps) is None


def _made_ready(shares: Sequence[_Share]) -> Sequence[_Part] | None:
    """All shares' savings; None when one stumbles, and nobody knows yet over which of its events."""
    try:
        return [share.saving(share.steps) for share in shares if share.steps]
    except Exception as error:
        if is_the_stores(error):
            raise
        return None


def _share(target: Target, batch: Batch, aside: set[str]) -> _Share:
    wants, position = target.projection.wants, target.position
    return _Share(
        target,
        [s for s in batch.steps if s.position > position and s.stream not in aside and wants(s.stream)],
        [s for s in batch.stumbles if s.position > position and s.stream not in aside and wants(s.stream)],
    )


def _saved(connection: Connection, parts: Sequence[_Part]) -> bool:
    """Whether all of it could be saved; otherwise none of it is."""
    return _error_of(connection, lambda: parts) is None


def _stumbled_over(connection: Connection, share: _Share, steps: Sequence[Step]) -> Exception | None:
    """What was wrong with some steps, none of which is saved then."""
    return _error_of(connection, lambda: [share.saving(steps)] if steps else [])


def _error_of(connection: Connection, parts: Callable[[], Sequence[_Part]]) -> Exception | None:
    try:
        with connection.begin_nested(), together(connection):
            for target, save in parts():
                save(connection, tables(target.projection.tables, target.slot))
    except Exception as error:
        if is_the_stores(error):
            raise
        return error
    return None


def _save_apart(connection: Connection, share: _Share) -> Iterator[Stumble]:
    """Save what can be saved: all at once if so, else stream by stream, else as far as a stream goes."""
    if _stumbled_over(connection, share, share.steps) is None:
        return
    by_stream: dict[str, list[Step]] = {}
    for step in share.steps:
        by_stream.setdefault(step.stream, []).append(step)
    for steps in by_stream.values():
        if _stumbled_over(connection, share, steps) is None:
            continue
        for step in steps:
            error = _stumbled_over(connection, share, [step])
            if error is not None:
                yield Stumble(step.stream, step.position, step.version, reason(error))
                break


def _say(stumbles: dict[tuple[str, str], list[Stumble]]) -> None:
    """A line for each of the first; the name of a stream may come from a message, its position does not."""
    for (projection, slot), some in stumbles.items():
        for one in some[:_SAID_MAX]:
            log.error(
                "stream_set_aside",
                projection=projection,
                slot=slot,
                position=one.position,
                fault=one.why,
                streams=len(some),
            )
