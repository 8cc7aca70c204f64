"""What is asked twice of a transaction is worked out once, and never answered by another one's facts."""

from dataclasses import replace

from domain.answers import answered_once
from domain.state import Transaction
from domain.subscription import Subscription
from tests.given import MemoryBook, payment


def test_a_question_is_worked_out_once() -> None:
    asked: list[str] = []

    @answered_once
    def version(transaction: Transaction) -> int:
        asked.append(transaction.txn_id)
        return transaction.version

    known = MemoryBook().deliver(payment()).transaction("T1")
    assert [version(known), version(known)] == [1, 1]
    assert asked == ["T1"]
    assert version(replace(known, version=2)) == 2, "another transaction has answers of its own"


def test_an_answer_may_be_none() -> None:
    asked: list[str] = []

    @answered_once
    def nothing(transaction: Transaction) -> None:
        asked.append(transaction.txn_id)

    known = Transaction(txn_id="T1")
    nothing(known)
    nothing(known)
    assert asked == ["T1"]


def test_what_was_asked_is_no_part_of_what_is_known() -> None:
    book = MemoryBook().deliver(payment())
    one, other = book.transaction("T1"), book.transaction("T1")
    book.shown()
    assert one == other
    one.answers["something"] = "asked"
    assert one == other
    assert "answers" not in repr(one)


def test_a_subscription_remembers_too() -> None:
    asked: list[str] = []

    @answered_once
    def version(subscription: Subscription) -> int:
        asked.append(subscription.subscription_id)
        return subscription.version

    known = Subscription(subscription_id="S-1")
    assert [version(known), version(known), version(replace(known, version=2))] == [0, 0, 2]
    assert asked == ["S-1", "S-1"]
