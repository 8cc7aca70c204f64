"""The office as a whole, played with by a machine that has read its description."""

import json
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks, openapi

from adapters.api.openapi import describe
from tests.adapters.api.conftest import OPERATOR, VERSION, Living, Office, living_over, office_over
from tests.adapters.conftest import Shelf
from tests.adapters.workshop import Workshop
from tests.given import MemoryBook, case, follower, payment
from tests.ledgers import enter

EXAMPLES = 16
_PLACE = ("name", "street", "city", "state", "zip", "country", "confirmed")
ADDRESS = json.dumps(dict.fromkeys(_PLACE))
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = [
    (path, method, mode)
    for path, operations in describe(VERSION)["paths"].items()
    for method, operation in operations.items()
    # Where nothing is asked for, nothing can be asked wrongly.
    for mode in ([*GenerationMode] if operation["parameters"] else [GenerationMode.POSITIVE])
]


@pytest.fixture
def living(workshop: Workshop) -> Living:
    return living_over(workshop)


@pytest.fixture
def office(shelf: Shelf) -> Office:
    return office_over(shelf)


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_no_question_breaks_it_or_gets_an_answer_that_is_not_described(
    office: Office, path: str, method: str, mode: GenerationMode
) -> None:
    office.shelf.healthy()
    enter(office.shelf.book, MemoryBook().deliver(payment(), follower("Refunded", "R1", gross="-5.00")))
    for number in range(3):
        office.shelf.show(f"T{number}")
        office.shelf.deliver()
        office.shelf.subscribe(f"S-{number}")
        office.shelf.ask_for(f"T{number}", open=number > 0)
        office.shelf.meet(f"P{number}", name="Ann", address=ADDRESS if number else None)
        office.shelf.owe(f"P{number}")
        office.shelf.turn_away("refused", "receiver")
        office.shelf.noticed("field", f"x{number}")
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    schema: Any = openapi.from_wsgi("/api/openapi.json", office.client.app, headers=headers)
    operation = schema[path][method]
    asked = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers=headers, checks=CHECKS)

    with structlog.testing.capture_logs() as logs:
        ask()
    assert asked > 0
    assert logs == []


ACTS = [(path, mode) for path, method, mode in OPERATIONS if method == "post" and "/fulfillment/" in path]


@pytest.mark.parametrize(("path", "mode"), ACTS)
def test_no_act_breaks_it_or_gets_an_answer_that_is_not_described(
    living: Living, path: str, mode: GenerationMode
) -> None:
    living.workshop.deliver(payment(), payment("T2"), case(txn_id="T2"))
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    schema: Any = openapi.from_wsgi("/api/openapi.json", living.client.app, headers=headers)
    names = ("T1", "T2", "T3")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path]["post"].as_strategy(generation_mode=mode), txn_id=st.sampled_from(names))
    def ask(case: Any, txn_id: str) -> None:
        case.path_parameters = {"txn_id": txn_id}
        case.call_and_validate(headers=headers, checks=CHECKS)

    with structlog.testing.capture_logs() as logs:
        ask()
    assert logs == []
