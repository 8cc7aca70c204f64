"""Searching deliveries: all that are so are found, none that is not, and no look is endless."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from adapters.queries import search_places, searching
from adapters.queries.paging import BadCursorError
from adapters.queries.search_terms import (
    IDS,
    Amount,
    Begins,
    Contains,
    Currency,
    Invoiced,
    Is,
    Numbers,
    Order,
    Payer,
    Received,
    Search,
    Term,
    Words,
)
from adapters.tables import deliveries, notifications
from adapters.times import to_us
from domain.vocabulary import Verdict
from tests.adapters.sealed_workshop import open_sealed
from tests.adapters.workshop import Workshop
from tests.given import NOON, case, follower, payment, pending

ANN = {"payer_id": "ANN1", "payer_email": "ann@example.com", "first_name": "Ann", "last_name": "Other"}
BOB = {"payer_id": "BOB1", "payer_email": "bob@example.com", "first_name": "Bob", "last_name": "Annson"}


@pytest.fixture
def house(workshop: Workshop) -> Workshop:
    """A bit of everything; the last two nobody has looked at yet."""
    workshop.deliver(
        pending("T1", invoice="abc-1", **ANN),
        payment("T1", invoice="abc-1", **ANN),
        payment("T2", gross="150.00", invoice="abc-2", **BOB),
        follower("Refunded", "R1", "T1", gross="-5.00", **ANN),
        follower("Refunded", "R9", "T9", gross="-120.00", **ANN),
        payment("T3", "Weird", **ANN),
        payment("T4", gross="1_0", **BOB),
        payment("T5", receiver_email="x@example.com", mc_currency="EUR", **ANN),
        payment("T1", invoice="abc-1", **ANN),
        case("PP-1", "T2"),
    )
    workshop.deliver(payment("T6", invoice="zzz", **BOB), verdict=Verdict.INVALID)
    workshop.deliver(payment("T7", invoice="zzz", **ANN), verdict=Verdict.UNKNOWN)
    for n in range(1, 13):
        change(workshop, n, received_us=to_us(NOON + timedelta(hours=n)))
    workshop.follower.follow()
    workshop.keep(payment("T8", **ANN), b"\x00\xff", at=NOON + timedelta(hours=13))
    return workshop


def change(workshop: Workshop, n: int, **values: Any) -> None:
    with workshop.engine.begin() as book:
        book.execute(update(notifications).where(notifications.c.n == n).values(values))


def found(workshop: Workshop, *terms: Term, limit: int = 50, everywhere: bool = False) -> list[int]:
    """All pages of a search, to its end."""
    numbers: list[int] = []
    cursor = None
    while True:
        page = workshop.queries.search(Search(terms, everywhere=everywhere), limit, cursor)
        numbers += [item["n"] for item in page.items]
        assert len(page.items) <= limit
        if page.next is None:
            return numbers
        cursor = page.next


def words(column: str, *some: str, negated: bool = False) -> Words:
    return Words(column=column, words=some, negated=negated)


def hour(number: int) -> datetime:
    return NOON + timedelta(hours=number)


CASES: list[tuple[Term, list[int]]] = [
    (words("outcome", "parked"), [5]),
    (words("outcome", "waiting"), [14, 13, 12]),
    (words("outcome", "refused", "parked"), [8, 5]),
    (words("verdict", "invalid"), [11]),
    (words("verdict", "unknown"), [14, 13, 12]),
    (words("verdict", "verified", negated=True), [14, 13, 12, 11]),
    (words("payment_status", "refunded"), [5, 4]),
    (words("txn_type", "", negated=False), [14, 13, 5, 4]),
    (words("txn_type", "new_case"), [10]),
    (Begins(columns=IDS, text="T1"), [9, 4, 2, 1]),
    (Begins(columns=IDS, text="T", negated=True), [14, 13]),
    (Is(columns=IDS, text="T9"), [5]),
    (Begins(columns=("peer",), text="127."), [*range(14, 0, -1)]),
    (Contains(column="reason", text="WEIRD"), [6]),
    (Contains(column="reason", text="%"), []),
    (Invoiced(text="abc-1"), [9, 4, 2, 1]),
    (Invoiced(text="abc"), [10, 9, 4, 3, 2, 1]),
    (Invoiced(text="T2", or_id=True), [10, 3]),
    (Invoiced(text="13", or_id=True), [13]),
    (Invoiced(text="1", or_id=True), [1]),
    (Numbers(first=3, last=5), [5, 4, 3]),
    (Numbers(first=3, last=13, negated=True), [14, 2, 1]),
    (Received(since=hour(11)), [14, 13, 12, 11]),
    (Received(until=hour(3)), [2, 1]),
    (Received(since=hour(4), until=hour(6)), [5, 4]),
    (Payer(text="ann@"), [13, 12, 9, 8, 6, 5, 4, 2, 1]),
    (Payer(text="annson"), [11, 7, 3]),
    (Payer(text="BOB1"), [11, 7, 3]),
    (Payer(text="ann", negated=True), [14, 10]),
    (Amount(order=Order.OVER, amount=Decimal(100)), [5, 3]),
    (Currency(words=("EUR",)), [8]),
]


@pytest.mark.parametrize(("term", "numbers"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_all_that_are_so_are_found(house: Workshop, term: Term, numbers: list[int]) -> None:
    assert found(house, term) == numbers


def test_terms_together_find_what_each_of_them_finds(
    house: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small the pages, the budgets, and what an index may leave."""
    rnd = random.Random(7)
    for _ in range(60):
        monkeypatch.setattr(searching, "NUMBERS_MAX", rnd.choice([1, 3, 20]))
        monkeypatch.setattr(searching, "BODIES_MAX", rnd.choice([1, 2, 20]))
        monkeypatch.setattr(searching, "_AT_ONCE", rnd.choice([1, 2, 20]))
        monkeypatch.setattr(search_places, "CANDIDATES_MAX", rnd.choice([1, 2, 20]))
        monkeypatch.setattr(search_places, "IDS_MAX", rnd.choice([1, 20]))
        some = rnd.sample(CASES, rnd.randint(1, 3))
        wanted = set.intersection(*(set(numbers) for _, numbers in some))
        terms = [term for term, _ in some]
        limit = rnd.choice([1, 2, 50])
        assert found(house, *terms, limit=limit) == sorted(wanted, reverse=True), terms


def test_nothing_asked_is_everything_as_the_api_lists_it(house: Workshop) -> None:
    listed = house.queries.search(Search(), 50, None)
    assert [item["n"] for item in listed.items] == [*range(14, 0, -1)]
    assert listed.items[2] == {
        key: value for key, value in (house.queries.notification(12) or {}).items() if key in listed.items[2]
    }


def test_a_look_ends_with_its_budget_and_says_how_far_it_has_come(
    house: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "BODIES_MAX", 4)
    page = house.queries.search(Search((Currency(words=("EUR",)),)), 50, None)
    assert (page.items, page.reached, page.read) == ((), 11, 4)
    then = house.queries.search(Search((Currency(words=("EUR",)),)), 50, page.next)
    assert [item["n"] for item in then.items] == [8]
    assert then.reached == 7
    monkeypatch.setattr(searching, "NUMBERS_MAX", 5)
    page = house.queries.search(Search((Contains(column="reason", text="none such"),)), 50, None)
    assert (page.items, page.reached) == ((), 8)


def test_of_a_payer_whom_the_views_know_nothing_else_is_read(
    house: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_places, "UNTOLD_MAX", 1)
    page = house.queries.search(Search((Payer(text="ann@"),)), 50, None)
    assert [item["n"] for item in page.items] == [13, 12, 9, 4, 2, 1]
    assert page.untold_from == 12
    assert found(house, Payer(text="ann@"), everywhere=True) == [13, 12, 9, 8, 6, 5, 4, 2, 1]
    # Beside a word that leaves few, all of those are read.
    assert found(house, Payer(text="ann@"), words("outcome", "parked")) == [5]


def test_what_was_purged_or_is_lost_says_nothing_any_more(house: Workshop) -> None:
    change(house, 2, purged_us=to_us(NOON))
    with house.inbox_engine.begin() as inbox:
        inbox.execute(delete(deliveries).where(deliveries.c.n == 4))
    assert found(house, Payer(text="ann@"), Begins(columns=IDS, text="T1")) == [9, 1]
    assert found(house, Payer(text="bob", negated=True), Begins(columns=IDS, text="T1")) == [9, 1]
    assert found(house, Begins(columns=IDS, text="T1")) == [9, 4, 2, 1]


@pytest.mark.usefixtures("any_engine")
def test_sealed_messages_are_read_as_long_as_their_payer_is_known(tmp_path: Path) -> None:
    with open_sealed(tmp_path) as workshop:
        workshop.deliver(payment("T1", **ANN), payment("T2", **BOB))
        assert found(workshop, Payer(text="ann@"), everywhere=True) == [1]
        workshop.forget("ANN1")
        assert found(workshop, Payer(text="ann@"), everywhere=True) == []
        assert found(workshop, Payer(text="ann@", negated=True)) == [2]
        # One that does not open says nothing, and stops nothing.
        with workshop.inbox_engine.begin() as inbox:
            inbox.execute(update(deliveries).where(deliveries.c.n == 2).values(sealed_by="payer:NOBODY#1"))
        assert found(workshop, Payer(text="ann@", negated=True)) == []


def test_a_cursor_of_another_list_is_none(house: Workshop) -> None:
    with pytest.raises(BadCursorError):
        house.queries.search(Search(), 50, "none")
