"""The statements by which deliveries are taken in, claimed and let go, made once."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    Integer,
    Select,
    Text,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.expression import ClauseElement

from adapters.statements import Asked, Given, Statement
from adapters.tables import notifications
from domain.vocabulary import Outcome, Verdict

_row = notifications.c
_CLAIMED: Final = (_row.n, _row.received_us, _row.attempts, _row.verdict, _row.txn_id, _row.parent_txn_id)
_TOLD: Final = (_row.n, _row.received_us, _row.peer, *(_row.txn_id, _row.parent_txn_id))
_LEASED: Final = (_row.lease_until_us, _row.lease_by)
_TAKEN_IN: Final = (*_TOLD, _row.txn_type, _row.payment_status, *_LEASED)
# One that is new: nobody was asked about it, and nothing is known of it.
_NEW: Final[dict[str, ColumnClause[Any]]] = {
    "verdict": literal_column(f"'{Verdict.UNKNOWN}'"),
    "attempts": literal_column("0"),
    "outcome": literal_column(f"'{Outcome.WAITING}'"),
    "urgent": literal_column("false"),
}

# Answers the numbers of those that it gave their rows.
TAKE_IN: Final = Statement(
    Given.like(*_TAKEN_IN),
    # Two workers may look at once; the number is the key, so the second finds them there.
    lambda insert_into, given: (
        insert_into(notifications)
        .from_select(
            [*(one.name for one in _TAKEN_IN), "due_us", *_NEW],
            select(*(given.c[one.name] for one in _TAKEN_IN), given.c.received_us, *_NEW.values()).where(
                true()
            ),
        )
        .on_conflict_do_nothing()
        .returning(_row.n)
    ),
)


def _due(*, urgent_only: bool, newest: bool) -> Select[int]:
    now_us, far_us = (bindparam(name, type_=BigInteger) for name in ("now_us", "far_us"))
    free = or_(_row.lease_until_us.is_(None), _row.lease_until_us < now_us)
    come = or_(_row.due_us <= now_us, _row.due_us > far_us)
    due = select(_row.n).where(_row.due_us.is_not(None), come, free)
    if urgent_only:
        # In the words of the index, or all that waits would be looked through.
        due = due.where(literal_column("notifications.urgent"))
    # Nor by one that needs no answer any more: it would say nothing of PayPal.
    probe = (_row.verdict == literal_column(f"'{Verdict.VERIFIED}'"), _row.n.desc())
    # What is put before it keeps an engine from walking all that waits for the few that are urgent.
    attempts = literal_column("+notifications.attempts") if urgent_only else _row.attempts
    order = probe if newest else (attempts, _row.due_us, _row.n)
    return due.order_by(*order).limit(bindparam("limit", type_=Integer))


def _claim(*, urgent_only: bool, newest: bool) -> ClauseElement:
    # Of rows that another worker claims at this moment none is waited for, where there can be others.
    due = _due(urgent_only=urgent_only, newest=newest).with_for_update(skip_locked=True).cte("free_now")
    leased = {
        "lease_until_us": bindparam("until_us", type_=BigInteger),
        "lease_by": bindparam("by", type_=Text),
    }
    return update(notifications).where(_row.n.in_(select(due.c.n))).values(leased).returning(*_CLAIMED)


_WAYS: Final = [(urgent_only, newest) for urgent_only in (False, True) for newest in (False, True)]
# The last that has a row, and one of those that are due; with `limit` 1.
LOOK: Final = Asked(
    select(
        select(func.max(_row.n)).scalar_subquery().label("last"),
        _due(urgent_only=True, newest=False).scalar_subquery().label("urgent"),
        _due(urgent_only=False, newest=False).scalar_subquery().label("due"),
    )
)
# By whether only those are meant that a person asked for, and whether the last to come.
CLAIM: Final = {way: Asked(_claim(urgent_only=way[0], newest=way[1])) for way in _WAYS}
