import asyncio
import socket

import falcon.asgi
import pytest

from adapters.simulator.delivery import posting_to
from adapters.simulator.serving import serving


def test_it_answers_while_the_block_lasts_and_not_after() -> None:
    async def walk() -> list[int | None]:
        async with serving(falcon.asgi.App(), 0) as port, posting_to(f"http://127.0.0.1:{port}/") as post:
            during = await post(b"a=1")
        async with posting_to(f"http://127.0.0.1:{port}/") as post:
            return [during, await post(b"a=1")]

    assert asyncio.run(walk()) == [404, None]


def test_a_port_that_is_taken_is_said() -> None:
    async def walk(port: int) -> None:
        async with serving(falcon.asgi.App(), port):
            raise AssertionError("it came up")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            asyncio.run(walk(taken.getsockname()[1]))


def test_what_fails_in_the_block_comes_out_of_it() -> None:
    async def walk() -> None:
        async with serving(falcon.asgi.App(), 0):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(walk())
