"""The timeline: messages, what PayPal answered, events, acts and entries, in the order of our clock."""

from datetime import datetime

from adapters.acts import Acts
from adapters.desk.timeline import Row, timeline
from adapters.office_book import OfficeBook
from adapters.story import FIRST_EVENTS, LAST_EVENTS, SHORT_EVENTS
from domain.vocabulary import Verdict
from tests.adapters.workshop import Workshop
from tests.given import case, follower, payment


def lines(workshop: Workshop, as_of: datetime | None = None) -> list[Row]:
    story = OfficeBook(workshop.book, workshop.shop).story("T1", workshop.clock(), as_of=as_of)
    assert story is not None
    messages = workshop.queries.messages_behind(["T1", "R1"], sorted(story.numbers), 50)
    return timeline(story, messages, as_of)


def said(rows: list[Row]) -> list[tuple[str, str, str | None]]:
    return [(row.what, row.title, row.outcome) for row in rows]


def claim(workshop: Workshop) -> None:
    acts = Acts(workshop.book, workshop.shop, workshop.clock, lambda: None)
    acts.act("ann", lambda acting: acting.claim("T1", 60))


def test_everything_stands_in_one_order(workshop: Workshop) -> None:
    workshop.deliver(payment())
    workshop.deliver(payment())
    claim(workshop)
    workshop.deliver(case())
    rows = lines(workshop)
    assert said(rows) == [
        # All were received at one moment of the workshop's.
        ("message", "Message 1: web_accept Completed", "recorded"),
        ("message", "Message 2: web_accept Completed", "duplicate"),
        ("message", "Message 3: new_case", "recorded"),
        ("event", "Payment completed", None),
        ("act", "Goods claimed", None),
        ("case", "Case opened", None),
    ]
    assert [entry.kind for entry in rows[3].ledger] == ["sale"]
    assert (rows[3].occurred, rows[3].n) == ("2026-11-20T16:12:59Z", 1)
    assert rows[4].by == "ann"
    assert (rows[5].before, rows[5].after) == ("completed", "disputed")
    assert rows[0].asked is not None
    assert rows[0].asked["answer"] == "VERIFIED"


def test_a_message_that_was_asked_about_often_has_a_line_for_each_time(workshop: Workshop) -> None:
    claimed = workshop.claim(payment())
    workshop.processor().settle(workshop.answer(claimed, Verdict.UNKNOWN))
    workshop.at = workshop.at.replace(hour=23)
    again = workshop.claims.claim(10, int(workshop.at.timestamp() * 1_000_000))
    workshop.processor().settle(workshop.answer(again))
    rows = lines(workshop)
    assert [row.title for row in rows if row.what == "post-back"] == [
        *("Asked PayPal, attempt 1", "Asked PayPal, attempt 2")
    ]
    assert [row.verdict for row in rows if row.what == "post-back"] == ["unknown", "verified"]
    assert rows[0].asked is None


def test_as_of_a_moment_outcomes_are_those_of_then(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    parked = lines(workshop)[-1].place
    workshop.deliver(payment())
    assert parked is not None
    now, then = lines(workshop), lines(workshop, parked.entry.at)
    assert [row.outcome for row in now if row.what == "message"] == ["recorded", "recorded"]
    assert [row.outcome for row in then if row.what == "message"] == ["parked", "waiting"]
    assert [row.title for row in then if row.what == "event"] == ["Follower parked"]
    assert [row.title for row in now if row.what == "event"] == [
        *("Follower parked", "Payment completed", "Payment refunded")
    ]


def test_what_is_left_out_of_a_long_story_is_counted(workshop: Workshop) -> None:
    many = SHORT_EVENTS + 1
    workshop.deliver(payment(gross="200.00"))
    workshop.deliver(*(follower("Refunded", f"R{i}", gross="-0.01") for i in range(1, many)))
    gaps = [row.title for row in lines(workshop) if row.what == "gap"]
    assert gaps == [f"{many - FIRST_EVENTS - LAST_EVENTS} events in between"]
