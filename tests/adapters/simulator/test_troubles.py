from collections import Counter

import pytest

from adapters.simulator.troubles import KINDS, NO_TROUBLE, TROUBLES_MAX, Away, Troubles

BODIES = [f"txn_id={n}".encode() for n in range(2000)]


def test_without_trouble_every_answer_is_honest() -> None:
    assert NO_TROUBLE.of(b"a", 1, 0.0) is None


def test_trouble_is_as_frequent_as_its_share() -> None:
    troubles = Troubles(seed=1, shares={"500": 0.2, "slow": 0.1})
    found = Counter(troubles.of(body, 1, 0.0) for body in BODIES)
    assert found.keys() == {"500", "slow", None}
    assert 300 < found["500"] < 500
    assert 120 < found["slow"] < 280


def test_what_befalls_a_body_hangs_on_seed_body_and_how_often_it_was_asked_alone() -> None:
    def all_of(seed: int) -> list[str | None]:
        troubles = Troubles(seed=seed, shares=dict.fromkeys(KINDS, 1 / len(KINDS)))
        return [troubles.of(body, nth, 0.0) for body in BODIES[:50] for nth in (1, 2)]

    assert all_of(1) == all_of(1)
    assert all_of(1) != all_of(2)
    assert set(all_of(1)) == set(KINDS)
    assert all_of(1)[::2] != all_of(1)[1::2]


def test_whoever_goes_on_asking_is_answered_honestly_at_last() -> None:
    troubles = Troubles(shares={"empty": 1.0})
    answers = [troubles.of(b"a", nth, 0.0) for nth in range(1, TROUBLES_MAX + 2)]
    assert answers == ["empty"] * TROUBLES_MAX + [None]


@pytest.mark.parametrize(("at", "trouble"), [(1.9, None), (2.0, "away"), (4.9, "away"), (5.0, None)])
def test_it_is_away_for_a_while_however_often_it_is_asked(at: float, trouble: str | None) -> None:
    troubles = Troubles(away=(Away(2.0, 3.0),))
    assert {troubles.of(b"a", nth, at) for nth in (1, 99)} == {trouble}
