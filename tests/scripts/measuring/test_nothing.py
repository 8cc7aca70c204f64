"""The listener that keeps nothing answers 200 to a notification, as the real one would."""

from contextlib import AsyncExitStack

import pytest
from falcon import testing

from scripts.measuring.nothing import open_listener


def test_it_says_yes_to_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_RECEIVERS", "x")
    client = testing.TestClient(open_listener(AsyncExitStack()))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.simulate_post("/ipn", body=b"a=b", headers=form).status_code == 200
    assert client.simulate_get("/ipn").status_code == 405
