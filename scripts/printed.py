"""The tables of moves as Markdown: `python -m scripts.printed` prints what the README holds."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.transitions import FOLLOWERS, REPORTS, TRANSITIONS, Move
from domain.vocabulary import Kind, Status

_CELLS = {Move.RECORD: "recorded", Move.STALE: "stale", Move.REFUSE: "**refused**", Move.PARK: "parked"}


def tables() -> str:
    """Every table, each under its heading."""
    parts = [
        *(_reports(kind) for kind in TRANSITIONS),
        "#### Followers and cases, by where the transaction stands",
        _grid("stands at ↓ told →", FOLLOWERS),
    ]
    return "\n\n".join(parts) + "\n"


def _reports(kind: Kind) -> str:
    told: dict[str, list[str]] = {}
    for status, (rung, _) in REPORTS[kind].items():
        told.setdefault(rung, []).append(status)
    several = {rung: statuses for rung, statuses in told.items() if [rung] != statuses}
    words = "; ".join(f"*{rung}*: {', '.join(statuses)}" for rung, statuses in several.items())
    heading = f"#### {kind.capitalize()}: reports under its own id"
    return "\n\n".join(filter(None, (heading, _grid("stands at ↓ reported →", TRANSITIONS[kind]), words)))


def _grid(corner: str, rows: Mapping[Status, Mapping[Any, Move]]) -> str:
    columns = list(next(iter(rows.values())))
    lines = [_line([corner, *columns]), _line(["---"] * (len(columns) + 1))]
    lines += [_line([row, *(_CELLS[cells[column]] for column in columns)]) for row, cells in rows.items()]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(tables(), end="")
