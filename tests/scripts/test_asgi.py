import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from adapters.engines import StoreError
from adapters.inbox import Inbox
from adapters.listener import Asgi
from scripts.asgi import create_door
from tests.engines import served_in

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def serving(environ: dict[str, str], folder: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The listener as `gunicorn -c python:scripts.gunicorn_conf` starts it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:scripts.gunicorn_conf"],
            cwd=folder,
            env={**environ, "COUNTERFOIL_BIND": f"127.0.0.1:{port}", "COUNTERFOIL_LOG_FORMAT": "json"},
            stderr=log,
            text=True,
        )
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def post(port: int, body: bytes) -> int:
    """The status of the answer; 0 when there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/ipn", body, FORM)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def kept(folder: Path) -> list[bytes]:
    engine = served_in(folder).inbox()
    bodies = [one.body for one in Inbox(engine).after(0, 1_000_000)]
    engine.dispose()
    return bodies


def children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(word) for word in listed.split()]


@contextmanager
def load(port: int, threads: int) -> Iterator[dict[bytes, int]]:
    """Post as fast as so many clients can; yields each body sent so far and the status of its answer."""
    answers: dict[bytes, int] = {}
    end = threading.Event()

    def client(number: int) -> None:
        for i in range(1_000_000):
            if end.is_set():
                return
            body = b"client=%d&i=%d&noise=" % (number, i) + os.urandom(200)
            answers[body] = post(port, body)

    clients = [threading.Thread(target=client, args=(number,)) for number in range(threads)]
    for one in clients:
        one.start()
    try:
        yield answers
    finally:
        end.set()
        for one in clients:
            one.join()


def acknowledged(answers: dict[bytes, int]) -> set[bytes]:
    return {body for body, status in answers.items() if status == 200}


def test_whatever_was_acknowledged_outlives_a_killed_worker(
    any_engine: str, environ: dict[str, str], tmp_path: Path
) -> None:
    with serving(environ, tmp_path) as (process, port):
        wait_until(lambda: post(port, b"first") == 200)
        with load(port, threads=16) as answers:
            for _ in range(4):
                before = len(acknowledged(dict(answers)))
                wait_until(lambda before=before: len(acknowledged(dict(answers))) > before + 100)  # type: ignore[misc]
                (worker,) = children(process.pid)
                os.kill(worker, signal.SIGKILL)
                wait_until(lambda worker=worker: children(process.pid) not in ([], [worker]))  # type: ignore[misc]
    stored = kept(tmp_path)
    assert len(acknowledged(answers)) >= 400
    assert acknowledged(answers) <= set(stored)
    # Nothing came in that was not sent, and nothing twice or in part.
    assert len(stored) == len(set(stored))
    assert set(stored) <= {b"first", *answers}


def test_it_stops_in_the_middle_of_a_load_and_finishes_what_is_in_hand(
    any_engine: str, environ: dict[str, str], tmp_path: Path
) -> None:
    with serving(environ, tmp_path) as (process, port):
        wait_until(lambda: post(port, b"first") == 200)
        with load(port, threads=16) as answers:
            wait_until(lambda: len(acknowledged(dict(answers))) > 200)
            process.terminate()
            assert process.wait(timeout=20) == 0
    assert set(kept(tmp_path)) == {b"first", *acknowledged(answers)}


def test_a_worker_does_not_outlive_its_killed_master(
    any_engine: str, environ: dict[str, str], tmp_path: Path
) -> None:
    with serving(environ, tmp_path) as (process, port):
        wait_until(lambda: post(port, b"first") == 200)
        (worker,) = children(process.pid)
        process.kill()
        process.wait()
        wait_until(lambda: not Path(f"/proc/{worker}").exists() or _is_zombie(worker))
    with serving(environ, tmp_path) as (_, again):
        wait_until(lambda: post(again, b"second") == 200)
    assert kept(tmp_path) == [b"first", b"second"]


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_damaged_inbox_ends_the_start_with_a_line_and_3(
    on_sqlite: str, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "counterfoil.inbox.db").write_bytes(b"Dear diary. " * 1000)
    with serving(environ, tmp_path) as (process, _):
        assert process.wait(timeout=20) == 3
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert len([line for line in log.splitlines() if "damaged" in line]) == 1


# ---- the door by itself ----


def live(door: Any, *, between: Callable[[], Any] | None = None) -> list[dict[str, Any]]:
    async def play() -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = []
        orders = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> dict[str, Any]:
            order = next(orders)
            if order["type"] == "lifespan.shutdown" and between is not None:
                await between()
            return order

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await door({"type": "lifespan"}, receive, send)
        return said

    return asyncio.run(play())


def test_the_door_is_opened_once_handed_its_requests_and_closed_at_the_end() -> None:
    heard: list[str] = []

    def opened(closing: AsyncExitStack) -> Asgi:
        heard.append("opened")
        closing.callback(heard.append, "closed")

        async def listener(scope: Any, _receive: Any, _send: Any) -> None:
            heard.append(scope["type"])

        return listener

    door: Any = create_door(opened)
    assert heard == []
    said = live(door, between=lambda: door({"type": "http"}, None, None))
    assert [message["type"] for message in said] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert heard == ["opened", "http", "closed"]


def test_a_door_that_cannot_be_opened_says_why_in_one_line() -> None:
    heard: list[str] = []

    def opened(closing: AsyncExitStack) -> Asgi:
        closing.callback(heard.append, "closed")
        raise StoreError("var/counterfoil.inbox.db: the disk is full: make room")

    assert live(create_door(opened)) == [
        {
            "type": "lifespan.startup.failed",
            "message": "var/counterfoil.inbox.db: the disk is full: make room",
        }
    ]
    assert heard == ["closed"]
