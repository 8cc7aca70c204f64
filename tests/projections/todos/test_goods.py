"""What goods wait for: one thing to do is one to-do."""

from decimal import Decimal

import pytest

from domain.events import PriceAgreed
from domain.vetting import Shop
from projections.todos.kinds import Todo, TodoKind
from projections.todos.rows import todos_of
from tests.given import SELLER, SHOP, MemoryBook, authorization, case, follower, payment, pending
from tests.given_streams import batch, record

STRICT = Shop(receivers=frozenset({SELLER}))
ANOTHER = payment("T2", payer_id="PAYER2", invoice="abc-1")


def book_of(*bodies: bytes, shop: Shop = SHOP) -> MemoryBook:
    return MemoryBook(shop).deliver(*bodies)


def asked(book: MemoryBook, txn_id: str = "T1") -> list[Todo]:
    return list(todos_of(book.transaction(txn_id)))


def kinds(book: MemoryBook, txn_id: str = "T1") -> list[TodoKind]:
    return [todo.kind for todo in asked(book, txn_id)]


def send(book: MemoryBook, txn_id: str = "T1") -> MemoryBook:
    book.acting("Ann", lambda acting: acting.fulfill(txn_id))
    return book


def approve(book: MemoryBook, txn_id: str = "T1") -> MemoryBook:
    book.acting("Ann", lambda acting: acting.approve(txn_id, "it is right"))
    return book


# ---- to be sent ----


def test_ready_goods_are_to_be_sent() -> None:
    (todo,) = asked(book_of(payment(invoice="abc-1", item_number="BOOK-1", item_name="A book", quantity="2")))
    assert (todo.kind, todo.due, todo.since) == (TodoKind.SHIP, None, None)
    assert todo.what == (
        "Send the goods of the payment of 20.00 USD invoice abc-1: 2 x BOOK-1 A book. Claim them in the queue"
        " first, and say there when they have left."
    )


def test_claimed_goods_are_the_same_to_do() -> None:
    book = book_of(payment())
    before = asked(book)
    book.acting("Ann", lambda acting: acting.claim("T1", 60))
    assert asked(book) == before


def test_many_lines_are_told_as_far_as_a_sentence_bears() -> None:
    lines = {f"item_name{n}": f"Thing {n}" for n in range(1, 9)} | {
        f"mc_gross_{n}": "2.50" for n in range(1, 9)
    }
    (todo,) = asked(book_of(payment(txn_type="cart", num_cart_items="8", **lines)))
    assert "1 x Thing 5, and 3 more." in todo.what


def test_hostile_names_are_only_text() -> None:
    (todo,) = asked(
        book_of(payment(item_number=" ", quantity="3", item_name="\x1b[2J\u202e", charset="utf-8"))
    )
    assert todo.what.isprintable()
    assert "\ufffd[2J" in todo.what


@pytest.mark.parametrize("gone", [follower("Refunded", "R1"), follower("Reversed", "V1")])
def test_what_was_withdrawn_is_not_to_be_sent(gone: bytes) -> None:
    assert kinds(book_of(payment(), gone)) == []


def test_a_line_without_a_name_is_called_so() -> None:
    (todo,) = asked(book_of(payment(mc_gross_1="20.00")))
    assert "20.00 USD: 1 x an item without a name." in todo.what


def test_what_left_is_done() -> None:
    assert kinds(send(book_of(payment()))) == []


@pytest.mark.parametrize(
    ("body", "txn_id"),
    [(pending(reason="paymentreview"), "T1"), (payment(status="Denied"), "T1"), (batch(record(1)), "M1")],
)
def test_without_money_there_are_no_goods(body: bytes, txn_id: str) -> None:
    assert kinds(book_of(body), txn_id) == []


def test_an_authorization_has_no_goods() -> None:
    assert kinds(book_of(authorization()), "A1") == [TodoKind.AUTHORIZATION_EXPIRING]


# ---- to be looked at ----


def test_held_goods_are_to_be_looked_at_with_all_that_holds_them() -> None:
    (todo,) = asked(
        book_of(payment(item_number="BOOK-1"), follower("Refunded", "R1", gross="-5.00"), shop=STRICT)
    )
    assert todo.kind is TodoKind.LOOK
    assert todo.what == (
        "Look at the payment of 20.00 USD, whose goods are held: no price was agreed for item BOOK-1;"
        " 5.00 of 20.00 USD refunded before the goods left. Approve it in the queue if they may leave all the"
        " same, or else refund it in PayPal."
    )


def test_many_doubts_are_told_as_far_as_a_sentence_bears() -> None:
    lines = {f"item_number{n}": f"N{n}" for n in range(1, 9)} | {f"mc_gross_{n}": "2.50" for n in range(1, 9)}
    (todo,) = asked(book_of(payment(txn_type="cart", num_cart_items="8", **lines), shop=STRICT))
    assert todo.what.count("no price was agreed") == 5
    assert "; and 3 more." in todo.what


def test_approved_goods_are_to_be_sent() -> None:
    book = approve(book_of(payment(), shop=STRICT))
    assert kinds(book) == [TodoKind.SHIP]


def test_a_later_doubt_is_to_be_looked_at_alone() -> None:
    book = approve(book_of(payment(), shop=STRICT)).deliver(follower("Refunded", "R1", gross="-5.00"))
    (todo,) = asked(book)
    assert todo.kind is TodoKind.LOOK
    assert "no price" not in todo.what


def test_money_that_came_back_on_trial_is_to_be_looked_at() -> None:
    back = follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00")
    (todo,) = asked(book_of(payment(), *back))
    assert todo.kind is TodoKind.LOOK
    assert "a lost case may still follow" in todo.what


def test_a_part_that_was_pulled_back_without_a_case_is_to_be_looked_at() -> None:
    assert kinds(book_of(payment(), follower("Reversed", "V1", gross="-5.00"))) == [TodoKind.LOOK]


# ---- one thing to do is one to-do ----


def test_an_open_case_says_more_exactly_what_to_do() -> None:
    held = book_of(payment(), case(), follower("Reversed", "V1", gross="-5.00"))
    assert kinds(held) == [TodoKind.ANSWER_CASE]


def test_a_case_is_answered_whatever_became_of_the_goods() -> None:
    assert kinds(send(book_of(payment())).deliver(case())) == [TodoKind.ANSWER_CASE]
    assert kinds(approve(book_of(payment(), case()))) == [TodoKind.ANSWER_CASE, TodoKind.SHIP]


def test_what_a_case_does_not_say_is_looked_at_beside_it() -> None:
    first, second = asked(book_of(payment(), case(), shop=STRICT))
    assert (first.kind, second.kind) == (TodoKind.ANSWER_CASE, TodoKind.LOOK)
    assert "PP-1" not in second.what
    assert "no price was agreed" in second.what


def test_a_contradiction_says_more_exactly_what_to_do() -> None:
    bodies = payment(), payment(status="Denied")
    assert kinds(book_of(*bodies)) == [TodoKind.CONTRADICTION]
    assert kinds(book_of(*bodies, shop=STRICT)) == [TodoKind.CONTRADICTION, TodoKind.LOOK]


# ---- two payments of one invoice ----


def test_of_two_payments_it_is_asked_which_is_served() -> None:
    for bodies in ((payment(invoice="abc-1"), ANOTHER), (ANOTHER, payment(invoice="abc-1"))):
        for txn_id in ("T1", "T2"):
            (todo,) = asked(book_of(*bodies), txn_id)
            assert todo.kind is TodoKind.DUPLICATE_PAYMENT
            assert todo.what == (
                "Decide whether this payment of 20.00 USD is to be served: invoice abc-1 was paid by more"
                " than one transaction. Approve the one whose goods are to leave, and refund the others in"
                " PayPal."
            )


def test_the_one_that_was_chosen_is_sent_and_the_other_refunded() -> None:
    book = approve(book_of(payment(invoice="abc-1"), ANOTHER))
    assert (kinds(book, "T1"), kinds(book, "T2")) == ([TodoKind.SHIP], [TodoKind.DUPLICATE_PAYMENT])
    send(book)
    (owed,) = asked(book, "T2")
    assert (kinds(book, "T1"), owed.kind) == ([], TodoKind.REFUND_OWED)
    assert owed.what == (
        "Refund the payment of 20.00 USD in PayPal: the goods of invoice abc-1 left with another payment."
        " If both are to be served, approve this one instead."
    )


def test_what_came_after_the_goods_left_is_to_be_refunded_and_nothing_else_asked() -> None:
    book = send(book_of(payment(invoice="abc-1"))).deliver(ANOTHER)
    assert kinds(book, "T2") == [TodoKind.REFUND_OWED]
    strict = book_of(payment(invoice="abc-1"), shop=STRICT)
    strict.agree("abc-1", PriceAgreed(Decimal("20.00"), "USD"))
    assert kinds(send(strict).deliver(payment("T2", invoice="abc-1", gross="3.00")), "T2") == [
        TodoKind.REFUND_OWED
    ]


def test_a_part_of_what_is_owed_may_be_refunded_already() -> None:
    book = send(book_of(payment(invoice="abc-1"))).deliver(ANOTHER, follower("Refunded", "R1", "T2", "-5.00"))
    (owed,) = asked(book, "T2")
    assert owed.what.startswith("Refund what is left (15.00 USD) of the payment of 20.00 USD in PayPal:")
    book.deliver(follower("Refunded", "R2", "T2", "-15.00"))
    assert kinds(book, "T2") == []


def test_both_may_be_served_in_the_end() -> None:
    book = approve(send(book_of(payment(invoice="abc-1"))).deliver(ANOTHER), "T2")
    assert kinds(book, "T2") == [TodoKind.SHIP]
    assert kinds(send(book, "T2"), "T2") == []


# ---- to be called back ----


def test_goods_whose_money_left_are_to_be_called_back() -> None:
    book = send(book_of(payment(invoice="abc-1")))
    left = book.streams["T1"][-1].at
    (todo,) = asked(book.deliver(follower("Reversed", "V1")))
    assert todo.kind is TodoKind.RECALL
    assert todo.what == (
        "Call back the goods of the payment of 20.00 USD invoice abc-1, or ask the buyer for them:"
        f" they left on {left.isoformat().replace('+00:00', 'Z')}, and the payment is reversed since."
    )


def test_money_that_comes_back_ends_it() -> None:
    book = send(book_of(payment())).deliver(follower("Refunded", "R1"))
    assert kinds(book) == [TodoKind.RECALL]
    book = send(book_of(payment())).deliver(follower("Reversed", "V1"))
    assert kinds(book.deliver(follower("Canceled_Reversal", "W1", gross="20.00"))) == []


def test_the_case_is_answered_beside_it() -> None:
    book = send(book_of(payment())).deliver(case(), follower("Reversed", "V1"))
    assert kinds(book) == [TodoKind.ANSWER_CASE, TodoKind.RECALL]
