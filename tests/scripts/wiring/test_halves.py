"""Halves: a rebuild that two processes share ends as one that a single process made."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.rebuilding import lease as lease_module
from adapters.view_tables import VIEWS
from scripts.wiring.halves import collecting_seldom
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import database_in
from tests.given import follower, payment
from tests.scripts.here import runner
from tests.served import Run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        opened.deliver(*[payment(f"T{n}", payer_id=f"P{n % 7}") for n in range(40)])
        opened.deliver(*[follower("Refunded", f"R{n}", f"T{n}", gross="-5.00") for n in range(40)])
        opened.follower.follow()
        yield opened
    lease_module._HELD.clear()


def rows(house: Workshop) -> dict[str, list[tuple[Any, ...]]]:
    with house.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(view).order_by(*view.primary_key))]
            for name, view in VIEWS.tables.items()
        }


def test_what_two_tell_is_what_one_told(house: Workshop, here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(house)
    monkeypatch.setattr("adapters.rebuilding.rebuild._HELPED_EVENTS_MIN", 1)
    done = here("rebuild", DATABASE=database_in(house.folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("120 events in ")
    assert "differ at" not in done.stdout.replace("none differs", "")
    assert rows(house) == before


def test_garbage_is_looked_for_as_before_when_it_is_over() -> None:
    before = gc.get_threshold()
    with collecting_seldom():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before
