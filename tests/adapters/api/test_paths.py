"""Addresses: split where a slash was written, decoded afterwards."""

from urllib.parse import quote

import falcon
import pytest
from falcon.testing import create_environ
from hypothesis import given
from hypothesis import strategies as st

from adapters.api.paths import NumberConverter, RestConverter, SentPath, TextConverter
from tests.adapters.api.conftest import Office

PRICE = {"amount": "19.95", "currency": "USD"}


def routed(**environ: str) -> str:
    made = create_environ() | environ
    if "RAW_URI" not in environ:
        del made["RAW_URI"]
    request = falcon.Request(made)
    SentPath().process_request(request, falcon.Response())
    return request.path


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("/", "/"),
        ("/api/status/", "/api/status"),
        ("/api/status?x=/y/", "/api/status"),
        ("/api/orders/a%2Fb/?x", "/api/orders/a%2Fb"),
        ("http://office:8001/api/status?x", "/api/status"),
        ("https://office", "/"),
        ("//elsewhere/api", "//elsewhere/api"),
        ("/api/orders/\xc3\xbc", "/api/orders/ü"),
        ("/api/orders/\xfc", "/api/orders/\xfc"),
    ],
)
def test_the_sent_path_is_routed(sent: str, path: str) -> None:
    assert routed(RAW_URI=sent) == path


def test_a_server_that_hides_the_sent_path_will_do() -> None:
    assert routed(PATH_INFO="/api/orders/a b/") == "/api/orders/a%20b"


@given(st.text(min_size=1, max_size=127).filter(str.isprintable))
def test_any_printable_invoice_is_decoded_as_it_was_encoded(invoice: str) -> None:
    assert RestConverter().convert(quote(invoice, safe="").split("/")) == invoice
    assert RestConverter().convert(quote(invoice).split("/")) == invoice


@pytest.mark.parametrize("text", ["%ff", "%00", "a%00b", "%ed%a0%80"])
def test_what_is_no_text_matches_nothing(text: str) -> None:
    assert TextConverter().convert(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), None),
        ("0", None),
        ("-1", None),
        ("1_0", None),
        ("+1", None),
        ("01", None),
        ("", None),
        ("1.0", None),
        ("\u0661", None),
        ("9" * 400, None),
    ],
)
def test_numbers_are_digits_within_what_a_column_holds(text: str, number: int | None) -> None:
    assert NumberConverter().convert(text) == number


@pytest.mark.parametrize(
    "invoice", ["a/b", "a/b/", "/a", "a//b", "ü x", "100%", "a?b#c", "..", "a;b", "%2F", "日本"]
)
@pytest.mark.parametrize("last", ["", "/"])
def test_an_invoice_of_any_shape_is_agreed_and_found(office: Office, invoice: str, last: str) -> None:
    path = f"/api/orders/{quote(invoice, safe='')}{last}"
    assert office.ask("PUT", path, json=PRICE).json["invoice"] == invoice
    assert office.get(path).json["invoice"] == invoice
    assert list(office.orders.prices) == [invoice]


def test_slashes_may_be_sent_as_they_are(office: Office) -> None:
    assert office.ask("PUT", "/api/orders/2026/11/7", json=PRICE).json["invoice"] == "2026/11/7"


@pytest.mark.parametrize("path", ["/api/orders", "/api/orders/", "/api", "/api/", "/nothing", "/api/nothing"])
def test_an_address_of_nothing_is_404(office: Office, path: str) -> None:
    answer = office.get(path)
    assert answer.status_code == 404
    assert set(answer.json) == {"title", "description"}


@pytest.mark.parametrize("path", ["/livez/", "/api/status/", "/api/transactions/", "/api/notifications/"])
def test_a_slash_at_the_end_is_tolerated(office: Office, path: str) -> None:
    assert office.get(path).status_code == 200
