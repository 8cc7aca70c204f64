"""Notifications over HTTP."""

from dataclasses import replace

import pytest
from falcon.testing import TestClient

from adapters.office import create_office
from adapters.times import to_us
from tests.adapters.api.conftest import OPERATOR, Office
from tests.adapters.conftest import NOON


def test_the_list_is_filtered(office: Office) -> None:
    office.shelf.healthy()
    office.shelf.deliver()
    assert [item["n"] for item in office.get("/api/notifications").json["items"]] == [2, 1]
    assert [item["n"] for item in office.get("/api/notifications?outcome=waiting").json["items"]] == [2]
    assert [item["n"] for item in office.get("/api/notifications?verdict=verified").json["items"]] == [1]
    assert [item["n"] for item in office.get("/api/notifications?txn_id=61E").json["items"]] == [1]
    assert office.get("/api/notifications?since=2026-11-20T12:00:01Z").json == {"items": [], "next": None}


def test_one_is_shown_with_its_bytes(office: Office) -> None:
    office.shelf.deliver(b"a=%00%ff&b=%3Cb%3E")
    answer = office.get("/api/notifications/1")
    assert answer.status_code == 200
    assert answer.json["raw"] == "YT0lMDAlZmYmYj0lM0NiJTNF"
    assert answer.json["fields"] == [["a", "\ufffdÿ"], ["b", "<b>"]]


@pytest.mark.parametrize("n", ["2", "0", "-1", "x", "1_0", str(2**63), "9" * 300])
def test_an_unknown_number_is_404(office: Office, n: str) -> None:
    office.shelf.deliver()
    assert office.get(f"/api/notifications/{n}").status_code == 404
    assert office.ask("POST", f"/api/notifications/{n}/retry").status_code == 404


def test_a_retry_is_taken_on_and_shows_how_it_stands(office: Office) -> None:
    n = office.shelf.deliver()
    answer = office.ask("POST", f"/api/notifications/{n}/retry")
    assert answer.status_code == 202
    assert (answer.json["n"], answer.json["outcome"]) == (n, "waiting")
    assert office.retried == [n]


def test_one_that_was_purged_is_shown_and_cannot_be_retried(office: Office) -> None:
    n = office.shelf.take_in(
        office.shelf.deliver(), verdict="invalid", outcome="invalid", purged_us=to_us(NOON)
    )
    shown = office.get(f"/api/notifications/{n}").json
    assert (shown["raw"], shown["fields"], shown["purged_at"]) == (None, [], "2026-11-20T12:00:00Z")
    answer = office.ask("POST", f"/api/notifications/{n}/retry")
    assert (answer.status_code, answer.json["title"]) == (409, "Purged")
    assert answer.json["description"].startswith("Its bytes were purged at 2026-11-20T12:00:00Z")
    assert [item["n"] for item in office.get("/api/notifications?verdict=invalid").json["items"]] == [n]


def test_one_that_comes_while_it_is_asked_for_is_not_known_yet(office: Office) -> None:
    client = TestClient(create_office(replace(office.parts, retry=lambda _: False)))
    n = office.shelf.deliver()
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    answer = client.simulate_post(f"/api/notifications/{n}/retry", headers=headers)
    assert answer.status_code == 404


def test_a_csv_row_is_made_of_each_delivery(office: Office) -> None:
    office.shelf.healthy()
    answer = office.get("/api/notifications", headers={"Accept": "text/csv"})
    assert answer.text.splitlines() == [
        "n,received_at,peer,txn_id,txn_type,payment_status,verdict,attempts,outcome,reason,events",
        "1,2026-11-20T12:00:00Z,173.0.81.1,61E,,,verified,0,recorded,,",
    ]
