"""The past as it was kept, and nothing of what comes while it is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.mapper import type_name
from adapters.replaying.opening import open_to_look
from adapters.replaying.past import Past
from adapters.replaying.what_if import WhatIf
from adapters.rules import document_of
from domain.vocabulary import Verdict
from scripts.wiring.stores import open_stores, shop_of
from tests.adapters.workshop import Workshop, open_workshop
from tests.given import follower, payment
from tests.house import LocalPayPal, keep, settings_in, work_off

pytestmark = pytest.mark.usefixtures("any_engine")


@pytest.fixture
def workshop(any_engine: str, tmp_path: Path) -> Iterator[Workshop]:
    with open_workshop(tmp_path) as opened:
        yield opened


def test_what_was_verified_is_told_with_what_became_of_it(workshop: Workshop) -> None:
    workshop.deliver(payment(), payment("T2", receiver_email="x@example.com"))
    workshop.deliver(b"forged=1", verdict=Verdict.INVALID)
    with open_to_look(workshop.parts.database) as looking:
        past = Past(looking)
        kept = past.kept()
    assert [(one.n, one.outcome, one.reason, one.purged) for one in kept.values()] == [
        (1, "recorded", None, False),
        (2, "refused", "receiver", False),
    ]
    assert past.unverified == 1
    assert past.events == 1


def test_what_comes_later_is_not_of_the_past(workshop: Workshop) -> None:
    workshop.deliver(payment())
    with open_to_look(workshop.parts.database) as looking:
        past = Past(looking)
        assert list(past.kept()) == [1]
        workshop.deliver(payment("T2"), follower("Refunded", "R1"))
        assert [stream for _, stream, _ in past.entries()] == ["T1"]
        assert [stream for stream, _, _ in past.origins()] == ["T1"]


def test_events_are_read_page_by_page_in_their_order(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.replaying.past._EVENTS_MAX", 2)
    workshop.deliver(*(payment(f"T{n}") for n in range(5)))
    with open_to_look(workshop.parts.database) as looking:
        past = Past(looking)
        past.kept()
        found = list(past.entries())
        origins = [(stream, topic, origin.n) for stream, topic, origin in past.origins()]
        assert list(past.bodies([1, 9])) == [1]
    assert [(stream, type_name(entry.event)) for _, stream, entry in found] == [
        (f"T{n}", "PaymentCompleted") for n in range(5)
    ]
    assert [position for position, _, _ in found] == sorted(position for position, _, _ in found)
    assert origins == [(f"T{n}", "PaymentCompleted:1", n + 1) for n in range(5)]


def test_the_rules_that_were_adopted_are_known(tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url)
        keep(settings, [payment()])
        work_off(settings)
    with open_to_look(settings.store) as looking:
        past = Past(looking)
        past.kept()
        assert [one.document for one in past.rules().values()] == [document_of(shop_of(settings))]
        assert [origin.rules for _, _, origin in past.origins()] == [1]


def test_what_is_sealed_is_read_and_what_was_forgotten_is_taken_as_it_was(tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        settings = settings_in(tmp_path, paypal.url, PERSONAL_DATA="sealed")
        keep(
            settings,
            [payment(first_name="Ada"), payment("T2", payer_id="PAYER2", first_name="Bob"), payment()],
        )
        work_off(settings)
    with open_to_look(settings.store) as looking:
        found = WhatIf(Past(looking), shop_of(settings)).run()
    assert (found.differs, found.decided, found.skipped.unreadable) == (False, 3, 0)
    with open_stores(settings) as stores, stores.book.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE payer_keys SET key = NULL, destroyed_us = 1 WHERE payer <> 'house#1'"
        )
    with open_to_look(settings.store) as looking:
        found = WhatIf(Past(looking), shop_of(settings)).run()
    assert (found.differs, found.decided, found.skipped.unreadable) == (False, 0, 3)
