"""To-dos over HTTP."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest

from tests.adapters.api.conftest import VIEWER, Living, Office
from tests.adapters.conftest import later
from tests.given import case, payment

KEYS = ["id", "kind", "txn_id", "n", "since", "due", "what", "open", "closed_by", "note"]


def test_all_that_waits_is_listed_newest_first(office: Office) -> None:
    office.shelf.now = later(hours=1)
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
    office.shelf.now = later(hours=1)
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


# ---- done ----


def done(office: Office, name: str, **more: Any) -> Any:
    return office.ask("POST", f"/api/todos/{name}/done", **{"json": {"by": "Ann", "note": "seen"}, **more})


def test_a_person_says_that_it_is_done(office: Office) -> None:
    office.shelf.ask_for("T1")
    listed = office.get("/api/todos").json["items"][0]
    answer = done(office, "contradiction:T1")
    assert answer.status_code == 200
    assert answer.json == listed | {"open": False, "closed_by": "Ann", "note": "seen"}
    assert list(answer.json) == KEYS


def test_it_is_done_once(office: Office) -> None:
    office.shelf.ask_for("T1")
    assert done(office, "contradiction:T1").status_code == 200
    again = done(office, "contradiction:T1")
    assert again.status_code == 409
    assert again.json == {"title": "Closed already", "description": "It was closed by Ann."}


def test_what_was_never_to_be_done_is_unknown(office: Office) -> None:
    answer = done(office, "contradiction:T1")
    assert (answer.status_code, answer.json["description"]) == (404, "There is no such to-do.")


def test_an_id_is_taken_as_the_list_has_it_also_where_it_is_encoded(office: Office) -> None:
    office.shelf.noticed("field", "a b/c:é")
    (item,) = office.get("/api/todos").json["items"]
    assert done(office, quote(item["id"], safe="")).status_code == 200
    assert office.todos.closed == [("drift:field:a~20b~2Fc:~C3~A9", "Ann", "seen")]


@pytest.mark.parametrize(
    ("sent", "by", "note"),
    [
        ({"by": "  Ann \n"}, "Ann", None),
        ({"by": "Ann", "note": None}, "Ann", None),
        ({"by": "Ann", "note": " "}, "Ann", None),
        ({"by": "Jörg " + "x" * 95, "note": "é\n" * 500}, "Jörg " + "x" * 95, ("é\n" * 500).strip()),
    ],
)
def test_who_and_what_are_told(office: Office, sent: dict[str, Any], by: str, note: str | None) -> None:
    office.shelf.ask_for("T1")
    assert done(office, "contradiction:T1", json=sent).status_code == 200
    assert office.todos.closed == [("contradiction:T1", by, note)]


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"note": "seen"}, {"by": ""}, {"by": "  "}, {"by": "x" * 101}, {"by": "a\u202eb"}, {"by": 1},
        {"by": "a\x00"}, {"by": None}, {"by": "Ann", "note": "x" * 1001}, {"by": "Ann", "note": 1}, [], "Ann",
        {"by": "Ann", "why": "so"}, {"by": "Ann", "note": "a\x1b"}, 7,
    ],
)  # fmt: skip
def test_what_is_said_otherwise_is_malformed(office: Office, sent: Any) -> None:
    office.shelf.ask_for("T1")
    answer = done(office, "contradiction:T1", json=sent)
    assert answer.status_code == 400
    assert office.todos.closed == []


def test_a_viewer_closes_nothing(office: Office) -> None:
    office.shelf.ask_for("T1")
    assert done(office, "contradiction:T1", token=VIEWER).status_code == 403
    assert done(office, "contradiction:T1", token=None).status_code == 401
    assert done(office, "contradiction:T1", params={"force": "1"}).status_code == 400
    assert done(office, "contradiction:T1", json=None, body=b"by=Ann").status_code == 415
    assert office.todos.closed == []


def test_what_is_done_is_shown_at_once_and_stays_so_over_a_real_book(living: Living) -> None:
    living.workshop.deliver(payment(), case(), payment("T2", receiver_email="other@example.com"))
    living.workshop.follower.follow()
    asked = [item["id"] for item in living.get("/api/todos?open=true").json["items"]]
    assert asked == ["refused:3", "answer_case:T1:PP-1"]
    for name in asked:
        assert living.act(f"/todos/{name}/done", by="Ann", note="seen")[0] == 200
        assert living.act(f"/todos/{name}/done", by="Bob") == (
            409,
            {"title": "Closed already", "description": "It was closed by Ann."},
        )
    assert living.get("/api/todos?open=true").json["items"] == []
    closed = living.get("/api/todos?open=false").json["items"]
    assert {(item["id"], item["closed_by"]) for item in closed if item["closed_by"]} == {
        (name, "Ann") for name in asked
    }
    assert living.act("/todos/ship:T1/done", by="Bob")[1]["description"] == "It has settled by itself."
    assert living.act("/todos/refused:1/done", by="Bob")[0] == 404
    assert [event["by"] for event in living.get("/api/transactions/T1/events").json["items"]][-1] == "Ann"


def test_nothing_waits_in_an_empty_house(office: Office) -> None:
    assert office.get("/api/todos").json == {"items": [], "next": None}
    assert office.get("/api/todos", headers={"Accept": "text/csv"}).text.splitlines() == [",".join(KEYS)]
