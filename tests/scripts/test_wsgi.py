"""The office under a real gunicorn: it opens, answers, refuses what is too long, and closes."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.delivered import Delivery
from adapters.inbox import Inbox
from tests.engines import Hold, database_in, engine_now, open_parts

TOKEN = "operator-of-the-tests"
SECONDS_MAX = 30


@dataclass
class Running:
    process: subprocess.Popen[str]
    port: int
    folder: Path

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        try:
            sent = {
                "Authorization": f"Bearer {TOKEN}",
                **{n.replace("_", "-"): v for n, v in headers.items()},
            }
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, method: str, path: str, body: str | None = None, **headers: str) -> Any:
        return msgspec.json.decode(self.ask(method, path, body, **headers)[1])


def start(environ: dict[str, str], folder: Path, port: int) -> subprocess.Popen[str]:
    settings = {
        "COUNTERFOIL_OFFICE": f"127.0.0.1:{port}",
        "COUNTERFOIL_DATABASE": database_in(folder / "house"),
        "COUNTERFOIL_OPERATOR_TOKEN": TOKEN,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:scripts.office_conf"],
        cwd=folder,
        env={**environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def stop(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    try:
        return process.communicate(timeout=SECONDS_MAX)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@pytest.fixture
def office(any_engine: str, environ: dict[str, str], tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    process = start(environ, tmp_path, port)
    running = Running(process, port, tmp_path)
    until = time.monotonic() + SECONDS_MAX
    try:
        while True:
            try:
                assert running.ask("GET", "/livez") == (200, b"live\n")
                break
            except ConnectionError:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < until, "it does not answer"
                time.sleep(0.05)
        yield running
    finally:
        if process.poll() is None:
            stop(process)


def test_it_answers_over_real_files(office: Running) -> None:
    assert office.json("GET", "/api/status")["book"] == {"position": 0}
    price = '{"amount": "19.95", "currency": "USD"}'
    path = "/api/orders/a%2Fb%20%C3%BC"
    assert office.json("PUT", path, price, Content_Type="application/json")["invoice"] == "a/b ü"
    assert office.json("GET", f"{path}/")["amount"] == "19.95"
    assert office.json("GET", "/api/status")["book"] == {"position": 1}
    with open_parts(office.folder / "house") as parts:
        row = Delivery(received_us=time.time_ns() // 1000, peer="::1", headers=(), body=b"a=b")
        Inbox(parts.inbox).keep([row])
    assert office.json("GET", "/api/notifications/1")["fields"] == [["a", "b"]]
    status, body = office.ask("POST", "/api/notifications/1/retry")
    assert (status, msgspec.json.decode(body)["outcome"]) == (202, "waiting")
    assert office.ask("GET", "/api/notifications", Authorization="Bearer other")[0] == 401
    assert b"counterfoil_up 1.0" in office.ask("GET", "/metrics")[1]


def test_a_body_in_chunks_is_read_and_limited(office: Running) -> None:
    for size, expected in ((0, 200), (200_000, 413)):
        connection = HTTPConnection("127.0.0.1", office.port, timeout=SECONDS_MAX)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        pieces = [b'{"amount": "19.95", ', b'"currency": "USD"}', b" " * size]
        connection.request("PUT", "/api/orders/a", filter(None, pieces), headers, encode_chunked=True)
        assert connection.getresponse().status == expected
        connection.close()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/livez?" + "x" * 5000, {}),
        ("/livez", {"X_Long": "x" * 5000}),
        ("/livez", {f"X_{n}": "" for n in range(60)}),
    ],
)
def test_a_head_that_is_too_long_is_refused(office: Running, path: str, headers: dict[str, str]) -> None:
    assert 400 <= office.ask("GET", path, **headers)[0] < 500


def test_readiness_answers_in_time_while_a_store_is_locked(office: Running) -> None:
    with Hold(office.folder / "house"):
        started = time.monotonic()
        status, body = office.ask("GET", "/readyz")
        assert time.monotonic() - started < 2
    assert status == 503
    (store, *_) = msgspec.json.decode(body)["checks"]
    assert (store["name"], store["ok"]) == ("store_writable", False)


def test_a_term_ends_it_cleanly_and_the_files_are_closed(office: Running) -> None:
    assert office.ask("GET", "/api/status")[0] == 200
    written = stop(office.process)
    assert office.process.returncode == 0
    assert "Traceback" not in written
    left = (path for path in (office.folder / "house").glob("*") if path.suffix != ".token")
    # The last connection to close takes the log away.
    files = ["house.db", "house.inbox.db"] if engine_now() == "sqlite" else []
    assert sorted(path.name for path in left) == files


def test_a_store_that_is_none_ends_it_with_a_line(
    on_sqlite: str, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "house.db").write_bytes(b"not a database, but a file of some length" * 200)
    process = start(environ, tmp_path, free_port())
    written = process.communicate(timeout=SECONDS_MAX)[0]
    assert process.returncode == 4
    assert "Traceback" not in written
    assert "it is not a database of ours" in written
