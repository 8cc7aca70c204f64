"""What a body says, with what is new in it."""

from adapters.readings import read
from domain.notification import Notification
from domain.reading import Unmodelled, Unreadable
from tests.given import payment


def test_what_can_be_read_is_a_notification_under_its_number() -> None:
    found = read(payment("T9"), 7)
    assert isinstance(found.said, Notification)
    assert (found.said.n, found.drift) == (7, ())


def test_what_cannot_be_read_says_why() -> None:
    assert isinstance(read(payment(gross="1_000"), 1).said, Unreadable)
    assert isinstance(read(b"txn_type=something_new&txn_id=T1", 1).said, Unmodelled)


def test_what_is_new_is_told_whether_it_can_be_read_or_not() -> None:
    for body in (payment(payment_date="whenever"), payment(gross="1_000", payment_date="whenever")):
        assert read(body, 1).drift == (("payment_date", "whenever"),)
