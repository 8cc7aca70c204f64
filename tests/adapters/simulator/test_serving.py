import asyncio
import socket

import pytest

from adapters.simulator.delivery import posting_to
from adapters.simulator.serving import BODY_BYTES_MAX, Reply, Request, serving


async def asked(port: int, said: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(said)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def nothing(_: Request) -> Reply:
    return Reply()


def test_it_answers_while_the_block_lasts_and_not_after() -> None:
    async def walk() -> list[int | None]:
        async with serving(nothing, 0) as port, posting_to(f"http://127.0.0.1:{port}/") as post:
            during = await post(b"a=1")
        async with posting_to(f"http://127.0.0.1:{port}/") as post:
            return [during.status, (await post(b"a=1")).status]

    assert asyncio.run(walk()) == [200, None]


def test_a_request_is_handed_over_whole_and_one_connection_may_bring_several() -> None:
    heard: list[Request] = []

    async def answer(request: Request) -> Reply:
        heard.append(request)
        return Reply(body=request.body, headers=(("X-Way", "back"),))

    async def walk() -> bytes:
        async with serving(answer, 0) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in (b"POST /x?y HTTP/1.1\r\nUser-Agent: me\r\nContent-Le", b"ngth: 4\r\n\r\na=", b"%F"):
                writer.write(piece)
                await asyncio.sleep(0)
            said = await reader.readuntil(b"a=%F")
            writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            said += await reader.read()
            writer.close()
            return said

    said = asyncio.run(walk())
    assert [(one.method, one.path, one.body) for one in heard] == [
        ("POST", "/x?y", b"a=%F"),
        ("GET", "/", b""),
    ]
    assert heard[0].headers["user-agent"] == "me"
    assert said.startswith(b"HTTP/1.1 200 OK\r\nX-Way: back\r\nContent-Length: 4\r\n\r\na=%F")
    assert said.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(
    ("reply", "said"), [(None, b""), (Reply(body=b"VERIFIED", cut=3), b"Content-Length: 8\r\n\r\nVER")]
)
def test_it_can_close_without_a_word_and_in_the_middle_of_one(reply: Reply | None, said: bytes) -> None:
    async def answer(_: Request) -> Reply | None:
        return reply

    async def walk() -> bytes:
        async with serving(answer, 0) as port:
            return await asked(port, b"GET / HTTP/1.1\r\n\r\n")

    assert asyncio.run(walk()).endswith(said)


@pytest.mark.parametrize(
    "said",
    [
        b"what?\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (2**21) + b"a" * (BODY_BYTES_MAX + 1),
    ],
)
def test_what_is_no_request_is_not_answered(said: bytes) -> None:
    async def walk() -> bytes:
        async with serving(nothing, 0) as port:
            return await asked(port, said)

    assert asyncio.run(walk()) == b""


def test_it_ends_though_answers_are_still_on_their_way() -> None:
    async def walk() -> bytes:
        heard, never = asyncio.Event(), asyncio.Event()

        async def answer(_: Request) -> Reply:
            heard.set()
            await never.wait()
            raise AssertionError("nobody set it")

        async with serving(answer, 0) as port:
            asking = asyncio.create_task(asked(port, b"GET / HTTP/1.1\r\n\r\n"))
            await heard.wait()
        return await asking

    assert asyncio.run(walk()) == b""


def test_a_port_that_is_taken_is_said() -> None:
    async def walk(port: int) -> None:
        async with serving(nothing, port):
            raise AssertionError("it came up")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            asyncio.run(walk(taken.getsockname()[1]))


def test_what_fails_in_the_block_comes_out_of_it() -> None:
    async def walk() -> None:
        async with serving(nothing, 0):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(walk())
