"""The rows that settle notifications, as statements that run in the commit of the events."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    Case,
    Column,
    ColumnClause,
    Integer,
    Table,
    TableClause,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.expression import ClauseElement

from adapters.statements import Beside, Given, Statement
from adapters.tables import DRIFT_EXAMPLES_MAX, drift, notifications, post_backs
from adapters.times import to_us
from adapters.verifier import PostBack
from domain.quick import quick
from domain.vocabulary import Outcome, Verdict


@quick
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
    # Parked as it was before, and nothing was recorded: what released it meanwhile stands.
    still: bool = False
    drift: tuple[tuple[str, str], ...] = ()  # what is new in it, and an example
    post_back: PostBack | None = None


_row = notifications.c
_VERIFIED: ColumnClause[str] = literal_column(f"'{Verdict.VERIFIED}'")


def _word(outcome: Outcome) -> ColumnClause[str]:
    return literal_column(f"'{outcome}'")


def _unless_released(name: str, given: TableClause) -> Case[Any]:
    """What is said of a delivery, unless it was only decided again that it waits, and it does not any more.

    Nothing is appended then, so nothing else notices that what it waited for came in between.
    """
    released = and_(
        given.c.still, _row.outcome != _word(Outcome.WAITING), _row.outcome != _word(Outcome.PARKED)
    )
    return case((released, _row[name]), else_=given.c[name])


def _settle(_: object, given: TableClause) -> ClauseElement:
    # A number that only grows: whoever settles after a lease ran out may know of fewer.
    attempts = case((_row.attempts > given.c.attempts, _row.attempts), else_=given.c.attempts)
    return (
        update(notifications)
        .where(
            _row.n == given.c.n,
            # Asked twice, because a lease ran out while the store was away: what was verified stays verified.
            or_(_row.verdict != _VERIFIED, given.c.verdict == _VERIFIED),
        )
        .values(
            {name: given.c[name] for name in ("verdict", "due_us")}
            | {"attempts": attempts}
            | {name: _unless_released(name, given) for name in ("outcome", "reason", "settled_us")}
            # What was noted stays, whatever comes of the delivery later: it also marks it as counted.
            | {"drift": func.coalesce(_row.drift, given.c.drift)}
            | {"urgent": false(), "lease_until_us": null(), "lease_by": null()}
        )
    )


def _release(_: object, given: TableClause) -> ClauseElement:
    said = {name: given.c[name] for name in ("outcome", "reason", "settled_us")}
    return update(notifications).where(_row.n == given.c.n).values(said)


def _in_turn(_: object, given: TableClause) -> ClauseElement:
    """Two that settle the same rows in different orders would wait for each other for ever."""
    return select(_row.n).where(_row.n.in_(select(given.c.n))).order_by(_row.n).with_for_update()


def _remember(insert_into: Callable[[Table], Any], given: TableClause) -> ClauseElement:
    names = [column.name for column in post_backs.columns]
    # Without a condition SQLite would take what follows for one of a join.
    rows = select(*(given.c[name] for name in names)).where(true())
    statement = insert_into(post_backs).from_select(names, rows)
    keys = [column.name for column in post_backs.primary_key]
    said = {name: statement.excluded[name] for name in names if name not in keys}
    # Asked twice at a time: what says that it was verified is not written over, as with the verdict.
    not_verified = post_backs.c.verdict != _VERIFIED
    update_ = statement.on_conflict_do_update(index_elements=keys, set_=said, where=not_verified)
    return cast("ClauseElement", update_)


def _count_drift(insert_into: Callable[[Table], Any], given: TableClause) -> ClauseElement:
    """More deliveries that said something new, unless they were counted already or there is no room."""
    row, of_first = notifications.c, notifications.alias("of_first")
    said = (
        select(
            *(given.c.what, given.c.example, func.min(given.c.n).label("n")),
            *(func.min(given.c.turn).label("turn"), func.count().label("count")),
        )
        .where(row.n == given.c.n, row.drift.is_(None))
        .group_by(given.c.what, given.c.example)
        .subquery("said")
    )
    known = exists().where(drift.c.what == said.c.what, drift.c.example == said.c.example)
    news = select(said, case((known, 0), else_=1).label("new")).subquery("news")
    kept = select(func.count()).where(drift.c.what == news.c.what).scalar_subquery()
    # What is new takes what room there is in its turn.
    place = func.sum(news.c.new).over(partition_by=news.c.what, order_by=news.c.turn)
    placed = select(news, (kept + place).label("place")).subquery("placed")
    rows = (
        select(placed.c.what, placed.c.example, placed.c.n, of_first.c.received_us, placed.c.count)
        .where(of_first.c.n == placed.c.n)
        .where(or_(placed.c.new == 0, placed.c.place <= DRIFT_EXAMPLES_MAX))
        .order_by(placed.c.turn)
    )
    statement = insert_into(drift).from_select([column.name for column in drift.columns], rows)
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


_SAID = (_row.n, _row.verdict, _row.attempts, _row.outcome, _row.reason, _row.drift)
_SETTLED = (*_SAID, _row.due_us, _row.settled_us, Column("still", Boolean))
_SETTLE = Statement(Given.like(*_SETTLED), _settle)
_RELEASE = Statement(Given.like(_row.n, _row.outcome, _row.reason, _row.settled_us), _release)
_IN_TURN = Statement(Given.like(_row.n), _in_turn, only="postgresql")
_POST_BACK = Statement(Given.like(*post_backs.columns), _remember)
_NOTICED = (drift.c.n, drift.c.what, drift.c.example, Column("turn", Integer))
_NOTICE = Statement(Given.like(*_NOTICED), _count_drift)


def in_turn(ns: Iterable[int]) -> Beside:
    """Wait for these deliveries' rows in one order, where rows are waited for; to run before all else."""
    return Beside(_IN_TURN, [(n,) for n in sorted(ns)])


def settle(settled: Sequence[Settled]) -> Beside:
    """Verdict, outcome and reason of claimed deliveries; their leases end."""
    rows = [
        (
            s.n,
            s.verdict.value,
            s.attempts,
            s.outcome.value,
            s.reason,
            json.dumps(s.drift) if s.drift else None,
            s.due_us,
            s.settled_us,
            s.still,
        )
        for s in settled
    ]
    return Beside(_SETTLE, rows)


def notice(settled: Sequence[Settled]) -> Beside:
    """Count what is new in deliveries, once each; to run before `settle`, which marks them as counted."""
    # In one order, whoever settles: two that counted in different orders would wait for each other.
    told = sorted((what, example, s.n) for s in settled for what, example in s.drift)
    return Beside(_NOTICE, [(n, what, example, turn) for turn, (what, example, n) in enumerate(told)])


def release(released: Mapping[int, tuple[Outcome, str | None]], now_us: int) -> Beside:
    """The new outcomes of deliveries that were parked until now."""
    rows = [(n, outcome.value, reason, now_us) for n, (outcome, reason) in sorted(released.items())]
    return Beside(_RELEASE, rows)


def remember(settled: Sequence[Settled]) -> Beside:
    """Each post-back that was made, with its answer."""
    rows = [
        (
            s.n,
            s.attempts,
            to_us(s.post_back.asked_at),
            s.post_back.status,
            s.post_back.answer,
            s.post_back.seconds,
            s.post_back.verdict.value,
        )
        for s in settled
        if s.post_back is not None
    ]
    return Beside(_POST_BACK, rows)
