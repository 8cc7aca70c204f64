"""To-dos: what a transaction asks of a person, from the entry that asks for it to the one that settles it."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contradictions import contradictions
from domain.state import Transaction
from projections.todos import Row, Todo, TodoKind, fold, harmless, todo_id, todos_of
from tests.given import (
    SELLER,
    MemoryBook,
    adjustment,
    authorization,
    capture,
    case,
    follower,
    order,
    payment,
    pending,
)
from tests.given_streams import batch, paid, record

DUE = datetime(2026, 12, 20, 16, 12, 59, tzinfo=UTC)
FOREIGN = {"mc_currency": "EUR", "gross": "12.00"}


def asked(*bodies: bytes, txn_id: str = "T1") -> tuple[Todo, ...]:
    return todos_of(MemoryBook().deliver(*bodies).transaction(txn_id))


def rows(*bodies: bytes, txn_id: str = "T1") -> dict[TodoKind, Row]:
    """The rows after each entry in its turn."""
    found: dict[TodoKind, Row] = {}
    book = MemoryBook().deliver(*bodies)
    known = MemoryBook()
    for entry in book.streams.get(txn_id, ()):
        known.streams.setdefault(txn_id, []).append(entry)
        found = fold(found, known.transaction(txn_id), entry)
    return found


# ---- what is asked ----


def test_a_payment_in_another_currency_is_to_be_accepted_in_paypal() -> None:
    (todo,) = asked(pending(reason="multi_currency", **FOREIGN))
    assert (todo.kind, todo.due) == (TodoKind.ACCEPT_CURRENCY, DUE)
    assert todo.what == (
        "Accept or deny the payment of 12.00 EUR in PayPal: Activity, the payment, Accept or Deny."
        " There is no balance in EUR, so PayPal asks first; it waits 30 days."
    )


def test_the_older_spelling_of_the_reason_is_the_same() -> None:
    assert asked(pending(reason="multi-currency")) == asked(pending(reason="multi_currency"))


def test_a_payment_to_an_unconfirmed_address_asks_for_its_confirmation() -> None:
    (todo,) = asked(pending(reason="unilateral", receiver_email="Sales@Example.com", business=SELLER))
    assert (todo.kind, todo.due) == (TodoKind.UNILATERAL, DUE)
    assert todo.what == (
        "Confirm Sales@Example.com in PayPal: Profile, E-mail addresses."
        " The payment of 20.00 USD waits for it, and goes back to the buyer after 30 days."
    )


def test_without_a_date_it_is_due_at_no_known_time() -> None:
    (todo,) = asked(pending(reason="multi_currency", payment_date="soon"))
    assert todo.due is None


@pytest.mark.parametrize("reason", ["multi_currency", "unilateral"])
@pytest.mark.parametrize(
    "settled",
    [
        payment(),
        payment(status="Denied"),
        payment(status="Voided"),
        payment(status="Expired"),
        follower("Refunded", "R1"),
        follower("Reversed", "V1"),
    ],
)
def test_once_paypal_has_settled_it_nothing_is_asked(reason: str, settled: bytes) -> None:
    waiting = pending(reason=reason)
    for bodies in ((waiting, settled), (settled, waiting)):
        assert not {todo.kind for todo in asked(*bodies)} & {TodoKind.ACCEPT_CURRENCY, TodoKind.UNILATERAL}


@pytest.mark.parametrize("beside", [case(), follower("Refunded", "R1", gross="-5.00")])
def test_what_happens_beside_it_does_not_settle_it(beside: bytes) -> None:
    assert [todo.kind for todo in asked(pending(reason="multi_currency"), beside)] == [
        TodoKind.ACCEPT_CURRENCY
    ]


@pytest.mark.parametrize(
    "body",
    [
        payment(),
        pending(),
        authorization("T1"),
        authorization("T1", pending_reason="multi_currency"),
        order("T1"),
        case(),
        payment(pending_reason="multi_currency"),
        batch(record(1, "Unclaimed", masspay_txn_id="T1")),
        follower("Refunded", "R1"),
    ],
)
def test_most_things_ask_for_nothing(body: bytes) -> None:
    assert asked(body) == ()
    assert rows(body) == {}


CONTRADICTIONS = {
    "completed and denied": (
        (payment(), payment(status="Denied")),
        "PayPal reported both completed and denied",
    ),
    "over-refund": (
        (payment(), follower("Refunded", "R1", gross="-25.00")),
        "25.00 of 20.00 USD refunded: more than was paid",
    ),
    "two amounts": (
        (payment(), payment(gross="21.00")),
        "PayPal reported more than one amount: 20.00 USD, 21.00 USD",
    ),
    "a refund of nothing": (
        (payment(status="Failed"), follower("Refunded", "R1")),
        "refund R1 of a transaction that is failed",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_contradicts_itself_is_to_be_looked_at_in_any_order(name: str) -> None:
    bodies, detail = CONTRADICTIONS[name]
    for order_of_arrival in itertools.permutations(bodies):
        (todo,) = asked(*order_of_arrival)
        assert (todo.kind, todo.due) == (TodoKind.CONTRADICTION, None)
        assert todo.what == (
            "Look at the transaction in PayPal; nothing is shipped by itself meanwhile: " + detail + "."
        )


def test_a_payout_that_contradicts_itself_is_to_be_looked_at() -> None:
    (todo,) = asked(batch(record(1)), batch(record(1, "Failed")), txn_id="M1")
    assert todo.kind is TodoKind.CONTRADICTION
    assert todo.what == (
        "Look at the payout in PayPal; what it moved is taken from its furthest status:"
        " PayPal reported both failed and completed."
    )


def test_a_payout_that_comes_back_is_nothing_to_do() -> None:
    bodies = batch(record(1, "Unclaimed")), batch(record(1, "Returned"))
    assert asked(*bodies, txn_id="M1") == ()


def test_many_contradictions_are_one_to_do_of_bearable_length() -> None:
    refunds = [follower("Refunded", f"R{i}") for i in range(40)]
    (todo,) = asked(payment(status="Failed"), *refunds)
    assert todo.what.endswith("; and 36 more.")
    assert todo.what.count("a transaction that is failed") == 4


def test_one_transaction_may_ask_for_two_things() -> None:
    two = [pending(reason="multi_currency"), follower("Refunded", "R1", gross="-3.00")]
    twice = follower("Refunded", "R1", gross="-4.00")
    assert [todo.kind for todo in asked(*two, twice)] == [TodoKind.ACCEPT_CURRENCY, TodoKind.CONTRADICTION]


PIECES = [
    payment(), payment(gross="21.00"), payment(status="Denied"), pending(reason="unilateral"),
    payment(status="Voided"), follower("Refunded", "R1"), follower("Refunded", "R1", gross="-9.00"),
    follower("Refunded", "R2", gross="-20.00"), follower("Reversed", "V1", mc_currency="EUR"), case(),
    adjustment("X1"), authorization("T1"), order("T1"), capture("C1", "T1"), capture("T1", "A1"),
    payment(item_name="A"), payment(item_name="B"), paid("T1", ""),
    batch(record(1, masspay_txn_id="T1")), batch(record(1, "Failed", masspay_txn_id="T1")),
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=5))
def test_every_contradiction_is_asked_about_and_nothing_else(bodies: list[bytes]) -> None:
    transaction = MemoryBook().deliver(*bodies).transaction("T1")
    found = [todo for todo in todos_of(transaction) if todo.kind is TodoKind.CONTRADICTION]
    assert bool(found) == bool(list(contradictions(transaction)))
    for doubt in list(contradictions(transaction))[:5]:
        assert doubt.detail in found[0].what


# ---- its rows ----


def test_a_row_is_opened_by_the_entry_that_asks_for_it() -> None:
    book = MemoryBook().deliver(payment(), payment(status="Denied"))
    assert rows(payment(), payment(status="Denied")) == {
        TodoKind.CONTRADICTION: Row(
            kind=TodoKind.CONTRADICTION,
            txn_id="T1",
            n=2,
            since=book.streams["T1"][1].at,
            due=None,
            what=todos_of(book.transaction("T1"))[0].what,
        )
    }


def test_what_settles_itself_is_closed_and_not_forgotten() -> None:
    (before,) = rows(pending(reason="multi_currency")).values()
    (after,) = rows(pending(reason="multi_currency"), payment()).values()
    assert (before.open, before.note) == (True, None)
    assert (after.open, after.closed_by, after.note) == (False, None, "settled by itself")
    assert (after.since, after.due, after.what, after.n) == (before.since, before.due, before.what, 1)


def test_it_is_told_anew_while_it_stays_open() -> None:
    refunds = (follower("Refunded", "R1", gross="-25.00"), follower("Refunded", "R2", gross="-1.00"))
    (first,) = rows(payment(), refunds[0]).values()
    (second,) = rows(payment(), *refunds).values()
    assert (second.since, second.n, second.open) == (first.since, first.n, True)
    assert "25.00 of" in first.what
    assert "26.00 of" in second.what


def test_what_holds_again_is_opened_again_by_the_entry_that_says_so() -> None:
    # A second reversal asks, a canceled reversal settles it, a third asks again.
    story = [
        payment(),
        follower("Refunded", "R1", gross="-5.00"),
        follower("Reversed", "V1", gross="-20.00"),
        follower("Canceled_Reversal", "W1", gross="20.00"),
        follower("Reversed", "V2", gross="-20.00", payment_date="10:00:00 Nov 24, 2026 PST"),
    ]
    seen = [
        {kind: (row.open, row.n) for kind, row in rows(*story[:count]).items()}
        for count in range(2, len(story) + 1)
    ]
    asks = TodoKind.CONTRADICTION
    assert seen == [{}, {asks: (True, 3)}, {asks: (False, 3)}, {asks: (True, 5)}]
    (row,) = rows(*story).values()
    assert row.note is None


def test_a_row_that_a_person_closed_is_left_to_that_person_while_it_is_closed() -> None:
    book = MemoryBook().deliver(payment())
    closed = Row(
        kind=TodoKind.CONTRADICTION, txn_id="T1", n=1, since=book.at, due=None, what="it", open=False,
        closed_by="me", note="seen",
    )  # fmt: skip
    (entry,) = book.streams["T1"]
    assert fold({closed.kind: closed}, book.transaction("T1"), entry) == {closed.kind: closed}


def test_nothing_asks_for_nothing() -> None:
    assert todos_of(Transaction(txn_id="T1")) == ()


# ---- ids and words ----


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("61E67681CH3238416",), "drift:61E67681CH3238416"),
        (("payout:u-1",), "drift:payout:u-1"),
        (("payout:a/b c",), "drift:payout:a~2Fb~20c"),
        (("transaction[#].status", "é~%?"), "drift:transaction~5B~23~5D.status:~C3~A9~7E~25~3F"),
        (("",), "drift:"),
    ],
)
def test_an_id_stands_in_an_address_as_it_is(parts: tuple[str, ...], expected: str) -> None:
    assert todo_id(TodoKind.DRIFT, *parts) == expected


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(texts, texts)
def test_two_ids_are_alike_only_for_the_same_text(one: str, other: str) -> None:
    first, second = (todo_id(TodoKind.DRIFT, text) for text in (one, other))
    assert (first == second) == (one == other)
    assert set(first) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:")


@given(st.text())
def test_a_quoted_text_is_short_and_steers_nothing(text: str) -> None:
    told = harmless(text, 20)
    assert len(told) <= 20
    assert told == "" or told.isprintable() or "\ufffd" in told
    assert not set(told) & set("\x00\x1b\n\r\u202e\u2028")


def test_the_address_in_a_sentence_is_quoted_so() -> None:
    (todo,) = asked(
        pending(reason="unilateral", receiver_email="a\u202e\x1b[2J@b", business=SELLER, charset="utf-8")
    )
    assert "Confirm a\ufffd\ufffd[2J@b in PayPal" in todo.what
