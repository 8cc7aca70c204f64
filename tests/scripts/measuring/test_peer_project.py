import ast
import os
from pathlib import Path
from typing import Any

import pytest

from scripts.measuring.peer_project import (
    CONFIG,
    CONFIGURATIONS,
    PATH,
    PROJECT,
    REQUIREMENTS,
    environment,
    project,
    write_project,
)


def settings(engine: str, database: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(os, "environ", environment(database, "http://127.0.0.1:1/x", "seller@example.com"))
    found: dict[str, Any] = {}
    exec(project(engine)[f"{PROJECT}/settings.py"], found)  # noqa: S102 - it is what we wrote
    return found


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_project_is_python_and_lies_in_its_folder(engine: str, tmp_path: Path) -> None:
    write_project(tmp_path / "new", engine)
    written = {str(path.relative_to(tmp_path / "new")) for path in tmp_path.rglob("*.py")}
    assert written == set(project(engine)) >= {CONFIG, f"{PROJECT}/apps.py", f"{PROJECT}/urls.py"}
    for text in project(engine).values():
        ast.parse(text)
        assert "{project}" not in text


def test_its_sqlite_is_synced_as_ours_and_set_up_as_well_as_django_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = settings("sqlite", "/somewhere/peer.db", monkeypatch)["DATABASES"]["default"]
    assert database["NAME"] == "/somewhere/peer.db"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert database["CONN_MAX_AGE"] is None


def test_its_postgresql_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://who:secret@/books?host=/run/somewhere&port=5433"
    database = settings("postgresql", address, monkeypatch)["DATABASES"]["default"]
    found = {name: database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert list(found.values()) == ["books", "who", "secret", "/run/somewhere", "5433"]
    assert database["CONN_MAX_AGE"] is None


def test_nothing_but_its_own_application_and_what_answers_with_a_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = settings("sqlite", "x", monkeypatch)
    assert found["INSTALLED_APPS"] == ["paypal.standard.ipn", PROJECT]
    assert found["MIDDLEWARE"] == ["django.middleware.common.CommonMiddleware"]
    assert found["DEBUG"] is False
    assert PATH.strip("/") in project("sqlite")[f"{PROJECT}/urls.py"]


def test_it_is_run_in_two_ways_and_its_version_is_pinned() -> None:
    assert [configured.name for configured in CONFIGURATIONS] == ["sync", "gthread"]
    assert "django-paypal==2.1" in REQUIREMENTS


def test_loopback_is_asked_past_every_proxy() -> None:
    given = environment("x", "http://127.0.0.1:1/x", "seller@example.com")
    assert given["NO_PROXY"] == given["no_proxy"] == "127.0.0.1,localhost"
