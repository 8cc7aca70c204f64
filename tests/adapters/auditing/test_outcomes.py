"""What became of each delivery is held against the book, and decided again."""

import pytest

from adapters.tables import notifications
from domain.vetting import Shop
from tests.adapters.auditing.conftest import (
    COPY,
    DISOWNED,
    STRANGER,
    UNANSWERED,
    UNMODELLED,
    UNREADABLE,
    Store,
    where,
)
from tests.given import SELLER, payment, pending


def test_a_store_that_nobody_touched_is_whole(store: Store) -> None:
    said = {one.check: one for one in store.said("derivation", "outcomes")}
    assert [one.first for one in said.values()] == [[], []]


@pytest.mark.parametrize(
    ("n", "change"),
    [
        (1, {"outcome": "duplicate"}),
        (1, {"outcome": "lost"}),
        (1, {"reason": "because"}),
        (1, {"settled_us": None}),
        (1, {"settled_us": 5}),
        (COPY, {"outcome": "recorded"}),
        (COPY, {"outcome": "stale", "reason": "the transaction is completed already"}),
        (4, {"outcome": "recorded", "reason": None}),
        (4, {"reason": "waits for T9"}),
        (DISOWNED, {"outcome": "refused"}),
        (DISOWNED, {"reason": "why"}),
        (UNANSWERED, {"due_us": None}),
        (UNANSWERED, {"reason": "other"}),
        (STRANGER, {"reason": "environment"}),
        (STRANGER, {"outcome": "duplicate", "reason": None}),
        (UNREADABLE, {"reason": "mc_gross is missing"}),
        (UNREADABLE, {"outcome": "unmodelled"}),
        (UNMODELLED, {"outcome": "recorded", "reason": None}),
        (3, {"outcome": "waiting", "due_us": 5, "reason": None}),
    ],
)
def test_another_outcome_than_the_books_is_named(store: Store, n: int, change: dict[str, object]) -> None:
    store.change(notifications, change, n=n)
    found = where(store.check("outcomes"))
    assert found
    assert {key["n"] for _, key in found} == {n}


def test_what_came_too_late_is_decided_as_it_was_then(store: Store) -> None:
    store.workshop.deliver(payment("T9"))
    store.workshop.deliver(pending("T9"))
    assert store.workshop.outcomes()[-1] == "stale"
    assert store.check("outcomes") == []


def test_a_delivery_that_was_processed_again_by_other_rules_stays_what_it_is(store: Store) -> None:
    store.workshop.shop = Shop(receivers=frozenset({SELLER, "somebody@example.com"}))
    store.workshop.claims.ask_again(STRANGER, 5)
    claimed = store.workshop.claims.claim(10, 10**18)
    store.workshop.processor(rules=store.history.rules).settle(
        [one for one in store.workshop.answer(claimed) if one.claimed.n == STRANGER]
    )
    assert store.workshop.outcomes()[STRANGER - 1] == "recorded"
    assert store.check("derivation", "outcomes") == []


def test_what_was_decided_before_rules_were_written_down_is_counted_only(store: Store) -> None:
    store.change(notifications, {"reason": "environment", "settled_us": 5}, n=STRANGER)
    (said,) = store.said("outcomes")
    assert said.first == []
    assert said.counts["outcomes that an earlier version decided"] == 1
