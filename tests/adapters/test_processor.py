"""One body's walk into the book: every outcome, bad members of a batch, lost races, copies by the dozen."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.book import Book, LostRaceError, StoreAwayError
from adapters.mapper import Placed
from adapters.processor import Answered, Processor
from adapters.settling import Settled
from adapters.times import to_us
from domain.body import Fields
from domain.facts import Report
from domain.folding import fold
from domain.notification import Notification, read_fields
from domain.vetting import Shop
from domain.vocabulary import Outcome, Verdict
from projections.transactions import document
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import database_in
from tests.given import NOON, SELLER, case, end_state, follower, payment, pending

ROOT = Path(__file__).resolve().parents[2]
LIFE = (pending(), payment(), follower("Refunded", "R1", gross="-5.00"), case())


def told(settled: Sequence[Settled]) -> list[tuple[str, str | None]]:
    return [(one.outcome.value, one.reason) for one in settled]


def test_every_kind_of_outcome(workshop: Workshop) -> None:
    settled = workshop.deliver(
        payment(), payment(), pending(), follower("Refunded", "R9", "T9"),
        payment("T2", receiver_email="mallory@example.com"), payment("T3", test_ipn="0"),
        payment(status="Denied"), payment("T4", mc_gross="1_000"), payment("T5", "Inflight"),
        b"\xff\x00 nothing at all", payment("T6", payment_date="whenever"),
    )  # fmt: skip
    assert told(settled)[:7] == [
        ("recorded", None),
        ("duplicate", None),
        ("stale", "the transaction is completed already"),
        ("parked", "waits for T9"),
        ("refused", "receiver"),
        ("refused", "environment"),
        ("refused", "transition: denied after completed"),
    ]
    assert [one.outcome.value for one in settled[7:]] == [
        "unreadable",
        "unmodelled",
        "unmodelled",
        "recorded",
    ]
    assert settled[7].reason == "mc_gross: '1_000' is not a plain decimal amount"
    assert settled[8].reason == "payment_status 'Inflight'"
    assert workshop.outcomes() == [one.outcome.value for one in settled]
    assert [workshop.row(n)["reason"] for n in range(1, 12)] == [one.reason for one in settled]
    for n in range(1, 12):
        row = workshop.row(n)
        assert (row["verdict"], row["attempts"], row["due_us"], row["lease_by"]) == (
            "verified",
            1,
            None,
            None,
        )
        assert row["settled_us"] == to_us(NOON + timedelta(seconds=2))
        assert workshop.post_backs(n) == [(1, "verified", "VERIFIED")]
    assert workshop.row(11)["drift"] == '[["payment_date", "whenever"]]'
    assert workshop.row(9)["drift"] == '[["payment_status", "Inflight"]]'
    assert workshop.row(10)["drift"] is not None
    assert [n for n in range(1, 12) if workshop.row(n)["drift"]] == [9, 10, 11]


def test_an_invalid_one_never_touches_the_book(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwanted(*_: object) -> Notification:
        raise AssertionError("nobody reads what PayPal disowned")

    monkeypatch.setattr("adapters.readings.read_fields", unwanted)
    settled = workshop.deliver(*LIFE, b"", verdict=Verdict.INVALID)
    assert told(settled) == [("invalid", None)] * 5
    assert workshop.book.last_position() == 0
    assert workshop.row(1)["due_us"] is None
    assert workshop.post_backs(1) == [(1, "invalid", "INVALID")]


def test_an_unknown_one_waits_longer_each_time_and_every_attempt_is_remembered(workshop: Workshop) -> None:
    claimed = workshop.claim(payment())
    pauses = []
    for attempt in range(1, 5):
        (settled,) = workshop.processor(draw=0.0).settle(workshop.answer(claimed, Verdict.UNKNOWN))
        row = workshop.row(1)
        assert (row["verdict"], row["outcome"], row["attempts"]) == ("unknown", "waiting", attempt)
        assert (row["settled_us"], row["lease_by"]) == (None, None)
        assert settled.due_us == row["due_us"]
        pauses.append((row["due_us"] - to_us(workshop.at)) / 1_000_000)
        workshop.at += timedelta(minutes=20)
        claimed = workshop.claim()
        assert [(one.n, one.attempts, one.verdict) for one in claimed] == [(1, attempt, Verdict.UNKNOWN)]
    assert 0 < pauses[0] < 2
    assert all(later == pytest.approx(2 * earlier) for earlier, later in pairwise(pauses))
    assert workshop.post_backs(1) == [(n, "unknown", "<html>Sorry</html>") for n in range(1, 5)]
    assert workshop.book.last_position() == 0


def test_the_longest_pause_stays_under_a_quarter_of_an_hour(workshop: Workshop) -> None:
    claimed = [replace(one, attempts=5_000) for one in workshop.claim(payment())]
    workshop.processor(draw=0.999).settle(workshop.answer(claimed, Verdict.UNKNOWN))
    assert 300 < (workshop.row(1)["due_us"] - to_us(workshop.at)) / 1_000_000 < 900


def test_a_batch_is_decided_in_the_order_of_arrival(workshop: Workshop) -> None:
    answered = workshop.answer(workshop.claim(pending(), payment(), payment()))
    settled = workshop.processor().settle(answered[::-1])
    assert [(one.n, one.outcome) for one in settled] == [(1, "recorded"), (2, "recorded"), (3, "duplicate")]
    assert workshop.events() == ["PaymentPended", "PaymentCompleted"]


def test_what_was_verified_before_needs_no_post_back(workshop: Workshop) -> None:
    claimed = [replace(one, verdict=Verdict.VERIFIED, attempts=3) for one in workshop.claim(payment())]
    workshop.processor().settle([Answered(claimed=one, post_back=None) for one in claimed])
    row = workshop.row(1)
    assert (row["verdict"], row["attempts"], row["outcome"]) == ("verified", 3, "recorded")
    assert workshop.post_backs(1) == []


def test_the_same_delivery_again_comes_out_as_it_did_before(workshop: Workshop) -> None:
    story = (*LIFE, payment(), payment(status="Denied"), follower("Refunded", "R7", "T7"), pending())
    answered = workshop.answer(workshop.claim(*story))
    first = workshop.processor().settle(answered)
    position = workshop.book.last_position()
    again = workshop.processor().settle(answered)
    assert [one.outcome for one in again] == [one.outcome for one in first]
    assert workshop.book.last_position() == position


# ---- drift ----

NEWS = {"reason_code": "regret", "charset": "klingon", "brand_new": "1"}


def drift(workshop: Workshop) -> list[tuple[str, str, int, int]]:
    rows = workshop.queries.status()["drift"]
    return [(row["what"], row["example"], row["n"], row["count"]) for row in rows]


def test_what_is_new_is_shown_once_and_counted_once_a_delivery(workshop: Workshop) -> None:
    workshop.deliver(payment("T1", **NEWS), payment("T2"))
    workshop.deliver(payment("T3", **NEWS))
    expected = [("charset", "klingon", 1, 2), ("field", "brand_new", 1, 2), ("reason_code", "regret", 1, 2)]
    assert drift(workshop) == expected
    for n in (1, 3):
        assert workshop.claims.ask_again(n, to_us(workshop.at))
    again = [Answered(claimed=one, post_back=None) for one in workshop.claim()]
    assert [one.n for one in workshop.processor().settle(again)] == [1, 3]
    assert workshop.outcomes() == ["recorded"] * 3
    assert drift(workshop) == expected


def test_what_is_new_is_looked_for_in_all_that_paypal_sent(workshop: Workshop) -> None:
    workshop.deliver(
        payment("T1", mc_gross="1_000", unreadable="1"), payment("T2", "Odd", unmodelled="1"),
        payment("T3", receiver_email="mallory@example.com", refused="1"),
        follower("Refunded", "R1", "T9", parked="1"),
    )  # fmt: skip
    assert workshop.outcomes() == ["unreadable", "unmodelled", "refused", "parked"]
    assert drift(workshop) == [
        ("field", "unreadable", 1, 1),
        ("field", "unmodelled", 2, 1),
        ("payment_status", "Odd", 2, 1),
        ("field", "refused", 3, 1),
        ("field", "parked", 4, 1),
    ]


def test_what_was_parked_with_news_is_not_counted_again_when_it_is_released(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "R1", **NEWS))
    before = drift(workshop)
    workshop.deliver(payment())
    assert workshop.outcomes() == ["recorded", "recorded"]
    assert drift(workshop) == before
    assert [count for *_, count in before] == [1, 1, 1]


def test_nobody_looks_for_news_in_what_paypal_did_not_send(workshop: Workshop) -> None:
    workshop.deliver(payment(**NEWS), verdict=Verdict.INVALID)
    workshop.deliver(payment(**NEWS), verdict=Verdict.UNKNOWN)
    assert drift(workshop) == []
    assert workshop.row(1)["drift"] is None


def test_news_is_counted_in_the_commit_of_the_outcome(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise StoreAwayError("locked")

    answered = workshop.answer(workshop.claim(payment(**NEWS)))
    with monkeypatch.context() as patched:
        patched.setattr(Book, "append", lost)
        with pytest.raises(StoreAwayError):
            workshop.processor().settle(answered)
    assert drift(workshop) == []
    workshop.processor().settle(answered)
    assert [count for *_, count in drift(workshop)] == [1, 1, 1]


# ---- parked and released ----


def test_one_that_was_parked_is_released_by_a_later_batch(workshop: Workshop) -> None:
    assert told(workshop.deliver(follower("Refunded", "R1"), case())) == [("parked", "waits for T1")] * 2
    with capture_logs() as logs:
        workshop.deliver(payment())
    assert workshop.outcomes() == ["recorded"] * 3
    for n in (1, 2):
        row = workshop.row(n)
        assert (row["reason"], row["settled_us"]) == (None, to_us(workshop.at))
        assert workshop.post_backs(n) == [(1, "verified", "VERIFIED")]
    released = [line for line in logs if line["event"] == "notification_released"]
    assert [(line["n"], line["outcome"]) for line in released] == [(1, "recorded"), (2, "recorded")]


def test_one_that_was_parked_is_released_within_its_own_batch(workshop: Workshop) -> None:
    settled = workshop.deliver(follower("Refunded", "R1"), payment(), payment())
    assert told(settled) == [("recorded", None), ("recorded", None), ("duplicate", None)]
    assert workshop.outcomes() == ["recorded", "recorded", "duplicate"]


def test_a_release_may_refuse_too(workshop: Workshop) -> None:
    workshop.deliver(follower("Refunded", "R1", mc_currency="EUR"))
    assert workshop.outcomes() == ["parked"]
    workshop.deliver(payment())
    assert workshop.row(1)["outcome"] == "refused"
    assert workshop.row(1)["reason"].startswith("transition: ")


# ---- what our own code stumbles over ----


def stumbling_over(
    *ns: int, until: Callable[[], bool] = lambda: False
) -> Callable[[Fields, int], Notification]:
    def stumble(fields: Fields, n: int) -> Notification:
        if n in ns and not until():
            raise RuntimeError(f"Jörg Payer <joerg@example.com> in {fields.pairs!r}")
        return read_fields(fields, n)

    return stumble


def test_one_bad_member_stands_alone_and_the_rest_is_recorded(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended = False
    monkeypatch.setattr("adapters.readings.read_fields", stumbling_over(7, until=lambda: mended))
    bodies = [payment(f"T{i}", first_name="Jörg", payer_email="joerg@example.com") for i in range(20)]
    with capture_logs() as logs:
        settled = workshop.deliver(*bodies)
    assert [one.outcome for one in settled] == ["recorded"] * 6 + ["waiting"] + ["recorded"] * 13
    row = workshop.row(7)
    assert (row["verdict"], row["outcome"], row["attempts"]) == ("verified", "waiting", 1)
    assert row["reason"] == "fault: RuntimeError; will be tried again"
    assert row["due_us"] > to_us(workshop.at)
    assert (row["lease_by"], row["settled_us"]) == (None, None)
    assert workshop.post_backs(7) == [(1, "verified", "VERIFIED")]
    assert "Payer" not in repr(logs)
    assert "joerg" not in repr(logs)
    (fault,) = [line for line in logs if line["event"] == "notification_fault"]
    assert (fault["n"], fault["fault"].partition(" at ")[0]) == (7, "RuntimeError")

    mended = True
    assert workshop.claim() == []
    workshop.at += timedelta(minutes=15)
    (claimed,) = workshop.claim()
    assert (claimed.n, claimed.verdict) == (7, Verdict.VERIFIED)
    workshop.processor().settle([Answered(claimed=claimed, post_back=None)])
    assert workshop.outcomes() == ["recorded"] * 20
    assert workshop.row(7)["attempts"] == 1


def test_a_fault_is_left_alone_the_longer_the_older_it_is(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.readings.read_fields", stumbling_over(1))
    claimed = workshop.claim(payment())
    for age_seconds, pause_seconds in ((0, 2), (60, 60), (86_400, 900)):
        workshop.at = NOON + timedelta(seconds=age_seconds)
        processor = Processor(workshop.book, workshop.shop, lambda: workshop.at)
        processor.settle(workshop.answer(claimed))
        assert workshop.row(1)["due_us"] == to_us(workshop.at + timedelta(seconds=pause_seconds))


def test_two_bad_members_and_one_that_another_waits_for(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.readings.read_fields", stumbling_over(2, 5))
    workshop.deliver(follower("Refunded", "R1"), payment(), payment("T2"), payment("T3"), payment("T4"))
    assert workshop.outcomes() == ["parked", "waiting", "recorded", "recorded", "waiting"]


def test_an_event_of_a_later_version_holds_up_only_its_own_transaction(workshop: Workshop) -> None:
    workshop.deliver(pending())
    with workshop.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stored_events SET topic = 'PaymentForgiven:2'")
    workshop.deliver(payment(), payment("T2"))
    assert workshop.outcomes() == ["recorded", "waiting", "recorded"]
    assert workshop.row(2)["reason"] == "fault: UnknownEventError; will be tried again"


def test_a_store_that_is_away_settles_nothing(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreAwayError("locked")

    answered = workshop.answer(workshop.claim(payment(), payment("T2")))
    with monkeypatch.context() as patched:
        patched.setattr(Book, "append", away)
        with pytest.raises(StoreAwayError):
            workshop.processor().settle(answered)
    assert workshop.outcomes() == ["waiting", "waiting"]
    assert workshop.row(1)["lease_by"] == workshop.claims.worker
    workshop.processor().settle(answered)
    assert workshop.outcomes() == ["recorded", "recorded"]


# ---- races ----


def test_a_lost_race_is_decided_again(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (workshop.answer([one]) for one in workshop.claim(payment(), payment()))
    append = Book.append
    overtaken: list[bool] = []

    def overtake(book: Book, placed: Sequence[Placed], *more: Any) -> None:
        if not overtaken:
            overtaken.append(True)
            workshop.processor().settle(first)
        append(book, placed, *more)

    monkeypatch.setattr(Book, "append", overtake)
    assert told(workshop.processor().settle(second)) == [("duplicate", None)]
    assert workshop.outcomes() == ["recorded", "duplicate"]
    assert workshop.events() == ["PaymentCompleted"]


def test_a_race_that_is_never_won_is_a_store_that_is_away(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def lost(*_: object) -> None:
        tries.append(1)
        raise LostRaceError("T1")

    monkeypatch.setattr(Book, "append", lost)
    with pytest.raises(StoreAwayError, match="race"):
        workshop.processor().settle(workshop.answer(workshop.claim(payment(), payment("T2"))))
    assert 1 < len(tries) < 100


def settle_in_threads(processors: Sequence[Processor], batches: Sequence[Sequence[Answered]]) -> None:
    ready = threading.Barrier(len(batches))
    failures: list[BaseException] = []

    def settle(processor: Processor, batch: Sequence[Answered]) -> None:
        ready.wait(30)
        try:
            processor.settle(batch)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=settle, args=pair) for pair in zip(processors, batches, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


@pytest.mark.parametrize("attempt", range(3))
def test_processors_that_race_on_one_stream_write_one_history(
    any_engine: str, tmp_path: Path, attempt: int
) -> None:
    with ExitStack() as stack:
        houses = [stack.enter_context(open_workshop(tmp_path)) for _ in range(4)]
        claimed = houses[0].claim(*LIFE * 4)
        batches = [houses[0].answer(claimed[i::4]) for i in range(4)]
        settle_in_threads([house.processor() for house in houses], batches)
        house = houses[0]
        counted = Counter(house.outcomes())
        # A pending report that comes after the completed one is stale, in any of its copies.
        assert counted["recorded"] in (3, 4)
        assert counted["waiting"] == counted["parked"] == 0
        events = house.events()
        assert {"PaymentCompleted", "PaymentRefunded", "CaseOpened"} <= set(events)
        assert len(events) == len(set(events)), "an event is double"


def test_fifty_copies_in_one_batch_are_one_recorded(workshop: Workshop) -> None:
    workshop.deliver(*[payment(invoice="i")] * 50)
    assert workshop.outcomes() == ["recorded"] + ["duplicate"] * 49
    assert (workshop.events(), workshop.events("invoice:i")) == (["PaymentCompleted"], ["InvoicePaid"])


def test_fifty_copies_in_fifty_threads_are_one_recorded(workshop: Workshop) -> None:
    claimed = workshop.claim(*[payment(invoice="i")] * 50)
    settle_in_threads([workshop.processor()] * 50, [workshop.answer([one]) for one in claimed])
    assert Counter(workshop.outcomes()) == {"recorded": 1, "duplicate": 49}
    assert (workshop.events(), workshop.events("invoice:i")) == (["PaymentCompleted"], ["InvoicePaid"])


WORK = """
import sys
from pathlib import Path
from adapters.times import to_us
from tests.adapters.workshop import open_workshop
from tests.engines import adopt
adopt(Path(sys.argv[1]), sys.argv[2])
with open_workshop(Path(sys.argv[1])) as house:
    print("ready", flush=True)
    sys.stdin.readline()
    settled = 0
    while True:
        house.claims.take_in()
        claimed = house.claims.claim(3, to_us(house.clock()))
        if not claimed:
            break
        settled += len(house.processor().settle(house.answer(claimed)))
    print(settled)
"""


def test_fifty_copies_in_several_processes_are_one_recorded(workshop: Workshop) -> None:
    workshop.keep(*[payment(invoice="i")] * 50, *LIFE)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, str(workshop.folder), database_in(workshop.folder)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert sum(map(int, answers)) == 54
    outcomes = Counter(workshop.outcomes())
    assert sum(outcomes.values()) == 54
    assert outcomes["waiting"] == outcomes["parked"] == 0
    assert workshop.events("invoice:i") == ["InvoicePaid"]
    # The life's own Completed names no invoice: it is another fact, recorded beside the first.
    assert 1 <= workshop.events().count("PaymentCompleted") <= 2
    assert [workshop.row(n)["outcome"] for n in range(1, 51)].count("recorded") == 1


def test_batches_of_any_size_end_in_the_same_book(any_engine: str, tmp_path: Path) -> None:
    bodies = [
        *LIFE,
        payment("T2"),
        follower("Reversed", "V1", "T2"),
        payment(),
        follower("Refunded", "R3", "T3"),
    ]
    expected = end_state(bodies, ["T1", "T2", "T3"])
    for size in (1, 2, 3, 8):
        folder = tmp_path / str(size)
        folder.mkdir()
        with open_workshop(folder) as house:
            claimed = house.claim(*bodies)
            for start in range(0, len(claimed), size):
                house.processor().settle(house.answer(claimed[start : start + size]))
            streams = house.book.streams(expected)
            for txn_id, entries in streams.items():
                shown = document(fold(txn_id, entries))
                assert (shown["status"], shown["followers"]) == (
                    expected[txn_id]["status"],
                    expected[txn_id]["followers"],
                )


def test_doubts_are_those_of_the_shop(workshop: Workshop) -> None:
    workshop.shop = Shop(receivers=frozenset({SELLER}))
    workshop.deliver(payment())
    (entry,) = workshop.book.streams(["T1"])["T1"]
    event = entry.event
    assert isinstance(event.report, Report)  # type: ignore[union-attr]
    assert [doubt.rule for doubt in event.doubts] == ["unpriced"]  # type: ignore[union-attr]


def test_each_pause_draws_anew(workshop: Workshop) -> None:
    draws = iter((0.0, 0.5))
    processor = Processor(workshop.book, workshop.shop, lambda: NOON, lambda: next(draws))
    settled = processor.settle(workshop.answer(workshop.claim(payment(), payment()), Verdict.UNKNOWN))
    assert settled[0].outcome is Outcome.WAITING
    assert settled[0].due_us != settled[1].due_us
