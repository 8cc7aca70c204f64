"""Every event that a notification made can be found by its number."""

from decimal import Decimal

from domain.events import Entry, PriceAgreed
from projections import origins
from tests.given import NOON, MemoryBook, follower, payment

Found = tuple[object, ...]


def rows(book: MemoryBook) -> list[Found]:
    """Number, stream and version of every row that the book makes."""
    found = [
        origins.row(stream, version, 100 + version, entry)
        for stream, told in book.streams.items()
        for version, entry in enumerate(told, start=1)
    ]
    return [(row["n"], row["stream"], row["version"]) for row in found if row is not None]


def test_a_payment_comes_from_its_notification() -> None:
    assert rows(MemoryBook().deliver(payment())) == [(1, "T1", 1)]


def test_a_refund_is_found_in_its_payments_stream_and_in_its_own() -> None:
    book = MemoryBook().deliver(payment(), follower("Refunded", "R1"))
    assert rows(book) == [(1, "T1", 1), (2, "T1", 2), (2, "R1", 1)]


def test_one_that_waited_is_found_where_it_waited_and_where_it_was_taken_up() -> None:
    book = MemoryBook().deliver(follower("Refunded", "R1"), payment())
    assert rows(book) == [(1, "T1", 1), (2, "T1", 2), (1, "T1", 3), (1, "R1", 1)]


def test_what_a_person_did_comes_from_no_notification() -> None:
    entry = Entry(event=PriceAgreed(Decimal("20.00"), "USD"), at=NOON, by="the shop")
    assert origins.row("invoice:abc-1", 1, 1, entry) is None


def test_a_row_says_where_in_the_book_and_in_its_stream_the_event_is() -> None:
    (entry,) = MemoryBook().deliver(payment()).streams["T1"]
    assert origins.row("T1", 4, 17, entry) == {"n": 1, "position": 17, "stream": "T1", "version": 4}


def test_the_projection_has_a_name_and_a_version() -> None:
    assert (origins.NAME, origins.VERSION) == ("origins", 1)
