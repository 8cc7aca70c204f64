"""What people decide: facts in the past tense like all others; who did it stands in the entry."""

from dataclasses import dataclass
from datetime import datetime

from domain.facts import Doubt
from domain.vocabulary import CaseType


@dataclass(frozen=True, slots=True)
class GoodsClaimed:
    """Somebody took it on to send the goods; the claim runs out."""

    until: datetime


@dataclass(frozen=True, slots=True)
class GoodsReleased:
    """A claim was given back before it ran out."""

    why: str | None = None


@dataclass(frozen=True, slots=True)
class GoodsFulfilled:
    """The goods left."""

    note: str | None = None


@dataclass(frozen=True, slots=True)
class GoodsApproved:
    """The goods may leave in spite of these doubts, and of no others."""

    doubts: tuple[Doubt, ...]
    why: str


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """A person knows that a case is over, up to the stage that it had reached."""

    case_id: str
    type: CaseType
    why: str


@dataclass(frozen=True, slots=True)
class TodoDone:
    """A person did what was to be done, or decided that nothing is."""

    id: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceServed:
    """The goods of an invoice left for this payment; `party` is alike for payments that belong together."""

    txn_id: str
    party: str


ActEvent = GoodsClaimed | GoodsReleased | GoodsFulfilled | GoodsApproved | CaseClosed | TodoDone
