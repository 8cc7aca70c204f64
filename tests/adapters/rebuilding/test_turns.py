"""Turns: one writes at a time, and leaves room for others where there are any."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.engines import StoreError
from adapters.heartbeat import Heartbeat
from adapters.rebuilding.turns import AtWork, Turns
from tests.adapters.workshop import Workshop
from tests.given import NOON


def test_one_at_a_time(tmp_path: Path) -> None:
    one, two = Turns(tmp_path / "turns"), Turns(tmp_path / "turns")
    done: list[str] = []

    def take_the_second() -> None:
        with two.turn():
            done.append("second")

    thread = threading.Thread(target=take_the_second)
    with one.turn():
        thread.start()
        thread.join(0.05)
        done.append("first")
    thread.join(30)
    assert done == ["first", "second"]
    one.close()
    two.close()


@pytest.mark.parametrize(("others", "pauses"), [(True, 1), (False, 0)])
def test_a_pause_is_made_only_for_others(tmp_path: Path, pauses: int, *, others: bool) -> None:
    slept: list[float] = []
    turns = Turns(tmp_path / "turns", lambda: others, slept.append)
    with turns.turn():
        pass
    assert len(slept) == pauses
    turns.close()


def test_nothing_goes_wrong_after_what_was_written(tmp_path: Path) -> None:
    done: list[str] = []

    def away() -> bool:
        raise StoreError("away")

    turns = Turns(tmp_path / "turns", away)
    with pytest.raises(StoreError), turns.turn():
        done.append("written, and to be written again by whoever hears of an error")
    assert not done
    turns.close()


def test_a_turn_that_fails_is_over(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "turns", lambda: False)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        turns.close()
        turns = Turns(tmp_path / "others", lambda: False)
    turns.close()


def test_a_worker_is_at_work_whose_heart_beat_a_moment_ago(workshop: Workshop) -> None:
    assert not AtWork(workshop.engine, lambda: NOON)()
    Heartbeat(workshop.engine, "here/1", lambda: NOON).beat({})
    assert AtWork(workshop.engine, lambda: NOON)()
    assert not AtWork(workshop.engine, lambda: NOON + timedelta(minutes=2))()
