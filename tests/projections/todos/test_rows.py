"""Rows of to-dos: opened, told anew, closed by facts or by people, and opened again."""

import itertools
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.act_events import TodoDone
from domain.events import Entry
from domain.folding import evolve
from domain.state import Transaction
from projections.todos.kinds import Key, TodoKind
from projections.todos.names import todo_id
from projections.todos.rows import SETTLED, Row, fold, rows_of, todos_of
from tests.given import MemoryBook, authorization, capture, case, follower, order, payment, pending
from tests.given_streams import batch, paid, record

CONTRADICTION: Key = (TodoKind.CONTRADICTION, "")
ECHECK: Key = (TodoKind.ECHECK, "")
EXPIRING: Key = (TodoKind.AUTHORIZATION_EXPIRING, "")
PP_1: Key = (TodoKind.ANSWER_CASE, "PP-1")


def rows(book: MemoryBook, txn_id: str = "T1") -> dict[Key, Row]:
    return rows_of(txn_id, book.streams.get(txn_id, ()))


def opened(book: MemoryBook, txn_id: str = "T1") -> set[Key]:
    return {key for key, row in rows(book, txn_id).items() if row.open}


def heard(*bodies: bytes) -> MemoryBook:
    return MemoryBook().deliver(*bodies)


def close(book: MemoryBook, key: Key, txn_id: str = "T1", note: str | None = "seen") -> MemoryBook:
    name = todo_id(key[0], txn_id, *filter(None, (key[1],)))
    book.acting("Ann", lambda acting: acting.close_todo(txn_id, name, note))
    return book


# ---- opened and closed by facts ----


def test_a_row_is_opened_by_the_entry_that_asks_for_it() -> None:
    book = heard(payment(), payment(status="Denied"))
    row = rows(book)[CONTRADICTION]
    (what,) = (todo.what for todo in todos_of(book.transaction("T1")))
    assert row == Row(
        kind=TodoKind.CONTRADICTION, txn_id="T1", n=2, since=book.streams["T1"][1].at, due=None, what=what
    )
    assert row.id == "contradiction:T1"


def test_each_case_has_a_row_and_an_id_of_its_own() -> None:
    book = heard(payment(), case("PP-1"), case("PP-2"))
    names = {row.id for row in rows(book).values() if row.open}
    assert names == {"answer_case:T1:PP-1", "answer_case:T1:PP-2"}


def test_what_settles_itself_is_closed_and_not_forgotten() -> None:
    before = rows(heard(pending()))[ECHECK]
    after = rows(heard(pending(), payment()))[ECHECK]
    assert (before.open, before.note) == (True, None)
    assert (after.open, after.closed_by, after.note) == (False, None, SETTLED)
    assert (after.since, after.due, after.what, after.n) == (before.since, before.due, before.what, 1)


def test_it_is_told_anew_while_it_stays_open() -> None:
    refunds = (follower("Refunded", "R1", gross="-25.00"), follower("Refunded", "R2", gross="-1.00"))
    first = rows(heard(payment(), refunds[0]))[CONTRADICTION]
    second = rows(heard(payment(), *refunds))[CONTRADICTION]
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
    found = [rows(heard(*story[:count])).get(CONTRADICTION) for count in range(2, len(story) + 1)]
    assert [row and (row.open, row.n) for row in found] == [None, (True, 3), (False, 3), (True, 5)]
    assert found[-1] is not None
    assert found[-1].note is None


def test_the_life_of_a_payment_is_a_list_of_things_done() -> None:
    book = heard(pending(), payment())
    assert opened(book) == {(TodoKind.SHIP, "")}
    book.acting("Ann", lambda acting: acting.fulfill("T1"))
    assert opened(book) == set()
    book.deliver(case(), follower("Reversed", "V1"))
    assert opened(book) == {PP_1, (TodoKind.RECALL, "")}
    book.deliver(follower("Canceled_Reversal", "W1", gross="20.00"))
    assert opened(book) == set()
    assert {row.note for row in rows(book).values()} == {SETTLED}


@pytest.mark.parametrize(
    "bodies", [(), (payment(status="Denied"),), (order("T1"),), (follower("Refunded", "R1"),)]
)
def test_most_things_ask_for_nothing(bodies: tuple[bytes, ...]) -> None:
    assert rows(heard(*bodies)) == {}


def test_nothing_asks_for_nothing() -> None:
    assert todos_of(Transaction(txn_id="T1")) == ()


# ---- to come ----

EXPIRES = {"auth_exp": "08:12:59 Dec 19, 2026 PST"}


def test_what_is_to_come_has_a_time_to_come() -> None:
    book = heard(authorization(**EXPIRES))
    row = rows(book, "A1")[EXPIRING]
    assert row.due is not None
    assert book.at < row.since == row.due - timedelta(days=3)


def test_what_is_heard_late_is_open_since_then() -> None:
    book = MemoryBook()
    book.at += timedelta(days=28)
    row = rows(book.deliver(authorization(**EXPIRES)), "A1")[EXPIRING]
    assert row.since == book.at
    assert rows(book.deliver(capture("C1", gross="5.00")), "A1")[EXPIRING].since == row.since


def test_while_it_is_to_come_it_moves_with_the_facts() -> None:
    book = heard(authorization())
    guessed = rows(book, "A1")[EXPIRING].since
    book.deliver(authorization(auth_exp="08:12:59 Dec 01, 2026 PST"))
    told = rows(book, "A1")[EXPIRING].since
    assert guessed - told == timedelta(days=18)
    book.deliver(authorization(auth_exp="08:12:59 Nov 21, 2026 PST"))
    assert rows(book, "A1")[EXPIRING].since == book.at


# ---- closed by people ----


def test_a_person_closes_it_with_a_note() -> None:
    book = close(heard(payment(), case()), PP_1)
    row = rows(book)[PP_1]
    assert (row.open, row.closed_by, row.note) == (False, "Ann", "seen")
    assert rows(close(heard(pending()), ECHECK, note=None))[ECHECK].note is None


def test_only_the_named_one_is_closed() -> None:
    book = close(heard(payment(), case("PP-1"), case("PP-2")), PP_1)
    assert opened(book) == {(TodoKind.ANSWER_CASE, "PP-2")}
    assert opened(close(heard(pending()), PP_1)) == {ECHECK}


def test_it_stays_closed_while_it_says_the_same() -> None:
    book = close(heard(payment(), case()), PP_1)
    told = rows(book)[PP_1]
    book.deliver(follower("Refunded", "R1", gross="-5.00"))
    assert rows(book)[PP_1] == told


def test_it_is_open_anew_when_it_says_something_else() -> None:
    book = close(heard(payment(), case()), PP_1).deliver(case(case_type="chargeback"))
    row = rows(book)[PP_1]
    assert (row.open, row.closed_by, row.note, row.since, row.n) == (True, None, None, book.at, 3)


def test_it_is_open_anew_when_it_went_away_and_came_again() -> None:
    book = close(
        heard(payment(), follower("Reversed", "V1"), follower("Refunded", "R1", gross="-5.00")), CONTRADICTION
    )
    closed = rows(book)[CONTRADICTION]
    book.deliver(follower("Canceled_Reversal", "W1", gross="20.00"))
    assert rows(book)[CONTRADICTION] == closed
    book.deliver(follower("Reversed", "V2", payment_date="10:00:00 Nov 24, 2026 PST"))
    again = rows(book)[CONTRADICTION]
    assert again.what == closed.what
    assert (again.open, again.closed_by, again.note, again.since) == (True, None, None, book.at)


def test_a_person_may_close_it_again() -> None:
    book = close(
        close(heard(payment(), case()), PP_1).deliver(case(case_type="chargeback")), PP_1, note="again"
    )
    assert rows(book)[PP_1].note == "again"


def test_to_close_what_is_closed_changes_nothing() -> None:
    book = close(heard(payment(), case()), PP_1)
    told = rows(book)
    assert rows(close(book, PP_1, note="again")) == told
    settled = heard(pending(), payment())
    assert rows(close(settled, ECHECK))[ECHECK].note == SETTLED


def test_what_nobody_is_said_to_have_closed_was_closed_by_somebody() -> None:
    book = heard(pending())
    transaction = book.transaction("T1")
    entry = Entry(event=TodoDone("echeck:T1"), at=book.at)
    row = fold(rows(book), transaction, evolve(transaction, entry), entry)[ECHECK]
    assert (row.open, row.closed_by) == (False, "")


# ---- any history ----

PIECES = [
    payment(), payment(gross="21.00"), payment(status="Denied"), pending(), pending(reason="unilateral"),
    payment(invoice="abc-1"), payment("T2", invoice="abc-1"), payment(status="Voided"),
    follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2"), follower("Reversed", "V1"),
    follower("Reversed", "V2", gross="-5.00"), follower("Canceled_Reversal", "W1", gross="20.00"),
    case(), case("PP-2"), case(case_type="chargeback"), authorization("T1"), capture("C1", "T1"),
    authorization("T1", "Voided"), paid("T1", ""), batch(record(1, masspay_txn_id="T1")),
]  # fmt: skip


def asks(bodies: list[bytes]) -> set[tuple[Key, str]]:
    found = rows(heard(*bodies))
    return {(key, row.what) for key, row in found.items() if row.open}


@given(st.lists(st.sampled_from(PIECES), max_size=5, unique=True), st.randoms())
def test_what_is_open_in_the_end_is_the_same_in_any_order(bodies: list[bytes], random: Random) -> None:
    shuffled = random.sample(bodies, len(bodies))
    assert asks(shuffled) == asks(bodies)


@given(st.lists(st.sampled_from(PIECES), max_size=5), st.lists(st.integers(0, 4), max_size=3))
def test_what_is_open_is_what_is_asked_and_nobody_closed(bodies: list[bytes], closed: list[int]) -> None:
    book = MemoryBook()
    for place, body in enumerate(bodies):
        book.deliver(body)
        if place in closed and opened(book):
            close(book, min(opened(book)))
    found, asked = rows(book), todos_of(book.transaction("T1"))
    assert {key for key, row in found.items() if row.open} <= {todo.key for todo in asked}
    for todo in asked:
        row = found[todo.key]
        assert row.open or (row.closed_by == "Ann" and row.what == todo.what)
        assert not row.open or (row.what, row.due, row.closed_by) == (todo.what, todo.due, None)
    assert all(row.since >= first(book) for row in found.values())


def first(book: MemoryBook) -> datetime:
    return min(entry.at for entry in itertools.chain(*book.streams.values()))
