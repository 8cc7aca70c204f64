"""Ties: what decides between things that are alike in all that counts, worked out only when it must."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Tie(Generic[T]):
    """The last part of a weight: nearly always a part before it has decided, and nobody asks this one."""

    __slots__ = ("_choice", "_it")

    def __init__(self, choice: Callable[[T], Any], it: T) -> None:
        """`choice` makes of the thing what is compared; the same of the same thing, whenever it was heard."""
        self._choice = choice
        self._it = it

    def __eq__(self, other: object) -> bool:
        """Whether they are chosen alike."""
        return isinstance(other, Tie) and self.chosen() == other.chosen()

    def __lt__(self, other: "Tie[T]") -> bool:
        """Whether the other is chosen before this one."""
        return bool(self.chosen() < other.chosen())

    def __hash__(self) -> int:
        """By what it is chosen by."""
        return hash(self.chosen())

    def chosen(self) -> Any:  # noqa: ANN401 - whatever can be compared
        """By what it is chosen."""
        return self._choice(self._it)
