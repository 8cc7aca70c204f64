"""To-dos: what waits for a person, what is due, and that a person has done it."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import falcon

from adapters.api import asking
from adapters.api import todos as api
from adapters.desk.acting import ActPage
from adapters.desk.desk import Desk
from adapters.desk.forms import said
from adapters.desk.lists import DeskList
from adapters.desk.remarks import note_said
from domain.spelling import moment
from domain.vocabulary import Fulfillment
from projections.todos.kinds import TodoKind

# Which are shown; those that are open unless somebody asks for others.
OPEN: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "any": None}
# By when they are due, from now; null is ever.
DUE: Final[Mapping[str, timedelta | None]] = {
    "overdue": timedelta(),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "ever": None,
}
_DUE_WORDS: Final = {
    "overdue": "overdue",
    "day": "within a day",
    "week": "within a week",
    "ever": "at any date",
}


# Where in the queue the goods stand that a to-do is about.
_IN_QUEUE: Final = {
    TodoKind.SHIP.value: Fulfillment.READY.value,
    TodoKind.LOOK.value: Fulfillment.HELD.value,
    TodoKind.DUPLICATE_PAYMENT.value: Fulfillment.HELD.value,
    TodoKind.REFUND_OWED.value: Fulfillment.HELD.value,
    TodoKind.RECALL.value: Fulfillment.RECALL.value,
}


def _narrowed(asked: dict[str, Any]) -> dict[str, Any]:
    found = {**asked, "open": OPEN[asked.get("open", "true")]}
    if "due" in found:
        if not found["open"]:
            raise falcon.HTTPInvalidParam("Only open to-dos are looked for by when they are due.", "due")
        found |= {"by_date": True, "due_within": DUE[found.pop("due")]}
    return found


def _beside(desk: Desk, _sent: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "kinds": tuple(TodoKind),
        "dues": _DUE_WORDS,
        "queue": _IN_QUEUE,
        "digest": digest,
        "at": moment(desk.parts.clock()),
    }


TODOS: Final = DeskList(
    listing=api.LIST,
    template="todos.html",
    ask=lambda queries: queries.todos,
    beside=_beside,
    query={"open": asking.one_of(*OPEN), "due": asking.one_of(*DUE)},
    narrowed=_narrowed,
)


class Done(ActPage):
    """`POST /desk/todos/{todo_id}/done`."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, todo_id: str) -> None:
        form: dict[str, str] = req.context.form
        name, note, seen = req.context.session.name, note_said(form), said(form, "seen")

        def close() -> None:
            self._desk.parts.todos.close(todo_id, name, note, lambda what: seen in (None, digest(what)))

        self.attempt(req, resp, close, _closed(todo_id))


def _closed(todo_id: str) -> str:
    """What came of it: to close a to-do sends no goods."""
    kind, _, about = todo_id.partition(":")
    if kind in _IN_QUEUE:
        return f"The to-do about {about} is put away. Its goods stand in the queue as they did."
    return "It is done."


def digest(what: str) -> str:
    """What a to-do said, for the form on its page: it may say something else before that is sent."""
    return hashlib.sha256(what.encode("utf-8", "backslashreplace")).hexdigest()[:16]
