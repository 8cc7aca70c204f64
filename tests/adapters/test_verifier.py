"""The post-back, against a real little server that answers thirty odd things."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.post_back_transport import ANSWER_BYTES_MAX, Answer, PostBackTransport
from adapters.verifier import (
    POST_BACKS_MAX,
    PREFIX,
    PostBack,
    Verifier,
    default_user_agent,
    in_short,
    post_backs_max,
    verdict_of,
)
from domain.vocabulary import Verdict
from tests.adapters.little_server import Behaviour, Server, http, saying, serving

NOW = datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)


def verifier(url: str, **limits: Any) -> Verifier:
    return Verifier(url, clock=lambda: NOW, **limits)


@asynccontextmanager
async def asking(behave: Behaviour, **limits: Any) -> AsyncIterator[tuple[Server, Verifier]]:
    async with serving(behave) as server:
        asks = verifier(server.url, **limits)
        try:
            yield server, asks
        finally:
            await asks.aclose()


async def one_answer(behave: Behaviour, body: bytes = b"txn_id=1", **limits: Any) -> PostBack:
    async with asking(behave, **limits) as (_, asks):
        return await asks.ask(body)


VERIFIED = http(b"VERIFIED")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

ANSWERS: dict[str, tuple[tuple[bytes, ...], Verdict]] = {
    "the word": ((VERIFIED,), Verdict.VERIFIED),
    "the other word": ((http(b"INVALID"),), Verdict.INVALID),
    "white space at the ends": ((http(b" \r\n\tVERIFIED\n"),), Verdict.VERIFIED),
    "chunked in pieces": ((CHUNKED, b"3\r\nVER\r\n", b"5\r\nIFIED\r\n", b"0\r\n\r\n"), Verdict.VERIFIED),
    "until the connection closes": (
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nVERIFIED",),
        Verdict.VERIFIED,
    ),
    "HTTP/1.0": ((b"HTTP/1.0 200 OK\r\n\r\nINVALID",), Verdict.INVALID),
    "lower case": ((http(b"verified"),), Verdict.UNKNOWN),
    "title case": ((http(b"Invalid"),), Verdict.UNKNOWN),
    "nothing": ((http(b""),), Verdict.UNKNOWN),
    "white space alone": ((http(b" \n"),), Verdict.UNKNOWN),
    "a page": ((http(b"<html><body>VERIFIED</body></html>"),), Verdict.UNKNOWN),
    "a word more": ((http(b"VERIFIEDX"),), Verdict.UNKNOWN),
    "both words": ((http(b"INVALID VERIFIED"),), Verdict.UNKNOWN),
    "the word twice": ((http(b"VERIFIED\nVERIFIED"),), Verdict.UNKNOWN),
    "a NUL": ((http(b"VERIFIED\0"),), Verdict.UNKNOWN),
    "a byte order mark": ((http(b"\xef\xbb\xbfVERIFIED"),), Verdict.UNKNOWN),
    "a no-break space": ((http(b"VERIFIED\xa0"),), Verdict.UNKNOWN),
    "UTF-16": ((http("VERIFIED".encode("utf-16")),), Verdict.UNKNOWN),
    "quotes": ((http(b'"VERIFIED"'),), Verdict.UNKNOWN),
    "500": ((http(b"VERIFIED", "500 Internal Server Error"),), Verdict.UNKNOWN),
    "503": ((http(b"INVALID", "503 Service Unavailable"),), Verdict.UNKNOWN),
    "403": ((http(b"INVALID", "403 Forbidden"),), Verdict.UNKNOWN),
    "201": ((http(b"VERIFIED", "201 Created"),), Verdict.UNKNOWN),
    "206": ((http(b"VERIFIED", "206 Partial Content"),), Verdict.UNKNOWN),
    "204": ((b"HTTP/1.1 204 No Content\r\n\r\n",), Verdict.UNKNOWN),
    "compressed rubbish": (
        (http(b"\x1f\x8b\x08\0rubbish", more=b"Content-Encoding: gzip\r\n"),),
        Verdict.UNKNOWN,
    ),
    "the word compressed, which was not asked for": (
        (http(gzip.compress(b"VERIFIED"), more=b"Content-Encoding: gzip\r\n"),),
        Verdict.UNKNOWN,
    ),
    "cut short": ((b"HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\nVERIFIED",), Verdict.UNKNOWN),
    "chunks cut short": ((CHUNKED, b"8\r\nVERIFIED\r\n"), Verdict.UNKNOWN),
    "a closed connection": ((), Verdict.UNKNOWN),
    "half a head": ((b"HTTP/1.1 200 OK\r\nContent-Le",), Verdict.UNKNOWN),
    "no HTTP": ((b"VERIFIED\r\n",), Verdict.UNKNOWN),
    "too long": ((http(b"VERIFIED" + b" " * ANSWER_BYTES_MAX),), Verdict.UNKNOWN),
    "the word behind much space": ((http(b" " * 5000 + b"VERIFIED"),), Verdict.UNKNOWN),
    "two lengths": (
        (b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\nVERIFIED",),
        Verdict.UNKNOWN,
    ),
}


@pytest.mark.parametrize(("pieces", "verdict"), ANSWERS.values(), ids=ANSWERS.keys())
def test_only_the_exact_word_with_status_200_is_a_verdict(
    pieces: tuple[bytes, ...], verdict: Verdict
) -> None:
    heard = asyncio.run(one_answer(saying(*pieces)))
    assert heard.verdict is verdict
    assert heard.asked_at == NOW
    assert heard.seconds >= 0
    assert len(heard.answer) <= 200
    assert heard.answer.isprintable()


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    async def behave(_server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        writer.write(CHUNKED)
        while True:
            writer.write(b"8\r\nVERIFIED\r\n")
            await writer.drain()

    heard = asyncio.run(one_answer(behave))
    assert (heard.verdict, heard.status, len(heard.answer)) == (Verdict.UNKNOWN, 200, 200)


def test_a_server_that_does_not_answer_has_its_time() -> None:
    heard = asyncio.run(one_answer(saying(pause_seconds=0, then_read_on=True), read_seconds=0.1))
    assert heard == PostBack(
        verdict=Verdict.UNKNOWN,
        asked_at=NOW,
        status=None,
        answer="no answer within 0.1 s",
        seconds=heard.seconds,
    )
    assert 0.1 <= heard.seconds < 5


def test_a_slow_drip_ends_at_the_total_limit() -> None:
    drip = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", *([b"V"] * 8), pause_seconds=0.1)
    heard = asyncio.run(one_answer(drip, read_seconds=5.0, total_seconds=0.3))
    assert (heard.verdict, heard.answer) == (Verdict.UNKNOWN, "no answer within 0.3 s")
    assert heard.seconds < 5


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_head_byte_by_byte_for_ever_ends_at_the_total_limit(begun: bytes) -> None:
    async def behave(_server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        writer.write(begun or b"H")
        while not writer.is_closing():
            await asyncio.sleep(0.01)
            writer.write(b"a" if begun else b"")
        return False

    heard = asyncio.run(one_answer(behave, read_seconds=5.0, total_seconds=0.3))
    assert (heard.verdict, heard.status, heard.answer) == (Verdict.UNKNOWN, None, "no answer within 0.3 s")


def test_nobody_there_is_unknown_and_said_in_words() -> None:
    async def walk() -> PostBack:
        async with serving(saying(VERIFIED)) as server:
            url = server.url
        asks = verifier(url)
        try:
            return await asks.ask(b"a=1")
        finally:
            await asks.aclose()

    heard = asyncio.run(walk())
    assert (heard.verdict, heard.status) == (Verdict.UNKNOWN, None)
    assert heard.answer.startswith("no connection: ")


def test_whatever_breaks_inside_is_unknown_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_transport: PostBackTransport, _content: bytes) -> Answer:
        raise RuntimeError("line\nbroke")

    monkeypatch.setattr(PostBackTransport, "post", broken)
    heard = asyncio.run(verifier("http://127.0.0.1:1/").ask(b"a=1"))
    assert (heard.verdict, heard.answer) == (Verdict.UNKNOWN, "RuntimeError: line\\nbroke")


TRICKY = [
    b"",
    b"a=1&a=2&a=1",
    b"first_name=J%F6rg&last_name=&x=+y&z=%20",
    b"a=%3a&b=%3A&c=~*-._",
    b"address_street=Add+1%0D%0AAdd+2&not=1&notify_version=3.9",
    b"cmd=_notify-validate&txn_id=1",
    "name=Łódź".encode(),
    b"\x00\xff\xfe\r\n\r\nHTTP/1.1 200 OK\r\n\r\nVERIFIED",
    bytes(range(256)) * 64,
]


async def echoes(bodies: list[bytes]) -> list[bytes]:
    async with asking(saying(VERIFIED, then_read_on=True)) as (server, asks):
        heard = [await asks.ask(body) for body in bodies]
        assert all(one.verdict is Verdict.VERIFIED for one in heard)
        return server.bodies


@pytest.mark.parametrize("body", TRICKY)
def test_tricky_bodies_are_sent_back_byte_for_byte(body: bytes) -> None:
    assert asyncio.run(echoes([body])) == [b"cmd=_notify-validate&" + body]


@given(st.lists(st.binary(max_size=3000), max_size=5))
def test_any_body_is_sent_back_byte_for_byte(bodies: list[bytes]) -> None:
    assert asyncio.run(echoes(bodies)) == [PREFIX + body for body in bodies]


@pytest.mark.parametrize("agent", ["", "  ", "a\r\nX: y", "é"])
def test_a_user_agent_that_is_none_is_refused(agent: str) -> None:
    with pytest.raises(ValueError, match="user agent"):
        verifier("http://127.0.0.1:1/", user_agent=agent)


def test_many_slow_answers_are_waited_for_together() -> None:
    async def behave(_server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        await asyncio.sleep(0.2)
        writer.write(VERIFIED)
        return True

    async def walk() -> tuple[float, int]:
        async with asking(behave, concurrency=200) as (server, asks):
            begun = asyncio.get_running_loop().time()
            heard = await asyncio.gather(*(asks.ask(b"n=%d" % n) for n in range(200)))
            assert all(one.verdict is Verdict.VERIFIED for one in heard)
            return asyncio.get_running_loop().time() - begun, server.connections

    seconds, connections = asyncio.run(walk())
    assert seconds < 200 * 0.2 / 4
    assert connections == 200


def test_no_more_run_at_once_than_allowed() -> None:
    running, most = 0, 0

    async def behave(_server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        writer.write(VERIFIED)
        return True

    async def walk() -> int:
        async with asking(behave, concurrency=3) as (server, asks):
            await asyncio.gather(*(asks.ask(b"n=%d" % n) for n in range(12)))
            return server.connections

    assert (asyncio.run(walk()), most) == (3, 3)


def test_waiting_for_a_turn_does_not_count_as_waiting_for_an_answer() -> None:
    async def walk() -> list[PostBack]:
        async with asking(saying(b"", VERIFIED, pause_seconds=0.1), concurrency=1, total_seconds=2.0) as (
            _,
            asks,
        ):
            return await asyncio.gather(*(asks.ask(b"n=%d" % n) for n in range(4)))

    assert all(one.seconds < 1 for one in asyncio.run(walk()))


def test_cancellation_comes_through_and_the_next_ask_is_well() -> None:
    asked_once = asyncio.Event()

    async def behave(server: Server, writer: asyncio.StreamWriter, _nth: int) -> bool:
        if len(server.bodies) > 1:
            writer.write(VERIFIED)
        asked_once.set()
        return True

    async def walk() -> tuple[PostBack, int]:
        async with asking(behave, concurrency=1) as (server, asks):
            asked = asyncio.create_task(asks.ask(b"a=1"))
            await asked_once.wait()
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            return await asks.ask(b"a=2"), server.connections

    heard, connections = asyncio.run(walk())
    assert (heard.verdict, connections) == (Verdict.VERIFIED, 2)


@pytest.mark.parametrize(
    ("descriptors", "at_once"), [(20_000, POST_BACKS_MAX), (1_024, POST_BACKS_MAX), (256, 64), (100, 1)]
)
def test_few_descriptors_allow_few_post_backs(descriptors: int, at_once: int) -> None:
    assert post_backs_max(descriptors) == at_once


def test_verdict_of_knows_the_limit_to_the_byte() -> None:
    fits = b"VERIFIED" + b" " * (ANSWER_BYTES_MAX - 8)
    assert verdict_of(Answer(status=200, body=fits)) is Verdict.VERIFIED
    assert verdict_of(Answer(status=200, body=fits + b" ")) is Verdict.UNKNOWN


@given(st.binary(max_size=2000))
def test_an_answer_is_kept_as_one_short_inert_line(answer: bytes) -> None:
    line = in_short(answer)
    assert len(line) <= 200
    assert line.isprintable()


def test_the_version_is_in_the_user_agent() -> None:
    assert re.fullmatch(r"counterfoil/\d[\w.]* \(\+IPN listener\)", default_user_agent())


@pytest.mark.parametrize(
    ("verdict", "status"), [(Verdict.VERIFIED, 200), (Verdict.INVALID, 200), (Verdict.UNKNOWN, 403)]
)
def test_a_paypal_that_turns_one_body_away_is_there(verdict: Verdict, status: int) -> None:
    assert asked(verdict, status).was_answered


@pytest.mark.parametrize("status", [None, 200, 302, 429, 500, 503])
def test_a_paypal_that_says_anything_else_is_taken_to_be_down(status: int | None) -> None:
    assert not asked(Verdict.UNKNOWN, status).was_answered


def asked(verdict: Verdict, status: int | None) -> PostBack:
    return PostBack(verdict=verdict, asked_at=datetime.now(UTC), status=status, answer="", seconds=0.1)
