"""A closed loop: asks again when it was answered, whatever the answer and however it comes."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from scripts.checks import free_port
from scripts.measuring.asking import NO_ANSWER, Asker, is_whole

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Loop:
    """Asks so many times, and remembers the answers."""

    def __init__(self, port: int, count: int, *, kept_alive: bool) -> None:
        self.host, self.port, self.kept_alive = "127.0.0.1", port, kept_alive
        self.count = count
        self.asked = 0
        self.waits = 3
        self.statuses: list[int] = []
        self.done = asyncio.Event()

    def may(self) -> bool:
        self.waits -= 1
        return self.waits < 0

    def next(self, now: float) -> tuple[int, bytes] | None:
        assert now > 0
        self.asked += 1
        return (self.asked, b"GET / HTTP/1.1\r\n\r\n") if self.asked <= self.count else None

    def heard(self, number: int, status: int, since: float, now: float) -> None:
        assert number == self.asked
        assert since <= now
        self.statuses.append(status)

    def left(self) -> None:
        self.done.set()


def asked(serve: Serve | None, *, count: int = 3, kept_alive: bool) -> list[int]:
    async def run() -> list[int]:
        if serve is None:
            loop = Loop(free_port(), count, kept_alive=kept_alive)
            Asker(loop).go_on()
            await loop.done.wait()
            return loop.statuses
        tasks = set()

        async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(asyncio.current_task())
            await serve(reader, writer)

        server = await asyncio.start_server(served, "127.0.0.1", 0)
        async with server:
            loop = Loop(server.sockets[0].getsockname()[1], count, kept_alive=kept_alive)
            Asker(loop).go_on()
            await loop.done.wait()
            await asyncio.gather(*filter(None, tasks))
        return loop.statuses

    return uvloop.run(asyncio.wait_for(run(), 10))


async def in_pieces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer 200, then 404, in three pieces each."""
    status = 200
    while await reader.readline():
        await reader.readline()
        assert not writer.is_closing()
        for piece in (b"HTTP/1.1 %d X\r\nContent-" % status, b"length: 4\r\n\r\na", b"bcd"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.001)
        status = 404
    writer.close()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.close()


@pytest.mark.parametrize(("kept_alive", "statuses"), [(True, [200, 404, 404]), (False, [200, 200, 200])])
def test_a_connection_is_kept_or_made_anew(*, kept_alive: bool, statuses: list[int]) -> None:
    assert asked(in_pieces, kept_alive=kept_alive) == statuses


@pytest.mark.parametrize("kept_alive", [True, False])
@pytest.mark.parametrize("serve", [hang_up, None])
def test_where_nobody_answers_it_goes_on(serve: Serve | None, *, kept_alive: bool) -> None:
    assert asked(serve, kept_alive=kept_alive) == [NO_ANSWER] * 3


@pytest.mark.parametrize(
    ("heard", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\n", False),
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\na", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", True),
    ],
)
def test_an_answer_is_as_long_as_it_says(heard: bytes, *, whole: bool) -> None:
    assert is_whole(heard) is whole
