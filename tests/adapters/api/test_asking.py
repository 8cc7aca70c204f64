"""Query parameters: what does not fit is answered 400, and named."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import falcon
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.api import asking
from tests.adapters.api.conftest import Office

WRONG = [
    ("/api/transactions", "limit", "0"),
    ("/api/transactions", "limit", "501"),
    ("/api/transactions", "limit", ""),
    ("/api/transactions", "limit", "-1"),
    ("/api/transactions", "limit", "5.0"),
    ("/api/transactions", "limit", "%D9%A5"),
    ("/api/transactions", "limit", "9" * 100),
    ("/api/transactions", "cursor", "x"),
    ("/api/transactions", "cursor", ""),
    ("/api/transactions", "status", "Completed"),
    ("/api/transactions", "status", ""),
    ("/api/transactions", "kind", "refund"),
    ("/api/transactions", "since", "yesterday"),
    ("/api/transactions", "until", "2026-11-20"),
    ("/api/transactions", "q", "%00"),
    ("/api/transactions", "q", "x" * 257),
    ("/api/transactions", "payer", ""),
    ("/api/transactions", "invoice", "a&invoice=b"),
    ("/api/transactions", "nobody", "1"),
    ("/api/transactions/x", "as_of", "2026-11-20T21:22:05"),
    ("/api/transactions/x", "as_of", "0001-01-01T00:00:00%2B14:00"),
    ("/api/transactions/x/events", "limit", "0"),
    ("/api/transactions/x/events", "since", "2026-11-20T21:22:05Z"),
    ("/api/notifications", "outcome", "done"),
    ("/api/notifications", "verdict", "VERIFIED"),
    ("/api/notifications", "since", "2026-02-30T00:00:00Z"),
    ("/api/notifications", "cursor", "bm8"),
    ("/api/notifications", "txn_id", ""),
    ("/api/notifications/1", "raw", "1"),
    ("/api/subscriptions", "status", "completed"),
    ("/api/subscriptions", "kind", "payment"),
    ("/api/subscriptions", "payer", ""),
    ("/api/subscriptions", "until", "now"),
    ("/api/subscriptions", "cursor", "bm8"),
    ("/api/subscriptions", "invoice", "i"),
    ("/api/subscriptions/x", "as_of", "2026-11-20T21:22:05Z"),
    ("/api/todos", "kind", "call_back"),
    ("/api/todos", "open", "yes"),
    ("/api/todos", "open", "True"),
    ("/api/todos", "open", ""),
    ("/api/todos", "limit", "501"),
    ("/api/todos", "cursor", "x"),
    ("/api/orders/a", "currency", "USD"),
    ("/api/status", "x", "1"),
    ("/api/openapi.json", "x", "1"),
]


@pytest.mark.parametrize(("path", "name", "value"), WRONG)
def test_a_malformed_query_names_its_parameter(office: Office, path: str, name: str, value: str) -> None:
    answer = office.get(f"{path}?{name}={value}")
    assert answer.status_code == 400
    assert f'"{name}"' in answer.json["description"]


@pytest.mark.parametrize("query", ["%ff=%fe", "=", "&&&", "limit", "%00=1", "limit=1&limit=2"])
def test_an_odd_query_string_is_no_fault(office: Office, query: str) -> None:
    assert office.get("/api/transactions", query_string=query).status_code in {200, 400}


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T21:22:05Z", "2026-11-20t21:22:05z", "2026-11-20T22:22:05+01:00", "2026-11-20T21:22:05.000Z"],
)
def test_the_same_moment_may_be_written_in_many_ways(text: str) -> None:
    assert asking.moment(text) == datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)


@given(
    st.text(max_size=40) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9:]{5})")
)
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert asking.moment(text).tzinfo is UTC


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_yes_and_no_are_said_as_in_json(text: str, value: bool) -> None:  # noqa: FBT001 - what is tested
    assert asking.flag(text) is value


@given(st.text(max_size=6).filter(lambda text: text not in {"true", "false"}))
def test_anything_else_is_neither_yes_nor_no(text: str) -> None:
    with pytest.raises(ValueError, match="true, false"):
        asking.flag(text)


def test_a_refused_word_is_told_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown, verified"):
        asking.one_of("unknown", "verified")("maybe")


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_two_times_are_compared_the_later_one_being_now_if_it_is_not_given() -> None:
    hour = timedelta(hours=1)
    assert asking.between({"since": NOW - hour}, NOW) == (NOW - hour, NOW)
    assert asking.between({"since": NOW - hour, "until": NOW - hour}, NOW) == (NOW - hour, NOW - hour)


@pytest.mark.parametrize(
    "asked", [{}, {"until": NOW}, {"since": NOW, "until": NOW - timedelta(microseconds=1)}]
)
def test_an_earlier_time_is_wanted(asked: dict[str, datetime]) -> None:
    with pytest.raises(falcon.HTTPBadRequest) as refused:
        asking.between(asked, NOW)
    assert '"since"' in (refused.value.description or "")
