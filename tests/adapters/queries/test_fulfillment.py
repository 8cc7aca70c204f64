"""The queue as it is asked for: now, as of a time, page by page, and what changed between two times."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from adapters.acts import Acts
from adapters.office_book import OfficeBook
from adapters.queries.fulfillment import ChangesFilters, FulfillmentFilters
from adapters.queries.paging import BadCursorError
from domain.acting import Acting, ActRefusedError
from projections.fulfillment import LISTED as STATES
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import passing_folder
from tests.given import NOON, case, follower, payment

Act = Callable[[Acting], None]
EVERYTHING = FulfillmentFilters()


def acts(workshop: Workshop, by: str, act: Act) -> None:
    Acts(workshop.book, workshop.shop, workshop.clock, workshop.follower.follow).act(by, act)


def delivers(workshop: Workshop, *bodies: bytes) -> None:
    for one in bodies:
        workshop.deliver(one)
    workshop.follower.follow()


def claims(workshop: Workshop, txn_id: str, by: str = "ann", seconds: int = 600) -> None:
    acts(workshop, by, lambda acting: acting.claim(txn_id, seconds))


def everything(workshop: Workshop, limit: int = 100, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = workshop.queries.fulfillment(FulfillmentFilters(**asked), limit, cursor)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def listed(workshop: Workshop, **asked: Any) -> list[tuple[str, str]]:
    return [(row["txn_id"], row["state"].value) for row in everything(workshop, **asked)]


def changed(
    workshop: Workshop, since: datetime, until: datetime | None = None, limit: int = 100
) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        page = workshop.queries.fulfillment_changes(ChangesFilters(since=since, until=until), limit, cursor)
        found += [
            (
                row["txn_id"],
                row["before"] and row["before"]["state"].value,
                row["after"] and row["after"]["state"].value,
            )
            for row in page.items
        ]
        cursor = page.next
        if cursor is None:
            return found


@pytest.fixture
def stocked(workshop: Workshop) -> Workshop:
    """One payment in each state, in the order of the alphabet."""
    names = ("claimed", "fulfilled", "held", "ready", "recall", "withdrawn")
    delivers(workshop, *(payment(name) for name in names))
    claims(workshop, "claimed")
    for name in ("fulfilled", "recall"):
        acts(workshop, "bob", lambda acting, name=name: acting.fulfill(name, "DHL 1"))  # type: ignore[misc]
    delivers(workshop, case(txn_id="held"), follower("Refunded", "R1", "recall"))
    delivers(workshop, follower("Refunded", "R2", "withdrawn"))
    return workshop


# ---- the list ----


def test_all_goods_are_listed_those_that_stand_so_longest_first(stocked: Workshop) -> None:
    everywhere = ("ready", "claimed", "fulfilled", "held", "recall", "withdrawn")
    assert listed(stocked) == [(name, name) for name in everywhere]
    assert listed(stocked, waiting=True) == [(n, n) for n in ("ready", "claimed", "held", "recall")]
    sinces = [row["since"] for row in everything(stocked)]
    assert sinces == sorted(sinces)


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_listed_by_itself(stocked: Workshop, state: str) -> None:
    assert listed(stocked, state=state) == [(state, state)]


def test_an_empty_house_has_an_empty_queue(workshop: Workshop) -> None:
    assert workshop.queries.fulfillment(EVERYTHING, 10, None).items == ()
    assert workshop.queries.fulfillment(FulfillmentFilters(as_of=NOON), 10, None).items == ()


def test_a_claim_that_ran_out_is_ready_and_no_claim_any_more(stocked: Workshop) -> None:
    (row,) = everything(stocked, state="claimed")
    until = datetime.fromisoformat(row["until"])
    stocked.at = until - timedelta(microseconds=1)
    assert listed(stocked, state="claimed") == [("claimed", "claimed")]
    assert listed(stocked, state="ready") == [("ready", "ready")]
    stocked.at = until
    assert listed(stocked, state="claimed") == []
    assert listed(stocked, state="ready") == [("ready", "ready"), ("claimed", "ready")]
    (_, expired) = everything(stocked, state="ready")
    assert (expired["since"], expired["by"], expired["until"]) == (row["until"], None, None)
    waiting = [txn_id for txn_id, _ in listed(stocked, waiting=True)]
    assert waiting == ["ready", "held", "recall", "claimed"]


def test_the_queue_as_of_a_time_is_what_it_was(stocked: Workshop) -> None:
    now = stocked.at
    (row,) = everything(stocked, state="claimed")
    assert listed(stocked, as_of=now) == listed(stocked)
    assert listed(stocked, as_of=NOON) == []
    at_first = listed(stocked, as_of=datetime.fromisoformat(row["since"]) - timedelta(microseconds=1))
    assert [state for _, state in at_first] == ["ready"] * 6
    until = datetime.fromisoformat(row["until"])
    assert listed(stocked, as_of=until, state="ready")[-1] == ("claimed", "ready")
    assert listed(stocked, as_of=until - timedelta(microseconds=1), state="claimed") == [
        ("claimed", "claimed")
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("asked", [{}, {"state": "ready"}, {"state": "held"}, {"state": "claimed"}])
@pytest.mark.parametrize("then", [False, True])
def test_pages_together_are_the_list(
    workshop: Workshop, limit: int, asked: dict[str, str], *, then: bool
) -> None:
    delivers(workshop, *(payment(f"T{n}") for n in range(9)))
    for n in range(6):
        claims(workshop, f"T{n}", seconds=1 if n % 2 else 600)
    delivers(workshop, case(txn_id="T7"), case("PP-2", "T8"))
    moment = {"as_of": workshop.at} if then else {}
    whole = listed(workshop, **asked, **moment)
    assert listed(workshop, limit=limit, **asked, **moment) == whole
    assert (
        len(whole) == len(set(whole)) == {"ready": 4, "held": 2, "claimed": 3}.get(asked.get("state", ""), 9)
    )


def test_goods_of_one_moment_come_in_the_order_of_their_ids(workshop: Workshop) -> None:
    workshop.deliver(*(payment(f"T{n}") for n in (3, 1, 2)))  # one batch, one time
    workshop.at += timedelta(seconds=1)
    workshop.follower.follow()
    together = everything(workshop)
    assert len({row["since"] for row in together}) == 1
    assert [row["txn_id"] for row in together] == ["T1", "T2", "T3"]
    assert everything(workshop, limit=1) == together


def test_a_cursor_of_another_list_is_none_of_this(stocked: Workshop) -> None:
    cursor = stocked.queries.fulfillment(EVERYTHING, 1, None).next
    assert cursor is not None
    for wrong in ("nonsense", ""):
        with pytest.raises(BadCursorError):
            stocked.queries.fulfillment(EVERYTHING, 1, wrong)
    with pytest.raises(BadCursorError):
        stocked.queries.fulfillment_changes(ChangesFilters(since=NOON), 1, cursor)


# ---- what changed ----


def test_what_stands_elsewhere_is_told_with_both(stocked: Workshop) -> None:
    assert changed(stocked, NOON) == [
        ("ready", None, "ready"), ("claimed", None, "claimed"), ("fulfilled", None, "fulfilled"),
        ("held", None, "held"), ("recall", None, "recall"), ("withdrawn", None, "withdrawn"),
    ]  # fmt: skip
    (row,) = everything(stocked, state="claimed")
    claimed = datetime.fromisoformat(row["since"])
    assert changed(stocked, claimed) == [
        ("fulfilled", "ready", "fulfilled"), ("held", "ready", "held"),
        ("recall", "ready", "recall"), ("withdrawn", "ready", "withdrawn"),
    ]  # fmt: skip
    assert changed(stocked, claimed - timedelta(microseconds=1), claimed) == [("claimed", "ready", "claimed")]
    assert changed(stocked, stocked.at) == []


def test_a_claim_that_ran_out_between_is_a_change_though_nothing_was_told(stocked: Workshop) -> None:
    (row,) = everything(stocked, state="claimed")
    until, before = datetime.fromisoformat(row["until"]), stocked.at
    assert changed(stocked, before, until - timedelta(microseconds=1)) == []
    assert changed(stocked, before, until) == [("claimed", "claimed", "ready")]
    assert changed(stocked, until, until + timedelta(days=1)) == []
    # Claimed after one time, and ready again before the other: it stands where it stood.
    claimed = datetime.fromisoformat(row["since"]) - timedelta(microseconds=1)
    assert ("claimed", "ready", "ready") not in changed(stocked, claimed, until)
    assert [name for name, *_ in changed(stocked, claimed, until)].count("claimed") == 0


def test_goods_that_came_and_went_between_two_times_changed_nothing(workshop: Workshop) -> None:
    delivers(workshop, payment())
    before = workshop.at
    claims(workshop, "T1")
    acts(workshop, "ann", lambda acting: acting.release("T1"))
    assert changed(workshop, before) == []


def test_a_payment_of_nothing_after_all_is_gone(workshop: Workshop) -> None:
    delivers(workshop, payment())
    before = workshop.at
    delivers(workshop, payment(gross="0.00"))
    assert changed(workshop, before) == [("T1", "ready", None)]
    assert listed(workshop) == listed(workshop, as_of=workshop.at) == []
    assert listed(workshop, as_of=before) == [("T1", "ready")]


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_of_changes_together_are_the_list(stocked: Workshop, limit: int) -> None:
    (row,) = everything(stocked, state="claimed")
    until = datetime.fromisoformat(row["until"])
    for since in (NOON, stocked.at - timedelta(seconds=4)):
        assert changed(stocked, since, until, limit) == changed(stocked, since, until)


# ---- laws ----

STEPS = [payment(), payment("T2"), case(), follower("Refunded", "R1", gross="-5.00")]
STEPS += [follower("Refunded", "R2"), follower("Reversed", "V1", "T2")]
STEPS += [follower("Canceled_Reversal", "W1", "T2", gross="20.00")]
ACTS: list[tuple[str, Act]] = [
    ("ann", lambda acting: acting.claim("T1", 3)),
    ("bob", lambda acting: acting.claim("T2", 8)),
    ("ann", lambda acting: acting.fulfill("T2")),
    ("bob", lambda acting: acting.approve("T1", "fine")),
    ("bob", lambda acting: acting.approve("T2", "fine")),
    ("ann", lambda acting: acting.release("T1", anybodys=True)),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.lists(st.one_of(st.sampled_from(STEPS), st.sampled_from(ACTS)), max_size=9), st.data())
def test_the_views_tell_what_the_book_tells_at_any_moment(
    any_engine: str, steps: list[Any], data: st.DataObject
) -> None:
    with passing_folder() as folder, open_workshop(folder) as workshop:
        for step in steps:
            if isinstance(step, bytes):
                delivers(workshop, step)
            else:
                with suppress(ActRefusedError):
                    acts(workshop, *step)
        office = OfficeBook(workshop.book)
        moments = [NOON + timedelta(seconds=data.draw(st.integers(0, 45))) for _ in range(3)]
        for moment in moments:
            rows = {
                row["txn_id"]: row
                for state in STATES
                for row in everything(workshop, as_of=moment, state=state)
            }
            for txn_id in ("T1", "T2"):
                told = office.goods(txn_id, moment)
                assert rows.get(txn_id) == (told if told and told["state"] != "none" else None)
        since, until = sorted(moments)[:2]
        differs = {
            txn_id: (_state(office.goods(txn_id, since)), _state(office.goods(txn_id, until)))
            for txn_id in ("T1", "T2")
        }
        assert {name: (was, now) for name, was, now in changed(workshop, since, until)} == {
            name: (was, now) for name, (was, now) in differs.items() if was != now
        }


def _state(row: dict[str, Any] | None) -> str | None:
    return None if row is None or row["state"] == "none" else str(row["state"])


# ---- plans ----


@contextmanager
def asked(workshop: Workshop) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is sent meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        sent.append((statement, parameters))

    event.listen(workshop.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(workshop.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("as_of", [None, NOON + timedelta(seconds=20)])
@pytest.mark.parametrize("state", [None, *STATES])
def test_every_list_is_answered_from_an_index_in_order(
    stocked: Workshop, on_sqlite: str, state: str | None, as_of: datetime | None, *, later: bool
) -> None:
    cursor = stocked.queries.fulfillment(EVERYTHING, 1, None).next if later else None
    with asked(stocked) as sent:
        stocked.queries.fulfillment(FulfillmentFilters(state=state, as_of=as_of), 10, cursor)
    check(stocked, sent)


@pytest.mark.parametrize("later", [False, True])
def test_changes_are_answered_from_indexes_in_order(
    stocked: Workshop, on_sqlite: str, *, later: bool
) -> None:
    cursor = stocked.queries.fulfillment_changes(ChangesFilters(since=NOON), 1, None).next if later else None
    with asked(stocked) as sent:
        stocked.queries.fulfillment_changes(ChangesFilters(since=NOON), 10, cursor)
    check(stocked, sent)


def check(workshop: Workshop, sent: list[tuple[str, Any]]) -> None:
    path = workshop.engine.url.database
    assert path is not None
    plans = []
    with sqlite3.connect(path) as raw:
        for statement, parameters in sent:
            if statement.startswith("SELECT"):
                plans += [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    raw.close()
    assert plans
    for plan in plans:
        assert not plan.startswith("SCAN fulfillment"), plan
        if plan.startswith("SEARCH"):
            # What was superseded long ago must not be read through to find what stands.
            now = "fulfillment_now" in plan or "fulfillment_runs_out" in plan
            assert not now or "superseded_us=?" in plan
        assert "TEMP B-TREE" not in plan, plan
