"""The memory of batches: bounded and never believed; what others wrote meanwhile counts in every decision."""

from itertools import cycle

import pytest
from sqlalchemy import text

from adapters.memory import Known, Memory
from adapters.processor import Processor
from domain.state import Transaction
from tests.adapters.sealed_workshop import of_user, open_sealed
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import passing_folder
from tests.given import case, follower, payment, pending


def aged(txn_id: str, version: int) -> Transaction:
    return Transaction(txn_id=txn_id, version=version)


def test_what_it_is_given_it_knows() -> None:
    memory = Memory(events_least=1)
    memory.keep({"T1": aged("T1", 1), "T2": aged("T2", 2)}, {"T1": b"1", "T2": b"2"})
    assert memory.known(["T2", "T3"]) == {"T2": Known(aged("T2", 2), b"2")}


def test_of_what_was_never_heard_of_nothing_is_known() -> None:
    memory = Memory(events_least=1)
    memory.keep({"T1": aged("T1", 0)}, {})
    assert len(memory) == 0


def test_a_short_one_is_read_again() -> None:
    memory = Memory(events_least=4)
    memory.keep({"T1": aged("T1", 3), "T2": aged("T2", 4)}, {"T1": b"", "T2": b""})
    assert list(memory.known(["T1", "T2"])) == ["T2"]


def test_it_keeps_the_newest_streams_and_no_more_events_than_it_may() -> None:
    memory = Memory(streams_max=3, events_max=10, events_least=1)
    for n in range(5):
        memory.keep({f"T{n}": aged(f"T{n}", 1)}, {f"T{n}": b""})
    memory.keep({"T2": aged("T2", 2)}, {"T2": b""})
    assert list(memory.known(["T0", "T1", "T2", "T3", "T4"])) == ["T2", "T3", "T4"]
    memory.keep({"T9": aged("T9", 8)}, {"T9": b""})
    assert list(memory.known(["T2", "T3", "T4", "T9"])) == ["T2", "T9"]
    memory.keep({"T10": aged("T10", 11)}, {"T10": b""})
    assert list(memory.known(["T2", "T9", "T10"])) == ["T2", "T9"]


def test_it_forgets_all_when_a_key_ends_and_when_it_is_told_to() -> None:
    memory = Memory(events_least=1)
    for keys in (None, 1, 1, 2):
        memory.as_of(keys)
        memory.keep({"T1": aged("T1", 1)}, {"T1": b""})
    memory.as_of(2)
    assert len(memory) == 1
    memory.as_of(3)
    assert len(memory) == 0
    memory.keep({"T1": aged("T1", 1)}, {"T1": b""})
    memory.clear()
    memory.keep({"T2": aged("T2", 1)}, {"T2": b""})
    assert (len(memory), memory.known(["T1"])) == (1, {})


# ---- in a processor ----

# Each but the first reads what others wrote: another party's payment for the invoice, a status, a case.
STORY = (
    follower("Refunded", "R1", gross="-5.00"),
    pending(invoice="i"),
    payment("T2", invoice="i", payer_id="OTHER", payer_email="other@example.com"),
    payment(invoice="i"),
    case(),
    payment("T3", invoice="i"),
    payment(invoice="i"),
    follower("Refunded", "R2", "T2"),
    follower("Reversed", "R3", reason_code="chargeback"),
    case(case_id="PP-2"),
)


def remembering(workshop: Workshop) -> Processor:
    """One that remembers every stream, however short."""
    processor = workshop.processor()
    processor._memory = Memory(events_least=1)
    return processor


def played(workshop: Workshop, processors: int | None) -> list[object]:
    """What is in the book when so many that remember take turns; without a number a new one each time."""
    several = [remembering(workshop) for _ in range(processors or 0)]
    turns = cycle(several) if several else iter(workshop.processor, None)
    for body, processor in zip(STORY, turns, strict=False):
        assert isinstance(processor, Processor)
        processor.settle(workshop.answer(workshop.claim(body)))
    names = ("T1", "T2", "T3", "R1", "R2", "R3", "invoice:i")
    streams = workshop.book.streams(names)
    events = [(name, entry.event, entry.n) for name in names for entry in streams[name]]
    return [events, workshop.outcomes()]


def test_who_remembers_decides_as_who_reads_everything_anew(any_engine: str) -> None:
    books = []
    for processors in (None, 1, 2, 3):
        with passing_folder() as folder, open_workshop(folder) as workshop:
            books.append(played(workshop, processors))
    assert books == [books[0]] * 4


def test_a_stream_that_is_only_read_is_read_as_it_stands(workshop: Workshop) -> None:
    ours, others = remembering(workshop), remembering(workshop)
    ours.settle(workshop.answer(workshop.claim(pending())))
    others.settle(workshop.answer(workshop.claim(payment())))
    # Nothing is appended, so nothing else would notice what came in between.
    (again,) = ours.settle(workshop.answer(workshop.claim(payment())))
    assert again.outcome == "duplicate"
    assert workshop.events() == ["PaymentPended", "PaymentCompleted"]


def test_a_book_that_lost_its_end_is_read_from_the_beginning(workshop: Workshop) -> None:
    """As after a server's failure, when its standby had not heard of the last commit."""
    ours = remembering(workshop)
    ours.settle(workshop.answer(workshop.claim(pending(), payment())))
    with workshop.engine.begin() as connection:
        connection.execute(text("DELETE FROM stored_events WHERE originator_version = 2"))
    ours.settle(workshop.answer(workshop.claim(payment())))
    assert workshop.events() == ["PaymentPended", "PaymentCompleted"]


def test_another_event_in_the_place_of_the_last_is_no_beginning_to_go_on_from(workshop: Workshop) -> None:
    ours = remembering(workshop)
    ours.settle(workshop.answer(workshop.claim(pending())))
    with workshop.engine.begin() as connection:
        connection.execute(text("DELETE FROM stored_events"))
    workshop.processor().settle(workshop.answer(workshop.claim(payment())))
    ours.settle(workshop.answer(workshop.claim(case())))
    assert workshop.events() == ["PaymentCompleted", "CaseOpened"]


def test_what_is_known_is_not_decoded_again(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, read = remembering(workshop), list[str]()
    ours.settle(workshop.answer(workshop.claim(pending(), case())))
    entry = type(workshop.book).entry

    def watched(book: object, stored: object) -> object:
        read.append(str(stored))
        return entry(book, stored)  # type: ignore[arg-type]

    monkeypatch.setattr(type(workshop.book), "entry", watched)
    ours.settle(workshop.answer(workshop.claim(payment())))
    assert read == []
    workshop.processor().settle(workshop.answer(workshop.claim(follower("Refunded", "R1"))))
    assert len(read) == 3


def test_what_a_key_had_opened_is_not_known_when_it_is_destroyed(any_engine: str) -> None:
    with passing_folder() as folder, open_sealed(folder) as house:
        ours = house.processor()
        ours._memory = Memory(events_least=1)
        ours.settle(house.answer(house.claim(of_user())))
        assert "Test User" in repr(ours._memory.known(["T1"]))
        house.forgetting().destroy(["payer:PAYER1#1"])
        house.keys.look_again()
        ours.settle(house.answer(house.claim(case())))
        known = repr(ours._memory.known(["T1"]))
        assert "CaseOpened" in repr(house.book.streams(["T1"]))
        assert known != "{}"
        assert "Test User" not in known
