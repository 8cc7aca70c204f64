"""Seals have no gap, and deliveries and rules are what was sealed."""

import pytest

from adapters.notary.seals import DELIVERY, RULES
from adapters.tables import deliveries, notifications, rules, seals
from tests.adapters.auditing.conftest import DISOWNED, Store, where


def test_a_store_that_nobody_touched_is_whole(store: Store) -> None:
    assert store.check("sequence") == []


def test_a_missing_seal_is_named(store: Store) -> None:
    store.execute("DELETE FROM seals WHERE seq = 5")
    assert ("seals", {"seq": 5}) in where(store.check("sequence"))


def test_numbers_of_a_kind_grow(store: Store) -> None:
    store.execute("UPDATE seals SET kind = 9 WHERE seq = 3")
    assert ("seals", {"seq": 3}) in where(store.check("sequence"))


@pytest.mark.parametrize(
    "change", [{"body": b"other"}, {"headers": "[]  "}, {"peer": "::1"}, {"received_us": 5}]
)
def test_a_changed_delivery_is_named(store: Store, change: dict[str, object]) -> None:
    store.change(deliveries, change, n=3)
    assert where(store.check("sequence")) == [("deliveries", {"n": 3})]


def test_a_delivery_that_is_gone_was_purged_or_removed(store: Store) -> None:
    with store.workshop.inbox_engine.begin() as inbox:
        inbox.execute(deliveries.delete().where(deliveries.c.n == DISOWNED))
    assert where(store.check("sequence")) == [("seals", {"kind": DELIVERY, "number": DISOWNED})]
    store.change(notifications, {"purged_us": 5}, n=DISOWNED)
    assert store.check("sequence") == []


@pytest.mark.parametrize("change", [{"document": "{}"}, {"adopted_us": 5}, {"digest": b"x"}])
def test_changed_rules_are_named(store: Store, change: dict[str, object]) -> None:
    store.change(rules, change, number=1)
    assert ("rules", {"number": 1}) in where(store.check("sequence"))


def test_rules_that_are_gone_are_missed(store: Store) -> None:
    with store.workshop.engine.begin() as book:
        book.execute(rules.delete())
    assert where(store.check("sequence")) == [("seals", {"kind": RULES, "number": 1})]


def test_a_seal_of_what_was_never_taken_in_is_named(store: Store) -> None:
    store.change(seals, {"number": 99}, kind=DELIVERY, number=len(store.workshop.outcomes()))
    found = where(store.check("sequence"))
    assert ("seals", {"kind": DELIVERY, "number": 99}) in found
