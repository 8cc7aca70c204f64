"""Readiness: every limit has two sides, and a store that is away is told in good time."""

import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from adapters.book import StoreAwayError
from adapters.readiness import Check, Readiness
from tests.adapters.conftest import NOON, Shelf, later
from tests.engines import Hold, database_in


def check(shelf: Shelf, name: str) -> Check:
    return next(each for each in Readiness(shelf.queries).report().checks if each.name == name)


def test_a_house_at_work_is_ready(shelf: Shelf) -> None:
    shelf.healthy()
    report = Readiness(shelf.queries).report()
    assert report.ready
    assert [each.name for each in report.checks] == [
        "store_writable",
        "worker_heartbeat",
        "oldest_unverified",
        "projection_lag",
    ]
    assert report.information == {
        "last_received_at": "2026-11-20T12:00:00Z",
        "silence_seconds": 0.0,
        "backlog": {"waiting": 0, "parked": 0},
        "breaker": {"state": "closed"},
    }


@pytest.mark.parametrize(("age", "ok"), [(15, True), (15.001, False), (-3, True)])
def test_a_heartbeat_is_fresh_for_fifteen_seconds(shelf: Shelf, age: float, ok: bool) -> None:  # noqa: FBT001
    shelf.beat(NOON)
    shelf.now = later(seconds=age)
    found = check(shelf, "worker_heartbeat")
    assert (found.ok, found.limit) == (ok, {"age_seconds": 15.0})
    assert found.detail == {"age_seconds": max(0, age)}


def test_a_worker_that_never_ran_is_missing(shelf: Shelf) -> None:
    assert check(shelf, "worker_heartbeat").detail == {"age_seconds": None}
    assert not check(shelf, "worker_heartbeat").ok


@pytest.mark.parametrize("taken_in", [True, False])
@pytest.mark.parametrize(("age", "ok"), [(300, True), (300.001, False)])
def test_a_message_may_wait_five_minutes_wherever_it_waits(
    shelf: Shelf,
    age: float,
    ok: bool,  # noqa: FBT001
    taken_in: bool,  # noqa: FBT001
) -> None:
    n = shelf.deliver()
    if taken_in:
        shelf.take_in(n)
    shelf.now = later(seconds=age)
    found = check(shelf, "oldest_unverified")
    assert (found.ok, found.detail) == (ok, {"age_seconds": age, "waiting": 1})


def test_what_is_settled_does_not_count_as_waiting(shelf: Shelf) -> None:
    shelf.take_in(shelf.deliver(), verdict="verified", outcome="refused")
    shelf.now = later(days=5)
    assert check(shelf, "oldest_unverified").ok


@pytest.mark.parametrize(
    ("behind", "age", "ok"), [(10_000, 60, True), (10_001, 1, False), (1, 60.001, False)]
)
def test_a_projection_may_be_so_far_behind(
    shelf: Shelf,
    behind: int,
    age: float,
    ok: bool,  # noqa: FBT001
) -> None:
    shelf.tail.recorded = [NOON] * (behind + 1)
    for name in ("transactions", "origins"):
        shelf.project(name, 1)
    shelf.now = later(seconds=age)
    found = check(shelf, "projection_lag")
    assert found.ok == ok
    assert found.detail["transactions"] == {"lag_events": behind, "lag_seconds": age, "set_aside": 0}


def test_streams_that_were_set_aside_are_counted_and_hold_nobody_up(shelf: Shelf) -> None:
    shelf.healthy()
    shelf.put_aside("transactions", "T1", 1)
    found = check(shelf, "projection_lag")
    assert found.ok
    assert [found.detail[name]["set_aside"] for name in ("transactions", "origins")] == [1, 0]


@pytest.mark.parametrize("locked", ["book", "inbox"])
def test_a_locked_store_is_told_within_two_seconds(
    shelf: Shelf, on_sqlite: str, tmp_path: Path, locked: str
) -> None:
    shelf.healthy()
    with Hold(tmp_path, locked):
        started = time.monotonic()
        report = Readiness(shelf.queries).report()
        assert time.monotonic() - started < 2
    assert not report.ready
    (failed,) = (each for each in report.checks if not each.ok)
    assert failed.name == "store_writable"
    assert failed.detail[locked] == "database is locked"
    assert list(failed.detail.values()).count("ok") == 1
    # What can be read is told all the same.
    assert report.information["silence_seconds"] == 0.0


@pytest.mark.parametrize("locked", ["book", "inbox"])
def test_who_will_not_wait_takes_somebody_who_writes_for_a_store_that_takes_writes(
    shelf: Shelf, on_sqlite: str, tmp_path: Path, locked: str
) -> None:
    shelf.healthy()
    with Hold(tmp_path, locked):
        assert Readiness(shelf.queries).report(waits=False).ready


def test_tables_that_somebody_holds_are_told_within_two_seconds(
    shelf: Shelf, on_postgresql: str, tmp_path: Path
) -> None:
    shelf.healthy()
    with Hold(tmp_path):
        started = time.monotonic()
        report = Readiness(shelf.queries).report()
        assert time.monotonic() - started < 2
    (failed,) = (each for each in report.checks if not each.ok)
    assert failed.name == "store_writable"
    assert "lock timeout" in failed.detail["book"]
    assert report.information["silence_seconds"] == 0.0


def test_a_standby_takes_no_write(shelf: Shelf, on_postgresql: str, tmp_path: Path) -> None:
    shelf.healthy()
    with psycopg.connect(database_in(tmp_path), autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
    shelf.book.dispose()
    found = check(shelf, "store_writable")
    assert not found.ok
    assert "read-only" in found.detail["book"]


def test_a_file_that_takes_no_write_is_found(shelf: Shelf, on_sqlite: str) -> None:
    shelf.healthy()
    with shelf.book.connect() as book:
        raw: Any = book.connection.driver_connection
        raw.execute("PRAGMA query_only = ON")
        book.rollback()
    # The one pooled connection is the one that is asked.
    found = check(shelf, "store_writable")
    assert (found.ok, found.detail["inbox"]) == (False, "ok")
    assert "readonly" in found.detail["book"]


def test_a_store_without_its_tables_fails_and_raises_nothing(shelf: Shelf) -> None:
    shelf.healthy()
    with shelf.book.begin() as book:
        book.execute(text("DROP TABLE notifications"))
    report = Readiness(shelf.queries).report()
    assert [each.ok for each in report.checks] == [True, False, False, False]
    assert "notifications" in report.checks[1].detail["error"]
    assert report.information == {}


def test_a_book_that_cannot_be_read_fails_and_raises_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> int:
        raise StoreAwayError("database is locked")

    monkeypatch.setattr(shelf.tail, "last_position", away)
    report = Readiness(shelf.queries).report()
    assert report.checks[-1].detail == {"error": "database is locked"}


def test_silence_is_told_and_not_judged(shelf: Shelf) -> None:
    shelf.healthy()
    shelf.beat(later(days=9), worker="w/2")
    shelf.now = later(days=9)
    report = Readiness(shelf.queries).report()
    assert report.ready
    assert report.information["silence_seconds"] == 9 * 86_400
