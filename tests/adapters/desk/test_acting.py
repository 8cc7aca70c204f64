from typing import Any

import falcon
import pytest
from falcon.testing import create_req

from adapters.api.access import Role
from adapters.desk.acting import ActPage
from adapters.desk.desk import Desk
from adapters.desk.sessions import News
from adapters.todo_acts import TodoClosedError, UnknownTodoError
from domain.acting import Acting, ActRefusedError, NoSuchCaseError
from tests.adapters.desk.conftest import Browser
from tests.given import payment


class Told:
    """An act page, and what it told in the end."""

    def __init__(self, browser: Browser) -> None:
        self.desk = Desk(browser.living.parts)
        self.page = ActPage(self.desk)
        self.req = create_req(method="POST")
        self.req.context.session = self.desk.sessions.renamed(self.desk.sessions.begin(Role.OPERATOR), "Ann")
        self.req.context.form = {}
        self.resp = falcon.Response()

    @property
    def news(self) -> News | None:
        assert self.resp._cookies is not None
        text = str(self.resp._cookies["counterfoil_news"].value)
        return self.desk.sessions.read_news(self.req.context.session, text)


@pytest.fixture
def told(browser: Browser) -> Told:
    return Told(browser)


def test_what_is_done_is_recorded_under_the_name_of_whoever_signed_in(browser: Browser, told: Told) -> None:
    browser.workshop.deliver(payment("T1"))
    told.page.decide(
        told.req, told.resp, "T1", lambda acting, stream: acting.claim(stream, seconds=60), "You have it."
    )
    assert told.news == News("done", "You have it.")
    browser.workshop.follower.follow()
    assert browser.get("/desk/transactions.json").json["items"][0]["fulfillment"] == "claimed"
    assert browser.living.parts.book.history("T1")[-1]["by"] == "Ann"


def test_of_a_transaction_that_there_is_not_it_is_said(told: Told) -> None:
    def never(_acting: Acting, _stream: str) -> None:
        raise AssertionError

    told.page.decide(told.req, told.resp, "T9", never, "done")
    assert told.news == News("refused", "There is no transaction T9.")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ActRefusedError("bob holds it until noon"), "Bob holds it until noon"),
        (NoSuchCaseError("PP-1"), "There is no case PP-1 of this transaction."),
        (UnknownTodoError("x"), "There is no such to-do any more."),
        (TodoClosedError("It was closed by Bob."), "It was closed by Bob."),
    ],
)
def test_what_refuses_an_act_is_told_in_words(told: Told, error: Exception, said: str) -> None:
    def refuse() -> Any:
        raise error

    told.page.attempt(told.req, told.resp, refuse, "done")
    assert told.news == News("refused", said)
    assert told.resp.status == falcon.HTTP_SEE_OTHER
