"""Findings: what does not agree, where and why; the first of each check are kept, all of them counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

SHOWN_MAX: Final = 50

Key: TypeAlias = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement. The key may be a message's words, `what` is ours, but for names of streams."""

    check: str
    table: str
    key: Key
    what: str


@dataclass(slots=True)
class Findings:
    """What one check found, and what it looked at."""

    check: str
    total: int = 0
    first: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)  # in words, for the summary
    notes: list[str] = field(default_factory=list)  # worth to be said, and no disagreement

    def found(self, table: str, key: Key, what: str) -> None:
        """Say a disagreement."""
        self.total += 1
        if len(self.first) < SHOWN_MAX:
            self.first.append(Finding(self.check, table, dict(key), what))

    def count(self, what: str, many: int = 1) -> None:
        """Count what was looked at, or looked over."""
        self.counts[what] += many
