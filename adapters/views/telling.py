"""Telling: steps given to projections in one transaction; a stream that one stumbles over is set aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog
from sqlalchemy import Connection

from adapters.slots import tables
from adapters.views.blame import is_the_stores
from adapters.views.making import Batch, Stumble, reason
from adapters.views.places import read_aside, set_streams_aside
from adapters.views.registry import Projection
from adapters.views.steps import Step

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

    def save(self, connection: Connection, steps: Sequence[Step]) -> None:
        if steps:
            projection = self.target.projection
            projection.save(connection, tables(projection.tables, self.target.slot), steps)


_Parts: TypeAlias = Sequence[tuple[_Share, Sequence[Step]]]


def tell(connection: Connection, targets: Sequence[Target], batch: Batch, now_us: int) -> None:
    """Tell each target what is new to it, inside the caller's transaction.

    An event that cannot be told sets its stream aside for that target, from there on; the rest goes on.
    Raises only what the store is to blame for.
    """
    aside = read_aside(connection)
    shares = [_share(target, batch, aside.get(target.key, set())) for target in targets]
    stumbles = {share.target.key: list(share.stumbles) for share in shares}
    if not _saved(connection, [(share, share.steps) for share in shares]):
        for share in shares:
            stumbles[share.target.key] += _save_apart(connection, share)
    set_streams_aside(connection, stumbles, now_us)
    _say(stumbles)


def tell_again(connection: Connection, target: Target, steps: Sequence[Step]) -> bool:
    """Tell a target what was set aside, inside the caller's transaction; False when it stumbles again."""
    return _saved(connection, [(_Share(target, steps, ()), steps)])


def _share(target: Target, batch: Batch, aside: set[str]) -> _Share:
    wants, position = target.projection.wants, target.position
    return _Share(
        target,
        [s for s in batch.steps if s.position > position and s.stream not in aside and wants(s.stream)],
        [s for s in batch.stumbles if s.position > position and s.stream not in aside and wants(s.stream)],
    )


def _saved(connection: Connection, parts: _Parts) -> bool:
    """Whether all of it could be saved; otherwise none of it is."""
    return _stumbled_over(connection, parts) is None


def _stumbled_over(connection: Connection, parts: _Parts) -> Exception | None:
    try:
        with connection.begin_nested():
            for share, steps in parts:
                share.save(connection, steps)
    except Exception as error:
        if is_the_stores(error):
            raise
        return error
    return None


def _save_apart(connection: Connection, share: _Share) -> Iterator[Stumble]:
    """Save what can be saved: all at once if so, else stream by stream, else as far as a stream goes."""
    if _saved(connection, [(share, share.steps)]):
        return
    by_stream: dict[str, list[Step]] = {}
    for step in share.steps:
        by_stream.setdefault(step.stream, []).append(step)
    for steps in by_stream.values():
        if _saved(connection, [(share, steps)]):
            continue
        for step in steps:
            error = _stumbled_over(connection, [(share, [step])])
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
