"""A house of the bench is a real one: it takes messages, settles them, and ends with the bench."""

import time
from pathlib import Path

import pytest

from scripts.checks import CannotStartError
from scripts.measuring.houses import house
from scripts.measuring.keeping import check_ended
from scripts.measuring.load import Load, Watch, load
from scripts.measuring.progress import progress
from tests.scripts.measuring.trial import trial


def test_it_settles_what_it_is_sent_and_shows_it(tmp_path: Path) -> None:
    bench = trial(tmp_path)
    with house(bench, "sqlite") as opened:
        watch = Watch(office_url=opened.office_url, token=opened.token)
        sent = load(bench, Load(url=opened.ipn_url, warm_seconds=0, seconds=60, count=30, watch=watch))
        assert (sent.asked, sent.statuses, sent.failed, sent.unseen) == (30, {200: 30}, [], 0)
        assert 1 <= len(sent.shown_ms) <= 20
        assert 0 < sent.p50_ms <= sent.p99_ms <= sent.max_ms
        asked = load(
            bench,
            Load(
                url=opened.office_url,
                paths=("/livez", "/api/transactions/none"),
                token=opened.token,
                seconds=60,
                count=4,
            ),
        )
        assert asked.statuses == {200: 2, 404: 2}
        assert sorted(asked.failed) == [1, 3]
        with progress(opened.database) as looking:
            while looking.look() < 30:
                time.sleep(0.01)
        check_ended(opened.database, range(30))
        pids = opened.pids
        assert set(pids) == {"listener", "office", "worker"}
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids.values())
    assert list(tmp_path.iterdir()) == []


def test_one_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotStartError, match=r"the house does not start: .*RECEIVERZ is no setting"),
        house(trial(tmp_path), "sqlite", RECEIVERZ="x"),
    ):
        pass
