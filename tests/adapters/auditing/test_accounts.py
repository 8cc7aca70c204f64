"""Every delivery is accounted for; what is said of it stands in its body."""

import pytest

from adapters.tables import deliveries, notifications
from tests.adapters.auditing.conftest import COPY, DISOWNED, Store, where
from tests.given import payment

DAY_US = 86_400_000_000


def test_a_store_that_nobody_touched_is_whole(store: Store) -> None:
    assert store.check("accounts") == []


def test_what_came_since_it_was_last_taken_in_is_left_to_the_next_audit(store: Store) -> None:
    store.workshop.keep(payment("LATE"))
    (said,) = store.said("accounts")
    assert (said.first, said.counts["deliveries not taken in yet"]) == ([], 1)


def test_a_delivery_below_the_first_number_is_nobodys(store: Store) -> None:
    (n,) = store.workshop.keep(payment("LATE"))
    store.change(deliveries, {"n": -5}, n=n)
    assert ("deliveries", {"n": -5}) in where(store.check("accounts"))


@pytest.mark.parametrize("name", ["txn_id", "parent_txn_id", "txn_type", "payment_status", "peer"])
def test_a_row_that_names_itself_otherwise_than_its_body_is_found(store: Store, name: str) -> None:
    store.change(notifications, {name: "other"}, n=3)
    assert where(store.check("accounts")) == [("notifications", {"n": 3})]


def test_a_delivery_without_a_row_was_forgotten(store: Store) -> None:
    with store.workshop.engine.begin() as book:
        book.execute(notifications.delete().where(notifications.c.n == 3))
    assert where(store.check("accounts")) == [("deliveries", {"n": 3})]


def remove(store: Store, n: int) -> None:
    with store.workshop.inbox_engine.begin() as inbox:
        inbox.execute(deliveries.delete().where(deliveries.c.n == n))


def test_a_delivery_that_nobody_purged_is_missed(store: Store) -> None:
    remove(store, DISOWNED)
    assert where(store.check("accounts")) == [("notifications", {"n": DISOWNED})]


@pytest.mark.parametrize("n", [DISOWNED, COPY])
def test_what_the_rules_let_go_may_be_gone(store: Store, n: int) -> None:
    remove(store, n)
    later = store.workshop.row(n)["settled_us"] + 2 * DAY_US
    store.change(notifications, {"purged_us": later}, n=n)
    assert store.check("accounts") == []
    store.change(notifications, {"purged_us": later - 2 * DAY_US}, n=n)
    (found,) = store.check("accounts")
    assert found.what == "its body was purged before any rule allowed it"


def test_a_body_that_a_purge_did_not_end_with_is_counted(store: Store) -> None:
    later = store.workshop.row(DISOWNED)["settled_us"] + 2 * DAY_US
    store.change(notifications, {"purged_us": later}, n=DISOWNED)
    (said,) = store.said("accounts")
    assert (said.first, said.counts["bodies that are marked to go"]) == ([], 1)


def test_no_rule_lets_a_recorded_payment_go(store: Store) -> None:
    store.change(notifications, {"purged_us": 2**60}, n=1)
    (found,) = store.check("accounts")
    assert found.what == "its body was purged, and of what is recorded none may be"
