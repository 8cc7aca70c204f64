"""Transactions over HTTP."""

import csv
import io
import json
from typing import Any

import pytest

from tests.adapters.api.conftest import Living, Office
from tests.adapters.conftest import NOON, document, later
from tests.given import follower, payment


def document_bytes(txn_id: str) -> bytes:
    return json.dumps(document(txn_id)).encode()


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


def test_payouts_are_listed_by_kind_and_by_their_own_words(office: Office) -> None:
    office.shelf.show("M1", kind="payout", status="unclaimed", document=document_bytes("M1"))
    office.shelf.show("61E")
    for query in ("kind=payout", "status=unclaimed"):
        assert [item["txn_id"] for item in office.get(f"/api/transactions?{query}").json["items"]] == ["M1"]
    assert office.get("/api/transactions?status=returned").json["items"] == []


def test_the_id_that_a_payout_has_from_us_stands_in_an_address(office: Office) -> None:
    office.shelf.show("payout:a/b c", document=document_bytes("payout:a/b c"))
    office.book.since = NOON
    office.book.happened("payout:a/b c", 1)
    for path in ("", "?as_of=2026-11-20T12:00:00Z"):
        answer = office.get(f"/api/transactions/payout%3Aa%2Fb%20c{path}")
        assert (answer.status_code, answer.json["txn_id"]) == (200, "payout:a/b c")
    assert len(office.get("/api/transactions/payout:a%2Fb%20c/events").json["items"]) == 1


def test_a_csv_row_has_what_came_with_the_lines(office: Office) -> None:
    extras = {"tax": "1.00", "shipping": "2.00", "handling": "0.00", "insurance": "0.00", "discount": "0.50"}
    conversion = {"amount": "17.50", "currency": "EUR", "rate": "0.92"}
    told = document("61E", extras=extras, conversion=conversion)
    office.shelf.show("61E", document=json.dumps(told).encode())
    answer = office.get("/api/transactions", headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert (row["extras_tax"], row["extras_discount"], row["conversion_rate"]) == ("1.00", "0.50", "0.92")
    told["goods"] = dict.fromkeys(("claimed_by", "claimed_until", "sent_by", "sent_at", "note"))
    nested = {"payer", "receiver", "extras", "conversion", "goods"}
    flat = {name for name in told if name not in nested}
    assert set(row) == flat | {f"{name}_{part}" for name in nested for part in told[name]}


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


# ---- why, and what changed ----


def acted_on(living: Living) -> Living:
    living.workshop.deliver(payment(invoice="i"))
    living.workshop.deliver(follower("Refunded", "R1", gross="-5.00"))
    return living


@pytest.mark.parametrize("txn_id", ["T1", "R1"])
def test_a_transaction_is_explained_by_any_id_that_leads_to_it(living: Living, txn_id: str) -> None:
    told = acted_on(living).get(f"/api/transactions/{txn_id}/explain").json
    assert (told["txn_id"], told["status"], told["fulfillment"]) == ("T1", "partially_refunded", "held")
    assert [one["rule"] for one in told["because"] if one["verdict"] == "failed"] == ["refund"]
    assert told["next"] == [
        {
            "what": "approve the goods if they may leave for what is left, or refund the rest",
            "who": "merchant",
        }
    ]


def test_an_explanation_as_of_a_time(living: Living) -> None:
    first = acted_on(living).workshop.book.history("T1")[0]["recorded_at"]
    told = living.get("/api/transactions/T1/explain", params={"as_of": first}).json
    assert told["fulfillment"] == "ready"
    assert (
        living.get("/api/transactions/T1/explain", params={"as_of": "2026-11-20T11:00:00Z"}).status_code
        == 404
    )


def test_what_changed_between_two_times(living: Living) -> None:
    first, second = (one["recorded_at"] for one in acted_on(living).workshop.book.history("T1"))
    told = living.get("/api/transactions/R1/changes", params={"since": first, "until": second}).json
    assert (told["before"]["status"], told["after"]["status"]) == ("completed", "partially_refunded")
    assert {"field": "refunded", "before": "0.00", "after": "5.00"} in told["changed"]
    assert [one["type"] for one in told["events"]] == ["PaymentRefunded"]
    now = living.get("/api/transactions/T1/changes", params={"since": "2026-11-20T11:00:00Z"}).json
    assert now["before"] is None
    assert len(now["events"]) == 2


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("T2/explain", {}, 404),
        ("invoice:i/explain", {}, 404),
        ("T1/explain", {"as_of": "yesterday"}, 400),
        ("T2/changes", {"since": "2026-11-20T12:00:00Z"}, 404),
        ("T1/changes", {"since": "2026-11-20T10:00:00Z", "until": "2026-11-20T11:00:00Z"}, 404),
        ("T1/changes", {}, 400),
        ("T1/changes", {"since": "2026-11-20T12:00:01Z", "until": "2026-11-20T12:00:00Z"}, 400),
    ],
)
def test_what_cannot_be_told_is_said(living: Living, path: str, asked: dict[str, str], status: int) -> None:
    assert acted_on(living).get(f"/api/transactions/{path}", params=asked).status_code == status
