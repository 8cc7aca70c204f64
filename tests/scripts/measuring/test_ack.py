"""Acknowledging: what was posted is counted from round to round, and looked for in the inbox."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete

from adapters.tables import deliveries
from scripts.measuring import ack
from scripts.measuring.ack import Posted, check_answered, measure
from scripts.measuring.bench_context import Bench, CheckFailedError
from scripts.measuring.bodies import RECEIVER, body_of
from scripts.measuring.load import Load, Loaded
from tests.house import keep, settings_in
from tests.postgres import session_server
from tests.scripts.measuring.trial import trial

FIGURES = ("kept_alive", "kept_alive.p99", "new_connection", "new_connection.p99")


def heard(asked: int, failed: list[int]) -> Loaded:
    return Loaded(
        asked=asked,
        answered=asked - len(failed),
        rate=1.0,
        seconds=1.0,
        p50_ms=1.0,
        p99_ms=1.0,
        max_ms=1.0,
        statuses={},
        failed=failed,
        cpu_us=1.0,
    )


def test_no_message_is_posted_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posted = Posted()
    found = iter([heard(10, [3]), heard(5, [])])
    firsts = []

    def load(_: Bench, wanted: Load) -> Loaded:
        firsts.append(wanted.first)
        return next(found)

    monkeypatch.setattr(ack, "load", load)
    for _ in range(2):
        posted.load(trial(tmp_path), Load(url="x", seconds=1))
    assert (firsts, posted.first, posted.failed) == ([0, 10], 15, [3])


def test_on_a_server_of_ones_own_it_is_not_slowed(on_postgresql: str, tmp_path: Path) -> None:
    said: list[str] = []
    bench = trial(
        tmp_path,
        engine="postgresql",
        postgresql=session_server().url(),
        own_server=False,
        say=said.append,
    )
    figures = list(measure(bench))
    assert [figure.name for figure in figures] == [f"ack.postgresql.{name}" for name in FIGURES]
    assert min(figure.value for figure in figures) > 0
    assert all(figure.ceiling for figure in figures)
    assert said[-1] == "not measured, PostgreSQL with slow syncs: the server is not the bench's own"


def test_what_is_not_kept_is_found(any_engine: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "http://127.0.0.1:1/", RECEIVERS=RECEIVER)
    keep(settings, map(body_of, range(5)))
    posted = Posted(first=6, failed=[5])
    opened: Any = SimpleNamespace(database=settings.database)
    posted.check(opened)
    engine = settings.store.inbox()
    with engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.n == 2))
    engine.dispose()
    with pytest.raises(CheckFailedError, match="1 acknowledged messages were not kept, first 1"):
        posted.check(opened)


def test_where_nobody_was_answered_nothing_was_quick() -> None:
    check_answered("words", [heard(9, [])])
    with pytest.raises(CheckFailedError, match=r"words: nobody was answered 200 in time, of all: {503: 9}"):
        check_answered("words", [heard(9, []), replace(heard(9, []), rate=0.0, statuses={503: 9})])
