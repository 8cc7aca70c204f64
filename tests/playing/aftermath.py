"""What can follow a payment that has cleared: refunds, reversals, cases, adjustments."""

from dataclasses import replace

from tests.playing.facts import Case, Fact, Follower, Own
from tests.playing.play import Play

STAGES = ("dispute", "complaint", "chargeback")
HOLDS = ("chargeback", "buyer_complaint", "unauthorized_claim", "other", "admin_fraud_reversal")


def aftermath(play: Play, paid: Own) -> list[Fact]:
    """Mostly nothing, else one story or two."""
    told: list[Fact] = []
    for _ in range(play.pick(0, 1, 1, 2)):
        told += play.pick(refunded, overdone, disputed, contested, adjusted, bank_return)(play, paid)
    return told


def refund(play: Play, paid: Own, coins: int) -> Follower:
    """Part or all of a payment sent back, with all, some or nothing of its fee."""
    fee = None if paid.fee is None else play.pick(-paid.fee, -(paid.fee // 2), None)
    return Follower(
        txn_id=play.name("R"),
        parent=paid.txn_id,
        kind="refund",
        gross=-coins,
        fee=fee,
        currency=paid.currency,
        reason=play.pick("refund", "buyer_complaint", "buyer-complaint", "other"),
        at=play.later(),
        of=play.pick(None, paid),
    )


def refunded(play: Play, paid: Own) -> list[Fact]:
    """Once and in full, or in parts that may make it full."""
    parts = play.pick((1,), (4,), (2, 2), (4, 4, 4))
    return [refund(play, paid, paid.gross // part) for part in parts]


def overdone(play: Play, paid: Own) -> list[Fact]:
    """More than was paid is refunded."""
    return [refund(play, paid, paid.gross), refund(play, paid, paid.gross // play.pick(1, 3))]


def pulled_back(play: Play, paid: Own, coins: int) -> Follower:
    """A reversal in full amounts, the fee beside it."""
    return Follower(
        txn_id=play.name("V"),
        parent=paid.txn_id,
        kind="reversal",
        gross=-coins,
        fee=None if coins < paid.gross or paid.fee is None else -paid.fee,
        currency=paid.currency,
        reason=play.pick(*HOLDS),
        at=play.later(),
        of=play.pick(None, paid),
    )


def held_net(play: Play, paid: Own) -> Follower:
    """A reversal of everything less the fee, named beside it: together the payment's gross."""
    fee = paid.fee or 0
    return replace(pulled_back(play, paid, paid.gross), gross=fee - paid.gross, fee=-fee)


def given_back(play: Play, hold: Follower) -> Follower:
    """The hold is lifted; its id is mostly a new one, its fee mostly not named."""
    assert hold.gross is not None
    return replace(
        hold,
        txn_id=play.pick(play.name("W"), hold.txn_id),
        kind="canceled_reversal",
        gross=-hold.gross,
        fee=None if hold.fee is None else play.pick(None, -hold.fee),
        at=play.later(),
    )


def case(play: Play, paid: Own, case_id: str, stage: str) -> Case:
    return Case(case_id=case_id, txn_id=paid.txn_id, stage=stage, at=play.clock)


def disputed(play: Play, paid: Own) -> list[Fact]:
    """A dispute that moves no money, perhaps climbs, and is perhaps settled by a refund."""
    case_id, top = play.name("PP-"), play.between(1, 3)
    play.later()
    told: list[Fact] = [case(play, paid, case_id, stage) for stage in STAGES[:top]]
    return [*told, refund(play, paid, paid.gross)] if play.chance() else told


def contested(play: Play, paid: Own) -> list[Fact]:
    """Money is pulled back, in either convention or in part, and given back or not; then perhaps again."""
    told: list[Fact] = []
    for _ in range(play.pick(1, 1, 2)):
        if play.chance():
            play.later()
            told.append(case(play, paid, play.name("PP-"), play.pick(*STAGES)))
        part = play.pick(3, 1, 0)
        hold = pulled_back(play, paid, paid.gross // part) if part else held_net(play, paid)
        told.append(hold)
        end = play.pick("open", "won", "claim lost", "chargeback lost")
        if end == "open":
            return told
        told.append(given_back(play, hold))
        if end == "claim lost":
            return [*told, refund(play, paid, paid.gross)]
        if end == "chargeback lost":
            first = settlement(play, paid, play.pick(paid.txn_id, hold.txn_id))
            # A fee's correction may name the correction of the amount.
            return [*told, first, *([settlement(play, paid, first.txn_id)] if play.chance() else [])]
    return told


def settlement(play: Play, paid: Own, parent: str) -> Follower:
    """PayPal's correction of its ledger: an amount, a fee, or both; its parent may be another follower."""
    gross, fee = play.pick((-paid.gross, -2000), (-paid.gross, None), (None, -2000), (500, None))
    return Follower(
        txn_id=play.name("X"),
        parent=parent,
        kind="adjustment",
        gross=gross,
        fee=fee,
        currency=paid.currency,
        reason=play.pick("chargeback_settlement", "adjustment_reversal", "other", ""),
        at=play.later(),
    )


def adjusted(play: Play, paid: Own) -> list[Fact]:
    return [settlement(play, paid, paid.txn_id)]


def bank_return(play: Play, paid: Own) -> list[Fact]:
    """The buyer's bank takes a cleared eCheck back."""
    told = Case(case_id=play.name("PP-"), txn_id=paid.txn_id, stage="bank_return", at=play.later())
    return [told, pulled_back(play, paid, paid.gross)]
