from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from adapters.views.registry import PROJECTIONS
from scripts.measuring import rebuild
from scripts.measuring.rebuild import measure
from tests.measured import small_bench

COMPARED = {"projection": "ledger", "rows": 3, "differences": 0, "set_aside": 0}


def test_all_projections_are_told_anew_by_the_command_and_each_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "EVENTS", 5_000)
    with small_bench(tmp_path) as bench:
        # Of those alone one is enough: the others differ by their name.
        figures = list(islice(measure(bench), 2))
    assert [figure.name for figure in figures] == ["rebuild.sqlite.all", "rebuild.sqlite.transactions"]
    for figure in figures:
        assert figure.unit == "events/s"
        assert figure.more["events"] >= 50
        assert figure.ratio is not None
    assert [figure.wanted for figure in figures] == [0.05, 0.15]


def test_there_is_a_figure_of_every_projection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rebuild, "book_of_events", lambda *_: None)
    monkeypatch.setattr(rebuild, "measured", lambda _, __, command: command)
    with small_bench(tmp_path) as bench:
        names = [figure.name for figure in measure(bench)]
    assert names == ["rebuild.sqlite.all", *(f"rebuild.sqlite.{name}" for name in PROJECTIONS)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, None),
        ({"differences": 1}, "rows of ledger differ"),
        ({"set_aside": 1}, "rows of ledger differ"),
        ({"rows": 0}, "nothing was told anew"),
        ({"rows": 0, "projection": "subscriptions"}, None),
    ],
)
def test_a_rebuild_that_differs_or_tells_nothing_is_none(said: dict[str, Any], words: str | None) -> None:
    assert rebuild.wrong({"switched": True, "projections": [COMPARED | said]}) == words


def test_a_rebuild_that_did_not_switch_is_none() -> None:
    assert rebuild.wrong({"switched": False, "projections": [COMPARED]}) == "nothing was told anew"
