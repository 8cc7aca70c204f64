"""Which address is taken, how long that may take, and for whom a certificate stands."""

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.wire.answer import AnswerReader
from adapters.wire.dialing import BESIDE_MAX, Dialer, _by_turns
from adapters.wire.line import Line
from tests.adapters.little_server import http, saying, serving
from tests.adapters.wire_loops import Run, on_both_loops


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def make() -> Line:
    return Line(AnswerReader(1024), 5.0)


async def dialled(dialer: Dialer) -> int:
    """The port that took the call."""
    line = await dialer.dial(make)
    assert line._transport is not None
    port = line._transport.get_extra_info("peername")[1]
    line.close()
    await line.gone.wait()
    assert isinstance(port, int)
    return port


def at(port: int) -> Any:
    return (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))


@contextmanager
def dead() -> Iterator[int]:
    """A port that neither takes a connection nor refuses it."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.settimeout(0)
            filler.connect_ex(full.getsockname())
        yield full.getsockname()[1]


@contextmanager
def refusing() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def a_dialer(*ports: int, seconds: float = 5.0) -> Dialer:
    dialer = Dialer(httpx.URL("http://127.0.0.1/"), None, connect_seconds=seconds)
    dialer._known = [at(port) for port in ports]
    return dialer


@on_both_loops
def test_a_dead_first_address_is_passed_by(run: Run) -> None:
    with dead() as silent, refusing() as closed, socket.create_server(("127.0.0.1", 0)) as alive:
        port = alive.getsockname()[1]
        for ports in (
            [port],
            [silent, port],
            [closed, port],
            [silent, closed, port],
            [closed, silent, port, port],
        ):
            assert run(dialled(a_dialer(*ports))) == port


@on_both_loops
def test_when_all_are_dead_it_takes_its_time_and_no_more(run: Run) -> None:
    with dead() as silent, refusing() as closed:
        with pytest.raises(httpx.ConnectTimeout):
            run(dialled(a_dialer(silent, closed, silent, seconds=0.4)))
        with pytest.raises(httpx.ConnectError):
            run(dialled(a_dialer(closed, closed)))
        with pytest.raises(httpx.ConnectError):
            run(dialled(a_dialer(closed)))


@on_both_loops
def test_hundreds_who_dial_where_all_is_silent_take_few_descriptors_more(run: Run) -> None:
    async def walk(*ports: int) -> int:
        dialer = a_dialer(*ports, seconds=1.0)
        before = descriptors()
        dialling = [asyncio.create_task(dialled(dialer)) for _ in range(200)]
        await asyncio.sleep(0.8)
        open_then = descriptors() - before
        heard = await asyncio.gather(*dialling, return_exceptions=True)
        assert {type(one) for one in heard} == {httpx.ConnectTimeout}
        assert dialer._beside.count == 0
        return open_then

    with dead() as silent:
        assert 200 <= run(walk(silent, silent, silent)) <= 200 + BESIDE_MAX + 8


def test_families_take_turns() -> None:
    six, four = (int(socket.AF_INET6),), (int(socket.AF_INET),)
    given: Any = [(*six, "a"), (*six, "b"), (*six, "c"), (*four, "d")]
    assert [str(one[1]) for one in _by_turns(given)] == ["a", "d", "b", "c"]


def test_many_who_ask_for_a_name_at_once_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def look_up(_loop: object, host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        await asyncio.sleep(0.01)
        return [at(port)]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)

    async def walk(port: int) -> None:
        dialer = Dialer(httpx.URL(f"http://localhost:{port}/"), None, connect_seconds=5)
        given_up = asyncio.create_task(dialled(dialer))
        await asyncio.sleep(0)
        given_up.cancel()
        assert set(await asyncio.gather(*(dialled(dialer) for _ in range(20)))) == {port}
        await dialled(dialer)

    with socket.create_server(("127.0.0.1", 0), backlog=64) as alive:
        asyncio.run(walk(alive.getsockname()[1]))
    assert asked == ["localhost"] * 2


@on_both_loops
@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 64 + ".invalid"])
def test_a_name_that_nobody_has_is_no_connection(run: Run, host: str) -> None:
    with pytest.raises(httpx.ConnectError):
        run(dialled(Dialer(httpx.URL(f"http://{host}/"), None, connect_seconds=20)))


# ---- certificates, of an authority of our own ----

TODAY = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


def certificate(
    names: list[x509.GeneralName], issuer: tuple[Any, Any] | None = None, ended: dt.timedelta = -DAY
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ours" if issuer is None else "127.0.0.1")])
    signed_by, signing = (name, key) if issuer is None else (issuer[0].subject, issuer[1])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signed_by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - 9 * DAY)
        .not_valid_after(TODAY - ended)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signing, hashes.SHA256()), key


def shown(folder: Path, pair: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> ssl.SSLContext:
    path = folder / "shown.pem"
    plain = serialization.NoEncryption()
    key = pair[1].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(pair[0].public_bytes(serialization.Encoding.PEM) + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


@on_both_loops
@pytest.mark.parametrize(
    ("names", "ours", "ended"),
    [
        pytest.param([HERE], "heard", -DAY, id="its own name"),
        pytest.param([x509.DNSName("ipnpb.paypal.com")], "trusted", -DAY, id="another's name"),
        pytest.param(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.2"))], "trusted", -DAY, id="a neighbour's"
        ),
        pytest.param([], "trusted", -DAY, id="only a common name"),
        pytest.param([HERE], "trusted", DAY, id="expired"),
        pytest.param([HERE], "unknown", -DAY, id="another authority's"),
    ],
)
def test_a_certificate_stands_for_one_name_and_one_time(
    run: Run, names: list[x509.GeneralName], ours: str, ended: dt.timedelta, tmp_path: Path
) -> None:
    authority, stranger = certificate([]), certificate([])
    tls = httpx.create_ssl_context(trust_env=False)
    tls.load_verify_locations(cadata=authority[0].public_bytes(serialization.Encoding.PEM).decode())
    server = shown(tmp_path, certificate(names, stranger if ours == "unknown" else authority, ended))

    async def walk() -> None:
        async with serving(saying(http(b"VERIFIED"), then_read_on=True), server) as other:
            line = await Dialer(httpx.URL(other.url), tls, connect_seconds=5).dial(make)
            for _ in range(2):
                answer = await line.ask(b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\na")
                assert bytes(answer.body) == b"VERIFIED"
            line.close()
            await line.gone.wait()

    if ours == "heard":
        run(walk())
    else:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            run(walk())


@on_both_loops
def test_one_who_speaks_no_tls_is_no_connection(run: Run) -> None:
    async def walk() -> None:
        async with serving(saying(http(b"VERIFIED"))) as other:
            url = httpx.URL(other.url.replace("http:", "https:"))
            await Dialer(url, httpx.create_ssl_context(trust_env=False), connect_seconds=0.5).dial(make)

    with pytest.raises((httpx.ConnectError, httpx.ConnectTimeout)):
        run(walk())
