"""Forks: no process speaks over a connection that another one opened, nor writes to a file of its."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from scripts.checks import free_port
from tests.engines import database_in
from tests.given import payment
from tests.hosts import Hosts, answer_of, descendants, hosting
from tests.house import LocalPayPal, environment
from tests.postgres import session_server
from tests.served import wait_until

WORKERS = 3


@pytest.fixture
def hosts(environ: dict[str, str], tmp_path: Path) -> Iterator[Hosts]:
    with hosting(environ, tmp_path) as made:
        yield made


def test_a_child_opens_its_own_and_leaves_its_parents_alone(
    any_engine: str, environ: dict[str, str], tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", str(Path(__file__).with_name("forked.py")), database_in(tmp_path)],
        env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    told = json.loads(run.stdout)
    assert told["status"] == 0
    assert [told[who]["count"] for who in ("before", "child", "after")] == [1, 2, 3]
    if any_engine == "postgresql":
        assert told["before"]["backend"] == told["after"]["backend"] != told["child"]["backend"]


def sockets(pid: int) -> set[str]:
    """The numbers of the sockets that a process has open."""
    found = set()
    for place in Path(f"/proc/{pid}/fd").iterdir():
        try:
            what = os.readlink(place)  # noqa: PTH115 - "socket:[123]" is no path
        except OSError:
            continue
        if what.startswith("socket:"):
            found.add(what.removeprefix("socket:[").rstrip("]"))
    return found


def clients(pids: Mapping[int, set[str]], port: int) -> dict[str, set[int]]:
    """The connections to a port on loopback, by their own ports, each with those who have it open."""
    found: dict[str, set[int]] = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        own, there, number = fields[1].partition(":")[2], fields[2].partition(":")[2], fields[9]
        if int(there, 16) == port:
            holders = {pid for pid, numbers in pids.items() if number in numbers}
            if holders:
                found[own] = holders
    return found


def over_tcp(database: str) -> str:
    return session_server().url(str(conninfo_to_dict(database)["dbname"]), tcp=True)


@pytest.mark.parametrize("door", ["listener", "office"])
def test_each_process_of_gunicorn_has_connections_of_its_own(
    door: str, on_postgresql: str, hosts: Hosts, tmp_path: Path
) -> None:
    server = session_server()
    bind = f"127.0.0.1:{free_port()}"
    with LocalPayPal().running() as paypal:
        given = {k.removeprefix("COUNTERFOIL_"): v for k, v in environment(tmp_path, paypal.url).items()}
        given |= {"DATABASE": over_tcp(database_in(tmp_path)), "BIND": bind, "OFFICE": bind}
        if door == "listener":
            given["OFFICE"] = f"127.0.0.1:{free_port()}"
        else:
            given["BIND"] = f"127.0.0.1:{free_port()}"
        master, log = hosts.gunicorn(given, door, "-w", str(WORKERS))
        path = f"http://{bind}/ipn" if door == "listener" else f"http://{bind}/readyz"

        def ask() -> set[int]:
            body = payment() if door == "listener" else None
            statuses = {answer_of(path, body).status for _ in range(9)}
            assert statuses <= {200, 503, -1}
            held = clients({pid: sockets(pid) for pid in descendants([master.pid])}, server.port)
            return {pid for holders in held.values() for pid in holders}

        wait_until(lambda: len(ask()) == WORKERS)
        processes = [master.pid, *descendants([master.pid])]
        held = clients({pid: sockets(pid) for pid in processes}, server.port)
        assert {len(holders) for holders in held.values()} == {1}
        assert master.pid not in {pid for holders in held.values() for pid in holders}
        # One that is killed takes nobody's connection with it, and the one in its place has its own.
        (gone, *_) = sorted(ask())
        os.kill(gone, signal.SIGKILL)
        wait_until(lambda: gone not in descendants([master.pid]))
        wait_until(lambda: len(ask()) == WORKERS)
        assert "Traceback" not in log.read_text()


def test_the_masters_of_a_house_open_no_store(any_engine: str, hosts: Hosts, tmp_path: Path) -> None:
    with LocalPayPal().running() as paypal:
        given = {k.removeprefix("COUNTERFOIL_"): v for k, v in environment(tmp_path, paypal.url).items()}
        if any_engine == "postgresql":
            given["DATABASE"] = over_tcp(given["DATABASE"])
        host = hosts.serve(given)
        assert host.post(payment()) == 200
        wait_until(lambda: bool(host.pids("worker")))
        time.sleep(0.2)
        masters = [host.process.pid, *host.pids("listener"), *host.pids("office")]
        for pid in masters:
            opened = {os.readlink(place) for place in Path(f"/proc/{pid}/fd").iterdir()}  # noqa: PTH115
            assert not [path for path in opened if "house.db" in path or "house.inbox.db" in path]
            if any_engine == "postgresql":
                assert not clients({pid: sockets(pid)}, session_server().port)
