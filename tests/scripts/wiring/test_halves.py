"""Halves: a rebuild that two processes share ends as one that a single process made."""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from adapters.rebuilding import lease as lease_module
from adapters.rebuilding.helping import Helper, Task
from adapters.view_tables import VIEWS
from scripts.wiring.halves import collecting_seldom, taking_turns
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import database_in
from tests.given import follower, payment
from tests.scripts.here import runner
from tests.served import Run

if TYPE_CHECKING:
    from scripts.wiring.stores import Stores


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


class Awaited(Helper):
    """One that is waited for before anything is told, and what it was given."""

    given: ClassVar[list[Task]] = []

    @property
    def is_ready(self) -> bool:
        until = time.monotonic() + 60
        while not super().is_ready:
            assert time.monotonic() < until
            time.sleep(0.01)
        return True

    def begin(self, task: Task) -> None:
        self.given.append(task)
        super().begin(task)


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in (("_HELPED_EVENTS_MIN", 1), ("FIRST_EVENTS_MAX", 2), ("BATCH_EVENTS_MAX", 2)):
        monkeypatch.setattr(f"adapters.rebuilding.rebuild.{name}", few)
    monkeypatch.setattr("scripts.wiring.halves.Helper", Awaited)
    Awaited.given.clear()


@contextmanager
def heard_beside(folder: Path) -> Iterator[Path]:
    """The file of what processes beside this one say meanwhile, on the stderr that they have of it."""
    said, before = folder / "beside", os.dup(2)
    with said.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield said
    finally:
        os.dup2(before, 2)
        os.close(before)


@pytest.mark.usefixtures("few_are_many")
def test_what_two_tell_is_what_one_told(house: Workshop, here: Run, tmp_path: Path) -> None:
    before = rows(house)
    with heard_beside(tmp_path) as said:
        done = here("rebuild", DATABASE=database_in(house.folder))
    assert (done.returncode, done.stderr, said.read_text()) == (0, "", "")
    assert "differ at" not in done.stdout.replace("none differs", "")
    assert rows(house) == before
    assert [(one.after, one.until) for one in Awaited.given] == [(2, house.book.last_position())]


@pytest.mark.usefixtures("few_are_many")
def test_a_helper_that_cannot_go_on_says_so_in_one_line(
    house: Workshop, here: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begin = Awaited.begin

    def begin_for_nobody(helper: Awaited, task: Task) -> None:
        begin(helper, replace(task, by="nobody"))
        until = time.monotonic() + 60
        while helper._process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.01)

    monkeypatch.setattr(Awaited, "begin", begin_for_nobody)
    with heard_beside(tmp_path) as said:
        done = here("rebuild", DATABASE=database_in(house.folder))
    assert done.returncode != 0
    assert "the process that helps to rebuild ended: exit 3" in done.stderr
    (line,) = said.read_text().splitlines()
    assert line.startswith("counterfoil: ")
    assert "rebuild" in line


@pytest.mark.usefixtures("few_are_many")
def test_a_helper_that_does_not_come_up_is_done_without(
    house: Workshop, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(house)
    monkeypatch.setattr("scripts.wiring.halves._HALF", "raise SystemExit(7)")
    done = here("rebuild", DATABASE=database_in(house.folder))
    assert done.returncode == 0
    assert "told_alone" in done.stderr
    assert "exit 7" in done.stderr
    assert rows(house) == before
    assert Awaited.given == []


def test_who_takes_turns_by_the_file_of_another_makes_none(house: Workshop, tmp_path: Path) -> None:
    stores = cast("Stores", SimpleNamespace(views=house.engine))
    with taking_turns(stores) as turns:
        made = turns.file.parent
        with taking_turns(stores, turns.file) as others:
            assert others.file == turns.file
        assert turns.file.exists()
    assert not made.exists()


def test_garbage_is_looked_for_as_before_when_it_is_over() -> None:
    before = gc.get_threshold()
    try:
        with collecting_seldom():
            assert gc.get_threshold() != before
            frozen = gc.get_freeze_count()
            kept = [[number] for number in range(1_000)]
        assert gc.get_threshold() == before
        # And not among what was kept until then: the process ends.
        assert gc.get_freeze_count() >= frozen + len(kept) // 2
    finally:
        gc.unfreeze()
