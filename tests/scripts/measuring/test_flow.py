"""The steady state: measured between two moments at which messages became visible, in a bounded window."""

from pathlib import Path

import pytest

from scripts.measuring import flow
from scripts.measuring.ack import Posted
from scripts.measuring.arrived import Arrived
from scripts.measuring.bench_context import CheckFailedError
from scripts.measuring.flow import WINDOW, Flowed, Steps, costs, rates, wait_until_shown, window
from tests.scripts.measuring.test_ack import heard
from tests.scripts.measuring.trial import trial


class Looking:
    """A store in which so many are shown at each look; the last of them from then on."""

    def __init__(self, *shown: int) -> None:
        self.all = list(shown)
        self.shown = 0
        self.idle = True

    def look(self) -> int:
        self.shown = self.all.pop(0) if len(self.all) > 1 else self.all[0]
        return self.shown


def test_it_goes_on_until_so_many_are_shown_and_then_to_the_next_step(tmp_path: Path) -> None:
    arrived = Arrived.new(tmp_path / "arrived")
    looking = Looking(10, 12, 15, 15, 15, 17, 99)
    Steps(looking, arrived, 10).go_on(0.0, until_shown=5)
    assert arrived.count == 5
    Steps(looking, arrived, 10).go_on(0.0)
    assert arrived.count == 7


def test_what_comes_to_a_halt_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PATIENCE_SECONDS", 0.02)
    arrived = Arrived.new(tmp_path / "arrived")
    arrived.count = 3
    with pytest.raises(CheckFailedError, match="only 3 messages were seen"):
        Steps(Looking(3), arrived, 0).go_on(0.0)
    with pytest.raises(CheckFailedError, match="of 9 acknowledged messages 3 are seen"):
        wait_until_shown(Looking(3), Posted(first=10, failed=[4]))


def test_a_window_is_no_smaller_than_there_are_connections(tmp_path: Path) -> None:
    assert window(trial(tmp_path)) == 64
    assert window(trial(tmp_path, small=False)) == WINDOW > 64


@pytest.mark.parametrize(
    ("engine", "seconds", "wanted"),
    [("sqlite", 0.0, 1_500.0), ("postgresql", 0.0, 1_000.0), ("sqlite", 0.3, 800.0)],
)
def test_a_figure_has_what_is_wanted_of_it(engine: str, seconds: float, wanted: float) -> None:
    rounds = [
        Flowed(rate, cpu, heard(9, []), [rate]) for rate, cpu in ((10.0, 2.0), (30.0, 4.0), (20.0, 3.0))
    ]
    figure = rates(engine, seconds, rounds)
    assert (figure.name, figure.value) == (f"flow.{engine}.post_back_{seconds * 1000:.0f}_ms", 20.0)
    assert (figure.wanted, figure.rounds) == (wanted, (10.0, 30.0, 20.0))
    assert figure.more["p50_ms"] == 20.0
    assert figure.more["cpu_ms_per_message"] == 3.0


def test_what_a_slow_paypal_costs_is_held_against_a_quick_one() -> None:
    figure = costs("sqlite", [1.0, 2.0, 3.0], [2.5])
    assert (figure.value, figure.ceiling, figure.ratio, figure.holds) == (2.5, 2.0, 1.25, True)


def test_of_no_sample_no_times_are_told() -> None:
    figure = rates("sqlite", 0.0, [Flowed(10.0, 2.0, heard(9, []), [])])
    assert not {"p50_ms", "p99_ms", "max_ms"} & figure.more.keys()
