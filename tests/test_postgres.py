"""The tests' own PostgreSQL: it stands a `kill -9`, nobody's end leaves it behind, its databases are new."""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.clean_databases import clean_databases
from tests.engines import copy_house, database_in, passing_folder
from tests.postgres import NoPostgresError, running, session_server
from tests.postgres_keeper import processes_in
from tests.served import wait_until

ROOT = Path(__file__).resolve().parent.parent


def test_what_was_committed_outlives_a_kill_and_the_place_stays(tmp_path: Path) -> None:
    with running() as server:
        database, first = server.create(), server.pid
        with psycopg.connect(server.url(database)) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
        server.kill()
        assert processes_in(server.data) == []
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url(database))
        server.start()
        assert server.pid != first
        for tcp in (False, True):
            with psycopg.connect(server.url(database, tcp=tcp)) as connection:
                assert connection.execute("SELECT n, current_setting('fsync') FROM kept").fetchall() == [
                    (1, "on")
                ]
    assert not server.folder.exists()


ALONE = """
import time
from tests.postgres import session_server
server = session_server()
print(server.folder, server.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_whoever_started_it(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ALONE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        folder, pid = process.stdout.readline().split()
        assert processes_in(Path(folder) / "data")
        process.send_signal(number)
    wait_until(lambda: not Path(folder).exists() and not Path(f"/proc/{pid}").exists())


def test_a_folder_without_binaries_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTERFOIL_TEST_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(NoPostgresError, match=f"there is no {tmp_path}/postgres"):
        postgres.Server()


def test_binaries_run_from_elsewhere_where_nobody_may_reach_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("COUNTERFOIL_TEST_POSTGRES_BIN", raising=False)
    owner = pwd.getpwuid(os.geteuid()).pw_name
    copied = postgres._copied(postgres._binaries(), tmp_path, owner)
    tmp_path.chmod(0o700)
    monkeypatch.setenv("COUNTERFOIL_TEST_POSTGRES_BIN", str(copied))
    with running() as server:
        # Root's PostgreSQL runs as somebody who may not go there.
        assert server.bin.is_relative_to(server.folder) == (owner == "root")


def test_a_database_that_is_given_back_is_as_new(on_postgresql: str) -> None:
    question = "SELECT (SELECT count(*) FROM deliveries), (SELECT count(*) FROM layout)"
    insert = "INSERT INTO deliveries (received_us, peer, headers, body) VALUES (1, '', '[]', 'x') RETURNING n"
    names = []
    for _ in range(2):
        with passing_folder() as folder:
            address = database_in(folder)
            assert database_in(folder) == address
            names.append(address)
            # Left open: whoever is connected is sent away.
            connection = psycopg.connect(address, autocommit=True)
            assert connection.execute(question).fetchall() == [(0, 2)]
            assert connection.execute(insert).fetchall() == [(1,)]
            connection.execute("DELETE FROM layout")
        with pytest.raises(psycopg.OperationalError):
            connection.execute(question)
        connection.close()
    assert names[0] == names[1]


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE other (n int)",
        "ALTER TABLE deliveries ADD COLUMN more int",
        "DROP TABLE positions",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ANALYZE layout",
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        "ALTER DATABASE {} CONNECTION LIMIT 1",
    ],
)
def test_a_database_that_was_changed_is_not_given_again(on_postgresql: str, change: str) -> None:
    databases = clean_databases()
    name = databases.take()
    with psycopg.connect(session_server().url(name), autocommit=True) as connection:
        connection.execute(change.format(name).encode())
    databases.give_back(name)
    again = databases.take()
    databases.give_back(again)
    assert again != name


def test_a_copy_of_a_house_has_all_that_it_had(on_postgresql: str, tmp_path: Path) -> None:
    origin = tmp_path / "one"
    origin.mkdir()
    with psycopg.connect(database_in(origin)) as connection:
        connection.execute(
            "INSERT INTO deliveries (received_us, peer, headers, body) VALUES (1, '', '[]', 'x')"
        )
    copied = database_in(copy_house(origin, tmp_path / "two"))
    assert copied != database_in(origin)
    for address in (copied, database_in(origin)):
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT count(*) FROM deliveries").fetchall() == [(1,)]
