"""Metrics: what is in the files, in words of ours alone."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from adapters.book import StoreAwayError
from adapters.metrics import exposition, registry_of
from tests.adapters.conftest import NOON, Shelf, later


def figures(shelf: Shelf) -> dict[str, float]:
    written = exposition(registry_of(shelf.queries, "1.2.3")).decode()
    return {
        sample.name
        + "".join(f",{label}={value}" for label, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(written)
        for sample in family.samples
    }


def test_figures_are_those_of_the_files(shelf: Shelf) -> None:
    shelf.healthy()
    shelf.tail.recorded += [NOON, NOON]
    shelf.asked(1, 1, "unknown")
    shelf.asked(1, 2, "verified")
    shelf.noticed("field", "x", count=4)
    shelf.noticed("field", "y")
    shelf.noticed("reason_code", "regret", count=2)
    shelf.deliver(at=later(seconds=10))
    shelf.put_aside("origins", "T1", 1)
    shelf.put_aside("origins", "T2", 1)
    shelf.now = later(seconds=12)
    found = figures(shelf)
    expected = {
        "counterfoil_up": 1,
        "counterfoil_build_info,version=1.2.3": 1,
        "counterfoil_notifications,outcome=recorded": 1,
        "counterfoil_notifications,outcome=waiting": 1,
        "counterfoil_notifications,outcome=invalid": 0,
        "counterfoil_verdicts,verdict=unknown": 1,
        "counterfoil_verdicts,verdict=verified": 1,
        "counterfoil_verdicts,verdict=invalid": 0,
        "counterfoil_backlog,state=waiting": 1,
        "counterfoil_backlog,state=parked": 0,
        "counterfoil_oldest_waiting_seconds": 2,
        "counterfoil_book_position": 3,
        "counterfoil_projection_position,projection=transactions": 1,
        "counterfoil_projection_lag_events,projection=origins": 2,
        "counterfoil_projection_lag_seconds,projection=origins": 12,
        "counterfoil_projection_set_aside,projection=origins": 2,
        "counterfoil_projection_set_aside,projection=transactions": 0,
        "counterfoil_last_received_timestamp_seconds": later(seconds=10).timestamp(),
        "counterfoil_worker_heartbeat_age_seconds": 12,
        "counterfoil_post_backs_total,verdict=verified": 1,
        "counterfoil_post_backs_total,verdict=unknown": 1,
        "counterfoil_post_backs_total,verdict=invalid": 0,
        "counterfoil_drift,what=field": 2,
        "counterfoil_drift,what=reason_code": 1,
        "counterfoil_drift,what=txn_type": 0,
        "counterfoil_drift_sightings_total,what=field": 5,
        "counterfoil_drift_sightings_total,what=reason_code": 2,
        "counterfoil_drift_sightings_total,what=txn_type": 0,
    }
    assert {name: found.get(name) for name in expected} == expected


def test_an_empty_house_has_figures_too(shelf: Shelf) -> None:
    found = figures(shelf)
    assert found["counterfoil_up"] == 1
    assert found["counterfoil_book_position"] == 0
    assert "counterfoil_last_received_timestamp_seconds" not in found
    assert "counterfoil_worker_heartbeat_age_seconds" not in found


def test_a_store_that_cannot_be_read_is_down_and_says_nothing_else(shelf: Shelf) -> None:
    with shelf.book.begin() as book:
        book.execute(text("DROP TABLE positions"))
    assert figures(shelf) == {"counterfoil_up": 0, "counterfoil_build_info,version=1.2.3": 1}


def test_a_book_that_is_away_is_down(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> int:
        raise StoreAwayError("locked")

    monkeypatch.setattr(shelf.tail, "last_position", away)
    assert figures(shelf)["counterfoil_up"] == 0


def test_nothing_that_came_from_outside_is_told(shelf: Shelf) -> None:
    secret = "buyer@example.com"
    shelf.healthy()
    shelf.beat(worker=secret, state=secret)
    shelf.take_in(
        shelf.deliver(secret.encode(), peer=secret),
        txn_id=secret,
        txn_type=secret,
        payment_status=secret,
        verdict=secret,
        outcome=secret,
        reason=secret,
    )
    shelf.asked(2, 1, secret, secret)
    shelf.project(secret, 1)
    shelf.put_aside("origins", secret, 1, why=secret)
    shelf.noticed(secret, secret)
    written = exposition(registry_of(shelf.queries, "1.2.3")).decode()
    assert secret not in written
    labels = set(re.findall(r'(\w+)="', written))
    assert labels == {"version", "outcome", "verdict", "state", "projection", "what"}


def test_each_scrape_reads_anew(shelf: Shelf) -> None:
    registry = registry_of(shelf.queries, "1.2.3")
    assert b'counterfoil_backlog{state="waiting"} 0.0' in exposition(registry)
    shelf.deliver()
    assert b'counterfoil_backlog{state="waiting"} 1.0' in exposition(registry)
