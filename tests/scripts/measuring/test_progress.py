"""How far a house is, as its store says: taken, settled, and in every view."""

from pathlib import Path

import pytest

from scripts.measuring.bodies import RECEIVER, ROUND, body_of
from scripts.measuring.progress import Progress, asking, progress
from tests.house import LocalPayPal, keep, settings_in, work_off


def test_it_goes_from_nothing_to_everything(any_engine: str, tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url, RECEIVERS=RECEIVER)
        keep(settings, map(body_of, range(ROUND)))
        with progress(settings.database) as looking:
            assert (looking.look(), looking.taken, looking.settled) == (0, 0, 0)
            work_off(settings)
            assert (looking.look(), looking.taken, looking.settled) == (ROUND, ROUND, ROUND)
            assert looking.idle


class Told:
    """A connection that says what a store says over time."""

    def __init__(self, *rows: tuple[int, int, int, int]) -> None:
        self.rows = list(rows)

    def execute(self, _: str) -> "Told":
        return self

    def fetchone(self) -> tuple[int, int, int, int]:
        return self.rows.pop(0)


def test_what_is_settled_is_shown_when_the_views_have_come_as_far() -> None:
    looking = Progress(Told((10, 4, 20, 0), (10, 0, 35, 19), (12, 2, 35, 20), (12, 0, 40, 40)), "sqlite")
    assert [looking.look() for _ in range(3)] == [0, 0, 6]
    assert not looking.idle
    assert looking.look() == 12
    assert looking.idle


def test_whoever_looks_cannot_write(any_engine: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "http://127.0.0.1:1/", RECEIVERS=RECEIVER)
    keep(settings, [body_of(0)])
    for inbox in (False, True):
        with asking(settings.database, inbox=inbox) as connection, pytest.raises(Exception, match="read"):
            connection.execute("DELETE FROM deliveries" if inbox else "DELETE FROM notifications")
