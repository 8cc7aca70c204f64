from collections import Counter
from itertools import islice
from random import Random

import pytest

from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mixes import drawn, read_mix


def test_names_have_weights_and_one_where_none_is_given() -> None:
    assert read_mix("completed=5, full_refund") == {"completed": 5.0, "full_refund": 1.0}


def test_all_are_all_and_one_of_them_may_weigh_more() -> None:
    assert dict(read_mix("all")) == dict.fromkeys(LIFECYCLES, 1.0)
    assert read_mix("all,completed=20") == dict.fromkeys(LIFECYCLES, 1.0) | {"completed": 20.0}


@pytest.mark.parametrize(
    "text", ["nothing", "", "completed=0", "completed=-1", "completed=many", "completed=nan"]
)
def test_what_is_no_mix_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"no lifecycle|no weight"):
        read_mix(text)


def test_of_equal_weights_each_comes_once_before_one_comes_again() -> None:
    names = list(islice(drawn(read_mix("all"), Random(1)), 2 * len(LIFECYCLES)))
    assert set(names[: len(LIFECYCLES)]) == set(names[len(LIFECYCLES) :]) == set(LIFECYCLES)
    assert names[: len(LIFECYCLES)] != names[len(LIFECYCLES) :]


def test_of_others_each_comes_as_often_as_it_weighs() -> None:
    names = Counter(islice(drawn(read_mix("completed=9,full_refund=1"), Random(1)), 2000))
    assert 1700 < names["completed"] < 1900


def test_the_same_dice_draw_the_same() -> None:
    for mix in (read_mix("all"), read_mix("completed=9,full_refund=1")):
        one, same, other = (list(islice(drawn(mix, Random(seed)), 50)) for seed in (1, 1, 2))
        assert one == same != other
