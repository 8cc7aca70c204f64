import re
from datetime import UTC, datetime
from random import Random

from adapters.simulator.scene import Scene

NOW = datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)


def test_ids_look_like_paypals_and_are_not_given_twice() -> None:
    scene = Scene(Random(1), NOW)
    ids = {scene.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[0-9A-Z]{17}", given) for given in ids)
    assert re.fullmatch(r"PP(-\d{3}){4}", scene.new_case_id())


def test_days_ago_are_counted_back_from_now() -> None:
    scene = Scene(Random(1), NOW)
    assert scene.date() == "13:05:09 Nov 20, 2026 PST"
    assert scene.date(0.5) == "01:05:09 Nov 20, 2026 PST"
    assert scene.date(30) == "14:05:09 Oct 21, 2026 PDT"
