from datetime import UTC, datetime
from itertools import cycle, pairwise
from random import Random

import pytest

from adapters.simulator.faults import Faults
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Mark, Planned
from adapters.simulator.mixes import drawn, read_mix
from adapters.simulator.plans import DAY_SECONDS, in_turn, mixed, shop_day

NOW = datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)
ALL = read_mix("all")


def bodies(plan: list[Planned]) -> list[bytes]:
    return [planned.message.body for planned in plan]


def a_mix(seed: int = 1, lives: int | None = 100, messages: float = 0.0, **more: object) -> list[Planned]:
    rng = Random(seed)
    return mixed(
        drawn(ALL, rng),
        rng=rng,
        now=NOW,
        rate=50.0,
        lives=lives,
        messages=messages,
        **more,  # type: ignore[arg-type]
    )


def test_lifecycles_are_played_in_turn_with_pauses_between() -> None:
    plan = in_turn(["full_refund", "completed"], rng=Random(1), now=NOW, pause_seconds=0.5)
    assert [(one.lifecycle, one.life, one.nth) for one in plan] == [
        ("full_refund", 0, 0),
        ("full_refund", 0, 1),
        ("completed", 1, 0),
    ]
    assert [planned.at_seconds for planned in plan] == [0.0, 0.5, 1.0]


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        in_turn(["nothing"], rng=Random(1), now=NOW)


def test_duplicates_are_the_same_bytes_twice_and_shuffling_loses_none() -> None:
    plain = bodies(in_turn(["reversal_lost"], rng=Random(1), now=NOW))
    shuffled = in_turn(["reversal_lost"], rng=Random(1), now=NOW, shuffle=True, faults=Faults(duplicates=1.0))
    assert sorted(bodies(shuffled)) == sorted(plain * 2)
    assert bodies(shuffled) != [copy for body in plain for copy in (body, body)]
    assert sum(one.mark is Mark.DUPLICATE for one in shuffled) == len(plain)


def test_a_day_has_every_lifecycle_and_takes_about_a_minute() -> None:
    for seed in range(20):
        plan = shop_day(rng=Random(seed), now=NOW)
        assert {planned.lifecycle for planned in plan} == set(LIFECYCLES)
        assert (plan[0].lifecycle, plan[0].at_seconds) == ("completed", 0.0)
        assert 0.6 * DAY_SECONDS < plan[-1].at_seconds < 1.3 * DAY_SECONDS
        pauses = [later.at_seconds - one.at_seconds for one, later in pairwise(plan)]
        assert all(0.0 <= pause < 6.0 for pause in pauses)
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


def test_a_mix_has_so_many_whole_lifecycles_mixed_at_an_even_rate() -> None:
    plan = a_mix(lives=2 * len(LIFECYCLES))
    assert {one.life for one in plan} == set(range(2 * len(LIFECYCLES)))
    assert [round(one.at_seconds * 50) for one in plan] == list(range(len(plan)))
    lives = [one.life for one in plan]
    assert lives != sorted(lives)
    for life in set(lives):
        nths = [one.nth for one in plan if one.life == life]
        assert nths == list(range(len(nths)))


def test_a_mix_for_so_many_seconds_has_the_messages_that_take_so_long() -> None:
    for faults in (Faults(), Faults(duplicates=0.2, forged=0.1, replayed=0.1)):
        plan = a_mix(lives=None, messages=400.0, faults=faults)
        assert 380 < len(plan) < 440


def test_a_mix_may_be_shuffled_altogether() -> None:
    plain, shuffled = a_mix(), a_mix(shuffle=True)
    assert sorted(bodies(plain)) == sorted(bodies(shuffled))
    assert sum(one.message != other.message for one, other in zip(plain, shuffled, strict=True)) > 100


def test_the_same_seed_mixes_the_same_whatever_befalls_it() -> None:
    faults = Faults(seed=1, duplicates=0.2, lost=0.2, reorder=0.2)
    assert a_mix(faults=faults) == a_mix(faults=faults)
    assert a_mix(seed=1) != a_mix(seed=2)
    genuine = {one.message.body for one in a_mix(faults=faults) if one.mark is Mark.GENUINE}
    assert genuine == set(bodies(a_mix()))


def test_one_name_may_be_mixed_with_itself() -> None:
    plan = mixed(cycle(["full_refund"]), rng=Random(1), now=NOW, rate=1.0, lives=5, messages=0.0)
    assert len(plan) == 10
