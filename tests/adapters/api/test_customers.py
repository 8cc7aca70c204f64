"""Customers over HTTP."""

import csv
import io

import pytest

from tests.adapters.api.conftest import VIEWER, Office
from tests.adapters.conftest import later

KEYS = ["id", "name", "email", "country", "address", "payments", "totals", "first_heard", "last_changed"]
SHEET = (
    "id,name,email,country,address_name,address_street,address_city,address_state,address_zip,address_country,"
    "address_confirmed,payments,totals,first_heard,last_changed"
)
PLACE = (
    '{"name":"Ann","street":"Weg 1","city":"Ulm","state":null,"zip":"89073","country":"DE","confirmed":true}'
)


def test_customers_are_listed_the_one_heard_of_last_first(office: Office) -> None:
    office.shelf.meet("PAYER1", name="Ann", email="a@b", country="DE", address=PLACE)
    office.shelf.meet("PAYER2", at=later(seconds=1))
    office.shelf.owe("PAYER1", refunded=95)
    answer = office.get("/api/customers", token=VIEWER)
    assert answer.status_code == 200
    second, first = answer.json["items"]
    assert [list(item) for item in answer.json["items"]] == [KEYS] * 2
    assert (first["address"]["zip"], first["address"]["confirmed"]) == ("89073", True)
    assert first["totals"] == [{"currency": "USD", "paid": "19.95", "refunded": "0.95", "disputed": "0.00"}]
    assert (second["id"], second["address"], second["totals"]) == ("PAYER2", None, [])
    assert office.get("/api/customers/PAYER1").json == first


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=PAY", ["PAYER2", "PAYER1"]), ("q=ann", ["PAYER1"]), ("payer=A@B", ["PAYER1"]), ("payer=PAY", [])],
)
def test_the_list_is_narrowed(office: Office, query: str, found: list[str]) -> None:
    office.shelf.meet("PAYER1", name="Ann", email="a@b")
    office.shelf.meet("PAYER2", at=later(seconds=1))
    assert [item["id"] for item in office.get(f"/api/customers?{query}").json["items"]] == found


def test_pages_follow_each_other(office: Office) -> None:
    for number in range(3):
        office.shelf.meet(f"P{number}")
    first = office.get("/api/customers?limit=2").json
    second = office.get(f"/api/customers?limit=2&cursor={first['next']}").json
    assert [item["id"] for item in (*first["items"], *second["items"])] == ["P2", "P1", "P0"]
    assert second["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "cursor=x", "q=", "payer=", "name=Ann", f"q={'x' * 257}"])
def test_a_malformed_question_names_what_is_wrong(office: Office, query: str) -> None:
    answer = office.get(f"/api/customers?{query}")
    assert answer.status_code == 400
    assert f'"{query.partition("=")[0]}"' in answer.json["description"]


def test_who_was_never_heard_of_is_unknown(office: Office) -> None:
    answer = office.get("/api/customers/PAYER1")
    assert (answer.status_code, answer.json["description"]) == (404, "There is no such customer.")


def test_an_odd_id_is_found_as_it_is(office: Office) -> None:
    office.shelf.meet("a/b é")
    assert office.get("/api/customers/a%2Fb%20%C3%A9").json["id"] == "a/b é"


@pytest.mark.parametrize("text", ["=1+1", "<script>", "\u202egnp", "'; --", "a\r\n-1"])
def test_hostile_texts_are_only_text(office: Office, text: str) -> None:
    office.shelf.meet(text, name=text, email=text, country=text)
    office.shelf.owe(text)
    (item,) = office.get("/api/customers").json["items"]
    assert (item["id"], item["name"], item["email"], item["country"]) == (text, text, text, text)
    sheet = office.get("/api/customers", headers={"Accept": "text/csv"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(sheet, newline=""), strict=True)
    assert sheet.splitlines()[0] == SHEET
    assert row["name"].removeprefix("'") == text.removeprefix("'")
    assert all(value[:1] not in {"=", "+", "-", "@"} for value in row.values())
    assert row["totals"] == "currency=USD, paid=19.95, refunded=0.00, disputed=0.00"


def test_nobody_is_known_in_an_empty_house(office: Office) -> None:
    assert office.get("/api/customers").json == {"items": [], "next": None}
    assert office.get("/api/customers", headers={"Accept": "text/csv"}).text.splitlines() == [SHEET]
