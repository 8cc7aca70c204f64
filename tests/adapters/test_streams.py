"""A batch reads what stands and what it added itself, and knows the place of each addition."""

from adapters.streams import BatchStreams
from domain.events import PriceAgreed
from domain.money import Money
from domain.notification import Notification, read
from domain.recording import Recording
from domain.standing import status_of
from tests.adapters.workshop import Workshop
from tests.given import NOON, capture, case, follower, payment, pending


def record(streams: BatchStreams, workshop: Workshop, *bodies: bytes) -> list[tuple[str, int, str]]:
    placed = []
    for n, body in enumerate(bodies, start=1):
        recording = Recording(streams, workshop.shop, NOON)
        recording.record(read(body, n))
        placed += streams.keep(recording)
    workshop.book.append(placed)
    return [(one.originator_id, one.originator_version, type(one.entry.event).__name__) for one in placed]


def test_what_was_never_heard_of_is_new(workshop: Workshop) -> None:
    streams = BatchStreams(workshop.book)
    assert streams.transaction("T1").version == 0
    assert streams.invoice("i").version == 0


def test_each_addition_has_the_next_place_of_its_stream(workshop: Workshop) -> None:
    story = (follower("Refunded", "R1"), pending(invoice="i:1"), payment(invoice="i:1"))
    assert record(BatchStreams(workshop.book), workshop, *story) == [
        ("T1", 1, "FollowerParked"),
        ("R1", 1, "FollowerIdentified"),
        ("T1", 2, "PaymentPended"),
        ("T1", 3, "PaymentRefunded"),
        ("T1", 4, "PaymentCompleted"),
        ("invoice:i:1", 1, "InvoicePaid"),
    ]


def test_the_next_batch_goes_on_from_what_stands(workshop: Workshop) -> None:
    record(BatchStreams(workshop.book), workshop, pending(), payment("T2", invoice="i"))
    streams = BatchStreams(workshop.book)
    assert record(streams, workshop, payment(invoice="i"), case())[:2] == [
        ("T1", 2, "PaymentCompleted"),
        ("invoice:i", 2, "InvoicePaid"),
    ]
    assert status_of(streams.transaction("T1")) == "disputed"
    assert len(streams.invoice("i").parties) == 2
    again = BatchStreams(workshop.book)
    assert again.transaction("T1") == streams.transaction("T1")
    assert again.invoice("i") == streams.invoice("i")


def test_an_act_of_a_person_is_placed_in_the_invoice(workshop: Workshop) -> None:
    streams = BatchStreams(workshop.book)
    recording = Recording(streams, workshop.shop, NOON)
    recording.agree("i", PriceAgreed(Money.of("5", "USD").amount, "USD"), "me")
    assert [(p.originator_id, p.originator_version) for p in streams.keep(recording)] == [("invoice:i", 1)]
    assert streams.invoice("i").price is not None


def test_everything_that_is_surely_needed_is_read_in_one_query(workshop: Workshop) -> None:
    told: list[Notification] = [
        read(payment(invoice="i"), 1), read(follower("Refunded", "R1", "T5"), 2), read(case(txn_id="T9"), 3),
        read(capture("C1", "A1"), 4),
    ]  # fmt: skip
    reads: list[list[str]] = []
    read_streams = workshop.book.streams

    class Watched:
        def streams(self, names: object) -> object:
            wanted = list(names)  # type: ignore[call-overload]
            reads.append(wanted)
            return read_streams(wanted)

    streams = BatchStreams(Watched())  # type: ignore[arg-type]
    streams.preload(told)
    assert [set(names) for names in reads] == [{"T1", "invoice:i", "R1", "T5", "T9", "C1", "A1"}]
    for n, notification in enumerate(told, start=1):
        recording = Recording(streams, workshop.shop, NOON)
        recording.record(notification)
        assert recording.settled[n]
    assert len(reads) == 1
