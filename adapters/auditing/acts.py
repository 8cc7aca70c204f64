"""Acts of people derived again: what each adds to the book, from who did it, when, and what was said."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, cast

from domain import todo
from domain.act_events import CaseClosed, GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased, TodoDone
from domain.acting import Acting, ActRefusedError
from domain.events import Entry, Event, PriceAgreed
from domain.invoice import STREAM_PREFIX
from domain.streams import is_transaction
from domain.todo import Todo
from projections.todos.rows import rows_of

# The entries of a stream as far as they were walked over: a to-do is open by what was told before.
History = Callable[[str], Sequence[Entry]]
Act = Callable[[Acting, str, Entry, History], None]


def derive_act(acting: Acting, stream: str, entry: Entry, history: History) -> None:
    """Do it again; ActRefusedError or NoSuchCaseError where it could not be done, KeyError for no act."""
    _ACTS[type(entry.event)](acting, stream, entry, history)


def is_act(event: Event) -> bool:
    """Whether this begins what a person did."""
    return type(event) in _ACTS


def _claim(acting: Acting, stream: str, entry: Entry, _: History) -> None:
    until = cast("GoodsClaimed", entry.event).until
    # Of a longer claim that runs on, the rest was asked for at most.
    acting.claim(stream, max(1, (until - entry.at) // timedelta(seconds=1)))


def _release(acting: Acting, stream: str, entry: Entry, _: History) -> None:
    # Whether it was one's own or another's is not told; both may be.
    acting.release(stream, cast("GoodsReleased", entry.event).why, anybodys=True)


def _fulfill(acting: Acting, stream: str, entry: Entry, _: History) -> None:
    acting.fulfill(stream, cast("GoodsFulfilled", entry.event).note, left_already=True)


def _approve(acting: Acting, stream: str, entry: Entry, _: History) -> None:
    acting.approve(stream, cast("GoodsApproved", entry.event).why)


def _close_case(acting: Acting, stream: str, entry: Entry, _: History) -> None:
    closed = cast("CaseClosed", entry.event)
    acting.close_case(stream, closed.case_id, closed.why)


def _agree(acting: Acting, stream: str, entry: Entry, _: History) -> None:
    acting.agree(stream.removeprefix(STREAM_PREFIX), cast("PriceAgreed", entry.event))


def _close_todo(acting: Acting, stream: str, entry: Entry, history: History) -> None:
    done = cast("TodoDone", entry.event)
    if is_transaction(stream):
        rows = rows_of(stream, history(stream)).values()
        is_open = any(row.id == done.id and row.open and row.since <= entry.at for row in rows)
    else:
        known = acting.streams.aggregate(stream)
        is_open = isinstance(known, Todo) and not known.version and stream == todo.stream_of(done.id)
    if not is_open:
        raise ActRefusedError("it was not to be done then")
    acting.close_todo(stream, done.id, done.note)


_ACTS: Final[Mapping[type[Event], Act]] = {
    GoodsClaimed: _claim,
    GoodsReleased: _release,
    GoodsFulfilled: _fulfill,
    GoodsApproved: _approve,
    CaseClosed: _close_case,
    PriceAgreed: _agree,
    TodoDone: _close_todo,
}
