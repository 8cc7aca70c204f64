"""One connection: what it hears between answers, before the end of a question, and when it breaks."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from adapters.wire.answer import AnswerReader
from adapters.wire.line import Line
from tests.adapters.little_server import http
from tests.adapters.wire_loops import Run, on_both_loops

SAID = http(b"VERIFIED")


class Peer:
    """The other end, held in the hand."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    async def hears(self, count: int = 1) -> None:
        heard = 0
        while heard < count:
            heard += len(await asyncio.get_running_loop().sock_recv(self.end, 1 << 16))

    def resets(self) -> None:
        self.end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.end.close()


@asynccontextmanager
async def connected(read_seconds: float = 5.0) -> AsyncIterator[tuple[Line, Peer]]:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        dialling = asyncio.create_task(
            loop.create_connection(
                lambda: Line(AnswerReader(1024), read_seconds), "127.0.0.1", listening.getsockname()[1]
            )
        )
        end, _ = await loop.sock_accept(listening)
        with end:
            end.settimeout(0)
            _, line = await dialling
            try:
                yield line, Peer(end)
            finally:
                line.close()
                await line.gone.wait()


async def answered(line: Line, peer: Peer, *said: bytes) -> bytes:
    asking = asyncio.create_task(line.ask(b"a question"))
    await peer.hears()
    for piece in said:
        peer.end.send(piece)
        await asyncio.sleep(0)
    return bytes((await asking).body)


@on_both_loops
def test_it_is_asked_again_and_again(run: Run) -> None:
    async def walk() -> None:
        async with connected() as (line, peer):
            for word in (b"VERIFIED", b"INVALID", b""):
                assert await answered(line, peer, http(word)[:20], http(word)[20:]) == word
                assert line.is_quiet

    run(walk())


@on_both_loops
@pytest.mark.parametrize("early", [SAID, b"\r\n", b"x"])
def test_what_nobody_asked_for_is_seen_before_it_can_be_taken_for_an_answer(run: Run, early: bytes) -> None:
    async def walk() -> None:
        async with connected() as (line, peer):
            await answered(line, peer, SAID)
            # The loop has no chance to read it before the next question would be asked.
            peer.end.send(early)
            assert line.is_open
            assert not line.is_quiet
            # And where it has, the connection is closed.
            await asyncio.wait_for(line.gone.wait(), 5)
            assert not line.is_open

    run(walk())


@on_both_loops
def test_a_farewell_is_seen_at_once(run: Run) -> None:
    async def walk() -> None:
        async with connected() as (line, peer):
            await answered(line, peer, SAID)
            peer.end.close()
            assert not line.is_quiet
            await asyncio.wait_for(line.gone.wait(), 5)
            with pytest.raises(httpx.ReadError):
                await line.ask(b"a question")

    run(walk())


@on_both_loops
def test_two_answers_at_once_are_one_and_the_end(run: Run) -> None:
    async def walk() -> None:
        async with connected() as (line, peer):
            assert await answered(line, peer, SAID + http(b"INVALID")) == b"VERIFIED"
            assert not line.is_open

    run(walk())


@on_both_loops
@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Len", SAID[:-1]])
def test_a_reset_in_the_middle_is_an_error(run: Run, begun: bytes) -> None:
    async def walk() -> None:
        async with connected() as (line, peer):
            asking = asyncio.create_task(line.ask(b"a question"))
            await peer.hears()
            if begun:
                peer.end.send(begun)
            peer.resets()
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                await asking
            assert not line.is_open

    run(walk())


@on_both_loops
def test_an_answer_without_a_length_is_not_whole_when_it_ends_with_a_reset(run: Run) -> None:
    async def walk() -> None:
        async with connected() as (line, peer):
            asking = asyncio.create_task(line.ask(b"a question"))
            await peer.hears()
            peer.end.send(b"HTTP/1.1 200 OK\r\n\r\nVERI")
            while not line.answer.body:  # noqa: ASYNC110 — it is the loop's own work
                await asyncio.sleep(0)
            peer.resets()
            with pytest.raises(httpx.ReadError):
                await asking

    run(walk())


@on_both_loops
def test_an_early_answer_is_heard_and_the_connection_closed(run: Run) -> None:
    too_much = http(b"too large", "413 Content Too Large")

    async def walk() -> None:
        async with connected() as (line, peer):
            asking = asyncio.create_task(line.ask(b"x" * 30_000_000))
            await peer.hears()
            peer.end.send(too_much)
            answer = await asyncio.wait_for(asking, 5)
            assert (answer.status, bytes(answer.body)) == (413, b"too large")
            assert not line.is_open

    run(walk())


@on_both_loops
def test_whoever_reads_nothing_has_its_time(run: Run) -> None:
    async def walk() -> None:
        async with connected(read_seconds=0.1) as (line, _):
            with pytest.raises(httpx.ReadTimeout):
                await line.ask(b"x" * 30_000_000)
            assert not line.is_open

    run(walk())


@on_both_loops
def test_time_counts_from_the_last_byte(run: Run) -> None:
    async def walk() -> None:
        async with connected(read_seconds=0.5) as (line, peer):
            for _ in range(2):
                asking = asyncio.create_task(line.ask(b"a question"))
                await peer.hears()
                for piece in (SAID[:10], SAID[10:20], SAID[20:]):
                    await asyncio.sleep(0.2)
                    peer.end.send(piece)
                assert bytes((await asking).body) == b"VERIFIED"
            # Between questions nothing is waited for.
            await asyncio.sleep(0.6)
            assert line.is_quiet

    run(walk())


@on_both_loops
def test_a_question_given_up_closes_it(run: Run) -> None:
    async def walk() -> None:
        async with connected() as (line, peer):
            asking = asyncio.create_task(line.ask(b"a question"))
            await peer.hears()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert not line.is_open

    run(walk())


def test_a_line_that_was_never_connected_is_gone() -> None:
    line = Line(AnswerReader(1024), 5.0)
    line.close()
    assert line.gone.is_set()
    assert not line.is_quiet
