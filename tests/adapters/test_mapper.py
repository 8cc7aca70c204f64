"""The names and bytes in the book: what was written once is read for ever."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from eventsourcing.persistence import JSONTranscoder, StoredEvent

from adapters.mapper import (
    EntryMapper,
    Placed,
    UnknownEventError,
    as_data,
    decode,
    encode,
    maker_of,
    recorded_at,
    type_name,
)
from adapters.topics import TOPICS
from domain import events as e
from domain.act_events import GoodsApproved
from domain.events import Entry
from domain.facts import Doubt
from tests.given import NOON, MemoryBook, authorization, capture, case, follower, order, payment, pending
from tests.given_streams import agreed, batch, paid, profiled, record, signup

# What each version wrote, in a file of its own that is never changed.
DATA = Path(__file__).parent / "data"
GOLDEN: list[dict[str, str]] = [
    one for n in (1, 2, 3) for one in json.loads((DATA / f"events-{n}.json").read_text())
]
COMPLETED = [one for one in GOLDEN if one["topic"] == "PaymentCompleted:1"]


def test_the_golden_files_have_every_name() -> None:
    assert {one["topic"] for one in GOLDEN} == set(TOPICS)


def test_what_the_first_version_wrote_is_known_as_read_by_it() -> None:
    first, second = (decode("PaymentCompleted:1", one["state"].encode()) for one in COMPLETED)
    assert isinstance(first.event, e.PaymentCompleted)
    assert isinstance(second.event, e.PaymentCompleted)
    assert (first.event.report.reading, second.event.report.reading) == (1, 2)
    assert (first.event.report.agreement, first.event.report.items[0].options) == (None, ())
    assert second.event.report.agreement == "B-12345678901234567"
    assert second.event.report.items[0].options == (("Size", "L"), ("Größe", "\u202e"))


def test_an_approval_covers_again_what_it_covered_when_it_was_stored() -> None:
    (stored,) = (one for one in GOLDEN if one["topic"] == "GoodsApproved:1")
    event = decode(stored["topic"], stored["state"].encode()).event
    assert isinstance(event, GoodsApproved)
    assert event.doubts[0] == Doubt(
        rule="refund",
        detail="5.00 of 19.95 USD refunded before the goods left",
        about=("1AB23456CD789012E",),
    )


def still_says(now: Any, then: Any) -> bool:
    """Whether everything that was written then is written now; more may be."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(
            name in now and still_says(now[name], then[name]) for name in then
        )
    if isinstance(then, list):
        return len(now) == len(then) and all(map(still_says, now, then))
    return type(now) is type(then) and bool(now == then)


@pytest.mark.parametrize("one", GOLDEN, ids=[one["topic"] for one in GOLDEN])
def test_what_was_written_once_is_read_whole(one: dict[str, str]) -> None:
    entry = decode(one["topic"], one["state"].encode())
    topic, state = encode(entry)
    assert topic == one["topic"]
    assert still_says(json.loads(state), json.loads(one["state"]))
    assert decode(topic, state) == entry
    assert type(entry.event) is TOPICS[topic]
    assert entry.at == datetime(2026, 11, 20, 21, 22, 5, 123456, tzinfo=UTC)


def test_the_golden_check_sees_a_lost_field() -> None:
    told = json.loads(GOLDEN[3]["state"])
    del told["event"]["report"]["fee"]
    assert not still_says(told, json.loads(GOLDEN[3]["state"]))


def test_whatever_is_recorded_comes_back_as_it_was() -> None:
    book = MemoryBook().deliver(
        follower("Refunded", "R1", gross="-5.00"), pending(), payment(invoice="i", item_name1="Łódź ✂"),
        case(), payment(status="Denied"), order(), authorization(parent_txn_id="O-1"), capture("C1"),
        follower("Canceled_Reversal", "W1", "T9", mc_currency="JPY", mc_gross="150"),
        signup(mc_amount1="0.00", period1="7 D"), paid("P1", "08:00:00 Feb 05, 2026 PST"), agreed(),
        profiled("skipped", next_payment_date="N/A"), batch(record(1), record(2, "Returned")),
        payment("T7", option_name1="Size", option_selection1="L", item_name="A shirt", mp_id="B-1"),
    )  # fmt: skip
    entries = [entry for stream in book.streams.values() for entry in stream]
    assert len(entries) > 16
    for entry in entries:
        assert decode(*encode(entry)) == entry
        assert type_name(entry.event) == type(entry.event).__name__


def test_an_event_of_a_later_version_is_named() -> None:
    state = GOLDEN[0]["state"].encode()
    for topic in ("PaymentCompleted:2", "Unheard:1", ""):
        with pytest.raises(UnknownEventError, match=repr(topic)):
            decode(topic, state)


@pytest.mark.parametrize("state", [b"", b"{}", b"null", b'{"at":"yesterday","event":{}}', b"\xff"])
def test_bytes_that_are_no_event_are_not_taken_for_one(state: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        decode("PaymentCompleted:1", state)


def test_the_library_stores_place_name_and_bytes() -> None:
    mapper = EntryMapper(transcoder=JSONTranscoder())
    entry = Entry(event=e.PaymentVetted((Doubt(rule="case", detail="ü"),)), at=NOON, n=3)
    stored = mapper.to_stored_event(Placed("T1", 4, entry))
    assert (stored.originator_id, stored.originator_version, stored.topic) == ("T1", 4, "PaymentVetted:1")
    assert mapper.to_domain_event(stored) == Placed("T1", 4, entry)
    with pytest.raises(UnknownEventError):
        mapper.to_domain_event(StoredEvent("T1", 1, "builtins:dict", stored.state))


def test_data_for_people_is_plain() -> None:
    data = as_data(e.PaymentVetted((Doubt(rule="case", detail="ü"),)))
    assert data == {"doubts": [{"rule": "case", "detail": "ü", "about": []}]}


def test_when_an_event_was_recorded_is_known_though_it_is_not() -> None:
    told = b'{"at": "2026-11-20T12:00:00Z", "event": {"of": ["tomorrow"]}, "more": 1}'
    assert recorded_at(told) == datetime(2026, 11, 20, 12, tzinfo=UTC)
    for ruin in (b"", b"\xff\xfe", b'{"at": 5}', b'{"at": null}', b"[]"):
        assert recorded_at(ruin) is None


def test_what_made_an_entry_is_read_whatever_its_event_is() -> None:
    assert maker_of(b'{"at":"2026-11-20T12:00:00Z","event":{"of":"tomorrow"},"n":7}') == 7
    assert maker_of(b'{"at":"2026-11-20T12:00:00Z","event":{},"by":"Ann"}') is None
    for ruin in (b"ruin", b"\xff", b"{}", b'{"at":"2026-11-20T12:00:00Z","n":"7"}'):
        with pytest.raises(UnknownEventError, match="damaged"):
            maker_of(ruin)
