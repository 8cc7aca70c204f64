import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.engines import StoreError
from adapters.heartbeat import Heartbeat
from adapters.queries.heartbeat import newest_heartbeat
from adapters.sqlite.engine import sqlite_engine
from adapters.tables import heartbeats
from adapters.times import to_us
from tests.adapters.workshop import Workshop
from tests.given import NOON


def beats(workshop: Workshop) -> dict[str, tuple[int, dict[str, Any]]]:
    with workshop.engine.connect() as connection:
        rows = connection.execute(select(heartbeats)).all()
    return {row.worker: (row.beat_us, json.loads(row.detail)) for row in rows}


def heart(workshop: Workshop, worker: str = "w/1") -> Heartbeat:
    return Heartbeat(workshop.engine, worker, lambda: workshop.at)


def test_the_last_beat_of_each_worker_stands(workshop: Workshop) -> None:
    heart(workshop).beat({"state": "closed"})
    workshop.at += timedelta(seconds=2)
    heart(workshop).beat({"state": "open", "next_probe_at": None})
    heart(workshop, "w/2").beat({})
    now_us = to_us(NOON + timedelta(seconds=2))
    assert beats(workshop) == {
        "w/1": (now_us, {"state": "open", "next_probe_at": None}),
        "w/2": (now_us, {}),
    }
    with workshop.engine.connect() as connection:
        newest = newest_heartbeat(connection)
    assert newest is not None
    assert newest.at == NOON + timedelta(seconds=2)


def test_a_worker_that_stopped_is_not_missed(workshop: Workshop) -> None:
    heart(workshop).beat({})
    heart(workshop, "w/2").beat({})
    heart(workshop).end()
    heart(workshop).end()
    assert list(beats(workshop)) == ["w/2"]


def test_workers_of_days_ago_are_forgotten_and_others_are_not(workshop: Workshop) -> None:
    heart(workshop, "old/1").beat({})
    workshop.at += timedelta(hours=23)
    heart(workshop, "w/1").beat({})
    assert sorted(beats(workshop)) == ["old/1", "w/1"]
    workshop.at += timedelta(hours=2)
    heart(workshop, "w/2").beat({})
    assert sorted(beats(workshop)) == ["w/1", "w/2"]


def test_a_store_that_cannot_be_used_is_said(workshop: Workshop) -> None:
    gone = sqlite_engine(workshop.folder / "nowhere" / "house.db")
    heart = Heartbeat(gone, "w/1", lambda: NOON)
    with pytest.raises(StoreError):
        heart.beat({})
    with pytest.raises(StoreError):
        heart.end()
    gone.dispose()
