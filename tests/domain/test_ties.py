"""A tie is broken by a fixed choice, and nobody works out what no tie asks for."""

from domain.ties import Tie


def weighed(length: int, word: str, asked: list[str]) -> tuple[int, Tie[str]]:
    def choice(it: str) -> str:
        asked.append(it)
        return it.casefold()

    return length, Tie(choice, word)


def test_what_was_decided_before_asks_for_no_choice() -> None:
    asked: list[str] = []
    some = [weighed(len(word), word, asked) for word in ("pear", "fig", "cherry")]
    assert max(some)[0] == 6
    assert [length for length, _ in sorted(some, reverse=True)] == [6, 4, 3]
    assert asked == []


def test_of_those_that_weigh_alike_the_choice_decides_in_any_order() -> None:
    for words in (("pear", "Plum", "fig"), ("fig", "Plum", "pear")):
        asked: list[str] = []
        assert max(weighed(len(word), word, asked) for word in words)[1].chosen() == "plum"
        assert set(asked) == {"pear", "Plum"}


def test_ties_are_alike_when_they_are_chosen_alike() -> None:
    one, other = Tie(str.casefold, "A"), Tie(str.casefold, "a")
    assert one == other
    assert hash(one) == hash(other)
    assert one != Tie(str.casefold, "b")
    assert one != "a"
    assert one < Tie(str.casefold, "b")
    assert Tie(str.casefold, "b") > one
