"""What goes over the wire and where; kept connections that the other side closed; TLS."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import certifi
import pytest

from adapters.post_back_transport import Answer, NoAnswerError, PostBackTransport
from tests.adapters.little_server import CERTIFICATE, Behaviour, Server, http, saying, serving, tls_server

ADAPTERS = Path(__file__).parents[2] / "adapters"
SAID = http(b"VERIFIED")
HEARD = Answer(status=200, body=b"VERIFIED")


def a_transport(url: str) -> PostBackTransport:
    return PostBackTransport(url, user_agent="test/1", connect_seconds=0.3, read_seconds=5.0)


@asynccontextmanager
async def posting(behave: Behaviour) -> AsyncIterator[tuple[Server, PostBackTransport]]:
    async with serving(behave) as server:
        transport = a_transport(server.url)
        try:
            yield server, transport
        finally:
            await transport.aclose()


def scripted(say: Callable[[int, int], bytes | None]) -> Behaviour:
    """Say what a script gives for a connection and its nth request; None, or anything unusual, then close."""

    async def behave(server: Server, writer: asyncio.StreamWriter, nth: int) -> bool:
        said = say(server.connections, nth)
        writer.write(said or b"")
        return said == SAID

    return behave


def test_the_request_says_who_asks_and_wants_no_compression() -> None:
    async def walk() -> bytes:
        async with posting(saying(SAID)) as (server, transport):
            await transport.post(b"a=1")
            return server.heads[0]

    first, *rest = asyncio.run(walk()).rstrip().split(b"\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(b": ") for line in rest)}
    assert first == b"POST /cgi-bin/webscr HTTP/1.1"
    assert headers.pop(b"host").startswith(b"127.0.0.1:")
    assert headers == {
        b"accept": b"*/*",
        b"accept-encoding": b"identity",
        b"connection": b"keep-alive",
        b"content-length": b"3",
        b"content-type": b"application/x-www-form-urlencoded",
        b"user-agent": b"test/1",
    }


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code: int) -> None:
    moved = http(b"VERIFIED", f"{code} Moved", b"Location: /where-it-says-VERIFIED\r\n")

    async def walk() -> tuple[Answer, int]:
        script = scripted(lambda _connection, nth: moved if nth == 1 else SAID)
        async with posting(script) as (server, transport):
            return await transport.post(b"a=1"), len(server.bodies)

    assert asyncio.run(walk()) == (Answer(status=code, body=b"VERIFIED"), 1)


def test_cookies_of_an_answer_are_not_brought_back() -> None:
    async def walk() -> list[bytes]:
        baked = http(b"VERIFIED", more=b"Set-Cookie: a=1; Path=/\r\n")
        async with posting(saying(baked, then_read_on=True)) as (server, transport):
            await transport.post(b"a=1")
            await transport.post(b"a=2")
            return server.heads

    assert all(b"ookie" not in head for head in asyncio.run(walk()))


def test_proxies_and_passwords_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    async def walk() -> tuple[Answer, bytes]:
        async with posting(saying(SAID)) as (server, transport):
            return await transport.post(b"a=1"), server.heads[0]

    heard, head = asyncio.run(walk())
    assert heard == HEARD
    assert b"uthorization" not in head


async def over_tls(host: str = "127.0.0.1") -> Answer:
    async with serving(saying(SAID), tls_server()) as server:
        transport = a_transport(server.url.replace("127.0.0.1", host))
        try:
            return await transport.post(b"a=1")
        finally:
            await transport.aclose()


def test_a_certificate_that_nobody_vouches_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nor does the environment vouch for it.
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("SSL_CERT_DIR", str(CERTIFICATE.parent))
    with pytest.raises(NoAnswerError, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(over_tls())


def test_a_trusted_certificate_is_heard_and_only_for_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(CERTIFICATE))
    assert asyncio.run(over_tls()) == HEARD
    with pytest.raises(NoAnswerError, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(over_tls("localhost"))


def test_nothing_in_the_house_switches_tls_verification_off() -> None:
    words = re.compile(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified_context")
    for path in ADAPTERS.rglob("*.py"):
        assert not words.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    "url",
    [
        "http://ipnpb.paypal.com/cgi-bin/webscr",
        "http://localhost.example.com/",
        "http://0.0.0.0:8002/",
        "http://127.0.0.1@example.com/",
        "ftp://127.0.0.1/",
        "https://",
        "ipnpb.paypal.com",
        "https://me:secret@ipnpb.paypal.com/",
        "https://[::1/",
    ],
)
def test_no_address_but_https_or_loopback(url: str) -> None:
    with pytest.raises(ValueError, match="post-back address"):
        a_transport(url)


def test_the_real_addresses_are_taken() -> None:
    for host in ("ipnpb.paypal.com", "ipnpb.sandbox.paypal.com"):
        a_transport(f"https://{host}/cgi-bin/webscr")


async def two_posts(behave: Behaviour) -> tuple[list[Answer | str], int]:
    async with posting(behave) as (server, transport):
        heard: list[Answer | str] = []
        for content in (b"a=1", b"a=2"):
            try:
                heard.append(await transport.post(content))
            except NoAnswerError as error:
                heard.append(str(error).partition(":")[0])
        return heard, server.connections


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(lambda _c, _nth: SAID, ([HEARD, HEARD], 1), id="kept open: used again"),
        pytest.param(
            lambda _c, nth: SAID if nth == 1 else None, ([HEARD, HEARD], 2), id="closed unseen: anew"
        ),
        pytest.param(lambda _c, _nth: None, (["no whole answer"] * 2, 2), id="a new one closed: not again"),
        pytest.param(
            lambda connection, nth: SAID if (connection, nth) == (1, 1) else None,
            ([HEARD, "no whole answer"], 2),
            id="the second attempt is the last",
        ),
        pytest.param(
            lambda _c, nth: SAID if nth == 1 else SAID[:-3],
            ([HEARD, "no whole answer"], 1),
            id="half an answer: not again",
        ),
        pytest.param(
            lambda connection, _nth: http(b"V" * 9000) if connection == 1 else SAID,
            ([Answer(status=200, body=b"V" * 1025), HEARD], 2),
            id="left in the middle of an answer: anew",
        ),
    ],
)
def test_a_kept_connection_is_used_again_and_replaced_only_when_it_was_stale(
    script: Callable[[int, int], bytes | None], expected: tuple[list[Answer | str], int]
) -> None:
    assert asyncio.run(two_posts(scripted(script))) == expected


def test_a_transport_closed_in_the_middle_of_a_post_keeps_nothing_open() -> None:
    async def walk() -> None:
        async with posting(saying(SAID, then_read_on=True)) as (_, transport):
            posted = asyncio.create_task(transport.post(b"a=1"))
            await asyncio.sleep(0)
            await transport.aclose()
            assert await posted == HEARD
            assert transport._wire._idle == []

    asyncio.run(walk())


def test_a_host_that_takes_no_connection_has_its_time() -> None:
    async def walk(url: str) -> None:
        transport = a_transport(url)
        with pytest.raises(NoAnswerError, match=r"^no connection within 0\.3 s$"):
            await transport.post(b"a=1")
        await transport.aclose()

    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.settimeout(0)
            filler.connect_ex(full.getsockname())
        asyncio.run(walk(f"http://127.0.0.1:{full.getsockname()[1]}/"))
