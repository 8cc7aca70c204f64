"""The state machine of a transaction as a drawing: its statuses on a ladder, and arcs for the moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from adapters.desk.moves import Ladder, ladder_of, next_moves
from adapters.story import Happening, Story
from domain.standing import status_of
from domain.vocabulary import Status

# In the units of the drawing. Moves that were made are drawn at the right, those that may come at the left.
WIDTH: Final = 360
_LEFT, _RIGHT = 100, 238
_ROW, _HEIGHT, _TOP, _APART = 33, 26, 4, 14
_BEND, _BEND_A_ROW, _BEND_AGAIN, _BEND_MAX = 22, 8, 14, 146
_BEND_MAX_LEFT: Final = 128
_TIP: Final = 7
_NUMBER: Final = 21  # as far apart two numbers can be read
_AGAIN_MAX: Final = 6
_ALONG: Final = (0.5, 0.35, 0.65, 0.25, 0.75)  # of a curve, where its number may stand
STEPS_DRAWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move that was made, by which event; `happening` is None where events were left out."""

    number: int
    before: Status
    after: Status
    happening: Happening | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A status on the ladder; `is_here` now, `was` once."""

    status: Status
    y: int
    is_here: bool
    was: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A move as a curve with its tip; `x` and `y` are where its number stands."""

    curve: str
    tip: str
    x: int
    y: int
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is drawn, and the same in words."""

    height: int
    here: Status
    nodes: tuple[Node, ...]
    possible: tuple[Arc, ...]
    coming: tuple[Arc, ...]
    taken: tuple[Arc, ...]
    steps: tuple[Step, ...]
    next: Mapping[Status, tuple[str, ...]]


def machine(story: Story) -> Machine:
    """Draw the moves of a transaction: made, possible from here, and possible at all."""
    steps, here = steps_of(story.happenings), status_of(story.transaction)
    ladder = ladder_of(story.kind)
    coming = _without_words(ladder, here) if story.is_long else next_moves(story.transaction)
    been = {Status.AWAITED, here, *(step.before for step in steps), *(step.after for step in steps)}
    others = tuple(status for status in Status if status in {*been, *coming} - set(ladder.statuses))
    heights = _heights(ladder, others)
    elsewhere = sorted(ladder.moves - {(here, to) for to in coming})
    return Machine(
        height=max(heights.values()) + _HEIGHT + _TOP,
        here=here,
        nodes=tuple(
            Node(status=status, y=y, is_here=status is here, was=status in been)
            for status, y in heights.items()
        ),
        possible=tuple(_arc(heights, move, right=False) for move in elsewhere),
        coming=tuple(_arc(heights, (here, to), right=False) for to in coming),
        taken=tuple(_taken(heights, steps[-STEPS_DRAWN:])),
        steps=steps,
        next=coming,
    )


def steps_of(happenings: Sequence[Happening]) -> tuple[Step, ...]:
    """The moves that were made, oldest first; where events were left out, what they came to in all."""
    moves: list[tuple[Status, Status, Happening | None]] = []
    for last, happening in pairwise((None, *happenings)):
        assert happening is not None, "only the first has none before it"
        if last is not None and last.after is not happening.before:
            moves.append((last.after, happening.before, None))
        if happening.before is not happening.after:
            moves.append((happening.before, happening.after, happening))
    return tuple(
        Step(number=number, before=before, after=after, happening=happening)
        for number, (before, after, happening) in enumerate(moves, start=1)
    )


def _without_words(ladder: Ladder, here: Status) -> dict[Status, tuple[str, ...]]:
    """What may come next to anything that stands here."""
    return {to: () for to in ladder.statuses if (here, to) in ladder.moves}


def _heights(ladder: Ladder, others: Sequence[Status]) -> dict[Status, int]:
    """How far down each status stands; what no report tells, a little apart from what reports do."""
    return {
        status: _TOP + place * _ROW + (_APART if place >= ladder.reported else 0)
        for place, status in enumerate((*ladder.statuses, *others))
    }


def _taken(heights: Mapping[Status, int], steps: Sequence[Step]) -> list[Arc]:
    arcs: list[Arc] = []
    for step in steps:
        ways = [
            _arc(heights, (step.before, step.after), right=True, again=again, along=along)
            for along in _ALONG
            for again in range(_AGAIN_MAX)
        ]
        # The first that leaves the numbers of those before it readable; any where there are too many.
        arc = next((arc for arc in ways if _is_apart(arc, arcs)), ways[-1])
        arcs.append(replace(arc, number=step.number))
    return arcs


def _is_apart(arc: Arc, others: Sequence[Arc]) -> bool:
    return all(max(abs(arc.x - one.x), abs(arc.y - one.y)) >= _NUMBER for one in others)


def _arc(
    heights: Mapping[Status, int],
    move: tuple[Status, Status],
    *,
    right: bool,
    again: int = 0,
    along: float = 0.5,
) -> Arc:
    middle = _HEIGHT // 2
    # Leaving a little below the middle of a status, and coming in a little above it.
    start, end = heights[move[0]] + middle + 5, heights[move[1]] + middle - 5
    bend = _BEND + abs(end - start) // _ROW * _BEND_A_ROW + again * _BEND_AGAIN
    side, way, most = (_RIGHT, 1, _BEND_MAX) if right else (_LEFT, -1, _BEND_MAX_LEFT)
    out = side + way * min(bend, most)
    back = side + way * _TIP
    return Arc(
        curve=f"M{side} {start}C{out} {start} {out} {end} {back} {end}",
        tip=f"{side},{end} {back},{end - 4} {back},{end + 4}",
        x=round(side + way * min(bend, most) * 3 * along * (1 - along)),
        y=round(start + (end - start) * along * along * (3 - 2 * along)),
    )
