"""The fulfillment queue over HTTP: lists, and what people do about goods."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.api.conftest import VIEWER, Living
from tests.given import adjustment, authorization, case, follower, payment, pending

EVIL = '=cmd|"/c calc"!A1,\n<script>\u202e'


def row(living: Living, txn_id: str = "T1", **asked: str) -> dict[str, Any]:
    (found,) = (
        one
        for one in living.get("/api/fulfillment", params={"limit": "500", **asked}).json["items"]
        if one["txn_id"] == txn_id
    )
    return dict(found)


def delivered(living: Living, *bodies: bytes, follow: bool = True) -> Living:
    for one in bodies:
        living.workshop.deliver(one)
    if follow:
        living.workshop.follower.follow()
    return living


# ---- acts ----


def test_goods_are_claimed_and_sent_and_the_row_is_answered(living: Living) -> None:
    delivered(living, payment(invoice="i"))
    status, claimed = living.act("/fulfillment/T1/claim", by=" Ann ", seconds=60)
    assert (status, claimed["state"], claimed["by"], claimed["invoice"]) == (200, "claimed", "Ann", "i")
    assert claimed == row(living)
    status, sent = living.act("/fulfillment/T1/fulfill", by="Ann", note="DHL 1")
    assert (status, sent["state"], sent["by"], sent["until"]) == (200, "fulfilled", "Ann", None)
    assert sent["note"] == "DHL 1"
    assert living.get("/api/fulfillment").json["items"] == [sent]
    assert row(living, state="fulfilled") == sent


def test_a_claim_lasts_a_quarter_of_an_hour_if_nothing_is_said(living: Living) -> None:
    delivered(living, payment())
    _, claimed = living.act("/fulfillment/T1/claim", by="Ann")
    until = living.workshop.book.streams(["T1"])["T1"][-1].at + timedelta(minutes=15)
    assert claimed["until"] == until.isoformat().replace("+00:00", "Z")


def test_goods_that_another_holds_are_refused_in_words(living: Living) -> None:
    delivered(living, payment())
    living.act("/fulfillment/T1/claim", by="Ann")
    before = living.workshop.book.last_position()
    for act in ("claim", "release", "fulfill"):
        status, said = living.act(f"/fulfillment/T1/{act}", by="Bob")
        assert (status, said["title"]) == (409, "Refused")
        assert said["description"].startswith("the goods of T1 are claimed: Ann has claimed the goods until ")
    assert living.workshop.book.last_position() == before


GIVEN_BACK: list[dict[str, Any]] = [
    {"json": {"by": "Ann", "why": "lunch"}}, {"json": {}}, {}, {"body": b""}, {"json": {"why": "?"}},
]  # fmt: skip


def test_a_claim_is_given_back_by_name_or_by_whoever_has_the_token(living: Living) -> None:
    delivered(living, payment())
    for sent in GIVEN_BACK:
        living.act("/fulfillment/T1/claim", by="Ann")
        answer = living.ask("POST", "/api/fulfillment/T1/release", **sent)
        assert (answer.status_code, answer.json["state"], answer.json["by"]) == (200, "ready", None)
    told = [entry.by for entry in living.workshop.book.streams(["T1"])["T1"][2::2]]
    assert told == ["Ann", *["operator"] * 4]
    assert living.ask("POST", "/api/fulfillment/T1/release").status_code == 409


def test_held_goods_are_approved_with_a_reason_and_by_what_was_seen(living: Living) -> None:
    delivered(living, payment(), case())
    seen = row(living)["version"]
    delivered(living, follower("Refunded", "R1", gross="-5.00"))
    status, said = living.act("/fulfillment/T1/approve", by="Ann", why="fine", version=seen)
    assert (status, "look at it again" in said["description"]) == (409, True)
    status, approved = living.act("/fulfillment/T1/approve", by="Ann", why="fine", version=seen + 1)
    assert (status, approved["state"], approved["doubts"]) == (200, "ready", [])


@pytest.mark.parametrize("txn_id", ["R1", "X1"])
def test_the_id_of_a_follower_means_what_it_follows(living: Living, txn_id: str) -> None:
    delivered(living, payment(), follower("Refunded", "R1", gross="-5.00"), adjustment("X1", "R1"))
    status, approved = living.act(f"/fulfillment/{txn_id}/approve", by="Ann", why="fine")
    assert (status, approved["txn_id"], approved["state"]) == (200, "T1", "ready")


def test_goods_that_no_view_has_heard_of_are_claimed_all_the_same(living: Living) -> None:
    delivered(living, payment(), follower("Refunded", "R1", gross="-5.00"), follow=False)
    assert living.get("/api/fulfillment").json["items"] == []
    assert living.act("/fulfillment/R1/approve", by="Ann", why="fine")[0] == 200
    status, claimed = living.act("/fulfillment/R1/claim", by="Ann")
    assert (status, claimed["txn_id"], claimed["state"]) == (200, "T1", "claimed")
    # The office has brought the views forward by itself.
    assert row(living)["state"] == "claimed"


@pytest.mark.parametrize("act", ["claim", "release", "fulfill", "approve"])
@pytest.mark.parametrize("txn_id", ["T2", "invoice:i", "subscription:S-1", "%00", "todo:x"])
def test_nobody_acts_on_what_nobody_has_heard_of(living: Living, act: str, txn_id: str) -> None:
    delivered(living, payment(invoice="i"))
    before = living.workshop.book.last_position()
    sent = {"by": "Ann", **({"why": "fine"} if act == "approve" else {})}
    answer = living.ask("POST", f"/api/fulfillment/{txn_id}/{act}", json=sent)
    assert answer.status_code == 404
    assert living.workshop.book.last_position() == before


def test_payments_that_wait_for_their_money_are_asked_for_by_state(living: Living) -> None:
    delivered(living, pending("P1"), payment("T1"), authorization("A1"), pending("P2"))
    found = living.get("/api/fulfillment", params={"state": "none", "limit": "1"}).json
    assert [(item["txn_id"], item["state"], item["by"]) for item in found["items"]] == [("P1", "none", None)]
    asked = {"state": "none", "cursor": found["next"]}
    rest = living.get("/api/fulfillment", params=asked).json
    assert ([item["txn_id"] for item in rest["items"]], rest["next"]) == (["P2"], None)
    assert rest["items"][0].keys() == row(living, state="ready").keys()
    assert living.get("/api/fulfillment", params={"cursor": found["next"]}).status_code == 400


def test_goods_that_are_gone_already_are_told_so(living: Living) -> None:
    delivered(living, payment())
    living.act("/fulfillment/T1/claim", by="Ann")
    delivered(living, follower("Refunded", "R1"))
    assert living.act("/fulfillment/T1/fulfill", by="Ann")[0] == 409
    status, told = living.act("/fulfillment/T1/fulfill", by="Ann", left_already=True)
    assert (status, told["state"]) == (200, "recall")


def test_money_that_has_not_come_has_no_goods(living: Living) -> None:
    delivered(living, pending())
    status, said = living.act("/fulfillment/T1/claim", by="Ann")
    assert (status, said["description"]) == (409, "the goods of T1 are none: only ready goods can be claimed")


def test_a_viewer_looks_and_does_not_act(living: Living) -> None:
    delivered(living, payment())
    for act in ("claim", "release", "fulfill", "approve"):
        answer = living.ask("POST", f"/api/fulfillment/T1/{act}", VIEWER, json={"by": "Ann", "why": "x"})
        assert answer.status_code == 403
    assert living.ask("GET", "/api/fulfillment", VIEWER).status_code == 200


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    # name: the act, what is sent, and what the answer names
    "nobody": ("claim", {}, "by"),
    "a blank name": ("claim", {"by": "  "}, "by"),
    "a long name": ("claim", {"by": "x" * 101}, "by"),
    "a name that turns lines around": ("fulfill", {"by": "\u202eann"}, "by"),
    "a number for a name": ("claim", {"by": 5}, "by"),
    "no time at all": ("claim", {"by": "Ann", "seconds": 0}, "seconds"),
    "more than a week": ("claim", {"by": "Ann", "seconds": 604_801}, "seconds"),
    "half a second": ("claim", {"by": "Ann", "seconds": 0.5}, "seconds"),
    "a text for seconds": ("claim", {"by": "Ann", "seconds": "60"}, "seconds"),
    "something else": ("claim", {"by": "Ann", "hours": 1}, "hours"),
    "a long note": ("fulfill", {"by": "Ann", "note": "x" * 1_001}, "note"),
    "a note with a control character": ("fulfill", {"by": "Ann", "note": "a\x00"}, "note"),
    "no reason": ("approve", {"by": "Ann"}, "why"),
    "a blank reason": ("approve", {"by": "Ann", "why": " "}, "why"),
    "a long reason": ("approve", {"by": "Ann", "why": "x" * 1_001}, "why"),
    "no version": ("approve", {"by": "Ann", "why": "x", "version": 0}, "version"),
    "a name of nobody": ("release", {"by": ""}, "by"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(living: Living, name: str) -> None:
    delivered(living, payment())
    act, sent, named = WRONG[name]
    status, said = living.act(f"/fulfillment/T1/{act}", **sent)
    assert status == 400
    assert named in said["description"]
    assert living.workshop.events() == ["PaymentCompleted"]


def test_what_people_say_stays_what_they_said(living: Living) -> None:
    delivered(living, payment())
    _, sent = living.act("/fulfillment/T1/fulfill", by="=Ann", note=EVIL)
    assert (sent["by"], sent["note"]) == ("=Ann", EVIL)


# ---- lists ----


def test_the_queue_as_of_a_time(living: Living) -> None:
    delivered(living, payment())
    before = row(living)["since"]
    living.act("/fulfillment/T1/claim", by="Ann", seconds=60)
    assert row(living, as_of=before)["state"] == "ready"
    assert row(living)["state"] == "claimed"
    assert living.get("/api/fulfillment", params={"as_of": "2026-11-20T11:00:00Z"}).json["items"] == []


def test_a_claim_that_ran_out_is_ready_everywhere(living: Living) -> None:
    delivered(living, payment())
    living.act("/fulfillment/T1/claim", by="Ann", seconds=60)
    assert living.get("/api/transactions/T1").json["goods"]["claimed_by"] == "Ann"
    living.workshop.at += timedelta(seconds=60)
    assert row(living, state="ready")["by"] is None
    for told in (
        living.get("/api/transactions/T1").json,
        living.get("/api/transactions").json["items"][0],
        living.get("/api/transactions/T1", params={"as_of": "2027-01-01T00:00:00Z"}).json,
    ):
        assert told["fulfillment"] == "ready"
        assert "goods" not in told


@pytest.mark.parametrize(
    "asked",
    [{"state": "ship"}, {"limit": "0"}, {"cursor": "x"}, {"as_of": "now"}, {"x": "1"}],
)
def test_a_malformed_question_is_400(living: Living, asked: dict[str, str]) -> None:
    answer = living.get("/api/fulfillment", params=asked)
    assert answer.status_code == 400
    assert f'"{next(iter(asked))}"' in answer.json["description"]


def test_the_csv_twin_has_a_column_for_each_field_and_runs_nothing(living: Living) -> None:
    delivered(
        living,
        payment(
            invoice=EVIL, item_name=EVIL, item_number=EVIL, first_name=EVIL, payer_email="=1+1",
            address_street=EVIL, address_status="confirmed", charset="utf-8",
        ),
        case(reason_code=EVIL),
    )  # fmt: skip
    answer = living.get("/api/fulfillment", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    (found,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    told = row(living)
    nested = {"payer", "address"}
    flat = {name for name in told if name not in nested}
    assert set(found) == flat | {f"{name}_{part}" for name in nested for part in told[name]}
    assert [
        cell for cell in found.values() if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    ] == []
    assert found["invoice"] == f"'{EVIL.rstrip()}" or found["invoice"].startswith("'=")


def test_what_changed_in_the_queue_is_told_with_both(living: Living) -> None:
    delivered(living, payment(), payment("T2"))
    before = row(living, "T2")["since"]
    living.act("/fulfillment/T1/claim", by="Ann")
    answer = living.get("/api/fulfillment/changes", params={"since": before})
    (only,) = answer.json["items"]
    assert (only["txn_id"], only["before"]["state"], only["after"]["state"]) == ("T1", "ready", "claimed")
    assert living.get("/api/fulfillment/changes", params={"since": before, "until": before}).json == {
        "items": [],
        "next": None,
    }
    sheet = living.get("/api/fulfillment/changes", params={"since": before}, headers={"Accept": "text/csv"})
    (found,) = csv.DictReader(io.StringIO(sheet.text, newline=""))
    assert (found["before_state"], found["after_state"], found["after_by"]) == ("ready", "claimed", "Ann")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"until": "2026-11-20T12:00:00Z"},
        {"since": "2026-11-20T12:00:01Z", "until": "2026-11-20T12:00:00Z"},
        {"since": "2027-01-01T00:00:00Z"},
    ],
)
def test_changes_want_an_earlier_time(living: Living, asked: dict[str, str]) -> None:
    answer = living.get("/api/fulfillment/changes", params=asked)
    assert answer.status_code == 400
    assert "since" in answer.json["description"]
