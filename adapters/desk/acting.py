"""Acts from pages: a form is one act of whoever signed in; what came of it is told where it came from."""

from collections.abc import Callable
from typing import Any

import falcon

from adapters.desk.desk import Desk
from adapters.desk.sessions import News
from adapters.todo_acts import TodoClosedError, UnknownTodoError
from domain.acting import Acting, ActRefusedError, NoSuchCaseError

# Why an act was not done, in words that its answer is shown with.
REFUSALS = (ActRefusedError, NoSuchCaseError, TodoClosedError, UnknownTodoError)


class ActPage:
    """What is alike in all acts on goods and cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def decide(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        txn_id: str,
        act: Callable[[Acting, str], None],
        done: str,
    ) -> None:
        """Do it to the transaction that an id leads to; `done` says that it was."""
        stream = self._desk.parts.book.lead(txn_id)
        if stream is None:
            self._desk.leave(req, resp, News("refused", f"There is no transaction {txn_id}."))
            return
        name = req.context.session.name
        self.attempt(
            req, resp, lambda: self._desk.parts.acts.act(name, lambda acting: act(acting, stream)), done
        )

    def attempt(self, req: falcon.Request, resp: falcon.Response, act: Callable[[], Any], done: str) -> None:
        """Do something and go back to the page; what refuses it is told there."""
        try:
            act()
        except REFUSALS as error:
            self._desk.leave(req, resp, News("refused", _said(error)))
        else:
            self._desk.leave(req, resp, News("done", done))


def _said(error: Exception) -> str:
    match error:
        case NoSuchCaseError():
            return f"There is no case {error} of this transaction."
        case UnknownTodoError():
            return "There is no such to-do any more."
        case _:
            text = str(error)
            return text[:1].upper() + text[1:]
