"""A figure of the bench: what was measured, what it is paired with, and what was wanted of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the report; a ceiling has the figure's own unit and was measured in the same run."""

    name: str  # a stable key: "ack.sqlite.kept_alive"
    words: str  # one line for people: "durable acknowledgements, SQLite, 64 connections kept alive"
    value: float  # what was measured: the median of the rounds
    unit: str  # requests/s, messages/s, events/s, ms, MB
    ceiling: float | None = None
    ceiling_words: str = ""  # "the same server answering 200 to nothing"
    wanted: float | None = None  # of the ratio where there is a ceiling, else of the value
    at_most: bool = False  # what is wanted is an upper bound
    rounds: tuple[float, ...] = ()  # all that the median is of
    more: Mapping[str, float] = field(default_factory=dict)  # p50_ms, p99_ms, max_ms, memory_mb, …

    @property
    def ratio(self) -> float | None:
        """The value as a share of its ceiling; null where it has none."""
        return self.value / self.ceiling if self.ceiling else None

    @property
    def holds(self) -> bool | None:
        """Whether it is as was wanted; null where nothing was."""
        if self.wanted is None:
            return None
        measured = self.value if self.ceiling is None else self.ratio
        if measured is None:
            return False
        return measured <= self.wanted if self.at_most else measured >= self.wanted
