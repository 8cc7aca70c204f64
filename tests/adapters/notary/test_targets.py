"""Places for checkpoints: real files, sockets and servers on loopback, and what is said when they fail."""

import base64
import os
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from adapters.notary.notes import Checkpoint, Signer, last_note, verify
from adapters.notary.targets import SendingError, Target, targets_of

SIGNER = Signer("counterfoil/0123456789abcdef", bytes(range(32)))
SYSLOG = re.compile(rb"<109>1 2026-11-21T13:00:00Z \S+ counterfoil - checkpoint - ([A-Za-z0-9+/=]+)")


def note(size: int = 7) -> str:
    return SIGNER.sign(Checkpoint(SIGNER.name, size, bytes(32), ("time: 2026-11-21T13:00:00Z",)).text())


def target(address: str) -> Target:
    [found] = targets_of([address])
    return found


def test_notes_are_appended_to_a_file_one_after_another(tmp_path: Path) -> None:
    place = target(f"file://{tmp_path}/kept")
    for size in (1, 2, 3):
        place.send(note(size))
    text = (tmp_path / "kept").read_text(encoding="utf-8")
    assert text == note(1) + note(2) + note(3)
    assert verify(last_note(text), [SIGNER.vkey]).size == 3


def test_a_file_that_somebody_wrote_into_keeps_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("half a no", encoding="utf-8")
    place = target(f"file://{tmp_path}/kept")
    place.send(note(1))
    place.send(note(2))
    assert verify(last_note((tmp_path / "kept").read_text(encoding="utf-8")), [SIGNER.vkey]).size == 2


def test_a_full_disk_leaves_no_half_note() -> None:
    with pytest.raises(SendingError, match="/dev/full: no space left on device"):
        target("file:///dev/full").send(note())


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(SendingError, match="kept: no such file or directory"):
        target(f"file://{tmp_path}/nowhere/kept").send(note())
    with pytest.raises(SendingError, match="is a directory"):
        target(f"file://{tmp_path}").send(note())
    with pytest.raises(SendingError, match="null byte"):
        target(f"file://{tmp_path}/a%00b").send(note())


def test_a_pipe_that_nobody_reads_holds_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SendingError, match="pipe: no such device"):
        target(f"file://{tmp_path}/pipe").send(note())


def test_a_syslog_over_udp_gets_it_on_one_line() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        target(f"syslog://127.0.0.1:{server.getsockname()[1]}").send(note())
        heard = server.recv(65_535)
    found = SYSLOG.fullmatch(heard)
    assert found, heard
    assert base64.b64decode(found[1]).decode() == note()


def test_a_syslog_over_tcp_gets_it_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        target(f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}").send(note())
        connection, _ = server.accept()
        with connection:
            connection.settimeout(10)
            heard = b"".join(iter(lambda: connection.recv(65_535), b""))
    length, _, message = heard.partition(b" ")
    assert int(length) == len(message)
    assert SYSLOG.fullmatch(message)


def test_a_syslog_that_is_not_there_is_said(closed_port: int) -> None:
    with pytest.raises(SendingError, match="connection refused"):
        target(f"syslog+tcp://127.0.0.1:{closed_port}").send(note())
    with pytest.raises(SendingError, match=r"syslog://no\.such\.host\.invalid:514: "):
        target("syslog://no.such.host.invalid:514").send(note())


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


class Server:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str | None, bytes]] = []
        self.status = 204
        heard = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.heard.append((self.path, self.headers["Content-Type"], body))
                self.send_response(heard.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_a_url_is_posted_the_note_as_it_is(server: Server) -> None:
    target(f"{server.url}/checkpoints?token=secret").send(note())
    assert server.heard == [("/checkpoints?token=secret", "text/plain; charset=utf-8", note().encode())]


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500, 503])
def test_anything_but_a_yes_is_a_refusal_and_leads_nowhere_else(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(SendingError, match=f"answered {status}"):
        target(f"{server.url}/checkpoints").send(note())
    assert [path for path, _, _ in server.heard] == ["/checkpoints"]


def test_a_url_where_nobody_is_or_nobody_speaks_http_is_said(closed_port: int) -> None:
    with pytest.raises(SendingError, match=r"http://127\.0\.0\.1:.*connection refused"):
        target(f"http://127.0.0.1:{closed_port}/").send(note())


def test_a_name_says_no_secret(server: Server) -> None:
    one, other = targets_of([f"{server.url}/c?token=one", f"{server.url}/c?token=other"])
    assert "one" not in one.name
    assert one.name != other.name
    assert one.name == target(f"{server.url}/c?token=one").name
    assert target("file:///a/b").name == "file:///a/b"


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "/a/b", "file:relative", "file://host/a", "file:///", "file:///a/", "file:///a?b",
        "syslog://", "syslog://:514", "syslog://h:0x", "syslog://h:99999", "syslog://u@h:1", "syslog://h/path",
        "http://example.com/", "https://", "https://user:password@example.com/", "https://example.com/#a",
        "ftp://example.com/", "https://exämple.com/", "https://example.com/a b", "https://example.com/\x1b",
        "https://[::1/", "gopher://h", "HTTP://example.com/",
    ],
)  # fmt: skip
def test_what_is_no_place_is_said_with_what_one_looks_like(address: str) -> None:
    with pytest.raises(ValueError, match="file:///folder/file, syslog://host:port"):
        targets_of([address])


def test_a_place_is_named_once() -> None:
    with pytest.raises(ValueError, match="each place once"):
        targets_of(["file:///a/b", "file:///a/b"])
    assert targets_of([]) == []
    assert len(targets_of(["https://example.com/a", "http://localhost:1/", "http://[::1]:1/"])) == 3
