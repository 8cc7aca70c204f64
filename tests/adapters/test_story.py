"""The story of a transaction: what each event changed, and as of when it is told."""

from datetime import timedelta

from adapters.office_book import OfficeBook
from adapters.story import FIRST_EVENTS, LAST_EVENTS, SHORT_EVENTS, Story
from domain.vocabulary import Status
from tests.adapters.workshop import Workshop
from tests.given import NOON, case, follower, payment, pending


def told(workshop: Workshop, stream: str = "T1", **more: object) -> Story:
    story = OfficeBook(workshop.book, workshop.shop).story(stream, workshop.clock(), **more)  # type: ignore[arg-type]
    assert story is not None
    return story


def test_each_event_says_from_where_to_where_it_led(workshop: Workshop) -> None:
    for one in (pending(), payment(), follower("Refunded", "R1", gross="-5.00")):
        workshop.deliver(one)
    story = told(workshop)
    assert [(one.name, one.version, one.before, one.after) for one in story.happenings] == [
        ("PaymentPended", 1, Status.AWAITED, Status.PENDING),
        ("PaymentCompleted", 2, Status.PENDING, Status.COMPLETED),
        ("PaymentRefunded", 3, Status.COMPLETED, Status.PARTIALLY_REFUNDED),
    ]
    assert [[entry.kind for entry in one.ledger] for one in story.happenings] == [[], ["sale"], ["refund"]]
    assert [one.position for one in story.happenings] == sorted(one.position for one in story.happenings)
    assert story.document["status"] == "partially_refunded"
    assert story.explained["fulfillment"] == "held"
    assert story.numbers == {1, 2, 3}


def test_as_of_a_moment_nothing_later_is_told_but_its_moments(workshop: Workshop) -> None:
    for one in (pending(), payment(), case()):
        workshop.deliver(one)
    moments = told(workshop).moments
    assert len(moments) == 3
    then = told(workshop, as_of=moments[0])
    assert (then.document["status"], then.events, len(then.happenings)) == ("pending", 1, 1)
    assert then.moments == moments
    assert OfficeBook(workshop.book).story("T1", NOON, as_of=moments[0] - timedelta(microseconds=1)) is None


def test_the_id_of_a_refund_tells_the_story_of_its_payment(workshop: Workshop) -> None:
    workshop.deliver(payment(), follower("Refunded", "R1", gross="-5.00"))
    assert told(workshop, "R1").transaction.txn_id == "T1"
    assert OfficeBook(workshop.book).story("nobody", NOON) is None


def test_a_long_story_is_told_without_its_middle(workshop: Workshop) -> None:
    workshop.deliver(payment(gross="200.00"))
    many = SHORT_EVENTS + 1
    workshop.deliver(*(follower("Refunded", f"R{i}", gross="-0.01") for i in range(1, many)))
    story = told(workshop)
    assert story.events == many
    versions = [one.version for one in story.happenings]
    assert versions == [*range(1, FIRST_EVENTS + 1), *range(many - LAST_EVENTS + 1, many + 1)]
    assert story.happenings[FIRST_EVENTS].before is Status.PARTIALLY_REFUNDED
    assert story.is_long
    assert not any(one.ledger for one in story.happenings)
    assert len(told(workshop, whole=True).happenings) == many
