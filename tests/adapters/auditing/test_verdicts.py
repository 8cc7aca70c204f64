"""A delivery is held for what PayPal answered, in exactly its word."""

import pytest

from adapters.tables import notifications, post_backs
from tests.adapters.auditing.conftest import DISOWNED, UNANSWERED, Store, where


@pytest.mark.parametrize(
    ("n", "change"),
    [
        (1, {"verdict": "unknown"}),
        (1, {"verdict": "sure"}),
        (1, {"attempts": 3}),
        (DISOWNED, {"verdict": "verified"}),
        (UNANSWERED, {"verdict": "verified"}),
    ],
)
def test_another_verdict_than_paypals_is_named(store: Store, n: int, change: dict[str, object]) -> None:
    store.change(notifications, change, n=n)
    assert ("notifications", {"n": n}) in where(store.check("outcomes"))


@pytest.mark.parametrize(
    ("n", "change"),
    [
        (1, {"status": 500}),
        (1, {"answer": "verified"}),
        (1, {"answer": "INVALID"}),
        (1, {"verdict": "sure"}),
        (DISOWNED, {"answer": "VERIFIED"}),
        (UNANSWERED, {"answer": "VERIFIED"}),
    ],
)
def test_an_answer_that_does_not_say_so_is_named(store: Store, n: int, change: dict[str, object]) -> None:
    store.change(post_backs, change, n=n, attempt=1)
    assert ("post_backs", {"n": n, "attempt": 1}) in where(store.check("outcomes"))


def test_white_space_around_the_word_is_none_of_it(store: Store) -> None:
    store.change(post_backs, {"answer": r"VERIFIED\r\n"}, n=1, attempt=1)
    assert store.check("outcomes") == []


def test_an_attempt_that_is_missing_is_named(store: Store) -> None:
    store.change(post_backs, {"attempt": 2}, n=1, attempt=1)
    assert ("post_backs", {"n": 1, "attempt": 2}) in where(store.check("outcomes"))


def test_answers_about_nothing_are_named(store: Store) -> None:
    row = {"n": 4, "attempt": 9, "asked_us": 5, "answer": "", "seconds": 0.5, "verdict": "unknown"}
    with store.workshop.engine.begin() as book:
        book.execute(notifications.delete().where(notifications.c.n == 4))
        book.execute(post_backs.insert(), row)
    found = where(store.check("outcomes"))
    assert ("post_backs", {"n": 4, "attempt": 9}) in found
