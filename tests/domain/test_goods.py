"""What people did about goods: a fold of their acts."""

from datetime import timedelta

from domain.act_events import GoodsApproved, GoodsClaimed, GoodsFulfilled, GoodsReleased
from domain.facts import Doubt
from domain.goods import UNTOUCHED, Approval, Claim, Goods, GoodsEvent, Sending, handled
from tests.given import NOON

LATER = NOON + timedelta(minutes=15)
REFUND, CASE = Doubt(rule="refund", detail="5.00 of 20.00 USD"), Doubt(rule="case", detail="PP-1 is open")


def after(*acts: GoodsEvent, by: str = "ann") -> Goods:
    goods = UNTOUCHED
    for act in acts:
        goods = handled(goods, act, by, NOON)
    return goods


def test_nothing_was_done_at_first() -> None:
    assert after() == Goods(claim=None, sent=None, approvals=())


def test_a_claim_is_somebodys_until_it_runs_out() -> None:
    goods = after(GoodsClaimed(LATER))
    assert goods.claim == Claim("ann", LATER)
    assert goods.claim_at(NOON) == goods.claim
    assert goods.claim_at(LATER - timedelta(microseconds=1)) == goods.claim
    assert goods.claim_at(LATER) is None
    assert UNTOUCHED.claim_at(NOON) is None


def test_the_last_claim_counts() -> None:
    goods = handled(after(GoodsClaimed(NOON)), GoodsClaimed(LATER), "bob", NOON)
    assert goods.claim == Claim("bob", LATER)


def test_a_release_ends_a_claim_and_nothing_else() -> None:
    approved = GoodsApproved((REFUND,), "agreed")
    assert after(approved, GoodsClaimed(LATER), GoodsReleased("lunch")) == after(approved)


def test_goods_that_left_are_claimed_by_nobody() -> None:
    goods = after(GoodsClaimed(LATER), GoodsFulfilled("DHL 1"))
    assert goods == Goods(sent=Sending("ann", NOON, "DHL 1"))


def test_a_doubt_is_approved_by_its_rule_and_its_words() -> None:
    goods = after(GoodsApproved((REFUND,), "agreed"))
    assert goods.approval(REFUND) == Approval("ann", NOON, "agreed", (REFUND,))
    assert goods.approval(CASE) is None
    assert goods.approval(Doubt(rule="refund", detail="7.00 of 20.00 USD")) is None


def test_approvals_add_up_and_the_last_of_a_doubt_is_told() -> None:
    goods = after(GoodsApproved((REFUND,), "first"))
    goods = handled(goods, GoodsApproved((REFUND, CASE), "second"), "bob", LATER)
    assert goods.approval(REFUND) == goods.approval(CASE) == Approval("bob", LATER, "second", (REFUND, CASE))
    assert len(goods.approvals) == 2
