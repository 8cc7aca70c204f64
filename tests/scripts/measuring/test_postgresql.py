"""A PostgreSQL of the bench's own: synced, slowed where that is asked for, and gone afterwards."""

import time
from pathlib import Path

import psycopg
import pytest

from scripts.checks import CannotStartError
from scripts.measuring import postgresql
from scripts.measuring.postgresql import binaries_here, server


def test_it_syncs_every_commit_as_slowly_as_it_is_told_to(on_postgresql: str, tmp_path: Path) -> None:
    with server(tmp_path, sync_ms=30.0) as address:
        with psycopg.connect(address, autocommit=True) as connection:
            shown = {
                name: (connection.execute(f"SHOW {name}").fetchone() or ("",))[0]
                for name in ("fsync", "synchronous_commit", "full_page_writes", "data_directory")
            }
            connection.execute("CREATE TABLE t (n int)")
            began = time.monotonic()
            connection.execute("INSERT INTO t VALUES (1)")
            assert time.monotonic() - began >= 0.03
        folder = Path(shown.pop("data_directory")).parent
        assert set(shown.values()) == {"on"}
    assert not folder.exists()


def test_one_that_is_nowhere_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgresql, "_DEBIAN", tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(CannotStartError, match="no PostgreSQL here"):
        binaries_here()


def test_the_newest_of_debians_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "postgres").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgresql, "_DEBIAN", tmp_path)
    assert binaries_here() == tmp_path / "17" / "bin"
