import sys
from pathlib import Path

import httpx
import pytest

from scripts.checks import CannotStartError
from scripts.measuring import peer_house
from scripts.measuring.bodies import message
from scripts.measuring.peer_house import installed, peer
from scripts.measuring.peer_project import CONFIGURATIONS
from tests.measured import small_bench
from tests.pretended import pretended_python

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_peer_answers_and_tells_what_it_verified_and_what_it_flagged(tmp_path: Path) -> None:
    python = pretended_python(tmp_path)
    with (
        small_bench(tmp_path) as bench,
        peer(bench, "sqlite", python, CONFIGURATIONS[0], 0.0) as one,
        httpx.Client(trust_env=False, headers=FORM) as client,
    ):
        assert client.post(one.url, content=message(0).body).text == "OKAY"
        assert (one.verified(), one.complaint()) == (1, None)
        client.post(one.url, content=b"receiver_email=else%40example.com")
        assert (one.verified(), one.complaint()) == (1, "Not our receiver.")


def test_where_no_package_index_is_in_reach_it_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = tmp_path / "bin" / "python"
    fails.parent.mkdir()
    fails.write_text(
        "#!/bin/sh\necho 'ERROR: No matching distribution found' >&2\nexit 1\n", encoding="utf-8"
    )
    fails.chmod(0o700)
    # The environment itself is not made: that takes seconds.
    makes_nothing = tmp_path / "makes_nothing"
    makes_nothing.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    makes_nothing.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(makes_nothing))
    words = r"django-paypal==2.1 cannot be installed; is a package index in reach\? ERROR: No matching"
    with pytest.raises(CannotStartError, match=words):
        installed(tmp_path)


def test_it_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(peer_house, "_done", lambda words, _: made.append(words))
    assert installed(tmp_path) == installed(tmp_path) == str(tmp_path / "bin" / "python")
    assert len(made) == 2


def test_where_pip_never_ends_it_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer_house, "_INSTALL_SECONDS", 0.1)
    sleeps = tmp_path / "sleeps"
    sleeps.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    sleeps.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(sleeps))
    with pytest.raises(CannotStartError, match="an environment of its own cannot be made"):
        installed(tmp_path)


def test_a_peer_that_does_not_come_up_is_said_so(tmp_path: Path) -> None:
    fails = tmp_path / "python"
    fails.write_text("#!/bin/sh\necho 'no such table' >&2\nexit 1\n", encoding="utf-8")
    fails.chmod(0o700)
    with (
        small_bench(tmp_path) as bench,
        pytest.raises(CannotStartError, match="tables cannot be made: no such table"),
        peer(bench, "sqlite", str(fails), CONFIGURATIONS[0], 0.0),
    ):
        pass
