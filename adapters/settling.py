"""The rows that settle notifications, as statements that run in the commit of the events."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    Case,
    ColumnClause,
    Table,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.sql.expression import ClauseElement

from adapters.statements import Beside, Statement
from adapters.tables import DRIFT_EXAMPLES_MAX, drift, notifications, post_backs
from adapters.times import to_us
from adapters.verifier import PostBack
from domain.vocabulary import Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one claimed delivery in this batch."""

    n: int
    verdict: Verdict
    attempts: int
    outcome: Outcome
    reason: str | None = None
    due_us: int | None = None  # when to work on it again; None: it is settled
    settled_us: int | None = None
    still: bool = (
        False  # parked as it was before, and nothing was recorded: what released it meanwhile stands
    )
    drift: tuple[tuple[str, str], ...] = ()  # what is new in it, and an example
    post_back: PostBack | None = None


_VERIFIED: ColumnClause[str] = literal_column(f"'{Verdict.VERIFIED}'")


def _word(outcome: Outcome) -> ColumnClause[str]:
    return literal_column(f"'{outcome}'")


def _unless_released(name: str) -> Case[Any]:
    """What is said of a delivery, unless it was only decided again that it waits, and it does not any more.

    Nothing is appended then, so nothing else notices that what it waited for came in between.
    """
    row = notifications.c
    released = and_(
        bindparam("_still", type_=Boolean),
        row.outcome != _word(Outcome.WAITING),
        row.outcome != _word(Outcome.PARKED),
    )
    return case((released, row[name]), else_=bindparam(f"_{name}", type_=row[name].type))


_SETTLE = Statement(
    lambda _: (
        update(notifications)
        .where(
            notifications.c.n == bindparam("_n"),
            # Asked twice, because a lease ran out while the store was away: what was verified stays verified.
            or_(notifications.c.verdict != _VERIFIED, bindparam("_verdict") == _VERIFIED),
        )
        .values(
            {name: bindparam(f"_{name}") for name in ("verdict", "attempts", "due_us")}
            | {name: _unless_released(name) for name in ("outcome", "reason", "settled_us")}
            # What was noted stays, whatever comes of the delivery later: it also marks it as counted.
            | {"drift": func.coalesce(bindparam("_drift", type_=Text), notifications.c.drift)}
            | {"urgent": False, "lease_until_us": None, "lease_by": None}
        )
    )
)
_RELEASE = Statement(
    lambda _: (
        update(notifications)
        .where(notifications.c.n == bindparam("_n"))
        .values(
            outcome=bindparam("_outcome"), reason=bindparam("_reason"), settled_us=bindparam("_settled_us")
        )
    )
)


def _remember(insert_into: Callable[[Table], Any]) -> ClauseElement:
    statement = insert_into(post_backs)
    keys = [column.name for column in post_backs.primary_key]
    others = [column.name for column in post_backs.columns if column.name not in keys]
    said = {name: statement.excluded[name] for name in others}
    return cast("ClauseElement", statement.on_conflict_do_update(index_elements=keys, set_=said))


def _count_drift(insert_into: Callable[[Table], Any]) -> ClauseElement:
    """One more delivery that said something new, unless it was counted already or there is no room."""
    what, example = bindparam("_what", type_=Text), bindparam("_example", type_=Text)
    rows = select(func.count()).where(drift.c.what == what).scalar_subquery()
    counted = select(
        what, example, notifications.c.n, notifications.c.received_us, literal_column("1")
    ).where(
        notifications.c.n == bindparam("_n"),
        notifications.c.drift.is_(None),
        or_(
            rows < literal_column(str(DRIFT_EXAMPLES_MAX)),
            exists().where(drift.c.what == what, drift.c.example == example),
        ),
    )
    statement = insert_into(drift).from_select([column.name for column in drift.columns], counted)
    new = statement.excluded
    earlier = new.n < drift.c.n  # the deliveries of two workers are not settled in the order of their numbers
    counted_up = statement.on_conflict_do_update(
        index_elements=["what", "example"],
        set_={
            "count": drift.c.count + new.count,
            "n": case((earlier, new.n), else_=drift.c.n),
            "first_us": case((earlier, new.first_us), else_=drift.c.first_us),
        },
    )
    return cast("ClauseElement", counted_up)


_POST_BACK = Statement(_remember)
_NOTICE = Statement(_count_drift)


def settle(settled: Sequence[Settled]) -> Beside:
    """Verdict, outcome and reason of claimed deliveries; their leases end."""
    return Beside(
        _SETTLE,
        [
            {
                "_n": s.n,
                "_verdict": s.verdict.value,
                "_attempts": s.attempts,
                "_outcome": s.outcome.value,
                "_reason": s.reason,
                "_drift": json.dumps(s.drift) if s.drift else None,
                "_due_us": s.due_us,
                "_settled_us": s.settled_us,
                "_still": s.still,
            }
            for s in settled
        ],
    )


def notice(settled: Sequence[Settled]) -> Beside:
    """Count what is new in deliveries, once each; to run before `settle`, which marks them as counted."""
    return Beside(
        _NOTICE,
        # In one order, whoever settles: two that counted in different orders would wait for each other.
        sorted(
            ({"_n": s.n, "_what": what, "_example": example} for s in settled for what, example in s.drift),
            key=lambda row: (row["_what"], row["_example"], row["_n"]),
        ),
    )


def release(released: Mapping[int, tuple[Outcome, str | None]], now_us: int) -> Beside:
    """The new outcomes of deliveries that were parked until now."""
    rows = [
        {"_n": n, "_outcome": outcome.value, "_reason": reason, "_settled_us": now_us}
        for n, (outcome, reason) in sorted(released.items())
    ]
    return Beside(_RELEASE, rows)


def remember(settled: Sequence[Settled]) -> Beside:
    """Each post-back that was made, with its answer."""
    rows = [
        {
            "n": s.n,
            "attempt": s.attempts,
            "asked_us": to_us(s.post_back.asked_at),
            "status": s.post_back.status,
            "answer": s.post_back.answer,
            "seconds": s.post_back.seconds,
            "verdict": s.post_back.verdict.value,
        }
        for s in settled
        if s.post_back is not None
    ]
    return Beside(_POST_BACK, rows)
