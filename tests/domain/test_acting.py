"""What people do: decided against all that stands, and refused in words."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.act_events import ActEvent, GoodsApproved, GoodsClaimed, GoodsFulfilled
from domain.acting import Acting, ActRefusedError, NoSuchCaseError
from domain.events import PriceAgreed
from domain.fulfillment import doubts_of, fulfillment_of, holding
from domain.vetting import Shop
from domain.vocabulary import CaseType
from tests.given import SELLER, MemoryBook, capture, case, follower, payment, pending
from tests.given_streams import paid, signup

RETURN = follower("Canceled_Reversal", "W1", gross="20.00")
PART = follower("Refunded", "R1", gross="-5.00")
ALL = follower("Refunded", "R2", gross="-20.00")
REVERSED = follower("Reversed", "V1")
HOLDING = Shop(receivers=frozenset({SELLER}))

Act = Callable[[Acting], None]


def claim(seconds: int = 900, txn_id: str = "T1") -> Act:
    return lambda acting: acting.claim(txn_id, seconds)


def release(txn_id: str = "T1", **more: bool) -> Act:
    return lambda acting: acting.release(txn_id, **more)  # type: ignore[arg-type]


def fulfill(note: str | None = None, txn_id: str = "T1") -> Act:
    return lambda acting: acting.fulfill(txn_id, note)


def approve(why: str = "agreed", version: int | None = None, txn_id: str = "T1") -> Act:
    return lambda acting: acting.approve(txn_id, why, version)


def close_case(case_id: str = "PP-1") -> Act:
    return lambda acting: acting.close_case("T1", case_id, "PayPal says so")


def state(book: MemoryBook, txn_id: str = "T1") -> str:
    return fulfillment_of(book.transaction(txn_id), book.at)


def refusal(book: MemoryBook, by: str, act: Act) -> str:
    before = {name: list(told) for name, told in book.streams.items()}
    with pytest.raises(ActRefusedError) as refused:
        book.acting(by, act)
    assert book.streams == before
    return str(refused.value)


def played(*steps: bytes | tuple[str, Act]) -> MemoryBook:
    """Messages, and acts with who did them, one after the other."""
    book = MemoryBook()
    for step in steps:
        if isinstance(step, bytes):
            book.deliver(step)
        else:
            book.acting(*step)
    return book


CLAIMED = (payment(), ("ann", claim()))
SENT = (payment(), ("ann", fulfill("DHL 1")))


# ---- claims ----


def test_ready_goods_are_claimed_released_and_sent() -> None:
    book = played(payment())
    for act, stands in ((claim(), "claimed"), (release(), "ready"), (claim(), "claimed")):
        book.acting("ann", act)
        assert state(book) == stands
    book.acting("ann", fulfill("DHL 1"))
    assert state(book) == "fulfilled"
    assert book.events() == [
        "PaymentCompleted", "GoodsClaimed", "GoodsReleased", "GoodsClaimed", "GoodsFulfilled",
    ]  # fmt: skip
    assert [entry.by for entry in book.streams["T1"]] == [None, *["ann"] * 4]


def test_goods_may_be_sent_without_a_claim() -> None:
    assert state(played(*SENT)) == "fulfilled"


def test_only_one_of_two_holds_the_goods() -> None:
    book = played(*CLAIMED)
    until = "2026-11-20T12:15:02Z"
    assert refusal(book, "bob", claim()) == (
        f"the goods of T1 are claimed: ann has claimed the goods until {until}"
    )
    for act in (release(), fulfill()):
        assert "ann has claimed the goods until" in refusal(book, "bob", act)


def test_whoever_holds_goods_may_hold_them_longer() -> None:
    book = played(*CLAIMED)
    book.acting("ann", claim(3_600))
    held = book.transaction("T1").goods.claim
    assert held is not None
    assert held.until == book.at + timedelta(hours=1)


def test_a_claim_runs_out_by_itself() -> None:
    book = played(*CLAIMED)
    book.at += timedelta(seconds=900)
    assert state(book) == "ready"
    assert refusal(book, "ann", release()) == "the goods of T1 are ready: nobody has claimed the goods"
    book.acting("bob", claim())
    held = book.transaction("T1").goods.claim
    assert held is not None
    assert held.by == "bob"
    assert "bob has claimed" in refusal(book, "ann", fulfill())


def test_a_claim_lasts_until_its_last_moment() -> None:
    book = played(*CLAIMED)
    book.at += timedelta(seconds=898)  # and another passes before somebody acts
    assert "ann has claimed" in refusal(book, "bob", claim())
    book.acting("bob", claim())  # the moment until which it ran is nobody's


def test_anybodys_claim_is_given_back_where_that_is_asked() -> None:
    book = played(*CLAIMED)
    book.acting("operator", release(anybodys=True))
    assert state(book) == "ready"
    assert refusal(book, "operator", release(anybodys=True)).endswith("nobody has claimed the goods")


def test_why_goods_were_given_back_is_kept() -> None:
    book = played(*CLAIMED)
    book.acting("ann", lambda acting: acting.release("T1", "out of stock"))
    assert book.streams["T1"][-1].event.why == "out of stock"  # type: ignore[union-attr]


# ---- what the state forbids ----

NOT_READY: dict[str, tuple[tuple[bytes | tuple[str, Act], ...], str]] = {
    "nothing": ((), "none"),
    "on its way": ((pending(),), "none"),
    "held": ((payment(), case()), "held"),
    "withdrawn": ((payment(), ALL), "withdrawn"),
    "sent": (SENT, "fulfilled"),
    "to be called back": ((*SENT, ALL), "recall"),
}


@pytest.mark.parametrize("name", NOT_READY)
def test_only_ready_goods_are_claimed_or_sent(name: str) -> None:
    steps, stands = NOT_READY[name]
    book = played(*steps)
    assert refusal(book, "ann", claim()) == f"the goods of T1 are {stands}: only ready goods can be claimed"
    words = f"the goods of T1 are {stands}: only goods that are ready or claimed can leave"
    assert refusal(book, "ann", fulfill()) == words
    assert refusal(book, "ann", release()).startswith(f"the goods of T1 are {stands}: nobody")


@pytest.mark.parametrize("name", [name for name in NOT_READY if name != "held"] + ["ready", "claimed"])
def test_only_held_goods_are_approved(name: str) -> None:
    steps, stands = {**NOT_READY, "ready": ((payment(),), "ready"), "claimed": (CLAIMED, "claimed")}[name]
    words = f"the goods of T1 are {stands}: only held goods can be approved"
    assert refusal(played(*steps), "ann", approve()) == words


# ---- approval ----


def test_approved_goods_may_leave_and_what_was_approved_is_kept() -> None:
    book = played(payment(), case(), ("ann", approve("a good customer")))
    assert state(book) == "ready"
    transaction = book.transaction("T1")
    assert holding(transaction) == ()
    (doubt,) = doubts_of(transaction)
    approval = transaction.goods.approval(doubt)
    assert approval is not None
    assert (approval.by, approval.why) == ("ann", "a good customer")


def test_another_doubt_holds_approved_goods_again_and_only_that_one() -> None:
    book = played(payment(), case(), ("ann", approve()), PART)
    assert state(book) == "held"
    assert [doubt.rule for doubt in holding(book.transaction("T1"))] == ["refund"]
    book.acting("bob", approve("the rest is owed"))
    assert state(book) == "ready"


def test_more_of_the_same_is_another_doubt() -> None:
    more = follower("Refunded", "R9", gross="-1.00")
    book = played(payment(), PART, ("ann", approve()), more)
    assert state(book) == "held"
    assert [doubt.detail for doubt in holding(book.transaction("T1"))] == [
        "6.00 of 20.00 USD refunded before the goods left"
    ]


def test_only_what_was_looked_at_is_approved() -> None:
    book = played(payment(), case())
    seen = book.transaction("T1").version
    book.deliver(PART)
    assert refusal(book, "ann", approve(version=seen)) == (
        f"the goods of T1 are held: it changed since version {seen}: look at it again"
    )
    book.acting("ann", approve(version=seen + 1))
    assert state(book) == "ready"


def test_goods_that_are_held_in_somebodys_hands_are_still_theirs_once_approved() -> None:
    book = played(*CLAIMED, PART)
    assert state(book) == "held"
    assert "only goods that are ready" in refusal(book, "ann", fulfill())
    assert "ann has claimed" in refusal(book, "bob", claim())
    book.acting("carl", approve())
    assert state(book) == "claimed"
    book.at += timedelta(hours=1)
    assert state(book) == "ready"


# ---- money that moves around acts ----

MOVES: dict[str, tuple[tuple[bytes | tuple[str, Act], ...], str]] = {
    "it leaves while claimed": ((*CLAIMED, ALL), "withdrawn"),
    "it is pulled back while claimed": ((*CLAIMED, REVERSED), "withdrawn"),
    "it comes back on trial": ((*CLAIMED, REVERSED, RETURN), "held"),
    "it comes back on trial and is approved": (
        (*CLAIMED, REVERSED, RETURN, ("bob", approve())),
        "claimed",
    ),
    "a part leaves while claimed": ((*CLAIMED, PART), "held"),
    "it leaves after the goods": ((*SENT, ALL), "recall"),
    "it is pulled back after the goods": ((*SENT, REVERSED), "recall"),
    "it comes back after the goods": ((*SENT, REVERSED, RETURN), "fulfilled"),
    "a part leaves after the goods": ((*SENT, PART), "fulfilled"),
    "a case after the goods": ((*SENT, case()), "fulfilled"),
    "a case that was lost after the goods": ((*SENT, REVERSED, RETURN, ALL), "recall"),
}


@pytest.mark.parametrize("name", MOVES)
def test_money_that_moves_is_seen_at_once(name: str) -> None:
    steps, stands = MOVES[name]
    assert state(played(*steps)) == stands


def test_nothing_holds_goods_that_left() -> None:
    book = played(*SENT, PART, case())
    assert holding(book.transaction("T1")) == ()
    assert [doubt.rule for doubt in doubts_of(book.transaction("T1"))] == ["refund", "case"]


# ---- invoices ----


def two_for_one() -> MemoryBook:
    return played(payment(invoice="i"), payment("T2", invoice="i"))


def test_two_payments_of_one_invoice_wait_until_somebody_decides() -> None:
    book = two_for_one()
    assert [state(book, txn_id) for txn_id in ("T1", "T2")] == ["held", "held"]
    book.acting("ann", approve(txn_id="T1"))
    assert [state(book, txn_id) for txn_id in ("T1", "T2")] == ["ready", "held"]


def test_of_two_that_were_both_approved_only_one_is_served() -> None:
    book = two_for_one()
    for txn_id in ("T1", "T2"):
        book.acting("ann", approve(txn_id=txn_id))
        book.acting("ann", claim(txn_id=txn_id))
    book.acting("ann", fulfill(txn_id="T1"))
    assert [state(book, txn_id) for txn_id in ("T1", "T2")] == ["fulfilled", "held"]
    assert [doubt.rule for doubt in holding(book.transaction("T2"))] == ["served"]
    assert refusal(book, "ann", fulfill(txn_id="T2")).startswith("the goods of T2 are held")
    book.acting("ann", approve("both were ordered", txn_id="T2"))
    book.acting("ann", fulfill(txn_id="T2"))
    assert book.events("invoice:i") == ["InvoicePaid", "InvoicePaid", "InvoiceServed", "InvoiceServed"]


def test_a_payment_that_comes_after_the_goods_left_is_told_so() -> None:
    book = played(payment(invoice="i"), ("ann", fulfill()), payment("T2", invoice="i"))
    assert state(book, "T1") == "fulfilled"
    assert [doubt.rule for doubt in holding(book.transaction("T2"))] == ["invoice", "served"]


def test_cycles_and_captures_of_one_order_are_each_served() -> None:
    book = played(
        signup(), paid("P1", "08:00:00 Feb 05, 2026 PST", invoice="i"),
        paid("P2", "08:00:00 Mar 05, 2026 PST", invoice="i"),
        capture("C1", gross="10.00", invoice="j"), capture("C2", gross="10.00", invoice="j"),
    )  # fmt: skip
    for txn_id in ("P1", "P2", "C1", "C2"):
        book.acting("ann", fulfill(txn_id=txn_id))
    assert book.events("invoice:i")[-1:] == book.events("invoice:j")[-1:] == ["InvoiceServed"]
    assert [state(book, txn_id) for txn_id in ("P1", "P2", "C1", "C2")] == ["fulfilled"] * 4


def test_what_names_no_invoice_serves_none() -> None:
    assert set(played(*SENT).streams) == {"T1"}


def test_a_price_is_agreed_once_and_what_was_paid_is_vetted_again() -> None:
    book = MemoryBook(HOLDING).deliver(payment(invoice="i"))
    assert state(book) == "held"
    for _ in range(2):
        book.agree("i", PriceAgreed(Decimal("20.00"), "USD"))
    assert state(book) == "ready"
    assert book.events("invoice:i") == ["InvoicePaid", "PriceAgreed"]


# ---- cases ----


def test_a_person_closes_a_case_and_the_goods_may_leave() -> None:
    book = played(payment(), case(), ("ann", close_case()))
    assert state(book) == "ready"
    assert book.transaction("T1").closed == (("PP-1", CaseType.DISPUTE),)
    assert refusal(book, "ann", close_case()) == "the goods of T1 are ready: case PP-1 is closed already"


def test_a_case_that_goes_further_is_open_again() -> None:
    book = played(payment(), case(), ("ann", close_case()), case(case_type="chargeback"))
    assert state(book) == "held"
    book.acting("ann", close_case())
    assert state(book) == "ready"


def test_a_case_that_nobody_has_heard_of_is_not_closed() -> None:
    book = played(payment(), case())
    with pytest.raises(NoSuchCaseError):
        book.acting("ann", close_case("PP-2"))
    assert book.events() == ["PaymentCompleted", "CaseOpened"]


def test_one_case_of_two_is_closed() -> None:
    book = played(payment(), case(), case("PP-2"), ("ann", close_case()))
    assert [doubt.detail for doubt in holding(book.transaction("T1"))] == [
        "dispute PP-2 is open (non_receipt)"
    ]


# ---- to-dos ----


def test_a_to_do_is_closed_in_the_stream_that_is_named() -> None:
    book = played(payment(), ("ann", lambda acting: acting.close_todo("T1", "ship:T1", "done")))
    book.acting("bob", lambda acting: acting.close_todo("todo:refused:7", "refused:7", None))
    assert book.events()[-1:] == book.events("todo:refused:7") == ["TodoDone"]
    assert state(book) == "ready"


# ---- order ----

MESSAGES = (
    payment(), pending(), PART, REVERSED, RETURN, case(), case(case_type="chargeback"), case("PP-2"),
    payment(status="Denied"), follower("Refunded", "R3", gross="-15.00"),
)  # fmt: skip
DRAWN_ACTS: tuple[tuple[str, Act], ...] = (
    ("ann", claim(60)), ("bob", claim(60)), ("ann", release()), ("operator", release(anybodys=True)),
    ("ann", fulfill()), ("bob", approve()), ("ann", close_case()),
)  # fmt: skip


def happens(book: MemoryBook, step: bytes | tuple[str, Act]) -> None:
    """A message comes, or somebody tries to act."""
    if isinstance(step, bytes):
        book.deliver(step)
        return
    with contextlib.suppress(ActRefusedError, NoSuchCaseError):
        book.acting(*step)


@given(st.data())
def test_where_goods_stand_depends_on_facts_and_acts_and_not_on_the_order_of_messages(
    data: st.DataObject,
) -> None:
    """The same facts, and the same acts one after the other, however the messages come around them."""
    messages = data.draw(st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=6, unique=True))
    drawn: list[bytes | tuple[str, Act]] = [*messages, *data.draw(st.lists(st.sampled_from(DRAWN_ACTS)))]
    book = MemoryBook()
    for step in data.draw(st.permutations(drawn)):
        happens(book, step)
    acts = [entry for entry in book.streams.get("T1", ()) if isinstance(entry.event, ActEvent)]
    again = MemoryBook()
    # Messages in another order, and the same acts in theirs somewhere between.
    for turn in data.draw(st.permutations([*messages, *(None for _ in acts)])):
        if turn is not None:
            again.deliver(turn)
        else:
            again.streams.setdefault("T1", []).append(acts.pop(0))
    at = book.at
    one, other = book.transaction("T1"), again.transaction("T1")
    assert fulfillment_of(one, at) == fulfillment_of(other, at)
    assert (doubts_of(one), holding(one)) == (doubts_of(other), holding(other))
    assert one.goods == other.goods


@given(st.lists(st.sampled_from([*MESSAGES, *DRAWN_ACTS]), max_size=12))
def test_goods_leave_only_when_nothing_holds_them(steps: list[bytes | tuple[str, Act]]) -> None:
    book = MemoryBook()
    for step in steps:
        before, told = book.transaction("T1"), len(book.streams.get("T1", ()))
        happens(book, step)
        if len(book.streams.get("T1", ())) == told:
            continue
        last = book.streams["T1"][-1].event
        stood, doubted = fulfillment_of(before, book.at), holding(before)
        if isinstance(last, GoodsApproved):
            assert stood == "held"
            assert last.doubts == doubted != ()
        if isinstance(last, GoodsClaimed | GoodsFulfilled):
            assert stood in ("ready", "claimed")
            assert doubted == ()


# ---- what happened already, and what was seen ----


def gone(txn_id: str = "T1") -> Act:
    return lambda acting: acting.fulfill(txn_id, "it was on the van", left_already=True)


def test_goods_that_left_before_anybody_said_so_are_told_to_have_left() -> None:
    withdrawn = played(payment(), ("ann", claim()), ALL)
    assert "withdrawn" in refusal(withdrawn, "ann", fulfill())
    withdrawn.acting("ann", gone())
    assert state(withdrawn) == "recall"
    held = played(payment(), ("ann", claim()), PART)
    assert "held" in refusal(held, "ann", fulfill())
    assert "ann has claimed" in refusal(held, "bob", gone())
    held.acting("ann", gone())
    assert state(held) == "fulfilled"


def test_goods_that_no_money_came_for_cannot_have_left_nor_twice() -> None:
    assert "none" in refusal(played(pending()), "ann", gone())
    assert "fulfilled" in refusal(played(*SENT), "ann", gone())


def test_whoever_claims_again_for_less_keeps_what_he_had() -> None:
    book = played(payment(), ("ann", claim(900)))
    until = book.transaction("T1").goods.claim
    book.acting("ann", claim(1))
    assert book.transaction("T1").goods.claim == until


def test_only_the_stage_that_was_seen_is_closed() -> None:
    book = played(payment(), case())
    seen = book.transaction("T1").version
    book.deliver(case(case_type="chargeback"))
    act: Act = lambda acting: acting.close_case("T1", "PP-1", "settled", seen)  # noqa: E731
    assert "it changed" in refusal(book, "ann", act)
    book.acting("ann", lambda acting: acting.close_case("T1", "PP-1", "settled", seen + 1))
    assert state(book) == "ready"


# An approval is stored with the words of the doubts that it covers: other words hold approved goods again.
WORDS = {
    "refund": ([PART], "5.00 of 20.00 USD refunded before the goods left"),
    "reversal": (
        [follower("Reversed", "V1", gross="-5.00")], "5.00 of 20.00 USD pulled back before the goods left",
    ),
    "canceled_reversal": ([REVERSED, RETURN], "money came back on trial; a lost case may still follow"),
    "case": ([case()], "dispute PP-1 is open (non_receipt)"),
    "parked": (
        [follower("Canceled_Reversal", "W1", gross="20.00")], "canceled_reversal W1 waits for reversal of T1",
    ),
    "contradiction": ([payment(status="Denied")], "PayPal reported both completed and denied"),
}  # fmt: skip


@pytest.mark.parametrize("rule", WORDS)
def test_the_words_of_a_doubt_stay_as_they_were_approved(rule: str) -> None:
    bodies, words = WORDS[rule]
    book = played(payment(), *bodies)
    assert words in [doubt.detail for doubt in holding(book.transaction("T1")) if doubt.rule == rule]
