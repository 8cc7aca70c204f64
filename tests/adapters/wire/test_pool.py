"""Connections used again, thrown away and kept apart, by the hundred; what a server may try with them."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from adapters.wire.pool import Wire
from tests.adapters.little_server import Behaviour, Server, http, saying, serving
from tests.adapters.wire_loops import Run, on_both_loops

SAID = http(b"VERIFIED")


def a_wire(url: str, **limits: Any) -> Wire:
    usual = {"connect_seconds": 5.0, "read_seconds": 5.0, "keep_alive_seconds": 30.0, "body_bytes_max": 1024}
    return Wire(httpx.URL(url), tls=httpx.create_ssl_context(trust_env=False), **usual | limits)


@asynccontextmanager
async def wired(behave: Behaviour, **limits: Any) -> AsyncIterator[tuple[Server, Wire]]:
    async with serving(behave) as server, a_wire(server.url, **limits) as wire:
        yield server, wire


async def posted(wire: Wire, url: str, content: bytes = b"a=1", **headers: str) -> bytes:
    stream = httpx.ByteStream(content)
    response = await wire.handle_async_request(httpx.Request("POST", url, headers=headers, stream=stream))
    return await response.aread()


async def until(true: Any) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 — what is waited for is the loop's own work
            await asyncio.sleep(0.01)


@on_both_loops
def test_it_is_a_transport_for_a_client_of_httpx(run: Run) -> None:
    async def behave(_server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        writer.write(http(b"VERIFIED", more=b"X-Said: a\r\nX-Said: b\r\n"))
        return True

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a="
        yield b"1"

    async def walk() -> None:
        async with serving(behave) as server, httpx.AsyncClient(transport=a_wire(server.url)) as client:
            for content in (b"a=1", pieces()):
                answer = await client.post(server.url, content=content)
                assert (answer.status_code, answer.text) == (200, "VERIFIED")
                assert answer.headers.get_list("x-said") == ["a", "b"]
            assert (server.bodies, server.connections) == ([b"a=1", b"a=1"], 1)

    run(walk())


@pytest.mark.parametrize("name", ["Content-Length", "content-length", "Transfer-Encoding"])
def test_a_length_is_said_once_and_is_ours(name: str) -> None:
    wire = a_wire("http://127.0.0.1:1/")
    stream = httpx.ByteStream(b"a=1")
    request = httpx.Request("POST", "http://127.0.0.1:1/", headers={name: "chunked"}, stream=stream)
    said = wire._in_bytes(request, b"a=1").lower()
    assert b"chunked" not in said
    assert said.count(b"content-length: 3\r\n") == said.count(b"length") == 1


@on_both_loops
def test_hundreds_at_once_and_the_last_back_is_the_first_out(run: Run) -> None:
    async def behave(_server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        await asyncio.sleep(0.05)
        writer.write(SAID)
        return True

    async def walk() -> None:
        async with wired(behave) as (server, wire):
            for _ in range(2):
                heard = await asyncio.gather(*(posted(wire, server.url, b"%d" % n) for n in range(200)))
                assert set(heard) == {b"VERIFIED"}
                assert server.connections == len(wire._idle) == 200
            last = wire._idle[-1]
            await posted(wire, server.url)
            assert wire._idle[-1] is last
            assert len(server.bodies) == 401

    run(walk())


@on_both_loops
def test_each_of_many_hears_its_own_answer(run: Run) -> None:
    async def behave(server: Server, writer: asyncio.StreamWriter, nth: int) -> bool:
        asked = server.bodies[-1]
        await asyncio.sleep(int(asked) % 7 / 1000)
        said = http(asked)
        # Some say more than they were asked, some break off, some close behind their answer.
        odd = int(asked) % 5
        writer.write(said + http(b"another's") if odd == 1 else said[:-1] if odd == 2 and nth > 1 else said)
        return odd not in (2, 3)

    async def one(wire: Wire, url: str, numbers: range) -> None:
        for n in numbers:
            try:
                assert await posted(wire, url, b"%d" % n) == b"%d" % n
            except httpx.RemoteProtocolError:
                assert n % 5 == 2

    async def walk() -> None:
        async with wired(behave) as (server, wire):
            await asyncio.gather(*(one(wire, server.url, range(k, 600, 12)) for k in range(12)))

    run(walk())


TWICE = {
    "at once": [SAID + http(b"INVALID")],
    "begun": [SAID + b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nINV"],
    "a moment later": [SAID, http(b"INVALID")],
    "a line's end": [SAID + b"\r\n"],
    "junk": [SAID, b"\0"],
}


@on_both_loops
@pytest.mark.parametrize("pieces", TWICE.values(), ids=TWICE.keys())
def test_a_second_answer_is_never_taken_for_the_next_one(run: Run, pieces: list[bytes]) -> None:
    async def behave(server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        for piece in pieces if server.connections == 1 else [SAID]:
            writer.write(piece)
            await asyncio.sleep(0.01)
        return True

    async def walk() -> None:
        async with wired(behave) as (server, wire):
            assert await posted(wire, server.url) == b"VERIFIED"
            await asyncio.sleep(0.05)
            for _ in range(3):
                assert await posted(wire, server.url) == b"VERIFIED"
            assert (server.connections, len(server.bodies)) == (2, 4)

    run(walk())


@on_both_loops
def test_junk_is_no_answer_and_its_connection_not_kept(run: Run) -> None:
    async def walk() -> None:
        async with wired(saying(os.urandom(5000), then_read_on=True)) as (server, wire):
            for n in (1, 2):
                with pytest.raises(httpx.RemoteProtocolError):
                    await posted(wire, server.url)
                assert (server.connections, wire._idle) == (n, [])

    run(walk())


@on_both_loops
def test_a_kept_connection_that_resets_is_replaced_once(run: Run) -> None:
    async def behave(server: Server, writer: asyncio.StreamWriter, nth: int) -> bool:
        if nth == 2:
            writer.transport.abort()
            return False
        writer.write(SAID)
        return True

    async def walk() -> None:
        async with wired(behave) as (server, wire):
            for _ in range(3):
                assert await posted(wire, server.url) == b"VERIFIED"
            assert (server.connections, len(server.bodies)) == (3, 5)

    run(walk())


@on_both_loops
def test_a_large_body_arrives_whole(run: Run) -> None:
    body = os.urandom(5_000_000)

    async def walk() -> None:
        async with wired(saying(SAID, then_read_on=True)) as (server, wire):
            for _ in range(2):
                assert await posted(wire, server.url, body) == b"VERIFIED"
            assert server.bodies == [body, body]
            assert server.connections == 1

    run(walk())


@on_both_loops
def test_what_nobody_comes_back_to_is_closed(run: Run) -> None:
    async def walk() -> None:
        async with wired(saying(SAID, then_read_on=True), keep_alive_seconds=0.05) as (server, wire):
            await asyncio.gather(*(posted(wire, server.url) for _ in range(3)))
            await until(lambda: not wire._idle and wire._sweep is None)
            assert await posted(wire, server.url) == b"VERIFIED"
            # Too old, though nobody has swept yet.
            kept = wire._idle[0]
            kept.kept_until = 0.0
            assert await posted(wire, server.url) == b"VERIFIED"
            assert server.connections == 5
            assert not kept.is_open

    run(walk())


@on_both_loops
def test_it_leads_to_one_place_and_writes_one_head(run: Run) -> None:
    async def walk() -> None:
        async with wired(saying(SAID)) as (server, wire):
            for url in ("http://127.0.0.1:1/", server.url.replace("http", "https"), "http://localhost/"):
                with pytest.raises(httpx.UnsupportedProtocol):
                    await posted(wire, url)
            for value in ("a\r\nX: y", "a\nX: y", "a\rX"):
                with pytest.raises(httpx.LocalProtocolError):
                    await posted(wire, server.url, agent=value)
            assert server.connections == 0

    run(walk())


@on_both_loops
def test_after_closing_nothing_stays_open(run: Run) -> None:
    async def walk() -> None:
        async with serving(saying(SAID, then_read_on=True)) as server:
            wire = a_wire(server.url)
            await asyncio.gather(*(posted(wire, server.url) for _ in range(3)))
            lines = list(wire._idle)
            under_way = asyncio.create_task(posted(wire, server.url))
            await asyncio.sleep(0)
            await wire.aclose()
            assert await under_way == b"VERIFIED"
            assert wire._idle == []
            await until(lambda: all(line.gone.is_set() for line in lines))

    run(walk())
