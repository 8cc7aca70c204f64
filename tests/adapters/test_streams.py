"""A batch reads what stands and what it added itself, and knows the place of each addition."""

from adapters.streams import BatchStreams
from domain.acting import Acting
from domain.events import PriceAgreed
from domain.invoice import Invoice
from domain.money import Money
from domain.notification import Notification, read
from domain.recording import Recording
from domain.standing import status_of
from domain.state import Transaction
from domain.subscription import Subscription
from tests.adapters.workshop import Workshop
from tests.given import NOON, capture, case, follower, payment, pending
from tests.given_streams import batch, charged, profiled, record, signup, subscribed


def record_all(workshop: Workshop, *bodies: bytes) -> list[tuple[str, int, str]]:
    """What bodies add, in a batch of their own."""
    return placed_by(BatchStreams(workshop.book), workshop, *bodies)


def placed_by(streams: BatchStreams, workshop: Workshop, *bodies: bytes) -> list[tuple[str, int, str]]:
    placed = []
    for n, body in enumerate(bodies, start=1):
        recording = Recording(streams, workshop.shop, NOON)
        recording.record(read(body, n))
        placed += streams.keep(recording)
    workshop.book.append(placed)
    return [(one.originator_id, one.originator_version, type(one.entry.event).__name__) for one in placed]


def transaction(streams: BatchStreams) -> Transaction:
    found = streams.aggregate("T1")
    assert isinstance(found, Transaction)
    return found


def invoice(streams: BatchStreams) -> Invoice:
    found = streams.aggregate("invoice:i")
    assert isinstance(found, Invoice)
    return found


def test_what_was_never_heard_of_is_new(workshop: Workshop) -> None:
    streams = BatchStreams(workshop.book)
    assert streams.aggregate("T1") == Transaction(txn_id="T1")
    assert streams.aggregate("invoice:i") == Invoice(name="i")
    assert streams.aggregate("subscription:S-1") == Subscription(subscription_id="S-1")


def test_each_addition_has_the_next_place_of_its_stream(workshop: Workshop) -> None:
    story = (follower("Refunded", "R1"), pending(invoice="i:1"), payment(invoice="i:1"))
    assert record_all(workshop, *story) == [
        ("T1", 1, "FollowerParked"),
        ("R1", 1, "FollowerIdentified"),
        ("T1", 2, "PaymentPended"),
        ("T1", 3, "PaymentRefunded"),
        ("T1", 4, "PaymentCompleted"),
        ("invoice:i:1", 1, "InvoicePaid"),
    ]


def test_the_next_batch_goes_on_from_what_stands(workshop: Workshop) -> None:
    record_all(workshop, pending(), payment("T2", invoice="i"))
    streams = BatchStreams(workshop.book)
    assert placed_by(streams, workshop, payment(invoice="i"), case())[:2] == [
        ("T1", 2, "PaymentCompleted"),
        ("invoice:i", 2, "InvoicePaid"),
    ]
    assert status_of(transaction(streams)) == "disputed"
    assert len(invoice(streams).parties) == 2
    again = BatchStreams(workshop.book)
    assert transaction(again) == transaction(streams)
    assert invoice(again) == invoice(streams)


def test_all_streams_of_one_message_are_placed(workshop: Workshop) -> None:
    payouts = batch(record(1), record(2, "Unclaimed"), record(3, masspay_txn_id=""))
    assert record_all(workshop, payouts) == [
        ("M1", 1, "PayoutCompleted"),
        ("M2", 1, "PayoutUnclaimed"),
        ("payout:u-3", 1, "PayoutCompleted"),
    ]
    initial = {"initial_payment_status": "Completed", "initial_payment_txn_id": "P0"}
    made = profiled("profile_created", **initial, initial_payment_amount="5.00")
    assert record_all(workshop, made, charged("P1", "08:00:00 Feb 05, 2026 PST")) == [
        ("subscription:I-1", 1, "SubscriptionStarted"),
        ("P0", 1, "PaymentCompleted"),
        ("subscription:I-1", 2, "CycleHeard"),
        ("P1", 1, "PaymentCompleted"),
        ("subscription:I-1", 3, "CycleHeard"),
    ]


def test_a_subscription_goes_on_from_what_stands(workshop: Workshop) -> None:
    record_all(workshop, signup())
    assert record_all(workshop, subscribed("subscr_eot")) == [("subscription:S-1", 2, "SubscriptionEnded")]
    found = BatchStreams(workshop.book).aggregate("subscription:S-1")
    assert isinstance(found, Subscription)
    assert len(found.reports) == 2


def test_an_act_of_a_person_is_placed_in_the_invoice(workshop: Workshop) -> None:
    streams = BatchStreams(workshop.book)
    acting = Acting(streams, workshop.shop, NOON, "me")
    acting.agree("i", PriceAgreed(Money.of("5", "USD").amount, "USD"))
    assert [(p.originator_id, p.originator_version) for p in streams.keep(acting)] == [("invoice:i", 1)]
    assert invoice(streams).price is not None


def test_everything_that_is_surely_needed_is_read_in_one_query(workshop: Workshop) -> None:
    told: list[Notification] = [
        read(payment(invoice="i"), 1), read(follower("Refunded", "R1", "T5"), 2), read(case(txn_id="T9"), 3),
        read(capture("C1", "A1"), 4), read(batch(record(1), record(2)), 5), read(signup(), 6),
        read(charged("P1", ""), 7), read(payment("P2", txn_type="merch_pmt", mp_id="B-1"), 8),
    ]  # fmt: skip
    reads: list[list[str]] = []
    read_book = workshop.book.read

    class Watched:
        def read(self, names: object, _after: object) -> object:
            wanted = list(names)  # type: ignore[call-overload]
            reads.append(wanted)
            return read_book(wanted)

    streams = BatchStreams(Watched())  # type: ignore[arg-type]
    streams.preload(told)
    payments = {"T1", "invoice:i", "R1", "T5", "T9", "C1", "A1", "M1", "M2", "P1", "P2"}
    agreements = {"subscription:S-1", "subscription:I-1", "subscription:B-1"}
    assert [set(names) for names in reads] == [payments | agreements]
    for n, notification in enumerate(told, start=1):
        recording = Recording(streams, workshop.shop, NOON)
        recording.record(notification)
        assert recording.settled[n]
    assert len(reads) == 1
