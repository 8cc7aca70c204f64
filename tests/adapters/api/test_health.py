"""The probes over HTTP."""

import pytest

from tests.adapters.api.conftest import Office


def test_a_living_process_says_so(office: Office) -> None:
    answer = office.get("/livez", token=None)
    assert (answer.status_code, answer.text) == (200, "live\n")


def test_a_house_at_work_is_ready(office: Office) -> None:
    office.shelf.healthy()
    answer = office.get("/readyz", token=None)
    assert (answer.status_code, answer.json["ready"]) == (200, True)
    assert [check["ok"] for check in answer.json["checks"]] == [True] * 4


def test_a_house_without_a_worker_is_not_and_says_why(office: Office) -> None:
    answer = office.get("/readyz", token=None)
    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert [check["name"] for check in answer.json["checks"] if not check["ok"]] == ["worker_heartbeat"]


def test_metrics_are_prometheus_text(office: Office) -> None:
    answer = office.get("/metrics", token=None)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert "counterfoil_up 1.0\n" in answer.text


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_a_probe_may_ask_for_the_head_alone(office: Office, path: str) -> None:
    office.shelf.healthy()
    answer = office.ask("HEAD", path, token=None)
    assert (answer.status_code, answer.content) == (200, b"")
