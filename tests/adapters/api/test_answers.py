"""Lists as JSON or CSV, whichever is asked for."""

import csv
import io

import msgspec
import pytest

from tests.adapters.api.conftest import Office
from tests.adapters.conftest import document, later

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    'a\r\nb,"c"\nd',
    "\u202egnp.exe",
    "-2+3+cmd|' /C calc'!A0",
    "\ttab",
    "\u2028line",
    "';--",
]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/csv, application/json;q=0.5", "text/csv; charset=utf-8; header=present"),
        ("application/json", "application/json"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("nonsense", "application/json"),
        ("", "application/json"),
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/api/transactions",
        "/api/notifications",
        "/api/subscriptions",
        "/api/todos",
        "/api/transactions/A/events",
    ],
)
def test_who_asks_for_csv_gets_it(office: Office, path: str, accept: str, content_type: str) -> None:
    office.book.happened("A", 1)
    answer = office.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Vary"] == "Accept"


def test_csv_pages_lead_to_each_other(office: Office) -> None:
    for number in range(3):
        office.shelf.show(f"T{number}", at=later(minutes=number), status="refunded")
    path, seen = "/api/transactions?status=refunded&limit=1", []
    while path:
        answer = office.get(path, headers={"Accept": "text/csv"})
        (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
        seen.append(row["txn_id"])
        link = answer.headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0]
        assert not link or link.endswith("; rel=next")
    assert seen == ["T2", "T1", "T0"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_text(office: Office, text: str) -> None:
    shown = document("A", invoice=text, payer={"id": text, "email": text, "name": text, "country": text})
    office.shelf.show("A", document=msgspec.json.encode(shown))
    as_json = office.get("/api/transactions")
    assert as_json.json["items"] == [shown]
    assert as_json.headers["Content-Type"] == "application/json"
    assert as_json.headers["X-Content-Type-Options"] == "nosniff"
    as_csv = office.get("/api/transactions", headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(as_csv.content.decode(), newline=""), strict=True)
    assert as_csv.headers["Content-Disposition"] == 'attachment; filename="transactions.csv"'
    for column in ("invoice", "payer_id", "payer_email", "payer_name"):
        assert row[column].removeprefix("'") == text.removeprefix("'")
        assert row[column][:1] not in {"=", "+", "-", "@", "\t", "\r"}
