"""The state of the house over HTTP."""

from tests.adapters.api.conftest import VERSION, VIEWER, Office


def test_status_has_the_version_and_the_figures(office: Office) -> None:
    office.shelf.healthy()
    answer = office.get("/api/status", token=VIEWER)
    assert answer.status_code == 200
    assert answer.json == {"version": VERSION, **office.shelf.queries.status()}
