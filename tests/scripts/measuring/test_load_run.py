"""What is asked next, and what is made of the answers."""

import time
from pathlib import Path

import pytest

from scripts.measuring.arrived import Arrived
from scripts.measuring.bodies import body_of
from scripts.measuring.load import Load
from scripts.measuring.load_run import Generator, loaded


@pytest.fixture(autouse=True)
def _in_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asyncio.Event", lambda: None)


def test_messages_are_posted_in_turn() -> None:
    generator = Generator(Load(url="http://127.0.0.1:1/ipn", seconds=9, first=7, count=2))
    number, request = generator.next(time.monotonic()) or (None, b"")
    assert number == 0
    head, _, body = request.partition(b"\r\n\r\n")
    assert body == body_of(7)
    assert head.startswith(b"POST /ipn HTTP/1.1\r\nHost: 127.0.0.1:1\r\n")
    assert head.endswith(b"Content-Length: %d" % len(body))
    assert b"Connection: close" not in head
    assert (generator.next(time.monotonic()) or (None,))[0] == 1
    assert generator.next(time.monotonic()) is None


def test_paths_are_got_in_turn() -> None:
    generator = Generator(Load(url="http://h:1", seconds=9, paths=("/a", "/b"), token="T", kept_alive=False))
    asked = [(generator.next(time.monotonic()) or (0, b""))[1] for _ in range(3)]
    rest = b"HTTP/1.1\r\nHost: h:1\r\nAuthorization: Bearer T\r\nConnection: close\r\n\r\n"
    assert asked == [b"GET /a " + rest, b"GET /b " + rest, b"GET /a " + rest]


def test_no_more_are_under_way_than_may_be(tmp_path: Path) -> None:
    arrived = Arrived.new(tmp_path / "arrived")
    generator = Generator(Load(url="http://h:1/", seconds=9, window=2, arrived=str(tmp_path / "arrived")))
    for _ in range(2):
        assert generator.may()
        assert generator.next(time.monotonic()) is not None
    assert not generator.may()
    arrived.count = 1
    assert generator.may()
    arrived.end()
    assert generator.next(time.monotonic()) is None


@pytest.mark.parametrize("why", ["enough", "late"])
def test_where_all_that_may_be_is_under_way_the_end_is_heard_of(tmp_path: Path, why: str) -> None:
    """Nobody says any more how much has arrived: who waited for that would wait for ever."""
    arrived = Arrived.new(tmp_path / "arrived")
    generator = Generator(Load(url="http://h:1/", seconds=9, window=1, arrived=str(tmp_path / "arrived")))
    assert generator.next(time.monotonic()) is not None
    assert not generator.may()
    if why == "enough":
        arrived.end()
    else:
        generator.ends = time.monotonic()
    assert generator.may()
    assert generator.next(time.monotonic()) is None


def test_only_answers_of_its_time_count() -> None:
    generator = Generator(Load(url="http://h:1/", warm_seconds=1, seconds=2, first=100))
    began = generator.measured_from
    generator.asked = 5
    for number, status, after in ((0, 200, -0.5), (1, 200, 0.5), (2, 200, 1.0), (3, 503, 1.5), (4, 200, 2.5)):
        generator.heard(number, status, began + after - 0.1, began + after)
    found = loaded(generator, 0.001)
    assert (found.rate, found.answered, found.statuses) == (1.0, 4, {200: 4, 503: 1})
    assert found.failed == [103]
    assert found.p50_ms == pytest.approx(100)
    assert found.cpu_us == pytest.approx(200)
