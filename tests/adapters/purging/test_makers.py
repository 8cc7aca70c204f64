"""Of which deliveries the book holds events."""

import pytest

from adapters.acts import Acts
from adapters.engines import StoreError
from adapters.purging import makers as makers_module
from adapters.purging.makers import Makers
from tests.adapters.workshop import Workshop
from tests.given import follower, payment


def test_the_book_says_what_its_events_were_made_from(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment(), follower("Refunded", "R1", gross="-5.00"))
    makers = Makers(workshop.book)
    assert not makers.made_something(1)
    makers.catch_up()
    assert [makers.made_something(n) for n in (0, 1, 2, 3, 4, 2**40)] == [0, 1, 0, 1, 0, 0]


def test_what_came_since_is_read_when_it_catches_up(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(makers_module, "_EVENTS_MAX", 2)
    heard: list[tuple[int, int]] = []
    workshop.deliver(*[payment(f"T{n}") for n in range(5)])
    makers = Makers(workshop.book, lambda done, of: heard.append((done, of)))
    makers.catch_up()
    assert heard == [(2, 5), (4, 5), (5, 5)]
    workshop.deliver(*[payment(f"T{n}") for n in range(3, 20)])
    makers.catch_up()
    assert [n for n in range(30) if makers.made_something(n)] == [1, 2, 3, 4, 5, *range(8, 23)]


def test_what_a_person_did_was_made_from_no_delivery(workshop: Workshop) -> None:
    workshop.deliver(payment())
    acts = Acts(workshop.book, workshop.shop, workshop.clock, lambda: None)
    acts.act("Ann", lambda acting: acting.fulfill("T1", None, left_already=True))
    makers = Makers(workshop.book)
    makers.catch_up()
    assert [n for n in range(10) if makers.made_something(n)] == [1]


def test_an_event_of_tomorrow_still_says_what_made_it(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"))
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stored_events SET topic = 'Tomorrow:1'")
    makers = Makers(workshop.book)
    makers.catch_up()
    assert [n for n in range(10) if makers.made_something(n)] == [1, 2]


def test_an_event_that_does_not_say_is_trouble_in_a_line(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2"))
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stored_events SET state = 'ruin' WHERE originator_id = 'T2'")
    with pytest.raises(StoreError, match="event 2 of the book does not say what made it"):
        Makers(workshop.book).catch_up()
