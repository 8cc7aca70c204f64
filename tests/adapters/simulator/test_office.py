import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from adapters.simulator.office import OfficeError, office_at
from adapters.simulator.serving import Answering, Reply, Request, serving


def asked(answering: Answering, ask: Callable[..., Any], away_seconds_max: float = 10.0) -> Any:
    async def walk() -> Any:
        async with (
            serving(answering, 0) as port,
            office_at(f"http://127.0.0.1:{port}", "secret", away_seconds_max=away_seconds_max) as office,
        ):
            return await ask(office)

    return asyncio.run(walk())


def saying(*replies: Reply | None) -> tuple[Answering, list[Request]]:
    heard: list[Request] = []

    async def answer(request: Request) -> Reply | None:
        heard.append(request)
        return replies[min(len(heard), len(replies)) - 1]

    return answer, heard


def document(found: Any) -> Reply:
    return Reply(body=json.dumps(found).encode())


def test_it_asks_with_its_token() -> None:
    answering, heard = saying(document({"a": 1}))
    assert asked(answering, lambda office: office.ask("/api/status", since="x y")) == {"a": 1}
    assert (heard[0].path, heard[0].headers["authorization"]) == ("/api/status?since=x+y", "Bearer secret")


def test_what_is_not_there_is_nothing() -> None:
    answering, _ = saying(Reply(status=HTTPStatus.NOT_FOUND))
    assert asked(answering, lambda office: office.ask("/api/x")) is None


def test_an_office_that_is_away_is_asked_again() -> None:
    away = Reply(status=HTTPStatus.SERVICE_UNAVAILABLE)
    answering, heard = saying(None, away, Reply(body=b"half", cut=1), document([1]))
    assert asked(answering, lambda office: office.ask("/api/x")) == [1]
    assert len(heard) == 4


@pytest.mark.parametrize("reply", [None, Reply(status=HTTPStatus.SERVICE_UNAVAILABLE)])
def test_an_office_that_stays_away_is_an_error(reply: Reply | None) -> None:
    answering, _ = saying(reply)
    with pytest.raises(OfficeError, match="does not answer"):
        asked(answering, lambda office: office.ask("/api/x"), away_seconds_max=0.0)


def test_a_wrong_token_is_an_error_at_once() -> None:
    answering, heard = saying(Reply(status=HTTPStatus.UNAUTHORIZED))
    with pytest.raises(OfficeError, match="401 to /api/x: is the token right"):
        asked(answering, lambda office: office.ask("/api/x"))
    assert len(heard) == 1


def test_what_speaks_no_json_is_no_office() -> None:
    answering, _ = saying(Reply(body=b"<html>"))
    with pytest.raises(OfficeError, match="/api/x is no office: expected JSON"):
        asked(answering, lambda office: office.ask("/api/x"))


def test_a_list_is_read_to_its_end() -> None:
    answering, heard = saying(
        document({"items": [1, 2], "next": "more"}), document({"items": [3], "next": None})
    )
    assert asked(answering, lambda office: office.pages("/api/things", since="then")) == [1, 2, 3]
    assert [one.path for one in heard] == [
        "/api/things?limit=500&since=then",
        "/api/things?limit=500&since=then&cursor=more",
    ]


def test_a_list_that_is_not_there_is_an_error() -> None:
    answering, _ = saying(Reply(status=HTTPStatus.NOT_FOUND))
    with pytest.raises(OfficeError, match="has no /api/things"):
        asked(answering, lambda office: office.pages("/api/things"))


def test_a_token_does_not_leave_this_machine() -> None:
    async def walk() -> None:
        async with office_at("http://example.com", "secret"):
            raise AssertionError("it came in")

    with pytest.raises(ValueError, match="loopback"):
        asyncio.run(walk())
