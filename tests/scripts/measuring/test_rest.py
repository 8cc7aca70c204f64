"""A message at rest: asked for until it is seen; a door that was closed meanwhile is opened again."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.bodies import ROUND, message
from scripts.measuring.rest import ask, is_first_heard

FORM = {"Content-Type": "text/plain"}


@contextmanager
def answering(*statuses: int) -> Iterator[http.client.HTTPConnection]:
    """A server that answers so, and hangs up each time."""
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(left.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        door = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        try:
            with closing(door):
                yield door
        finally:
            server.shutdown()
            thread.join()


def test_a_connection_that_ended_is_made_again() -> None:
    with answering(404, 404, 200) as door:
        assert [ask(door, "GET", "/", None, {}) for _ in range(3)] == [404, 404, 200]


def test_a_message_that_is_refused_is_no_measurement() -> None:
    with answering(503) as door, pytest.raises(CheckFailedError, match="was answered 503"):
        ask(door, "POST", "/ipn", b"a=b", FORM)


def test_only_what_makes_a_transaction_visible_counts() -> None:
    counted = [message(number) for number in range(3 * ROUND) if is_first_heard(message(number))]
    assert {one.kind for one in counted} == {"completed"}
    assert len({one.txn_id for one in counted}) == len(counted) == 3 * 19
    assert not is_first_heard(message(20))  # its transaction was heard of as pending
