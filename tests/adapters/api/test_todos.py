"""To-dos over HTTP."""

import csv
import io

import pytest

from tests.adapters.api.conftest import VIEWER, Office
from tests.adapters.conftest import later

KEYS = ["id", "kind", "txn_id", "n", "since", "due", "what", "open", "closed_by", "note"]


def test_all_that_waits_is_listed_newest_first(office: Office) -> None:
    office.shelf.ask_for("T1", "accept_currency", due_us=1_797_783_179_000_000)
    office.shelf.turn_away("refused", "receiver", at=later(seconds=1))
    office.shelf.noticed("txn_type", "foo", n=12, count=3)
    answer = office.get("/api/todos", token=VIEWER)
    assert answer.status_code == 200
    assert [list(item) for item in answer.json["items"]] == [KEYS] * 3
    assert [item["id"] for item in answer.json["items"]] == [
        "refused:1",
        "drift:txn_type:foo",
        "accept_currency:T1",
    ]
    assert answer.json["items"][2]["due"] == "2026-12-20T16:12:59Z"
    assert answer.json["items"][1]["what"].startswith(
        "PayPal sent txn_type 'foo', which this version does not know, first in notification 12, 3 times"
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("open=true", ["refused:1", "contradiction:T1"]),
        ("open=false", ["unilateral:T2"]),
        ("kind=refused", ["refused:1"]),
        ("kind=contradiction&open=true", ["contradiction:T1"]),
        ("kind=drift", []),
        ("kind=refused&open=false", []),
    ],
)
def test_the_list_is_narrowed(office: Office, query: str, found: list[str]) -> None:
    office.shelf.ask_for("T1")
    office.shelf.ask_for("T2", "unilateral", open=False, note="settled by itself")
    office.shelf.turn_away("refused", "receiver", at=later(seconds=1))
    assert [item["id"] for item in office.get(f"/api/todos?{query}").json["items"]] == found


def test_pages_follow_each_other(office: Office) -> None:
    for number in range(3):
        office.shelf.ask_for(f"T{number}")
    first = office.get("/api/todos?limit=2").json
    second = office.get(f"/api/todos?limit=2&cursor={first['next']}").json
    assert [item["txn_id"] for item in (*first["items"], *second["items"])] == ["T2", "T1", "T0"]
    assert second["next"] is None


def test_a_cursor_of_another_list_is_refused(office: Office) -> None:
    office.shelf.show("T1")
    office.shelf.show("T2")
    other = office.get("/api/transactions?limit=1").json["next"]
    assert office.get(f"/api/todos?cursor={other}").status_code == 400


@pytest.mark.parametrize("text", ["=1+1", "<script>", "\u202egnp", "'; --"])
def test_hostile_texts_are_only_text(office: Office, text: str) -> None:
    office.shelf.ask_for("T1", what=text, note=text)
    office.shelf.turn_away("unreadable", f"mc_gross {text}", txn_id=text, at=later(seconds=1))
    items = office.get("/api/todos").json["items"]
    assert (items[1]["what"], items[0]["txn_id"]) == (text, text)
    sheet = office.get("/api/todos", headers={"Accept": "text/csv"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(sheet, newline=""), strict=True))
    assert list(rows[0]) == KEYS
    assert [row["open"] for row in rows] == ["true", "true"]
    assert rows[1]["what"].removeprefix("'") == text.removeprefix("'")
    assert all(row[name][:1] not in {"=", "+", "-", "@"} for row in rows for name in KEYS)


def test_nothing_waits_in_an_empty_house(office: Office) -> None:
    assert office.get("/api/todos").json == {"items": [], "next": None}
    assert office.get("/api/todos", headers={"Accept": "text/csv"}).text.splitlines() == [",".join(KEYS)]
