"""The queue of goods: what waits for somebody, or stands in one state; now, or as it was known at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.api import asking
from adapters.api import fulfillment as api
from adapters.desk.desk import Desk
from adapters.desk.lists import DeskList
from adapters.desk.moments import as_of_moment
from adapters.queries.fulfillment import FulfillmentFilters
from adapters.queries.goods_waiting import COUNTED_MAX
from domain.spelling import moment
from domain.vocabulary import Fulfillment

PATH: Final = "/desk/fulfillment"
WAITING: Final = "waiting"
ALL: Final = "all"
# The tabs of the page, in the order in which goods go through them.
TABS: Final = (
    (WAITING, "Waiting"),
    (Fulfillment.HELD.value, "Held"),
    (Fulfillment.READY.value, "Ready"),
    (Fulfillment.CLAIMED.value, "Claimed"),
    (Fulfillment.RECALL.value, "Recall"),
    (Fulfillment.FULFILLED.value, "Fulfilled"),
    (Fulfillment.WITHDRAWN.value, "Withdrawn"),
    (Fulfillment.NONE.value, "Not paid yet"),
    (ALL, "All"),
)
WHY: Final = "looked at on the desk"
OWN_MAX: Final = 50
_WITH_OWN: Final = (WAITING, Fulfillment.READY.value)
_CLAIMED: Final = FulfillmentFilters(state=Fulfillment.CLAIMED.value)


def _narrowed(asked: dict[str, Any]) -> dict[str, Any]:
    """Without a state: all that waits for somebody, which is what people come for."""
    state = asked.pop("state", WAITING)
    if state == WAITING:
        return {**asked, "waiting": True}
    return asked if state == ALL else {**asked, "state": state}


def _beside(desk: Desk, sent: Mapping[str, str]) -> Mapping[str, Any]:
    as_of = as_of_moment(sent["as_of"]) if "as_of" in sent else None
    state = sent.get("state", WAITING)
    shows_own = state in _WITH_OWN and as_of is None and "cursor" not in sent
    return {
        "tabs": TABS,
        "counts": {} if as_of else _counted(desk.parts.queries.goods_waiting()),
        "state": state,
        # What somebody has claimed stands on top for them, wherever its turn would be.
        "claimed": _claimed(desk) if shows_own else (),
        "as_of": moment(as_of),
        "then": as_of or desk.parts.clock(),
        "field": f"{as_of:%Y-%m-%dT%H:%M:%S}" if as_of else "",
        "why": WHY,
        "path": PATH,
    }


def _claimed(desk: Desk) -> Sequence[Mapping[str, Any]]:
    return desk.parts.queries.fulfillment(_CLAIMED, OWN_MAX, None).items


def _counted(waiting: Mapping[Fulfillment, int]) -> dict[str, str]:
    """How many stand in each state, as far as they are counted; nothing where there is none."""
    return {
        state.value: str(count) if count <= COUNTED_MAX else f"{COUNTED_MAX}+"
        for state, count in waiting.items()
        if count
    }


QUEUE: Final = DeskList(
    listing=api.LIST,
    template="fulfillment.html",
    ask=lambda queries: queries.fulfillment,
    beside=_beside,
    query={"state": asking.one_of(*(word for word, _ in TABS)), "as_of": as_of_moment},
    narrowed=_narrowed,
)
