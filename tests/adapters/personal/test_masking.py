"""Masking: whatever event it is, what tells of a person is taken out of it, and nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mapper import as_data, decode
from adapters.personal.masking import mask, person_of, unmask
from domain.erasure import ERASED
from domain.events import Event, PaymentCompleted
from domain.facts import Address, Party, Report
from domain.payout_events import PayoutCompleted
from domain.subscription_events import SubscriptionStarted
from domain.subscription_facts import SubscriptionReport
from domain.vocabulary import Change, Kind, PaymentStatus, SubscriptionKind

DATA = Path(__file__).parent.parent / "data"
GOLDEN = [
    decode(one["topic"], one["state"].encode()).event
    for n in (1, 2, 3)
    for one in json.loads((DATA / f"events-{n}.json").read_text())
]
TEXT = st.none() | st.text(max_size=30)
PARTIES = st.builds(Party, id=TEXT, email=TEXT, name=TEXT, country=TEXT)
ADDRESSES = st.builds(Address, name=TEXT, street=TEXT, city=TEXT, state=TEXT, zip=TEXT, country=TEXT)
REPORTS = st.builds(
    Report,
    txn_id=st.just("T1"),
    kind=st.sampled_from([*Kind, None]),
    status=st.sampled_from(PaymentStatus),
    payer=PARTIES,
    receiver=PARTIES,
    address=st.none() | ADDRESSES,
)
SUBSCRIPTIONS = st.builds(
    SubscriptionReport,
    subscription_id=st.just("S1"),
    kind=st.sampled_from(SubscriptionKind),
    change=st.sampled_from(Change),
    payer=PARTIES,
    receiver=PARTIES,
)
EVENTS = (
    st.builds(PaymentCompleted, REPORTS)
    | st.builds(PayoutCompleted, REPORTS)
    | st.builds(SubscriptionStarted, SUBSCRIPTIONS)
    | st.sampled_from(GOLDEN)
)


@given(EVENTS)
def test_what_was_taken_out_of_any_event_is_put_back(event: Event) -> None:
    found = mask(event)
    if found is not None:
        assert unmask(*found) == event
        assert type(found[0]) is type(event)


@given(EVENTS)
def test_what_is_left_says_only_that_something_was_told(event: Event) -> None:
    found = mask(event)
    left = event if found is None else found[0]
    person = person_of(left)
    for text in () if person is None else (person.name, person.email):
        assert text in (None, ERASED)
    address = getattr(getattr(left, "report", None), "address", None)
    for text in (
        () if address is None else (address.name, address.street, address.city, address.state, address.zip)
    ):
        assert text in (None, ERASED)


def report(kind: Kind) -> Report:
    ours, theirs = (
        Party(id="S1", email="seller@example.com"),
        Party(id="P1", email="b@example.com", country="US"),
    )
    payer, receiver = (ours, theirs) if kind is Kind.PAYOUT else (theirs, ours)
    return Report(txn_id="T1", kind=kind, status=PaymentStatus.COMPLETED, payer=payer, receiver=receiver)


@pytest.mark.parametrize("kind", Kind)
def test_ids_countries_and_what_is_ours_stay(kind: Kind) -> None:
    found = mask(PaymentCompleted(report(kind)))
    assert found is not None
    data = as_data(found[0])["report"]
    ours, theirs = ("payer", "receiver") if kind is Kind.PAYOUT else ("receiver", "payer")
    assert data[theirs] == {"id": "P1", "email": ERASED, "name": None, "country": "US"}
    assert data[ours]["email"] == "seller@example.com"
    assert b"b@example.com" in found[1]
    assert b"seller" not in found[1]


def test_an_event_that_tells_of_nobody_is_left_alone() -> None:
    bare = Report(txn_id="T1", kind=Kind.PAYMENT, status=PaymentStatus.COMPLETED, payer=Party(id="P1"))
    assert mask(PaymentCompleted(bare)) is None
    assert [person_of(event) for event in GOLDEN if not hasattr(event, "report")] == [None] * sum(
        not hasattr(event, "report") for event in GOLDEN
    )
