"""Acts of people done again: as they were, where they can still be done; ActRefusedError where not."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from domain.act_events import CaseClosed, GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased, TodoDone
from domain.acting import Acting, ActRefusedError, NoSuchCaseError
from domain.events import Entry, Event, PriceAgreed
from domain.fulfillment import fulfillment_of
from domain.invoice import STREAM_PREFIX
from domain.state import Transaction
from domain.streams import Aggregate, is_transaction
from domain.todo import Todo
from domain.vocabulary import Fulfillment
from projections.todos.rows import rows_of

_MAY_LEAVE: Final = (Fulfillment.READY, Fulfillment.CLAIMED)
Placed = tuple[str, Entry]


def do_again(acting: Acting, act: Placed, was: Aggregate, before: Sequence[Entry] = ()) -> Sequence[Placed]:
    """What an act adds to what stands now; ActRefusedError says in words why it cannot be done.

    `was`: the stream as it was when the act was done; `before`: the entries of a stream whose to-do is closed
    by it, as they stand now. What was said stays what was said: whoever approved saw certain doubts, and
    approved no others.
    """
    stream, entry = act
    try:
        _ACTS[type(entry.event)](acting, stream, entry, was, before)
    except NoSuchCaseError as error:
        raise ActRefusedError(f"nobody has heard of case {error} of {stream}") from None
    if isinstance(entry.event, PriceAgreed):
        return acting.appended  # nothing, if the same was agreed already
    return [act, *acting.appended[1:]]


Again = Callable[[Acting, str, Entry, Aggregate, Sequence[Entry]], None]


def _claim(acting: Acting, stream: str, entry: Entry, _: Aggregate, __: Sequence[Entry]) -> None:
    until = cast("GoodsClaimed", entry.event).until
    acting.claim(stream, int((until - entry.at).total_seconds()))


def _release(acting: Acting, stream: str, entry: Entry, _: Aggregate, __: Sequence[Entry]) -> None:
    # Whether he gave back his own claim or another's is not recorded; both were allowed.
    acting.release(stream, cast("GoodsReleased", entry.event).why, anybodys=True)


def _fulfill(acting: Acting, stream: str, entry: Entry, was: Aggregate, _: Sequence[Entry]) -> None:
    assert isinstance(was, Transaction), "only goods of transactions leave"
    left_already = fulfillment_of(was, entry.at) not in _MAY_LEAVE
    acting.fulfill(stream, cast("GoodsFulfilled", entry.event).note, left_already=left_already)


def _approve(acting: Acting, stream: str, entry: Entry, _: Aggregate, __: Sequence[Entry]) -> None:
    acting.approve(stream, cast("GoodsApproved", entry.event).why)


def _close_case(acting: Acting, stream: str, entry: Entry, _: Aggregate, __: Sequence[Entry]) -> None:
    closed = cast("CaseClosed", entry.event)
    acting.close_case(stream, closed.case_id, closed.why)


def _agree(acting: Acting, stream: str, entry: Entry, _: Aggregate, __: Sequence[Entry]) -> None:
    acting.agree(stream.removeprefix(STREAM_PREFIX), cast("PriceAgreed", entry.event))


def _close_todo(acting: Acting, stream: str, entry: Entry, _: Aggregate, before: Sequence[Entry]) -> None:
    done = cast("TodoDone", entry.event)
    if not _is_open(acting.streams.aggregate(stream), stream, done, entry, before):
        raise ActRefusedError(f"{done.id} is not to be done then")
    acting.close_todo(stream, done.id, done.note)


def _is_open(known: Aggregate, stream: str, done: TodoDone, entry: Entry, before: Sequence[Entry]) -> bool:
    if not is_transaction(stream):
        assert isinstance(known, Todo), "a to-do's stream holds a to-do"
        return not known.version
    rows = rows_of(stream, before).values()
    return any(row.id == done.id and row.open and row.since <= entry.at for row in rows)


_ACTS: Final[Mapping[type[Event], Again]] = {
    GoodsClaimed: _claim,
    GoodsReleased: _release,
    GoodsFulfilled: _fulfill,
    GoodsApproved: _approve,
    CaseClosed: _close_case,
    PriceAgreed: _agree,
    TodoDone: _close_todo,
}
