"""Bodies: JSON, small, and exactly as they are described."""

import io
from typing import Any

import falcon
import pytest
from falcon.testing import create_environ

from adapters.api.bodies import BODY_BYTES_MAX, says_nothing
from tests.adapters.api.conftest import Office

JSON = {"Content-Type": "application/json"}
GOOD = '{"amount": "1.00", "currency": "USD"}'


def put(office: Office, body: str | bytes, **more: Any) -> Any:
    return office.ask("PUT", "/api/orders/a", body=body, headers=more.pop("headers", JSON), **more)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "NaN",
        '{"amount": "1.00"}',
        '{"amount": NaN, "currency": "USD"}',
        '{"amount": 1.00, "currency": "USD"}',
        '{"amount": 19, "currency": "USD"}',
        '{"amount": "1.00", "currency": "USD", "more": 1}',
        '{"amount": "1.00", "amount": "2.00", "currency": "USD"}',
        '{"amount": "1.00", "currency": "usd"}',
        '{"amount": "1.00\\n", "currency": "USD"}',
        '{"amount": "1_000", "currency": "USD"}',
        '{"amount": "1e3", "currency": "USD"}',
        '{"amount": "-1.00", "currency": "USD"}',
        '{"amount": "\u0661", "currency": "USD"}',
        '{"amount": "1.00", "currency": "USD", "items": null}',
        '{"amount": "1.00", "currency": "USD", "items": [{"number": "A"}]}',
        '{"amount": "1.00", "currency": "USD", "items": [{"number": "A", "quantity": 0}]}',
        '{"amount": "1.00", "currency": "USD", "items": [{"number": "\\ud800", "quantity": 1}]}',
        '{"amount": "1.00", "currency": "USD", "items": [{"number": "A", "quantity": true}]}',
        "[" * 60_000,
        '{"a":' * 10_000,
        "9" * 60_000,
        b"\xff\xfe",
        b'{"amount": "1.00", "currency": "USD"}\x00',
    ],
)
def test_what_is_not_the_described_json_is_400(office: Office, body: str | bytes) -> None:
    answer = put(office, body)
    assert answer.status_code == 400
    assert set(answer.json) == {"title", "description"}
    assert office.orders.prices == {}


def test_a_refusal_names_the_field(office: Office) -> None:
    assert "$.amount" in put(office, '{"amount": 19.95, "currency": "USD"}').json["description"]
    assert "more" in put(office, '{"amount": "1.00", "currency": "USD", "more": 1}').json["description"]
    assert "'amount' is said twice" in put(office, '{"amount": "1", "amount": "2"}').json["description"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_another_content_type_is_415(office: Office, content_type: str) -> None:
    assert put(office, GOOD, headers={"Content-Type": content_type}).status_code == 415


def test_a_charset_may_be_said(office: Office) -> None:
    assert put(office, GOOD, headers={"Content-Type": "Application/JSON; charset=utf-8"}).status_code == 200


def test_the_largest_body_is_read_and_one_byte_more_is_not(office: Office) -> None:
    assert put(office, GOOD.ljust(BODY_BYTES_MAX)).status_code == 200
    answer = put(office, GOOD.ljust(BODY_BYTES_MAX + 1))
    assert answer.status_code == 413
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("path", ["/api/status", "/livez", "/api/notifications/1/retry"])
def test_a_long_body_is_refused_where_none_is_read(office: Office, path: str) -> None:
    answer = office.ask("POST", path, body=b"x" * (BODY_BYTES_MAX + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize(("length", "status"), [(0, 200), (BODY_BYTES_MAX, 413)])
def test_a_body_in_chunks_is_read_to_the_same_limit(office: Office, length: int, status: int) -> None:
    sent = GOOD + " " * length
    headers = {**JSON, "Transfer-Encoding": "chunked"}
    extras = {"wsgi.input": io.BytesIO(sent.encode()), "wsgi.input_terminated": True}
    answer = put(office, b"", headers=headers, extras=extras)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("sent", "nothing"),
    [
        ({}, True),
        ({"body": ""}, True),
        ({"body": "{}"}, False),
        ({"headers": {"Transfer-Encoding": "chunked"}}, False),
    ],
)
def test_a_request_may_have_no_body(sent: dict[str, Any], *, nothing: bool) -> None:
    environ = create_environ(method="POST", **sent)
    assert says_nothing(falcon.Request(environ)) is nothing
