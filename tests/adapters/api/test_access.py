"""Who may: nobody without a token, the viewer reads, the operator acts."""

from dataclasses import replace

import pytest

from adapters.api.access import Access
from adapters.api.routes import ROUTES
from tests.adapters.api.conftest import OPERATOR, VIEWER, Office, Tokens

OPEN = {"/livez", "/readyz", "/metrics"}
GUARDED = [template for template, _ in ROUTES if template not in OPEN]


def address(template: str) -> str:
    return template.replace("{txn_id:text}", "61E").replace("{n:number}", "1").replace("{invoice:rest}", "a")


@pytest.mark.parametrize("template", GUARDED)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_under_api_answers_without_a_token(office: Office, template: str, method: str) -> None:
    answer = office.ask(method, address(template), token=None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="counterfoil"'
    assert set(answer.json) == {"title", "description"}


@pytest.mark.parametrize("template", sorted(OPEN))
def test_the_probes_answer_anybody(office: Office, template: str) -> None:
    assert office.ask("GET", template, token=None).status_code in {200, 503}


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {OPERATOR}",
        OPERATOR,
        "Bearer null",
        f"Bearer {OPERATOR}x",
        f"Bearer {OPERATOR[:-1]}",
        f"Bearer {OPERATOR.upper()}",
        f"Bearer {OPERATOR}, Bearer {VIEWER}",
        "Bearer \xe9\xff",
    ],
)
def test_what_is_not_the_token_opens_nothing(office: Office, authorization: str) -> None:
    answer = office.ask("GET", "/api/status", token=None, headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers


def test_a_wrong_token_is_told_from_none(office: Office) -> None:
    answer = office.get("/api/status", token="wrong")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="counterfoil", error="invalid_token"'


@pytest.mark.parametrize("token", [OPERATOR, VIEWER])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_both_tokens_read(office: Office, token: str, scheme: str) -> None:
    answer = office.ask("GET", "/api/status", token=None, headers={"Authorization": f"{scheme} {token}"})
    assert answer.status_code == 200


def test_a_viewer_who_acts_is_refused_and_nothing_happens(office: Office) -> None:
    office.shelf.deliver()
    acts = {"/api/notifications/1/retry": "POST", "/api/orders/a": "PUT"}
    for path, method in acts.items():
        answer = office.ask(method, path, token=VIEWER, json={"amount": "1.00", "currency": "USD"})
        assert answer.status_code == 403
        assert set(answer.json) == {"title", "description"}
    assert office.retried == []
    assert office.orders.prices == {}


def test_a_path_written_in_another_way_is_no_way_around(office: Office) -> None:
    assert office.ask("GET", "//api/status", token=None).status_code == 401
    assert office.ask("PUT", "///api/orders/a", token=VIEWER).status_code == 403
    for path in ("/API/status", "/%61pi/status", "/api%2Fstatus", "/./api/status", "/x/../api/status"):
        assert office.ask("GET", path, token=None).status_code in {401, 404}


@pytest.mark.parametrize("tokens", [replace(Tokens(), operator=""), replace(Tokens(), viewer="")])
def test_an_empty_token_would_open_the_office_to_everybody(tokens: Tokens) -> None:
    with pytest.raises(AssertionError):
        Access(tokens)
