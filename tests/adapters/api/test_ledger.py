"""The ledger over HTTP."""

import csv
import io
from collections.abc import Callable
from typing import Any

import falcon
import pytest
from falcon.testing import Result
from sqlalchemy import event

from adapters.api.downloads import DOWNLOADS_MAX
from adapters.api.ledger import write_export
from adapters.exports.formats import FORMATS
from tests.adapters.api.conftest import VIEWER, Office
from tests.given import MemoryBook, follower, payment
from tests.ledgers import HOSTILE, enter

BALANCES = [
    {"account": "Assets:PayPal:USD", "currency": "USD", "balance": "14.12"},
    {"account": "Expenses:Fees:USD", "currency": "USD", "balance": "0.88"},
    {"account": "Income:Refunds:USD", "currency": "USD", "balance": "5.00"},
    {"account": "Income:Sales:USD", "currency": "USD", "balance": "-20.00"},
]
AT_FIRST = "2026-11-20T12:00:01Z"
TOMORROW = "2026-11-21T12:00:00Z"


@pytest.fixture
def filled(office: Office) -> Office:
    enter(office.shelf.book, MemoryBook().deliver(payment(), follower("Refunded", "R1", gross="-5.00")))
    return office


def sheet(answer: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_balances_now_and_then(filled: Office) -> None:
    assert filled.get("/api/ledger/balances").json == {"items": BALANCES}
    assert filled.get("/api/ledger/balances", token=VIEWER).json == {"items": BALANCES}
    then = filled.get(f"/api/ledger/balances?as_of={AT_FIRST}").json["items"]
    assert [item["balance"] for item in then] == ["19.12", "0.88", "-20.00"]
    assert filled.get("/api/ledger/balances?as_of=2026-11-20T12:00:00Z").json == {"items": []}
    # The same moment elsewhere.
    east = filled.get("/api/ledger/balances?as_of=2026-11-20T13:00:01%2B01:00").json["items"]
    assert east == then


def test_balances_as_a_sheet(filled: Office) -> None:
    answer = filled.get("/api/ledger/balances", headers={"Accept": "text/csv"})
    assert sheet(answer) == BALANCES
    assert answer.headers["Content-Disposition"] == 'attachment; filename="balances.csv"'
    assert answer.headers["Vary"] == "Accept"


def test_what_changed_between_two_times(filled: Office) -> None:
    changed = filled.get(f"/api/ledger/changes?since={AT_FIRST}&until={TOMORROW}").json["items"]
    assert changed[0] == {
        "account": "Assets:PayPal:USD",
        "currency": "USD",
        "before": "19.12",
        "after": "14.12",
        "difference": "-5.00",
    }
    nothing = filled.get(f"/api/ledger/changes?since={AT_FIRST}&until={AT_FIRST}").json["items"]
    assert {item["difference"] for item in nothing} == {"0.00"}
    rows = sheet(
        filled.get(f"/api/ledger/changes?since={AT_FIRST}&until={TOMORROW}", headers={"Accept": "text/csv"})
    )
    assert rows == changed
    backwards = filled.get(f"/api/ledger/changes?since={TOMORROW}&until={AT_FIRST}")
    assert backwards.status_code == 400
    assert "since" in backwards.json["description"]


def test_entries_are_listed_and_paged(filled: Office) -> None:
    first = filled.get("/api/ledger/entries?limit=1").json
    assert [(item["id"], item["txn_id"], item["n"]) for item in first["items"]] == [("T1:2", "R1", 2)]
    second = filled.get(f"/api/ledger/entries?limit=1&cursor={first['next']}").json
    assert ([item["id"] for item in second["items"]], second["next"]) == (["T1:1"], None)
    found = filled.get("/api/ledger/entries?account=Expenses:Fees:USD&kind=sale&txn_id=T1").json
    assert [item["id"] for item in found["items"]] == ["T1:1"]


def test_entries_as_a_sheet(filled: Office) -> None:
    answer = filled.get("/api/ledger/entries?limit=1", headers={"Accept": "text/csv"})
    (row,) = sheet(answer)
    assert row["postings"] == (
        "account=Assets:PayPal:USD, currency=USD, amount=-5.00; "
        "account=Income:Refunds:USD, currency=USD, amount=5.00"
    )
    assert "rel=next" in answer.headers["Link"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_whole_ledger_is_a_file_whose_name_no_message_chose(office: Office, name: str) -> None:
    book = MemoryBook()
    for number, text in enumerate(HOSTILE):
        book.deliver(payment(f"T{number}", first_name=text, item_name=text, custom=text, invoice=text))
    enter(office.shelf.book, book)
    answer = office.get(f"/api/ledger/export?format={name}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{FORMATS[name].file_name}"'
    assert answer.headers["Content-Type"] == FORMATS[name].content_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with office.shelf.queries.ledger(None) as ledger:
        assert answer.text == "".join(FORMATS[name].write(ledger))


def test_an_export_as_of_a_time(filled: Office) -> None:
    text = filled.get(f"/api/ledger/export?format=csv&as_of={AT_FIRST}").text
    assert {row["entry"] for row in csv.DictReader(io.StringIO(text, newline=""))} == {"T1:1"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/balances?as_of=yesterday", "as_of"),
        ("/balances?limit=5", "limit"),
        ("/changes", "since"),
        ("/changes?since=now", "since"),
        ("/changes?since=2026-11-20T12:00:00Z&until=1", "until"),
        ("/entries?kind=gift", "kind"),
        ("/entries?account=", "account"),
        ("/entries?limit=501", "limit"),
        ("/entries?cursor=x", "cursor"),
        ("/entries?since=2026-02-30T00:00:00Z", "since"),
        ("/export", "format"),
        ("/export?format=pdf", "format"),
        ("/export?format=csv&as_of=x", "as_of"),
        ("/export?format=csv&format=csv", "format"),
    ],
)
def test_a_malformed_query_is_400_and_names_the_parameter(office: Office, path: str, name: str) -> None:
    answer = office.get(f"/api/ledger{path}")
    assert answer.status_code == 400
    assert name in f"{answer.json['title']} {answer.json['description']}"


def connections(office: Office) -> Callable[[], int]:
    """How many connections are out of the pool."""
    pool: Any = office.shelf.book.pool
    return lambda: int(pool.checkedout())


@pytest.mark.parametrize("read", [0, 1, None])
def test_whoever_goes_away_leaves_no_connection_open(filled: Office, read: int | None) -> None:
    out = connections(filled)
    resp = falcon.Response()
    write_export(resp, filled.parts, {"format": "csv"})
    streamed: Any = resp.stream
    assert out() == 1
    pieces = iter(streamed)
    if read is None:
        assert b"".join(pieces).count(b"\r\n") == 6
    for _ in range(read or 0):
        next(pieces)
    streamed.close()
    assert out() == 0


def test_of_many_who_take_their_time_only_some_are_served_at_once(filled: Office) -> None:
    slow: list[Any] = []
    for _ in range(DOWNLOADS_MAX):
        resp = falcon.Response()
        write_export(resp, filled.parts, {"format": "csv"})
        slow.append(resp.stream)
    answer = filled.get("/api/ledger/export?format=csv")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "downloads are under way" in answer.json["description"]
    assert filled.get("/api/ledger/balances").status_code == 200
    slow[0].close()
    slow[0].close()
    assert filled.get("/api/ledger/export?format=csv").status_code == 200
    assert connections(filled)() == DOWNLOADS_MAX - 1
    slow[1].close()


def test_a_served_export_closes_its_connection(filled: Office) -> None:
    out = connections(filled)
    assert filled.get("/api/ledger/export?format=hledger").status_code == 200
    assert out() == 0


def test_a_store_that_cannot_be_read_is_503_and_no_half_a_file(filled: Office) -> None:
    with filled.shelf.book.begin() as book:
        book.exec_driver_sql("DROP VIEW ledger_entries")
    answer = filled.get("/api/ledger/export?format=csv")
    assert answer.status_code == 503
    assert connections(filled)() == 0


def test_the_export_reads_in_one_transaction(filled: Office) -> None:
    begun: list[int] = []
    event.listen(filled.shelf.book, "begin", lambda _: begun.append(1))
    assert filled.get("/api/ledger/export?format=beancount").status_code == 200
    assert begun == [1]


@pytest.mark.parametrize(
    "path", ["balances", "entries", "export?format=csv", "changes?since=2026-11-20T12:00:00Z"]
)
def test_without_a_token_there_is_no_ledger(filled: Office, path: str) -> None:
    assert filled.get(f"/api/ledger/{path}", token=None).status_code == 401
