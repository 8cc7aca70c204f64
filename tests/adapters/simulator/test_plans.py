from datetime import UTC, datetime
from random import Random

import pytest

from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.plans import DAY_SECONDS, Planned, in_turn, shop_day

NOW = datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)


def bodies(plan: list[Planned]) -> list[bytes]:
    return [planned.message.body for planned in plan]


def test_lifecycles_are_played_in_turn_with_pauses_between() -> None:
    plan = in_turn(["full_refund", "completed"], rng=Random(1), now=NOW, pause_seconds=0.5)
    assert [planned.lifecycle for planned in plan] == ["full_refund", "full_refund", "completed"]
    assert [planned.pause_seconds for planned in plan] == [0.0, 0.5, 0.5]


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        in_turn(["nothing"], rng=Random(1), now=NOW)


def test_duplicates_are_the_same_bytes_twice_and_shuffling_loses_none() -> None:
    plain = bodies(in_turn(["reversal_lost"], rng=Random(1), now=NOW))
    mixed = bodies(in_turn(["reversal_lost"], rng=Random(1), now=NOW, shuffle=True, duplicate=True))
    assert sorted(mixed) == sorted(plain * 2)
    assert mixed != [copy for body in plain for copy in (body, body)]


def test_a_day_has_every_lifecycle_and_takes_about_a_minute() -> None:
    for seed in range(20):
        plan = shop_day(rng=Random(seed), now=NOW)
        assert {planned.lifecycle for planned in plan} == set(LIFECYCLES)
        assert plan[0].lifecycle == "completed"
        assert 0.6 * DAY_SECONDS < sum(planned.pause_seconds for planned in plan) < 1.3 * DAY_SECONDS
        assert all(0.0 <= planned.pause_seconds < 6.0 for planned in plan)
        assert len(set(bodies(plan))) == len(plan) > 60


def test_a_day_keeps_the_order_of_each_lifecycle() -> None:
    known = set()
    for planned in shop_day(rng=Random(1), now=NOW):
        parent = planned.message.value("parent_txn_id")
        assert not parent or parent in known
        known.add(planned.message.value("txn_id"))


def test_the_same_seed_plays_the_same_day() -> None:
    assert shop_day(rng=Random(3), now=NOW) == shop_day(rng=Random(3), now=NOW)
    assert shop_day(rng=Random(3), now=NOW) != shop_day(rng=Random(4), now=NOW)
