"""What is captured from an authorization is told to it, and to its order, whichever was heard first."""

import itertools
from datetime import timedelta

import pytest

from domain.captures import tell_the_source
from domain.draft import DEPTH_MAX, Draft
from domain.facts import Capture, Report
from domain.money import Money
from domain.vocabulary import PaymentStatus
from tests.given import NOON, MemoryBook, authorization, capture, end_state, order, payment
from tests.given_streams import batch, record

TOLD: dict[str, tuple[bytes, dict[str, Capture]]] = {
    # name: the message, what which stream is told
    "a capture": (
        capture("C1", gross="5.00"),
        {"A1": Capture(txn_id="C1", status=PaymentStatus.COMPLETED, gross=Money.of("5.00", "USD"))},
    ),
    "the last capture, by the authorization's status": (
        capture("C1", auth_status="Completed"),
        {"A1": Capture(
            txn_id="C1", status=PaymentStatus.COMPLETED, gross=Money.of("20.00", "USD"), spent=True,
        )},
    ),
    "the last capture, by what is left": (
        capture("C1", remaining_settle="0"),
        {"A1": Capture(
            txn_id="C1", status=PaymentStatus.COMPLETED, gross=Money.of("20.00", "USD"), spent=True,
        )},
    ),
    "a capture that waits": (
        capture("C1", status="Pending", pending_reason="multi_currency", mc_fee=""),
        {"A1": Capture(txn_id="C1", status=PaymentStatus.PENDING, gross=Money.of("20.00", "USD"))},
    ),
    "a capture of an order": (
        capture("C1", "O-1", auth_id=""),
        {"O-1": Capture(txn_id="C1", status=PaymentStatus.COMPLETED, gross=Money.of("20.00", "USD"))},
    ),
    "the authorization goes before the parent": (
        capture("C1", "O-1", auth_id="A1"),
        {"A1": Capture(txn_id="C1", status=PaymentStatus.COMPLETED, gross=Money.of("20.00", "USD"))},
    ),
    "a payment of its own": (payment("C1"), {}),
    "a payment that names itself": (payment("C1", parent_txn_id="C1"), {}),
    "an authorization": (authorization("C1", parent_txn_id="O-1"), {}),
    "an authorization that is used up": (
        authorization("C1", "Completed", parent_txn_id="O-1"),
        {"O-1": Capture(txn_id="C1", status=PaymentStatus.COMPLETED)},
    ),
    "a payout": (batch(record(1, masspay_txn_id="C1"), parent_txn_id="A1", auth_id="A1"), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_money_that_is_taken_is_told_to_where_it_came_from(name: str) -> None:
    raw, told = TOLD[name]
    book = MemoryBook().deliver(raw)
    assert sorted(book.streams) == sorted(["C1", *told])
    for stream, taken in told.items():
        assert [heard.capture for heard in book.transaction(stream).captures] == [taken]


CHAINS = {
    "order, authorization, capture": [
        order(), authorization(parent_txn_id="O-1"), capture("C1"),
    ],
    "two captures, one of all the rest": [
        order(), authorization(parent_txn_id="O-1"), capture("C1", gross="5.00"),
        capture("C2", gross="15.00", remaining_settle="0"),
    ],
    "two authorizations of one order": [
        order(), authorization(parent_txn_id="O-1"), authorization("A2", parent_txn_id="O-1"),
        capture("C1", gross="5.00"), capture("C2", "A2", gross="15.00"),
    ],
    "an authorization that is used up, its capture lost": [
        order(), authorization(status="Completed", parent_txn_id="O-1"),
    ],
    "a capture that waits, then is here": [
        order(), authorization(parent_txn_id="O-1"),
        capture("C1", status="Pending", mc_fee=""), capture("C1"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CHAINS)
def test_an_order_hears_of_all_that_was_taken_in_whatever_order_it_is_told(name: str) -> None:
    bodies = CHAINS[name]
    ids = ("O-1", "A1", "A2", "C1", "C2")
    expected = end_state(bodies, ids)
    assert expected["O-1"]["status"] == "captured"
    for shuffled in itertools.permutations(bodies):
        assert end_state(shuffled, ids) == expected


def test_nothing_is_told_twice() -> None:
    chain = CHAINS["two captures, one of all the rest"]
    book = MemoryBook().deliver(*chain)
    before = {stream: len(told) for stream, told in book.streams.items()}
    book.deliver(*chain)
    assert {stream: len(told) for stream, told in book.streams.items()} == before
    assert book.events("O-1") == ["OrderPlaced", "CaptureHeard", "CaptureHeard"]


def test_a_ring_of_authorizations_ends() -> None:
    book = MemoryBook().deliver(
        authorization("A1", parent_txn_id="A2"), authorization("A2", parent_txn_id="A1"), capture("C1")
    )
    assert [book.events(f"A{n}").count("CaptureHeard") for n in (1, 2)] == [1, 1]


def test_a_chain_of_authorizations_beyond_all_reason_is_told_to_its_depth_only() -> None:
    depth = DEPTH_MAX * 2
    book = MemoryBook().deliver(*(authorization(f"A{n}", parent_txn_id=f"A{n + 1}") for n in range(depth)))
    book.deliver(capture("C1", "A0"))
    heard = [n for n in range(depth) if "CaptureHeard" in book.events(f"A{n}")]
    assert heard == list(range(DEPTH_MAX + 1))


def test_a_report_that_says_not_what_it_is_about_passes_on_what_is_known() -> None:
    book = MemoryBook().deliver(capture("C1"))
    voided = Report(txn_id="A1", kind=None, status=PaymentStatus.VOIDED, parent_txn_id="O-1")
    draft = Draft(book)
    tell_the_source(draft, voided, 2, NOON)
    # Until a report of A1 itself names its order, nobody knows of one.
    assert draft.appended == []
    assert book.transaction("A1").reports == ()


def test_an_authorization_that_names_its_order_later_passes_on_what_it_heard() -> None:
    book = MemoryBook().deliver(capture("C1"), payment("A1", "Voided", parent_txn_id="O-1", mc_fee=""))
    assert book.events("O-1") == ["CaptureHeard"]


def test_each_capture_is_told_with_its_moment_and_the_notification_that_it_came_in() -> None:
    # The order hears of the first capture only when the authorization tells whose it is.
    book = MemoryBook().deliver(capture("C1", gross="5.00"), authorization(parent_txn_id="O-1"), order())
    book.deliver(capture("C2", gross="5.00"))
    told = {
        stream: [(e.n, e.at) for e in book.streams[stream] if type(e.event).__name__ == "CaptureHeard"]
        for stream in ("A1", "O-1")
    }
    moments = {n: NOON + timedelta(seconds=n) for n in (1, 2, 4)}
    assert told["A1"] == [(1, moments[1]), (4, moments[4])]
    assert told["O-1"] == [(1, moments[2]), (4, moments[4])]


def test_a_spent_authorization_is_told_to_its_order_by_the_notification_that_spent_it() -> None:
    book = MemoryBook().deliver(order(), authorization(status="Completed", parent_txn_id="O-1"))
    (told,) = [e for e in book.streams["O-1"] if type(e.event).__name__ == "CaptureHeard"]
    assert (told.n, book.shown("O-1")["status"]) == (2, "captured")
