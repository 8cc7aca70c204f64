"""Subscriptions over HTTP."""

import csv
import io
from urllib.parse import quote

import pytest

from tests.adapters.api.conftest import VIEWER, Office
from tests.adapters.conftest import later, subscription_document


def test_one_is_answered_as_the_view_has_it(office: Office) -> None:
    office.shelf.subscribe("S-1")
    answer = office.get("/api/subscriptions/S-1", token=VIEWER)
    assert (answer.status_code, answer.json) == (200, subscription_document("S-1"))
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["x", "a%2Fb", "%00", "%ff"])
def test_an_unknown_id_is_404(office: Office, path: str) -> None:
    office.shelf.show("x")
    assert office.get(f"/api/subscriptions/{path}").status_code == 404


@pytest.mark.parametrize("name", ["S/1 ?#%", "é\u202e", "x" * 600])
def test_an_id_is_found_however_it_is_written(office: Office, name: str) -> None:
    # The charge of a subscription may name anything at all as its id.
    office.shelf.subscribe(name)
    assert office.get(f"/api/subscriptions/{quote(name, safe='')}").json["subscription_id"] == name


def test_the_list_is_filtered_and_paged(office: Office) -> None:
    for number in range(3):
        office.shelf.subscribe(f"S-{number}", at=later(hours=number), status="ended", payer_id="LPL")
    office.shelf.subscribe("I-1", at=later(days=1), kind="profile")
    first = office.get("/api/subscriptions?status=ended&limit=2").json
    assert [item["subscription_id"] for item in first["items"]] == ["S-2", "S-1"]
    second = office.get(f"/api/subscriptions?status=ended&limit=2&cursor={first['next']}").json
    assert ([item["subscription_id"] for item in second["items"]], second["next"]) == (["S-0"], None)
    for query, names in {
        "kind=profile": ["I-1"],
        "payer=LPL": ["S-2", "S-1", "S-0"],
        "since=2026-11-20T13:00:00Z&until=2026-11-20T14:00:00Z": ["S-1"],
    }.items():
        found = office.get(f"/api/subscriptions?{query}").json["items"]
        assert [item["subscription_id"] for item in found] == names


def test_a_csv_row_is_made_of_each(office: Office) -> None:
    office.shelf.subscribe("S-1")
    answer = office.get("/api/subscriptions", headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""), strict=True)
    assert (row["subscription_id"], row["terms_amount"], row["terms_recurring"]) == ("S-1", "10.00", "true")
    assert row["terms_trials"] == "amount=0.00, period=7 D"
    assert (row["payer_email"], row["item_name"], row["retry_at"]) == ("buyer@example.com", "A magazine", "")
    assert row["payments"].startswith("txn_id=61E, status=completed, gross=10.00")
    told = subscription_document("S-1")
    nested = {"terms", "payer", "receiver", "item"}
    flat = {name for name in told if name not in nested}
    assert set(row) == flat | {f"{name}_{part}" for name in nested for part in told[name]}
