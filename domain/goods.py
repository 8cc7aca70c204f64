"""What people did about the goods of one payment: claimed them, approved them, sent them."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.act_events import GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased
from domain.facts import Doubt


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has taken it on to send the goods, and for how long."""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """Who sent the goods, when, and what they noted."""

    by: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Who let the goods go in spite of these doubts, when and why."""

    by: str
    at: datetime
    why: str
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What was done about them so far."""

    claim: Claim | None = None
    sent: Sending | None = None
    approvals: tuple[Approval, ...] = ()

    def approval(self, doubt: Doubt) -> Approval | None:
        """Who waved this doubt through, the last of them; None: nobody did."""
        return next((one for one in reversed(self.approvals) if doubt in one.doubts), None)

    def claim_at(self, moment: datetime) -> Claim | None:
        """The claim that runs at a moment; one that ran out by then is none."""
        return self.claim if self.claim is not None and moment < self.claim.until else None


UNTOUCHED = Goods()
GoodsEvent = GoodsClaimed | GoodsReleased | GoodsFulfilled | GoodsApproved


def handled(goods: Goods, event: GoodsEvent, by: str, at: datetime) -> Goods:
    """The goods after one more act, by somebody at some time."""
    match event:
        case GoodsClaimed(until):
            return replace(goods, claim=Claim(by, until))
        case GoodsReleased():
            return replace(goods, claim=None)
        case GoodsFulfilled(note):
            return replace(goods, claim=None, sent=Sending(by, at, note))
        case GoodsApproved(doubts, why):
            return replace(goods, approvals=(*goods.approvals, Approval(by, at, why, doubts)))
