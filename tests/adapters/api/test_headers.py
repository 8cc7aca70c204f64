"""Every answer carries what keeps it from being run, framed, guessed at or kept."""

import pytest

from tests.adapters.api.conftest import OPERATOR, Office

CASES = [
    ("GET", "/livez", OPERATOR, 200),
    ("GET", "/metrics", None, 200),
    ("GET", "/readyz", None, 503),
    ("GET", "/api/status", OPERATOR, 200),
    ("GET", "/api/status", None, 401),
    ("GET", "/api/transactions/x", OPERATOR, 404),
    ("GET", "/nothing", OPERATOR, 404),
    ("DELETE", "/api/status", OPERATOR, 405),
    ("GET", "/api/transactions?limit=0", OPERATOR, 400),
    ("PUT", "/api/orders/a", OPERATOR, 415),
]


@pytest.mark.parametrize(("method", "path", "token", "status"), CASES)
def test_every_answer_carries_them(
    office: Office, method: str, path: str, token: str | None, status: int
) -> None:
    answer = office.ask(method, path, token=token)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
