"""Every check is in one part, and each says what it is about."""

from collections import Counter

from adapters.auditing.checks import CHECKS, PARTS, parts_of
from adapters.auditing.scene import Ends


def test_every_check_is_made_in_one_part() -> None:
    assert Counter(name for part in PARTS for name in part.checks) == Counter(list(CHECKS))


def test_only_the_parts_that_are_wanted_are_made() -> None:
    names = [PARTS[i].checks for i in parts_of(frozenset({"outcomes", "tree"}))]
    assert names == [("derivation", "outcomes"), ("tree",)]


def test_how_long_a_part_is_is_known_before() -> None:
    assert {part.steps(Ends(position=3, seq=5, taken_in=7)) for part in PARTS} == {3, 5, 7}
