"""The tables of types and moves as Markdown: `python -m scripts.printed` prints what the README holds."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.subscription import CHANGES
from domain.transitions import FOLLOWERS, REPORTS, TRANSITIONS, Move
from domain.txn_types import ADAPTIVE, ADAPTIVE_MEANING, TXN_TYPES, Reading
from domain.vocabulary import Change, Kind, Status, SubscriptionStatus

# What people call a subscription's changes.
_CHANGES = {
    Change.START: "signup",
    Change.MODIFY: "modified",
    Change.FAIL: "failed cycle",
    Change.SKIP: "skipped cycle",
    Change.SUSPEND: "suspended",
    Change.CANCEL: "cancelled",
    Change.EXPIRE: "expired",
    Change.END: "end of term",
}
_CELLS = {Move.RECORD: "recorded", Move.STALE: "stale", Move.REFUSE: "**refused**", Move.PARK: "parked"}


def types() -> str:
    """Every type of message, how it is read and what it means."""
    rows = [
        (f"`{name}`" if name else "(none)", _reading(t.reading), t.meaning) for name, t in TXN_TYPES.items()
    ]
    rows.append((f"(`{ADAPTIVE}`)", _reading(Reading.UNMODELLED), ADAPTIVE_MEANING))
    head = [_line(["`txn_type`", "read as", "what it tells"]), _line(["---"] * 3)]
    return "\n".join([*head, *map(_line, rows)]) + "\n"


def _reading(reading: Reading) -> str:
    return f"**{reading}**, by decision" if reading is Reading.UNMODELLED else reading


def tables() -> str:
    """Every table of moves, each under its heading."""
    parts = [
        *(_reports(kind) for kind in TRANSITIONS),
        "#### Followers and cases, by where the transaction stands",
        _grid("stands at ↓ told →", FOLLOWERS),
        "#### Subscriptions, recurring profiles and billing agreements: where each message leads",
        _subscriptions(),
    ]
    return "\n\n".join(parts) + "\n"


def _subscriptions() -> str:
    ladder = list(SubscriptionStatus)
    targets = [("paid cycle", SubscriptionStatus.ACTIVE)]
    targets += [(name, CHANGES[change][0]) for change, name in _CHANGES.items()]
    lines = [
        _line(["stands at ↓ told →", *(name for name, _ in targets)]),
        _line(["---"] * (len(targets) + 1)),
    ]
    lines += [_line([row, *(max(row, target, key=ladder.index) for _, target in targets)]) for row in ladder]
    return "\n".join(lines)


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
    print(types(), tables(), sep="\n", end="")
