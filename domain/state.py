"""What has been heard about one transaction, as sets of facts: their order carries no meaning."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.facts import Capture, Case, Doubt, Follower, Report
from domain.goods import UNTOUCHED, Goods
from domain.quick import quick
from domain.vocabulary import CaseType


@quick
@dataclass(frozen=True, slots=True)
class HeardReport:
    """A report, the notification it came in, and our doubts about it."""

    report: Report
    n: int | None
    doubts: tuple[Doubt, ...] = ()
    refused: str | None = None  # why, when the table did not have it

    @property
    def fact(self) -> Report:
        """What was heard."""
        return self.report


@dataclass(frozen=True, slots=True)
class HeardFollower:
    """A follower and the notification it came in."""

    follower: Follower
    n: int | None
    refused: str | None = None  # why, when the table did not have it

    @property
    def fact(self) -> Follower:
        """What was heard."""
        return self.follower


@dataclass(frozen=True, slots=True)
class HeardCase:
    """A case, at one of its stages, and the notification it came in."""

    case: Case
    n: int | None

    @property
    def fact(self) -> Case:
        """What was heard."""
        return self.case


@dataclass(frozen=True, slots=True)
class HeardCapture:
    """A capture and the notification it came in."""

    capture: Capture
    n: int | None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A follower or a case (one of the two) that came before what it follows."""

    n: int | None
    waits_for: str
    follower: Follower | None = None
    case: Case | None = None

    @property
    def fact(self) -> Follower | Case:
        """Whichever of the two it is."""
        fact = self.follower or self.case
        assert fact is not None, "parked nothing"
        return fact


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Everything that was accepted about one id; the questions about it are answered in `standing`."""

    txn_id: str
    reports: tuple[HeardReport, ...] = ()
    followers: tuple[HeardFollower, ...] = ()
    cases: tuple[HeardCase, ...] = ()
    captures: tuple[HeardCapture, ...] = ()
    parked: tuple[Parked, ...] = ()
    goods: Goods = UNTOUCHED
    closed: tuple[tuple[str, CaseType], ...] = ()  # cases that a person closed, up to these stages
    follows: str | None = None  # set when the id turned out to be a follower's
    version: int = 0  # events in the stream
    first_heard: datetime | None = None
    last_changed: datetime | None = None
    # What was asked before, see `domain.answers`: never a part of what is known.
    answers: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
