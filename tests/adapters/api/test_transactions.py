"""Transactions over HTTP."""

from typing import Any

import pytest

from tests.adapters.api.conftest import Office
from tests.adapters.conftest import NOON, document, later


def test_one_is_answered_as_the_view_has_it(office: Office) -> None:
    office.shelf.show("61E")
    office.shelf.follow("REFUND", "61E")
    for txn_id in ("61E", "REFUND"):
        answer = office.get(f"/api/transactions/{txn_id}")
        assert (answer.status_code, answer.json) == (200, document("61E"))
        assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/x", "/x/events", "/a%2Fb", "/%00", "/x?as_of=2026-11-20T12:00:00Z"])
def test_an_unknown_id_is_404(office: Office, path: str) -> None:
    assert office.get(f"/api/transactions{path}").status_code == 404


def test_as_of_answers_with_what_was_known_then(office: Office) -> None:
    office.shelf.show("61E")
    office.shelf.follow("REFUND", "61E")
    office.book.since = NOON
    answer = office.get("/api/transactions/REFUND?as_of=2026-11-20T12:00:00Z")
    assert answer.json == document("61E", status="pending")
    assert office.get("/api/transactions/61E?as_of=2026-11-20T11:59:59Z").status_code == 404


def test_the_list_is_filtered_and_paged(office: Office) -> None:
    for number in range(3):
        office.shelf.show(f"T{number}", at=later(hours=number), status="refunded")
    office.shelf.show("OTHER", at=later(days=1))
    first = office.get("/api/transactions?status=refunded&limit=2").json
    assert [item["txn_id"] for item in first["items"]] == ["T2", "T1"]
    second = office.get(f"/api/transactions?status=refunded&limit=2&cursor={first['next']}").json
    assert [item["txn_id"] for item in second["items"]] == ["T0"]
    assert second["next"] is None
    until = office.get("/api/transactions?since=2026-11-20T13:00:00Z&until=2026-11-20T15:00:00%2B01:00").json
    assert [item["txn_id"] for item in until["items"]] == ["T1"]


def test_events_are_those_of_what_it_follows_page_by_page(office: Office) -> None:
    office.shelf.show("61E")
    office.shelf.follow("REFUND", "61E")
    office.book.happened("61E", 3, gross="19.95")
    first: Any = office.get("/api/transactions/REFUND/events?limit=2").json
    assert [item["version"] for item in first["items"]] == [1, 2]
    assert first["items"][0] == {
        "position": 10,
        "version": 1,
        "type": "PaymentCompleted",
        "recorded_at": "2026-11-20T12:00:00Z",
        "notification": 1,
        "by": None,
        "data": {"gross": "19.95"},
    }
    second = office.get(f"/api/transactions/REFUND/events?cursor={first['next']}").json
    assert ([item["version"] for item in second["items"]], second["next"]) == ([3], None)


def test_events_that_no_view_has_shown_yet_are_found(office: Office) -> None:
    office.book.happened("NEW", 1)
    assert len(office.get("/api/transactions/NEW/events").json["items"]) == 1


def test_events_have_a_csv_twin(office: Office) -> None:
    office.book.happened("61E", 1, gross="19.95", note="=1+1")
    answer = office.get("/api/transactions/61E/events", headers={"Accept": "text/csv"})
    assert answer.text.splitlines() == [
        "position,version,type,recorded_at,notification,by,data",
        '10,1,PaymentCompleted,2026-11-20T12:00:00Z,1,,"gross=19.95, note==1+1"',
    ]
