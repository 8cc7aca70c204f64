"""What the office asks of the book: what was known at a time, what changed since, and why it is so."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from adapters.acts import Acts
from adapters.agreed_orders import AgreedOrders
from adapters.office_book import OfficeBook
from domain.acting import Acting
from domain.events import PriceAgreed
from domain.folding import fold
from domain.vetting import Shop
from projections.transactions import document
from tests.adapters.workshop import Workshop
from tests.given import NOON, SELLER, SHOP, adjustment, case, follower, payment, pending
from tests.given_streams import batch, paid, record, signup

HOLDING = Shop(receivers=frozenset({SELLER}))


def as_json(transaction: Any) -> Any:
    return json.loads(json.dumps(document(transaction)))


def acts(workshop: Workshop, by: str, act: Any) -> None:
    Acts(workshop.book, workshop.shop, workshop.clock, lambda: None).act(by, act)


def claims(seconds: int = 60) -> Any:
    return lambda acting: acting.claim("T1", seconds)


def fulfills(acting: Acting) -> None:
    acting.fulfill("T1", "DHL 1")


# ---- as of a time ----

STORY = (pending(), payment(), case(), follower("Refunded", "R1", gross="-5.00"), follower("Reversed", "V1"))


def test_nothing_was_known_before_the_first_event(workshop: Workshop) -> None:
    office = OfficeBook(workshop.book)
    assert office.as_of("T1", NOON) is None
    workshop.deliver(payment())
    (entry,) = workshop.book.streams(["T1"])["T1"]
    assert office.as_of("T1", entry.at - timedelta(microseconds=1)) is None
    assert (office.as_of("T1", entry.at) or {})["status"] == "completed"
    assert office.as_of("T2", entry.at) is None
    assert office.as_of("", entry.at) is None


def test_at_each_moment_it_is_what_the_events_up_to_then_make(workshop: Workshop) -> None:
    for one in STORY:
        workshop.deliver(one)
    office = OfficeBook(workshop.book)
    entries = workshop.book.streams(["T1"])["T1"]
    assert len(entries) == 5
    for count, entry in enumerate(entries, start=1):
        expected = as_json(fold("T1", entries[:count]))
        assert office.as_of("T1", entry.at) == expected
        assert office.as_of("T1", entry.at + timedelta(microseconds=1)) == expected
    statuses = [(office.as_of("T1", entry.at) or {})["status"] for entry in entries]
    assert statuses == ["pending", "completed", "disputed", "disputed", "reversed"]


def test_now_it_is_what_the_view_shows(workshop: Workshop) -> None:
    for one in STORY:
        workshop.deliver(one)
    workshop.follower.follow()
    for txn_id in ("T1", "R1", "V1"):
        found = OfficeBook(workshop.book).as_of(txn_id, workshop.at)
        assert found == json.loads(workshop.queries.transaction(txn_id) or b"")


def test_the_id_of_a_follower_leads_to_what_it_follows_as_that_was_then(workshop: Workshop) -> None:
    moments: list[datetime] = []
    for one in (adjustment("X1", "V1"), follower("Reversed", "V1"), payment()):
        workshop.deliver(one)
        moments.append(workshop.at)
    office = OfficeBook(workshop.book)
    found = [office.as_of("X1", moment) or {} for moment in moments]
    # Before its parent was heard of, it led to where it was parked.
    assert [one["txn_id"] for one in found] == ["V1", "T1", "T1"]
    assert [one["status"] for one in found] == ["awaited", "awaited", "reversed"]
    assert office.as_of("V1", moments[2]) == office.as_of("T1", moments[2]) == found[2]


def test_a_payout_is_told_as_of_a_time_under_the_id_that_it_has(workshop: Workshop) -> None:
    moments = []
    for status in ("Unclaimed", "Returned"):
        workshop.deliver(batch(record(1, status), record(2, status, masspay_txn_id="")))
        moments.append(workshop.at)
    office = OfficeBook(workshop.book)
    for txn_id in ("M1", "payout:u-2"):
        found = [office.as_of(txn_id, moment) or {} for moment in moments]
        assert [(one["txn_id"], one["status"]) for one in found] == [
            (txn_id, "unclaimed"),
            (txn_id, "returned"),
        ]


def test_what_is_no_transaction_has_neither_state_nor_history(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="i"), signup())
    for stream in ("invoice:i", "subscription:S-1"):
        assert workshop.book.history(stream) != []
        assert OfficeBook(workshop.book).history(stream) == []
        assert OfficeBook(workshop.book).as_of(stream, workshop.at) is None


def test_loops_of_followers_end(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "A", "B"), follower("Refunded", "B", "A"))
    for txn_id in ("A", "B"):
        OfficeBook(workshop.book).as_of(txn_id, workshop.at)


def test_history_is_the_books(workshop: Workshop) -> None:
    workshop.deliver(payment())
    assert OfficeBook(workshop.book).history("T1") == workshop.book.history("T1") != []
    assert OfficeBook(workshop.book).history("T2") == []


# ---- which transaction an id means ----


def test_an_id_leads_by_the_book_also_where_no_view_has_followed(workshop: Workshop) -> None:
    story = (payment(), follower("Reversed", "V1"), adjustment("X1", "V1"), payment(invoice="i"), signup())
    for one in story:
        workshop.deliver(one)
    office = OfficeBook(workshop.book)
    assert [office.lead(name) for name in ("T1", "V1", "X1")] == ["T1"] * 3
    for nothing in ("T2", "", "invoice:i", "subscription:S-1", "todo:x"):
        assert office.lead(nothing) is None


def test_a_loop_of_followers_leads_nowhere_or_somewhere_but_ends(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "A", "B"), follower("Refunded", "B", "A"))
    for name in ("A", "B"):
        assert OfficeBook(workshop.book).lead(name) in (None, "A", "B")


# ---- goods ----


def test_a_row_of_the_queue_is_told_from_the_book_alone(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="i"))
    acts(workshop, "ann", claims())
    claimed = workshop.at
    office = OfficeBook(workshop.book)
    now = office.goods("T1", claimed) or {}
    assert (now["state"], now["by"], now["version"], now["invoice"]) == ("claimed", "ann", 2, "i")
    until = claimed + timedelta(seconds=60)
    assert now["until"] == until.isoformat().replace("+00:00", "Z")
    later = office.goods("T1", until) or {}
    assert (later["state"], later["since"], later["by"], later["until"]) == (
        "ready",
        now["until"],
        None,
        None,
    )
    before = office.goods("T1", claimed - timedelta(microseconds=1)) or {}
    assert (before["state"], before["version"]) == ("ready", 1)


def test_what_has_no_goods_has_no_row(workshop: Workshop) -> None:
    workshop.deliver(pending())
    assert OfficeBook(workshop.book).goods("T1", workshop.at) is None
    assert OfficeBook(workshop.book).goods("T2", workshop.at) is None


def test_a_claim_that_ran_out_is_not_in_the_document(workshop: Workshop) -> None:
    workshop.deliver(payment())
    acts(workshop, "ann", claims())
    office, until = OfficeBook(workshop.book), workshop.at + timedelta(seconds=60)
    running = office.as_of("T1", until - timedelta(microseconds=1)) or {}
    assert (running["fulfillment"], running["goods"]["claimed_by"]) == ("claimed", "ann")
    over = office.as_of("T1", until) or {}
    assert over["fulfillment"] == "ready"
    assert "goods" not in over


def test_nothing_that_stands_behind_something_later_was_known_before_it(workshop: Workshop) -> None:
    workshop.deliver(payment())
    (entry,) = workshop.book.streams(["T1"])["T1"]
    acts(workshop, "ann", claims())
    workshop.at = NOON - timedelta(minutes=1)  # the clock was put back
    acts(workshop, "ann", fulfills)
    office = OfficeBook(workshop.book)
    assert (office.as_of("T1", entry.at) or {})["fulfillment"] == "ready"
    assert (office.goods("T1", entry.at) or {})["state"] == "ready"
    assert office.as_of("T1", NOON - timedelta(seconds=30)) is None


# ---- why ----


def test_an_explanation_speaks_of_what_was_known_then(workshop: Workshop) -> None:
    workshop.shop = HOLDING
    workshop.deliver(payment(invoice="i"))
    held = workshop.at
    orders = AgreedOrders(workshop.book, Acts(workshop.book, HOLDING, workshop.clock, lambda: None))
    orders.agree("i", "20.00", "USD", None, "ann")
    office = OfficeBook(workshop.book, HOLDING)
    then, now = office.explain("T1", held) or {}, office.explain("T1", workshop.at) or {}
    assert (then["txn_id"], then["status"], then["fulfillment"]) == ("T1", "completed", "held")
    assert (now["fulfillment"], [one["verdict"] for one in now["because"]]) == ("ready", ["passed"] * 7)
    agreed = "20.00 USD were agreed for invoice i, and paid"
    assert agreed in [one["detail"] for one in now["because"]]
    assert agreed not in [one["detail"] for one in then["because"]]
    assert then["next"][0]["who"] == "merchant"
    assert office.explain("T1", NOON) is None
    assert office.explain("T2", workshop.at) is None


def test_a_price_that_was_agreed_later_is_not_known_before(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="i"))
    at = workshop.at
    late = PriceAgreed(Decimal("20.00"), "USD")
    acts(workshop, "ann", lambda acting: acting.agree("i", late))
    office = OfficeBook(workshop.book, SHOP)
    assert "unpriced" in [one["rule"] for one in (office.explain("T1", at) or {})["because"]]
    assert "price" in [one["rule"] for one in (office.explain("T1", workshop.at) or {})["because"]]


# ---- what changed ----


def test_what_changed_between_two_times_is_told_with_the_events(workshop: Workshop) -> None:
    moments = []
    for one in (pending(), payment(), follower("Refunded", "R1", gross="-5.00")):
        workshop.deliver(one)
        moments.append(workshop.at)
    office = OfficeBook(workshop.book)
    told = office.changes("T1", moments[0], moments[1]) or {}
    assert told["before"] == office.as_of("T1", moments[0])
    assert told["after"] == office.as_of("T1", moments[1])
    changed = {one["field"]: (one["before"], one["after"]) for one in told["changed"]}
    assert changed["status"] == ("pending", "completed")
    assert changed["fulfillment"] == ("none", "ready")
    assert "gross" not in changed
    assert [event["type"] for event in told["events"]] == ["PaymentCompleted"]
    assert told["events"] == workshop.book.history("T1")[1:2]


def test_of_what_was_not_known_before_all_is_news(workshop: Workshop) -> None:
    workshop.deliver(payment())
    told = OfficeBook(workshop.book).changes("T1", NOON, workshop.at) or {}
    assert told["before"] is None
    assert {"field": "status", "before": None, "after": "completed"} in told["changed"]
    assert len(told["events"]) == 1


def test_nothing_changes_where_nothing_happened_but_that_a_claim_ran_out(workshop: Workshop) -> None:
    workshop.deliver(payment())
    acts(workshop, "ann", claims())
    office, claimed = OfficeBook(workshop.book), workshop.at
    assert (office.changes("T1", claimed, claimed) or {})["changed"] == []
    told = office.changes("T1", claimed, claimed + timedelta(seconds=60)) or {}
    assert told["events"] == []
    assert {one["field"] for one in told["changed"]} == {
        "fulfillment", "goods.claimed_by", "goods.claimed_until",
    }  # fmt: skip


def test_what_was_never_known_did_not_change(workshop: Workshop) -> None:
    workshop.deliver(payment(invoice="i"))
    office = OfficeBook(workshop.book)
    assert office.changes("T2", NOON, workshop.at) is None
    assert office.changes("T1", NOON - timedelta(days=1), NOON) is None
    assert office.changes("invoice:i", NOON, workshop.at) is None


# ---- subscriptions ----


def test_what_was_told_of_a_subscription_is_listed_in_order(workshop: Workshop) -> None:
    workshop.deliver(signup(), paid("T1", "08:00:00 Jan 05, 2026 PST"))
    office = OfficeBook(workshop.book)
    told = office.subscription_history("S-1")
    assert [(event["type"], event["version"], event["notification"]) for event in told] == [
        ("SubscriptionStarted", 1, 1),
        ("CycleHeard", 2, 2),
    ]
    assert told[1]["data"]["cycle"]["txn_id"] == "T1"
    assert office.subscription_history("T1") == office.subscription_history("S-2") == []
