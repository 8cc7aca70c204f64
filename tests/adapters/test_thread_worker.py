"""The office's worker under a real gunicorn: slow clients hold no thread for long, long answers go on."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
THREADS = 4
LONG_PIECES = 20
DOOR = f"""
import time
from adapters.thread_worker import OfficeWorker

class Worker(OfficeWorker):
    request_seconds = 1.0

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/long":
        return (pieces() for pieces in [lambda: (time.sleep(0.2), b"piece ")[1]] * {LONG_PIECES})
    return [b"%d bytes" % len(environ["wsgi.input"].read())]
"""


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    (folder / "door.py").write_text(DOOR)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "door:app", "-k", "door.Worker", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--no-control-socket", "--log-level", "error", "--threads", str(THREADS)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
    )
    try:
        end = time.monotonic() + 30
        while True:
            with suppress(OSError):
                assert ask(port) == b"0 bytes"
                break
            assert time.monotonic() < end, "it never listened"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, path: str = "/", body: bytes | None = None) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=30) as answer:
        return bytes(answer.read())


def half_sent(port: int, *pieces: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    for piece in pieces:
        connection.sendall(piece)
    return connection


def test_whoever_sends_half_a_request_makes_nobody_wait_for_ever(tmp_path: Path) -> None:
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    with serving(tmp_path) as port, ExitStack() as stack:
        halves = [half_sent(port, body, b"to") for _ in range(THREADS)]
        halves += [half_sent(port, body[:20]) for _ in range(THREADS)]
        for half in halves:
            stack.enter_context(closing(half))
        assert ask(port, body=b"whole") == b"5 bytes"
        # What came of it is answered, and the connection ended.
        assert b"2 bytes" in halves[0].recv(10_000)


def test_whoever_drips_is_ended_too(tmp_path: Path) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    with serving(tmp_path) as port, closing(half_sent(port, head)) as dripping:
        dripping.settimeout(0.1)
        for _ in range(1_000):
            try:
                dripping.sendall(b"x")
                answer = dripping.recv(10_000)
            except TimeoutError:
                continue
            except OSError:
                answer = b"cut off"  # while it was still sending
            break
        else:
            pytest.fail("it was never ended")
        assert answer


def test_an_answer_may_take_longer_than_a_request(tmp_path: Path) -> None:
    with serving(tmp_path) as port:
        assert ask(port, "/long") == b"piece " * LONG_PIECES
