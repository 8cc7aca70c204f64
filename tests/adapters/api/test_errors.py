"""Errors: always a title and a description, and never what went wrong inside."""

from dataclasses import replace
from typing import Any

import pytest
import structlog
from falcon.testing import TestClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from adapters.book import StoreAwayError
from adapters.engines import StoreError
from adapters.office import create_office
from tests.adapters.api.conftest import OPERATOR, Office

SECRET = "buyer@example.com"


def failing(office: Office, failure: Exception) -> TestClient:
    def retry(n: int) -> bool:
        raise failure

    return TestClient(create_office(replace(office.parts, retry=retry)))


def retried(client: TestClient) -> Any:
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    with structlog.testing.capture_logs() as logs:
        answer = client.simulate_post("/api/notifications/1/retry", headers=headers)
    assert len(logs) == 1
    return answer


@pytest.mark.parametrize(
    "failure",
    [
        OperationalError("SELECT 1", {}, Exception(SECRET)),
        PoolTimeoutError(SECRET),
        StoreError(SECRET),
        StoreAwayError(SECRET),
    ],
)
def test_a_store_that_is_away_is_503_and_says_when_to_come_back(office: Office, failure: Exception) -> None:
    answer = retried(failing(office, failure))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert set(answer.json) == {"title", "description"}
    assert SECRET not in answer.text


def test_a_fault_is_500_and_keeps_its_reasons_to_the_log(office: Office) -> None:
    answer = retried(failing(office, RuntimeError(SECRET)))
    assert answer.status_code == 500
    assert set(answer.json) == {"title", "description"}
    assert SECRET not in answer.text


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "text/csv", "nonsense", ""])
def test_errors_are_json_whatever_was_asked_for(office: Office, accept: str) -> None:
    answer = office.get("/api/transactions/x", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == {"title": "Unknown", "description": "There is no such transaction."}


def test_errors_of_the_framework_have_words_too(office: Office) -> None:
    assert office.get("/nothing").json["description"] == "There is nothing at this address."
    refused = office.ask("DELETE", "/api/status")
    assert refused.json["description"] == "This address does not know this method."
    assert refused.headers["Allow"] == "GET, OPTIONS"
