import asyncio

import pytest

from adapters.simulator.delivery import Answer, checked_loopback, posting_to
from tests.adapters.little_server import Behaviour, Server, http, saying, serving

OK = http(b"")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/ipn",
        "https://127.0.0.1/ipn",
        "http://10.0.0.1:8000/ipn",
        "http://127.0.0.1.example.com/ipn",
        "http://[::1/ipn",
        "http://127.0.0.1:99999/ipn",
        "127.0.0.1:8000",
        "",
    ],
)
def test_only_what_is_on_loopback_is_played_to(url: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|no address"):
        checked_loopback(url)


def test_a_body_arrives_as_it_is_as_paypal_would_bring_it() -> None:
    server, answers = posted(
        saying(http(b"", "503 Service Unavailable"), then_read_on=True), b"a=%F6&b=+", b""
    )
    assert [answer.status for answer in answers] == [503, 503]
    assert server.bodies == [b"a=%F6&b=+", b""]
    assert server.connections == 2
    assert server.heads[0].startswith(b"POST /cgi-bin/webscr HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"User-Agent: PayPal IPN ( https://www.paypal.com/ipn )\r\n" in server.heads[0]
    assert b"Content-Type: application/x-www-form-urlencoded\r\n" in server.heads[0]
    assert all(answer.seconds > 0.0 for answer in answers)


def test_connections_are_kept_when_that_is_wanted_as_long_as_the_other_side_keeps_them() -> None:
    server, answers = posted(saying(OK, then_read_on=True), b"a", b"b", b"c", keep_alive=True)
    assert ([answer.status for answer in answers], server.connections) == ([200] * 3, 1)
    closing = http(b"", more=b"Connection: close\r\n")
    server, answers = posted(saying(closing), b"a", b"b", keep_alive=True)
    assert ([answer.status for answer in answers], server.connections) == ([200] * 2, 2)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal",
        b"no HTTP at all\r\n\r\n",
    ],
)
def test_half_an_answer_is_none(said: bytes) -> None:
    _, answers = posted(saying(said), b"a")
    assert answers[0].status is None


def test_where_nobody_is_there_is_no_status() -> None:
    async def walk() -> Answer:
        async with serving(saying()) as server:
            url = server.url
        async with posting_to(url) as post:
            return await post(b"a=1")

    assert asyncio.run(walk()).status is None


def posted(behave: Behaviour, *bodies: bytes, keep_alive: bool = False) -> tuple[Server, list[Answer]]:
    async def walk() -> tuple[Server, list[Answer]]:
        async with serving(behave) as server, posting_to(server.url, keep_alive=keep_alive) as post:
            return server, [await post(body) for body in bodies]

    return asyncio.run(walk())
