"""Origins: each notification leads to the events it became."""

from sqlalchemy import func, select

from adapters.view_tables import notification_events
from tests.adapters.workshop import Workshop
from tests.given import follower, payment, pending


def test_each_notification_knows_the_events_it_became(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "R1"), payment(invoice="i"), payment(invoice="i"))
    workshop.follower.follow()
    found = {
        n: [
            (e["stream"], e["version"], e["type"]) for e in (workshop.queries.notification(n) or {})["events"]
        ]
        for n in (1, 2, 3)
    }
    assert found == {
        1: [("T1", 1, "FollowerParked"), ("R1", 1, "FollowerIdentified"), ("T1", 3, "PaymentRefunded")],
        2: [("T1", 2, "PaymentCompleted"), ("invoice:i", 1, "InvoicePaid")],
        3: [],
    }


def test_more_rows_than_one_statement_takes(workshop: Workshop) -> None:
    workshop.deliver(*[pending(f"T{i}") for i in range(600)])
    workshop.deliver(*[payment(f"T{i}") for i in range(600)])
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(notification_events)).scalar_one() == 1_200


def test_what_no_notification_brought_has_no_origin(workshop: Workshop) -> None:
    workshop.deliver(payment())
    workshop.follower.follow()
    with workshop.engine.connect() as connection:
        assert connection.execute(select(notification_events.c.n)).scalars().all() == [1]
