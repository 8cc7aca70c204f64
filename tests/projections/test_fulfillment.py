"""The queue's rows: where goods stand and since when, one for each event of a payment that has goods."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.acting import ActRefusedError
from domain.folding import evolve
from domain.fulfillment import fulfillment_of
from domain.state import Transaction
from domain.vocabulary import Fulfillment
from projections.fulfillment import LISTED, WAITING, Row, Standing, row_of, shown, standing, told
from tests.given import NOON, MemoryBook, authorization, case, follower, payment, pending

PART = follower("Refunded", "R1", gross="-5.00")
ALL = follower("Refunded", "R2", gross="-20.00")
REVERSED = follower("Reversed", "V1")
RETURN = follower("Canceled_Reversal", "W1", gross="20.00")


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def rows(book: MemoryBook, txn_id: str = "T1") -> list[Row]:
    transaction, made = Transaction(txn_id=txn_id), list[Row]()
    for entry in book.streams.get(txn_id, ()):
        transaction = evolve(transaction, entry)
        row = row_of(made[-1] if made else None, entry, transaction)
        made += [row] if row else []
    return made


def stood(book: MemoryBook) -> list[tuple[str, datetime, str | None]]:
    return [(row.stood.state.value, row.stood.since, row.stood.by) for row in rows(book)]


def claims(by: str = "ann", seconds: int = 60) -> Any:
    return (by, lambda acting: acting.claim("T1", seconds))


def played(*steps: Any) -> MemoryBook:
    book = MemoryBook()
    for step in steps:
        if isinstance(step, int):
            book.at += timedelta(seconds=step)
        elif isinstance(step, bytes):
            book.deliver(step)
        else:
            book.acting(*step)
    return book


SENDS = ("ann", lambda acting: acting.fulfill("T1", "DHL 1"))
APPROVES = ("bob", lambda acting: acting.approve("T1", "fine"))
RELEASES = ("ann", lambda acting: acting.release("T1"))
STORIES: dict[str, tuple[tuple[Any, ...], list[tuple[str, int, str | None]]]] = {
    # name: what happened a second each (or so many more), and each row: state, since which second, whose
    "on its way": ((pending(),), []),
    "an authorization": ((authorization("T1"),), []),
    "it arrives": ((pending(), payment()), [("ready", 2, None)]),
    "another event changes nothing": ((payment(), pending()), [("ready", 1, None)]),
    "held": ((payment(), case()), [("ready", 1, None), ("held", 2, None)]),
    "held for more": ((payment(), case(), PART), [("ready", 1, None), ("held", 2, None), ("held", 2, None)]),
    "claimed": ((payment(), claims()), [("ready", 1, None), ("claimed", 2, "ann")]),
    "claimed for longer": (
        (payment(), claims(), claims()),
        [("ready", 1, None), ("claimed", 2, "ann"), ("claimed", 2, "ann")],
    ),
    "given back": (
        (payment(), claims(), RELEASES),
        [("ready", 1, None), ("claimed", 2, "ann"), ("ready", 3, None)],
    ),
    "claimed when another's claim had run out": (
        (payment(), claims(), 100, claims("bob")),
        [("ready", 1, None), ("claimed", 2, "ann"), ("claimed", 103, "bob")],
    ),
    "an event after the claim ran out": (
        (payment(), claims(), 100, payment(status="Denied"), APPROVES),
        [("ready", 1, None), ("claimed", 2, "ann"), ("held", 103, None), ("ready", 104, None)],
    ),
    "held in somebody's hands": (
        (payment(), claims(), PART, APPROVES),
        [("ready", 1, None), ("claimed", 2, "ann"), ("held", 3, "ann"), ("claimed", 4, "ann")],
    ),
    "sent": (
        (payment(), claims(), SENDS),
        [("ready", 1, None), ("claimed", 2, "ann"), ("fulfilled", 3, "ann")],
    ),
    "called back, and paid again": (
        (payment(), SENDS, REVERSED, RETURN),
        [("ready", 1, None), ("fulfilled", 2, "ann"), ("recall", 3, "ann"), ("fulfilled", 4, "ann")],
    ),
    "withdrawn": (
        (payment(), claims(), ALL),
        [("ready", 1, None), ("claimed", 2, "ann"), ("withdrawn", 3, "ann")],
    ),
    "no money after all": (
        (payment(), payment(gross="0.00"), payment(gross="0.00", memo="x", payer_id="P9")),
        [("ready", 1, None), ("none", 2, None)],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_each_event_of_goods_makes_a_row_that_says_since_when(name: str) -> None:
    steps, expected = STORIES[name]
    assert stood(played(*steps)) == [(state, at(since), by) for state, since, by in expected]


def test_a_row_is_known_from_its_event_on() -> None:
    book = played(payment(), 7, case())
    assert [(row.txn_id, row.version, row.recorded) for row in rows(book)] == [
        ("T1", 1, at(1)),
        ("T1", 2, at(9)),
    ]


def test_what_is_told_later_is_known_later_though_the_clock_was_put_back() -> None:
    book = played(payment(), claims(seconds=3_600))
    book.at -= timedelta(seconds=30)
    book.deliver(case())
    assert [row.recorded for row in rows(book)] == [at(1), at(2), at(2)]
    assert stood(book)[-1] == ("held", at(2), "ann")


def test_a_claimed_row_says_until_when() -> None:
    (_, claimed) = rows(played(payment(), claims()))
    assert claimed.stood.until == at(62)


def test_a_claim_that_runs_out_leaves_goods_ready_since_then() -> None:
    (_, claimed) = rows(played(payment(), claims()))
    assert standing(claimed.stood, at(61)) == claimed.stood
    assert standing(claimed.stood, at(62)) == Standing(
        state=Fulfillment.READY, since=at(62), by=None, until=None
    )


def test_goods_that_were_held_in_somebodys_hands_stay_held() -> None:
    (*_, held) = rows(played(payment(), claims(), PART))
    assert standing(held.stood, at(61)).by == "ann"
    assert standing(held.stood, at(62)) == Standing(state=Fulfillment.HELD, since=at(3), by=None, until=None)


def test_what_was_sent_stays_whose_it_was() -> None:
    (*_, sent) = rows(played(payment(), SENDS))
    assert standing(sent.stood, at(10_000)) == sent.stood


@given(st.lists(st.sampled_from([payment(), case(), PART, ALL, RETURN, REVERSED, 30, *map(str, range(5))])))
def test_a_row_says_what_the_transaction_says_at_any_later_moment(steps: list[Any]) -> None:
    acts: tuple[tuple[str, Any], ...] = (claims(), claims("bob", 10), SENDS, APPROVES, RELEASES)
    book = MemoryBook()
    for step in steps:
        try:
            if isinstance(step, str):
                book.acting(*acts[int(step)])
            else:
                book = _after(book, step)
        except ActRefusedError:
            continue
    made = rows(book)
    for later in (0, 9, 10, 11, 59, 60, 61, 1_000):
        moment = book.at + timedelta(seconds=later)
        shown_state = standing(made[-1].stood, moment).state if made else Fulfillment.NONE
        assert shown_state is fulfillment_of(book.transaction("T1"), moment)
        if made:
            assert standing(made[-1].stood, moment).since <= moment


def _after(book: MemoryBook, step: bytes | int) -> MemoryBook:
    if isinstance(step, int):
        book.at += timedelta(seconds=step)
        return book
    return book.deliver(step)


def test_a_row_is_shown_as_the_contract_has_it() -> None:
    book = MemoryBook().deliver(
        payment(
            invoice="i", item_number="B", item_name="Book", quantity="2", option_name1="Size",
            option_selection1="XL", payer_email="buyer@example.com", first_name="Test", last_name="User",
            residence_country="US", address_name="Test User", address_street="1 Main St",
            address_city="San Jose", address_state="CA", address_zip="95131", address_country="United States",
            address_status="confirmed",
        ),
        PART,
    )  # fmt: skip
    row = rows(book)[-1]
    assert shown("T1", row.version, row.stood, told(book.transaction("T1"))) == {
        "txn_id": "T1",
        "state": "held",
        "since": "2026-11-20T12:00:02Z",
        "by": None,
        "until": None,
        "gross": "20.00",
        "currency": "USD",
        "invoice": "i",
        "items": [
            {
                "number": "B",
                "name": "Book",
                "quantity": "2",
                "gross": "20.00",
                "options": [{"name": "Size", "selection": "XL"}],
            }
        ],
        "payer": {"id": "PAYER1", "email": "buyer@example.com", "name": "Test User", "country": "US"},
        "address": {
            "name": "Test User",
            "street": "1 Main St",
            "city": "San Jose",
            "state": "CA",
            "zip": "95131",
            "country": "United States",
            "confirmed": True,
        },
        "doubts": [{"rule": "refund", "detail": "5.00 of 20.00 USD refunded before the goods left"}],
        "note": None,
        "version": 2,
    }


def test_what_was_not_heard_is_null_and_who_sent_what_is_told() -> None:
    assert told(Transaction(txn_id="T1")) == {
        "gross": None,
        "currency": None,
        "invoice": None,
        "items": [],
        "payer": {"id": None, "email": None, "name": None, "country": None},
        "address": None,
        "doubts": [],
        "note": None,
    }
    sent = told(played(payment(), SENDS, case()).transaction("T1"))
    assert (sent["note"], sent["doubts"]) == ("DHL 1", [])


def test_the_queue_holds_every_state_but_none_and_tells_what_waits_for_nobody() -> None:
    assert set(Fulfillment) - set(LISTED) == {Fulfillment.NONE}
    assert set(LISTED) - set(WAITING) == {Fulfillment.FULFILLED, Fulfillment.WITHDRAWN}
