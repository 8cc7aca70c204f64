"""Remembering: a stream is known as it was told last, and as nothing else."""

from adapters.views.remembering import Remembered
from adapters.views.steps import Step
from domain.events import Entry, FollowerIdentified
from domain.streams import grown, new
from tests.given import NOON


def steps(*streams: str, version: int = 1) -> list[Step]:
    entry = Entry(event=FollowerIdentified("T0"), at=NOON, n=1)
    return [Step(1, name, version, entry, new(name), grown(new(name), entry)) for name in streams]


def test_a_stream_is_known_at_the_version_that_was_told_last() -> None:
    known = Remembered(10)
    (first,), (second,) = steps("A"), steps("A", version=2)
    known.learn([first])
    assert (known.at("A", 1), known.at("A", 2), known.at("B", 1)) == (first.after, None, None)
    known.learn([second])
    assert (known.at("A", 1), known.at("A", 2)) == (None, second.after)


def test_those_told_longest_ago_are_let_go() -> None:
    known = Remembered(2)
    known.learn(steps("A", "B"))
    known.learn(steps("A", "C", version=2))
    assert known.at("B", 1) is None
    assert known.at("A", 2) is not None
    assert known.at("C", 2) is not None


def test_all_can_be_forgotten() -> None:
    known = Remembered(2)
    known.learn(steps("A"))
    known.forget()
    assert known.at("A", 1) is None
