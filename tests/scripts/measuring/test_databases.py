"""Stores of the bench: new each time, and gone afterwards."""

from pathlib import Path

import psycopg
import pytest

from scripts.checks import CannotStartError
from scripts.measuring.databases import SQLITE, check_server, in_server, new_database
from tests.postgres import session_server
from tests.scripts.measuring.trial import trial


def test_on_sqlite_it_is_a_file_of_the_folder(tmp_path: Path) -> None:
    with new_database(trial(tmp_path), SQLITE, tmp_path) as address:
        assert address == f"sqlite:///{tmp_path}/house.db"


def test_on_a_server_it_is_dropped_whoever_is_connected(on_postgresql: str, tmp_path: Path) -> None:
    bench = trial(tmp_path, engine="postgresql", postgresql=session_server().url())
    with new_database(bench, "postgresql", tmp_path) as address:
        left = psycopg.connect(address)
        assert left.info.dbname.startswith("counterfoil_bench_")
    with left, pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


def test_a_server_of_ones_own_is_looked_at_first(on_postgresql: str) -> None:
    check_server(session_server().url())


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("postgresql://ann:s3cret@127.0.0.1:1/x", "--database postgresql://ann@127.0.0.1:1/x: connection"),
        ("postgresql://ann:s3cret@x/x?nonsense=1", "--database: invalid URI query parameter"),
        ("sqlite:///x.db", "--database: expected postgresql://"),
    ],
)
def test_one_that_cannot_be_used_is_said_so_without_its_password(address: str, why: str) -> None:
    with pytest.raises(CannotStartError, match=why) as told:
        check_server(address)
    assert "s3cret" not in str(told.value)


def test_only_the_name_differs_on_the_same_server() -> None:
    assert in_server("postgresql://a:b@/postgres?host=/x&port=1", "c") == (
        "postgresql://a:b@/c?host=/x&port=1"
    )
