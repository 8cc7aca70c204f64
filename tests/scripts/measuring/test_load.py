"""Load from a process of its own."""

from pathlib import Path

import pytest

from scripts.checks import CannotStartError
from scripts.measuring.houses import paypal
from scripts.measuring.load import Load, load, loading
from tests.scripts.measuring.trial import trial


@pytest.mark.parametrize("kept_alive", [True, False])
def test_it_goes_on_for_its_time_and_says_how_fast(tmp_path: Path, *, kept_alive: bool) -> None:
    bench = trial(tmp_path)
    with paypal(tmp_path) as url:
        found = load(
            bench, Load(url=url, warm_seconds=0.1, seconds=0.2, connections=4, kept_alive=kept_alive)
        )
    assert found.asked == found.answered == found.statuses[200]
    assert found.rate > 0
    assert found.seconds == pytest.approx(0.2)
    assert found.cpu_us > 0
    assert set(found.more) == {"p50_ms", "p99_ms", "max_ms"}


def test_one_that_fails_says_why(tmp_path: Path) -> None:
    with loading(trial(tmp_path), Load(url="nowhere", seconds=0.1)) as under_way:
        with pytest.raises(CannotStartError, match=r"ended without a result: .*Error"):
            under_way.result()
        assert under_way.is_over
