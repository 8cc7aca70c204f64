"""A draft reads its own additions, and leads from any follower to what it follows."""

import pytest

from domain.draft import DEPTH_MAX, Draft
from domain.events import FollowerIdentified, InvoicePaid, PaymentCompleted
from domain.facts import Report
from domain.invoice import Invoice
from domain.state import Transaction
from domain.streams import Aggregate
from domain.subscription import Subscription, hear_cycle
from domain.subscription_facts import Cycle
from domain.vocabulary import Kind, PaymentStatus
from tests.given import NOON, MemoryBook, entries, follower, payment
from tests.given_streams import signup

COMPLETED = PaymentCompleted(Report(txn_id="T1", kind=Kind.PAYMENT, status=PaymentStatus.COMPLETED))


def following(*pairs: tuple[str, str]) -> Draft:
    """A draft in which each id follows another."""
    draft = Draft(MemoryBook())
    for txn_id, follows in pairs:
        (entry,) = entries(FollowerIdentified(follows))
        draft.append(txn_id, entry)
    return draft


def test_what_stands_in_the_book_is_read() -> None:
    draft = Draft(MemoryBook().deliver(payment(invoice="i"), signup()))
    assert len(draft.transaction("T1").reports) == 1
    assert len(draft.invoice("i").payments) == 1
    assert len(draft.subscription("S-1").reports) == 1
    assert draft.appended == []


def test_what_was_never_heard_of_is_new() -> None:
    draft = Draft(MemoryBook())
    assert draft.transaction("T1") == Transaction(txn_id="T1")
    assert draft.invoice("i") == Invoice(name="i")
    assert draft.subscription("S-1") == Subscription(subscription_id="S-1")


def test_what_was_added_is_read_as_if_it_stood_there_and_kept_in_order() -> None:
    book = MemoryBook()
    draft = Draft(book)
    paid, vetted = entries(InvoicePaid("T1", "T1"), COMPLETED)
    (cycle,) = hear_cycle(
        draft.subscription("S-1"), Cycle(txn_id="T1", status=PaymentStatus.COMPLETED), 1, NOON
    )
    for stream, entry in (("invoice:i", paid), ("T1", vetted), ("subscription:S-1", cycle)):
        draft.append(stream, entry)
    assert draft.invoice("i").payments == (paid.event,)
    assert draft.transaction("T1").reports[0].report is COMPLETED.report
    assert len(draft.subscription("S-1").cycles) == 1
    assert [stream for stream, _ in draft.appended] == ["invoice:i", "T1", "subscription:S-1"]
    assert book.streams == {}


def test_what_is_added_stands_beside_what_was_there() -> None:
    draft = Draft(MemoryBook().deliver(payment()))
    (entry,) = entries(COMPLETED)
    draft.append("T1", entry)
    assert len(draft.transaction("T1").reports) == 2


@pytest.mark.parametrize("name", ["invoice:i", "subscription:S-1"])
def test_no_id_of_a_transaction_reads_another_kind_of_stream(name: str) -> None:
    with pytest.raises(AssertionError, match="another stream's prefix"):
        Draft(MemoryBook()).transaction(name)


def test_a_follower_leads_to_what_it_follows_through_any_between() -> None:
    draft = following(("X2", "X1"), ("X1", "V1"), ("V1", "C1"))
    assert [draft.root(txn_id).txn_id for txn_id in ("X2", "X1", "V1", "C1", "T9")] == ["C1"] * 4 + ["T9"]


@pytest.mark.parametrize(
    "pairs",
    [
        [("A", "A")],
        [("A", "B"), ("B", "A")],
        [("A", "B"), ("B", "C"), ("C", "A")],
        [("A", "B"), ("B", "C"), ("C", "B")],
    ],
)
def test_a_loop_of_followers_ends(pairs: list[tuple[str, str]]) -> None:
    draft = following(*pairs)
    assert {draft.root(txn_id).txn_id for txn_id, _ in pairs} <= {txn_id for txn_id, _ in pairs}


def test_a_chain_beyond_all_reason_ends_on_the_way() -> None:
    chain = [(f"F{n}", f"F{n + 1}") for n in range(DEPTH_MAX * 2)]
    assert following(*chain).root("F0").txn_id == f"F{DEPTH_MAX - 1}"


def test_a_follower_that_says_it_follows_its_own_follower_is_not_led_back_to_itself() -> None:
    draft = following(("A", "B"))
    assert draft.root("A", besides="B").txn_id == "A"


def test_a_deep_chain_that_is_delivered_ends_on_its_payment() -> None:
    chain = [follower("Refunded", f"F{n}", f"F{n - 1}" if n else "T1", gross="-1.00") for n in range(10)]
    book = MemoryBook().deliver(*reversed(chain), payment())
    assert {book.shown(f"F{n}")["txn_id"] for n in range(10)} == {"T1"}
    assert book.shown()["refunded"] == "10.00"


def test_a_stream_is_read_once() -> None:
    asked: list[str] = []

    class Asked(MemoryBook):
        def aggregate(self, stream: str) -> Aggregate:
            asked.append(stream)
            return super().aggregate(stream)

    draft = Draft(Asked().deliver(payment()))
    asked.clear()
    for _ in range(2):
        draft.transaction("T1")
        draft.invoice("i")
    (entry,) = entries(COMPLETED)
    draft.append("T1", entry)
    assert draft.transaction("T1").version == 2
    assert asked == ["T1", "invoice:i"]
    assert list(draft.known) == ["T1"], "what was only read is not what was added to"
