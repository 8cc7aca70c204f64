import asyncio

import pytest

from adapters.simulator.delivery import checked_listener, posting_to
from tests.adapters.little_server import Server, http, saying, serving


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/ipn",
        "https://127.0.0.1/ipn",
        "http://10.0.0.1:8000/ipn",
        "http://127.0.0.1.example.com/ipn",
        "http://[::1/ipn",
        "127.0.0.1:8000",
        "",
    ],
)
def test_only_a_listener_on_loopback_is_played_to(url: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|no address"):
        checked_listener(url)


def test_a_body_arrives_as_it_is_as_paypal_would_bring_it() -> None:
    async def walk() -> tuple[Server, list[int | None]]:
        async with (
            serving(saying(http(b"", "503 Service Unavailable"), then_read_on=True)) as server,
            posting_to(server.url) as post,
        ):
            return server, [await post(b"a=%F6&b=+"), await post(b"")]

    server, statuses = asyncio.run(walk())
    assert statuses == [503, 503]
    assert server.bodies == [b"a=%F6&b=+", b""]
    assert server.connections == 2
    assert b"User-Agent: PayPal IPN ( https://www.paypal.com/ipn )\r\n" in server.heads[0]
    assert b"Content-Type: application/x-www-form-urlencoded\r\n" in server.heads[0]


def test_where_nobody_is_there_is_no_status() -> None:
    async def walk() -> int | None:
        async with serving(saying()) as server:
            url = server.url
        async with posting_to(url) as post:
            return await post(b"a=1")

    assert asyncio.run(walk()) is None
