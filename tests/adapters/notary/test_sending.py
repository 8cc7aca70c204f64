"""Checkpoints leave the machine: each target gets the newest, and trouble is said once and overcome."""

import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from structlog.testing import capture_logs

from adapters.notary.notes import verify
from adapters.notary.seals import Seals
from adapters.notary.sending import Sending, SendingError, targets_of
from adapters.tables import checkpoints, sendings
from tests.adapters.workshop import Workshop
from tests.given import payment
from tests.sealed import SIGNER, sealed

PATIENCE_SECONDS = 30


@dataclass
class Place:
    """A target in memory that can be told to fail, or to hold whoever sends."""

    name: str = "place"
    heard: list[str] = field(default_factory=list)
    tried: int = 0
    away: bool = False
    opened: threading.Event | None = None

    def send(self, note: str) -> None:
        self.tried += 1
        if self.opened is not None:
            self.opened.wait(PATIENCE_SECONDS)
        if self.away:
            raise SendingError("it is away")
        self.heard.append(note)


def sending(workshop: Workshop, *targets: Any) -> Sending:
    return Sending(workshop.engine, targets, workshop.clock, lambda: 0.0)


def rows(workshop: Workshop) -> dict[str, dict[str, Any]]:
    with workshop.engine.connect() as connection:
        return {row["target"]: {**row} for row in connection.execute(select(sendings)).mappings()}


def size_of(note: str) -> int:
    return verify(note, [SIGNER.vkey]).size


def test_each_target_gets_the_newest_once(workshop: Workshop) -> None:
    one, other = Place("one"), Place("other")
    given = sending(workshop, one, other)
    assert given.some() == 0  # there is none yet
    workshop.deliver(payment())
    first = sealed(workshop)
    assert (given.some(), given.some()) == (2, 0)
    workshop.deliver(payment("T2"))
    second = sealed(workshop)
    assert given.some() == 2
    assert one.heard == other.heard == [first, second]
    assert [row["size"] for row in rows(workshop).values()] == [size_of(second)] * 2
    assert rows(workshop)["one"]["error"] is None


def test_what_was_sent_before_a_restart_is_not_sent_again(workshop: Workshop) -> None:
    place = Place()
    workshop.deliver(payment())
    sealed(workshop)
    assert sending(workshop, place).some() == 1
    assert sending(workshop, place).some() == 0


def test_trouble_is_said_once_and_once_when_it_is_over(workshop: Workshop) -> None:
    place, well = Place("away", away=True), Place("well")
    given = sending(workshop, place, well)
    workshop.deliver(payment())
    note = sealed(workshop)
    with capture_logs() as said:
        for _ in range(200):  # each look at the clock is a second
            given.some()
    assert well.heard == [note]
    assert 3 < place.tried < 30  # the pauses grow
    assert [(one["event"], one["target"], one["error"]) for one in said] == [
        ("checkpoint_not_sent", "away", "it is away")
    ]
    assert (
        rows(workshop)["away"] | {"error": "it is away", "size": 0, "sent_us": None} == rows(workshop)["away"]
    )
    place.away = False
    with capture_logs() as said:
        assert given.some(last=True) == 1
        assert given.some(last=True) == 0
    assert [(one["event"], one["target"]) for one in said] == [("checkpoints_sent_again", "away")]
    assert rows(workshop)["away"]["error"] is None


def test_an_end_that_is_missing_is_not_covered_up(workshop: Workshop) -> None:
    place = Place()
    workshop.deliver(payment())
    sealed(workshop)
    workshop.deliver(payment("T2"))
    size = size_of(sealed(workshop))
    assert sending(workshop, place).some() == 1
    with workshop.engine.begin() as connection:
        connection.execute(delete(checkpoints).where(checkpoints.c.size == size))
    with capture_logs() as said:
        assert sending(workshop, place).some() == 0
    assert "the book's end is missing" in said[0]["error"]
    row = rows(workshop)["place"]
    assert (row["size"], len(place.heard)) == (size, 1)
    assert "the book's end is missing" in row["error"]


def test_a_slow_target_holds_nobody_and_the_last_one_is_sent_at_the_end(workshop: Workshop) -> None:
    place = Place(opened=threading.Event())
    assert place.opened is not None
    place.opened.set()
    given = sending(workshop, place)
    given.start()
    workshop.deliver(payment())
    note = sealed(workshop)
    given.close()
    assert place.heard == [note]


def test_real_targets_through_a_thread(workshop: Workshop, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE_SECONDS)
        addresses = [f"file://{tmp_path}/kept", f"syslog://127.0.0.1:{server.getsockname()[1]}"]
        given = Sending(workshop.engine, targets_of(addresses), workshop.clock)
        workshop.deliver(payment())
        note = sealed(workshop)
        given.start()
        until = time.monotonic() + PATIENCE_SECONDS
        while not (tmp_path / "kept").exists() and time.monotonic() < until:
            time.sleep(0.05)
        given.close()
        assert server.recv(65_535).startswith(b"<109>1 ")
    assert (tmp_path / "kept").read_text(encoding="utf-8") == note
    assert sorted(rows(workshop)) == sorted(addresses)


def test_a_fault_in_a_target_ends_no_thread(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place()
    given = sending(workshop, place)
    workshop.deliver(payment())
    sealed(workshop)
    monkeypatch.setattr(place, "send", lambda _: 1 // 0)
    with capture_logs() as said:
        given.start()
        given.close()
    assert [one["event"] for one in said] == ["sending_fault"]


def test_a_store_that_is_away_is_asked_again(workshop: Workshop) -> None:
    place = Place()
    given = sending(workshop, place)
    workshop.deliver(payment())
    note = sealed(workshop)
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sendings RENAME TO hidden")
    with capture_logs() as said:
        given._some_safely(last=True)
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden RENAME TO sendings")
    assert (said, place.heard) == ([], [])
    given._some_safely(last=True)
    assert place.heard == [note]


def test_nowhere_to_send_to_is_nothing_to_do(workshop: Workshop) -> None:
    given = sending(workshop)
    given.start()
    given.close()
    assert given.some() == 0
    assert Seals(workshop.engine).last_checkpoint() is None
