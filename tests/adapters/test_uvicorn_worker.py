"""A real gunicorn on a free port, with limits short enough to be met."""

import fcntl
import http.client
import os
import socket
import subprocess
import sys
import termios
import time
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.inbox import Inbox
from adapters.sqlite.engine import sqlite_engine
from adapters.uvicorn_worker import CONNECTIONS_MAX, HEAD_BYTES_MAX, connections_max

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 40
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"

# Everything as in the real door, with short limits.
DOOR = f"""
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from adapters import uvicorn_worker
from adapters.engines import prepare
from adapters.sqlite.engine import sqlite_engine
from adapters.inbox import Inbox
from adapters.keeper import Keeper
from adapters.listener import create_listener
from adapters.tables import INBOX
from scripts.asgi import create_door

class Protocol(uvicorn_worker.ListenerProtocol):
    head_seconds = 0.6
    request_seconds = 2.0

class Worker(uvicorn_worker.ListenerWorker):
    CONFIG_KWARGS = {{**uvicorn_worker.ListenerWorker.CONFIG_KWARGS, "http": Protocol}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.config.limit_concurrency = {CONNECTIONS}

def opened(closing):
    engine = sqlite_engine(Path("inbox.db"))
    closing.callback(engine.dispose)
    prepare(engine, INBOX)
    keeper = Keeper(Inbox(engine))
    closing.push_async_callback(keeper.close)
    return create_listener(keeper, body_bytes_max=100_000, clock=lambda: datetime.now(UTC), body_seconds=1.0)

app = create_door(opened)
"""


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[int]:
    (folder / "door.py").write_text(DOOR)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "door:app", "-k", "door.Worker", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--no-control-socket", "--log-level", "error", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
    )
    try:
        wait_until(lambda: _lives(port))
        yield port
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


def wait_until(true: Callable[[], bool], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def _lives(port: int) -> bool:
    try:
        return b" 200 " in talk(port, b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    except OSError:
        return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with serving(folder) as port:
        yield port


@pytest.fixture
def bodies(folder: Path) -> Iterator[Callable[[], list[bytes]]]:
    """What was kept during this test."""
    engine = sqlite_engine(folder / "inbox.db")
    inbox = Inbox(engine)
    before = inbox.last()
    yield lambda: [one.body for one in inbox.after(before, 10_000)]
    engine.dispose()


def talk(port: int, *parts: bytes, pause: float = 0.0, half: bool = False) -> bytes:
    """Send the parts, slowly if that is what is tried, then read until the server ends the connection."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        if half:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def request(*headers: bytes, body: bytes = b"", path: bytes = b"/ipn") -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return b"POST " + path + b" HTTP/1.1\r\nHost: a\r\n" + FORM + lines + b"\r\n" + body


def cut(port: int, data: bytes) -> None:
    """Send it, wait until the server's side has taken all of it, then cut the connection."""
    with closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.sendall(data)
        wait_until(lambda: _unsent_bytes(connection) == 0)


def _unsent_bytes(connection: socket.socket) -> int:
    left = array("i", [0])
    fcntl.ioctl(connection, termios.TIOCOUTQ, left)
    return left[0]


def test_one_connection_carries_many(port: int, bodies: Callable[[], list[bytes]]) -> None:
    sent = [os.urandom(1 + i * 997) for i in range(50)]
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for body in sent:
        connection.request("POST", "/ipn", body, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")
        assert {name.lower() for name, _ in response.getheaders()} == {"content-length"}
    connection.close()
    assert bodies() == sent


def test_chunks_are_put_together(port: int, bodies: Callable[[], list[bytes]]) -> None:
    chunks = b"2\r\na=\r\n6\r\nb&c=d&\r\n0\r\n\r\n"
    answer = talk(port, request(b"Transfer-Encoding: chunked", b"Connection: close", body=chunks))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert bodies() == [b"a=b&c=d&"]


@pytest.mark.parametrize(
    "data",
    [
        request(b"Content-Length: 9", body=b"a=b&c=d"),
        request(b"Content-Length: 9"),
        request(b"Content-Length: 90000", body=b"x" * 80_000),
        request(b"Transfer-Encoding: chunked", body=b"4\r\na=b&\r\n"),
        request(b"Transfer-Encoding: chunked", body=b"7\r\na=b&\r\n"),
        request(b"Transfer-Encoding: chunked", body=b"3\r\na=b\r\n0\r\n"),
    ],
    ids=["length", "length, nothing", "length, long", "between chunks", "within a chunk", "before the end"],
)
@pytest.mark.parametrize("half", [False, True], ids=["cut", "half closed"])
def test_nothing_is_kept_of_a_body_that_was_cut_off(
    port: int,
    bodies: Callable[[], list[bytes]],
    data: bytes,
    half: bool,  # noqa: FBT001
) -> None:
    if half:
        assert b" 200 " not in talk(port, data, half=True)
    else:
        cut(port, data)
    whole = request(b"Content-Length: 5", b"Connection: close", body=b"whole")
    assert talk(port, whole).startswith(b"HTTP/1.1 200 ")
    assert bodies() == [b"whole"]


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        # The body never comes: it was refused before.
        ((request(b"Content-Length: 100001", b"Expect: 100-continue"),), b"413"),
        ((request(b"Transfer-Encoding: chunked", body=b"186a1\r\n" + b"x" * 100_001),), b"413"),
        # Every part comes in time, and all of them would take too long.
        ((request(b"Content-Length: 99"), *[b"x"] * 20), b"408"),
        ((request(b"Transfer-Encoding: chunked"), *[b"1\r\nx\r\n"] * 20), b"408"),
        ((request(b"Content-Length: 3", b"Content-Length: 4", body=b"a=b"),), b"400"),
        ((request(b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"a=b"),), b"400"),
        ((request(b"Transfer-Encoding: chunked", body=b"3\r\na=b\r\n0\r\nHost: b\r\n\r\n"),), b"400"),
        ((b"POST /ipn HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"x" * 1_000_000,), b"400"),
        ((b"nonsense\r\n\r\n",), b"400"),
    ],
    ids=[
        *("too long", "too long, chunked", "dribble", "dribble, chunked", "two lengths"),
        *("length and chunks", "trailer", "endless head", "nonsense"),
    ],
)
def test_what_is_refused_ends_the_connection(
    port: int, bodies: Callable[[], list[bytes]], parts: tuple[bytes, ...], status: bytes
) -> None:
    try:
        answer = talk(port, *parts, pause=0.1 if len(parts) > 1 else 0)
    except OSError:
        # The server closed while we were still sending: that is what "read no further" looks like.
        answer = b"HTTP/1.1 " + status
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"100 Continue" not in answer
    assert bodies() == []


@pytest.mark.parametrize(
    "data",
    [b"", b"POST /ipn HT", b"POST /ipn HTTP/1.1\r\nHost: a\r\n", request(b"Content-Length: 9")],
    ids=["nothing", "a line", "a head without an end", "no body"],
)
def test_a_silent_connection_is_ended(port: int, data: bytes) -> None:
    assert b" 200 " not in talk(port, data)


def test_a_body_for_nobody_is_not_read_for_ever(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(request(b"Content-Length: 100000", path=b"/nowhere"))

        def is_ended() -> bool:
            try:
                connection.sendall(b"x")
            except (BrokenPipeError, ConnectionResetError):
                return True
            return False

        wait_until(is_ended)


def test_too_many_connections_are_told_so_and_the_rest_go_on(port: int) -> None:
    whole = request(b"Content-Length: 3", b"Connection: close", body=b"a=b")
    with ThreadPoolExecutor(max_workers=2 * CONNECTIONS) as pool:
        # A few more than there is room for: one that asks meanwhile may take the place of one of them.
        slow = [
            pool.submit(talk, port, request(b"Content-Length: 9", body=b"a")) for _ in range(CONNECTIONS + 3)
        ]
        wait_until(lambda: talk(port, whole).startswith(b"HTTP/1.1 503 "))
        assert all(b" 200 " not in one.result() for one in slow)
    wait_until(lambda: talk(port, whole).startswith(b"HTTP/1.1 200 "))


def test_descriptors_are_left_for_the_store() -> None:
    assert connections_max(1_000_000) == CONNECTIONS_MAX
    assert connections_max(256) < 256
    assert connections_max(10) == 1
    assert HEAD_BYTES_MAX < 100_000


@pytest.mark.parametrize(("trusted", "peer"), [("127.0.0.1", "198.51.100.9"), ("192.0.2.1", "127.0.0.1")])
def test_a_peer_is_believed_only_from_a_proxy_that_we_trust(tmp_path: Path, trusted: str, peer: str) -> None:
    headers = (b"Content-Length: 3", b"Connection: close", b"X-Forwarded-For: 203.0.113.5, 198.51.100.9")
    with serving(tmp_path, "--forwarded-allow-ips", trusted) as port:
        assert talk(port, request(*headers, body=b"a=b")).startswith(b"HTTP/1.1 200 ")
    engine = sqlite_engine(tmp_path / "inbox.db")
    (one,) = Inbox(engine).after(0, 10)
    engine.dispose()
    assert one.peer == peer
    assert ("x-forwarded-for", "203.0.113.5, 198.51.100.9") in one.headers
