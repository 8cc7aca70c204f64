from collections import Counter
from random import Random

import pytest

from adapters.simulator.faults import LOST_TRIES_MOST, NO_FAULTS, UNHEARD_MOST, Faults, Told
from adapters.simulator.givebacks import reversal_lost
from adapters.simulator.mailing import Mark, Planned
from adapters.simulator.sales import new_sale
from adapters.simulator.schedule import TRIES_MAX
from tests.adapters.simulator.stage import NOW, a_scene, told

LIVES = 200
SHARE = 0.25
SENT = [
    Told(life * 5.0 + nth, life, nth, "reversal_lost", message)
    for life in range(LIVES)
    for nth, message in enumerate(told(reversal_lost, seed=life))
]


def mail(**shares: float) -> list[tuple[float, Planned]]:
    return Faults(seed=1, **shares).befall(SENT, NOW)


def marks(**shares: float) -> Counter[Mark]:
    return Counter(one.mark for _, one in mail(**shares))


def bodies(posted: list[tuple[float, Planned]], mark: Mark) -> list[bytes]:
    return [one.message.body for _, one in posted if one.mark is mark]


def test_without_faults_all_is_posted_once_in_its_order_and_nothing_befalls_it() -> None:
    posted = NO_FAULTS.befall(SENT, NOW)
    assert [one.message for _, one in posted] == [one.message for one in SENT]
    assert {(one.mark, one.lost, one.unheard) for _, one in posted} == {(Mark.GENUINE, 0, 0)}
    assert [(one.life, one.nth) for _, one in posted] == [(one.life, one.nth) for one in SENT]
    assert NO_FAULTS.befall([], NOW) == []


@pytest.mark.parametrize(
    ("share", "mark"),
    [
        ("duplicates", Mark.DUPLICATE),
        ("forged", Mark.FORGED),
        ("replayed", Mark.REPLAYED),
        ("history", Mark.HISTORY),
    ],
)
def test_what_is_posted_besides_is_as_frequent_as_its_share(share: str, mark: Mark) -> None:
    found = marks(**{share: SHARE})
    assert found.keys() == {Mark.GENUINE, mark}
    assert found[Mark.GENUINE] == len(SENT)
    assert 0.8 * SHARE < found[mark] / len(SENT) < 1.2 * SHARE


@pytest.mark.parametrize("share", ["lost", "unheard"])
def test_what_befalls_tries_is_as_frequent_as_its_share_and_ends_before_they_do(share: str) -> None:
    struck = [count for _, one in mail(**{share: SHARE}) if (count := getattr(one, share))]
    most = {"lost": LOST_TRIES_MOST, "unheard": UNHEARD_MOST}[share]
    assert 0.8 * SHARE < len(struck) / len(SENT) < 1.2 * SHARE
    assert set(struck) == set(range(1, most + 1))
    assert most < TRIES_MAX - 1


def test_copies_are_the_same_bytes_later_and_forgeries_are_not() -> None:
    posted = mail(duplicates=SHARE, replayed=SHARE, forged=SHARE)
    genuine = bodies(posted, Mark.GENUINE)
    first = {one.message.body: slot for slot, one in reversed(posted) if one.mark is Mark.GENUINE}
    for slot, one in posted:
        if one.mark is Mark.FORGED:
            assert one.message.body not in genuine
        else:
            assert first[one.message.body] <= slot
    assert [slot for slot, _ in posted] == sorted(slot for slot, _ in posted)


def test_what_comes_from_the_history_is_the_same_message_marked_so() -> None:
    posted = mail(history=SHARE)
    genuine = {one.message.body: (one.life, one.nth) for _, one in posted if one.mark is Mark.GENUINE}
    again = [one for _, one in posted if one.mark is Mark.HISTORY]
    assert all(
        genuine[one.message.body.removesuffix(b"&resend=true")] == (one.life, one.nth) for one in again
    )


def test_a_replay_comes_much_later() -> None:
    posted = mail(replayed=SHARE)
    first = {one.message.body: slot for slot, one in posted if one.mark is Mark.GENUINE}
    assert all(slot > first[one.message.body] + 49 for slot, one in posted if one.mark is Mark.REPLAYED)


@pytest.mark.parametrize("share", ["reorder", "delays"])
def test_some_come_out_of_their_lifecycles_order_and_none_is_missing(share: str) -> None:
    posted = mail(**{share: SHARE})
    order = [(one.life, one.nth) for _, one in posted]
    assert sorted(order) == [(one.life, one.nth) for one in SENT]
    of_lives = [[nth for of, nth in order if of == life] for life in range(LIVES)]
    assert 0.1 * LIVES < sum(nths != sorted(nths) for nths in of_lives) < LIVES


def test_the_first_arrives_at_once_though_all_is_lost() -> None:
    (_, first), *rest = mail(lost=1.0, delays=1.0)
    assert (first.lost, first.message) == (0, SENT[0].message)
    assert all(one.lost for _, one in rest)


def test_the_same_seed_befalls_the_same_and_another_does_not() -> None:
    everything = {"duplicates": 0.2, "reorder": 0.2, "delays": 0.2, "lost": 0.2, "forged": 0.2}
    assert mail(**everything) == mail(**everything)
    assert mail(**everything) != Faults(seed=2, **everything).befall(SENT, NOW)


def test_it_says_how_much_it_adds() -> None:
    faults = Faults(duplicates=0.1, forged=0.05, replayed=0.25, history=0.1, lost=0.9)
    assert faults.growth == pytest.approx(1.5)


def test_what_is_told_does_not_depend_on_what_befalls_it() -> None:
    scene = a_scene()
    told_first = Told(0.0, 0, 0, "completed", new_sale(scene).completed())
    state = scene.rng.getstate()
    Faults(seed=1, forged=1.0, duplicates=1.0).befall([told_first], NOW)
    assert scene.rng.getstate() == state
    assert isinstance(scene.rng, Random)
