"""One delivery, with everything that is kept of it."""

import base64

import pytest
from sqlalchemy import delete, update

from adapters.delivered import BodyDamagedError
from adapters.queries import delivery
from adapters.tables import deliveries
from adapters.times import to_us
from tests.adapters.conftest import BODY, NOON, Shelf


def test_it_shows_bytes_fields_post_backs_and_events(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="recorded", attempts=2)
    shelf.asked(1, 2)
    shelf.asked(1, 1, "unknown", "<html>")
    shelf.became(1, 1)
    found = shelf.queries.notification(1)
    assert found is not None
    assert base64.b64decode(found["raw"]) == BODY
    assert found["fields"][0] == ["txn_id", "61E67681CH3238416"]
    assert found["fields"][-1] == ["first_name", "André"]
    assert [(each["attempt"], each["verdict"], each["answer"]) for each in found["post_backs"]] == [
        (1, "unknown", "<html>"),
        (2, "verified", "VERIFIED"),
    ]
    assert found["post_backs"][0]["time"] == "2026-11-20T12:00:00Z"
    assert (found["post_backs"][0]["status"], found["post_backs"][0]["seconds"]) == (200, 0.25)
    assert found["events"] == [{"stream": "61E", "version": 1, "type": "PaymentCompleted"}]


def test_one_that_nobody_has_looked_at_shows_its_bytes(shelf: Shelf) -> None:
    n = shelf.deliver(b"\x00\xff&=%&a")
    found = shelf.queries.notification(n)
    assert found is not None
    assert (found["outcome"], found["verdict"], found["post_backs"]) == ("waiting", "unknown", [])
    assert found["purged_at"] is None
    assert base64.b64decode(found["raw"]) == b"\x00\xff&=%&a"


@pytest.mark.parametrize("gone", [True, False])
def test_one_whose_bytes_were_purged_is_still_shown(shelf: Shelf, *, gone: bool) -> None:
    """A purge that was killed may have left them: nobody is shown them any more."""
    shelf.take_in(shelf.deliver(), outcome="invalid", verdict="invalid", purged_us=to_us(NOON))
    shelf.asked(1, 1, "invalid", "INVALID")
    if gone:
        with shelf.inbox.begin() as inbox:
            inbox.execute(delete(deliveries))
    found = shelf.queries.notification(1)
    assert found is not None
    assert (found["raw"], found["fields"], found["outcome"]) == (None, [], "invalid")
    assert found["purged_at"] == "2026-11-20T12:00:00Z"
    assert [each["answer"] for each in found["post_backs"]] == ["INVALID"]


def test_one_that_the_inbox_has_lost_is_still_shown(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), outcome="invalid", verdict="invalid")
    with shelf.inbox.begin() as inbox:
        inbox.execute(delete(deliveries))
    found = shelf.queries.notification(1)
    assert found is not None
    assert (found["raw"], found["fields"], found["purged_at"]) == (None, [], None)


def test_a_number_that_was_never_given_is_none(shelf: Shelf) -> None:
    assert shelf.queries.notification(1) is None
    assert shelf.queries.notification(2**63 - 1) is None


def test_headers_are_shown_in_the_order_in_which_they_came(shelf: Shelf) -> None:
    n = shelf.deliver()
    with shelf.inbox.begin() as inbox:
        inbox.execute(update(deliveries).values(headers='[["Host","a"],["X","é"],["Host","b"]]'))
    assert shelf.queries.headers(n) == [["Host", "a"], ["X", "é"], ["Host", "b"]]
    assert shelf.queries.headers(9) == []


def test_for_a_page_one_whose_bytes_do_not_open_is_told_without_them(shelf: Shelf) -> None:
    n = shelf.deliver()

    def damaged(_n: int, _name: str, _stored: bytes) -> bytes | None:
        raise BodyDamagedError("the seal is broken")

    with shelf.book.connect() as book, shelf.inbox.begin() as inbox:
        assert delivery.shown(book, inbox, n + 1, damaged) is None
        whole = delivery.shown(book, inbox, n, damaged)
        inbox.execute(update(deliveries).values(sealed_by="key"))
        found = delivery.shown(book, inbox, n, damaged)
    assert whole is not None
    assert (whole["damaged"], whole["forgotten"]) == (None, False)
    assert found is not None
    assert (found["damaged"], found["forgotten"]) == ("the seal is broken", False)
    assert (found["raw"], found["fields"], found["outcome"]) == (None, [], "waiting")
